"""Every event and every actor that the source records can be read in words, in both languages."""

import ast
from collections.abc import Iterator

import pytest
from babel.support import Translations

from advnet.audit.events import ACTORS, EVENTS, NOUNS, REASON_IS_OPEN, SUBJECTS, noun_of
from advnet.consultations.states import MOVES
from advnet.db import Base
from tests.patrol.source import PACKAGE, modules


def said() -> Iterator[str]:
    """The events that the source names outright; those of invitations are named without their noun."""
    for module in modules():
        for node in ast.walk(module.tree):
            for keyword in node.keywords if isinstance(node, ast.Call) else ():
                if keyword.arg == "event":
                    for value in ast.walk(keyword.value):
                        if isinstance(value, ast.Constant) and isinstance(value.value, str):
                            yield value.value


def written_actors() -> Iterator[str]:
    """The names that ``system_actor("…")`` gives, and that of the visitor."""
    for module in modules():
        for node in ast.walk(module.tree):
            is_call = isinstance(node, ast.Call) and ast.unparse(node.func).endswith("system_actor")
            if is_call and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value


def test_every_event_that_the_source_names_has_its_words():
    named = {event for event in said() if not event.endswith(("-", ":"))}  # beginnings of f-strings
    whole = {event if ":" in event else f"invitation:{event}" for event in named}
    assert len(whole) > 50
    assert whole - set(EVENTS) == set()
    assert {arrow.event for arrow in MOVES.values()} - set(EVENTS) == set()


def test_no_event_of_the_vocabulary_is_recorded_nowhere():
    words = {
        node.value
        for module in modules()
        if module.path.parts != ("audit", "events.py")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    verdicts = {"extension-granted", "extension-refused"}  # f"extension-{verdict}"
    dead = {event for event in EVENTS if event not in words and event.partition(":")[2] not in words | verdicts}
    assert dead == set()


def test_every_noun_subject_and_actor_has_its_words():
    assert {noun_of(event) for event in EVENTS} == set(NOUNS)
    assert set(NOUNS) >= REASON_IS_OPEN
    assert set(SUBJECTS) <= set(Base.metadata.tables)
    found = set(written_actors())
    assert "worker" in found
    assert found - set(ACTORS) == set()


@pytest.mark.parametrize("words", [EVENTS, NOUNS, SUBJECTS, ACTORS], ids=["events", "nouns", "subjects", "actors"])
def test_the_words_are_there_in_japanese(words):
    japanese = Translations.load(str(PACKAGE / "translations"), ["ja"])
    assert [word for word in words.values() if japanese.gettext(word) == word] == []
