"""ORCID iDs: sixteen characters, the last of which checks the others (ISO 7064, MOD 11-2).

Source: ORCID, "Structure of the ORCID Identifier". A person may give the iD bare, with or without hyphens, or as the
address of the ORCID page; it is kept as ``0000-0002-1825-0097``.
"""

import re
import unicodedata

from advnet.errors import Invalid, msgid

_ADDRESS = re.compile(r"^(https?://)?(www\.)?orcid\.org/", re.IGNORECASE)
_IDENTIFIER = re.compile(r"\d{15}[\dX]")


def parse_orcid(text: str) -> str:
    """The iD in its four groups.

    :raises Invalid: on field ``orcid``, when it has not sixteen characters or the last one does not fit the others
    """
    plain = _ADDRESS.sub("", unicodedata.normalize("NFKC", text).strip()).rstrip("/")
    letters = re.sub(r"[\s\-‐-―−]", "", plain).upper()
    if not letters.isascii() or not _IDENTIFIER.fullmatch(letters):
        raise Invalid(msgid("An ORCID iD has 16 digits, such as 0000-0002-1825-0097."), field="orcid")
    if check_character(letters[:15]) != letters[15]:
        raise Invalid(msgid("This is not an ORCID iD: a digit is wrong. Copy it from your ORCID page."), field="orcid")
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def check_character(digits: str) -> str:
    """The sixteenth character for the first fifteen: a digit, or X for ten."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    result = (12 - total % 11) % 11
    return "X" if result == 10 else str(result)
