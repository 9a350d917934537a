"""The administrators' changes to the skill vocabulary.

Within a facet a word stands for one concept. Each edit is checked against every concept that can be chosen, behind a
lock, so that two administrators cannot give one word to two concepts. Each carries the version of the concept as it was
on that administrator's page; the second of two is told, and decides.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.audit.service import record
from advnet.db import serialise
from advnet.errors import Invalid, WrongState, msgid
from advnet.experts.versions import refuse_overtaken
from advnet.experts.vocabulary.file import MAX_CODE_LENGTH, MAX_DEPTH
from advnet.experts.vocabulary.loading import facts_of, note_experts
from advnet.experts.vocabulary.model import Concept, Facet
from advnet.experts.vocabulary.queries import ancestors, folded, list_all_concepts, within, words_of
from advnet.permissions import Permission, require

MAX_LABEL = 200
MAX_SYNONYMS = 40


@dataclass(frozen=True, slots=True)
class Wording:
    """What an administrator gives of a concept. :ivar parent_id: None at the top of the facet"""

    label_en: str
    label_ja: str
    synonyms_en: Sequence[str] = ()
    synonyms_ja: Sequence[str] = ()
    note: str = ""
    parent_id: int | None = None


def add_concept(session: Session, *, actor: Actor, facet: Facet, wording: Wording, now: datetime) -> Concept:
    """The concept can be chosen; its code comes from the English label and never changes.

    :raises Invalid: on the field of ``wording`` that is wrong
    """
    require(Permission.VOCABULARY_MANAGE, actor)
    serialise(session, "vocabulary")
    clean = _clean(wording)
    others = list_all_concepts(session)
    _check_words(clean, [other for other in others if other.facet == facet])
    _check_parent(clean.parent_id, concept_id=None, facet=facet, concepts=others)
    concept = Concept(
        code=_free_code(clean.label_en, facet, {other.code for other in others}),
        facet=facet,
        position=max((other.position for other in others), default=-1) + 1,
        edited_at=now,
    )
    _take(concept, clean)
    session.add(concept)
    detail = {"code": concept.code, "facet": facet.value}
    record(session, actor=actor, event="concept:added", subject=concept, detail=detail, now=now)
    return concept


def change_concept(
    session: Session, *, actor: Actor, concept: Concept, version: int, wording: Wording, now: datetime
) -> None:
    """Labels, synonyms, note and place are as given; the experts who are found by them are indexed anew.

    :param version: of the concept as the administrator saw it
    :raises ChangedMeanwhile: it has another version now; nothing is changed, ``concept`` is as it stands
    :raises Invalid: on the field of ``wording`` that is wrong
    """
    _lock(session, actor=actor, concept=concept, version=version)
    clean = _clean(wording)
    facet = list_all_concepts(session, facet=concept.facet)
    _check_words(clean, [other for other in facet if other.id != concept.id])
    if clean.parent_id != concept.parent_id:
        _check_parent(clean.parent_id, concept_id=concept.id, facet=Facet(concept.facet), concepts=facet)
    before = facts_of(concept)
    _take(concept, clean)
    changed = [name for name, old in before.items() if getattr(concept, name) != old]
    if not changed:
        return
    concept.edited_at = now
    session.flush()
    if changed != ["note"]:
        note_experts(session, concept_ids={concept.id}, now=now)
    detail = {"code": concept.code, "changed": changed}
    record(session, actor=actor, event="concept:changed", subject=concept, detail=detail, now=now)


def retire_concept(session: Session, *, actor: Actor, concept: Concept, version: int, now: datetime) -> None:
    """The concept can no longer be chosen; skills that name it stay, and are found as before.

    :raises ChangedMeanwhile:
    :raises WrongState: it is retired, or has narrower concepts that are not
    """
    _lock(session, actor=actor, concept=concept, version=version)
    if concept.retired_at is not None:
        raise WrongState()
    narrower = sa.exists().where(Concept.parent_id == concept.id, Concept.retired_at.is_(None))
    if session.scalar(sa.select(narrower)):
        raise WrongState(msgid("Retire its narrower concepts first, or give them another broader one."))
    concept.retired_at = concept.edited_at = now
    detail = {"code": concept.code}
    record(session, actor=actor, event="concept:retired", subject=concept, detail=detail, now=now)


def restore_concept(session: Session, *, actor: Actor, concept: Concept, version: int, now: datetime) -> None:
    """A retired concept can be chosen again.

    :raises ChangedMeanwhile:
    :raises WrongState: it is not retired, or its broader concept is
    :raises Invalid: one of its words stands for another concept meanwhile
    """
    _lock(session, actor=actor, concept=concept, version=version)
    if concept.retired_at is None:
        raise WrongState()
    facet = list_all_concepts(session, facet=concept.facet)
    if any(other.id == concept.parent_id and other.retired_at is not None for other in facet):
        raise WrongState(msgid("Restore its broader concept first."))
    _check_words(
        Wording(concept.label_en, concept.label_ja, concept.synonyms_en, concept.synonyms_ja),
        [other for other in facet if other.id != concept.id],
    )
    concept.retired_at, concept.edited_at = None, now
    detail = {"code": concept.code}
    record(session, actor=actor, event="concept:restored", subject=concept, detail=detail, now=now)


def _lock(session: Session, *, actor: Actor, concept: Concept, version: int) -> None:
    require(Permission.VOCABULARY_MANAGE, actor, concept)
    serialise(session, "vocabulary")
    columns = [attribute.key for attribute in sa.inspect(Concept).column_attrs]
    session.refresh(concept, columns, with_for_update=True)
    refuse_overtaken(concept.version, version)


def _clean(wording: Wording) -> Wording:
    """White space folded, synonyms once each.

    :raises Invalid: a label is missing, or something is too long
    """
    labels = {"label_en": _folded_space(wording.label_en), "label_ja": _folded_space(wording.label_ja)}
    for name, label in labels.items():
        if not label:
            raise Invalid(msgid("Enter a label in both languages."), field=name)
        if len(label) > MAX_LABEL:
            raise Invalid(msgid("Use at most %(limit)s characters."), field=name, limit=MAX_LABEL)
    synonyms = {}
    for name, given in (("synonyms_en", wording.synonyms_en), ("synonyms_ja", wording.synonyms_ja)):
        words = {folded(word): _folded_space(word) for word in reversed(given) if word.strip()}
        if len(words) > MAX_SYNONYMS:
            raise Invalid(msgid("Give at most %(limit)s synonyms."), field=name, limit=MAX_SYNONYMS)
        if any(len(word) > MAX_LABEL for word in words.values()):
            message = msgid("Use at most %(limit)s characters for a synonym, and one line for each.")
            raise Invalid(message, field=name, limit=MAX_LABEL)
        synonyms[name] = list(words.values())[::-1]
    return Wording(
        label_en=labels["label_en"],
        label_ja=labels["label_ja"],
        synonyms_en=synonyms["synonyms_en"],
        synonyms_ja=synonyms["synonyms_ja"],
        note=wording.note.strip(),
        parent_id=wording.parent_id,
    )


def _check_words(wording: Wording, others: Iterable[Concept]) -> None:
    """:raises Invalid: a word stands for one of ``others`` that can be chosen"""
    owners = {folded(word): other for other in others if other.retired_at is None for word in words_of(other)}
    for name in ("label_en", "label_ja", "synonyms_en", "synonyms_ja"):
        given = getattr(wording, name)
        for word in [given] if isinstance(given, str) else given:
            owner = owners.get(folded(word))
            if owner is not None:
                message = msgid("“%(word)s” already stands for “%(en)s” (%(ja)s). Remove it from one of them.")
                raise Invalid(message, field=name, word=word, en=owner.label_en, ja=owner.label_ja)


def _check_parent(parent_id: int | None, *, concept_id: int | None, facet: Facet, concepts: Sequence[Concept]) -> None:
    """:raises Invalid: on ``parent_id``: of another facet, retired, the concept itself or narrower, or too deep"""
    if parent_id is None:
        return
    parents = {concept.id: concept.parent_id for concept in concepts}
    parent = next((concept for concept in concepts if concept.id == parent_id), None)
    if parent is None or parent.facet != facet or parent.retired_at is not None:
        raise Invalid(msgid("Choose a concept of the same facet that is not retired."), field="parent_id")
    narrower = within(concept_id, parents) if concept_id is not None else []
    if parent_id in narrower:
        raise Invalid(msgid("A concept cannot stand below itself. Choose another broader one."), field="parent_id")
    own_depth = len(ancestors(concept_id, parents))
    height = max((len(ancestors(one, parents)) - own_depth + 1 for one in narrower), default=1)
    if len(ancestors(parent_id, parents)) + height > MAX_DEPTH:
        message = msgid("The vocabulary has at most %(limit)s levels. Choose a broader one that stands higher.")
        raise Invalid(message, field="parent_id", limit=MAX_DEPTH)


def _free_code(label: str, facet: Facet, taken: set[str]) -> str:
    letters = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[: MAX_CODE_LENGTH - 4].strip("-") or facet.value
    number, code = 1, base
    while code in taken:
        number += 1
        code = f"{base}-{number}"
    return code


def _folded_space(text: str) -> str:
    return " ".join(text.split())


def _take(concept: Concept, wording: Wording) -> None:
    concept.label_en, concept.label_ja = wording.label_en, wording.label_ja
    concept.synonyms_en, concept.synonyms_ja = list(wording.synonyms_en), list(wording.synonyms_ja)
    concept.note, concept.parent_id = wording.note or None, wording.parent_id
