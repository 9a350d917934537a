"""Every select of experts, but for those of vetting (``registration/queries.py``)."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from advnet.accounts.model import AccountState, Actor, User
from advnet.days import day_in_japan
from advnet.errors import NotFound
from advnet.experts.model import Expert, ExpertSkill, Pause, Standing
from advnet.experts.registration.model import Registration
from advnet.experts.vocabulary.model import Concept
from advnet.experts.works.model import Work
from advnet.permissions import Permission, allows

ASKED_STANDINGS = (Standing.ACTIVE, Standing.RE_VETTING)
"""A change to the profile, or a year gone by, does not take an expert out of the Network while it is looked at."""


def whole_profile() -> tuple[_AbstractLoad, ...]:
    """Loads everything of a profile: a fixed number of statements, however many experts."""
    return (
        joinedload(Expert.user).selectinload(User.grants),
        selectinload(Expert.affiliations),
        selectinload(Expert.skills).joinedload(ExpertSkill.concept),
        selectinload(Expert.works),
        selectinload(Expert.pauses),
        selectinload(Expert.keys),
        selectinload(Expert.registrations),
    )


def get_expert(session: Session, expert_id: int, *, actor: Actor) -> Expert:
    """The whole profile, for who may read it: the person, the desk once approved, administrators.

    :raises NotFound:
    """
    expert = session.scalar(sa.select(Expert).where(Expert.id == expert_id).options(*whole_profile()))
    if expert is None or not allows(Permission.EXPERT_READ, actor, expert):
        raise NotFound()
    return expert


def find_own_expert(session: Session, *, actor: Actor) -> Expert | None:
    """The actor's own whole profile; None before a registration was started."""
    if actor.user_id is None:
        return None
    return session.scalar(sa.select(Expert).where(Expert.user_id == actor.user_id).options(*whole_profile()))


def get_own_expert(session: Session, *, actor: Actor) -> Expert:
    """:raises NotFound: the actor has not started a registration"""
    expert = find_own_expert(session, actor=actor)
    if expert is None:
        raise NotFound()
    return expert


def find_own_work(session: Session, work_id: int, *, actor: Actor) -> Work | None:
    """A work of the actor's own profile."""
    query = sa.select(Work).join(Expert, Expert.id == Work.expert_id).where(Work.id == work_id)
    return session.scalar(query.where(Expert.user_id == actor.user_id)) if actor.is_signed_in else None


def find_own_skill(session: Session, skill_id: int, *, actor: Actor) -> ExpertSkill | None:
    """A skill of the actor's own profile, with its concept."""
    query = sa.select(ExpertSkill).join(ExpertSkill.expert).where(ExpertSkill.id == skill_id)
    mine = query.where(Expert.user_id == actor.user_id).options(joinedload(ExpertSkill.concept))
    return session.scalar(mine) if actor.is_signed_in else None


def in_order_of_names(language: str) -> tuple[sa.SQLColumnExpression[Any], ...]:
    """How a reader of this language looks for a person in a list: by the reading of the name, or by its Latin letters.

    Who has no name of that kind stands last.
    """
    kana, latin = (Expert.family_kana, Expert.given_kana), (Expert.family_en, Expert.given_en)
    first, second = (kana, latin) if language == "ja" else (latin, kana)
    return (first[0] == "", *map(sa.func.lower, (*first, *second)), Expert.id)


def is_eligible(now: datetime) -> sa.ColumnElement[bool]:
    """The condition on :class:`Expert` under which a person may be asked at this moment.

    Approved and in a standing that is asked, agreed to the terms, not in a pause today (Japan time), and, where there
    is an account, one that is open. How many invitations are open is the business of who asks.
    """
    today = day_in_japan(now)
    return sa.and_(
        Expert.standing.in_(ASKED_STANDINGS),
        Expert.consent_at.is_not(None),
        ~sa.exists().where(Pause.expert_id == Expert.id, Pause.from_on <= today, Pause.until_on >= today),
        sa.or_(
            Expert.user_id.is_(None),
            sa.exists().where(User.id == Expert.user_id, User.state == AccountState.ACTIVE),
        ),
    )


def lock_expert(session: Session, expert: Expert) -> None:
    """Let no other transaction change the expert until this one ends, and see it as it stands now."""
    session.flush()
    columns = [attribute.key for attribute in sa.inspect(Expert).column_attrs]
    session.refresh(expert, columns, with_for_update=True)


def lock_whole_profile(session: Session, expert: Expert) -> None:
    """As :func:`lock_expert`, and everything that hangs on the expert is seen as it stands now."""
    lock_expert(session, expert)
    parts = ("affiliations", "skills", "works", "pauses", "keys")
    for row in (row for name in parts for row in getattr(expert, name)):
        session.expire(row)
    session.expire(expert, parts)
    session.scalars(sa.select(Expert).where(Expert.id == expert.id).options(*whole_profile())).unique().all()
    for registration in expert.registrations:
        session.refresh(registration, [attribute.key for attribute in sa.inspect(Registration).column_attrs])


def find_registration(expert: Expert) -> Registration | None:
    """The expert's latest registration; ``registrations`` must be loaded."""
    return expert.registrations[-1] if expert.registrations else None


def list_narrower_concepts(session: Session, *, under: Concept | None) -> list[Concept]:
    """The concepts right below, or the top ones of every facet, that can be chosen, in the vocabulary's order."""
    query = sa.select(Concept).where(Concept.retired_at.is_(None)).order_by(Concept.position, Concept.id)
    return list(session.scalars(query.where(Concept.parent_id == (under.id if under else None))))


def get_concept(session: Session, concept_id: int) -> Concept:
    """A concept that can be chosen.

    :raises NotFound:
    """
    concept = session.scalar(sa.select(Concept).where(Concept.id == concept_id, Concept.retired_at.is_(None)))
    if concept is None:
        raise NotFound()
    return concept
