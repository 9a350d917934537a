"""Japanese as English terms.

English and Japanese meet in English: Japanese questions are asked, and Japanese texts indexed, in both. Each Japanese
word weighs 1 in all, shared among what it may mean, so that a word of many meanings drowns nothing; the platform's own
vocabulary speaks first, since a concept's labels are translations that people made.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from advnet.search.glossary.reading import VOCABULARY, Found, read
from advnet.search.glossary.table import Entry, Table, digest
from advnet.text import normalise

LONGEST_TEXT = 20_000
"""Characters; what stands behind them is not glossed."""

MOST_MEANINGS = 3
INDEXED_MEANINGS = 2

_PIVOT_RULES = 1
"""Raise it with any change to how texts are cut and brought into English; that of the table is seen by itself."""

_JAPANESE = re.compile("[ぁ-ゖァ-ヺ㐀-䶿一-鿿ｦ-ﾟ]")


class Gloss(NamedTuple):
    """One meaning of one Japanese word.

    :param english: a word or a few, in small letters
    :param weight: the glosses of one word weigh 1 together
    :param start: where the word begins in the text as it was given
    """

    english: str
    weight: float
    start: int
    end: int


class Vocabulary:
    """Translations that people made. :param translations: Japanese label → its English ones, best first"""

    def __init__(self, translations: Mapping[str, Sequence[str]]) -> None:
        self._entries: defaultdict[str, list[Entry]] = defaultdict(list)
        for japanese in sorted(translations, key=len, reverse=True):
            word = normalise(japanese)
            english = tuple(dict.fromkeys(one.lower() for one in translations[japanese]))
            if len(word) > 1 and english:
                self._entries[word[:2]].append(Entry(word, VOCABULARY, english))

    def starting(self, head: str) -> Sequence[Entry]:
        return self._entries.get(head, ())


NO_VOCABULARY = Vocabulary({})


def gloss(text: str, vocabulary: Vocabulary = NO_VOCABULARY, *, most: int = MOST_MEANINGS) -> list[Gloss]:
    """What the Japanese words of a text mean, in the order of the text; nothing for text without Japanese.

    :param vocabulary: wins over the dictionary
    :param most: meanings of a word
    """
    found = []
    for start, end, meanings in _words(text, vocabulary):
        chosen = meanings[:most]
        whole = sum(rank**-2 for rank in range(1, len(chosen) + 1))
        found += [Gloss(english, rank**-2 / whole, start, end) for rank, english in enumerate(chosen, 1)]
    return found


def pivot(text: str, vocabulary: Vocabulary = NO_VOCABULARY, *, rank: int = 0) -> str:
    """A text in English words, one for each Japanese one, for an English language model; what is not Japanese stays.

    :param rank: of the meaning that is taken, 0 for the first; the last one where there are not so many
    """
    pieces = []
    done = 0
    for start, end, meanings in _words(text, vocabulary):
        pieces += [_latin(text[done:start]), meanings[min(rank, len(meanings) - 1)]]
        done = end
    return " ".join(" ".join([*pieces, _latin(text[done:])]).split()) if pieces else text


@cache
def pivot_version() -> str:
    """Another one whenever :func:`pivot` may make something else of a text, so that Japanese is embedded anew."""
    return f"{_PIVOT_RULES}.{digest()}"


def gloss_for_index(text: str, vocabulary: Vocabulary = NO_VOCABULARY) -> str:
    """The English words by which a Japanese text is found; "" for text without Japanese."""
    return " ".join(one.english for one in gloss(text, vocabulary, most=INDEXED_MEANINGS))


def _words(text: str, vocabulary: Vocabulary) -> list[tuple[int, int, tuple[str, ...]]]:
    if text.isascii() or not _JAPANESE.search(text):
        return []
    table = _table()

    def lookup(head: str) -> Sequence[Entry]:
        own = vocabulary.starting(head)
        return (*own, *table.starting(head)) if own else table.starting(head)

    _, offsets, found = read(text[:LONGEST_TEXT], lookup)
    return [
        (offsets[one.start], offsets[bisect_right(offsets, offsets[one.end - 1], one.end)], meanings)
        for one in found
        if (meanings := _meanings(one))
    ]


def _meanings(found: Found) -> tuple[str, ...]:
    """Of entries of the same letters, each one's best first."""
    entries = [entry for entry in found.entries if entry.ending == VOCABULARY] or found.entries
    most = max((len(entry.glosses) for entry in entries), default=0)
    return tuple(
        dict.fromkeys(entry.glosses[rank] for rank in range(most) for entry in entries if rank < len(entry.glosses))
    )


def _latin(text: str) -> str:
    return re.sub("[^\\w\\s]|[ぁ-ヿ㐀-䶿一-鿿ｦ-ﾟ々〇]", " ", text)


@cache
def _table() -> Table:
    return Table()
