"""What a profile needs before it can be judged: asked when it is submitted, not while it is being written."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from advnet.errors import msgid
from advnet.experts.model import Expert


class Section(StrEnum):
    """The parts of a profile, in the order in which they are filled in."""

    IDENTITY = "identity"
    AFFILIATIONS = "affiliations"
    SKILLS = "skills"
    WORKS = "works"
    BIOGRAPHY = "biography"
    AVAILABILITY = "availability"
    CONSENT = "consent"


@dataclass(frozen=True)
class Gap:
    """Something that is missing. :ivar message: msgid that says what to do"""

    section: Section
    message: str


NEEDS: tuple[tuple[Section, str, Callable[[Expert], bool]], ...] = (
    (
        Section.IDENTITY,
        msgid("Enter your name in Latin letters."),
        lambda expert: bool(expert.family_en and expert.given_en),
    ),
    (
        Section.IDENTITY,
        msgid("Enter the reading of your name in kana."),
        lambda expert: not expert.name_ja or bool(expert.family_kana and expert.given_kana),
    ),
    (Section.IDENTITY, msgid("Choose the country you work in."), lambda expert: bool(expert.country)),
    (Section.IDENTITY, msgid("Choose at least one language."), lambda expert: bool(expert.languages)),
    (Section.IDENTITY, msgid("Choose your career stage."), lambda expert: expert.career_stage is not None),
    (Section.AFFILIATIONS, msgid("Add at least one affiliation."), lambda expert: bool(expert.affiliations)),
    (Section.SKILLS, msgid("Choose at least one skill."), lambda expert: bool(expert.skills)),
    (Section.WORKS, msgid("Add at least one work."), lambda expert: bool(expert.works)),
    (
        Section.BIOGRAPHY,
        msgid("Write a biography in Japanese or in English."),
        lambda expert: bool(expert.biography_ja or expert.biography_en),
    ),
    (Section.CONSENT, msgid("Read the terms and agree to them."), lambda expert: expert.consent_at is not None),
)


def list_gaps(expert: Expert) -> list[Gap]:
    """What is missing, in the order of the sections; the expert is loaded with affiliations, skills and works."""
    return [Gap(section, message) for section, message, is_met in NEEDS if not is_met(expert)]
