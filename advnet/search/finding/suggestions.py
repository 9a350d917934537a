"""What somebody may have meant when nothing was found, or hardly anything.

A word that stands nowhere is replaced by one that does and differs by a letter or two; a Japanese stretch that stands
nowhere is shortened to its longest part that does. When every word is known and only their combination is not, one of
them is left out. Only texts that do find somebody are suggested.
"""

from collections import Counter
from itertools import islice

from advnet.search.finding.hits import Deadline, find, stands_anywhere
from advnet.search.finding.query import LONGEST_QUERY, Clause, Demand, parse
from advnet.search.storage.schema import TEXT_FIELDS
from advnet.search.storage.snapshot import Snapshot
from advnet.search.terms.analysis import MixedAnalyzer, NameAnalyzer

MOST_SUGGESTIONS = 3
_MOST_UNKNOWN = 3
_CLOSEST_TERMS = 5
_SHORTEST_WORD = 4
_LONGEST_STRETCH = 12
_WORDS = MixedAnalyzer()
_NAMES = NameAnalyzer(keeps_spellings=True)


def suggest(snapshot: Snapshot, text: str, *, few: int = 0) -> tuple[str, ...]:
    """At most three texts, those nearest to what was typed first; none when the text itself finds somebody.

    :param few: up to as many found, other spellings are suggested that find more than these, and more than twice the
        number: somebody may have made the same mistake in a profile
    :raises SearchTimeout:
    """
    text = text[:LONGEST_QUERY]
    query = parse(text)
    total = find(snapshot, text, limit=1).total
    if not query.clauses or total > few:
        return ()
    deadline = Deadline()
    required = query.demanding(Demand.REQUIRED)
    if total:
        rare = [clause for clause in required if find(snapshot, _typed(clause), limit=1).total <= few]
        tried = _corrected(snapshot, required, rare, deadline) if rare else []
        tried = [one for one in tried if len(parse(one).demanding(Demand.REQUIRED)) == len(required)]
    elif unknown := [clause for clause in required if not stands_anywhere(snapshot, clause, deadline)]:
        tried = _corrected(snapshot, required, unknown, deadline)
    else:
        tried = [_joined([one for one in required if one is not left_out]) for left_out in required]
    least = max(few, 2 * total) if total else 0
    working = (one for one in dict.fromkeys(tried) if one and find(snapshot, one, limit=1).total > least)
    return tuple(islice(working, MOST_SUGGESTIONS))


def _corrected(snapshot: Snapshot, required: list[Clause], unknown: list[Clause], deadline: Deadline) -> list[str]:
    """Every unknown clause replaced by its best substitute; then by the second best, and so on; at last left out."""
    substitutes = {clause: _substitutes(snapshot, clause, deadline) for clause in unknown[:_MOST_UNKNOWN]}
    tried = []
    for rank in range(MOST_SUGGESTIONS):
        words = []
        for clause in required:
            if clause not in unknown:
                words.append(_typed(clause))
            elif len(substitutes.get(clause, ())) > rank:
                words.append(substitutes[clause][rank])
        tried.append(" ".join(words))
    return tried


def _substitutes(snapshot: Snapshot, clause: Clause, deadline: Deadline) -> list[str]:
    deadline.check()
    token = clause.names[0]
    if token.is_cjk:
        return _shortened(snapshot, clause.text, deadline)
    if len(clause.names) > 1 or clause.is_prefix or len(token.term) < _SHORTEST_WORD:
        return []
    found: dict[str, tuple[int, int]] = {}
    for field in TEXT_FIELDS:
        analysed = clause.tokens(field)
        for edits in (1, 2):
            if not analysed or (edits == 2 and (found or len(token.term) <= _SHORTEST_WORD + 1)):
                continue
            for term in snapshot.terms_like(field, analysed[0].term, edits=edits, same_start=1):
                deadline.check()
                postings = snapshot.postings(field, term)
                documents = postings.documents[snapshot.is_live[postings.documents]]
                if len(documents):
                    word = _as_written(snapshot, field, term, [int(number) for number in documents[:3]])
                    rank = (edits, -len(documents))
                    found[word] = min(rank, found.get(word, rank))
    return sorted(found, key=lambda word: (found[word], word))[:_CLOSEST_TERMS]


def _as_written(snapshot: Snapshot, field: str, term: str, documents: list[int]) -> str:
    """A whole word for a term, which may be a stem: the one most used for it in some texts."""
    analyzer = _NAMES if field == "names" else _WORDS
    words: Counter[str] = Counter()
    for number in documents:
        text = snapshot.stored(number)[field]
        words.update(text[token.start : token.end].lower() for token in analyzer.tokens(text) if token.term == term)
    return max(words, key=lambda word: (words[word], -len(word))) if words else term


def _shortened(snapshot: Snapshot, text: str, deadline: Deadline) -> list[str]:
    text = text[:_LONGEST_STRETCH]
    for width in range(len(text) - 1, 1, -1):
        found = [
            piece
            for piece in (text[start : start + width] for start in range(len(text) - width + 1))
            if (clauses := parse(f'"{piece}"').clauses) and stands_anywhere(snapshot, clauses[0], deadline)
        ]
        if found:
            return found
    return []


def _joined(clauses: list[Clause]) -> str:
    return " ".join(_typed(clause) for clause in clauses)


def _typed(clause: Clause) -> str:
    """A clause as it can be typed again."""
    if clause.is_prefix and not clause.names[0].is_cjk:
        return f"{clause.text}*"
    return f'"{clause.text}"' if any(letter.isspace() for letter in clause.text) else clause.text
