"""Consultations for tests of any part."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from advnet.accounts.model import User
from advnet.consultations import service
from advnet.consultations.details import Details, Option, QuestionDetails
from advnet.consultations.invitations.model import Invitation, InvitationState, ScreeningVerdict
from advnet.consultations.model import Consultation, ConsultationState, QuestionKind
from advnet.consultations.states import COURSE
from advnet.experts.model import Expert
from advnet.experts.vocabulary.model import Concept, Facet

DEADLINE_DAYS = 14

FREE_TEXT = QuestionDetails(prompt_ja="観測網に何が足りないか。", prompt_en="What does the observing network lack?")
CHOICE = QuestionDetails(
    kind=QuestionKind.CHOICE,
    prompt_ja="どの国と組むべきか。",
    prompt_en="With whom should we work?",
    options=(Option("1", "ノルウェー", "Norway"), Option("2", "カナダ", "Canada")),
)


def make_details(*, now: datetime, **overrides: Any) -> Details:
    """Whole details: title and background in both languages, a text and a choice, a deadline in two weeks."""
    values: dict[str, Any] = {
        "title_ja": "北極海の観測網",
        "title_en": "Observing the Arctic Ocean",
        "background_ja": "海氷の**減少**が続いている。",
        "background_en": "Sea ice goes on **shrinking**.",
        "decision_ja": "次の会合での提案を決める。",
        "decision_en": "What to propose at the next meeting.",
        "deadline_at": now + timedelta(days=DEADLINE_DAYS),
        "questions": (FREE_TEXT, CHOICE),
    }
    return Details(**{**values, **overrides})


def make_consultation(
    session: Session, *, by: User, state: str = "open", now: datetime, requester: User | None = None, **overrides: Any
) -> Consultation:
    """A consultation in ``state``, flushed, with questions and facets loaded.

    It is drafted (or filed by ``requester``), submitted and scoped through the services; later states are set on the
    row with the times they need, since their moves need invitations and answers.

    :param by: an advisor or secretary
    :param overrides: fields of :class:`Details`
    """
    wanted = ConsultationState(state)
    details = make_details(now=now, **overrides)
    if requester is not None:
        consultation = service.file_consultation(session, actor=requester.actor, details=details, now=now)
    else:
        consultation = service.draft_consultation(session, actor=by.actor, details=details, now=now)
    if wanted in {ConsultationState.DRAFT, ConsultationState.FILED}:
        if wanted == ConsultationState.FILED:
            consultation.filed_at = now
        consultation.state = wanted
    else:
        service.submit_to_triage(session, actor=by.actor, consultation=consultation, now=now)
        if wanted in COURSE and wanted != ConsultationState.TRIAGE:
            service.scope_consultation(session, actor=by.actor, consultation=consultation, now=now)
        _put(session, consultation, wanted, by=by, now=now)
    session.flush()
    return consultation


def make_concept(session: Session, code: str, *, ja: str = "", en: str = "", **overrides: Any) -> Concept:
    """A concept of the vocabulary, a field when not said otherwise."""
    values: dict[str, Any] = {"facet": Facet.FIELD, "label_ja": ja or code, "label_en": en or code, **overrides}
    concept = Concept(code=code, **values)
    session.add(concept)
    session.flush()
    return concept


def make_bare_expert(session: Session, *, user: User | None = None, now: datetime) -> Expert:
    """An expert of whom only the account matters."""
    expert = Expert(user_id=user.id if user else None, created_at=now, changed_at=now)
    session.add(expert)
    session.flush()
    return expert


def make_bare_invitation(
    session: Session, *, consultation: Consultation, expert: Expert, state: str = "proposed", now: datetime
) -> Invitation:
    """An invitation set into ``state`` on the row, with what its constraints need."""
    wanted = InvitationState(state)
    invitation = Invitation(
        consultation_id=consultation.id, expert_id=expert.id, state=wanted, proposed_at=now, state_changed_at=now
    )
    if wanted not in {InvitationState.PROPOSED, InvitationState.WITHDRAWN}:
        invitation.interests_asked_at, invitation.respond_by = now, now + timedelta(days=7)
    if wanted not in {InvitationState.PROPOSED, InvitationState.INTERESTS_ASKED, InvitationState.WITHDRAWN}:
        invitation.declared_at, invitation.has_no_interests = now, True
        judged = wanted if wanted in set(ScreeningVerdict) else ScreeningVerdict.CLEARED
        invitation.screening_verdict, invitation.screened_at = ScreeningVerdict(judged), now
    if wanted in {InvitationState.SENT, InvitationState.ACCEPTED, InvitationState.DECLINED, InvitationState.LAPSED}:
        invitation.sent_at = now
    if wanted in {InvitationState.ACCEPTED, InvitationState.DECLINED}:
        invitation.responded_at = now
    session.add(invitation)
    session.flush()
    return invitation


def _put(session: Session, consultation: Consultation, wanted: ConsultationState, *, by: User, now: datetime) -> None:
    place = COURSE.index(wanted) if wanted in COURSE else -1
    if place >= COURSE.index(ConsultationState.OPEN):
        consultation.opened_at, consultation.round_number = now, 1
    if place >= COURSE.index(ConsultationState.CLOSED):
        consultation.closed_at = now
    if place >= COURSE.index(ConsultationState.ISSUED):
        consultation.issued_at = now
    if wanted == ConsultationState.SETTLED:
        consultation.settled_at = now
    if wanted == ConsultationState.CANCELLED:
        consultation.cancelled_at = now
    if wanted == ConsultationState.MERGED:
        another = make_consultation(session, by=by, state="triage", now=now)
        consultation.merged_into_id = another.id
    consultation.state = wanted
