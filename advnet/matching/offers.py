"""Concepts of the vocabulary that somebody may mean who types their words.

Words find texts; a concept finds everybody who declares it, in whatever language and under whatever synonym. So typing
海氷 or *sea ice* offers the concept as a filter: first those that are called exactly so, then those whose names hold
what was typed, then those whose names stand in it; of equal ones, those that most experts declare.
"""

import json
from bisect import bisect_right
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.experts.vocabulary.model import Concept
from advnet.matching.queries import VocabularyStamp, vocabulary_stamp
from advnet.matching.tree import Node, Tree
from advnet.search.terms.analysis import key_of
from advnet.text import is_cjk, normalise

MOST_OFFERS = 4
_SHORTEST = 2
_LONGEST = 200


@dataclass(frozen=True)
class Offer:
    """:ivar experts: how many it gives as a filter beside those chosen; never none"""

    node: Node
    experts: int


class Spoken(dict[str, tuple[str, ...]]):
    """Concept code → its labels and synonyms, normalised. Never changed once made."""

    def near(self, asked: str) -> dict[str, int]:
        """How near each concept is to what was asked, from 0: a name of it is that, holds it, stands in it, or a word
        of it begins so; the others are left out.

        All names are one text in which each stands on a line, between spaces, so that one search finds them all.
        """
        found: dict[str, int] = {}

        def note(code: str, rank: int) -> None:
            found[code] = min(rank, found.get(code, rank))

        is_pieced = is_cjk(asked)
        sought = asked if is_pieced else f" {asked}"
        at = self._text.find(sought)
        while at >= 0:
            end = at + len(sought)
            code, name = self._names[bisect_right(self._starts, at) - 1]
            note(code, 0 if name == asked else 1 if is_pieced or self._text[end] == " " else 3)
            at = self._text.find(sought, at + 1)
        for name, codes in self._codes.items():
            if (name in asked) if name in self._pieced else (f" {name} " in f" {asked} "):
                for code in codes:
                    note(code, 0 if name == asked else 2)
        return found

    @cached_property
    def by_key(self) -> dict[str, list[str]]:
        """:func:`Key <advnet.search.terms.analysis.key_of>` of a name → codes of the concepts that are called so."""
        found: dict[str, list[str]] = {}
        for code, name in self._names:
            found.setdefault(key_of(name), []).append(code)
        found.pop("", None)
        return found

    @cached_property
    def _names(self) -> list[tuple[str, str]]:
        return [(code, name) for code, names in self.items() for name in names]

    @cached_property
    def _text(self) -> str:
        return "".join(f" {name} \n" for _, name in self._names)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(len(name) + 3 for _, name in self._names)][:-1]

    @cached_property
    def _codes(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for code, name in self._names:
            found.setdefault(name, []).append(code)
        return found

    @cached_property
    def _pieced(self) -> frozenset[str]:
        """Names in Japanese, which are written without spaces."""
        return frozenset(name for _, name in self._names if is_cjk(name))


def load_spoken(session: Session) -> Spoken:
    """The whole vocabulary by its own words, in one statement; read only when it is another than the last time."""
    engine = session.get_bind().engine
    stamp = vocabulary_stamp(session)
    known = _KNOWN.get(engine)
    if known is None or known[0] != stamp:
        synonyms = (sa.cast(Concept.synonyms_en, sa.Text), sa.cast(Concept.synonyms_ja, sa.Text))
        columns = (Concept.code, Concept.label_en, Concept.label_ja, *synonyms)
        rows = session.execute(sa.select(*columns).order_by(Concept.position, Concept.id)).all()
        known = _KNOWN[engine] = stamp, _spoken(rows)
    return known[1]


def offer_concepts(
    spoken: Spoken, tree: Tree, *, text: str, chosen: Collection[str], count: Callable[[Node], int]
) -> tuple[Offer, ...]:
    """At most :data:`MOST_OFFERS` concepts that ``text`` may mean, without those chosen already; the nearest first.

    :param count: how many experts a concept gives as a filter
    """
    asked = " ".join(normalise(text[:_LONGEST]).replace('"', " ").replace("*", " ").split())
    if len(asked) < _SHORTEST:
        return ()
    places = {code: place for place, code in enumerate(spoken)}
    offers = []
    for code, rank in spoken.near(asked).items():
        if code in tree.nodes and code not in chosen:
            experts = count(tree.nodes[code])
            offers.append((rank, -experts, places[code], Offer(tree.nodes[code], experts)))
    return tuple([offer for *_, offer in sorted(offers, key=lambda one: one[:3]) if offer.experts][:MOST_OFFERS])


def _spoken(rows: Sequence[Any]) -> Spoken:
    return Spoken(
        {
            code: tuple(
                dict.fromkeys(
                    normalise(name)
                    for name in (label_en, label_ja, *json.loads(synonyms_en), *json.loads(synonyms_ja))
                    if name
                )
            )
            for code, label_en, label_ja, synonyms_en, synonyms_ja in rows
        }
    )


_KNOWN: WeakKeyDictionary[sa.Engine, tuple[VocabularyStamp, Spoken]] = WeakKeyDictionary()
"""The last of each database."""
