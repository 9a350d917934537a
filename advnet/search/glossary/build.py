"""From JMdict to the glossary's table: which headwords, and which English comes first.

A gloss ranks by its place in the dictionary and by how much of the compounds with the word it explains
(:mod:`~advnet.search.glossary.alignment`); what many compounds show and the word's own entry leaves out is added.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from advnet.search.glossary.alignment import Alignment, align, telling
from advnet.search.glossary.reading import PIECE
from advnet.search.glossary.source import Headword, Word, read_dictionary
from advnet.search.glossary.table import Entry, write_table

MOST_GLOSSES = 5
DICTIONARY_SHARE = 0.15
"""Of the dictionary's order in the rank of a gloss; the rest is what compounds show."""

ADDED_SHARE, ADDED_COUNT = 0.08, 3.0
"""From which share, and how many compounds, on a word is a gloss though the dictionary does not list it."""

_MOST_GLOSSES_OF_ENTRY = 8


def build(source: Path, target: Path, *, progress: Callable[[str], None] = lambda _: None) -> int:
    """Write the table, a minute's work.

    :param source: the unpacked SQLite database of the package jamdict-data
    :param target: replaced
    :return: how many headwords
    :raises sqlite3.Error: the source is not such a database
    """
    progress("Reading the dictionary.")
    glosses = by_headword(read_dictionary(source))
    progress(f"Aligning {len(glosses):,} headwords with their English.")
    return write_table(target, entries(glosses, align(glosses)))


def by_headword(words: Iterable[Word]) -> dict[Headword, list[str]]:
    """The glosses of all entries that share a headword, those of commoner ones first; where an entry is common, the
    uncommon ones are left out."""
    found: defaultdict[Headword, list[tuple[int, list[str]]]] = defaultdict(list)
    for word in words:
        for headword, common in word.headwords.items():
            found[headword].append((common, word.glosses))
    glosses = {}
    for headword, several in found.items():
        several.sort(key=lambda one: -one[0])
        is_common = several[0][0] > 1
        kept = [own for common, own in several if common or not is_common]
        glosses[headword] = list(dict.fromkeys(gloss for own in kept for gloss in own[:_MOST_GLOSSES_OF_ENTRY]))
    return glosses


def entries(glosses: Mapping[Headword, Sequence[str]], alignment: Alignment) -> Iterator[Entry]:
    """The lines of the table. A word that only holds sentences together has no glosses, and is there not to be cut."""
    for headword, own in glosses.items():
        best = _ranked(own, alignment.shares.get(headword, {}), alignment.counts.get(headword, {})) if own else []
        if best or not own:
            word, ending = headword
            yield Entry(word, PIECE if headword in alignment.pieces else ending, tuple(best[:MOST_GLOSSES]))


def _ranked(own: Sequence[str], shares: Mapping[str, float], counts: Mapping[str, float]) -> list[str]:
    ranks: dict[str, float] = {}
    seen: set[tuple[str, ...]] = set()
    for place, gloss in enumerate(own, 1):
        english = telling(gloss)
        spelling = tuple(map(_in_one_spelling, english))
        if english and spelling not in seen:
            seen.add(spelling)
            share = sum(shares.get(one, 0.0) for one in english) / len(english)
            ranks[gloss] = DICTIONARY_SHARE / place + (1 - DICTIONARY_SHARE) * share
    listed = {one for gloss in ranks for one in gloss.split()}
    for one, share in shares.items():
        if share >= ADDED_SHARE and counts[one] >= ADDED_COUNT and one not in listed:
            ranks[one] = (1 - DICTIONARY_SHARE) * share
    return sorted(ranks, key=lambda gloss: -ranks[gloss])


def _in_one_spelling(word: str) -> str:
    """British and American as one, for comparing."""
    for british, american in (("isation", "ization"), ("ise", "ize"), ("yse", "yze"), ("our", "or"), ("ll", "l")):
        word = word.replace(british, american)
    return word
