"""Where a hit matched, as text to show."""

import re
from collections.abc import Sequence

import numpy as np

from advnet.search.documents import Snippet, Snippets
from advnet.search.finding.hits import FIELD_WEIGHTS, Deadline, places
from advnet.search.finding.query import Clause, Demand, parse
from advnet.search.storage.segments import TooManyTerms
from advnet.search.storage.snapshot import Snapshot
from advnet.search.terms.analysis import SEPARATOR, MixedAnalyzer, NameAnalyzer, Token, stem

_LONGEST_EXCERPT = 200
_BEFORE_MATCH = 60
_LOOKED_AT = 20
_CUTS = re.compile(r"\s+|(?<=[、。，．])|(?<=[ぁ-ゖ])(?=[ァ-ヺ㐀-䶿一-鿿])")
_LISTS = ("names", "affiliation", "skills")
_WORDS = MixedAnalyzer()
_NAMES = NameAnalyzer(keeps_spellings=True)


def snippets(snapshot: Snapshot, text: str, expert_ids: Sequence[str], *, per_expert: int) -> Snippets:
    """For each expert that is still there, the places of most weight in which clauses of the query stand."""
    clauses = [clause for clause in parse(text).clauses if clause.demand is not Demand.EXCLUDED]
    deadline = Deadline()
    wanted = {snapshot.blocks[one]: one for one in expert_ids if one in snapshot.blocks}
    found: dict[int, dict[tuple[str, int], float]] = {block: {} for block in wanted}
    within = np.zeros(snapshot.size, dtype=bool)
    for block in wanted:
        numbers = snapshot.documents_of(block)
        within[numbers.start : numbers.stop] = True
    for clause in clauses:
        try:
            for place in places(snapshot, clause, deadline, within=within):
                for number in place.documents.tolist():
                    weights = found[int(snapshot.block_of[number])]
                    weights[place.field, number] = weights.get((place.field, number), 0.0) + FIELD_WEIGHTS[place.field]
        except TooManyTerms:
            continue
    shown: dict[str, tuple[Snippet, ...]] = {}
    for block, expert_id in wanted.items():
        best = sorted(found[block], key=lambda spot: (-found[block][spot], spot[1], spot[0]))
        shown[expert_id] = tuple(_snippet(snapshot, field, number, clauses) for field, number in best[:per_expert])
    return shown


def marks(text: str, clauses: Sequence[Clause], *, field: str) -> list[tuple[int, int]]:
    """Ranges of letters in which clauses stand, ascending, those that touch joined."""
    sought = {token.term for clause in clauses for token in clause.tokens(field)}
    only = None if any(clause.is_prefix for clause in clauses) else sought
    tokens = (_NAMES if field == "names" else _WORDS).tokens(text, only=only)
    ranges = sorted(mark for clause in clauses for mark in _occurrences(tokens, clause, field))
    joined: list[tuple[int, int]] = []
    for start, end in ranges:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _occurrences(tokens: list[Token], clause: Clause, field: str) -> list[tuple[int, int]]:
    sought = clause.tokens(field)
    if not sought:
        return []
    if clause.is_prefix:
        prefix = sought[0].term
        root = prefix if field == "names" else stem(prefix)
        starts = {token.position: token.start for token in tokens}
        return [
            (token.start, starts.get(token.position + len(prefix), token.end) if _is_pair(token) else token.end)
            for token in tokens
            if token.term.startswith(prefix) or token.term == root
        ]
    at = {(token.position, token.term): token for token in tokens}
    found = []
    for first in tokens:
        if first.term == sought[0].term:
            places_ = [(first.position + one.position - sought[0].position, one.term) for one in sought]
            if all(place in at for place in places_):
                found.append((first.start, at[places_[-1]].end))
    return found


def _is_pair(token: Token) -> bool:
    """Two letters, of which the first may be all that was looked for."""
    return token.is_cjk and len(token.term) == 2


def _snippet(snapshot: Snapshot, field: str, number: int, clauses: Sequence[Clause]) -> Snippet:
    stored = snapshot.stored(number)
    text, found = stored[field], marks(stored[field], clauses, field=field)
    if field in _LISTS:
        text, found = _value(text, found)
    elif len(text) > _LONGEST_EXCERPT and field != "title":
        text, found = _excerpt(text, found)
    return Snippet(field, text, tuple(found), stored.get("work_id"))


def _value(text: str, found: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """The value of a list in which the first mark stands."""
    begin = text.rfind(SEPARATOR, 0, found[0][0]) + 1 if found else 0
    end = text.find(SEPARATOR, begin)
    end = len(text) if end < 0 else end
    return text[begin:end], [(a - begin, b - begin) for a, b in found if begin <= a and b <= end]


def _excerpt(text: str, found: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """A stretch around the first mark, cut between words where that can be seen near."""
    first = found[0][0] if found else 0
    begin = max(0, first - _BEFORE_MATCH)
    if begin:
        begin = next((cut.end() for cut in _CUTS.finditer(text, begin, min(first, begin + _LOOKED_AT))), begin)
    end = min(len(text), begin + _LONGEST_EXCERPT)
    if end < len(text):
        *_, end = end, *(cut.start() for cut in _CUTS.finditer(text, end - _LOOKED_AT, end))
    before, after = "…" if begin else "", "…" if end < len(text) else ""
    moved = [(a - begin + len(before), b - begin + len(before)) for a, b in found if begin <= a and b <= end]
    return f"{before}{text[begin:end]}{after}", moved
