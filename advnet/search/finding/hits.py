"""Skill search: experts whose profile and works hold every clause of a query, wherever each stands.

A clause counts by the field it stands in, by how often, and by how few experts have it:
``Σ over clauses: (1 + ln((E + 1) / (e + 1))) · ln(1 + Σ over places: weight of the field · (1 + ln f))``. What somebody
declares outweighs what a text of theirs mentions; no weight was fitted to anything, for there is nothing to fit it to.
What a name stands for (:mod:`.readings`) counts for each of its clauses. What leaves out looks at what is said of the
experts themselves, not at what the vocabulary says above their skills.
"""

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advnet.search.documents import FindResult, Ignored, Meanings, Why
from advnet.search.errors import SearchTimeout
from advnet.search.finding.query import Clause, Demand, Query, parse, thinned
from advnet.search.finding.readings import Reading, read
from advnet.search.ranking import Ranking
from advnet.search.storage.lexicon import Postings
from advnet.search.storage.lookup import Values
from advnet.search.storage.schema import LAST_POSITION, TEXT_FIELDS
from advnet.search.storage.segments import TooManyTerms
from advnet.search.storage.snapshot import Documents, Snapshot
from advnet.search.terms.analysis import stem

FIELD_WEIGHTS = {
    "names": 4.0,
    "skills": 3.0,
    "broader": 2.0,
    "title": 2.0,
    "affiliation": 1.5,
    "biography": 1.5,
    "abstract": 1.0,
}
LONGEST_SECONDS = 2.0
_UNCOUNTED_SECONDS = 0.05
MOST_EXPANSIONS = 1000
"""Terms that a prefix may stand for in one field of a segment; beyond them it says too little and is ignored."""
MOST_COUNTED_OUT = 3
_FEW = 20
_OWN_FIELDS = tuple(field for field in TEXT_FIELDS if field != "broader")


class Deadline:
    """:param seconds: of this thread's own computing, since a busy machine is not the fault of the query"""

    def __init__(self, seconds: float = LONGEST_SECONDS) -> None:
        self._seconds = seconds
        self._counted_from = time.perf_counter() + _UNCOUNTED_SECONDS
        self._end: float | None = None

    def check(self) -> None:
        """:raises SearchTimeout: it has passed"""
        if time.perf_counter() < self._counted_from:  # few searches go on: asking for a thread's own time takes long
            return
        now = time.thread_time()
        self._end = now + self._seconds if self._end is None else self._end
        if now > self._end:
            raise SearchTimeout("the query takes too long; use fewer or longer words")


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where a clause stands. :param frequencies: times per document; deleted documents are left out"""

    field: str
    documents: Documents
    frequencies: NDArray[np.integer[Any]]


def find(
    snapshot: Snapshot,
    text: str,
    *,
    limit: int | None = None,
    candidates: Collection[str] | None = None,
    meanings: Meanings | None = None,
) -> FindResult:
    """Experts with all required clauses and none of the excluded ones, best first, equal ones by id.

    :raises SearchTimeout: nothing is returned
    """
    query = parse(text)
    if not query.clauses:
        return FindResult(Ranking(), 0, query.ignored)
    looked = _look(snapshot, query, read(query.clauses, meanings))
    fits = np.isfinite(looked.scores)
    hits = snapshot.ranked(looked.scores, fits, candidates=candidates, limit=limit)
    total = len(hits) if limit is None and candidates is None else len(snapshot.among(fits, candidates))
    ignored = [*query.ignored, *looked.ignored]
    if not total:
        ignored += [Ignored(one.text, why) for one in query.clauses if (why := one.says_little)]
    return FindResult(
        hits,
        total,
        tuple(dict.fromkeys(ignored)),
        left_out=tuple((f"-{clause.text}", _ids(snapshot, found)) for clause, found in looked.left_out),
        hardly_anybody=() if total else tuple(_hardly_anybody(snapshot, looked)),
    )


def places(
    snapshot: Snapshot,
    clause: Clause,
    deadline: Deadline,
    *,
    within: NDArray[np.bool_] | None = None,
    fields: Sequence[str] = TEXT_FIELDS,
) -> Iterator[Place]:
    """Every field in which a clause stands.

    :param within: per document, whether it is looked at; None for all that are not deleted
    :raises TooManyTerms: a prefix
    :raises SearchTimeout:
    """
    within = snapshot.is_live if within is None else within & snapshot.is_live
    for field in fields:
        tokens = clause.tokens(field)
        if not tokens:
            continue
        if clause.is_prefix:
            documents, frequencies = _starting(snapshot, field, tokens[0].term, deadline)
        else:
            tokens = thinned(tokens)
            postings = []
            for token in tokens:
                deadline.check()
                postings.append(snapshot.postings(field, token.term))
                if not len(postings[-1].documents):
                    break
            if len(postings) < len(tokens) or not len(postings[-1].documents):
                continue
            offsets = [token.position - tokens[0].position for token in tokens]
            documents, frequencies = _following(postings, offsets, within)
        kept = within[documents]
        if kept.any():
            yield Place(field, documents[kept], frequencies[kept])


def stands_anywhere(snapshot: Snapshot, clause: Clause, deadline: Deadline) -> bool:
    try:
        return any(True for _ in places(snapshot, clause, deadline))
    except TooManyTerms:
        return True


@dataclass(slots=True)
class _Looked:
    """What was found. :ivar scores: per block, -inf where it does not fit; :ivar present: which blocks have a clause
    :ivar left_out: excluded clauses, with who has all that is required and them
    """

    scores: NDArray[np.float64]
    ignored: list[Ignored] = made(default_factory=list)
    present: dict[Clause, NDArray[np.bool_]] = made(default_factory=dict)
    left_out: list[tuple[Clause, NDArray[np.bool_]]] = made(default_factory=list)


def _look(snapshot: Snapshot, query: Query, readings: Sequence[Reading]) -> _Looked:
    deadline = Deadline()
    looked = _Looked(np.full(len(snapshot.starts), -np.inf))
    amounts: dict[Clause, Values] = {}
    for clause in query.clauses:
        deadline.check()
        try:
            amounts[clause] = _amounts(snapshot, clause, deadline)
        except TooManyTerms:
            looked.ignored.append(Ignored(f"{clause.text}*", Why.TOO_COMMON))
    for reading in readings:
        other = _meant(snapshot, reading, deadline)
        for clause in reading.clauses:
            if clause in amounts:
                amounts[clause] = amounts[clause] + other
    fits = snapshot.block_is_live
    for clause, amount in amounts.items():
        if clause.demand is Demand.REQUIRED:
            looked.present[clause] = amount > 0
            fits = fits & looked.present[clause]
    required = fits
    for clause, amount in amounts.items():
        if clause.demand is Demand.EXCLUDED:
            fits = fits & (amount == 0)
            if len(looked.left_out) < MOST_COUNTED_OUT:
                looked.left_out.append((clause, required & (amount > 0)))
    if amounts:
        found = np.flatnonzero(fits)
        looked.scores[found] = sum(
            _rarity(snapshot, amount) * np.log1p(amount[found].astype(np.float64)) for amount in amounts.values()
        )
    return looked


def _rarity(snapshot: Snapshot, amounts: Values) -> float:
    return 1.0 + log((len(snapshot.blocks) + 1) / (np.count_nonzero(amounts) + 1))


def _meant(snapshot: Snapshot, reading: Reading, deadline: Deadline) -> Values:
    """What each block says of a name in other words, or by what it declares."""
    amounts = np.zeros(len(snapshot.starts), dtype=np.float32)
    for other in reading.others:
        deadline.check()
        amounts = np.maximum(amounts, _amounts(snapshot, other, deadline))
    declaring = snapshot.blocks.of(reading.meant.expert_ids)
    amounts[declaring] = np.maximum(amounts[declaring], np.float32(FIELD_WEIGHTS["broader"]))
    return amounts


def _hardly_anybody(snapshot: Snapshot, looked: _Looked) -> Iterator[tuple[str, list[str]]]:
    for clause, present in looked.present.items():
        found = present & snapshot.block_is_live
        if np.count_nonzero(found) <= _FEW and clause.says_little is None:
            goes_on = clause.is_prefix and not clause.names[0].is_cjk
            yield f"{clause.text}*" if goes_on else clause.text, _ids(snapshot, found)


def _ids(snapshot: Snapshot, blocks: NDArray[np.bool_]) -> list[str]:
    return snapshot.expert_ids.of(np.flatnonzero(blocks))


def _amounts(snapshot: Snapshot, clause: Clause, deadline: Deadline) -> Values:
    """What each block says of a clause. Single words, and words that start alike, need no look at positions."""
    fields = _OWN_FIELDS if clause.demand is Demand.EXCLUDED else TEXT_FIELDS
    tokens = {field: clause.tokens(field) for field in fields}
    tokens = {field: thinned(found) for field, found in tokens.items() if found}
    weights = [FIELD_WEIGHTS[field] for field in tokens]
    if clause.is_prefix:
        prefixes = [(field, found[0].term) for field, found in tokens.items()]
        amounts = snapshot.amounts_starting(prefixes, weights, limit=MOST_EXPANSIONS)
        roots = [(field, root) for field, prefix in prefixes if (root := _root(field, prefix))]
        return amounts + snapshot.amounts(roots, [FIELD_WEIGHTS[field] for field, _ in roots]) if roots else amounts
    if all(len(found) == 1 for found in tokens.values()):
        return snapshot.amounts([(field, found[0].term) for field, found in tokens.items()], weights)
    amounts = np.zeros(len(snapshot.starts), dtype=np.float32)
    for place in places(snapshot, clause, deadline, fields=fields):
        said = FIELD_WEIGHTS[place.field] * (1.0 + np.log(place.frequencies))
        np.add.at(amounts, snapshot.block_of[place.documents], said.astype(np.float32))
    return amounts


def _root(field: str, prefix: str) -> str:
    """The term that words with this prefix may have become: policies* means policy as well."""
    root = "" if field == "names" else stem(prefix)
    return "" if root.startswith(prefix) else root


def _starting(
    snapshot: Snapshot, field: str, prefix: str, deadline: Deadline
) -> tuple[Documents, NDArray[np.integer[Any]]]:
    found: NDArray[np.int32] = np.zeros(snapshot.size, dtype=np.int32)
    for postings in snapshot.postings_starting(field, prefix, limit=MOST_EXPANSIONS):
        deadline.check()
        found[postings.documents] += postings.frequencies
    if root := _root(field, prefix):
        postings = snapshot.postings(field, root)
        found[postings.documents] += postings.frequencies
    documents = np.flatnonzero(found).astype(np.int32)
    return documents, found[documents]


def _following(
    postings: list[Postings], offsets: list[int], within: NDArray[np.bool_]
) -> tuple[Documents, NDArray[np.integer[Any]]]:
    """Documents in which the terms stand at these distances from the first, and how often they do.

    Each place is one number, of document and position, and the places of a term are ascending: so two lists of them are
    merged, never sorted.
    """
    if len(postings) == 1:
        return postings[0].documents, postings[0].frequencies
    have = within.astype(np.int8)
    for one in postings:
        have[one.documents] += within[one.documents]
    have_all = have == len(postings) + 1
    keys: NDArray[np.int64] | None = None
    for one, offset in zip(postings, offsets, strict=True):
        wanted = have_all[one.documents]
        positions = one.positions[np.repeat(wanted, one.frequencies)].astype(np.int64)
        documents = np.repeat(one.documents[wanted].astype(np.int64), one.frequencies[wanted])
        here = (documents * (2 * LAST_POSITION) + LAST_POSITION + positions - offset)[positions < LAST_POSITION]
        keys = here if keys is None else _in_both(keys, here)
    if keys is None or not len(keys):
        return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32)
    found = keys // (2 * LAST_POSITION)
    firsts = np.flatnonzero(np.diff(found, prepend=-1))
    return found[firsts].astype(np.int32), np.diff(firsts, append=len(found)).astype(np.int32)


def _in_both(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """What stands in both of two ascending arrays, each without repetitions."""
    merged = np.concatenate([one, other])
    merged.sort(kind="stable")  # two ascending runs: one merge
    both: NDArray[np.int64] = merged[:-1][merged[1:] == merged[:-1]]
    return both
