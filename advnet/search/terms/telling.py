"""Which words may be shown as a reason.

Every word counts, by how rare it is; but a reader who is told that two texts have *use* and *important* in common
learns nothing, and trusts the next reason less. So a word is shown only where it tells texts apart: it is none of those
that any text may have, and no more than a tenth of the collection holds it.
"""

from advnet.search.terms.analysis import MixedAnalyzer
from advnet.search.terms.stopwords import SLIGHT_WORDS

LARGEST_SHARE = 0.1
FEW = 20
"""So many documents may hold a word, however small the collection is."""

_SLIGHT = frozenset(token.term for token in MixedAnalyzer().tokens(" ".join(sorted(SLIGHT_WORDS))))


def is_telling(term: str, *, held: int = 0, of: int = 0, few: int = FEW) -> bool:
    """:param term: as the index has it; :param held: by how many documents; :param of: how many there are"""
    return term not in _SLIGHT and held <= max(few, LARGEST_SHARE * of)
