"""The works of a profile, added, changed and removed one by one."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.errors import DomainError, Invalid, msgid
from advnet.experts.editing import begin_edit, facts_of, finish_edit, keep_complete
from advnet.experts.model import Expert
from advnet.experts.registration.completeness import Section
from advnet.experts.versions import digest, refuse_overtaken_edit
from advnet.experts.works.model import Work, WorkKind, WorkSource

MAX_WORKS = 500


@dataclass(frozen=True)
class NewWork:
    """A work as given. :ivar doi: in the normal form that :mod:`.doi` gives"""

    title: str
    kind: WorkKind = WorkKind.ARTICLE
    abstract: str = ""
    year: int | None = None
    venue: str = ""
    doi: str | None = None
    url: str = ""
    source: WorkSource = WorkSource.HAND


class WorkRemoved(DomainError):
    message = msgid(
        "This work has been removed since you opened this page. Nothing of yours is lost: add it again, or leave it."
    )


EDITED = tuple(name for name in NewWork.__dataclass_fields__ if name != "source")
"""What a person writes of a work; how its record came here is kept."""


def work_version(work: Work) -> str:
    """The version of a work, to be named by who changes it."""
    return digest(facts_of(work, EDITED))


def add_works(session: Session, *, actor: Actor, expert: Expert, works: Iterable[NewWork], now: datetime) -> list[Work]:
    """The works are part of the profile; those that are there already (same DOI, or same title and year) are left out.

    :raises Invalid: there would be more than :data:`MAX_WORKS`
    """
    begin_edit(session, actor=actor, expert=expert)
    present = {key for work in expert.works for key in _keys(work)}
    added: list[Work] = []
    for given in works:
        keys = _keys(given)
        if present.isdisjoint(keys):
            present |= keys
            added.append(Work(**asdict(given)))
    if len(expert.works) + len(added) > MAX_WORKS:
        raise Invalid(
            msgid("A profile holds at most %(maximum)s works. Give the most telling ones."), maximum=MAX_WORKS
        )
    if added:
        expert.works.extend(added)
        finish_edit(session, actor=actor, expert=expert, section=Section.WORKS, is_material=False, now=now)
    return added


def change_work(
    session: Session, *, actor: Actor, expert: Expert, work: Work, given: NewWork, now: datetime,
    seen: str | None = None,
) -> None:  # fmt: skip
    """The work is as given; how its record came here is kept.

    :param seen: its :func:`work_version` as the person saw it; None where nobody looked
    :raises EditedMeanwhile: it has another version by now; nothing is changed
    :raises WorkRemoved: somebody has just removed it
    """
    begin_edit(session, actor=actor, expert=expert)
    if work not in expert.works:
        raise WorkRemoved()
    if seen is not None:
        refuse_overtaken_edit(facts_of(work, EDITED), seen)
    for name in EDITED:
        setattr(work, name, getattr(given, name))
    finish_edit(session, actor=actor, expert=expert, section=Section.WORKS, is_material=False, now=now)


def remove_work(session: Session, *, actor: Actor, expert: Expert, work: Work, now: datetime) -> None:
    """The work is no longer part of the profile. :raises Invalid: an approved profile would be left without any"""
    begin_edit(session, actor=actor, expert=expert)
    if work not in expert.works:
        raise WorkRemoved()
    keep_complete(expert, Section.WORKS, Expert(works=[Work() for _ in expert.works[1:]]))
    expert.works.remove(work)
    finish_edit(session, actor=actor, expert=expert, section=Section.WORKS, is_material=False, now=now)


def _keys(work: Work | NewWork) -> set[tuple[object, ...]]:
    keys: set[tuple[object, ...]] = {("title", work.title.strip().casefold(), work.year)}
    return keys | {("doi", work.doi)} if work.doi else keys
