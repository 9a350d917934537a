"""Tables of experts.

An :class:`Expert` is a person's profile and lives as long as the person is known; a registration
(``registration/model.py``) is one request to join, with its vetting and decision. They are two rows because they have
two lives: a rejected applicant may ask again, an imported expert never asked, and an approved one goes on changing the
profile without a request.

``Expert.standing`` is empty until a registration is approved (or an import is): whoever has one is an approved expert.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advnet.accounts.model import User
from advnet.db import Base, one_of
from advnet.experts.vocabulary.model import Concept
from advnet.experts.works.model import Work

if TYPE_CHECKING:
    from advnet.experts.registration.model import Registration


class CareerStage(StrEnum):
    EARLY = "early"
    MID = "mid"
    SENIOR = "senior"
    EMERITUS = "emeritus"


class Standing(StrEnum):
    """Of an approved expert. Active and re-vetting are asked; paused, expired and suspended are not."""

    ACTIVE = "active"
    PAUSED = "paused"
    RE_VETTING = "re_vetting"
    EXPIRED = "expired"
    SUSPENDED = "suspended"


class KeyKind(StrEnum):
    EMAIL = "email"
    ORCID = "orcid"
    NAME = "name"


SKILL_LEVELS = (1, 2, 3, 4)
"""1 working knowledge, 2 practice, 3 own research or professional responsibility, 4 recognised authority."""


class Expert(Base):
    """A person's profile. Names are kept as written, in up to three scripts; none is derived from another.

    :ivar user_id: None for an imported expert who has not been invited to an account
    :ivar email: where to write; of an expert with an account it is the account's address
    :ivar orcid: as ``0000-0002-1825-0097``; unique among approved experts
    :ivar external_id: what the file that the expert was imported from calls it
    :ivar country: ISO 3166-1 alpha-2
    :ivar languages: ISO 639-1 codes
    :ivar off_limits: what the person does not want to be asked about
    :ivar consent_version: of the text that was agreed to; ``outside`` where an import vouches for it
    :ivar vetted_until: when the last vetting no longer counts
    :ivar version: raised by every change, so that a second editor is noticed
    """

    __tablename__ = "expert"
    __table_args__ = (
        one_of("career_stage", CareerStage),
        one_of("standing", Standing),
        sa.CheckConstraint(
            "(standing IS NULL) = (approved_at IS NULL) AND (standing IS NULL) = (vetted_until IS NULL)",
            name="standing_is_dated",
        ),
        sa.CheckConstraint("standing <> 're_vetting' OR re_vetting_since IS NOT NULL", name="re_vetting_is_dated"),
        sa.CheckConstraint("(consent_at IS NULL) = (consent_version IS NULL)", name="consent_is_whole"),
        sa.CheckConstraint("max_open_invitations BETWEEN 1 AND 20", name="max_open_invitations"),
        sa.Index(
            "uq_expert_orcid_approved",
            "orcid",
            unique=True,
            sqlite_where=sa.text("standing IS NOT NULL"),
            postgresql_where=sa.text("standing IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), unique=True)
    external_id: Mapped[str | None] = mapped_column(sa.String(200), unique=True)
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    family_ja: Mapped[str] = mapped_column(sa.String(100), default="")
    given_ja: Mapped[str] = mapped_column(sa.String(100), default="")
    family_kana: Mapped[str] = mapped_column(sa.String(100), default="", index=True)
    given_kana: Mapped[str] = mapped_column(sa.String(100), default="")
    family_en: Mapped[str] = mapped_column(sa.String(100), default="", index=True)
    given_en: Mapped[str] = mapped_column(sa.String(100), default="")
    orcid: Mapped[str | None] = mapped_column(sa.String(19))
    country: Mapped[str | None] = mapped_column(sa.String(2), index=True)
    languages: Mapped[list[str]] = mapped_column(default=list)
    career_stage: Mapped[CareerStage | None] = mapped_column(sa.String(20), index=True)
    biography_ja: Mapped[str] = mapped_column(sa.Text, default="")
    biography_en: Mapped[str] = mapped_column(sa.Text, default="")
    max_open_invitations: Mapped[int] = mapped_column(default=3)
    off_limits: Mapped[str] = mapped_column(sa.Text, default="")
    consent_at: Mapped[datetime | None]
    consent_version: Mapped[str | None] = mapped_column(sa.String(20))
    standing: Mapped[Standing | None] = mapped_column(sa.String(20), index=True)
    approved_at: Mapped[datetime | None]
    vetted_until: Mapped[datetime | None]
    re_vetting_since: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    user: Mapped[User | None] = relationship(lazy="raise")
    registrations: Mapped[list["Registration"]] = relationship(
        lazy="raise", back_populates="expert", order_by="Registration.id"
    )
    affiliations: Mapped[list["Affiliation"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="Affiliation.position"
    )
    skills: Mapped[list["ExpertSkill"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", back_populates="expert", order_by="ExpertSkill.id"
    )
    works: Mapped[list[Work]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="Work.year.desc(), Work.id"
    )
    pauses: Mapped[list["Pause"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="Pause.from_on, Pause.id"
    )
    keys: Mapped[list["ExpertKey"]] = relationship(lazy="raise", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}

    @property
    def name_ja(self) -> str:
        """Family name first, with a space between; empty when not given."""
        return " ".join(part for part in (self.family_ja, self.given_ja) if part)

    @property
    def name_kana(self) -> str:
        return " ".join(part for part in (self.family_kana, self.given_kana) if part)

    @property
    def name_en(self) -> str:
        """Given name first; empty when not given."""
        return " ".join(part for part in (self.given_en, self.family_en) if part)

    @property
    def is_approved(self) -> bool:
        return self.standing is not None


class Affiliation(Base):
    """A post at an organisation, in the order in which the person gave them; months, kept as their first day.

    :ivar until_on: None while it lasts
    """

    __tablename__ = "affiliation"
    __table_args__ = (
        sa.CheckConstraint("name_ja <> '' OR name_en <> ''", name="has_name"),
        sa.CheckConstraint("until_on IS NULL OR from_on IS NULL OR from_on <= until_on", name="dates_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    name_ja: Mapped[str] = mapped_column(sa.String(200), default="")
    name_en: Mapped[str] = mapped_column(sa.String(200), default="")
    role_ja: Mapped[str] = mapped_column(sa.String(200), default="")
    role_en: Mapped[str] = mapped_column(sa.String(200), default="")
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]

    @property
    def is_current(self) -> bool:
        return self.until_on is None


class ExpertSkill(Base):
    """A declared field of competence, with a level of :data:`SKILL_LEVELS` and the person's own evidence for it."""

    __tablename__ = "expert_skill"
    __table_args__ = (
        sa.UniqueConstraint("expert_id", "concept_id"),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name="level"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    concept_id: Mapped[int] = mapped_column(sa.ForeignKey("concept.id"), index=True)
    level: Mapped[int]
    evidence: Mapped[str] = mapped_column(sa.Text, default="")

    expert: Mapped[Expert] = relationship(lazy="raise", back_populates="skills")
    concept: Mapped[Concept] = relationship(lazy="raise")


class Pause(Base):
    """Days, first and last included, in Japan time, on which the person is not asked."""

    __tablename__ = "pause"
    __table_args__ = (sa.CheckConstraint("from_on <= until_on", name="dates_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    note: Mapped[str] = mapped_column(sa.String(200), default="")


class ExpertKey(Base):
    """What two records of one person would share: the e-mail address, the ORCID iD, a name in one script.

    Keys are written by :func:`advnet.experts.identity.keys_of` whenever the names, the address or the ORCID iD change,
    so that likely duplicates are found by one indexed join, however many experts there are.
    """

    __tablename__ = "expert_key"
    __table_args__ = (
        one_of("kind", KeyKind),
        sa.UniqueConstraint("expert_id", "kind", "key"),
        sa.Index(None, "kind", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    kind: Mapped[KeyKind] = mapped_column(sa.String(10))
    key: Mapped[str] = mapped_column(sa.String(254))
