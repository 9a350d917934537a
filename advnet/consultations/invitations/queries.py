"""Every select of invitations. The desk sees all of them, an expert the own ones once interests were asked."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from advnet.accounts.model import Actor
from advnet.consultations.invitations.model import KNOWN_TO_EXPERT, Invitation, InvitationState
from advnet.consultations.invitations.moves import ASKING
from advnet.consultations.model import Consultation, ConsultationFacet
from advnet.errors import NotFound
from advnet.experts.model import Expert
from advnet.experts.queries import in_order_of_names
from advnet.paging import SIZE, Page, paged
from advnet.permissions import Permission, allows


@dataclass(frozen=True)
class Progress:
    """Totals of one panel; nothing of a single person.

    :ivar answered: how many accepted experts have given what the round that is open, or was last, asks for
    """

    proposed: int
    asked: int
    to_screen: int
    sent: int
    accepted: int
    answered: int
    wanted: int


def with_people() -> tuple[ORMOption, ...]:
    """Loads the consultation and the expert of each invitation."""
    return joinedload(Invitation.consultation), joinedload(Invitation.expert)


def get_invitation(session: Session, invitation_id: int, *, actor: Actor) -> Invitation:
    """An invitation for the desk, with consultation and expert.

    :raises NotFound: there is none, or the actor is not of the desk
    """
    query = sa.select(Invitation).where(Invitation.id == invitation_id).options(*with_people())
    invitation = session.scalar(query) if allows(Permission.INVITATION_LIST, actor) else None
    if invitation is None:
        raise NotFound()
    return invitation


def get_own_invitation(session: Session, invitation_id: int, *, actor: Actor) -> Invitation:
    """The actor's own invitation, once asked, with expert, and the consultation with questions and facets.

    :raises NotFound: there is none, it is somebody else's, or the expert was never asked
    """
    query = (
        _own(actor)
        .where(Invitation.id == invitation_id)
        .options(
            joinedload(Invitation.expert),
            joinedload(Invitation.consultation).options(
                selectinload(Consultation.questions),
                selectinload(Consultation.facets).joinedload(ConsultationFacet.concept),
            ),
        )
    )
    invitation = session.scalar(query)
    if invitation is None:
        raise NotFound()
    return invitation


def find_own_id(session: Session, *, consultation_id: int, actor: Actor) -> int | None:
    """The number of the actor's own invitation to this consultation, once asked."""
    return session.scalar(
        _own(actor).where(Invitation.consultation_id == consultation_id).with_only_columns(Invitation.id)
    )


def find_invitation(session: Session, *, consultation_id: int, expert_id: int) -> Invitation | None:
    """The expert's invitation to the consultation, in whatever state, with both; for services, not for pages."""
    return session.scalar(
        sa.select(Invitation)
        .where(Invitation.consultation_id == consultation_id, Invitation.expert_id == expert_id)
        .options(*with_people())
    )


def find_for_job(session: Session, invitation_id: int) -> Invitation | None:
    """The invitation with consultation and expert, for the worker."""
    return session.scalar(sa.select(Invitation).where(Invitation.id == invitation_id).options(*with_people()))


def list_panel(session: Session, *, consultation: Consultation, actor: Actor, language: str) -> list[Invitation]:
    """Every invitation to the consultation, in the order of names in this language; nothing outside the desk."""
    if not allows(Permission.INVITATION_LIST, actor):
        return []
    query = (
        sa.select(Invitation)
        .join(Invitation.expert)
        .where(Invitation.consultation_id == consultation.id)
        .options(*with_people())
        .order_by(*in_order_of_names(language))
    )
    return list(session.scalars(query))


def list_proposed(session: Session, *, consultation_id: int) -> list[Invitation]:
    """Who stands proposed, longest first."""
    query = (
        sa.select(Invitation)
        .where(Invitation.consultation_id == consultation_id, Invitation.state == InvitationState.PROPOSED)
        .options(*with_people())
        .order_by(Invitation.proposed_at, Invitation.id)
    )
    return list(session.scalars(query))


def list_free(session: Session, *, consultation_id: int) -> list[Invitation]:
    """Who stands proposed and replaces nobody yet, longest first."""
    taken = sa.select(Invitation.replaced_by_id).where(Invitation.replaced_by_id.is_not(None))
    query = (
        sa.select(Invitation)
        .where(
            Invitation.consultation_id == consultation_id,
            Invitation.state == InvitationState.PROPOSED,
            Invitation.id.not_in(taken),
        )
        .options(*with_people())
        .order_by(Invitation.proposed_at, Invitation.id)
    )
    return list(session.scalars(query))


def list_own_current(session: Session, *, actor: Actor) -> list[Invitation]:
    """The actor's invitations to consultations that are still asking, the nearest time to reply first."""
    query = (
        _own(actor)
        .join(Invitation.consultation)
        .where(Invitation.state.in_(KNOWN_TO_EXPERT), Consultation.state.in_(ASKING))
        .options(*with_people())
        .order_by(Invitation.respond_by, Invitation.id)
    )
    return list(session.scalars(query))


def list_own_past(session: Session, *, actor: Actor, page: int, size: int = SIZE) -> Page[Invitation]:
    """One page of the actor's other invitations, latest first."""
    query = (
        _own(actor)
        .join(Invitation.consultation)
        .where(sa.or_(Invitation.state.not_in(KNOWN_TO_EXPERT), Consultation.state.not_in(ASKING)))
        .options(*with_people())
        .order_by(Invitation.interests_asked_at.desc(), Invitation.id.desc())
    )
    return paged(session, query, number=page, size=size)


def is_replacing(session: Session, *, invitation_id: int) -> bool:
    """Whether the invitation took somebody's seat."""
    return session.scalar(sa.select(Invitation.id).where(Invitation.replaced_by_id == invitation_id)) is not None


def count_open_invitations(session: Session, *, expert_ids: Sequence[int]) -> dict[int, int]:
    """Expert → how many invitations are open: asked, sent or accepted, in a consultation that still asks.

    Whether an accepted expert has answered makes no difference: a load that sinks would tell that an answer came.
    """
    rows = session.execute(
        sa.select(Invitation.expert_id, sa.func.count())
        .join(Invitation.consultation)
        .where(
            Invitation.expert_id.in_(expert_ids),
            Invitation.state.in_(KNOWN_TO_EXPERT),
            Consultation.state.in_(ASKING),
        )
        .group_by(Invitation.expert_id)
    )
    counted: dict[int, int] = dict(rows.all())
    return {expert_id: counted.get(expert_id, 0) for expert_id in expert_ids}


def progress(session: Session, *, consultation: Consultation) -> Progress:
    """How far the panel is, in totals."""
    counted = session.execute(
        sa.select(Invitation.state, sa.func.count())
        .where(Invitation.consultation_id == consultation.id)
        .group_by(Invitation.state)
    )
    states: dict[InvitationState, int] = dict(counted.all())
    declared, answered = session.execute(
        sa.select(
            sa.func.count().filter(
                Invitation.state == InvitationState.INTERESTS_ASKED, Invitation.declared_at.is_not(None)
            ),
            sa.func.count().filter(Invitation.answered_round == consultation.round_number),
        ).where(Invitation.consultation_id == consultation.id)
    ).one()
    return Progress(
        proposed=states.get(InvitationState.PROPOSED, 0),
        asked=states.get(InvitationState.INTERESTS_ASKED, 0),
        to_screen=declared,
        sent=states.get(InvitationState.SENT, 0),
        accepted=states.get(InvitationState.ACCEPTED, 0),
        answered=answered,
        wanted=consultation.wanted_answers,
    )


def _own(actor: Actor) -> sa.Select[Invitation]:
    return (
        sa.select(Invitation)
        .join(Expert, Expert.id == Invitation.expert_id)
        .where(
            Expert.user_id == actor.user_id,
            Invitation.interests_asked_at.is_not(None),
            sa.true() if actor.is_signed_in else sa.false(),
        )
    )
