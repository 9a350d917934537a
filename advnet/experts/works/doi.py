"""Digital object identifiers, in whatever way people write them.

A DOI is ``10.``, the registrant's number, a slash and a name that may hold almost anything; capital and small letters
are the same (ISO 26324; DOI Handbook, 2.2 and 2.4, doi:10.1000/182). It is kept bare and in small letters.
"""

import re
from urllib.parse import unquote

from advnet.errors import Invalid, msgid

MAX_LENGTH = 300

_PREFIX = re.compile(r"(?:https?://(?:dx\.|www\.)?doi\.org/|(?:doi|info:doi/)\s*:?\s*)", re.IGNORECASE)
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s\x00-\x1f\x7f\"{}|\\^`]+")


def normalise_doi(text: str) -> str:
    """``https://doi.org/10.1000/ABC.``, ``doi:10.1000/abc`` and ``10.1000/abc`` all give ``10.1000/abc``.

    :raises Invalid: on field ``doi``: not a DOI's form, or longer than :data:`MAX_LENGTH`
    """
    bare = text.strip()
    prefix = _PREFIX.match(bare)
    if prefix is not None:
        bare = bare[prefix.end() :]
        if prefix[0].lower().startswith("http"):
            bare = unquote(bare.partition("?")[0])
    bare = bare.rstrip(".,;").lower()
    if len(bare) > MAX_LENGTH:
        raise Invalid(msgid("A DOI has at most %(limit)s characters."), field="doi", limit=MAX_LENGTH)
    if _DOI.fullmatch(bare) is None:
        raise Invalid(
            msgid("“%(doi)s” is not a DOI. A DOI looks like 10.1000/182."), field="doi", doi=text.strip()[:80]
        )
    return bare
