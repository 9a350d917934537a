"""Every sentence of the interface stands in Japanese: none missing, none fuzzy, none empty, no placeholder lost."""

import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tests.patrol.source import PACKAGE, ROOT, TEMPLATES

CATALOGUE = PACKAGE / "translations" / "ja" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {"_": None, "gettext": None, "_l": None, "lazy_gettext": None, "ngettext": (1, 2), "msgid": None, "N_": None}
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_]*\}")


def wanted() -> dict[str, str]:
    """Every msgid of the sources with the place where it stands first; plural forms by their singular."""
    found: dict[str, str] = {}
    method_maps = ((PACKAGE, [("**.py", "python")]), (TEMPLATES, [("**.html", "jinja2"), ("**.txt", "jinja2")]))
    for folder, methods in method_maps:
        options = {"**.html": {"trimmed": "true"}, "**.txt": {}, "**.py": {}}
        for name, line, message, _comments, _context in extract_from_dir(
            str(folder), methods, options, keywords=KEYWORDS
        ):
            place = f"{(folder / name).relative_to(ROOT)}:{line}"
            found.setdefault(message[0] if isinstance(message, tuple) else message, place)
    return found


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="ja")


def test_every_sentence_is_translated(catalogue):
    missing = {}
    for message, place in wanted().items():
        entry = catalogue.get(message)
        strings = [entry.string] if entry and isinstance(entry.string, str) else list(entry.string if entry else ())
        if entry is None or entry.fuzzy or not strings or not all(string.strip() for string in strings):
            missing[message] = place
    assert missing == {}


def test_no_placeholder_is_lost_in_translation(catalogue):
    for entry in catalogue:
        if not entry.id:
            continue
        ids = [entry.id] if isinstance(entry.id, str) else list(entry.id)
        for string in [entry.string] if isinstance(entry.string, str) else entry.string:
            named = set(PLACEHOLDER.findall(string))
            assert named in [set(PLACEHOLDER.findall(one)) for one in ids], (entry.id, string)


def test_the_catalogue_holds_nothing_that_is_said_no_more(catalogue):
    known = wanted()
    left = [entry.id for entry in catalogue if entry.id and _singular(entry.id) not in known]
    assert left == []


def _singular(identifier: str | tuple[str, ...] | list[str]) -> str:
    return identifier if isinstance(identifier, str) else identifier[0]
