"""Numbers as people write them: in either width, with either language's separators and words for large numbers.

What could be read in two ways is not read: "1,5" is one and a half to one writer and a slip to another, so a comma
stands only where thousands are set apart. A unit behind the number is passed over where it is the one asked for; any
other word is refused, so that kilometres never pass for metres, nor millions for units of a million.
"""

import math
import re
import unicodedata
from collections.abc import Sequence

from advnet.errors import Invalid, msgid

LARGEST = 1e15
"""Larger ones could not be told apart exactly by a float, nor by a reader."""

_NUMBER = re.compile(r"[-+]?(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)(?:e[-+]?[0-9]{1,3})?")
_JAPANESE = {"千": 1e3, "万": 1e4, "億": 1e8, "兆": 1e12}
_ENGLISH = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_JAPANESE_PART = re.compile(r"([0-9.,\s]+)(千?[万億兆]|千)\s*")
_SIGNS = str.maketrans(dict.fromkeys("−–‐‑—﹣△▲", "-") | {"、": ","})


class NoFigure(Invalid):
    """What is typed is no number."""

    message = msgid("Give one number, such as 1,500 or 0.5.")


class OtherUnit(Invalid):
    """A word stands beside the number that is not its unit."""

    message = msgid("Give the number in the unit asked for (%(unit)s), without another one.")


def read_figure(text: str, *, units: Sequence[str] = ()) -> float:
    """The number that the text says.

    :param units: as they may stand behind it, in either language; the first that is not empty is named in refusals
    :raises NoFigure: it says none, more than one, one that could be read in two ways, or one too large
    :raises OtherUnit: something else than the unit stands beside it
    """
    known = [unicodedata.normalize("NFKC", unit).strip() for unit in units if unit.strip()]
    typed = unicodedata.normalize("NFKC", text).translate(_SIGNS).strip()
    bare = next((typed.removesuffix(unit).strip() for unit in known if typed.endswith(unit)), typed)
    number = bare.casefold()
    value = _in_words(number)
    if known and (
        (value is None and re.match(r"[-+]?[0-9][0-9.,]*\s*[^\W0-9]", number))
        or (_has_word(number) and any(_has_word(unit) for unit in known))
    ):
        raise OtherUnit(unit=next(unit for unit in units if unit.strip()))
    if value is None:
        raise NoFigure()
    if not abs(value) <= LARGEST:
        raise NoFigure(msgid("This number is too large to be kept exactly."))
    return value


def write_figure(value: float) -> str:
    """``1,234.5``, as both languages write it: thousands set apart, ten digits at most, no zeros behind."""
    short = float(f"{value:.10g}") + 0.0
    if 0 < abs(short) < 1e-4:
        return f"{short:.10g}"
    return (f"{short:,.10f}" if abs(short) >= 1 else f"{short:.14f}").rstrip("0").rstrip(".")


def _has_word(text: str) -> bool:
    """Whether a word for a large number stands in it."""
    return any(word in text.casefold() for word in (*_ENGLISH, *_JAPANESE))


def _in_words(text: str) -> float | None:
    if any(word in text for word in _JAPANESE):
        return _in_japanese(text)
    for word, size in _ENGLISH.items():
        if text.endswith(word):
            value = _plain(text.removesuffix(word).strip())
            return None if value is None else value * size
    return _plain(text)


def _in_japanese(text: str) -> float | None:
    """Such as 1億2,000万, 1.5兆, 3千: each part with its word, the largest first, and perhaps a plain rest."""
    is_negative, rest = text.startswith("-"), text.removeprefix("-")
    total, last = 0.0, math.inf
    while found := _JAPANESE_PART.match(rest):
        size = math.prod(_JAPANESE[letter] for letter in found[2])
        value = _plain(found[1].strip())
        if value is None or size >= last:
            return None
        total, last, rest = total + value * size, size, rest[found.end() :]
    more = _plain(rest) if rest else 0.0
    if last == math.inf or more is None or not 0 <= more < last:
        return None
    return -(total + more) if is_negative else total + more


def _plain(text: str) -> float | None:
    """Spaces between groups of three digits, as the SI has them, count as commas."""
    grouped = re.sub(r"(?<=[0-9])\s(?=[0-9]{3}(?![0-9]))", ",", text)
    return float(grouped.replace(",", "")) if _NUMBER.fullmatch(grouped) else None
