"""The way of a brief up to its issue: begun, saved, restored, sent to review, returned.

Each move takes its consultation along. How it goes out stands in ``issuing.py``.
"""

from dataclasses import astuple, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.advice import queries
from advnet.advice.document import list_cited, printable
from advnet.advice.model import Brief, BriefRevision, BriefState, Citation
from advnet.answers.queries import get_cited, list_uncitable
from advnet.audit.service import record
from advnet.consultations.model import Consultation, ConsultationState
from advnet.consultations.moves import stated
from advnet.consultations.progress import begin_review, begin_synthesis, return_to_synthesis
from advnet.errors import DomainError, EditedMeanwhile, Invalid, NotFound, Unsound, WrongState, msgid
from advnet.permissions import Permission, require

LONGEST_TITLE = {"title_ja": 200, "title_en": 300}
LONGEST_BODY = 60_000


@dataclass(frozen=True)
class BriefText:
    """What an editor typed; bodies are Markdown with citations."""

    title_ja: str = ""
    title_en: str = ""
    body_ja: str = ""
    body_en: str = ""


class AlreadyBegun(WrongState):
    message = msgid("The brief of this consultation has been begun already.")


def start_brief(session: Session, *, actor: Actor, consultation: Consultation, now: datetime) -> Brief:
    """An empty brief stands, under the consultation's title, and the consultation is in synthesis.

    :raises WrongState: the consultation still takes answers, or is past its synthesis
    :raises AlreadyBegun: there is a brief
    """
    require(Permission.BRIEF_START, actor, consultation)
    session.flush()
    session.refresh(consultation, ["state"], with_for_update=True)
    if queries.exists_for(session, consultation_id=consultation.id):
        raise AlreadyBegun()
    if consultation.state != ConsultationState.SYNTHESIS:
        begin_synthesis(session, actor=actor, consultation=consultation, now=now)
    brief = Brief(
        consultation=consultation,
        state=BriefState.DRAFTING,
        title_ja=consultation.title_ja,
        title_en=consultation.title_en,
        body_ja="",
        body_en="",
        version=1,
        created_at=now,
        updated_at=now,
        updated_by_id=actor.user_id,
    )
    session.add(brief)
    session.flush()
    _keep_revision(session, brief, actor=actor, now=now)
    record(session, actor=actor, event="brief:begun", subject=brief, detail=facts_of(brief), now=now)
    return brief


def save_brief(
    session: Session, *, actor: Actor, brief: Brief, text: BriefText, version: int, now: datetime
) -> BriefRevision | None:
    """The brief reads as given, kept as one more revision, and its citations are those of the text.

    Returns the revision; None when the text is the present one, in which case nothing is changed.

    :param brief: loaded with its consultation
    :param version: of the brief as the editor saw it
    :raises WrongState: it is issued, or its consultation is not in synthesis or review
    :raises EditedMeanwhile: it has another version by now; nothing is changed
    :raises Unsound: a text is too long, or cites what is no answer of this consultation; nothing is changed
    """
    lock_brief(session, brief)
    require(Permission.BRIEF_WRITE, actor, brief)
    need_state(brief, BriefState.DRAFTING, BriefState.IN_REVIEW)
    if brief.version != version:
        raise EditedMeanwhile()
    text = BriefText(*(printable(value).strip() for value in astuple(text)))
    if text == text_of(brief):
        return None
    revision = _put(session, brief, text, actor=actor, now=now)
    record(session, actor=actor, event="brief:saved", subject=brief, detail=facts_of(brief), now=now)
    return revision


def restore_version(
    session: Session, *, actor: Actor, brief: Brief, revision: BriefRevision, version: int, now: datetime
) -> BriefRevision | None:
    """The brief reads as it did in an earlier version, which is saved as one more; nothing in between is lost.

    Returns the new revision; None when the text is the present one, in which case nothing is changed.

    :param brief: loaded with its consultation
    :param revision: of this brief
    :param version: of the brief as the editor saw it
    :raises WrongState: the brief is issued, or its consultation is not in synthesis or review
    :raises EditedMeanwhile: it has another version by now; nothing is changed
    """
    lock_brief(session, brief)
    require(Permission.BRIEF_WRITE, actor, brief)
    need_state(brief, BriefState.DRAFTING, BriefState.IN_REVIEW)
    if revision.brief_id != brief.id:
        raise NotFound()
    if brief.version != version:
        raise EditedMeanwhile()
    if text_of(revision) == text_of(brief):
        return None
    restored = _put(session, brief, text_of(revision), actor=actor, now=now)
    detail = {**facts_of(brief), "restored_version": revision.version}
    record(session, actor=actor, event="brief:restored", subject=brief, detail=detail, now=now)
    return restored


def send_to_review(session: Session, *, actor: Actor, brief: Brief, now: datetime) -> None:
    """The brief, and its consultation, are in review.

    :param brief: loaded with its consultation
    :raises WrongState: it is not being drafted
    :raises Unsound: it has no title or no text, or a text in one language without a title
    """
    lock_brief(session, brief)
    require(Permission.BRIEF_WRITE, actor, brief)
    need_state(brief, BriefState.DRAFTING)
    need_whole(brief)
    brief.state, brief.review_reason = BriefState.IN_REVIEW, ""
    if brief.consultation.state != ConsultationState.REVIEW:
        begin_review(session, actor=actor, consultation=brief.consultation, now=now)
    record(session, actor=actor, event="brief:sent-to-review", subject=brief, detail=facts_of(brief), now=now)


def return_from_review(session: Session, *, actor: Actor, brief: Brief, reason: str, now: datetime) -> None:
    """The brief is being drafted again; the reason stands above its text.

    :param brief: loaded with its consultation
    :raises WrongState: it is not in review
    :raises Invalid: no reason is given
    """
    lock_brief(session, brief)
    require(Permission.BRIEF_RETURN, actor, brief)
    need_state(brief, BriefState.IN_REVIEW)
    brief.review_reason = stated(reason)
    brief.state = BriefState.DRAFTING
    if brief.consultation.state != ConsultationState.SYNTHESIS:
        return_to_synthesis(session, actor=actor, consultation=brief.consultation, reason=reason, now=now)
    record(session, actor=actor, event="brief:returned", subject=brief, detail=facts_of(brief), now=now)


def text_of(brief: Brief | BriefRevision) -> BriefText:
    """The present text."""
    return BriefText(brief.title_ja, brief.title_en, brief.body_ja, brief.body_en)


def lock_brief(session: Session, brief: Brief) -> None:
    """Of two moves one wins: both rows are locked, the consultation first (as the moves of its own lock it)."""
    session.flush()
    session.refresh(brief.consultation, ["state", "version", "requester_id"], with_for_update=True)
    session.refresh(brief, [column.key for column in Brief.__mapper__.column_attrs], with_for_update=True)


def need_state(brief: Brief, *states: BriefState) -> None:
    """:raises WrongState: the brief is in none of them, or its consultation is not in synthesis or review"""
    under_way = {ConsultationState.SYNTHESIS, ConsultationState.REVIEW}
    if brief.state not in states or brief.consultation.state not in under_way:
        raise WrongState()


def _put(session: Session, brief: Brief, text: BriefText, *, actor: Actor, now: datetime) -> BriefRevision:
    """The text is the brief's next version.

    :raises Unsound: a text is too long, or cites what is no answer of the consultation; nothing is changed
    """
    cited = _checked(session, actor=actor, consultation=brief.consultation, text=text)
    for name in BriefText.__dataclass_fields__:
        setattr(brief, name, getattr(text, name))
    brief.version += 1
    brief.updated_at, brief.updated_by_id = now, actor.user_id
    _cite(session, brief, cited)
    return _keep_revision(session, brief, actor=actor, now=now)


def _checked(session: Session, *, actor: Actor, consultation: Consultation, text: BriefText) -> set[int]:
    """The answers that the text cites.

    :raises Unsound: with every fault
    """
    faults: list[DomainError] = []
    for field, limit in LONGEST_TITLE.items():
        if len(getattr(text, field)) > limit:
            faults.append(Invalid(msgid("Use at most %(maximum)s characters."), field=field, maximum=limit))
        if "\n" in getattr(text, field):
            faults.append(Invalid(msgid("A title is one line."), field=field))
    cited = {}
    for field in ("body_ja", "body_en"):
        if len(getattr(text, field)) > LONGEST_BODY:
            faults.append(Invalid(msgid("Use at most %(maximum)s characters."), field=field, maximum=LONGEST_BODY))
        else:
            cited[field] = list_cited(getattr(text, field))
    ids = {one.answer_id for citations in cited.values() for one in citations if one.answer_id is not None}
    known = get_cited(session, actor=actor, consultation=consultation, answer_ids=ids) if ids else {}
    uncitable = list_uncitable(session, answer_ids=known)
    for field, citations in cited.items():
        faults += [
            Invalid(
                msgid("Line %(line)s cites “%(code)s”, which is no answer of this consultation. Copy the code again."),
                field=field,
                line=one.line,
                code=one.code[:40],
            )
            for one in citations
            if one.answer_id not in known
        ]
        faults += [
            Invalid(
                msgid(
                    "Line %(line)s cites an answer that its expert keeps at the desk or has withdrawn. "
                    "Take the citation out."
                ),
                field=field,
                line=one.line,
            )
            for one in citations
            if one.answer_id in uncitable
        ]
    if faults:
        raise Unsound(faults)
    return set(known)


def need_whole(brief: Brief) -> None:
    """:raises Unsound: it has no title or no text, or a text in one language without a title"""
    faults: list[DomainError] = []
    if not brief.body_ja and not brief.body_en:
        faults.append(Invalid(msgid("Write the brief in Japanese or in English."), field="body_ja"))
    for language in ("ja", "en"):
        if getattr(brief, f"body_{language}") and not getattr(brief, f"title_{language}"):
            faults.append(Invalid(msgid("Give the text a title in the same language."), field=f"title_{language}"))
    if faults:
        raise Unsound(faults)


def _cite(session: Session, brief: Brief, cited: set[int]) -> None:
    kept = set()
    for citation in queries.list_citations(session, brief_id=brief.id):
        if citation.answer_id in cited:
            kept.add(citation.answer_id)
        else:
            session.delete(citation)
    session.add_all(Citation(brief_id=brief.id, answer_id=answer_id) for answer_id in sorted(cited - kept))


def _keep_revision(session: Session, brief: Brief, *, actor: Actor, now: datetime) -> BriefRevision:
    values = {name: getattr(brief, name) for name in BriefText.__dataclass_fields__}
    revision = BriefRevision(
        brief_id=brief.id, version=brief.version, saved_at=now, saved_by_id=actor.user_id, **values
    )
    session.add(revision)
    session.flush()
    return revision


def facts_of(brief: Brief) -> dict[str, int]:
    """What the audit log holds of a brief: numbers, none of its words."""
    return {"consultation": brief.consultation_id, "version": brief.version}
