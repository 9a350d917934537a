"""What a word means in the company of others.

A dictionary lists what a word may mean; a text means one of it. The dictionary's own compounds tell which: 学習 is
"study" as well, but in 強化学習, 学習理論 and others it became "learning". So compounds are cut into words, and these
are aligned with the English that the compounds became: the expectation of which word brought forth which (IBM Model 1,
Brown et al. 1993, aclanthology.org/J93-2003), a word's own entry counting as well.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from advnet.search.glossary.reading import KATAKANA, PIECE, read
from advnet.search.glossary.source import Headword
from advnet.search.glossary.table import Entry
from advnet.search.terms.stopwords import STOP_WORDS

_ROUNDS = 6
_OWN_WEIGHT = 4.0
"""Of a word's own entry, a compound weighing 1."""

_NEGLIGIBLE = 1e-6


@dataclass(frozen=True, slots=True)
class Alignment:
    """:param shares: headword → English word → its share of what the headword brought forth; they sum up to 1
    :param counts: the same before they were divided: how many compounds speak for it
    :param pieces: katakana words that make up longer ones, and mean there what their own entries say
    """

    shares: Mapping[Headword, Mapping[str, float]]
    counts: Mapping[Headword, Mapping[str, float]]
    pieces: frozenset[Headword]


@dataclass(frozen=True, slots=True)
class _Pair:
    words: tuple[Headword, ...]
    english: tuple[str, ...]
    weight: float


def align(glosses: Mapping[Headword, Sequence[str]]) -> Alignment:
    pairs, pieces = _pairs(glosses)
    shares: dict[Headword, dict[str, float]] = {}
    counts: dict[Headword, defaultdict[str, float]] = {}
    for _ in range(_ROUNDS):
        counts = defaultdict(lambda: defaultdict(float))
        for pair in pairs:
            for english in pair.english:
                likely = [shares[word].get(english, 0.0) if shares else 1.0 for word in pair.words]
                total = sum(likely)
                for word, one in zip(pair.words, likely, strict=True):
                    if one > _NEGLIGIBLE:
                        counts[word][english] += pair.weight * one / total
        shares = {
            word: {english: count / whole for english, count in counted.items()}
            for word, counted in counts.items()
            if (whole := sum(counted.values()))
        }
    return Alignment(shares, counts, pieces)


def telling(gloss: str) -> tuple[str, ...]:
    """The words of a gloss that say something."""
    return tuple(word for word in gloss.split() if word not in STOP_WORDS and len(word) > 1)


def _pairs(glosses: Mapping[Headword, Sequence[str]]) -> tuple[list[_Pair], frozenset[Headword]]:
    heads: defaultdict[str, list[Entry]] = defaultdict(list)
    means: dict[Headword, set[str]] = {}
    for (word, ending), own in glosses.items():
        heads[word[:2]].append(Entry(word, PIECE if ending == KATAKANA else ending, tuple(own)))
        means[word, ending] = {english for gloss in own for english in telling(gloss)}
    for entries in heads.values():
        entries.sort(key=lambda entry: -len(entry.word))
    pairs: list[_Pair] = []
    pieces: set[Headword] = set()
    for headword, own in glosses.items():
        texts = [english for gloss in own if (english := telling(gloss))]
        pairs += [_Pair((headword,), english, _OWN_WEIGHT / len(texts)) for english in texts]
        if texts and headword[1] in ("", KATAKANA) and (parts := _parts(headword, heads)):
            pairs += [_Pair(parts, english, 1 / len(texts)) for english in texts if len(english) <= 2 * len(parts)]
            said = {english for text in texts for english in text}
            pieces.update(part for part in parts if part[1] == KATAKANA and means[part] & said)
    return pairs, frozenset(pieces)


def _parts(headword: Headword, heads: Mapping[str, Sequence[Entry]]) -> tuple[Headword, ...]:
    """The shorter words that a word is made of."""
    word, ending = headword
    _, _, found = read(
        as_written(word, ending), lambda head: (*heads.get(head, ()), *heads.get(head[0], ())), without=word
    )
    first = (one.entries[0] for one in found if one.entries)
    return tuple((entry.word, KATAKANA if entry.ending == PIECE else entry.ending) for entry in first)


def as_written(word: str, ending: str) -> str:
    """Katakana again, where folding made it hiragana."""
    if ending != KATAKANA:
        return word
    return "".join(chr(ord(letter) + 0x60) if "ぁ" <= letter <= "ゖ" else letter for letter in word)
