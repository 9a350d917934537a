"""From rows of the database to what the index holds of an expert.

Plain columns in a fixed number of statements for each batch, since a rebuild reads the whole Network. A skill is
findable by its label and its synonyms and by the labels of everything that it is a part of, in both languages: who
declares *sea ice* is found for *oceanography* and for *海洋学*. The two are kept apart: what somebody leaves out of a
search is what experts say of themselves, not what the vocabulary says above it.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.experts.model import Affiliation, Expert, ExpertSkill
from advnet.experts.vocabulary.model import Concept
from advnet.experts.works.model import Work
from advnet.matching.queries import VocabularyStamp, among, is_findable, vocabulary_stamp
from advnet.search import ExpertDocument, SkillDocument, Vocabulary, WorkDocument

BATCH = 1_000

Words = Mapping[int, tuple[tuple[str, ...], tuple[str, ...]]]
"""Concept → the words by which an expert who has it is found: its own, then those of what it is a part of."""


def load_documents(session: Session, expert_ids: Collection[int]) -> dict[int, ExpertDocument]:
    """The documents of those of the experts who are to be found now: approved, in the Network, and with consent."""
    return _load(session, expert_ids, concept_words(session))


def iterate_documents(session: Session, *, batch: int = BATCH) -> Iterator[ExpertDocument]:
    """The documents of all experts who are to be found now, by id, ``batch`` of them in memory at a time."""
    words = concept_words(session)
    after = 0
    query = sa.select(Expert.id).where(is_findable()).order_by(Expert.id).limit(batch)
    while expert_ids := session.scalars(query.where(Expert.id > after)).all():
        yield from _load(session, expert_ids, words).values()
        after = expert_ids[-1]


def concept_words(session: Session) -> Words:
    """Of the whole vocabulary: a concept's labels and synonyms, and the labels of its ancestors, nearest first."""
    rows = session.execute(
        sa.select(
            Concept.id,
            Concept.parent_id,
            Concept.label_en,
            Concept.label_ja,
            sa.cast(Concept.synonyms_en, sa.Text),
            sa.cast(Concept.synonyms_ja, sa.Text),
        )
    ).all()
    return _words(tuple(map(tuple, rows)))


def vocabulary(session: Session) -> Vocabulary:
    """What the Japanese labels and synonyms of the vocabulary mean in English; read only when it is another."""
    engine = session.get_bind().engine
    stamp = vocabulary_stamp(session)
    known = _KNOWN.get(engine)
    if known is None or known[0] != stamp:
        known = _KNOWN[engine] = stamp, _read_vocabulary(session)
    return known[1]


def _read_vocabulary(session: Session) -> Vocabulary:
    rows = session.execute(
        sa.select(
            Concept.label_ja,
            sa.cast(Concept.synonyms_ja, sa.Text),
            Concept.label_en,
            sa.cast(Concept.synonyms_en, sa.Text),
        ).order_by(Concept.id)
    ).all()
    translations: defaultdict[str, list[str]] = defaultdict(list)
    for label_ja, synonyms_ja, label_en, synonyms_en in rows:
        for japanese in filter(None, (label_ja, *json.loads(synonyms_ja))):
            translations[japanese] += filter(None, (label_en, *json.loads(synonyms_en)))
    return Vocabulary(translations)


@lru_cache(maxsize=4)
def _words(rows: Sequence[tuple[Any, ...]]) -> Words:
    """Worked out once for a vocabulary, which seldom changes."""
    parents = {row[0]: row[1] for row in rows}
    labels = {row[0]: row[2:4] for row in rows}
    words = {}
    for concept_id, _parent_id, *own, synonyms_en, synonyms_ja in rows:
        broader = [label for ancestor in ancestors(concept_id, parents) for label in labels[ancestor]]
        said = dict.fromkeys(filter(None, (*own, *json.loads(synonyms_en), *json.loads(synonyms_ja))))
        words[concept_id] = tuple(said), tuple(dict.fromkeys(word for word in broader if word and word not in said))
    return words


def ancestors(concept_id: int, parents: Mapping[int, int | None]) -> list[int]:
    """What the concept is a part of, nearest first; ends where a circle would begin."""
    found: list[int] = []
    parent = parents.get(concept_id)
    while parent is not None and parent in parents and parent not in found and parent != concept_id:
        found.append(parent)
        parent = parents[parent]
    return found


def _load(session: Session, expert_ids: Collection[int], words: Words) -> dict[int, ExpertDocument]:
    experts = session.execute(
        sa.select(
            Expert.id,
            Expert.family_ja,
            Expert.given_ja,
            Expert.family_kana,
            Expert.given_kana,
            Expert.family_en,
            Expert.given_en,
            Expert.biography_en,
            Expert.biography_ja,
        )
        .where(among(session, Expert.id, expert_ids), is_findable())
        .order_by(Expert.id)
    ).all()
    affiliations = _by_expert(
        session.execute(
            sa.select(Affiliation.expert_id, Affiliation.name_en, Affiliation.name_ja)
            .where(among(session, Affiliation.expert_id, expert_ids), Affiliation.until_on.is_(None))
            .order_by(Affiliation.expert_id, Affiliation.position, Affiliation.id)
        )
    )
    skills = _by_expert(
        session.execute(
            sa.select(ExpertSkill.expert_id, ExpertSkill.id, ExpertSkill.concept_id, ExpertSkill.level)
            .where(among(session, ExpertSkill.expert_id, expert_ids))
            .order_by(ExpertSkill.expert_id, ExpertSkill.id)
        )
    )
    works = _by_expert(
        session.execute(
            sa.select(Work.expert_id, Work.id, Work.title, Work.abstract, Work.year)
            .where(among(session, Work.expert_id, expert_ids))
            .order_by(Work.expert_id, Work.id)
        )
    )
    return {
        row.id: ExpertDocument(
            id=str(row.id),
            names=_given(
                f"{row.family_ja} {row.given_ja}",
                f"{row.family_kana} {row.given_kana}",
                f"{row.given_en} {row.family_en}",
            ),
            affiliations=_given(*(name for post in affiliations[row.id] for name in (post.name_en, post.name_ja))),
            biography="\n".join(_given(row.biography_en, row.biography_ja)),
            skills=tuple(
                SkillDocument(own, str(skill.id), skill.level, broader)
                for skill in skills[row.id]
                for own, broader in [words.get(skill.concept_id, ((), ()))]
                if own
            ),
            works=tuple(WorkDocument(str(work.id), work.title, work.abstract, work.year) for work in works[row.id]),
        )
        for row in experts
    }


def _by_expert(rows: Iterable[Any]) -> defaultdict[int, list[Any]]:
    grouped: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.expert_id].append(row)
    return grouped


def _given(*texts: str) -> tuple[str, ...]:
    """Those that say something, each once."""
    return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))


_KNOWN: WeakKeyDictionary[sa.Engine, tuple[VocabularyStamp, Vocabulary]] = WeakKeyDictionary()
"""The last vocabulary of each database."""
