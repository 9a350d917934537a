"""Tables of experts.

An :class:`Expert` is a person's profile and lives as long as the person is known; a :class:`Registration` is one
request to join, with its vetting and decision. They are two rows because they have two lives: a rejected applicant may
ask again, an imported expert never asked, and an approved one goes on changing the profile without a request.

``Expert.standing`` is empty until a registration is approved (or an import is): whoever has one is an approved expert.
"""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advnet.accounts.model import User
from advnet.db import Base, one_of


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


class RegistrationState(StrEnum):
    STARTED = "started"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    MORE_ASKED = "more_asked"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


OPEN_STATES = (
    RegistrationState.STARTED,
    RegistrationState.SUBMITTED,
    RegistrationState.IN_REVIEW,
    RegistrationState.MORE_ASKED,
)
"""The request is still under way."""

EDITABLE_STATES = (RegistrationState.STARTED, RegistrationState.MORE_ASKED)
"""The applicant may change the profile; while it is being judged it stands still."""


class WorkKind(StrEnum):
    ARTICLE = "article"
    CONFERENCE = "conference"
    BOOK = "book"
    CHAPTER = "chapter"
    REPORT = "report"
    THESIS = "thesis"
    DATASET = "dataset"
    SOFTWARE = "software"
    PATENT = "patent"
    STANDARD = "standard"
    OTHER = "other"


class WorkSource(StrEnum):
    """How the record of a work came here."""

    HAND = "hand"
    BIBTEX = "bibtex"
    RIS = "ris"
    DOI = "doi"
    IMPORT = "import"


class Facet(StrEnum):
    FIELD = "field"
    AREA = "area"
    REGION = "region"
    INSTRUMENT = "instrument"


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
    works: Mapped[list["Work"]] = relationship(
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


class Registration(Base):
    """One request to join.

    ``reviewer_id`` is who has taken it into hand; ``question`` what was asked of the applicant and ``reply`` what came
    back; ``checklist`` the checks that the reviewer ticked. A decision keeps who made it and why in the applicant's
    words of the mail (``reason``).
    """

    __tablename__ = "registration"
    __table_args__ = (
        one_of("state", RegistrationState),
        sa.CheckConstraint(
            "state = 'withdrawn' OR (state = 'started') = (submitted_at IS NULL)", name="submitted_is_dated"
        ),
        sa.CheckConstraint("(state IN ('approved', 'rejected')) = (decided_at IS NOT NULL)", name="decision_is_dated"),
        sa.CheckConstraint(
            "state NOT IN ('in_review', 'more_asked') OR reviewer_id IS NOT NULL", name="review_has_reviewer"
        ),
        sa.CheckConstraint("state <> 'submitted' OR reviewer_id IS NULL", name="waiting_has_none"),
        sa.CheckConstraint("state <> 'rejected' OR reason_code IS NOT NULL", name="rejection_has_reason"),
        sa.CheckConstraint("state <> 'more_asked' OR question <> ''", name="question_is_said"),
        sa.CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawal_is_dated"),
        sa.Index(
            "uq_registration_open",
            "expert_id",
            unique=True,
            sqlite_where=sa.text("state NOT IN ('rejected', 'withdrawn')"),
            postgresql_where=sa.text("state NOT IN ('rejected', 'withdrawn')"),
        ),
        sa.Index(None, "state", "submitted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    state: Mapped[RegistrationState] = mapped_column(sa.String(20), default=RegistrationState.STARTED)
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    reviewer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    claimed_at: Mapped[datetime | None]
    checklist: Mapped[list[str]] = mapped_column(default=list)
    question: Mapped[str] = mapped_column(sa.Text, default="")
    asked_at: Mapped[datetime | None]
    reply: Mapped[str] = mapped_column(sa.Text, default="")
    replied_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    reason_code: Mapped[str | None] = mapped_column(sa.String(40))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    expert: Mapped[Expert] = relationship(lazy="raise", back_populates="registrations")
    reviewer: Mapped[User | None] = relationship(lazy="raise", foreign_keys=reviewer_id)
    decided_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=decided_by_id)

    __mapper_args__ = {"version_id_col": version}

    @property
    def user_id(self) -> int | None:
        """Whose request it is; the expert must be loaded."""
        return self.expert.user_id

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE_STATES


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


class Concept(Base):
    """A term of the skill vocabulary: a field, an area, a region or an instrument. A code never changes.

    :ivar position: order within the vocabulary
    :ivar retired_at: since then it cannot be chosen any more; skills that name it stay
    :ivar edited_at: when an administrator last changed it; what is shipped does not overwrite it since then
    """

    __tablename__ = "concept"
    __table_args__ = (
        one_of("facet", Facet),
        sa.CheckConstraint("label_ja <> '' AND label_en <> ''", name="has_both_labels"),
        sa.CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("concept.id"), index=True)
    facet: Mapped[Facet] = mapped_column(sa.String(20), index=True)
    position: Mapped[int] = mapped_column(default=0)
    label_ja: Mapped[str] = mapped_column(sa.String(200))
    label_en: Mapped[str] = mapped_column(sa.String(200))
    synonyms_ja: Mapped[list[str]] = mapped_column(default=list)
    synonyms_en: Mapped[list[str]] = mapped_column(default=list)
    note: Mapped[str | None] = mapped_column(sa.Text)
    retired_at: Mapped[datetime | None]
    edited_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    parent: Mapped["Concept | None"] = relationship(lazy="raise", remote_side=id)

    __mapper_args__ = {"version_id_col": version}


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


class Work(Base):
    """A publication or other evidence. :ivar doi: lower case, without resolver (``10.1000/182``)."""

    __tablename__ = "work"
    __table_args__ = (
        one_of("kind", WorkKind),
        one_of("source", WorkSource),
        sa.CheckConstraint("title <> ''", name="has_title"),
        sa.CheckConstraint("year BETWEEN 1800 AND 2200", name="year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    kind: Mapped[WorkKind] = mapped_column(sa.String(20), default=WorkKind.ARTICLE)
    title: Mapped[str] = mapped_column(sa.Text)
    abstract: Mapped[str] = mapped_column(sa.Text, default="")
    year: Mapped[int | None]
    venue: Mapped[str] = mapped_column(sa.String(300), default="")
    doi: Mapped[str | None] = mapped_column(sa.String(300), index=True)
    url: Mapped[str] = mapped_column(sa.String(500), default="")
    source: Mapped[WorkSource] = mapped_column(sa.String(20), default=WorkSource.HAND)


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
