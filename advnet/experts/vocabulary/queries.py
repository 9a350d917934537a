"""Finding one's way in the vocabulary, in either language and by any of a concept's words."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from advnet.accounts.model import Actor
from advnet.errors import NotFound
from advnet.experts.model import Expert, ExpertSkill
from advnet.experts.vocabulary.model import Concept
from advnet.permissions import Permission, allows
from advnet.text import normalise


@dataclass(frozen=True, slots=True)
class Hit:
    """A concept that was found. :ivar word: the label or synonym by which"""

    concept: Concept
    word: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A concept at its place in the tree. :ivar depth: 0 at the top"""

    concept: Concept
    depth: int


def words_of(concept: Concept) -> tuple[str, ...]:
    """Labels, then synonyms, in both languages."""
    return (concept.label_en, concept.label_ja, *concept.synonyms_en, *concept.synonyms_ja)


def search_concepts(
    session: Session, text: str, *, facet: str | None = None, limit: int = 20, is_retired_shown: bool = False
) -> list[Hit]:
    """The concepts that ``text`` may mean, the likeliest first; each with its parent.

    A label or synonym that is the text itself comes first, then one of whose words it is, then one that has a word
    beginning with it, then one that holds it; width, case, accents and kind of kana do not matter. None for an empty
    text.
    """
    wanted = normalise(text.strip())
    if not wanted:
        return []
    query = sa.select(Concept).options(joinedload(Concept.parent)).order_by(Concept.position, Concept.id)
    if facet is not None:
        query = query.where(Concept.facet == facet)
    if not is_retired_shown:
        query = query.where(Concept.retired_at.is_(None))
    ranked: list[tuple[int, Hit]] = []
    for concept in session.scalars(query):
        ranks = [(_rank(wanted, folded(word)), place, word) for place, word in enumerate(words_of(concept))]
        rank, _, word = min(ranks)
        if rank < NOT_FOUND:
            ranked.append((rank, Hit(concept, word)))
    ranked.sort(key=lambda one: (one[0], len(one[1].word)))
    return [hit for _, hit in ranked[:limit]]


def list_tree(session: Session, *, facet: str, is_retired_shown: bool = False) -> list[Branch]:
    """A facet from the top down, every concept before its narrower ones, each with its parent."""
    query = (
        sa.select(Concept)
        .where(Concept.facet == facet)
        .options(joinedload(Concept.parent))
        .order_by(Concept.position, Concept.id)
    )
    if not is_retired_shown:
        query = query.where(Concept.retired_at.is_(None))
    concepts = session.scalars(query).all()
    present = {concept.id for concept in concepts}
    below: defaultdict[int | None, list[Concept]] = defaultdict(list)
    for concept in concepts:
        below[concept.parent_id if concept.parent_id in present else None].append(concept)

    def walk(parent_id: int | None, depth: int) -> Iterator[Branch]:
        for concept in below[parent_id]:
            yield Branch(concept, depth)
            yield from walk(concept.id, depth + 1)

    return list(walk(None, 0))


def get_any_concept(session: Session, concept_id: int, *, actor: Actor) -> Concept:
    """A concept, retired or not, with its parent, for who keeps the vocabulary.

    :raises NotFound:
    """
    query = sa.select(Concept).where(Concept.id == concept_id).options(joinedload(Concept.parent))
    concept = session.scalar(query) if allows(Permission.VOCABULARY_MANAGE, actor) else None
    if concept is None:
        raise NotFound()
    return concept


def list_all_concepts(session: Session, *, facet: str | None = None) -> list[Concept]:
    """Retired ones too, in the vocabulary's order."""
    query = sa.select(Concept).order_by(Concept.position, Concept.id)
    return list(session.scalars(query if facet is None else query.where(Concept.facet == facet)))


def count_skills(session: Session, concept_ids: Collection[int]) -> dict[int, int]:
    """Concept → how many profiles declare it; a concept that none declares is left out."""
    query = (
        sa.select(ExpertSkill.concept_id, sa.func.count())
        .where(ExpertSkill.concept_id.in_(list(concept_ids)))
        .group_by(ExpertSkill.concept_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def list_experts_having(session: Session, concept_ids: Collection[int]) -> list[int]:
    """Numbers of the approved experts who declare one of the concepts, in order."""
    query = (
        sa.select(Expert.id)
        .where(Expert.standing.is_not(None))
        .where(sa.exists().where(ExpertSkill.expert_id == Expert.id, ExpertSkill.concept_id.in_(list(concept_ids))))
        .order_by(Expert.id)
    )
    return list(session.scalars(query))


def within(concept_id: int, parents: Mapping[int, int | None]) -> list[int]:
    """The concept and all that is narrower. :param parents: concept → its parent, of the whole facet"""
    below: defaultdict[int | None, list[int]] = defaultdict(list)
    for one, parent in parents.items():
        below[parent].append(one)
    found = [concept_id]
    for one in found:
        found.extend(narrower for narrower in below[one] if narrower not in found)
    return found


def ancestors(concept_id: int | None, parents: Mapping[int, int | None]) -> list[int]:
    """The concept itself, then what is broader, up to the top or a concept met before."""
    found: list[int] = []
    while concept_id is not None and concept_id not in found:
        found.append(concept_id)
        concept_id = parents.get(concept_id)
    return found


def by_word(concepts: Sequence[Concept]) -> dict[str, list[Concept]]:
    """Folded code, label or synonym → the concepts that it stands for."""
    found: defaultdict[str, list[Concept]] = defaultdict(list)
    for concept in concepts:
        for word in {folded(word) for word in (concept.code, *words_of(concept))}:
            found[word].append(concept)
    return dict(found)


@lru_cache(maxsize=20_000)
def folded(word: str) -> str:
    """A word of the vocabulary as it is compared."""
    return normalise(word.strip())


NOT_FOUND = 4


def _rank(wanted: str, word: str) -> int:
    """The same, a whole word of it (*ice* in *sea ice*), the beginning of a word, somewhere, nowhere."""
    if word == wanted:
        return 0
    if f" {wanted} " in f" {word} ":
        return 1
    if f" {wanted}" in f" {word}":
        return 2
    return 3 if wanted in word else NOT_FOUND
