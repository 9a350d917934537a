"""By what a search is narrowed down, and how many experts each choice would give.

Filters of one facet widen each other, facets narrow each other, and the counts of a facet are those that choosing would
give: with all other facets' filters, without its own. Everything is array arithmetic over the :mod:`roster
<advnet.matching.roster>`; only who may be asked today is read from the database each time.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import AccountState, User
from advnet.experts.model import Expert, Standing
from advnet.experts.vocabulary.model import Facet
from advnet.matching.queries import has_full_load, is_paused_on
from advnet.matching.roster import Column, Mask, Roster, Rows
from advnet.matching.tree import Tree


class Availability(StrEnum):
    """Whether a person may be asked today; the first that holds, in the order of the members but for the first."""

    AVAILABLE = "available"
    PAUSED = "paused"
    FULL = "full"
    CLOSED = "closed"


@dataclass(frozen=True)
class Chosen:
    """The filters; unknown values fit nobody.

    :ivar fields: codes of concepts; whoever declares one of them, or a narrower one; ``areas`` likewise
    :ivar countries: ISO 3166-1 alpha-2
    :ivar languages: ISO 639-1
    """

    fields: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    availability: tuple[str, ...] = ()


@dataclass(frozen=True)
class Counted:
    """How many experts each choice would give; what would give nobody is left out.

    :ivar total: how many fit all filters
    :ivar concepts: code → experts, for what is offered of fields and areas
    """

    total: int = 0
    concepts: Mapping[str, int] = field(default_factory=dict)
    countries: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    stages: Mapping[str, int] = field(default_factory=dict)
    availability: Mapping[str, int] = field(default_factory=dict)


def load_unavailable(session: Session, *, now: datetime) -> dict[int, Availability]:
    """Who of the Network may not be asked today, and why; the others are available."""
    closed = Expert.user_id.in_(sa.select(User.id).where(User.state != AccountState.ACTIVE))
    reasons = (
        (Availability.PAUSED, sa.or_(Expert.standing == Standing.PAUSED, is_paused_on(now))),
        (Availability.FULL, has_full_load()),
        (Availability.CLOSED, closed),
    )
    found: dict[int, Availability] = {}
    for reason, holds in reasons:
        for expert_id in session.scalars(sa.select(Expert.id).where(holds)):
            found.setdefault(expert_id, reason)
    return found


class Scope:
    """Among whom is searched, under some filters.

    :ivar unavailable: as :func:`load_unavailable` gives it
    """

    def __init__(
        self,
        roster: Roster,
        tree: Tree,
        chosen: Chosen,
        *,
        hits: Sequence[int] | None,
        unavailable: Mapping[int, Availability],
    ) -> None:
        """:param hits: the experts that the index found, best first; None for everybody"""
        self.roster = roster
        self.tree = tree
        self.chosen = chosen
        self.unavailable = unavailable
        size = len(roster.ids)
        self._hits = np.arange(size) if hits is None else roster.rows(hits)
        self._within = _mask(size, self._hits)
        self._states = self._availability()
        self._filters: dict[str, Mask] = {
            name: mask
            for name, wanted, mask in (
                ("fields", chosen.fields, self._declare(chosen.fields)),
                ("areas", chosen.areas, self._declare(chosen.areas)),
                ("countries", chosen.countries, roster.countries.fits(_are_in(roster.countries, chosen.countries))),
                ("languages", chosen.languages, roster.language_fits(chosen.languages)),
                ("stages", chosen.stages, roster.stages.fits(_are_in(roster.stages, chosen.stages))),
                ("availability", chosen.availability, self._states.fits(_are_in(self._states, chosen.availability))),
            )
            if wanted
        }
        self._fitting = self._without("")

    def ids(self, *, by_name: bool) -> list[int]:
        """Who fits all filters: in the order of names, or as the index found them."""
        rows = np.flatnonzero(self._fitting) if by_name else self._hits[self._fitting[self._hits]]
        found: list[int] = self.roster.ids[rows].tolist()
        return found

    def count(self) -> Counted:
        """The counts of every facet."""
        roster = self.roster
        return Counted(
            total=int(self._fitting.sum()),
            concepts=self._concepts(Facet.FIELD, "fields") | self._concepts(Facet.AREA, "areas"),
            countries=_named(roster.countries.counted(self._without("countries"))),
            languages=roster.languages_counted(self._without("languages")),
            stages=_named(roster.stages.counted(self._without("stages"))),
            availability=self._states.counted(self._without("availability")),
        )

    def _without(self, name: str) -> Mask:
        """Who fits all filters but those of one facet."""
        found = self._within
        for other, mask in self._filters.items():
            if other != name:
                found = found & mask
        return found

    def _declare(self, codes: Collection[str]) -> Mask:
        mask = np.zeros(len(self.roster.ids), dtype=bool)
        for code in self.tree.meant(codes):
            mask[self.roster.declaring(self.tree.below.get(code, frozenset()))] = True
        return mask

    def _concepts(self, facet: Facet, name: str) -> dict[str, int]:
        chosen = self.chosen.fields if facet == Facet.FIELD else self.chosen.areas
        mask = self._without(name)
        counted = {
            node.code: int(mask[self.roster.declaring(self.tree.below[node.code])].sum())
            for node in self.tree.offered(facet, chosen)
        }
        return {code: number for code, number in counted.items() if number}

    def _availability(self) -> Column:
        states = tuple(Availability)
        codes = np.zeros(len(self.roster.ids), dtype=np.int32)
        for place, state in enumerate(states):
            codes[self.roster.rows([one for one, reason in self.unavailable.items() if reason == state])] = place
        return Column(states, codes)


def _mask(size: int, rows: Rows) -> Mask:
    mask = np.zeros(size, dtype=bool)
    mask[rows] = True
    return mask


def _are_in(column: Column, wanted: Collection[str]) -> list[bool]:
    return [value in wanted for value in column.values]


def _named(counted: Mapping[str | None, int]) -> dict[str, int]:
    """Without those who have not said."""
    return {value: number for value, number in counted.items() if value}
