"""Experts, registrations and concepts for tests, each in the state that a test begins from."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Role, User
from advnet.experts.identity import refresh_keys
from advnet.experts.model import Affiliation, Expert, ExpertSkill, Standing
from advnet.experts.registration.model import Registration, RegistrationState
from advnet.experts.standing import VETTED_FOR
from advnet.experts.vocabulary.model import Concept, Facet
from advnet.experts.works.model import Work
from tests.people import People

ORCID = "0000-0002-1825-0097"
ORCID_WITH_X = "0000-0002-1694-233X"


class Experts:
    """Makes concepts, applicants and experts; each is flushed, not committed. Names are invented and differ."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now
        self.people = People(session, now)
        self.count = 0
        self.accounts = 0

    def account(self, role: Role) -> User:
        """An account whose address does not meet those of ``people``."""
        self.accounts += 1
        return self.people.make(role, email=f"{role}-of-experts{self.accounts}@example.org")

    def concept(
        self, code: str = "sea-ice", label_en: str = "Sea ice", label_ja: str = "海氷", **values: Any
    ) -> Concept:
        """A concept of the vocabulary; the same code gives the same concept."""
        found = self.session.scalar(sa.select(Concept).where(Concept.code == code))
        if found is not None:
            return found
        concept = Concept(**{"facet": Facet.FIELD, "code": code, "label_en": label_en, "label_ja": label_ja, **values})
        self.session.add(concept)
        self.session.flush()
        return concept

    def complete(self, user: User | None = None, **values: Any) -> Expert:
        """A profile without gaps, without standing or registration."""
        self.count += 1
        defaults = {
            "email": user.email if user else f"person{self.count}@example.org",
            "family_ja": f"試験{self.count}", "given_ja": "花子",
            "family_kana": "シケン" + "アイウエオ"[self.count % 5] * (1 + self.count // 5), "given_kana": "ハナコ",
            "family_en": "Shiken" + "abcdefghij"[self.count % 10] * (1 + self.count // 10), "given_en": "Hanako",
            "country": "JP", "languages": ["ja", "en"], "career_stage": "mid", "biography_en": "Studies sea ice.",
            "consent_at": self.now, "consent_version": "2026-1", "created_at": self.now, "changed_at": self.now,
            "affiliations": [Affiliation(name_en="Example Ocean University", name_ja="架空海洋大学", position=0)],
            "skills": [ExpertSkill(concept=self.concept(), level=3, evidence="Twenty winters")],
            "works": [Work(title=f"Forecasting sea ice {self.count}", year=2024)],
            "pauses": [], "keys": [], "registrations": [],
        }  # fmt: skip
        expert = Expert(user_id=user.id if user else None, user=user, **{**defaults, **values})
        refresh_keys(expert)
        self.session.add(expert)
        self.session.flush()
        return expert

    def applicant(self, state: RegistrationState = RegistrationState.STARTED, **values: Any) -> Registration:
        """A new account's registration in this state: a complete profile, a new administrator where one is needed."""
        registration = Registration(
            expert=self.complete(self.account(Role.APPLICANT), **values),
            **self._facts_of(state),
            state=state,
            started_at=self.now - timedelta(days=3),
        )
        self.session.add(registration)
        self.session.flush()
        return registration

    def _facts_of(self, state: RegistrationState) -> dict[str, Any]:
        """What a registration in this state holds, so that the database takes it."""
        facts: dict[str, Any] = {}
        if state not in (RegistrationState.STARTED, RegistrationState.WITHDRAWN):
            facts["submitted_at"] = self.now - timedelta(days=2)
        if state in (RegistrationState.IN_REVIEW, RegistrationState.MORE_ASKED):
            facts["reviewer"] = self.account(Role.ADMINISTRATOR)
            facts["claimed_at"] = self.now - timedelta(days=1)
        if state == RegistrationState.MORE_ASKED:
            facts |= {"question": "Which cruise was it?", "asked_at": self.now - timedelta(hours=5)}
        if state in (RegistrationState.APPROVED, RegistrationState.REJECTED):
            facts |= {"decided_at": self.now - timedelta(hours=5), "decided_by": self.account(Role.ADMINISTRATOR)}
        if state == RegistrationState.REJECTED:
            facts["reason_code"] = "evidence"
        if state == RegistrationState.WITHDRAWN:
            facts["withdrawn_at"] = self.now
        return facts

    def approved(self, standing: Standing = Standing.ACTIVE, *, with_account: bool = True, **values: Any) -> Expert:
        """An approved expert in this standing, with an account of the role expert unless told otherwise."""
        user = self.account(Role.EXPERT) if with_account else None
        expert = self.complete(
            user,
            **{
                "standing": standing,
                "approved_at": self.now - timedelta(days=30),
                "vetted_until": self.now - timedelta(days=30) + VETTED_FOR,
                "re_vetting_since": self.now if standing == Standing.RE_VETTING else None,
                **values,
            },
        )
        return expert
