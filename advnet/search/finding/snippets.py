"""Where a hit matched, as text to show."""

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from advnet.search.documents import Meanings, Snippet, Snippets
from advnet.search.finding.hits import FIELD_WEIGHTS, Deadline, places
from advnet.search.finding.query import Clause, Demand, parse
from advnet.search.finding.readings import read
from advnet.search.storage.segments import TooManyTerms
from advnet.search.storage.snapshot import Snapshot
from advnet.search.terms.analysis import SEPARATOR, MixedAnalyzer, NameAnalyzer, Token, stem

_LONGEST_EXCERPT = 200
_BEFORE_MATCH = 60
_LOOKED_AT = 20
_CUTS = re.compile(r"\s+|(?<=[、。，．])|(?<=[ぁ-ゖ])(?=[ァ-ヺ㐀-䶿一-鿿])")
_LISTS = ("names", "affiliation", "skills", "broader")
_WORDS = MixedAnalyzer()
_NAMES = NameAnalyzer(keeps_spellings=True)


def snippets(
    snapshot: Snapshot,
    text: str,
    expert_ids: Sequence[str],
    *,
    per_expert: int,
    meanings: Meanings | None = None,
) -> Snippets:
    """For each expert that is still there, the places of most weight in which clauses of the query stand, first those
    that show a word which those before do not."""
    query = parse(text).clauses
    clauses = [clause for clause in query if clause.demand is not Demand.EXCLUDED]
    others = {clause: reading.others for reading in read(query, meanings) for clause in reading.clauses}
    deadline = Deadline()
    wanted = {snapshot.blocks[one]: one for one in expert_ids if one in snapshot.blocks}
    found: dict[int, _Spots] = {block: defaultdict(dict) for block in wanted}
    within = np.zeros(snapshot.size, dtype=bool)
    for block in wanted:
        numbers = snapshot.documents_of(block)
        within[numbers.start : numbers.stop] = True
    for clause in clauses:
        for one in (clause, *others.get(clause, ())):
            try:
                for place in places(snapshot, one, deadline, within=within):
                    for number in place.documents.tolist():
                        spot = found[int(snapshot.block_of[number])][place.field, number]
                        spot[clause] = FIELD_WEIGHTS[place.field]
            except TooManyTerms:
                continue
    sought = [*clauses, *dict.fromkeys(one for some in others.values() for one in some)]
    shown: dict[str, tuple[Snippet, ...]] = {}
    for block, expert_id in wanted.items():
        made = [_snippet(snapshot, *spot, sought) for spot in _best(found[block], per_expert)]
        shown[expert_id] = tuple({(one.field, one.text, one.work_id): one for one in made}.values())
    return shown


_Spots = defaultdict[tuple[str, int], dict[Clause, float]]
"""Field and document → the clauses that stand there, each with the weight of the field."""


def _best(spots: _Spots, most: int) -> list[tuple[str, int]]:
    """Each adds the most to what those before show; of equal ones, the one of most weight."""
    left, shown = dict(spots), set[Clause]()
    chosen: list[tuple[str, int]] = []
    while left and len(chosen) < most:
        spot = min(
            left,
            key=lambda one: (
                -sum(weight for clause, weight in left[one].items() if clause not in shown),
                -sum(left[one].values()),
                one[1],
                one[0],
            ),
        )
        shown |= left.pop(spot).keys()
        chosen.append(spot)
    return chosen


def marked(text: str, asked: str) -> tuple[tuple[int, int], ...]:
    """Where the clauses of a query stand in a text of its own."""
    clauses = [clause for clause in parse(asked).clauses if clause.demand is not Demand.EXCLUDED]
    return tuple(marks(text, clauses, field="skills"))


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
    return Snippet(field, text, tuple(found), stored.get("work_id"), stored.get("skill_id"))


def _value(text: str, found: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """The value of a list in which most is marked, the first of equal ones."""
    values, begin = [], 0
    for value in text.split(SEPARATOR):
        end = begin + len(value)
        values.append((value, [(a - begin, b - begin) for a, b in found if begin <= a and b <= end]))
        begin = end + len(SEPARATOR)
    return max(values, key=lambda one: sum(b - a for a, b in one[1]))


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
