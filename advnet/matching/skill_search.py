"""Searching the Network by words and facets.

The index finds who fits the words, best first; the roster tells who of them fits the filters; and the experts of the
page are read from the database, which has the last word on each. The number of statements depends on neither the hits
nor the rows of the page. While there is no index to read, the database answers the words as well: from names,
affiliations and declared skills alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer, selectinload

from advnet.accounts.model import Actor
from advnet.experts.model import Expert, ExpertSkill
from advnet.experts.vocabulary.model import Concept
from advnet.jobs.model import IndexChange
from advnet.matching.directory import find_in_database, load_directory
from advnet.matching.facets import Availability, Chosen, Counted, Scope, load_unavailable
from advnet.matching.offers import Offer, load_spoken, offer_concepts
from advnet.matching.queries import among, is_findable
from advnet.matching.roster import load_roster
from advnet.matching.tree import Tree, load_tree
from advnet.paging import Page
from advnet.permissions import Permission, require
from advnet.search import ExpertIndex, IndexUnusable, SearchTimeout, Snippet
from advnet.search.terms.alikeness import says_something

SIZE = 20
FEW = 2
"""Found, up to which other words are suggested."""

_GOES_ON = re.compile(r"[^\W_]{2}$|[ぁ-ヿ㐀-鿿]$")


class Order(StrEnum):
    RELEVANCE = "relevance"
    NAME = "name"


class Trouble(StrEnum):
    """Why the words of the query were not looked for, or not everywhere."""

    NO_INDEX = "no_index"
    NOTHING_SAID = "nothing_said"
    TOO_SLOW = "too_slow"


@dataclass(frozen=True)
class Query:
    """What is asked for.

    :ivar text: as :meth:`ExpertIndex.find` reads it; empty to look through everybody
    :ivar is_being_typed: the last word may go on
    """

    text: str = ""
    chosen: Chosen = field(default_factory=Chosen)
    order: Order = Order.RELEVANCE
    is_being_typed: bool = False

    @property
    def looked_for(self) -> str:
        """The text, its last word as a prefix while it is being typed: not one that is closed by a mark or is short."""
        return f"{self.text}*" if self.is_being_typed and _GOES_ON.search(self.text) else self.text


@dataclass(frozen=True)
class Found:
    """An expert on the page. :ivar expert: loaded with affiliations, skills and their concepts"""

    expert: Expert
    availability: Availability
    snippets: tuple[Snippet, ...] = ()


@dataclass(frozen=True)
class Results:
    """:ivar page: what is shown
    :ivar counted: for each facet, how many each choice would give
    :ivar tree: the vocabulary that fields and areas are counted by
    :ivar ignored: words of the query that were not looked for
    :ivar suggestions: other queries that would find more, when few or none were found
    :ivar offers: concepts that the words may mean, to be chosen as a filter
    :ivar trouble: None when all went well; with :attr:`Trouble.NO_INDEX` the database has answered
    """

    page: Page[Found]
    counted: Counted
    ignored: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    trouble: Trouble | None = None
    tree: Tree = field(default_factory=Tree)


def search_experts(
    session: Session,
    index: ExpertIndex,
    *,
    actor: Actor,
    query: Query,
    number: int = 1,
    size: int = SIZE,
    now: datetime,
) -> Results:
    """A page of the experts who fit, and what the facets would give."""
    require(Permission.EXPERT_SEARCH, actor)
    if not query.text.strip():
        return _results(session, index, query=query, hits=None, number=number, size=size, now=now)
    if not says_something(query.text):
        return _nothing(size, Trouble.NOTHING_SAID)
    try:
        found = index.find(query.looked_for)
        suggestions = _suggestions(index, query, found.total)
    except IndexUnusable:
        return _from_database(session, index, query=query, number=number, size=size, now=now)
    except SearchTimeout:
        return _nothing(size, Trouble.TOO_SLOW)
    hits = [int(expert_id) for expert_id in found.hits.expert_ids if expert_id.isdecimal()]
    results = _results(session, index, query=query, hits=hits, number=number, size=size, now=now)
    return replace(
        results, ignored=found.ignored, suggestions=suggestions, offers=_offers(session, query, results.tree)
    )


def _suggestions(index: ExpertIndex, query: Query, total: int) -> tuple[str, ...]:
    """Nobody is corrected while typing."""
    return () if total > FEW or query.is_being_typed else index.suggest(query.text, few=FEW)


def _from_database(
    session: Session, index: ExpertIndex, *, query: Query, number: int, size: int, now: datetime
) -> Results:
    tree, spoken = load_tree(session), load_spoken(session)
    hits = find_in_database(load_directory(session), load_roster(session), tree, spoken, query.text)
    results = _results(
        session, index, query=replace(query, order=Order.NAME), hits=hits, number=number, size=size, now=now
    )
    return replace(results, trouble=Trouble.NO_INDEX, offers=_offers(session, query, tree))


def _offers(session: Session, query: Query, tree: Tree) -> tuple[Offer, ...]:
    chosen = (*query.chosen.fields, *query.chosen.areas)
    return offer_concepts(load_spoken(session), tree, load_roster(session), text=query.text, chosen=chosen)


def _results(
    session: Session,
    index: ExpertIndex,
    *,
    query: Query,
    hits: list[int] | None,
    number: int,
    size: int,
    now: datetime,
) -> Results:
    scope = Scope(
        load_roster(session),
        load_tree(session),
        query.chosen,
        hits=hits,
        unavailable=load_unavailable(session, now=now, expert_ids=hits),
    )
    counted = scope.count()
    number = min(max(1, number), max(1, -(-counted.total // size)))
    by_name = hits is None or query.order == Order.NAME
    ids = scope.ids(by_name=by_name)[(number - 1) * size : number * size]
    snippets = _snippets(session, index, text=query.looked_for, ids=ids)
    rows = [
        Found(expert, scope.unavailable.get(expert.id, Availability.AVAILABLE), snippets.get(expert.id, ()))
        for expert in _load(session, ids)
    ]
    return Results(page=Page(rows, counted.total, number, size), counted=counted, tree=scope.tree)


def _load(session: Session, ids: Sequence[int]) -> list[Expert]:
    query = (
        sa.select(Expert)
        .where(among(session, Expert.id, ids), is_findable())
        .options(
            defer(Expert.biography_en),
            defer(Expert.biography_ja),
            selectinload(Expert.affiliations),
            selectinload(Expert.skills)
            .joinedload(ExpertSkill.concept)
            .load_only(Concept.code, Concept.label_en, Concept.label_ja),
        )
    )
    loaded = {expert.id: expert for expert in session.scalars(query)}
    return [loaded[expert_id] for expert_id in ids if expert_id in loaded]


def _snippets(session: Session, index: ExpertIndex, *, text: str, ids: Sequence[int]) -> dict[int, tuple[Snippet, ...]]:
    """Where the words stand; nothing for experts who have changed since the index looked at them."""
    if not text.strip() or not ids:
        return {}
    try:
        reached = index.reached()
        found = index.snippets(text, [str(expert_id) for expert_id in ids], per_expert=2)
    except (IndexUnusable, SearchTimeout):
        return {}
    changed = set(
        session.scalars(
            sa.select(IndexChange.expert_id).where(
                IndexChange.number > reached, among(session, IndexChange.expert_id, ids)
            )
        )
    )
    return {int(expert_id): places for expert_id, places in found.items() if int(expert_id) not in changed}


def _nothing(size: int, trouble: Trouble | None = None) -> Results:
    return Results(page=Page((), 0, 1, size), counted=Counted(), trouble=trouble)
