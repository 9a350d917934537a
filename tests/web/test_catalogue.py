"""The Japanese of advnet fits the English that the code says.

A page fills the names of a sentence in whichever language it speaks, so a per cent sign or a placeholder that only the
translation has breaks that page in Japanese alone, where no test that reads English sees it.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

import advnet

CATALOGUE = Path(advnet.__file__).parent / "translations" / "ja" / "LC_MESSAGES" / "messages.po"


class Named(dict[str, object]):
    """Fills any placeholder with a number and remembers which ones were asked for."""

    def __missing__(self, name: str) -> int:
        self[name] = 1
        return 1


@pytest.fixture(scope="module")
def messages() -> list[Message]:
    with CATALOGUE.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def _pairs(messages: list[Message]) -> Iterator[tuple[tuple[str, ...], str]]:
    for message in messages:
        sources = (message.id,) if isinstance(message.id, str) else tuple(message.id or ())
        for translation in (message.string,) if isinstance(message.string, str) else message.string or ():
            yield sources, translation


def _placeholders(text: str) -> set[str]:
    names = Named()
    _ = text % names
    return set(names)


def test_every_translation_names_what_the_sentence_names(messages: list[Message]) -> None:
    differing = []
    for sources, translation in _pairs(messages):
        try:
            agree = _placeholders(translation) == set().union(*map(_placeholders, sources))
        except (TypeError, ValueError) as error:  # a bare per cent sign
            differing.append((translation, str(error)))
        else:
            if not agree:
                differing.append((translation, "other placeholders"))
    assert differing == []


def test_colons_and_brackets_round_japanese_are_full_width(messages: list[Message]) -> None:
    japanese = range(0x3040, 0x9FFF)
    narrow = [
        translation
        for _sources, translation in _pairs(messages)
        for before, sign in pairwise(translation)
        if ord(before) in japanese and sign in ":;,.!?()"
    ]
    assert narrow == []
