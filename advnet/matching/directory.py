"""Names and affiliations of everybody who is to be found, straight from the database, in the form they are compared in.

Two things need it. A person is looked for by name, in kanji, kana or Latin letters and in either order, while somebody
types. And when there is no index to read, skill search answers from here, from names, affiliations and declared skills.

As the :mod:`roster <advnet.matching.roster>` does, it follows the change log: only who changed is read again.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.experts.model import Affiliation, Expert
from advnet.jobs.model import IndexChange
from advnet.jobs.queries import last_change_number
from advnet.matching.queries import among, is_findable
from advnet.matching.roster import Roster
from advnet.matching.tree import Tree
from advnet.romaji import plain_kana, sound_of_kana, sound_of_latin, without_long_vowels
from advnet.text import fold, is_cjk, normalise, runs

MOST_WORDS = 8
_LONGEST = 200
_PIECES = re.compile('(?P<minus>-)?(?:["“”「」](?P<phrase>[^"“”「」]*)["“”「」]?|(?P<word>[^\\s"“”「」]+))')


class Entry(NamedTuple):
    """Words of one expert, a space before each.

    :param names: as they are written, Japanese ones also in one piece and in both orders, and by their sound
    """

    names: str
    affiliations: str


@dataclass(frozen=True)
class Directory:
    """Everybody as of a number of the change log. :ivar entries: by the expert's number; never changed once made"""

    number: int = 0
    entries: Mapping[int, Entry] = field(default_factory=dict)

    def named(self, text: str) -> list[int]:
        """Who is called so: every word is one of the person's names or begins one. Nobody for an empty text."""
        words = [_spellings(word) for word in _words(text)]
        if not words:
            return []
        fitting = [set().union(*map(self._holding, word)) for word in words]
        ids = list(self.entries)
        return [ids[row] for row in sorted(set.intersection(*fitting))]

    @cached_property
    def _lines(self) -> tuple[str, list[int]]:
        """All names in one text, which is gone through at once, and where those of each expert begin."""
        names = [entry.names for entry in self.entries.values()]
        return "\n".join(names), [0, *accumulate(len(one) + 1 for one in names)]

    def _holding(self, spelling: str) -> set[int]:
        """The places among the entries of those whose names hold it."""
        text, begins = self._lines
        return {bisect_right(begins, found.start()) - 1 for found in re.finditer(re.escape(spelling), text)}


@dataclass(frozen=True)
class Wanted:
    """:ivar words: how each may stand in names, how in affiliations, and who declares a skill that is called so"""

    is_excluded: bool
    in_names: Collection[str]
    in_affiliations: str
    declaring: Collection[int]

    def fits(self, expert_id: int, entry: Entry) -> bool:
        found = (
            any(spelling in entry.names for spelling in self.in_names)
            or self.in_affiliations in entry.affiliations
            or expert_id in self.declaring
        )
        return found is not self.is_excluded


def find_in_database(
    directory: Directory, roster: Roster, tree: Tree, spoken: Mapping[str, Sequence[str]], text: str
) -> list[int]:
    """Experts with every word of the text in names, affiliations or declared skills, and none that it leaves out.

    :param spoken: concept code → its labels and synonyms as :func:`advnet.text.normalise` writes them
    """
    wanted = []
    for piece in list(_PIECES.finditer(text[:_LONGEST]))[:MOST_WORDS]:
        given = piece["phrase"] if piece["phrase"] is not None else piece["word"]
        if any(True for _ in runs(normalise(given))):
            asked = normalise(given).strip("*")
            declaring = _declaring(roster, tree, spoken, asked, is_own=bool(piece["minus"]))
            words = normalise(given).strip("*- ")
            needle = words if is_cjk(words) else f" {words}"
            wanted.append(Wanted(bool(piece["minus"]), _spellings(words), needle, declaring))
    if all(one.is_excluded for one in wanted):
        return []
    return [one for one, entry in directory.entries.items() if all(word.fits(one, entry) for word in wanted)]


def load_directory(session: Session) -> Directory:
    """The directory as this session sees it; only what has changed since the last time is read."""
    engine = session.get_bind().engine
    number = last_change_number(session)
    known = _KNOWN.get(engine)
    if known is None or known.number > number:  # another, older database has been put in its place
        known = Directory(number, _read(session, None))
    elif known.number < number:
        since = sa.select(IndexChange.expert_id).where(IndexChange.number > known.number).distinct()
        changed = session.scalars(since).all()
        kept = {one: entry for one, entry in known.entries.items() if one not in set(changed)}
        known = Directory(number, kept | _read(session, changed))
    _KNOWN[engine] = known
    return known


def _read(session: Session, ids: Sequence[int] | None) -> dict[int, Entry]:
    """:param ids: who has changed since; None for everybody"""
    asked = [is_findable()] if ids is None else [is_findable(), among(session, Expert.id, ids)]
    columns = (Expert.family_ja, Expert.given_ja, Expert.family_kana, Expert.given_kana)
    rows = session.execute(sa.select(Expert.id, *columns, Expert.family_en, Expert.given_en).where(*asked)).all()
    posts = sa.select(Affiliation.expert_id, Affiliation.name_ja, Affiliation.name_en)
    affiliations: dict[int, list[str]] = {}
    for expert_id, *given in session.execute(posts.join(Expert, Expert.id == Affiliation.expert_id).where(*asked)):
        affiliations.setdefault(expert_id, []).extend(filter(None, given))
    return {row.id: Entry(_names(row), _spaced(affiliations.get(row.id, ()))) for row in rows}


def _names(row: Any) -> str:
    kana = [normalise(one) for one in (row.family_kana, row.given_kana) if one]
    pairs = ((row.family_ja, row.given_ja), (row.family_kana, row.given_kana))
    joined = [normalise(one + other) for family, given in pairs for one, other in ((family, given), (given, family))]
    latin = [run.text for part in (row.family_en, row.given_en) for run in runs(fold(part))]
    sounds = [*map(_sound_of_latin, latin), *map(_sound_of_kana, kana), *map(_by_sound, joined)]
    return _spaced(dict.fromkeys([*joined, *latin, *sounds]))


def _spaced(texts: Collection[str]) -> str:
    return "".join(f" {run.text}" for text in texts for run in runs(normalise(text)))


def _words(text: str) -> list[str]:
    return [run.text for run in runs(normalise(text[:_LONGEST]))][:MOST_WORDS]


def _spellings(word: str) -> tuple[str, ...]:
    """How a word may stand among names: Japanese anywhere, any other at the beginning of one; or by its sound."""
    if is_cjk(word):
        return word, _by_sound(word)
    return f" {word}", f" {sound_of_latin(word)}"


def _by_sound(japanese: str) -> str:
    """Kana without what only lengthens a vowel, and what sounds the same as one letter."""
    return plain_kana("".join(japanese[place] for place in without_long_vowels(japanese)))


def _declaring(roster: Roster, tree: Tree, spoken: Mapping[str, Sequence[str]], word: str, *, is_own: bool) -> set[int]:
    """Who declares a skill of which a label or synonym holds the word, or, unless ``is_own``, a narrower one."""
    needle = word if is_cjk(word) else f" {word}"
    found: set[int] = set()
    for code, names in spoken.items():
        if code in tree.below and any(needle in f" {name}" for name in names):
            concepts = frozenset([tree.numbers[code]]) if is_own else tree.below[code]
            found.update(roster.ids[roster.declaring(concepts)].tolist())
    return found


_sound_of_latin = lru_cache(maxsize=2**15)(sound_of_latin)
_sound_of_kana = lru_cache(maxsize=2**15)(sound_of_kana)

_KNOWN: WeakKeyDictionary[sa.Engine, Directory] = WeakKeyDictionary()
"""The last directory of each database."""
