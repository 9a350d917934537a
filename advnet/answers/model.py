"""Tables of answers: what was answered stands in one place, by whom in another.

An answer belongs to a **contributor**, a pseudonym within one consultation ("Expert 3"). Which invitation a contributor
is, is one row of ``contributor_identity``, the token table, read only with a right of its own (``answer:identify``,
which depends on the consultation's mode). So a list, an export or a dump of answers does not tell who wrote them, in
any mode; nor do its numbers and times: identifiers here are random instead of counted, a contributor's number is drawn
and not the order of coming, and an answer carries no moment (the audit log, which does, names only the invitation).
"""

import secrets
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advnet.consultations.model import Question
from advnet.db import Base, one_of

WITHOUT_ORDER = {"sqlite_with_rowid": False}
"""SQLite would else count the rows of a table in the order of coming, behind the identifiers."""


class AnswerState(StrEnum):
    """The part of an invitation's line in PRODUCT.md that begins with the first saved word."""

    DRAFTING = "drafting"
    SUBMITTED = "submitted"
    REVISED = "revised"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


class EvidenceKind(StrEnum):
    ARTICLE = "article"
    REPORT = "report"
    BOOK = "book"
    DATASET = "dataset"
    STANDARD = "standard"
    LAW = "law"
    EXPERIENCE = "experience"
    OTHER = "other"


class EvidenceGrade(StrEnum):
    """How far an item of evidence can be relied on. Source: GRADE Working Group (BMJ 2008;336:924)."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very_low"


class EvidenceBase(StrEnum):
    """Type, amount, quality and consistency of all evidence together. Source: Mastrandrea et al. 2010 (IPCC AR5)."""

    LIMITED = "limited"
    MEDIUM = "medium"
    ROBUST = "robust"


class Agreement(StrEnum):
    """How far the evidence points one way. Source: Mastrandrea et al. 2010 (IPCC AR5)."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Distance(StrEnum):
    """How far the question lies from the expert's own field."""

    OWN = "own"
    NEAR = "near"
    FAR = "far"


class Release(StrEnum):
    """What may be done with the words of an answer, within the mode: quoted, told in other words, kept at the desk."""

    QUOTED = "quoted"
    PARAPHRASED = "paraphrased"
    KEPT = "kept"


def random_id() -> int:
    """A number that tells nothing of when it was given; exact in JSON and JavaScript (below 2**53)."""
    return secrets.randbelow(2**53 - 1) + 1


class Contributor(Base):
    """One accepted expert's pseudonym in one consultation.

    :ivar number: drawn at random among the free numbers, shown as "Expert 3"
    :ivar draft: what the expert has typed and not submitted, as ``drafts.py`` shapes it; read by nobody else
    :ivar draft_version: grows with every saved draft, so that a second window is noticed
    :ivar revision: 0 before the first submission, then counted
    :ivar voice: place of the letter under which it speaks in discussions, drawn when it first does. Not the number,
        which stands in the brief: what was said there and here is not to be joined
    """

    __tablename__ = "contributor"
    __table_args__ = (
        sa.UniqueConstraint("consultation_id", "number"),
        one_of("state", AnswerState),
        sa.CheckConstraint("(state = 'drafting') = (revision = 0)", name="revision"),
        sa.Index(None, "consultation_id", "voice", unique=True),
        WITHOUT_ORDER,
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False, default=random_id)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    number: Mapped[int]
    state: Mapped[AnswerState] = mapped_column(sa.String(20), default=AnswerState.DRAFTING)
    revision: Mapped[int] = mapped_column(default=0)
    voice: Mapped[int | None]
    draft: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    draft_version: Mapped[int] = mapped_column(default=0)

    answers: Mapped[list["Answer"]] = relationship(lazy="raise", back_populates="contributor")


class ContributorIdentity(Base):
    """The token table: which invitation a contributor is. Nothing else ties the two together.

    :ivar reference: what the confirmation and its mail show and the expert may quote; it stands here, since the mail
        has a name on it
    """

    __tablename__ = "contributor_identity"
    __table_args__ = WITHOUT_ORDER

    contributor_id: Mapped[int] = mapped_column(sa.ForeignKey("contributor.id"), primary_key=True, autoincrement=False)
    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("invitation.id"), unique=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True)


class Answer(Base):
    """One contributor's answer to one question, in one revision. A revision is added; none is changed.

    :ivar round_number: the round in which it was given
    :ivar is_latest: the contributor's last word on the question
    :ivar is_last_of_round: the contributor's last word in its round
    :ivar language: ``ja`` or ``en``, the language it is written in
    :ivar text: the answer in words; of the other kinds the reasons for it
    :ivar against: what speaks against it
    :ivar choices: values of the chosen options, of a ranking from the first; empty for the other kinds
    :ivar values: the figures of a probability, a quantity or an appraisal, as ``kinds.py`` shapes them
    :ivar sureness_percent: 0 to 100, the expert's own probability that the answer holds, or that the interval holds the
        true value; None where the kind asks for none
    :ivar change_reason: why it differs from the one of the round before
    """

    __tablename__ = "answer"
    __table_args__ = (
        sa.UniqueConstraint("contributor_id", "question_id", "revision"),
        sa.CheckConstraint("sureness_percent BETWEEN 0 AND 100", name="sureness_percent"),
        sa.CheckConstraint("revision >= 1", name="revision"),
        sa.CheckConstraint("round_number >= 0", name="round_number"),
        sa.CheckConstraint("evidence_base IN ('', 'limited', 'medium', 'robust')", name="evidence_base"),
        sa.CheckConstraint("agreement IN ('', 'low', 'medium', 'high')", name="agreement"),
        sa.CheckConstraint("distance IN ('', 'own', 'near', 'far')", name="distance"),
        one_of("release", Release),
        sa.Index(None, "question_id", "is_latest"),
        WITHOUT_ORDER,
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False, default=random_id)
    contributor_id: Mapped[int] = mapped_column(sa.ForeignKey("contributor.id"))
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id"))
    revision: Mapped[int]
    is_latest: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(sa.String(2))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    choices: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    sureness_percent: Mapped[int | None]
    round_number: Mapped[int] = mapped_column(default=1)
    is_last_of_round: Mapped[bool] = mapped_column(default=True)
    values: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    against: Mapped[str] = mapped_column(sa.Text, default="")
    assumptions: Mapped[str] = mapped_column(sa.Text, default="")
    evidence_base: Mapped[str] = mapped_column(sa.String(10), default="")
    agreement: Mapped[str] = mapped_column(sa.String(10), default="")
    distance: Mapped[str] = mapped_column(sa.String(10), default="")
    release: Mapped[Release] = mapped_column(sa.String(20), default=Release.QUOTED)
    change_reason: Mapped[str] = mapped_column(sa.Text, default="")

    contributor: Mapped[Contributor] = relationship(lazy="raise", back_populates="answers")
    question: Mapped[Question] = relationship(lazy="raise")
    evidence: Mapped[list["Evidence"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="Evidence.position"
    )


class Evidence(Base):
    """What an answer rests on: a link or a DOI, or a note of what cannot be linked."""

    __tablename__ = "evidence"
    __table_args__ = (
        one_of("kind", EvidenceKind),
        sa.CheckConstraint("link <> '' OR doi <> '' OR note <> ''", name="says_something"),
        sa.CheckConstraint("grade IN ('', 'high', 'moderate', 'low', 'very_low')", name="grade"),
        WITHOUT_ORDER,
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False, default=random_id)
    answer_id: Mapped[int] = mapped_column(sa.ForeignKey("answer.id"), index=True)
    position: Mapped[int]
    kind: Mapped[EvidenceKind] = mapped_column(sa.String(20))
    link: Mapped[str] = mapped_column(sa.String(2000), default="")
    doi: Mapped[str] = mapped_column(sa.String(300), default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    grade: Mapped[str] = mapped_column(sa.String(10), default="")
