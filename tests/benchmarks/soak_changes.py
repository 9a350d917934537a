"""Changes to profiles, each with a word of its own, and how long a search takes to tell the truth about them."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import system_actor
from advnet.clock import now
from advnet.db import Database
from advnet.experts.model import Expert
from advnet.experts.profile import give_consent, save_biography, withdraw_consent
from advnet.experts.queries import whole_profile
from advnet.experts.skills import declare_skill, remove_skill
from advnet.experts.standing import reinstate_expert, suspend_expert
from advnet.experts.vocabulary.model import Concept, Facet
from advnet.experts.vocabulary.service import Wording, add_concept
from advnet.experts.works.service import NewWork, add_works, remove_work
from advnet.matching.queries import is_findable

_ACTOR = system_actor("soak test")
_LETTERS = "bdfgklmnprtvz"


@dataclass
class Fact:
    """Whether a search for a word gives an expert, since a change to the database.

    :ivar at: when the change was committed, by the clock
    :ivar stale: web process → when the last search was sent that still gave the old answer
    :ivar told: web process → when the first right answer came
    :ivar is_valid: until the next change to the same expert begins
    """

    word: str
    expert_id: int
    is_there: bool
    what: str
    at: float
    stale: dict[str, float] = field(default_factory=dict)
    told: dict[str, float] = field(default_factory=dict)
    is_valid: bool = True


@dataclass
class _Mark:
    """A word that an expert has now, and what takes it away."""

    word: str
    expert_id: int
    take: Callable[[Session, Expert], None]
    facts: list[Fact] = field(default_factory=list)


class Changes:
    """Changes profiles through the services, one expert at most once at a time.

    :ivar facts: everything that was changed, in order
    """

    def __init__(self, database: Database, webs: int) -> None:
        self.facts: list[Fact] = []
        self._database = database
        self._webs = webs
        self._chance = random.Random(3)
        self._lock = Lock()
        self._marks: list[_Mark] = []
        with database.reading() as session:
            self._experts = list(session.scalars(sa.select(Expert.id).where(is_findable())))
        self._first_word = 1000 * int(time.time())
        self._chance.shuffle(self._experts)
        self._makers = (self._add_work, self._write_biography, self._declare_skill)

    def change(self) -> None:
        """One change: somebody gets a word, or somebody's goes that both web processes have told."""
        settled = [one for one in self._marks if all(len(fact.told) == self._webs for fact in one.facts)]
        if len(settled) > 20 or (settled and self._chance.random() < 0.4):
            mark = self._chance.choice(settled)
            self._chance.choice((self._take, self._take, self._suspend, self._withdraw))(mark)
        else:
            self._chance.choice(self._makers)(self._experts.pop(), _word(self._first_word + len(self.facts)))

    def valid(self) -> list[Fact]:
        with self._lock:
            return [fact for fact in self.facts if fact.is_valid]

    def _add_work(self, expert_id: int, word: str) -> None:
        with self._changing(expert_id) as (session, expert):
            works = [NewWork(title=f"Observations of {word} in the field", year=2026)]
            (work,) = add_works(session, actor=_ACTOR, expert=expert, works=works, now=now())
        work_id = work.id

        def take(session: Session, expert: Expert) -> None:
            found = next(one for one in expert.works if one.id == work_id)
            remove_work(session, actor=_ACTOR, expert=expert, work=found, now=now())

        self._marks.append(_Mark(word, expert_id, take, [self._note(word, expert_id, True, "work added")]))

    def _write_biography(self, expert_id: int, word: str) -> None:
        def write(session: Session, expert: Expert, text: str) -> None:
            save_biography(session, actor=_ACTOR, expert=expert, biography_ja="", biography_en=text, now=now())

        with self._changing(expert_id) as (session, expert):
            write(session, expert, f"Has founded the school of {word}.")
        fact = self._note(word, expert_id, True, "biography written")

        def take(session: Session, expert: Expert) -> None:
            write(session, expert, "Has retired.")

        self._marks.append(_Mark(word, expert_id, take, [fact]))

    def _declare_skill(self, expert_id: int, word: str) -> None:
        with self._changing(expert_id) as (session, expert):
            wording = Wording(label_en=f"{word} studies", label_ja=f"{word} 研究")
            concept = add_concept(session, actor=_ACTOR, facet=Facet.FIELD, wording=wording, now=now())
            session.flush()
            concept = session.get_one(Concept, concept.id)
            declare_skill(session, actor=_ACTOR, expert=expert, concept=concept, level=3, evidence="", now=now())
        concept_id = concept.id

        def take(session: Session, expert: Expert) -> None:
            skill = next(one for one in expert.skills if one.concept_id == concept_id)
            remove_skill(session, actor=_ACTOR, expert=expert, skill=skill, now=now())

        self._marks.append(_Mark(word, expert_id, take, [self._note(word, expert_id, True, "skill declared")]))

    def _take(self, mark: _Mark) -> None:
        with self._again(mark) as (session, expert):
            mark.take(session, expert)
        self._marks.remove(mark)
        self._note(mark.word, mark.expert_id, False, "taken away")

    def _suspend(self, mark: _Mark) -> None:
        with self._again(mark) as (session, expert):
            suspend_expert(session, actor=_ACTOR, expert=expert, reason="soak", now=now())
        self._note(mark.word, mark.expert_id, False, "suspended").is_valid = False
        with self._again(mark) as (session, expert):
            reinstate_expert(session, actor=_ACTOR, expert=expert, reason="soak", now=now())
        mark.facts = [self._note(mark.word, mark.expert_id, True, "reinstated")]

    def _withdraw(self, mark: _Mark) -> None:
        """Consent withdrawn; half of them give it again."""
        with self._again(mark) as (session, expert):
            withdraw_consent(session, actor=_ACTOR, expert=expert, now=now())
        self._note(mark.word, mark.expert_id, False, "consent withdrawn").is_valid = False
        if self._chance.random() < 0.5:
            self._marks.remove(mark)
            self._note(mark.word, mark.expert_id, False, "gone without consent")
            return
        with self._again(mark) as (session, expert):
            give_consent(session, actor=_ACTOR, expert=expert, now=now())
        mark.facts = [self._note(mark.word, mark.expert_id, True, "consent given again")]

    @contextmanager
    def _again(self, mark: _Mark) -> Iterator[tuple[Session, Expert]]:
        """The facts about the expert may be wrong from now on."""
        with self._lock:
            for fact in self.facts:
                if fact.expert_id == mark.expert_id:
                    fact.is_valid = False
        with self._changing(mark.expert_id) as found:
            yield found

    @contextmanager
    def _changing(self, expert_id: int) -> Iterator[tuple[Session, Expert]]:
        with self._database.transaction() as session:
            query = sa.select(Expert).where(Expert.id == expert_id)
            yield session, session.scalars(query.options(*whole_profile())).unique().one()

    def _note(self, word: str, expert_id: int, is_there: bool, what: str) -> Fact:
        fact = Fact(word, expert_id, is_there, what, time.time())
        with self._lock:
            self.facts.append(fact)
        return fact


def _word(number: int) -> str:
    """Of letters alone, never the beginning or the stem of another."""
    letters = []
    for _ in range(12):
        number, at = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[at])
    return f"quo{'o'.join(letters)}ak"
