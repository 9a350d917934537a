"""Which consultations may ask the same as this one. A proposal with its reasons; the desk decides.

Two titles are compared by the words they share, each weighed by how rare it is among recent titles (inverse document
frequency, Spärck Jones 1972): *quantum* says more than *international*. The overlap is the weight of the shared words
over the weight of the lighter title, so that a short title inside a long one counts fully. Japanese is compared in
pairs of letters. Shared facets are counted beside it and never mixed into the overlap: the two are different reasons
and are shown as such.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from math import log

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.consultations.model import Consultation, ConsultationFacet, ConsultationState
from advnet.consultations.queries import visible_to
from advnet.consultations.states import ENDS
from advnet.experts.vocabulary.model import Concept
from advnet.search.terms.stopwords import STOP_PAIRS, STOP_WORDS
from advnet.text import normalise, normalise_with_offsets, runs

RECENT = timedelta(days=730)
LEAST_OVERLAP = 0.35
LEAST_OVERLAP_WITH_FACETS = 0.15
LEAST_FACETS = 2

_TIES = re.compile("^[ぁ-ん]+|[ぁ-ん]+$")


@dataclass(frozen=True)
class LikelyDuplicate:
    """Another consultation, and why it is proposed.

    :ivar title_overlap: 0 to 1, the share of the lighter title's weight that both titles have
    :ivar shared_words: English words and stretches of Japanese that both titles have, as they stand in this one's
    :ivar shared_facets: concepts that both are about
    """

    consultation: Consultation
    title_overlap: float
    shared_words: tuple[str, ...]
    shared_facets: tuple[Concept, ...]


def list_likely_duplicates(
    session: Session, *, consultation: Consultation, actor: Actor, now: datetime, limit: int = 5
) -> list[LikelyDuplicate]:
    """Recent consultations under way that share a good part of the title, or facets and some of it; likeliest first.

    :param consultation: loaded with its facets
    """
    rows = session.execute(
        sa.select(Consultation.id, Consultation.title_ja, Consultation.title_en)
        .where(visible_to(actor), Consultation.id != consultation.id, Consultation.created_at > now - RECENT)
        .where(Consultation.state.not_in([*ENDS, ConsultationState.DRAFT, ConsultationState.RETURNED]))
    ).all()
    titles = {row.id: _terms(row.title_ja, row.title_en) for row in rows}
    own = _terms(consultation.title_ja, consultation.title_en)
    weights = _weights([own, *titles.values()])
    facets = _shared_facets(session, consultation)
    scored = []
    for other_id, terms in titles.items():
        shared = own & terms
        lighter = min(sum(weights[term] for term in own), sum(weights[term] for term in terms))
        overlap = sum(weights[term] for term in shared) / lighter if lighter else 0.0
        common = len(facets.get(other_id, ()))
        if overlap >= LEAST_OVERLAP or (common >= LEAST_FACETS and overlap >= LEAST_OVERLAP_WITH_FACETS):
            scored.append((overlap, common, other_id, shared))
    scored.sort(key=lambda one: (-one[0], -one[1], one[2]))
    best = scored[:limit]
    concepts = {concept for _, _, other_id, _ in best for concept in facets.get(other_id, ())}
    others = _load(session, [other_id for _, _, other_id, _ in best])
    by_id = {concept.id: concept for concept in _concepts(session, concepts)}
    return [
        LikelyDuplicate(
            others[other_id],
            overlap,
            _readable(shared, consultation.title_ja, consultation.title_en),
            tuple(by_id[concept] for concept in facets.get(other_id, ())),
        )
        for overlap, _, other_id, shared in best
    ]


def _terms(*titles: str) -> frozenset[str]:
    """English words and pairs of Japanese letters, without those that say nothing."""
    terms: set[str] = set()
    for run in (run for title in titles for run in runs(normalise(title))):
        if run.is_cjk:
            terms.update(pair for pair in _pairs(run.text) if pair not in STOP_PAIRS)
        elif run.text not in STOP_WORDS:
            terms.add(run.text)
    return frozenset(terms)


def _pairs(text: str) -> list[str]:
    return [text[index : index + 2] for index in range(len(text) - 1)] or [text]


def _weights(titles: list[frozenset[str]]) -> dict[str, float]:
    frequency = Counter(term for terms in titles for term in terms)
    return {term: 1 + log(len(titles) / count) for term, count in frequency.items()}


def _shared_facets(session: Session, consultation: Consultation) -> dict[int, list[int]]:
    """Other consultations with a facet of this one → the shared concepts."""
    own = [facet.concept_id for facet in consultation.facets]
    rows = session.execute(
        sa.select(ConsultationFacet.consultation_id, ConsultationFacet.concept_id)
        .where(ConsultationFacet.concept_id.in_(own), ConsultationFacet.consultation_id != consultation.id)
        .order_by(ConsultationFacet.concept_id)
    )
    shared: dict[int, list[int]] = {}
    for consultation_id, concept_id in rows:
        shared.setdefault(consultation_id, []).append(concept_id)
    return shared


def _load(session: Session, ids: list[int]) -> dict[int, Consultation]:
    return {one.id: one for one in session.scalars(sa.select(Consultation).where(Consultation.id.in_(ids)))}


def _concepts(session: Session, ids: set[int]) -> list[Concept]:
    return list(session.scalars(sa.select(Concept).where(Concept.id.in_(ids))))


def _readable(shared: frozenset[str], *titles: str) -> tuple[str, ...]:
    """The shared words and stretches as they stand in ``titles``, each once; kana that only tie them are cut off."""
    found = dict.fromkeys(stretch for title in titles for stretch in _stretches(shared, title))
    return tuple(_TIES.sub("", stretch) or stretch for stretch in found)


def _stretches(shared: frozenset[str], title: str) -> Iterator[str]:
    text, offsets = normalise_with_offsets(title)
    for run in runs(text):
        if not run.is_cjk:
            if run.text in shared:
                yield title[offsets[run.start] : offsets[run.start + len(run.text)]]
            continue
        covered = {
            place + step for place, pair in enumerate(_pairs(run.text)) if pair in shared for step in range(len(pair))
        }
        for place in sorted(covered):
            if place - 1 not in covered:
                end = next(after for after in count(place) if after not in covered)
                yield title[offsets[run.start + place] : offsets[run.start + end]]
