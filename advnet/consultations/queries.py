"""Every select of consultations. Who may see what is one where-clause, so that lists, counts and hits all obey it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from advnet.accounts.model import Actor, Role
from advnet.audit.model import AuditEntry
from advnet.consultations.invitations.model import KNOWN_TO_EXPERT, SHOWS_MATERIAL, Invitation, InvitationState
from advnet.consultations.model import Consultation, ConsultationFacet, ConsultationState
from advnet.consultations.states import COURSE
from advnet.errors import NotFound
from advnet.experts.model import Expert
from advnet.experts.vocabulary.model import Concept
from advnet.paging import SIZE, Page, paged
from advnet.text import normalise

MAXIMUM_WORDS = 12


class Due(StrEnum):
    """When the deadline of what is not closed yet falls: passed, within 3 days, within 4 to 14 days, after that."""

    PASSED = "passed"
    SOON = "soon"
    FORTNIGHT = "fortnight"
    LATER = "later"


class Order(StrEnum):
    """The column that a list is sorted by."""

    CHANGE = "change"
    DEADLINE = "deadline"
    REFERENCE = "reference"


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; values of one kind widen each other, kinds narrow each other.

    :ivar text: every word of it stands in the consultation, however it is written
    :ivar facets: codes of concepts; one of them, or a narrower concept directly below, is the consultation's
    """

    text: str = ""
    states: tuple[ConsultationState, ...] = ()
    facets: tuple[str, ...] = ()
    due: tuple[Due, ...] = ()
    order: Order = Order.CHANGE
    descending: bool = True


PRIVATE = sa.and_(Consultation.requester_id.is_not(None), Consultation.filed_at.is_(None))
"""As :attr:`Consultation.is_private`: a requester writes it and has not filed it."""


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Consultations that the actor may know of: for the desk all but what requesters have not filed yet, the own for a
    requester, for an expert those about which interests were asked (unless the expert was barred, declined or is out
    of it). Administrators and auditors see none.
    """
    return _for(actor, KNOWN_TO_EXPERT)


def material_visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Consultations whose background and questions the actor may read: an expert only after the screening."""
    return _for(actor, SHOWS_MATERIAL)


def _is_desk(actor: Actor) -> bool:
    return actor.has(Role.ADVISOR, Role.SECRETARIAT)


def _for(actor: Actor, states: Sequence[InvitationState]) -> sa.ColumnElement[bool]:
    if not actor.is_signed_in:
        return sa.false()
    rows: list[sa.ColumnElement[bool]] = []
    if _is_desk(actor):
        rows.append(sa.not_(PRIVATE))
    if actor.has(Role.REQUESTER):
        rows.append(Consultation.requester_id == actor.user_id)
    if actor.has(Role.EXPERT):
        invited = (
            sa.select(Invitation.consultation_id)
            .join(Expert, Expert.id == Invitation.expert_id)
            .where(Expert.user_id == actor.user_id, Invitation.state.in_(states))
        )
        rows.append(Consultation.id.in_(invited))
    return sa.or_(sa.false(), *rows)


def get_consultation(session: Session, consultation_id: int, *, actor: Actor) -> Consultation:
    """The consultation with its questions, facets, concepts and people.

    :raises NotFound: there is none that this actor may know of
    """
    consultation = session.scalar(
        sa.select(Consultation)
        .where(Consultation.id == consultation_id, visible_to(actor))
        .options(
            selectinload(Consultation.questions),
            selectinload(Consultation.facets).joinedload(ConsultationFacet.concept),
            joinedload(Consultation.requester),
            joinedload(Consultation.created_by),
            joinedload(Consultation.merged_into),
        )
    )
    if consultation is None:
        raise NotFound()
    return consultation


def find_by_reference(session: Session, reference: str, *, actor: Actor) -> Consultation | None:
    """The consultation that people call so, if this actor may know of it."""
    return session.scalar(sa.select(Consultation).where(Consultation.reference == reference.strip(), visible_to(actor)))


def shows_material(session: Session, *, consultation: Consultation, actor: Actor) -> bool:
    """Whether the actor may read background, questions and decision; an expert only after the screening."""
    query = sa.select(Consultation.id).where(Consultation.id == consultation.id, material_visible_to(actor))
    return session.scalar(query) is not None


def list_consultations(
    session: Session, *, actor: Actor, filters: Filters, page: int, now: datetime, size: int = SIZE
) -> Page[Consultation]:
    """One page of what the actor may know of, with the facets' concepts."""
    rows = sa.select(Consultation).options(selectinload(Consultation.facets).joinedload(ConsultationFacet.concept))
    conditions, ordering = _conditions(actor, filters, now), _ordering(filters)
    if not filters.text:
        return paged(session, rows.where(*conditions).order_by(*ordering), number=page, size=size)
    # Texts are gone through once, instead of once for the count and once for the page.
    ids = session.scalars(sa.select(Consultation.id).where(*conditions).order_by(*ordering)).all()
    number = min(max(1, page), max(1, -(-len(ids) // size)))
    here = ids[(number - 1) * size : number * size]
    found = session.scalars(rows.where(Consultation.id.in_(here)).order_by(*ordering)).all()
    return Page(found, len(ids), number, size)


def count_by_state(session: Session, *, actor: Actor) -> dict[ConsultationState, int]:
    """How many consultations the actor may know of are in each state; states without any are left out."""
    rows = session.execute(
        sa.select(Consultation.state, sa.func.count()).where(visible_to(actor)).group_by(Consultation.state)
    )
    return {ConsultationState(state): count for state, count in rows}


def count_by_facet(session: Session, *, actor: Actor) -> list[tuple[Concept, int]]:
    """The concepts that consultations known to the actor are about, and how many are; in the vocabulary's order."""
    links = sa.select(ConsultationFacet.concept_id, sa.func.count().label("count"))
    if _is_desk(actor):  # sees nearly all: what is left out is looked up, not what is there
        hidden = sa.select(Consultation.id).where(sa.not_(visible_to(actor)))
        links = links.where(ConsultationFacet.consultation_id.not_in(hidden))
    else:
        links = links.join(Consultation, Consultation.id == ConsultationFacet.consultation_id).where(visible_to(actor))
    counted = links.group_by(ConsultationFacet.concept_id).subquery()
    rows = session.execute(
        sa.select(Concept, counted.c.count)
        .join(counted, counted.c.concept_id == Concept.id)
        .order_by(Concept.position, Concept.id)
    )
    return [(concept, count) for concept, count in rows]


def list_concepts(session: Session, ids: Iterable[int]) -> list[Concept]:
    """The concepts with these numbers, in the vocabulary's order; unknown numbers are left out."""
    return list(
        session.scalars(sa.select(Concept).where(Concept.id.in_(list(ids))).order_by(Concept.position, Concept.id))
    )


def list_concept_ids(session: Session, ids: Iterable[int]) -> list[int]:
    """Those of the numbers that are concepts."""
    return list(session.scalars(sa.select(Concept.id).where(Concept.id.in_(list(ids)))))


def list_broad_concepts(session: Session) -> list[Concept]:
    """The concepts at the top of the vocabulary that may be chosen, in its order."""
    return list(session.scalars(_choosable().where(Concept.parent_id.is_(None))))


def find_concepts(session: Session, *, text: str, limit: int = 24) -> list[Concept]:
    """Concepts that may be chosen and whose labels or synonyms hold every word of ``text``; none for an empty text."""
    words = normalise(text).split()
    found: list[Concept] = []
    if not words:
        return found
    for concept in session.scalars(_choosable()):  # some hundreds; the words are compared in one form, not in SQL
        names = (concept.label_ja, concept.label_en, *concept.synonyms_ja, *concept.synonyms_en)
        held = normalise("\n".join(names))
        if all(word in held for word in words):
            found.append(concept)
    return found[:limit]


def _choosable() -> sa.Select[Concept]:
    return sa.select(Concept).where(Concept.retired_at.is_(None)).order_by(Concept.position, Concept.id)


def count_invitations(session: Session, *, consultation_id: int, states: Collection[InvitationState]) -> int:
    """How many invitations to this consultation are in one of ``states``."""
    query = sa.select(sa.func.count()).select_from(Invitation)
    return session.scalar(query.where(Invitation.consultation_id == consultation_id, Invitation.state.in_(states))) or 0


def list_history(session: Session, *, consultation: Consultation) -> list[AuditEntry]:
    """What the audit log says of the consultation, latest first: events, not texts."""
    return list(
        session.scalars(
            sa.select(AuditEntry)
            .where(AuditEntry.subject_type == Consultation.__tablename__, AuditEntry.subject_id == consultation.id)
            .order_by(AuditEntry.number.desc())
        )
    )


def _conditions(actor: Actor, filters: Filters, now: datetime) -> list[sa.ColumnElement[bool]]:
    conditions = [visible_to(actor)]
    words = normalise(filters.text).split()[:MAXIMUM_WORDS]
    if words:
        conditions.append(material_visible_to(actor))  # otherwise a hit would tell what stands in the background
        conditions += [Consultation.search_text.contains(word, autoescape=True) for word in words]
    if filters.states:
        conditions.append(Consultation.state.in_(filters.states))
    if filters.facets:
        chosen = sa.select(Concept.id).where(Concept.code.in_(filters.facets))
        below = sa.select(Concept.id).where(Concept.parent_id.in_(chosen))
        about = sa.select(ConsultationFacet.consultation_id).where(
            sa.or_(ConsultationFacet.concept_id.in_(chosen), ConsultationFacet.concept_id.in_(below))
        )
        conditions.append(Consultation.id.in_(about))
    if filters.due:
        conditions.append(_due(filters.due, now))
    return conditions


def _due(due: tuple[Due, ...], now: datetime) -> sa.ColumnElement[bool]:
    soon, later = now + timedelta(days=3), now + timedelta(days=14)
    at = Consultation.deadline_at
    spans = {
        Due.PASSED: at <= now,
        Due.SOON: sa.and_(at > now, at <= soon),
        Due.FORTNIGHT: sa.and_(at > soon, at <= later),
        Due.LATER: at > later,
    }
    is_running = sa.and_(Consultation.state.in_(BEFORE_CLOSE), sa.not_(Consultation.is_between_rounds))
    return sa.and_(is_running, sa.or_(*(spans[one] for one in due)))


BEFORE_CLOSE = (*COURSE[: COURSE.index(ConsultationState.CLOSED)], ConsultationState.DRAFT, ConsultationState.FILED)
"""The deadline still matters."""


def _ordering(filters: Filters) -> list[sa.UnaryExpression[Any]]:
    """Consultations without a deadline come last either way."""
    columns: dict[Order, sa.orm.InstrumentedAttribute[Any]] = {
        Order.CHANGE: Consultation.state_changed_at,
        Order.DEADLINE: Consultation.deadline_at,
        Order.REFERENCE: Consultation.id,
    }
    chosen = [columns[filters.order], Consultation.id]
    ordered = [column.desc() if filters.descending else column.asc() for column in chosen]
    return [Consultation.deadline_at.is_(None).asc(), *ordered] if filters.order == Order.DEADLINE else ordered
