"""One batch of an import at a time, with one statement for many rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.experts.identity import keys_of
from advnet.experts.importing.rows import ExpertRow, RowError, WorkRow
from advnet.experts.importing.skills import SkillFinder
from advnet.experts.model import Affiliation, Expert, ExpertKey, ExpertSkill, Standing
from advnet.experts.profile import CONSENT_OUTSIDE
from advnet.experts.registration.model import OPEN_STATES, Registration, RegistrationState
from advnet.experts.standing import VETTED_FOR, vetting_ends
from advnet.experts.works.model import Work, WorkKind, WorkSource
from advnet.jobs.service import enqueue_all
from advnet.text import fold, runs


@dataclass(slots=True)
class ImportSummary:
    """What an import did, in experts.

    :ivar kept: ids of the rows that changed nothing, since the person has an account or was rejected
    :ivar approved: how many are approved that were not before; :ivar queued: how many wait for vetting
    :ivar works: how many works the rows have that were taken
    :ivar notes: remarks on rows that are no faults
    """

    added: int = 0
    updated: int = 0
    approved: int = 0
    queued: int = 0
    works: int = 0
    kept: list[str] = field(default_factory=list)
    notes: list[RowError] = field(default_factory=list)
    expert_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    has_standing: bool
    speaks_for_itself: bool


class Batches:
    """One import under way: what it has to know for every batch, and what it has done."""

    def __init__(self, session: Session, skills: SkillFinder, approve: bool, now: datetime) -> None:
        self.session = session
        self.skills = skills
        self.approve = approve
        self.now = now
        self.summary = ImportSummary(notes=skills.notes)
        self.findable: list[int] = []
        """Numbers of the experts that the index has to follow."""

    def take(self, batch: Sequence[ExpertRow]) -> None:
        """The experts of these rows are written, whole."""
        known = self._known(batch)
        self.summary.kept += [row.id for row in batch if row.id in known and known[row.id].speaks_for_itself]
        taken = [row for row in batch if row.id not in known or not known[row.id].speaks_for_itself]
        new = [row for row in taken if row.id not in known]
        old = [(known[row.id], row) for row in taken if row.id in known]
        profiles = {row.id: self._profile(row) for row in taken}
        ids = self._insert([profiles[row.id] for row in new])
        self._update([(one.id, profiles[row.id]) for one, row in old])
        pairs = [*zip(ids, new, strict=True), *((one.id, row) for one, row in old)]
        self._write_details(pairs, profiles)
        self._insert_works(list(zip(ids, new, strict=True)))
        self._update_works([(one.id, row) for one, row in old])
        self._admit(ids, waiting=[one.id for one, _ in old if not one.has_standing])
        self.findable += ids if self.approve else []
        self.findable += [one.id for one, _ in old if one.has_standing or self.approve]
        self.summary.added += len(new)
        self.summary.updated += len(old)
        self.summary.works += sum(len(row.works) for row in taken)
        self.summary.expert_ids += [expert_id for expert_id, _ in pairs]

    def _known(self, batch: Sequence[ExpertRow]) -> dict[str, _Known]:
        rejected = sa.exists().where(
            Registration.expert_id == Expert.id, Registration.state == RegistrationState.REJECTED
        )
        found = self.session.execute(
            sa.select(Expert.external_id, Expert.id, Expert.user_id, Expert.standing, rejected.label("was_rejected"))
            .where(Expert.external_id.in_([row.id for row in batch]))
            .with_for_update(of=Expert)
        )
        return {
            one.external_id: _Known(
                one.id,
                has_standing=one.standing is not None,
                speaks_for_itself=one.user_id is not None or (one.was_rejected and one.standing is None),
            )
            for one in found
        }

    def _profile(self, row: ExpertRow) -> dict[str, Any]:
        biography = {"biography_ja": "", "biography_en": ""}
        if row.biography:
            biography["biography_ja" if _is_japanese(row.biography) else "biography_en"] = row.biography
        for word in self.skills.unknown(row):
            column, label = ("biography_ja", "専門分野") if _is_japanese(word) else ("biography_en", "Skill")
            biography[column] = f"{biography[column]}\n{label}: {word}".lstrip()
        return {
            "external_id": row.id,
            "email": row.email,
            "family_ja": row.name.family_ja,
            "given_ja": row.name.given_ja,
            "family_en": row.name.family_en,
            "given_en": row.name.given_en,
            "country": row.country,
            "languages": list(row.languages),
            **biography,
            "changed_at": self.now,
        }

    def _insert(self, profiles: list[dict[str, Any]]) -> list[int]:
        """The numbers of the new experts, in the order of ``profiles``."""
        first = {"created_at": self.now, "consent_at": self.now, "consent_version": CONSENT_OUTSIDE}
        if not profiles:
            return []
        if self.approve:
            first |= self._standing()
        table = _table(Expert)
        statement = sa.insert(table).returning(table.c.id, sort_by_parameter_order=True)
        return list(self.session.scalars(statement, [{**profile, **first} for profile in profiles]))

    def _update(self, profiles: list[tuple[int, dict[str, Any]]]) -> None:
        if not profiles:
            return
        table = _table(Expert)
        ids = [expert_id for expert_id, _ in profiles]
        columns: dict[str, Any] = {name: sa.bindparam(name) for name in profiles[0][1]}
        self.session.execute(
            sa.update(table).where(table.c.id == sa.bindparam("expert")).values(**columns, version=table.c.version + 1),
            [{"expert": expert_id, **profile} for expert_id, profile in profiles],
        )
        for model in (Affiliation, ExpertSkill, ExpertKey):
            details = _table(model)
            self.session.execute(sa.delete(details).where(details.c.expert_id.in_(ids)))

    def _write_details(self, pairs: list[tuple[int, ExpertRow]], profiles: dict[str, dict[str, Any]]) -> None:
        """Affiliation, skills and the keys by which duplicates are found."""
        affiliations, skills, keys = [], [], []
        for expert_id, row in pairs:
            if row.affiliation:
                column = "name_ja" if _is_japanese(row.affiliation) else "name_en"
                affiliations.append({"expert_id": expert_id, "name_ja": "", "name_en": "", column: row.affiliation})
            skills += [{"expert_id": expert_id, **skill} for skill in self.skills.known(row)]
            found = keys_of(Expert(family_kana="", given_kana="", **profiles[row.id]))
            keys += [{"expert_id": expert_id, "kind": kind.value, "key": key} for kind, key in sorted(found)]
        for model, rows in ((Affiliation, affiliations), (ExpertSkill, skills), (ExpertKey, keys)):
            self._insert_rows(model, rows)

    def _insert_works(self, pairs: list[tuple[int, ExpertRow]]) -> None:
        self._insert_rows(Work, [_work(expert_id, work) for expert_id, row in pairs for work in row.works])

    def _update_works(self, pairs: list[tuple[int, ExpertRow]]) -> None:
        """A work that is there already, by its title and year, stays the same row; what the file no longer has goes."""
        if not pairs:
            return
        query = sa.select(Work.id, Work.expert_id, Work.title, Work.year).where(
            Work.expert_id.in_([expert_id for expert_id, _ in pairs]), Work.source == WorkSource.IMPORT
        )
        present = {
            (one.expert_id, one.title, one.year): one.id for one in self.session.execute(query.order_by(Work.id))
        }
        added, changed = [], []
        for expert_id, row in pairs:
            for work in row.works:
                work_id = present.pop((expert_id, work.title, work.year), None)
                if work_id is None:
                    added.append(_work(expert_id, work))
                else:
                    changed.append({"work": work_id, "abstract": work.abstract, "doi": work.doi})
        table = _table(Work)
        gone = [{"work": work_id} for work_id in present.values()]
        if gone:
            self.session.execute(sa.delete(table).where(table.c.id == sa.bindparam("work")), gone)
        if changed:
            values: dict[str, Any] = {"abstract": sa.bindparam("abstract"), "doi": sa.bindparam("doi")}
            self.session.execute(sa.update(table).where(table.c.id == sa.bindparam("work")).values(**values), changed)
        self._insert_rows(Work, added)

    def _admit(self, new: list[int], *, waiting: list[int]) -> None:
        """Approve, or put the new ones into the vetting queue; ``waiting`` are there since an earlier import."""
        if not self.approve:
            submitted = {"state": RegistrationState.SUBMITTED.value, "started_at": self.now, "submitted_at": self.now}
            self._insert_rows(Registration, [{"expert_id": expert_id, **submitted} for expert_id in new])
            self.summary.queued += len(new) + len(waiting)
            return
        if waiting:
            experts, registrations = _table(Expert), _table(Registration)
            self.session.execute(sa.update(experts).where(experts.c.id.in_(waiting)).values(**self._standing()))
            self.session.execute(
                sa.update(registrations)
                .where(registrations.c.expert_id.in_(waiting), registrations.c.state.in_(OPEN_STATES))
                .values(
                    state=RegistrationState.APPROVED.value,
                    decided_at=self.now,
                    submitted_at=sa.func.coalesce(registrations.c.submitted_at, self.now),
                    version=registrations.c.version + 1,
                )
            )
        approved = [*new, *waiting]
        until = self.now + VETTED_FOR
        enqueue_all(
            self.session, jobs=[job for one in approved for job in vetting_ends(one, until=until)], now=self.now
        )
        self.summary.approved += len(approved)

    def _standing(self) -> dict[str, Any]:
        until = self.now + VETTED_FOR
        return {"standing": Standing.ACTIVE.value, "approved_at": self.now, "vetted_until": until}

    def _insert_rows(self, model: type[Any], rows: list[dict[str, Any]]) -> None:
        if rows:
            self.session.execute(sa.insert(_table(model)), rows)


def _table(model: type[Any]) -> sa.Table:
    table: sa.Table = model.__table__
    return table


def _work(expert_id: int, work: WorkRow) -> dict[str, Any]:
    return {
        "expert_id": expert_id,
        "kind": WorkKind.OTHER.value,
        "title": work.title,
        "abstract": work.abstract,
        "year": work.year,
        "doi": work.doi,
        "source": WorkSource.IMPORT.value,
    }


def _is_japanese(text: str) -> bool:
    """Whether a fifth of the letters or more are Japanese: an English text may name a Japanese body."""
    found = list(runs(fold(text)))
    japanese = sum(len(run.text) for run in found if run.is_cjk)
    return 5 * japanese >= sum(len(run.text) for run in found) > 0
