"""What the desk sees when it opens: what waits, what is due, how far each consultation is.

Each list is one statement, cut at :data:`SHOWN` rows, and the counts are one more; so the page costs the same however
much waits. Panels are shown as totals in every mode: who has answered is no matter of this page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from advnet.accounts.model import Actor
from advnet.advice.model import Brief, BriefState
from advnet.consultations.invitations.model import Invitation, InvitationState
from advnet.consultations.invitations.moves import ASKING
from advnet.consultations.model import Consultation
from advnet.consultations.model import ConsultationState as State
from advnet.consultations.resolving.queries import DueQuestion, count_due, list_due
from advnet.permissions import Permission, require

SHOWN = 10
DUE_WITHIN = timedelta(days=14)
RUNNING = (State.TRIAGE, State.SCOPED, State.PANEL_PROPOSED, State.INVITING, State.OPEN)
"""States in which the deadline still matters."""

_TO_TRIAGE = Consultation.state.in_((State.FILED, State.TRIAGE))
_TO_LEAD_ON = sa.and_(Consultation.state == State.OPEN, Consultation.is_between_rounds)
_TO_SYNTHESISE = Consultation.state == State.CLOSED
_TO_SCREEN = sa.and_(
    Invitation.state == InvitationState.INTERESTS_ASKED,
    Invitation.declared_at.is_not(None),
    Consultation.state.in_(ASKING),
)
_TO_EXTEND = sa.and_(
    Invitation.extension_asked_at.is_not(None),
    Invitation.extension_verdict.is_(None),
    Consultation.state.in_((State.INVITING, State.OPEN, State.CLOSED)),
)
_IN_REVIEW = sa.and_(Brief.state == BriefState.IN_REVIEW, Consultation.state == State.REVIEW)
_TO_FINISH = sa.and_(Brief.state == BriefState.DRAFTING, Consultation.state.in_((State.SYNTHESIS, State.REVIEW)))


@dataclass(frozen=True)
class Waiting:
    """How many things wait for the desk, of each kind."""

    to_triage: int
    to_screen: int
    to_extend: int
    to_close: int
    to_lead_on: int
    to_synthesise: int
    to_finish: int
    in_review: int
    to_resolve: int

    @property
    def total(self) -> int:
        return (
            self.to_triage
            + self.to_screen
            + self.to_extend
            + self.to_close
            + self.to_lead_on
            + self.to_synthesise
            + self.to_finish
            + self.in_review
            + self.to_resolve
        )


@dataclass(frozen=True)
class PanelProgress:
    """Totals of one consultation's panel.

    :ivar invited: to how many the invitation was sent, whatever they said
    :ivar answered: how many of those who accepted have submitted an answer
    """

    consultation: Consultation
    invited: int
    accepted: int
    answered: int


@dataclass(frozen=True)
class Desk:
    """Everything on the page; lists are ordered, the longest wait or the nearest deadline first.

    :ivar to_lead_on: a round has closed, and a person decides whether there is another one
    """

    waiting: Waiting
    to_triage: Sequence[Consultation]
    to_screen: Sequence[Invitation]
    to_extend: Sequence[Invitation]
    to_close: Sequence[Consultation]
    to_lead_on: Sequence[Consultation]
    to_synthesise: Sequence[Consultation]
    briefs: Sequence[Brief]
    to_resolve: Sequence[DueQuestion]
    due: Sequence[Consultation]
    progress: Sequence[PanelProgress]


def load_desk(session: Session, *, actor: Actor, now: datetime) -> Desk:
    """The desk at this moment.

    :raises Forbidden: the actor is not of the desk
    """
    require(Permission.DESK_READ, actor)
    return Desk(
        waiting=_waiting(session, now),
        to_triage=_consultations(session, _TO_TRIAGE, Consultation.state_changed_at),
        to_screen=_invitations(session, _TO_SCREEN, Invitation.declared_at),
        to_extend=_invitations(session, _TO_EXTEND, Invitation.extension_asked_at),
        to_close=_consultations(session, _to_close(now), Consultation.deadline_at),
        to_lead_on=_consultations(session, _TO_LEAD_ON, Consultation.deadline_at),
        to_synthesise=_consultations(session, _TO_SYNTHESISE, Consultation.closed_at),
        briefs=_briefs(session),
        to_resolve=list_due(session, actor=actor, now=now, limit=SHOWN),
        due=_consultations(session, _due(now), Consultation.deadline_at),
        progress=_progress(session),
    )


def _to_close(now: datetime) -> sa.ColumnElement[bool]:
    """Past the deadline and still open: the worker closes these; where it has not, somebody should."""
    return sa.and_(
        Consultation.state == State.OPEN, sa.not_(Consultation.is_between_rounds), Consultation.deadline_at <= now
    )


def _due(now: datetime) -> sa.ColumnElement[bool]:
    deadline = Consultation.deadline_at
    is_running = sa.and_(Consultation.state.in_(RUNNING), sa.not_(Consultation.is_between_rounds))
    return sa.and_(is_running, deadline > now, deadline <= now + DUE_WITHIN)


def _waiting(session: Session, now: datetime) -> Waiting:
    consultations = sa.select(sa.func.count()).select_from(Consultation)
    invitations = sa.select(sa.func.count()).select_from(Invitation).join(Invitation.consultation)
    briefs = sa.select(sa.func.count()).select_from(Brief).join(Brief.consultation)
    counted = (
        consultations.where(_TO_TRIAGE),
        invitations.where(_TO_SCREEN),
        invitations.where(_TO_EXTEND),
        consultations.where(_to_close(now)),
        consultations.where(_TO_LEAD_ON),
        consultations.where(_TO_SYNTHESISE),
        briefs.where(_TO_FINISH),
        briefs.where(_IN_REVIEW),
        count_due(now),
    )
    return Waiting(*session.execute(sa.select(*(query.scalar_subquery() for query in counted))).one())


def _consultations(
    session: Session, condition: sa.ColumnElement[bool], order: sa.orm.InstrumentedAttribute[datetime | None]
) -> Sequence[Consultation]:
    query = sa.select(Consultation).where(condition).order_by(order, Consultation.id).limit(SHOWN)
    return session.scalars(query).all()


def _invitations(
    session: Session, condition: sa.ColumnElement[bool], order: sa.orm.InstrumentedAttribute[datetime | None]
) -> Sequence[Invitation]:
    query = (
        sa.select(Invitation)
        .join(Invitation.consultation)
        .where(condition)
        .options(contains_eager(Invitation.consultation), joinedload(Invitation.expert))
        .order_by(order, Invitation.id)
        .limit(SHOWN)
    )
    return session.scalars(query).all()


def _briefs(session: Session) -> Sequence[Brief]:
    """Those in review first: they wait for the advisor."""
    query = (
        sa.select(Brief)
        .join(Brief.consultation)
        .where(sa.or_(_IN_REVIEW, _TO_FINISH))
        .options(contains_eager(Brief.consultation))
        .order_by((Brief.state == BriefState.IN_REVIEW).desc(), Brief.updated_at, Brief.id)
        .limit(SHOWN)
    )
    return session.scalars(query).all()


def _progress(session: Session) -> list[PanelProgress]:
    totals = (
        sa.select(
            Invitation.consultation_id,
            sa.func.count().filter(Invitation.sent_at.is_not(None)).label("invited"),
            sa.func.count().filter(Invitation.state == InvitationState.ACCEPTED).label("accepted"),
            sa.func.count().filter(Invitation.answered_round == Consultation.round_number).label("answered"),
        )
        .join(Invitation.consultation)
        .group_by(Invitation.consultation_id)
        .subquery()
    )
    query = (
        sa.select(
            Consultation,
            sa.func.coalesce(totals.c.invited, 0),
            sa.func.coalesce(totals.c.accepted, 0),
            sa.func.coalesce(totals.c.answered, 0),
        )
        .outerjoin(totals, totals.c.consultation_id == Consultation.id)
        .where(Consultation.state.in_(ASKING))
        .order_by(Consultation.deadline_at, Consultation.id)
        .limit(2 * SHOWN)
    )
    return [PanelProgress(*row) for row in session.execute(query)]
