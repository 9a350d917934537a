"""The whole access policy, as one table: permission → rows of small pure predicates ``(actor, thing)``.

A permission is granted when **any** of its rows holds; one that has no row is denied to everybody. Predicates look at
facts of the row in hand only, never at the database. Views (through ``web.access``), services, queries and templates
all read this table; the same question is asked nowhere else. A name is ``noun:verb`` in the words of the glossary.

What may not be *read* is answered as if it were not there; that is done by the queries, which take the actor.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from advnet.accounts.model import Actor, Role
from advnet.errors import Forbidden

Predicate = Callable[[Actor, Any], bool]


class Permission(StrEnum):
    # accounts
    ACCOUNT_OWN = "account:own"
    ACCOUNT_MANAGE = "account:manage"
    # consultations
    CONSULTATION_LIST = "consultation:list"
    CONSULTATION_READ = "consultation:read"
    CONSULTATION_DRAFT = "consultation:draft"
    CONSULTATION_FILE = "consultation:file"
    CONSULTATION_EDIT = "consultation:edit"
    CONSULTATION_TRIAGE = "consultation:triage"
    CONSULTATION_SCOPE = "consultation:scope"
    CONSULTATION_PROPOSE_PANEL = "consultation:propose-panel"
    CONSULTATION_INVITE = "consultation:invite"
    CONSULTATION_OPEN = "consultation:open"
    CONSULTATION_EXTEND = "consultation:extend"
    CONSULTATION_CLOSE = "consultation:close"
    ROUND_CLOSE = "round:close"
    ROUND_OPEN = "round:open"
    ROUND_SUMMARISE = "round:summarise"
    CONSULTATION_SYNTHESISE = "consultation:synthesise"
    CONSULTATION_REVIEW = "consultation:review"
    CONSULTATION_ISSUE = "consultation:issue"
    CONSULTATION_USE = "consultation:use"
    CONSULTATION_SETTLE = "consultation:settle"
    CONSULTATION_CANCEL = "consultation:cancel"
    QUESTION_RESOLVE = "question:resolve"
    QUESTION_WEIGH = "question:weigh"
    # invitations
    INVITATION_LIST = "invitation:list"
    INVITATION_LIST_OWN = "invitation:list-own"
    INVITATION_REPLY = "invitation:reply"
    INVITATION_PROPOSE = "invitation:propose"
    INVITATION_ASK = "invitation:ask"
    INVITATION_SCREEN = "invitation:screen"
    INVITATION_WITHDRAW = "invitation:withdraw"
    INVITATION_REPLACE = "invitation:replace"
    INVITATION_EXTEND = "invitation:extend"
    INVITATION_LAPSE = "invitation:lapse"
    # experts
    REGISTRATION_OWN = "registration:own"
    REGISTRATION_VET = "registration:vet"
    PROFILE_OWN = "profile:own"
    PROFILE_FILL = "profile:fill"
    PROFILE_EDIT = "profile:edit"
    EXPERT_READ = "expert:read"
    EXPERT_SUSPEND = "expert:suspend"
    EXPERT_SEARCH = "expert:search"
    CONSULTATION_FIND_EXPERTS = "consultation:find-experts"
    VOCABULARY_MANAGE = "vocabulary:manage"
    EXPERT_IMPORT = "expert:import"
    # answers
    ANSWER_WRITE = "answer:write"
    ANSWER_READ = "answer:read"
    ANSWER_FOLLOW = "answer:follow"
    ANSWER_POOL = "answer:pool"
    FEEDBACK_READ = "feedback:read"
    ITEM_NAME = "item:name"
    ITEM_SORT = "item:sort"
    DISCUSSION_JOIN = "discussion:join"
    DISCUSSION_LEAD = "discussion:lead"
    ANSWER_IDENTIFY = "answer:identify"
    RECORD_READ = "record:read"
    RECORD_READ_OWN = "record:read-own"
    RECORD_COMPARE = "record:compare"
    # advice
    DESK_READ = "desk:read"
    BRIEF_LIST = "brief:list"
    BRIEF_READ = "brief:read"
    BRIEF_START = "brief:start"
    BRIEF_WRITE = "brief:write"
    BRIEF_RETURN = "brief:return"
    BRIEF_ISSUE = "brief:issue"
    # audit and operation
    AUDIT_READ = "audit:read"
    JOB_READ = "job:read"
    JOB_RETRY = "job:retry"


def signed_in(actor: Actor, thing: Any) -> bool:
    return actor.is_signed_in


def role(*roles: Role) -> Predicate:
    """The actor holds one of ``roles``."""

    def holds(actor: Actor, thing: Any) -> bool:
        return actor.has(*roles)

    return holds


def owns(actor: Actor, thing: Any) -> bool:
    """The thing belongs to the actor's account (``thing.user_id``)."""
    return actor.is_signed_in and thing.user_id == actor.user_id


def files(actor: Actor, thing: Any) -> bool:
    """The actor is the requester who filed the consultation (``thing.requester_id``)."""
    return actor.is_signed_in and thing is not None and thing.requester_id == actor.user_id


def new_or_own(actor: Actor, thing: Any) -> bool:
    """A request that is still to be written, or the actor's own."""
    return thing is None or files(actor, thing)


def whole_or_own(actor: Actor, thing: Any) -> bool:
    """No thing in particular, or one that belongs to the actor's account."""
    return thing is None or owns(actor, thing)


def shared(actor: Actor, thing: Any) -> bool:
    """No request that its requester has not filed yet: such a one is the requester's alone."""
    return thing is None or not thing.is_private


def requested(actor: Actor, thing: Any) -> bool:
    """The thing was written for the actor's request (``thing.consultation.requester_id``)."""
    return actor.is_signed_in and thing.consultation.requester_id == actor.user_id


def not_own(actor: Actor, thing: Any) -> bool:
    """The thing does not belong to the actor's account: nobody judges the own case."""
    return thing is None or thing.user_id is None or thing.user_id != actor.user_id


def approved(actor: Actor, thing: Any) -> bool:
    """The thing is an approved expert."""
    return bool(thing.is_approved)


def system(actor: Actor, thing: Any) -> bool:
    """The worker, the command line or the demo acts."""
    return actor.system is not None


def both(*predicates: Predicate) -> Predicate:
    """Every one of ``predicates`` holds."""

    def hold(actor: Actor, thing: Any) -> bool:
        return all(predicate(actor, thing) for predicate in predicates)

    return hold


def state_in(*states: str) -> Predicate:
    """The thing is in one of ``states``."""

    def holds(actor: Actor, thing: Any) -> bool:
        return thing.state in states

    return holds


def mode(value: str) -> Predicate:
    """The consultation's mode is ``value``."""

    def holds(actor: Actor, thing: Any) -> bool:
        return bool(thing.mode == value)

    return holds


def shows_answers(actor: Actor, thing: Any) -> bool:
    """Some of the consultation's answers may be read by this member of the desk: as they come in, or those of a round
    that has closed for everybody. Items of round 0 are no answers.
    """
    if shows_answers_as_they_come(actor, thing):
        return True
    return thing.state in {"open", "closed"} and bool(thing.closed_round)


def shows_answers_as_they_come(actor: Actor, thing: Any) -> bool:
    """All of the consultation's answers may be read by this member of the desk: from its opening by who learns their
    authors anyway, by others when all are in.

    Answers that come in one by one would tell their authors to who watches the panel. A closed consultation still takes
    the answers of those to whom more time was granted, so all are in only when the synthesis has begun.
    """
    if thing.mode == "attributed" or (thing.mode == "named_to_advisor" and actor.has(Role.ADVISOR)):
        return thing.opened_at is not None
    return thing.state in {"synthesis", "review", "issued", "in_use", "settled"}


def shows_feedback(actor: Actor, thing: Any) -> bool:
    """The invitation's expert has answered, and a round has closed: what it brought may be read."""
    return bool(thing.shows_feedback)


def has_closed_round_0(actor: Actor, thing: Any) -> bool:
    """The consultation's experts have named their items, and nobody can name more."""
    return bool(thing.names_items) and thing.closed_round is not None


def has_discussion(actor: Actor, thing: Any) -> bool:
    """The consultation's experts may discuss, and there is something to discuss: a round of answers has closed."""
    return bool(thing.has_discussion and thing.closed_round)


def belongs_to_discussion(actor: Actor, thing: Any) -> bool:
    """The invitation's consultation has a discussion."""
    return has_discussion(actor, thing.consultation)


administrator = role(Role.ADMINISTRATOR)
auditor = role(Role.AUDITOR)
advisor = role(Role.ADVISOR)
desk = role(Role.ADVISOR, Role.SECRETARIAT)
requester = role(Role.REQUESTER)
expert = role(Role.EXPERT)

TABLE: Mapping[Permission, tuple[Predicate, ...]] = {
    Permission.ACCOUNT_OWN: (signed_in,),
    Permission.ACCOUNT_MANAGE: (administrator, system),
    Permission.CONSULTATION_LIST: (desk, requester),
    Permission.CONSULTATION_READ: (both(desk, shared), files, expert),  # which expert may read which, the query decides
    Permission.CONSULTATION_DRAFT: (desk,),
    Permission.CONSULTATION_FILE: (both(requester, new_or_own),),
    Permission.CONSULTATION_EDIT: (both(desk, shared), both(files, state_in("draft", "filed", "returned"))),
    Permission.CONSULTATION_TRIAGE: (both(desk, shared),),
    Permission.CONSULTATION_SCOPE: (desk,),
    Permission.CONSULTATION_PROPOSE_PANEL: (desk,),
    Permission.CONSULTATION_INVITE: (desk,),
    Permission.CONSULTATION_OPEN: (desk,),
    Permission.CONSULTATION_EXTEND: (desk,),
    Permission.CONSULTATION_CLOSE: (desk, system),
    Permission.ROUND_CLOSE: (desk, system),
    Permission.ROUND_OPEN: (desk,),
    Permission.ROUND_SUMMARISE: (desk,),
    Permission.CONSULTATION_SYNTHESISE: (desk,),
    Permission.CONSULTATION_REVIEW: (desk,),
    Permission.CONSULTATION_ISSUE: (advisor,),
    Permission.CONSULTATION_USE: (desk,),
    Permission.CONSULTATION_SETTLE: (desk,),
    Permission.CONSULTATION_CANCEL: (
        both(desk, shared),
        both(files, state_in("draft", "filed", "triage", "returned")),
    ),
    Permission.QUESTION_RESOLVE: (desk,),
    Permission.QUESTION_WEIGH: (advisor,),
    Permission.INVITATION_LIST: (desk,),
    Permission.INVITATION_LIST_OWN: (expert,),
    Permission.INVITATION_REPLY: (both(expert, owns),),
    Permission.INVITATION_PROPOSE: (desk,),
    Permission.INVITATION_ASK: (desk,),
    Permission.INVITATION_SCREEN: (both(desk, not_own), system),
    Permission.INVITATION_WITHDRAW: (desk,),
    Permission.INVITATION_REPLACE: (desk,),
    Permission.INVITATION_EXTEND: (both(desk, not_own),),
    Permission.INVITATION_LAPSE: (system,),
    Permission.REGISTRATION_OWN: (role(Role.APPLICANT),),
    Permission.REGISTRATION_VET: (both(administrator, not_own),),
    Permission.PROFILE_OWN: (role(Role.EXPERT),),
    Permission.PROFILE_FILL: (role(Role.APPLICANT, Role.EXPERT),),
    Permission.PROFILE_EDIT: (owns, system),
    Permission.EXPERT_READ: (both(desk, approved), administrator, owns, system),
    Permission.EXPERT_SUSPEND: (both(administrator, not_own), system),
    Permission.EXPERT_SEARCH: (desk, system),
    Permission.CONSULTATION_FIND_EXPERTS: (desk,),
    Permission.VOCABULARY_MANAGE: (administrator, system),
    Permission.EXPERT_IMPORT: (system,),
    Permission.ANSWER_WRITE: (both(expert, owns, state_in("accepted")),),
    Permission.ANSWER_READ: (both(desk, shows_answers), system),
    Permission.ANSWER_POOL: (both(desk, shows_answers),),
    Permission.FEEDBACK_READ: (both(expert, owns, shows_feedback),),
    Permission.ITEM_NAME: (both(expert, owns, state_in("accepted")),),
    Permission.ITEM_SORT: (both(desk, has_closed_round_0),),
    Permission.DISCUSSION_JOIN: (both(expert, owns, shows_feedback, belongs_to_discussion),),
    Permission.DISCUSSION_LEAD: (both(desk, has_discussion),),
    Permission.ANSWER_FOLLOW: (both(desk, shows_answers_as_they_come), system),
    Permission.ANSWER_IDENTIFY: (both(signed_in, mode("attributed")), both(advisor, mode("named_to_advisor"))),
    # of an expert, who is the thing; what of it the advisor sees, the query decides by the consultations' modes
    Permission.RECORD_READ: (both(advisor, approved),),
    Permission.RECORD_READ_OWN: (both(expert, whole_or_own),),
    Permission.RECORD_COMPARE: (advisor,),
    Permission.DESK_READ: (desk,),
    Permission.BRIEF_LIST: (desk, requester, expert),
    # of the experts those who contributed; which those are, the query decides
    Permission.BRIEF_READ: (desk, both(requested, state_in("issued")), both(expert, state_in("issued"))),
    Permission.BRIEF_START: (desk,),
    Permission.BRIEF_WRITE: (desk,),
    Permission.BRIEF_RETURN: (desk,),
    Permission.BRIEF_ISSUE: (advisor,),
    Permission.AUDIT_READ: (auditor, system),
    Permission.JOB_READ: (administrator, system),
    Permission.JOB_RETRY: (administrator, system),
}


def allows(permission: Permission, actor: Actor, thing: Any = None) -> bool:
    """Whether any row of the table grants ``permission`` to ``actor`` on ``thing``."""
    return any(predicate(actor, thing) for predicate in TABLE.get(permission, ()))


def require(permission: Permission, actor: Actor, thing: Any = None) -> None:
    """:raises Forbidden: no row of the table grants it"""
    if not allows(permission, actor, thing):
        raise Forbidden()
