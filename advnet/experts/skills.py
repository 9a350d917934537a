"""The skills that a person declares: a concept of the vocabulary, a level, the evidence for it."""

from datetime import datetime

from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.errors import Invalid, WrongState, msgid
from advnet.experts.editing import begin_edit, facts_of, finish_edit, keep_complete
from advnet.experts.model import SKILL_LEVELS, Expert, ExpertSkill
from advnet.experts.registration.completeness import Section
from advnet.experts.versions import digest, refuse_overtaken_edit
from advnet.experts.vocabulary.model import Concept

MAX_SKILLS = 40


def find_skill(expert: Expert, concept_id: int) -> ExpertSkill | None:
    """The expert's skill of this concept; ``skills`` must be loaded."""
    return next((skill for skill in expert.skills if skill.concept_id == concept_id), None)


def skill_version(skill: ExpertSkill | None) -> str:
    """The version of a skill, to be named by who changes it; that of None is the one of a skill not declared yet."""
    return digest(_facts(skill))


def declare_skill(
    session: Session, *, actor: Actor, expert: Expert, concept: Concept, level: int, evidence: str,
    now: datetime, seen: str | None = None,
) -> ExpertSkill:  # fmt: skip
    """The skill is declared with this level and evidence, whether it was before or not.

    :param concept: not retired, unless the skill is there already
    :param seen: its :func:`skill_version` as the person saw it; None where nobody looked
    :raises Invalid: an unknown level, or too many skills
    :raises EditedMeanwhile: it has another version by now; nothing is changed
    """
    begin_edit(session, actor=actor, expert=expert)
    if level not in SKILL_LEVELS:
        raise Invalid(msgid("Choose a level from 1 to 4."), field="level")
    skill = find_skill(expert, concept.id)
    if seen is not None:
        refuse_overtaken_edit(_facts(skill), seen)
    if skill is None:
        skill = _new_skill(expert, concept)
    is_material = skill.level != level
    skill.level, skill.evidence = level, evidence.strip()
    finish_edit(session, actor=actor, expert=expert, section=Section.SKILLS, is_material=is_material, now=now)
    return skill


def remove_skill(session: Session, *, actor: Actor, expert: Expert, skill: ExpertSkill, now: datetime) -> None:
    """The skill is declared no longer.

    :raises Invalid: an approved profile would be left without any
    :raises WrongState: somebody has just removed it
    """
    begin_edit(session, actor=actor, expert=expert)
    if skill not in expert.skills:
        raise WrongState()
    keep_complete(expert, Section.SKILLS, Expert(skills=[ExpertSkill() for _ in expert.skills[1:]]))
    expert.skills.remove(skill)
    finish_edit(session, actor=actor, expert=expert, section=Section.SKILLS, is_material=True, now=now)


def _new_skill(expert: Expert, concept: Concept) -> ExpertSkill:
    if concept.retired_at is not None:
        raise Invalid(msgid("This skill can no longer be chosen. Choose another."), field="concept")
    if len(expert.skills) >= MAX_SKILLS:
        message = msgid("Choose at most %(maximum)s skills: those that you would be asked for.")
        raise Invalid(message, maximum=MAX_SKILLS)
    skill = ExpertSkill(concept=concept, concept_id=concept.id)
    expert.skills.append(skill)
    return skill


def _facts(skill: ExpertSkill | None) -> dict[str, object] | None:
    return facts_of(skill, ("level", "evidence")) if skill else None
