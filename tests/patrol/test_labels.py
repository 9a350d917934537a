"""Every member of every enumeration that pages show has its words, and no table of words leaves a member out."""

import importlib
from collections.abc import Iterator
from dataclasses import astuple, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import pytest
from flask_babel.speaklater import LazyString

from tests.patrol.source import modules

WITHOUT_TABLE = {
    "advnet.accounts.model.TokenPurpose": "each has a page of its own",
    "advnet.advice.difference.Change": "shown by a sign and <ins> or <del>",
    "advnet.answers.aggregation.agreement.Scale": "chosen by the kind of question, no page names it yet",
    "advnet.answers.aggregation.cooke.Weighting": "a value of the command line, no page offers it yet",
    "advnet.answers.aggregation.mixture.Background": "Excalibur's own words, in its files",
    "advnet.answers.aggregation.table.Manner": "what tests hold rules to",
    "advnet.answers.model.AnswerState": "said in whole sentences on the expert's page",
    "advnet.consultations.invitations.model.ExtensionVerdict": "said in whole sentences on the panel's page",
    "advnet.consultations.queries.Order": "a value of an address; the page writes its links",
    "advnet.experts.works.model.WorkSource": "kept for the record, shown nowhere",
    "advnet.matching.skill_search.Order": "a value of an address; the page writes its links",
    "advnet.matching.skill_search.Trouble": "said in whole sentences on the search page",
    "advnet.search.documents.Why": "said in whole sentences on the search page",
    "advnet.permissions.Permission": "never leaves the program",
}
PARTIAL = {
    "advnet.consultations.labels.MOVES": {"begin-synthesis", "begin-review", "return-to-synthesis", "issue"},
}
"""Members that are left out on purpose: those moves are made on the brief's pages, in their own words."""


@cache
def loaded() -> list[Any]:
    return [
        importlib.import_module(module.name) for module in modules() if module.path.stem not in {"__main__", "wsgi"}
    ]


def enumerations() -> dict[str, type[StrEnum]]:
    return {
        f"{module.__name__}.{name}": value
        for module in loaded()
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, StrEnum) and value.__module__ == module.__name__
    }


def tables() -> Iterator[tuple[str, type[StrEnum], dict[StrEnum, Any]]]:
    """Name, enumeration and content of every dictionary from members to words."""
    for module in loaded():
        for name, value in vars(module).items():
            kinds = {type(key) for key in value} if isinstance(value, dict) else set()
            if len(kinds) == 1 and issubclass(*kinds, StrEnum) and any(map(has_words, value.values())):
                yield f"{module.__name__}.{name}", kinds.pop(), value


def has_words(value: Any) -> bool:
    parts = astuple(value) if is_dataclass(value) else value if isinstance(value, tuple) else (value,)
    return any(isinstance(part, LazyString) for part in parts)


@pytest.mark.parametrize(("name", "kind", "words"), [pytest.param(*table, id=table[0]) for table in tables()])
def test_a_table_of_words_has_every_member_once(name, kind, words):
    assert {member.value for member in kind} - set(words) == PARTIAL.get(name, set())
    assert [member for member, one in words.items() if not has_words(one)] == []


def test_every_enumeration_has_its_words_or_a_reason_why_not():
    worded = {kind for _, kind, _ in tables()}
    without = {name for name, kind in enumerations().items() if kind not in worded}
    assert without == set(WITHOUT_TABLE)
