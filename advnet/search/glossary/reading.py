"""Japanese without spaces, cut into words of the glossary.

Of all ways to cut a stretch the one with the fewest words and the fewest letters left over is taken, which errs less
than taking the longest word first: it looks ahead. Hiragana left over costs little, being mostly grammar. The scripts
help: a katakana word is whole or made of pieces that are known to be some, a word in hiragana stands between particles,
and a stem that is inflected is followed by hiragana that can follow it.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from advnet.search.glossary.table import Entry
from advnet.text import normalise_with_offsets, runs

KATAKANA, HIRAGANA, KANJI = "k", "h", "c"
"""Scripts; the first two are also the endings of entries that are words only when so written. (What is usually in
hiragana may stand in katakana for emphasis.)"""

PIECE = "p"
"""The ending of katakana words that also make up longer ones."""

VOCABULARY = "v"
"""The ending of words from the platform's own vocabulary."""

ANY_ENDING = "ru"

_ROWS = {
    "う": "わいうえおっ",
    "く": "かきくけこいっ",
    "ぐ": "がぎぐげごい",
    "す": "さしすせそ",
    "つ": "たちつてとっ",
    "ぬ": "なにぬねのん",
    "ぶ": "ばびぶべぼん",
    "む": "まみむめもん",
    "る": "らりるれろっ",
    "い": "いかくけさ",
    "ru": "るたてなまらよれせずつ",
}
_PARTICLES = frozenset("のはがをにとでやもへか")
_KANA = frozenset({KATAKANA, HIRAGANA, PIECE})
_SHORTEST_LEFT, _LONGEST_LEFT = 3, 20
"""Letters of katakana that may be left over beside pieces: fewer are a sign that the pieces are none."""

_WORD, _SINGLE, _PIECE, _INFLECTED, _IN_HIRAGANA, _VOCABULARY = 1.0, 1.4, 0.2, -0.05, -1.0, -0.3
_LEFT_BEHIND = 2.0
"""Of katakana left over after a piece: names stand before what they name (マルコフモデル)."""

_LEFT_HIRAGANA, _LEFT_AFFIX, _LEFT_KANJI, _LEFT_KATAKANA, _EACH_KATAKANA = 0.1, 1.3, 1.5, 1.0, 0.5
"""Costs; only their order matters, and that what is left over costs more than a word."""

_LONG_PIECE = 5
"""From so many letters on any katakana word may be a part of a longer one."""

_SAME = 1e-9

AFFIXES = frozenset(
    "的性化等型式用上下中内外間後前時際別毎約各本当同及又於其此以何者所方件点為事物様頃迄共更尚且但即或故々〇一二三四五六"
    "七八九十百千万億兆第氏名度的目我私彼君今人力器系類論学法全非超高低新旧再最総諸無不未大小多少半副準反対被御"
)
"""Kanji that are the end or the beginning of a word, and say little by themselves."""


class Found(NamedTuple):
    """:param start: in the normalised text
    :param entries: all of the same letters; ``()`` for katakana or kanji that no entry covers
    """

    start: int
    end: int
    entries: tuple[Entry, ...]


Lookup = Callable[[str], Sequence[Entry]]
"""The next two letters, or the last one → the entries that begin with them, longest first, and at last that of the
first letter alone."""


def script_of(letter: str) -> str:
    if "ァ" <= letter <= "ヿ" or "ｦ" <= letter <= "ﾟ" or "㌀" <= letter <= "㍗":
        return KATAKANA
    return HIRAGANA if "ぁ" <= letter <= "ゟ" else KANJI


def read(text: str, lookup: Lookup, *, without: str = "") -> tuple[str, Sequence[int], list[Found]]:
    """Cut every Japanese stretch of a text.

    :param without: a headword that is not to be used
    :return: the normalised text, its offsets, and the words in order
    """
    normalised, offsets = normalise_with_offsets(text)
    scripts = [script_of(text[offset]) if offset < len(text) else "" for offset in offsets]
    for at in range(1, len(normalised)):
        if normalised[at] == "ー":
            scripts[at] = scripts[at - 1]
    found: list[Found] = []
    for run in runs(normalised):
        if run.is_cjk:
            found += _cut(normalised, scripts, run.start, run.start + len(run.text), lookup, without)
    return normalised, offsets, found


def _cut(text: str, scripts: Sequence[str], start: int, end: int, lookup: Lookup, without: str) -> list[Found]:
    costs = [0.0] * (end - start + 1)
    choice: list[tuple[int, tuple[Entry, ...]]] = [(0, ())] * (end - start)
    for at in range(end - 1, start - 1, -1):
        cost, best = _left_over(text, scripts, at, start, end, costs)
        for entry in lookup(text[at : min(at + 2, end)]):
            word = entry.word
            stop = at + len(word)
            if stop > end or word == without or not text.startswith(word, at):
                continue
            extra = _fits(entry, text, scripts, at, stop, start, end)
            if extra is None:
                continue
            this = costs[stop - start] + (_WORD if len(word) > 1 else _SINGLE) + extra
            if this < cost - _SAME or (this < cost + _SAME and not best[1]):
                cost, best = this, (len(word), (entry,))
            elif this < cost + _SAME and best[0] == len(word):
                best = (len(word), (*best[1], entry))
        costs[at - start] = cost
        choice[at - start] = best
    found = []
    at = start
    while at < end:
        length, entries = choice[at - start]
        if entries or scripts[at] == KATAKANA:
            found.append(Found(at, at + length, entries))
        at += length
    return found


def _left_over(
    text: str, scripts: Sequence[str], at: int, start: int, end: int, costs: Sequence[float]
) -> tuple[float, tuple[int, tuple[Entry, ...]]]:
    """The cheapest way to begin here without a word: a letter, of katakana several."""
    if scripts[at] != KATAKANA:
        alone = _LEFT_HIRAGANA if scripts[at] == HIRAGANA else _LEFT_AFFIX if text[at] in AFFIXES else _LEFT_KANJI
        return costs[at + 1 - start] + alone, (1, ())
    if text[at] == "ー":
        return costs[at + 1 - start] + _LEFT_HIRAGANA, (1, ())
    stop = at + 1
    while stop < end and stop - at <= _LONGEST_LEFT and scripts[stop] == KATAKANA:
        stop += 1
    lengths = [stop - at, *range(_SHORTEST_LEFT, stop - at)]
    extra = _LEFT_BEHIND if at > start and scripts[at - 1] == KATAKANA else 0.0
    each = ((costs[at + length - start] + _LEFT_KATAKANA + length * _EACH_KATAKANA, length) for length in lengths)
    cost, length = min(each)
    return cost + extra, (length, ())


def _fits(entry: Entry, text: str, scripts: Sequence[str], at: int, stop: int, start: int, end: int) -> float | None:
    """What choosing the entry costs beyond a word; None where it cannot stand."""
    ending = entry.ending
    if ending == VOCABULARY:
        return _VOCABULARY
    if ending == HIRAGANA and scripts[at] == HIRAGANA:
        is_after = at == start or scripts[at - 1] == KATAKANA or text[at - 1] in _PARTICLES
        is_before = stop == end or scripts[stop] != HIRAGANA or text[stop] in _PARTICLES
        return _IN_HIRAGANA if is_after and is_before else None
    if ending in _KANA and any(scripts[place] != KATAKANA for place in range(at, stop)):
        return None
    if ending in _ROWS:
        return _INFLECTED if stop < end and scripts[stop] == HIRAGANA and text[stop] in _ROWS[ending] else None
    cuts = (at > start and scripts[at - 1] == KATAKANA == scripts[at]) + (
        stop < end and scripts[stop - 1] == KATAKANA == scripts[stop] and text[stop] != "ー"
    )
    if cuts and ending != PIECE and stop - at < _LONG_PIECE:
        return None
    return cuts * _PIECE
