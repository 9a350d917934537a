"""How the panels of the demo came together: who is asked, declares interests, accepts, declines, or is still silent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from sqlalchemy.orm import Session

from advnet.accounts.model import Actor
from advnet.cli.demo_timeline import Story
from advnet.consultations import progress
from advnet.consultations.invitations import asking, screening
from advnet.consultations.invitations import service as invitations
from advnet.consultations.invitations.model import Invitation
from advnet.consultations.model import Consultation
from advnet.experts.model import Expert
from advnet.experts.vocabulary.model import Concept

INTERESTS = {
    "ja": "5年前、この分野の企業から共同研究費を受け入れました（研究は終了しています）。",
    "en": "Five years ago I received joint research funds from a company in this field. That project has ended.",
}
CLEARED_BECAUSE = "終了した研究であり、本件に影響しない。 / The project has ended and does not bear on this question."


@dataclass(frozen=True)
class Desk:
    """Who acts, and who and what is there so far.

    :ivar experts: by the id that the data use
    :ivar people: their data, by the same id
    :ivar consultations: by key
    """

    advisor: Actor
    secretariat: Actor
    requester: Actor
    concepts: Mapping[str, Concept]
    experts: dict[str, Expert] = field(default_factory=dict)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    consultations: dict[str, Consultation] = field(default_factory=dict)

    def actor(self, who: str) -> Actor:
        user = self.experts[who].user
        assert user is not None
        return user.actor


class Part(Enum):
    """What a member of the panel does."""

    ACCEPTS = auto()
    ACCEPTS_AFTER_SCREENING = auto()
    AWAITS_SCREENING = auto()
    DECLINES = auto()
    IS_SILENT = auto()
    JOINS_LATE = auto()
    JOINS_LATE_AND_IS_SILENT = auto()


class Panel:
    """The panel of one plan.

    :ivar seats: invitations by the id of the expert
    """

    def __init__(self, session: Session, plan: dict[str, Any], desk: Desk) -> None:
        self.session = session
        self.plan = plan
        self.desk = desk
        self.parts = _cast(plan)
        self.seats: dict[str, Invitation] = {}

    def propose(self, consultation: Consultation, at: datetime) -> None:
        for who in self.parts:
            self.seats[who] = invitations.propose_invitation(
                self.session,
                actor=self.desk.secretariat,
                consultation=consultation,
                expert=self.desk.experts[who],
                reason=self._why(who),
                now=at,
            )
        progress.propose_panel(self.session, actor=self.desk.secretariat, consultation=consultation, now=at)

    def invite(self, at: datetime) -> Story:
        """Everybody is asked at ``at`` but who joins late; the next day they reply, as their parts say."""
        late = self._who(Part.JOINS_LATE, Part.JOINS_LATE_AND_IS_SILENT)
        self._ask([who for who in self.parts if who not in late], at)
        yield (at := at + timedelta(hours=25))
        for who in self._who(Part.ACCEPTS):
            self._declare(who, at, has_interests=False)
        for who in self._who(Part.ACCEPTS_AFTER_SCREENING, Part.AWAITS_SCREENING):
            self._declare(who, at, has_interests=True)
        declared_at = at
        yield (at := at + timedelta(minutes=30))
        for who in self._who(Part.ACCEPTS_AFTER_SCREENING):
            screening.clear_interests(
                self.session,
                actor=self.desk.secretariat,
                invitation=self.seats[who],
                declared_at=declared_at,
                reason=CLEARED_BECAUSE,
                now=at,
            )
        self._decline(at)
        yield (at := at + timedelta(minutes=30))
        for who in self._who(Part.ACCEPTS, Part.ACCEPTS_AFTER_SCREENING):
            actor, invitation = self.desk.actor(who), self.seats[who]
            invitations.accept_invitation(self.session, actor=actor, invitation=invitation, now=at)

    def join_late(self, at: datetime) -> Story:
        """Some are asked when the consultation is open already."""
        late = self._who(Part.JOINS_LATE, Part.JOINS_LATE_AND_IS_SILENT)
        if late:
            yield at
            self._ask(late, at)
            yield (at := at + timedelta(hours=2))
            for who in self._who(Part.JOINS_LATE):
                self._declare(who, at, has_interests=False)

    def _ask(self, whom: list[str], at: datetime) -> None:
        for who in whom:
            asking.ask_interests(self.session, actor=self.desk.secretariat, invitation=self.seats[who], now=at)

    def _declare(self, who: str, at: datetime, *, has_interests: bool) -> None:
        language = "ja" if "ja" in self.desk.people[who]["languages"] else "en"
        screening.declare_interests(
            self.session,
            actor=self.desk.actor(who),
            invitation=self.seats[who],
            has_interests=has_interests,
            interests=INTERESTS[language] if has_interests else "",
            now=at,
        )

    def _decline(self, at: datetime) -> None:
        for word in self.plan.get("declined") or []:
            suggested = self.desk.experts[word["suggests"]] if word.get("suggests") else None
            invitations.decline_invitation(
                self.session,
                actor=self.desk.actor(word["expert"]),
                invitation=self.seats[word["expert"]],
                reason=word["note"],
                suggestion=f"{suggested.name_ja} {suggested.name_en}".strip() if suggested else "",
                now=at,
            )

    def _who(self, *parts: Part) -> list[str]:
        return [who for who, part in self.parts.items() if part in parts]

    def _why(self, who: str) -> str:
        """The skills that the plan asks for and the expert has; else what the expert knows best."""
        own = sorted(self.desk.people[who]["skills"], key=lambda skill: -skill["level"])
        shared = [skill["code"] for skill in own if skill["code"] in self.plan["skills"]] or [own[0]["code"]]
        concepts = [self.desk.concepts[code] for code in shared[:3]]
        return ", ".join(f"{concept.label_ja} ({concept.label_en})" for concept in concepts)


def _cast(plan: dict[str, Any]) -> dict[str, Part]:
    """The part of everybody on the panel, in its order: who has an answer in the plan accepts, the others vary."""
    declining = [one["expert"] for one in plan.get("declined") or []]
    answering = [one["expert"] for one in plan.get("answers", [])]
    others = {
        "inviting": [Part.ACCEPTS, Part.AWAITS_SCREENING],
        "open": [Part.ACCEPTS, Part.JOINS_LATE, *(Part.JOINS_LATE_AND_IS_SILENT for _ in plan["panel"])],
    }.get(plan["target_state"], [])
    parts = {}
    for who in dict.fromkeys([*plan["panel"], *declining]):
        if who in declining:
            parts[who] = Part.DECLINES
        elif who in answering:
            parts[who] = Part.ACCEPTS_AFTER_SCREENING if answering.index(who) == 1 else Part.ACCEPTS
        else:
            parts[who] = others.pop(0) if others else Part.IS_SILENT
    return parts
