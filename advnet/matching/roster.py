"""Everybody who is to be found, as arrays: what filters, counts and the order of names are worked out from.

Asked of the database, the counts of six facets over twenty thousand experts take longer than the rest of a page. As
arrays they take a few milliseconds, with any filters. The arrays hold nothing but what profiles and standings say, and
every change of those is noted in the change log that the index follows: so each reader asks the log for its last
number, and only the experts named since the roster's own number are read again. What changes without a note, such as
whether somebody may be asked today, is not in here, and the experts on a page are still asked of the database itself.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import chain, compress
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from advnet.experts.model import Expert, ExpertSkill
from advnet.jobs.model import IndexChange
from advnet.jobs.queries import last_change_number
from advnet.matching.queries import among, is_findable

Mask = NDArray[np.bool_]
"""For each of some experts, whether something holds."""

Rows = NDArray[np.intp]
"""Places of experts in a roster."""


@dataclass(frozen=True, eq=False)
class Column:
    """One value for each expert, of which there are few different ones. :ivar codes: places in ``values``"""

    values: tuple[Any, ...] = ()
    codes: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, dtype=np.int32))

    def fits(self, is_wanted: Sequence[bool], rows: Rows) -> Mask:
        """Which of these rows. :param is_wanted: of each of ``values``"""
        return np.array(is_wanted, dtype=bool)[self.codes[rows]]

    def counted(self, among: Rows) -> dict[Any, int]:
        """Value → how many of these experts have it; values that nobody has are left out."""
        numbers = np.bincount(self.codes[among], minlength=len(self.values))
        return {value: number for value, number in zip(self.values, numbers.tolist(), strict=True) if number}

    def changed(self, kept: Mask, places: list[int], given: Sequence[Any]) -> "Column":
        """Without what is not kept, and with more values before those places of what is."""
        known = {value: code for code, value in enumerate(self.values)}
        codes = [known.setdefault(value, len(known)) for value in given]
        return Column(tuple(known), np.insert(self.codes[kept], places, codes))


class Roster:
    """The Network as of a number of the change log, in the order of names: by kana, then those without kana by their
    Latin letters. Never changed once made.

    :ivar ids: of the experts
    """

    def __init__(
        self,
        number: int = 0,
        *,
        readings: Sequence[str] = (),
        ids: Sequence[int] | NDArray[np.int64] = (),
        columns: tuple[Column, Column, Column] = (Column(), Column(), Column()),
        skills: Sequence[tuple[int, int]] | NDArray[np.int64] = (),
    ) -> None:
        """:param readings: what the experts are in the order of
        :param columns: countries, languages as they are written in the database, career stages
        :param skills: pairs of expert and concept
        """
        self.number = number
        self.ids = np.asarray(ids, dtype=np.int64)
        self.countries, self._written, self.stages = columns
        self.languages = [tuple(json.loads(written)) for written in self._written.values]
        self._readings = readings
        self._skills = np.asarray(skills, dtype=np.int64).reshape(-1, 2)
        self._by_id = np.argsort(self.ids)
        declaring = self.rows(self._skills[:, 0])
        order = np.argsort(self._skills[:, 1], kind="stable")
        self._concepts, starts = np.unique(self._skills[order, 1], return_index=True)
        self._holders = dict(zip(self._concepts.tolist(), np.split(declaring[order], starts[1:]), strict=False))
        self._together: dict[frozenset[int], Rows] = {}

    def rows(self, ids: Sequence[int] | NDArray[np.int64]) -> Rows:
        """Where these experts stand, in the order given; who is not to be found is left out."""
        asked = np.asarray(ids, dtype=np.int64)
        if not len(self.ids):
            return np.empty(0, dtype=np.intp)
        near = self._by_id[np.minimum(np.searchsorted(self.ids, asked, sorter=self._by_id), len(self.ids) - 1)]
        found: Rows = near[self.ids[near] == asked]
        return found

    def declaring(self, concepts: frozenset[int]) -> Rows:
        """Who declares one of the concepts at least, each once, ascending."""
        known = self._together.get(concepts)
        if known is None:
            found = [self._holders[concept] for concept in concepts if concept in self._holders]
            known = self._together[concepts] = np.unique(np.concatenate(found)) if found else _NOBODY
        return known

    def declaring_counted(self, each: Sequence[frozenset[int]], among: Rows) -> list[int]:
        """Of each set of concepts, how many of these experts declare one of them at least."""
        mask = np.zeros(len(self.ids), dtype=bool)
        mask[among] = True
        return [int(np.count_nonzero(mask[self.declaring(concepts)])) for concepts in each]

    def language_fits(self, wanted: Collection[str], rows: Rows) -> Mask:
        """Which of these rows speak one of the languages at least."""
        return self._written.fits([not spoken.isdisjoint(wanted) for spoken in map(set, self.languages)], rows)

    def languages_counted(self, among: Rows) -> dict[str, int]:
        """Language → how many of these experts speak it."""
        counted: dict[str, int] = {}
        for written, number in self._written.counted(among).items():
            for language in dict.fromkeys(json.loads(written)):
                counted[language] = counted.get(language, 0) + number
        return counted

    def changed(
        self, number: int, gone: Collection[int], rows: Sequence[Any], skills: Sequence[tuple[int, int]]
    ) -> "Roster":
        """Without the experts who are gone, and with those whom the rows tell of."""
        left = np.fromiter(gone, dtype=np.int64, count=len(gone))
        kept = ~np.isin(self.ids, left)
        readings = list(compress(self._readings, kept.tolist()))
        added = sorted((_reading(row), row) for row in rows)
        places = np.searchsorted(np.array(readings, dtype=object), [reading for reading, _ in added]).tolist()
        given = zip(*((row.country, row.languages, row.career_stage) for _, row in added), strict=True)
        columns = (self.countries, self._written, self.stages)
        return Roster(
            number,
            readings=sorted(chain(readings, (reading for reading, _ in added))),
            ids=np.insert(self.ids[kept], places, [row.id for _, row in added]),
            columns=tuple(  # type: ignore[arg-type]
                column.changed(kept, places, values)
                for column, values in zip(columns, tuple(given) or ((), (), ()), strict=True)
            ),
            skills=np.concatenate(
                [self._skills[~np.isin(self._skills[:, 0], left)], np.array(skills, dtype=np.int64).reshape(-1, 2)]
            ),
        )


def load_roster(session: Session) -> Roster:
    """The Network as this session sees it; only what has changed since the last time is read."""
    engine = session.get_bind().engine
    number = last_change_number(session)
    known = _KNOWN.get(engine)
    if known is None or known.number > number:  # another, older database has been put in its place
        known = _read(session, Roster(), number, None)
    elif known.number < number:
        since = sa.select(IndexChange.expert_id).where(IndexChange.number > known.number).distinct()
        known = _read(session, known, number, session.scalars(since).all())
    _KNOWN[engine] = known
    return known


def _read(session: Session, known: Roster, number: int, ids: Sequence[int] | None) -> Roster:
    """:param ids: who has changed since; None for everybody"""
    asked = [is_findable()] if ids is None else [is_findable(), among(session, Expert.id, ids)]
    names = (Expert.family_kana, Expert.given_kana, Expert.family_en, Expert.given_en)
    languages = sa.cast(Expert.languages, sa.Text).label("languages")
    experts = session.execute(
        sa.select(Expert.id, *names, Expert.country, languages, Expert.career_stage).where(*asked)
    ).all()
    declared = sa.select(ExpertSkill.expert_id, ExpertSkill.concept_id)
    skills = session.execute(declared.join(Expert, Expert.id == ExpertSkill.expert_id).where(*asked)).all()
    return known.changed(number, ids or (), experts, [(expert_id, concept_id) for expert_id, concept_id in skills])


def _reading(row: Any) -> str:
    """What an expert is sorted by; no two have the same."""
    is_without_kana = "0" if row.family_kana else "1"
    names = (is_without_kana, row.family_kana, row.given_kana, row.family_en, row.given_en)
    return "\0".join((*names, f"{row.id:020}"))


_NOBODY: Rows = np.empty(0, dtype=np.intp)

_KNOWN: WeakKeyDictionary[sa.Engine, Roster] = WeakKeyDictionary()
"""The last roster of each database."""
