"""By what a search is narrowed down, and how many experts each choice would give.

Filters of one facet widen each other, facets narrow each other, and the counts of a facet are those that choosing would
give: with all other facets' filters, without its own. Everything is array arithmetic over the :mod:`roster
<advnet.matching.roster>`; only who may be asked today is read from the database each time.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from advnet.accounts.model import AccountState, User
from advnet.experts.model import Expert, Standing
from advnet.experts.vocabulary.model import Facet
from advnet.matching.queries import among, has_full_load, has_full_load_each, in_pause_on, is_paused_on
from advnet.matching.roster import Mask, Roster, Rows
from advnet.matching.tree import Tree

_FEW = 1_000
"""Experts, up to whom it is quicker to ask the database of them than of everybody."""


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


def load_unavailable(
    session: Session, *, now: datetime, expert_ids: Collection[int] | None = None
) -> dict[int, Availability]:
    """Who may not be asked today, and why; the others are available.

    :param expert_ids: who matters; None for the whole Network, which takes longer the larger it is
    """
    closed = Expert.user_id.in_(sa.select(User.id).where(User.state != AccountState.ACTIVE))
    reasons: tuple[tuple[Availability, sa.Executable], ...]
    if expert_ids is not None and len(expert_ids) <= _FEW:
        these = sa.select(Expert.id).where(among(session, Expert.id, expert_ids))
        reasons = (
            (Availability.PAUSED, these.where(sa.or_(Expert.standing == Standing.PAUSED, is_paused_on(now)))),
            (Availability.FULL, these.where(has_full_load_each())),
            (Availability.CLOSED, these.where(closed)),
        )
    else:
        paused = sa.select(Expert.id).where(Expert.standing == Standing.PAUSED)
        reasons = (
            (Availability.PAUSED, paused.union_all(in_pause_on(now))),
            (Availability.FULL, sa.select(Expert.id).where(has_full_load())),
            (Availability.CLOSED, sa.select(Expert.id).where(closed)),
        )
    found: dict[int, Availability] = {}
    for reason, holds in reasons:
        for (expert_id,) in session.execute(holds).all():
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
        self._rows: Rows = np.arange(len(roster.ids)) if hits is None else roster.rows(hits)
        self._states = self._availability()
        self._filters: dict[str, Mask] = dict(self._wanted())
        self._fitting = self._without("")

    def ids(self, *, by_name: bool) -> list[int]:
        """Who fits all filters: in the order of names, or as the index found them."""
        rows = np.sort(self._fitting) if by_name else self._fitting
        found: list[int] = self.roster.ids[rows].tolist()
        return found

    def count(self) -> Counted:
        """The counts of every facet."""
        roster = self.roster
        return Counted(
            total=len(self._fitting),
            concepts=self._concepts(Facet.FIELD, "fields") | self._concepts(Facet.AREA, "areas"),
            countries=_named(roster.countries.counted(self._without("countries"))),
            languages=roster.languages_counted(self._without("languages")),
            stages=_named(roster.stages.counted(self._without("stages"))),
            availability=self._counted_states(self._within("availability")),
        )

    def declaring(self, codes: Collection[str]) -> int:
        """How many who fit all filters declare one of these concepts."""
        return int(np.count_nonzero(self._declare(codes) & self._within("")))

    def _wanted(self) -> Iterator[tuple[str, Mask]]:
        """Of each facet that something is chosen of, which of the rows fit."""
        chosen, roster = self.chosen, self.roster
        if chosen.fields:
            yield "fields", self._declare(chosen.fields)
        if chosen.areas:
            yield "areas", self._declare(chosen.areas)
        if chosen.countries:
            yield "countries", roster.countries.fits(_are_in(roster.countries.values, chosen.countries), self._rows)
        if chosen.languages:
            yield "languages", roster.language_fits(chosen.languages, self._rows)
        if chosen.stages:
            yield "stages", roster.stages.fits(_are_in(roster.stages.values, chosen.stages), self._rows)
        if chosen.availability:
            yield "availability", np.array(_are_in(_STATES, chosen.availability))[self._states]

    def _without(self, name: str) -> Rows:
        """Who fits all filters but those of one facet."""
        return self._rows[self._within(name)]

    def _within(self, name: str) -> Mask:
        """Which of the rows fit all filters but one."""
        found: Mask = np.ones(len(self._rows), dtype=bool)
        for other, mask in self._filters.items():
            if other != name:
                found &= mask
        return found

    def _declare(self, codes: Collection[str]) -> Mask:
        mask = np.zeros(len(self.roster.ids), dtype=bool)
        for code in self.tree.meant(codes):
            mask[self.roster.declaring(self.tree.below.get(code, frozenset()))] = True
        return mask[self._rows]

    def _concepts(self, facet: Facet, name: str) -> dict[str, int]:
        chosen = self.chosen.fields if facet == Facet.FIELD else self.chosen.areas
        offered = self.tree.offered(facet, chosen)
        counted = self.roster.declaring_counted([self.tree.below[node.code] for node in offered], self._without(name))
        return {node.code: number for node, number in zip(offered, counted, strict=True) if number}

    def _availability(self) -> NDArray[np.intp]:
        """Of each row, the place of its state among all."""
        codes = np.zeros(len(self.roster.ids), dtype=np.intp)
        for place, state in enumerate(_STATES):
            codes[self.roster.rows([one for one, reason in self.unavailable.items() if reason == state])] = place
        return codes[self._rows]

    def _counted_states(self, among: Mask) -> dict[str, int]:
        numbers = np.bincount(self._states[among], minlength=len(_STATES)).tolist()
        return {state: number for state, number in zip(_STATES, numbers, strict=True) if number}


_STATES = tuple(Availability)


def _are_in(values: Collection[object], wanted: Collection[str]) -> list[bool]:
    return [value in wanted for value in values]


def _named(counted: Mapping[str | None, int]) -> dict[str, int]:
    """Without those who have not said."""
    return {value: number for value, number in counted.items() if value}
