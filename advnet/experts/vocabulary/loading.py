"""Loading the shipped skill vocabulary. What administrators do with it is in :mod:`.service`.

The shipped file and the administrators both write the vocabulary. A concept that an administrator has added or changed
is theirs from then on (``edited_at``): loading a newer file leaves it as it is and counts it as kept, so that nobody's
work is undone by an upgrade. Nothing is ever deleted, since skills and consultations refer to concepts: what the file
no longer has is retired, that is, it can no longer be chosen.

Experts are found by the words of their skills and of everything broader, so a change of words is a change of the index
for all who declare the concept or something narrower. They are noted with the change itself, since 10,000 rows of the
change log are one statement, and a job that fans out would be one more thing to fail.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.audit.service import record
from advnet.db import serialise
from advnet.experts.vocabulary import file as vocabulary_file
from advnet.experts.vocabulary.model import Concept, Facet
from advnet.experts.vocabulary.queries import ancestors, list_all_concepts, list_experts_having, within
from advnet.jobs.service import note_index_changes
from advnet.permissions import Permission, require


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """Codes of the concepts that a load has added, changed or retired.

    :ivar kept: those that differ from the file, since an administrator edited them, or put what the file has above them
        below them
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written."""
        return not (self.added or self.changed or self.retired)


@dataclass
class WholeVocabulary:
    """The subject of what is done to the vocabulary at once."""

    __tablename__ = Concept.__tablename__
    id: int = 0


def load_shipped_vocabulary(session: Session, *, actor: Actor, now: datetime) -> LoadSummary:
    """:func:`load_vocabulary` with the file of this version."""
    return load_vocabulary(session, actor=actor, concepts=vocabulary_file.read_vocabulary(), now=now)


def load_vocabulary(
    session: Session, *, actor: Actor, concepts: Iterable[vocabulary_file.Concept], now: datetime
) -> LoadSummary:
    """The vocabulary is as in ``concepts``, but for what administrators edited. Doing it again changes nothing.

    :param concepts: checked as a whole, parents before their children, as :func:`.read_vocabulary` gives them
    """
    require(Permission.VOCABULARY_MANAGE, actor)
    serialise(session, "vocabulary")
    present = {concept.code: concept for concept in list_all_concepts(session)}
    summary, codes, affected = LoadSummary(), set(), set()
    for position, shipped in enumerate(concepts):
        codes.add(shipped.code)
        parent = present.get(shipped.parent or "")
        concept = present.get(shipped.code)
        if concept is None:
            concept = Concept(code=shipped.code, facet=Facet(shipped.facet), parent=parent)
            _write(concept, shipped, position)
            session.add(concept)
            present[shipped.code] = concept
            summary.added.append(shipped.code)
            continue
        if parent is not None and sa.inspect(parent).pending:
            session.flush()
        if concept.edited_at is not None:
            if facts_of(concept) != _shipped_facts(shipped, parent):
                summary.kept.append(shipped.code)
            continue
        concept.position = position
        if parent is not None and concept.id in ancestors(
            parent.id, {one.id: one.parent_id for one in present.values()}
        ):
            summary.kept.append(shipped.code)
        elif concept.retired_at is not None or facts_of(concept) != _shipped_facts(shipped, parent):
            _write(concept, shipped, position)
            concept.retired_at, concept.parent_id = None, parent.id if parent else None
            summary.changed.append(shipped.code)
            affected.add(concept.id)
    for code, concept in present.items():
        if code not in codes and concept.edited_at is None and concept.retired_at is None:
            concept.retired_at = now
            summary.retired.append(code)
    session.flush()
    if not summary.is_empty:
        note_experts(session, concept_ids=affected, now=now)
        detail = {"added": len(summary.added), "changed": summary.changed[:100], "retired": summary.retired[:100]}
        record(session, actor=actor, event="vocabulary:loaded", subject=WholeVocabulary(), detail=detail, now=now)
    return summary


def note_experts(session: Session, *, concept_ids: Iterable[int], now: datetime) -> None:
    """Everybody who declares one of the concepts, or something narrower, is indexed anew."""
    parents = {concept.id: concept.parent_id for concept in list_all_concepts(session)}
    affected = {one for concept_id in concept_ids for one in within(concept_id, parents)}
    if affected:
        note_index_changes(session, expert_ids=list_experts_having(session, affected), now=now)


def facts_of(concept: Concept) -> dict[str, object]:
    """What a concept says and where it stands, by column."""
    names = ("label_en", "label_ja", "synonyms_en", "synonyms_ja", "note", "parent_id")
    return {name: getattr(concept, name) for name in names}


def _shipped_facts(shipped: vocabulary_file.Concept, parent: Concept | None) -> dict[str, object]:
    return {
        "label_en": shipped.en,
        "label_ja": shipped.ja,
        "synonyms_en": list(shipped.synonyms_en),
        "synonyms_ja": list(shipped.synonyms_ja),
        "note": shipped.note,
        "parent_id": parent.id if parent else None,
    }


def _write(concept: Concept, shipped: vocabulary_file.Concept, position: int) -> None:
    concept.position, concept.note = position, shipped.note
    concept.label_en, concept.label_ja = shipped.en, shipped.ja
    concept.synonyms_en, concept.synonyms_ja = list(shipped.synonyms_en), list(shipped.synonyms_ja)
