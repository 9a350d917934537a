"""What the words of a query stand for, beside themselves.

A word that the vocabulary or the list of everyday words knows is looked for under its other names too, and finds who
declares what it names. A name may be several words long (*artificial intelligence*), and a Japanese one may have been
cut (海底 | ケーブル), so neighbouring clauses are read together where together they are a name; the longest name wins.
Whoever fits the name has all its clauses. What is quoted is meant as it is written, and what is left out as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from advnet.search.documents import Meanings, Meant
from advnet.search.finding.query import Clause, Demand, phrase
from advnet.search.terms.analysis import key_of

MOST_CLAUSES_OF_A_NAME = 5
MOST_OTHER_WORDS = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """A name in the query. :ivar clauses: that make it up; :ivar others: what texts may say instead of it"""

    clauses: tuple[Clause, ...]
    others: tuple[Clause, ...]
    meant: Meant

    @property
    def text(self) -> str:
        return key_of(" ".join(clause.text for clause in self.clauses))


def read(clauses: Sequence[Clause], meanings: Meanings | None) -> list[Reading]:
    """The names among the required clauses, in order; none overlap."""
    words = [clause for clause in clauses if clause.demand is Demand.REQUIRED]
    found: list[Reading] = []
    begin = 0
    while meanings is not None and begin < len(words):
        end = min(len(words), begin + MOST_CLAUSES_OF_A_NAME)
        while end > begin:
            part = words[begin:end]
            key = "" if any(one.is_quoted for one in part) else key_of(" ".join(one.text for one in part))
            if key and (meant := meanings(key)) is not None:
                found.append(Reading(tuple(part), _others(meant), meant))
                break
            end -= 1
        begin = max(end, begin + 1)
    return found


def _others(meant: Meant) -> tuple[Clause, ...]:
    """No person is called by another word for a thing."""
    found = (phrase(word) for word in meant.words[:MOST_OTHER_WORDS])
    return tuple(replace(one, names=(), is_prefix=False) for one in found if one is not None and one.words)
