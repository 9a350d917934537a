"""What a person may be looked for by: each name in its writings and orders, and by its sound in the others.

Kana tell how a name sounds in Latin letters, and Latin letters that can be Japanese tell how it sounds in kana; so who
gave a name in one writing is found in both. Kanji tell nothing: their readings are too many.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from advnet.romaji import MARKS, kana_of_latin, sound_of_kana
from advnet.text import is_cjk, normalise

_BETWEEN_PARTS = re.compile(r"[\s・･,、]+")
_MARK = re.compile(f"(?<=\\w)[{re.escape(MARKS)}](?=\\w)")
_KANA = re.compile("[ぁ-ゖー]+")


def name_spellings(names: Sequence[str]) -> Iterator[str]:
    """The spellings to index: each name as given, without its hyphens, its parts in either order, those in Japanese
    joined, as they are often written; and the sound of kana in Latin letters, or the other way round where nothing is
    in kana."""
    parts = [[part for part in _BETWEEN_PARTS.split(unicodedata.normalize("NFKC", name)) if part] for name in names]
    yield from names
    yield from (_MARK.sub(" ", name) for name in names if _MARK.search(name))
    for one in parts:
        yield from _orders(one)
    folded = [[normalise(part) for part in one] for one in parts]
    in_kana = [one for one in folded if one and all(_KANA.fullmatch(part) for part in one)]
    in_latin = [one for one in folded if one and all(part[0].isascii() for part in one)]
    for one in in_kana:
        yield from _orders([sound_of_kana(part) for part in one])
    if not in_kana:
        for one in in_latin:
            kana = [kana_of_latin(part) or "" for part in one]
            if all(kana):
                yield from _orders(kana)


def _orders(parts: Sequence[str]) -> Iterator[str]:
    """The parts one after the other, and the other way round."""
    joint = "" if all(is_cjk(part) for part in parts) else " "
    yield from dict.fromkeys((joint.join(parts), joint.join(reversed(parts))))
