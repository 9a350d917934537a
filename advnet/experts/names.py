"""The reading of a name, kept in katakana: names sort by it, and hiragana would stand before all of it."""

import re
import unicodedata

from advnet.errors import Invalid, msgid

_TO_KATAKANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_READING = re.compile("[ァ-ヺー・ヽヾ゠= ]*")


def parse_kana(text: str, *, field: str) -> str:
    """The reading in katakana of full width, single spaces between its words; hiragana and narrow kana become it.

    :raises Invalid: on ``field``, when something in it is not kana
    """
    reading = " ".join(unicodedata.normalize("NFKC", text).translate(_TO_KATAKANA).split())
    if _READING.fullmatch(reading) is None:
        raise Invalid(
            msgid("Write the reading in kana, such as ヤマダ. Hiragana is turned into katakana."), field=field
        )
    return reading
