"""Experts for tests of matching, made on the rows: what matters here is what stands there, not how it came there."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from advnet.experts.model import Affiliation, Expert, ExpertSkill, Standing
from advnet.experts.vocabulary.model import Concept
from advnet.experts.works.model import Work


def make_expert(
    session: Session,
    *,
    now: datetime,
    name: str = "Reiko Sample",
    works: tuple[str, ...] = (),
    skills: tuple[Concept, ...] = (),
    affiliations: tuple[str, ...] = (),
    **overrides: Any,
) -> Expert:
    """An approved, active expert with consent, flushed.

    :param works: titles; ``title|abstract`` where there is one
    """
    given, _, family = name.partition(" ")
    values: dict[str, Any] = {
        "given_en": given,
        "family_en": family,
        "country": "JP",
        "languages": ["ja", "en"],
        "career_stage": "senior",
        "standing": Standing.ACTIVE,
        "approved_at": now,
        "vetted_until": now + timedelta(days=365),
        "consent_at": now,
        "consent_version": "1",
        "created_at": now,
        "changed_at": now,
    }
    expert = Expert(
        **{**values, **overrides},
        works=[Work(title=title, abstract=abstract, year=2024)
               for title, _, abstract in (work.partition("|") for work in works)],
        skills=[ExpertSkill(concept_id=concept.id, level=3) for concept in skills],
        affiliations=[Affiliation(name_en=one) for one in affiliations],
    )  # fmt: skip
    session.add(expert)
    session.flush()
    return expert


def take_away(expert: Expert) -> None:
    """The expert was never approved."""
    expert.standing = expert.approved_at = expert.vetted_until = None
