"""The vocabulary of the audit log: every event that may be recorded, and its words.

An event is written ``noun:past-participle``. The log keeps this code for good, so that a filter or a script finds it
whatever the language; readers see the words. They are msgids, translated where they are shown, and are read beside
their noun: "Consultation 12 · Taken up".

A reason is what a person wrote. About an account or a registration it may be read by the auditor. About a
consultation, an invitation, an answer or a brief it can carry the very words that their marking protects, so it stays
with them: the log proves that it was given, and its digest that it was not changed.
"""

from collections.abc import Mapping

from advnet.errors import msgid

NOUNS: Mapping[str, str] = {
    "account": msgid("Account"),
    "password": msgid("Password"),
    "sign-in": msgid("Sign-in"),
    "registration": msgid("Registration"),
    "profile": msgid("Profile"),
    "expert": msgid("Expert"),
    "experts": msgid("Experts"),
    "concept": msgid("Concept"),
    "vocabulary": msgid("Skill vocabulary"),
    "consultation": msgid("Consultation"),
    "invitation": msgid("Invitation"),
    "answer": msgid("Answers"),
    "brief": msgid("Brief"),
    "job": msgid("Background work"),
}

EVENTS: Mapping[str, str] = {
    "account:registered": msgid("Registered"),
    "account:confirmed": msgid("E-mail address confirmed"),
    "account:invited": msgid("Invited to join the staff"),
    "account:invited-again": msgid("Invitation to the staff sent again"),
    "account:joined": msgid("Joined by invitation"),
    "account:created": msgid("Created from the command line"),
    "account:changed": msgid("Settings changed"),
    "account:roles-changed": msgid("Roles changed"),
    "account:closed": msgid("Closed by an administrator"),
    "account:reopened": msgid("Reopened by an administrator"),
    "password:reset-requested": msgid("New password requested"),
    "password:reset": msgid("New password chosen"),
    "password:changed": msgid("Password changed"),
    "password:refused": msgid("Change of password refused"),
    "sign-in:opened": msgid("Signed in"),
    "sign-in:refused": msgid("Sign-in refused"),
    "sign-in:ended": msgid("Signed out"),
    "registration:started": msgid("Registration started"),
    "registration:submitted": msgid("Registration submitted"),
    "registration:claimed": msgid("Taken in hand"),
    "registration:released": msgid("Put back into the queue"),
    "registration:checked": msgid("Checklist changed"),
    "registration:more-asked": msgid("More information asked"),
    "registration:replied": msgid("Question answered"),
    "registration:approved": msgid("Registration approved"),
    "registration:rejected": msgid("Registration rejected"),
    "registration:decision-undone": msgid("Decision undone"),
    "registration:withdrawn": msgid("Registration withdrawn"),
    "profile:changed": msgid("Profile changed"),
    "expert:paused": msgid("Pause begun"),
    "expert:resumed": msgid("Pause ended"),
    "expert:re-vetting": msgid("Re-vetting begun"),
    "expert:confirmed": msgid("Confirmed at re-vetting"),
    "expert:expired": msgid("Vetting expired"),
    "expert:suspended": msgid("Suspended by an administrator"),
    "expert:reinstated": msgid("Suspension lifted by an administrator"),
    "experts:imported": msgid("Experts imported"),
    "concept:added": msgid("Concept added"),
    "concept:changed": msgid("Concept changed"),
    "concept:retired": msgid("Concept retired"),
    "concept:restored": msgid("Concept restored"),
    "vocabulary:loaded": msgid("Vocabulary loaded"),
    "consultation:drafted": msgid("Draft begun"),
    "consultation:filed": msgid("Request filed"),
    "consultation:edited": msgid("Text changed"),
    "consultation:submitted": msgid("Submitted to triage"),
    "consultation:returned": msgid("Returned to the requester"),
    "consultation:filed-again": msgid("Request filed again"),
    "consultation:merged": msgid("Merged with another consultation"),
    "consultation:joined": msgid("Another consultation was merged into this one"),
    "consultation:declined": msgid("Request declined"),
    "consultation:scoped": msgid("Taken up"),
    "consultation:panel-proposed": msgid("Panel proposed"),
    "consultation:inviting-begun": msgid("Inviting begun"),
    "consultation:opened": msgid("Opened for answers"),
    "consultation:deadline-extended": msgid("Deadline put off"),
    "consultation:round-opened": msgid("Round opened"),
    "consultation:rule-chosen": msgid("Rule of pooling chosen"),
    "consultation:round-closed": msgid("Round closed"),
    "consultation:round-summarised": msgid("Summary of a round written"),
    "consultation:items-sorted": msgid("Items made into options"),
    "consultation:remark-hidden": msgid("Remark hidden by the facilitator"),
    "consultation:question-resolved": msgid("Outcome of a question stated"),
    "consultation:outcome-corrected": msgid("Outcome of a question corrected"),
    "consultation:weighing-changed": msgid("Weighing by track record changed"),
    "consultation:closed": msgid("Closed for answers"),
    "consultation:synthesis-begun": msgid("Synthesis begun"),
    "consultation:review-begun": msgid("Review begun"),
    "consultation:returned-to-synthesis": msgid("Returned to synthesis"),
    "consultation:issued": msgid("Advice issued"),
    "consultation:put-in-use": msgid("Advice in use"),
    "consultation:settled": msgid("Settled"),
    "consultation:cancelled": msgid("Cancelled"),
    "invitation:proposed": msgid("Expert proposed"),
    "invitation:withdrawn": msgid("Invitation withdrawn"),
    "invitation:interests-asked": msgid("Declaration of interests asked"),
    "invitation:interests-declared": msgid("Interests declared"),
    "invitation:interests-amended": msgid("Declaration of interests amended"),
    "invitation:cleared": msgid("Cleared at screening"),
    "invitation:waived": msgid("Conflict waived"),
    "invitation:barred": msgid("Barred at screening"),
    "invitation:sent": msgid("Invitation sent"),
    "invitation:accepted": msgid("Invitation accepted"),
    "invitation:declined": msgid("Invitation declined"),
    "invitation:lapsed": msgid("Invitation lapsed"),
    "invitation:replaced": msgid("Expert replaced"),
    "invitation:reinstated": msgid("Acceptance stands again"),
    "invitation:extension-requested": msgid("More time requested"),
    "invitation:extension-granted": msgid("More time granted"),
    "invitation:extension-refused": msgid("More time refused"),
    "answer:submitted": msgid("Answers submitted"),
    "answer:items-named": msgid("Items named"),
    "answer:revised": msgid("Answers revised"),
    "answer:withdrawn": msgid("Answers withdrawn"),
    "answer:released": msgid("Answers released"),
    "brief:begun": msgid("Brief begun"),
    "brief:saved": msgid("Brief saved"),
    "brief:restored": msgid("Earlier version of the brief restored"),
    "brief:sent-to-review": msgid("Brief sent to review"),
    "brief:returned": msgid("Brief returned from review"),
    "brief:issued": msgid("Brief issued"),
    "job:retried": msgid("Tried again by hand"),
}

REASON_IS_OPEN = frozenset({"account", "registration", "expert"})
"""Nouns whose reasons are about people and accounts: the auditor reads them. All others are withheld."""

SUBJECTS: Mapping[str, str] = {
    "user_account": msgid("Account"),
    "login_session": msgid("Login session"),
    "registration": msgid("Registration"),
    "expert": msgid("Expert"),
    "concept": msgid("Concept"),
    "consultation": msgid("Consultation"),
    "invitation": msgid("Invitation"),
    "brief": msgid("Brief"),
    "job": msgid("Background work"),
}
"""What an entry is about, by the name of its table."""

ACTORS: Mapping[str, str] = {
    "worker": msgid("Worker (automatic)"),
    "screening rule": msgid("Screening rule (automatic)"),
    "command line": msgid("Command line"),
    "demo": msgid("Demo data"),
    "visitor": msgid("Visitor"),
}
"""Who acts when nobody is signed in, by the name that the log keeps."""


def noun_of(event: str) -> str:
    """The part before the colon."""
    return event.partition(":")[0]
