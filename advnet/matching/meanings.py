"""What everyday words stand for: other words of either language, and the concepts that are called so.

A diplomat types 人工知能, *AI* or *artificial intelligence* and means the same people. Two things say so. The
vocabulary says what a concept is called: who declares it, or something narrower, is found by any of its names, whatever
their texts say. And a list that comes along (``everyday_words.tsv``, a line for each thing, its words between tabs)
says which words mean the same: texts are searched for all of them. The vocabulary's synonyms are not used for that,
since many name a part of the concept only: who looks for malaria does not want all papers on HIV.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from sqlalchemy.orm import Session

from advnet.matching.offers import Spoken, load_spoken
from advnet.matching.roster import Roster, load_roster
from advnet.matching.tree import Tree, load_tree
from advnet.search import Meant
from advnet.search.terms.analysis import key_of


class EverydayMeanings:
    """To be called by the index with the key of each word of a query.

    :ivar concepts: ids of the concepts that the words asked for stand for, with what is narrower
    """

    def __init__(self, spoken: Spoken, tree: Tree, roster: Roster) -> None:
        self._spoken, self._tree, self._roster = spoken, tree, roster
        self.concepts: set[int] = set()

    def __call__(self, key: str) -> Meant | None:
        words = _everyday().get(key, ())
        codes = {code for one in (key, *map(key_of, words)) for code in self._spoken.by_key.get(one, ())}
        concepts = frozenset[int]().union(*(self._tree.below.get(code, frozenset()) for code in codes))
        if not words and not concepts:
            return None
        self.concepts |= concepts
        ids = self._roster.ids[self._roster.declaring(concepts)].tolist()
        return Meant(words, list(map(str, ids)))


def load_meanings(session: Session) -> EverydayMeanings:
    return EverydayMeanings(load_spoken(session), load_tree(session), load_roster(session))


@lru_cache(maxsize=1)
def _everyday() -> Mapping[str, tuple[str, ...]]:
    """Key of a word → all words that mean the same, itself among them."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for line in files("advnet.matching").joinpath("everyday_words.tsv").read_text(encoding="utf-8").splitlines():
        words = dict.fromkeys(word.strip() for word in line.split("\t") if word.strip())
        for word in words:
            found[key_of(word)] |= words
    return {key: tuple(words) for key, words in found.items() if key}
