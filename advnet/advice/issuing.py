"""The brief goes out: whoever issues says which version they have read, and what is issued is that text, or nothing."""

from datetime import datetime

from sqlalchemy.orm import Session

from advnet.accounts import queries as accounts
from advnet.accounts.model import Actor
from advnet.advice.model import Brief, BriefState
from advnet.advice.service import facts_of, lock_brief, need_state, need_whole
from advnet.answers.queries import list_contributors_to_notify
from advnet.answers.service import release_answers
from advnet.audit.service import record
from advnet.consultations.marking import mail_values
from advnet.consultations.progress import issue_consultation
from advnet.errors import EditedMeanwhile, msgid
from advnet.mail.messages import advice as messages
from advnet.mail.outbox import to_user
from advnet.permissions import Permission, require


class ReadAgain(EditedMeanwhile):
    message = msgid("The brief was changed since you opened this page. Read the present version before you issue it.")


def issue_brief(session: Session, *, actor: Actor, brief: Brief, version: int, now: datetime) -> None:
    """The text stands for good, the consultation is issued, the answers are released, contributors and requester are
    told by mail.

    Whom the mails reach is looked up by the system itself and said nowhere: the log has their number alone.

    :param brief: loaded with its consultation
    :param version: that the advisor has read
    :raises Forbidden: the actor is not the advisor
    :raises WrongState: it is not in review
    :raises ReadAgain: it has another version by now
    """
    lock_brief(session, brief)
    require(Permission.BRIEF_ISSUE, actor, brief)
    need_state(brief, BriefState.IN_REVIEW)
    if brief.version != version:
        raise ReadAgain()
    need_whole(brief)
    brief.state, brief.issued_at, brief.issued_by_id = BriefState.ISSUED, now, actor.user_id
    issue_consultation(session, actor=actor, consultation=brief.consultation, now=now)
    release_answers(session, actor=actor, consultation=brief.consultation, now=now)
    told = _tell_contributors(session, brief, now=now)
    _tell_requester(session, brief, actor=actor, now=now)
    detail = {**facts_of(brief), "contributors_told": told}
    record(session, actor=actor, event="brief:issued", subject=brief, detail=detail, now=now)


def _tell_contributors(session: Session, brief: Brief, *, now: datetime) -> int:
    told = list_contributors_to_notify(session, consultation=brief.consultation)
    for user in told:
        messages.brief_issued_contributor(
            session,
            to=to_user(user),
            user_id=user.id,
            brief_id=brief.id,
            now=now,
            **mail_values(brief.consultation),
        )
    return len(told)


def _tell_requester(session: Session, brief: Brief, *, actor: Actor, now: datetime) -> None:
    requester_id = brief.consultation.requester_id
    if requester_id is None or requester_id == actor.user_id:
        return
    messages.brief_issued_requester(
        session,
        to=to_user(accounts.get_user(session, requester_id)),
        brief_id=brief.id,
        now=now,
        **mail_values(brief.consultation),
    )
