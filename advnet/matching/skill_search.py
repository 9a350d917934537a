"""Searching the Network by words and facets.

The index finds who fits the words, best first; the roster tells who of them fits the filters; and the experts of the
page are read from the database, which has the last word on each. The number of statements depends on neither the hits
nor the rows of the page. Where nobody has all words, the few who are nearest to them are shown as what they are. While
there is no index to read, the database answers the words as well: from names, affiliations and declared skills alone.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer, selectinload

from advnet.accounts.model import Actor
from advnet.experts.model import Expert, ExpertSkill
from advnet.experts.vocabulary.model import Concept, Facet
from advnet.jobs.model import IndexChange
from advnet.matching.directory import find_in_database, load_directory
from advnet.matching.facets import Availability, Chosen, Counted, Scope, load_unavailable
from advnet.matching.meanings import EverydayMeanings, load_meanings
from advnet.matching.offers import Offer, load_spoken, offer_concepts
from advnet.matching.queries import among, changed_after, is_findable
from advnet.matching.roster import load_roster
from advnet.matching.topics import as_asked
from advnet.matching.tree import Node, Tree, load_tree
from advnet.paging import Page
from advnet.permissions import Permission, require
from advnet.search import (
    ExpertIndex,
    FindResult,
    Ignored,
    IndexUnusable,
    MatchQuestion,
    SearchTimeout,
    Snippet,
    TermShare,
)
from advnet.search.terms.alikeness import says_something

SIZE = 20
FEW = 2
"""Found, up to which other words are suggested."""

MOST_PLACES = 4
"""Of an expert that are shown: one for each word where that can be."""

MOST_NEAR = 5
LEAST_NEAR = 0.05
_SHORTEST_NEAR = 2
_LOOKED_AT = 200

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
class Near:
    """An expert who does not have all the words. :ivar score: 0 to 1, as of candidates; :ivar terms: words in common"""

    expert: Expert
    availability: Availability
    score: float
    terms: tuple[TermShare, ...]
    meaning: float


@dataclass(frozen=True)
class Results:
    """:ivar page: what is shown
    :ivar counted: for each facet, how many each choice would give
    :ivar tree: the vocabulary that fields and areas are counted by
    :ivar ignored: words of the query that were not looked for, and why
    :ivar left_out: words that leave out, each with how many who fit everything else were left out by it
    :ivar nobody: words that nobody has, when nobody has all of them
    :ivar nearest: when nobody has all of the words
    :ivar suggestions: other queries that would find more, when few or none were found
    :ivar offers: concepts that the words may mean, to be chosen as a filter
    :ivar trouble: None when all went well; with :attr:`Trouble.NO_INDEX` the database has answered
    """

    page: Page[Found]
    counted: Counted
    ignored: tuple[Ignored, ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()
    nobody: tuple[str, ...] = ()
    nearest: tuple[Near, ...] = ()
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
        meanings = load_meanings(session)
        found = index.find(query.looked_for, meanings=meanings)
        suggestions = _suggestions(index, query, found.total)
    except IndexUnusable:
        return _from_database(session, index, query=query, number=number, size=size, now=now)
    except SearchTimeout:
        return _nothing(size, Trouble.TOO_SLOW)
    hits = _numbers(found.hits.expert_ids)
    results = _results(session, index, query=query, hits=hits, number=number, size=size, now=now)
    results = replace(
        results,
        ignored=found.ignored,
        left_out=_left_out(session, query, found, now=now),
        suggestions=suggestions,
        offers=_offers(session, query, results.tree, now=now),
    )
    return results if hits else _with_nearest(session, index, query, found, results, now=now)


def _numbers(expert_ids: Iterable[str]) -> list[int]:
    return [int(expert_id) for expert_id in expert_ids if expert_id.isdecimal()]


def _left_out(session: Session, query: Query, found: FindResult, *, now: datetime) -> tuple[tuple[str, int], ...]:
    """Counted among those who may be found and fit the filters; a word that leaves out nobody is not named."""
    counted = []
    for text, expert_ids in found.left_out:
        ids = _numbers(expert_ids)
        if ids and (number := len(_scope(session, query.chosen, hits=ids, now=now).ids(by_name=False))):
            counted.append((text, number))
    return tuple(counted)


def _with_nearest(
    session: Session, index: ExpertIndex, query: Query, found: FindResult, results: Results, *, now: datetime
) -> Results:
    """Who is nearest by the matching that finds candidates, among the first of all; nobody where a word leaves out,
    since matching knows no such words. What was typed leaves for no other machine."""
    roster = load_roster(session)
    nobody = tuple(text for text, ids in found.hardly_anybody if not len(roster.rows(_numbers(ids))))
    results = replace(results, nobody=nobody)
    if found.left_out or len(query.text) < _SHORTEST_NEAR or not _says_more(found, query.text):
        return results
    question = as_asked(session, question=MatchQuestion(query.text.replace('"', " "), may_leave=False), now=now)
    try:
        with index.matching(question) as matching:
            best = {int(hit.expert_id): hit for hit in matching.hits[:_LOOKED_AT] if hit.expert_id.isdecimal()}
            scope = _scope(session, query.chosen, hits=list(best), now=now)
            ids = [one for one in scope.ids(by_name=False) if best[one].score >= LEAST_NEAR][:MOST_NEAR]
            reasons = {int(one.expert_id): one for one in matching.explain(best[one] for one in ids)}
    except (IndexUnusable, SearchTimeout):
        return results
    unchanged = set(ids) - changed_after(session, ids, number=matching.reached)
    nearest = tuple(
        Near(
            expert,
            scope.unavailable.get(expert.id, Availability.AVAILABLE),
            best[expert.id].score,
            reasons[expert.id].terms if expert.id in unchanged else (),
            reasons[expert.id].meaning,
        )
        for expert in _load(session, ids)
    )
    return replace(results, nearest=nearest)


def _says_more(found: FindResult, text: str) -> bool:
    """Whether the text says something beside operators and single letters."""
    said = {one.text for one in found.ignored}
    return any(word not in said for word in text.split())


def _scope(session: Session, chosen: Chosen, *, hits: list[int] | None, now: datetime) -> Scope:
    unavailable = load_unavailable(session, now=now, expert_ids=hits)
    return Scope(load_roster(session), load_tree(session), chosen, hits=hits, unavailable=unavailable)


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
    return replace(results, trouble=Trouble.NO_INDEX, offers=_offers(session, query, tree, now=now))


def _offers(session: Session, query: Query, tree: Tree, *, now: datetime) -> tuple[Offer, ...]:
    """Each counted as it is followed: without the words, beside the filters that are chosen."""
    chosen = query.chosen
    scopes: dict[str, Scope] = {}

    def count(node: Node) -> int:
        name = "areas" if node.facet == Facet.AREA else "fields"
        if name not in scopes:
            without = replace(chosen, **{name: ()})
            scopes[name] = _scope(session, without, hits=None, now=now)
        scope = scopes[name]
        return scope.declaring((*getattr(chosen, name), node.code))

    codes = (*chosen.fields, *chosen.areas)
    return offer_concepts(load_spoken(session), tree, text=query.text, chosen=codes, count=count)


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
    scope = _scope(session, query.chosen, hits=hits, now=now)
    counted = scope.count()
    number = min(max(1, number), max(1, -(-counted.total // size)))
    by_name = hits is None or query.order == Order.NAME
    ids = scope.ids(by_name=by_name)[(number - 1) * size : number * size]
    meanings = load_meanings(session)
    snippets = _snippets(session, index, text=query.looked_for, ids=ids, meanings=meanings)
    rows = [
        Found(
            expert,
            scope.unavailable.get(expert.id, Availability.AVAILABLE),
            _with_declared(expert, snippets.get(expert.id, ()), meanings.concepts),
        )
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


def _with_declared(expert: Expert, snippets: tuple[Snippet, ...], concepts: Collection[int]) -> tuple[Snippet, ...]:
    """Also the first declared skill that a word stands for, where no place of the texts shows one."""
    if any(one.skill_id for one in snippets):
        return snippets
    declared = [skill for skill in expert.skills if skill.concept_id in concepts]
    return (*snippets, *(Snippet("skills", "", (), skill_id=str(skill.id)) for skill in declared[:1]))


def _snippets(
    session: Session, index: ExpertIndex, *, text: str, ids: Sequence[int], meanings: EverydayMeanings
) -> dict[int, tuple[Snippet, ...]]:
    """Where the words stand; nothing for experts who have changed since the index looked at them."""
    if not text.strip() or not ids:
        return {}
    try:
        reached = index.reached()
        most = min(MOST_PLACES, max(2, len(text.split())))
        found = index.snippets(text, [str(one) for one in ids], per_expert=most, meanings=meanings)
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
