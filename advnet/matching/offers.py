"""Concepts of the vocabulary that somebody may mean who types their words.

Words find texts; a concept finds everybody who declares it, in whatever language and under whatever synonym. So typing
海氷 or *sea ice* offers the concept as a filter: first those that are called exactly so, then those whose names hold
what was typed, then those whose names stand in it; of equal ones, those that most experts declare.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.experts.vocabulary.model import Concept
from advnet.matching.roster import Roster
from advnet.matching.tree import Node, Tree
from advnet.text import is_cjk, normalise

MOST_OFFERS = 4
_SHORTEST = 2
_LONGEST = 200

Spoken = Mapping[str, tuple[str, ...]]
"""Concept code → its labels and synonyms, normalised."""


@dataclass(frozen=True)
class Offer:
    """:ivar experts: how many of those who may be found declare it, or a narrower one; never none"""

    node: Node
    experts: int


def load_spoken(session: Session) -> Spoken:
    """The whole vocabulary by its own words, in one statement."""
    synonyms = (sa.cast(Concept.synonyms_en, sa.Text), sa.cast(Concept.synonyms_ja, sa.Text))
    rows = session.execute(
        sa.select(Concept.code, Concept.label_en, Concept.label_ja, *synonyms).order_by(Concept.position, Concept.id)
    ).all()
    return _spoken(tuple(map(tuple, rows)))


def offer_concepts(
    spoken: Spoken, tree: Tree, roster: Roster, *, text: str, chosen: Collection[str]
) -> tuple[Offer, ...]:
    """At most :data:`MOST_OFFERS` concepts that ``text`` may mean, without those chosen already; the nearest first."""
    asked = " ".join(normalise(text[:_LONGEST]).replace('"', " ").replace("*", " ").split())
    if len(asked) < _SHORTEST:
        return ()
    offers = []
    for place, (code, names) in enumerate(spoken.items()):
        rank = min((_rank(asked, name) for name in names), default=_FAR)
        if rank < _FAR and code in tree.nodes and code not in chosen:
            experts = len(roster.declaring(tree.below[code]))
            offers.append((rank, -experts, place, Offer(tree.nodes[code], experts)))
    return tuple([offer for *_, offer in sorted(offers, key=lambda one: one[:3]) if offer.experts][:MOST_OFFERS])


_FAR = 4


def _rank(asked: str, name: str) -> int:
    """How near a name is to what was asked, from 0: it is that, holds it, stands in it, or a word of it begins so."""
    if name == asked:
        return 0
    if (asked in name) if is_cjk(asked) else (f" {asked} " in f" {name} "):
        return 1
    if (name in asked) if is_cjk(name) else (f" {name} " in f" {asked} "):
        return 2
    return 3 if f" {asked}" in f" {name}" else _FAR


@lru_cache(maxsize=4)
def _spoken(rows: Sequence[tuple[Any, ...]]) -> Spoken:
    """Worked out once for a vocabulary, which seldom changes."""
    return {
        code: tuple(
            dict.fromkeys(
                normalise(name)
                for name in (label_en, label_ja, *json.loads(synonyms_en), *json.loads(synonyms_ja))
                if name
            )
        )
        for code, label_en, label_ja, synonyms_en, synonyms_ja in rows
    }
