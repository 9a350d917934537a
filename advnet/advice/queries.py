"""Every select of briefs.

Who reads a brief: the desk always; once it is issued, those who took part in it, namely the experts who contributed
and the requester. That is the narrowest circle of TLP 2.0 (RED: the recipients in the exchange and nobody else), so it
holds for every label. A wider label lets these readers pass the brief on; advnet itself shows it to nobody more.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload, load_only

from advnet.accounts.model import Actor, Role, User
from advnet.advice.model import Brief, BriefRevision, BriefState, Citation
from advnet.consultations.invitations.model import Invitation, InvitationState
from advnet.consultations.model import Consultation
from advnet.errors import NotFound
from advnet.experts.model import Expert
from advnet.paging import SIZE, Page, paged


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Briefs that the actor may know of. Needs :class:`Brief` joined with its consultation."""
    if actor.has(Role.ADVISOR, Role.SECRETARIAT):
        return sa.true()
    if not actor.is_signed_in:
        return sa.false()
    circles: list[sa.ColumnElement[bool]] = []
    if actor.has(Role.REQUESTER):
        circles.append(Consultation.requester_id == actor.user_id)
    if actor.has(Role.EXPERT):
        contributed = (
            sa.select(Invitation.consultation_id)
            .join(Expert, Expert.id == Invitation.expert_id)
            .where(
                Expert.user_id == actor.user_id, Invitation.state == InvitationState.ACCEPTED, Invitation.has_answered
            )
        )
        circles.append(Brief.consultation_id.in_(contributed))
    return sa.and_(Brief.state == BriefState.ISSUED, sa.or_(sa.false(), *circles))


def get_brief(session: Session, brief_id: int, *, actor: Actor) -> Brief:
    """The brief with its consultation and the questions of that.

    :raises NotFound: there is none that this actor may know of
    """
    query = _visible(actor).where(Brief.id == brief_id)
    query = query.options(contains_eager(Brief.consultation).selectinload(Consultation.questions))
    brief = session.scalar(query)
    if brief is None:
        raise NotFound()
    return brief


def find_brief_of(session: Session, *, consultation: Consultation, actor: Actor) -> Brief | None:
    """The brief of the consultation, if it is begun and the actor may know of it."""
    query = _visible(actor).where(Brief.consultation_id == consultation.id)
    return session.scalar(query.options(contains_eager(Brief.consultation)))


def exists_for(session: Session, *, consultation_id: int) -> bool:
    """Whether a brief of this consultation was begun; for services, not for pages."""
    return session.scalar(sa.select(Brief.id).where(Brief.consultation_id == consultation_id)) is not None


def list_briefs(session: Session, *, actor: Actor, page: int, size: int = SIZE) -> Page[Brief]:
    """One page of the briefs that the actor may know of, with their consultations; latest change first."""
    query = (
        _visible(actor)
        .options(contains_eager(Brief.consultation))
        .order_by(sa.func.coalesce(Brief.issued_at, Brief.updated_at).desc(), Brief.id.desc())
    )
    return paged(session, query, number=page, size=size)


def find_last_editor(session: Session, *, brief: Brief) -> User | None:
    """Who saved the present version."""
    return session.get(User, brief.updated_by_id) if brief.updated_by_id is not None else None


def list_revisions(session: Session, *, brief: Brief, page: int = 1, size: int = SIZE) -> Page[BriefRevision]:
    """One page of the saved versions with who saved them, latest first; without their texts."""
    query = (
        sa.select(BriefRevision)
        .where(BriefRevision.brief_id == brief.id)
        .options(
            load_only(BriefRevision.version, BriefRevision.saved_at),
            joinedload(BriefRevision.saved_by),
        )
        .order_by(BriefRevision.version.desc())
    )
    return paged(session, query, number=page, size=size)


def get_revision(session: Session, *, brief: Brief, version: int) -> BriefRevision:
    """A saved version, whole, with who saved it.

    :raises NotFound: the brief has no such version
    """
    query = (
        sa.select(BriefRevision)
        .where(BriefRevision.brief_id == brief.id, BriefRevision.version == version)
        .options(joinedload(BriefRevision.saved_by))
    )
    revision = session.scalar(query)
    if revision is None:
        raise NotFound()
    return revision


def list_citations(session: Session, *, brief_id: int) -> Sequence[Citation]:
    """Which answers the brief cites, by their numbers."""
    query = sa.select(Citation).where(Citation.brief_id == brief_id).order_by(Citation.answer_id)
    return session.scalars(query).all()


def _visible(actor: Actor) -> sa.Select[Brief]:
    return sa.select(Brief).join(Brief.consultation).where(visible_to(actor))
