"""Which way the house looks: imports go one way, and Flask, Whoosh and SMTP stay in their rooms.

The order is ARCHITECTURE's. A module may import from its own rung and from those before it. Where pages are made
(``views``, ``forms``, ``labels`` of a part) the web layer may be imported as well; services never know of it.
"""

import re

import pytest

from tests.patrol.source import Module, modules

RUNGS = (
    {
        "backoff",
        "clock",
        "config",
        "days",
        "db",
        "errors",
        "figures",
        "paging",
        "romaji",
        "schema",
        "spreadsheet",
        "text",
    },
    {"pictures", "search"},
    {"accounts.model"},
    {"permissions"},
    {"audit"},
    {"jobs"},
    {"mail"},
    {"accounts"},
    {"experts"},
    {"consultations"},
    {"matching"},
    {"answers"},
    {"advice"},
    {"network"},
    {"admin"},
)
WIRING = {"", "cli", "models", "parts", "wsgi"}
"""May import anything: they put the parts together."""

WEB_KNOWS = RUNGS.index({"accounts"})
"""The web layer knows who is signed in and what waits, and none of the parts after that."""

EDGE = re.compile(r"(^|/)([a-z_]+_)?(views|forms|labels)\.py$")
ROOMS = {
    "flask": "page", "flask_login": "page", "flask_wtf": "page", "flask_babel": "page",
    "werkzeug": "page", "wtforms": "page", "whoosh": "search", "smtplib": "mail",
}  # fmt: skip
MODULES = modules()

SEARCH_RUNGS = (
    {"errors", "arrays", "terms"},
    {"ranking", "glossary"},
    {"documents"},
    {"vectors"},
    {"storage"},
    {"scoring", "finding"},
    {"index"},
    {"evaluation"},
)
"""The rooms of search, as its docstring has them. Those of one rung do not know each other."""


def rung(name: str) -> int | None:
    """Where a module of ours stands; None for the web layer and for wiring."""
    below = name.removeprefix("advnet").lstrip(".")
    if below.partition(".")[0] in WIRING | {"web", "api"}:
        return None
    for number, names in enumerate(RUNGS):
        if any(below == known or below.startswith(f"{known}.") for known in names):
            return number
    raise AssertionError(f"{name} has no place in the order of imports")


def search_room(name: str) -> str:
    """Of what stands in search: its folder, or the module at its top; empty for search itself and what is outside."""
    below = name.removeprefix("advnet.search.") if name.startswith("advnet.search.") else ""
    return below.partition(".")[0]


def search_rung(room: str) -> int:
    return next(number for number, rooms in enumerate(SEARCH_RUNGS) if room in rooms)


def is_page(module: Module) -> bool:
    return module.part in {"web", "api"} or bool(EDGE.search(str(module.path)))


def own(module: Module) -> list[str]:
    return [name for name in module.imported() if name == "advnet" or name.startswith("advnet.")]


def place_of(module: Module) -> str:
    return module.part or module.path.stem


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.path))
def test_imports_point_one_way(module):
    if place_of(module) in WIRING | {"__init__"}:
        return
    here = WEB_KNOWS if module.part in {"web", "api"} else rung(module.name)
    for name in own(module):
        place = name.split(".")[1] if "." in name else ""
        if place in {"web", "api"}:
            assert is_page(module), f"{module.path} imports {name}, though it makes no page"
        else:
            there = rung(name)
            assert there is not None, f"{module.path} imports {name}, which only puts parts together"
            assert there <= here, f"{module.path} imports {name}, which stands to its right"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.path))
def test_flask_whoosh_and_smtp_stay_in_their_rooms(module):
    if module.part == "cli" or str(module.path) == "__init__.py":
        return
    for name in module.imported():
        room = ROOMS.get(name.partition(".")[0])
        if room == "page":
            assert is_page(module), f"{module.path} imports {name}"
        elif room is not None:
            assert module.part == room, f"{module.path} imports {name}"


@pytest.mark.parametrize("module", [m for m in MODULES if m.part == "search"], ids=lambda module: str(module.path))
def test_search_knows_none_of_the_parts(module):
    allowed = ("advnet.search", "advnet.text", "advnet.romaji", "advnet.backoff")
    assert [name for name in own(module) if not name.startswith(allowed)] == []


@pytest.mark.parametrize("module", [m for m in MODULES if m.part == "search"], ids=lambda module: str(module.path))
def test_the_rooms_of_search_look_one_way(module):
    here = search_room(module.name)
    for name in own(module) if here else ():
        there = search_room(name)
        if there and there != here:
            assert search_rung(there) < search_rung(here), f"{module.path} imports {name}, a room that is not before it"


def test_pictures_know_nothing_but_figures():
    for module in MODULES:
        if module.part == "pictures":
            assert [name for name in own(module) if not name.startswith("advnet.pictures")] == []


def test_every_part_has_a_place_in_the_order():
    for module in MODULES:
        rung(module.name)
