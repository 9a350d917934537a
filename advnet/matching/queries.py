"""What the database says about experts that the index found: who may be seen, who may be asked, who was."""

import json
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, selectinload

from advnet.consultations.invitations.model import KNOWN_TO_EXPERT, Invitation, InvitationState
from advnet.consultations.invitations.moves import ASKING
from advnet.consultations.invitations.service import PROPOSING
from advnet.consultations.model import Consultation, ConsultationFacet, ConsultationState
from advnet.days import day_in_japan
from advnet.experts.model import Expert, Pause, Standing
from advnet.experts.queries import in_order_of_names
from advnet.experts.vocabulary.model import Concept
from advnet.jobs.model import IndexChange

FINDABLE_STANDINGS = (Standing.ACTIVE, Standing.RE_VETTING, Standing.PAUSED)
"""Standings in which an expert belongs to the Network; whether the person may be asked today is another question."""


def is_findable() -> sa.ColumnElement[bool]:
    """The condition on :class:`Expert` under which a person stands in the index and is shown in a search."""
    return sa.and_(Expert.standing.in_(FINDABLE_STANDINGS), Expert.consent_at.is_not(None))


def in_pause_on(now: datetime) -> sa.Select[int]:
    """Of everybody whom a pause covers on this day in Japan, the id."""
    today = day_in_japan(now)
    return sa.select(Pause.expert_id).where(Pause.from_on <= today, Pause.until_on >= today)


def is_paused_on(now: datetime) -> sa.ColumnElement[bool]:
    """The condition on :class:`Expert` that a pause covers this day in Japan."""
    return Expert.id.in_(in_pause_on(now))


def among(session: Session, column: InstrumentedAttribute[int], ids: Iterable[int]) -> sa.ColumnElement[bool]:
    """``column`` holds one of ``ids``, however many: they travel as one value, in a statement that stays the same."""
    listed = sa.bindparam(None, json.dumps(list(ids)), sa.Text)
    if session.get_bind().dialect.name == "postgresql":
        values = sa.func.json_array_elements_text(sa.cast(listed, sa.JSON)).table_valued("value")
        return column.in_(sa.select(sa.cast(values.c.value, sa.BigInteger)))
    values = sa.func.json_each(listed).table_valued("value")
    return column.in_(sa.select(values.c.value))


def changed_after(session: Session, expert_ids: Iterable[int], *, number: int) -> set[int]:
    """Those of whom the change log knows more than its rows up to ``number``."""
    later = sa.select(IndexChange.expert_id).where(IndexChange.number > number)
    return set(session.scalars(later.where(among(session, IndexChange.expert_id, expert_ids)).distinct()))


def list_by_name(session: Session, expert_ids: Iterable[int], *, language: str, limit: int) -> list[Expert]:
    """The first of those who are to be found, as a reader of this language looks for names, with affiliations."""
    query = sa.select(Expert).where(among(session, Expert.id, expert_ids), is_findable())
    ordered = query.order_by(*in_order_of_names(language)).limit(limit)
    return list(session.scalars(ordered.options(selectinload(Expert.affiliations))))


VocabularyStamp = tuple[int | datetime | None, ...]


def vocabulary_stamp(session: Session) -> VocabularyStamp:
    """Another one as soon as anything about the vocabulary is another: concepts are never removed, and each change
    counts its version up."""
    counted = (sa.func.count(), sa.func.max(Concept.id), sa.func.sum(Concept.version))
    row = session.execute(sa.select(*counted, sa.func.max(Concept.edited_at), sa.func.max(Concept.retired_at))).one()
    return tuple(row)


LOOKING = (ConsultationState.TRIAGE, *PROPOSING)
"""States of a consultation in which its candidates are looked at, and may be proposed soon."""


def list_versions_looking_for_experts(session: Session) -> list[tuple[int, int, datetime]]:
    """Id, version and time of the last edit of the consultations in :data:`LOOKING`, in order."""
    columns = (Consultation.id, Consultation.version, Consultation.updated_at)
    rows = session.execute(sa.select(*columns).where(Consultation.state.in_(LOOKING)).order_by(Consultation.id))
    return [(number, version, edited_at) for number, version, edited_at in rows]


def list_looking_for_experts(session: Session) -> list[Consultation]:
    """The consultations in :data:`LOOKING`, with questions, facets and their concepts."""
    query = sa.select(Consultation).where(Consultation.state.in_(LOOKING)).order_by(Consultation.id)
    loaded = query.options(
        selectinload(Consultation.questions),
        selectinload(Consultation.facets).joinedload(ConsultationFacet.concept),
    )
    return list(session.scalars(loaded))


def takes_time() -> sa.ColumnElement[bool]:
    """The condition on :class:`Invitation`, joined with its consultation, under which it counts as the expert's load.

    Whether the expert has answered makes no difference: a load that sinks would tell that an answer came.
    """
    return sa.and_(Invitation.state.in_(KNOWN_TO_EXPERT), Consultation.state.in_(ASKING))


def has_full_load() -> sa.ColumnElement[bool]:
    """The condition on :class:`Expert` that as many invitations are open as the person agreed to at most.

    It is asked from the few consultations that are asking, not from the many invitations that were ever
    accepted: hence the states that do not count instead of those that do, which an index would offer first.
    """
    holder = aliased(Expert)
    asking = sa.select(Consultation.id).where(Consultation.state.in_(ASKING))
    others = [state for state in InvitationState if state not in KNOWN_TO_EXPERT]
    full = (
        sa.select(Invitation.expert_id)
        .join(holder, holder.id == Invitation.expert_id)
        .where(Invitation.consultation_id.in_(asking), Invitation.state.not_in(others))
        .group_by(Invitation.expert_id, holder.max_open_invitations)
        .having(sa.func.count() >= holder.max_open_invitations)
    )
    return Expert.id.in_(full)


def has_full_load_each() -> sa.ColumnElement[bool]:
    """As :func:`has_full_load`, asked of each expert by itself: for a few whom another condition names."""
    load = (
        sa.select(sa.func.count())
        .select_from(Invitation)
        .join(Consultation, Consultation.id == Invitation.consultation_id)
        .where(Invitation.expert_id == Expert.id, takes_time())
        .correlate(Expert)
        .scalar_subquery()
    )
    return load >= Expert.max_open_invitations


def load_and_last_asked(session: Session, expert_ids: Iterable[int]) -> dict[int, tuple[int, datetime | None]]:
    """Expert → (open invitations, when last asked anything); only experts who were ever asked."""
    asked_at = sa.func.max(sa.func.coalesce(Invitation.sent_at, Invitation.interests_asked_at))
    query = (
        sa.select(Invitation.expert_id, sa.func.count().filter(takes_time()), asked_at)
        .join(Consultation, Consultation.id == Invitation.consultation_id)
        .where(among(session, Invitation.expert_id, expert_ids))
        .group_by(Invitation.expert_id)
    )
    return {expert_id: (count, asked) for expert_id, count, asked in session.execute(query)}
