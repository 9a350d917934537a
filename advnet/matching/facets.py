"""By what a search is narrowed down, and how many experts each choice would give.

Countries, languages, career stages and availability have few values, so the database counts their combinations once,
and every facet is a sum over them. Fields and areas are many to one expert and nested: they are counted by the concepts
right below the top (fields) or at the top (areas) under which the declared skills stand.

Over everybody these are the dearest questions of a page. Their answers change with nothing but profiles and standings,
and every change of those is noted in the change log that the index follows: so they are remembered under the log's last
number, which is read from the database each time.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import AccountState, User
from advnet.experts.model import Expert, ExpertSkill, Standing
from advnet.experts.vocabulary.model import Concept, Facet
from advnet.jobs.queries import last_change_number
from advnet.matching.documents import ancestors
from advnet.matching.queries import among, has_full_load, is_findable, is_paused_on

T = TypeVar("T")

Combined = Mapping[tuple[str | None, str, str | None, str], int]
"""(country, languages as written, career stage, availability) → experts."""


class Availability(StrEnum):
    """Whether a person may be asked today; the first that holds, in the order of the members but for the first."""

    AVAILABLE = "available"
    PAUSED = "paused"
    FULL = "full"
    CLOSED = "closed"


@dataclass(frozen=True)
class Chosen:
    """The filters. Values of one facet widen each other, facets narrow each other; unknown values fit nobody.

    :ivar fields: codes of concepts; whoever declares one of them, or a narrower one; ``areas`` likewise
    :ivar countries: ISO 3166-1 alpha-2
    :ivar languages: ISO 639-1
    """

    fields: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    availability: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Chosen()


@dataclass(frozen=True)
class Node:
    """A concept, plain. :ivar depth: 0 at the top"""

    id: int
    code: str
    facet: str
    label_ja: str
    label_en: str
    depth: int


@dataclass(frozen=True)
class Tree:
    """The whole vocabulary. :ivar below: a concept's code → its id and those of everything narrower"""

    nodes: Mapping[str, Node] = field(default_factory=dict)
    below: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def anchors(self, facet: Facet) -> list[Node]:
        """The concepts by which a facet is counted, in the vocabulary's order."""
        depth = 1 if facet == Facet.FIELD else 0
        return [node for node in self.nodes.values() if node.facet == facet and node.depth == depth]


@dataclass(frozen=True)
class Counted:
    """How many experts each choice would give; what would give nobody is left out.

    :ivar total: how many fit all filters
    :ivar concepts: number of the concept → experts, for the anchors of fields and areas
    """

    total: int = 0
    concepts: Mapping[int, int] = field(default_factory=dict)
    countries: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    stages: Mapping[str, int] = field(default_factory=dict)
    availability: Mapping[str, int] = field(default_factory=dict)


def load_tree(session: Session) -> Tree:
    """The vocabulary as it stands, in one statement."""
    columns = (Concept.id, Concept.code, Concept.facet, Concept.label_ja, Concept.label_en, Concept.parent_id)
    rows = session.execute(sa.select(*columns).order_by(Concept.position, Concept.id)).all()
    parents = {row.id: row.parent_id for row in rows}
    codes = {row.id: row.code for row in rows}
    nodes: dict[str, Node] = {}
    below: defaultdict[str, set[int]] = defaultdict(set)
    for concept_id, code, facet, label_ja, label_en, _parent_id in rows:
        above = ancestors(concept_id, parents)
        nodes[code] = Node(concept_id, code, facet, label_ja, label_en, len(above))
        for ancestor in (concept_id, *above):
            below[codes[ancestor]].add(concept_id)
    return Tree(nodes, {code: frozenset(ids) for code, ids in below.items()})


def load_unavailable(session: Session, *, now: datetime) -> dict[int, Availability]:
    """Who of the Network may not be asked today, and why; the others are available."""
    closed = Expert.user_id.in_(sa.select(User.id).where(User.state != AccountState.ACTIVE))
    reasons = (
        (Availability.PAUSED, sa.or_(Expert.standing == Standing.PAUSED, is_paused_on(now))),
        (Availability.FULL, has_full_load()),
        (Availability.CLOSED, closed),
    )
    found: dict[int, Availability] = {}
    for reason, holds in reasons:
        for expert_id in session.scalars(sa.select(Expert.id).where(holds)):
            found.setdefault(expert_id, reason)
    return found


@dataclass(frozen=True)
class Scope:
    """Among whom is searched, as the database has it at this moment.

    :ivar hits: the experts that the index found; None for everybody
    :ivar unavailable: as :func:`load_unavailable` gives it
    """

    session: Session
    tree: Tree
    hits: Sequence[int] | None
    unavailable: Mapping[int, Availability]

    def conditions(self, chosen: Chosen) -> list[sa.ColumnElement[bool]]:
        """On :class:`Expert`: in the Network, one of the hits, and fitting the filters."""
        found = [is_findable()]
        if self.hits is not None:
            found.append(among(self.session, Expert.id, self.hits))
        for codes in (chosen.fields, chosen.areas):
            if codes:
                found.append(self._declares(codes))
        if chosen.countries:
            found.append(Expert.country.in_(chosen.countries))
        if chosen.languages:
            written = sa.cast(Expert.languages, sa.Text)
            found.append(sa.or_(*(written.contains(json.dumps(code), autoescape=True) for code in chosen.languages)))
        if chosen.stages:
            found.append(Expert.career_stage.in_(chosen.stages))
        if chosen.availability:
            found.append(self._is_available(chosen.availability))
        return found

    def count(self, chosen: Chosen) -> Counted:
        """The counts of every facet."""
        without_fields, without_areas = replace(chosen, fields=()), replace(chosen, areas=())
        if without_fields == without_areas:
            nested = self._count_concepts((Facet.FIELD, Facet.AREA), chosen)
        else:
            nested = {
                **self._count_concepts((Facet.FIELD,), without_fields),
                **self._count_concepts((Facet.AREA,), without_areas),
            }
        return replace(self._count_flat(chosen), concepts=nested)

    def _declares(self, codes: Collection[str]) -> sa.ColumnElement[bool]:
        concepts = {concept_id for code in codes for concept_id in self.tree.below.get(code, ())}
        declared = among(self.session, ExpertSkill.concept_id, sorted(concepts))
        return Expert.id.in_(sa.select(ExpertSkill.expert_id).where(declared))

    def _is_available(self, wanted: Collection[str]) -> sa.ColumnElement[bool]:
        if Availability.AVAILABLE in wanted:
            others = [expert_id for expert_id, reason in self.unavailable.items() if reason not in wanted]
            return ~among(self.session, Expert.id, others)
        return among(self.session, Expert.id, [one for one, reason in self.unavailable.items() if reason in wanted])

    def _count_flat(self, chosen: Chosen) -> Counted:
        """Counts the combinations of the facets that have one value, or few, for each expert."""
        within = Chosen(fields=chosen.fields, areas=chosen.areas)
        is_everybody = self.hits is None and not within
        combined = Counter(self._remember(self._combine, within) if is_everybody else self._combine(within))
        some = among(self.session, Expert.id, self.unavailable)
        for row in self.session.execute(sa.select(*_flat_values(), Expert.id).where(some, *self.conditions(within))):
            combined[row[0], row[1], row[2], Availability.AVAILABLE] -= 1
            combined[row[0], row[1], row[2], self.unavailable[row[3]]] += 1
        filters = (chosen.countries, chosen.languages, chosen.stages, chosen.availability)
        counters: tuple[Counter[str], ...] = (Counter(), Counter(), Counter(), Counter())
        total = 0
        for (country, written, stage, state), number in combined.items():
            if number <= 0:
                continue
            given = ((country,), tuple(json.loads(written)), (stage,), (state,))
            misses = [place for place, wanted in enumerate(filters) if wanted and not set(wanted) & set(given[place])]
            total += 0 if misses else number
            for place in range(len(filters)) if not misses else misses if len(misses) == 1 else ():
                for value in given[place]:
                    if value is not None:
                        counters[place][value] += number
        countries, spoken, stages, states = counters
        return Counted(total, countries=countries, languages=spoken, stages=stages, availability=states)

    def _combine(self, within: Chosen) -> Combined:
        """Everybody counted as available."""
        values = _flat_values()
        query = sa.select(*values, sa.func.count()).where(*self.conditions(within)).group_by(*values)
        return {(row[0], row[1], row[2], Availability.AVAILABLE): row[3] for row in self.session.execute(query)}

    def _count_concepts(self, facets: tuple[Facet, ...], chosen: Chosen) -> Mapping[int, int]:
        """Who may be asked are nearly all: they are counted as everybody less the others."""
        if Availability.AVAILABLE in chosen.availability:
            others = tuple(state for state in Availability if state not in chosen.availability)
            counts = Counter(self._count_concepts(facets, replace(chosen, availability=())))
            if others:
                counts.subtract(self._count_concepts_now(facets, replace(chosen, availability=others)))
            return {anchor_id: number for anchor_id, number in counts.items() if number}
        if self.hits is not None or chosen:
            return self._count_concepts_now(facets, chosen)
        return self._remember(self._count_concepts_now, facets, chosen)

    def _remember(self, ask: Callable[..., T], *arguments: Any) -> T:
        """The answer for everybody, asked anew only when a profile, a standing or the vocabulary has changed."""
        known = _REMEMBERED.setdefault(self.session.get_bind().engine, {})
        stand = (last_change_number(self.session), tuple(self.tree.nodes.values()))
        question = (ask.__name__, arguments)
        if question not in known or known[question][0] != stand:
            known[question] = (stand, ask(*arguments))
        answer: T = known[question][1]
        return answer

    def _count_concepts_now(self, facets: tuple[Facet, ...], chosen: Chosen) -> dict[int, int]:
        anchors = [node.id for facet in facets for node in self.tree.anchors(facet)]
        anchor = sa.select(Concept.id.label("concept_id"), Concept.id.label("anchor_id"))
        below = anchor.where(among(self.session, Concept.id, anchors)).cte("below", recursive=True)
        below = below.union(sa.select(Concept.id, below.c.anchor_id).where(Concept.parent_id == below.c.concept_id))
        query = (
            sa.select(below.c.anchor_id, sa.func.count(ExpertSkill.expert_id.distinct()))
            .select_from(below)
            .join(ExpertSkill, ExpertSkill.concept_id == below.c.concept_id)
            .join(Expert, Expert.id == ExpertSkill.expert_id)
            .where(*self.conditions(chosen))
            .group_by(below.c.anchor_id)
        )
        return {row[0]: row[1] for row in self.session.execute(query)}


def _flat_values() -> tuple[sa.ColumnElement[Any], ...]:
    return Expert.country.expression, sa.cast(Expert.languages, sa.Text), Expert.career_stage.expression


_REMEMBERED: WeakKeyDictionary[sa.Engine, dict[object, tuple[object, Any]]] = WeakKeyDictionary()
"""For each database and question (there are four), the last answer over everybody and what it held for."""
