"""Tables of consultations: one request for advice, its facets and its questions. Invitations have a file of their own.

Texts stand in Japanese, in English or in both; an empty string says that there is none. Which state follows which is
said once, in ``states.py``; here the database keeps what must be true *in* a state (an open consultation has a
deadline and was opened at a moment), so that no path around the services makes a row that nobody can explain.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advnet.accounts.model import User
from advnet.db import Base, one_of
from advnet.experts.vocabulary.model import Concept


class ConsultationState(StrEnum):
    DRAFT = "draft"
    FILED = "filed"
    TRIAGE = "triage"
    RETURNED = "returned"
    MERGED = "merged"
    DECLINED = "declined"
    SCOPED = "scoped"
    PANEL_PROPOSED = "panel_proposed"
    INVITING = "inviting"
    OPEN = "open"
    CLOSED = "closed"
    SYNTHESIS = "synthesis"
    REVIEW = "review"
    ISSUED = "issued"
    IN_USE = "in_use"
    SETTLED = "settled"
    CANCELLED = "cancelled"


class Tlp(StrEnum):
    """How a text may be passed on. Source: FIRST, Traffic Light Protocol 2.0."""

    RED = "RED"
    AMBER_STRICT = "AMBER+STRICT"
    AMBER = "AMBER"
    GREEN = "GREEN"
    CLEAR = "CLEAR"


class Mode(StrEnum):
    """Who learns whose answer is whose: every reader, the advisor alone, or nobody."""

    ATTRIBUTED = "attributed"
    NAMED_TO_ADVISOR = "named_to_advisor"
    ANONYMOUS = "anonymous"


class QuestionKind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    RANKING = "ranking"
    LIKERT = "likert"
    PROBABILITY = "probability"
    QUANTITY = "quantity"
    APPRAISAL = "appraisal"
    ASK_BACK = "ask_back"


RESOLVABLE = (QuestionKind.PROBABILITY, QuestionKind.QUANTITY)


def _needs(column: str, *states: ConsultationState, name: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{state.value}'" for state in states)
    return sa.CheckConstraint(f"state NOT IN ({listed}) OR {column} IS NOT NULL", name=name)


_ISSUED = (ConsultationState.ISSUED, ConsultationState.IN_USE, ConsultationState.SETTLED)
OVER = (ConsultationState.CLOSED, ConsultationState.SYNTHESIS, ConsultationState.REVIEW, *_ISSUED)
_OPENED = (ConsultationState.OPEN, *OVER)
ALL_IN = (ConsultationState.SYNTHESIS, ConsultationState.REVIEW, *_ISSUED)
_SCOPED = (ConsultationState.SCOPED, ConsultationState.PANEL_PROPOSED, ConsultationState.INVITING, *_OPENED)


class Consultation(Base):
    """One request for advice, with a deadline and a state.

    :ivar reference: what people call it, such as ``2026-014``: year (in Japan) and number within it
    :ivar background_ja: Markdown, as are all backgrounds
    :ivar decision_ja: what is decided with the advice; ``decision_on`` says when
    :ivar confidentiality: 1 to 3. Source: 機密性 of 政府機関等のサイバーセキュリティ対策のための統一基準
    :ivar handling: restrictions in words, shown with the marking
    :ivar requester_id: who filed it, or drafts it to file it; None when the desk drafted it
    :ivar state_reason: why it was returned, declined, merged or cancelled, for those who may read it
    :ivar state_changed_at: when it came into its present state
    :ivar planned_rounds: how often the experts are to be asked; a plan, which the desk may leave
    :ivar names_items: a round 0 comes first, in which experts name what the later rounds ask about
    :ivar has_discussion: between rounds the experts may discuss, as the mode lets them be known
    :ivar round_number: the round that is open, or was last; None before the opening
    :ivar is_between_rounds: its round has closed and no other is open: experts read feedback, no answer is taken. It
        stays so when the consultation is closed from there
    :ivar source_note: where a demonstration sample comes from; empty otherwise
    :ivar search_text: reference, titles, background and prompts as ``text.normalise`` brings them to one form
    :ivar version: grows with every edit, so that a second editor is noticed
    """

    __tablename__ = "consultation"
    __table_args__ = (
        one_of("state", ConsultationState),
        one_of("tlp", Tlp),
        one_of("mode", Mode),
        sa.CheckConstraint("confidentiality BETWEEN 1 AND 3", name="confidentiality"),
        sa.CheckConstraint("wanted_answers BETWEEN 1 AND 500", name="wanted_answers"),
        sa.CheckConstraint("planned_rounds BETWEEN 1 AND 5", name="planned_rounds"),
        sa.CheckConstraint("title_ja <> '' OR title_en <> ''", name="title"),
        sa.CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into"),
        sa.CheckConstraint("merged_into_id <> id", name="merged_into_another"),
        _needs("filed_at", ConsultationState.FILED, name="filed_at"),
        _needs("deadline_at", *_SCOPED, name="deadline_at"),
        _needs("opened_at", *_OPENED, name="opened_at"),
        _needs("closed_at", *OVER, name="closed_at"),
        _needs("issued_at", *_ISSUED, name="issued_at"),
        _needs("settled_at", ConsultationState.SETTLED, name="settled_at"),
        _needs("cancelled_at", ConsultationState.CANCELLED, name="cancelled_at"),
        sa.CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name="closed_after_opened"),
        sa.CheckConstraint("issued_at IS NULL OR issued_at >= closed_at", name="issued_after_closed"),
        sa.Index(None, "state", "deadline_at"),
        sa.Index(None, "state_changed_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True)
    title_ja: Mapped[str] = mapped_column(sa.String(200), default="")
    title_en: Mapped[str] = mapped_column(sa.String(300), default="")
    background_ja: Mapped[str] = mapped_column(sa.Text, default="")
    background_en: Mapped[str] = mapped_column(sa.Text, default="")
    decision_ja: Mapped[str] = mapped_column(sa.Text, default="")
    decision_en: Mapped[str] = mapped_column(sa.Text, default="")
    decision_on: Mapped[date | None]
    deadline_at: Mapped[datetime | None]

    tlp: Mapped[Tlp] = mapped_column(sa.String(20), default=Tlp.AMBER)
    chatham_house: Mapped[bool] = mapped_column(default=False)
    confidentiality: Mapped[int] = mapped_column(default=2)
    handling: Mapped[str] = mapped_column(sa.String(300), default="")
    mode: Mapped[Mode] = mapped_column(sa.String(20), default=Mode.ATTRIBUTED)
    wanted_answers: Mapped[int] = mapped_column(default=5)
    planned_rounds: Mapped[int] = mapped_column(default=1)
    names_items: Mapped[bool] = mapped_column(default=False)
    has_discussion: Mapped[bool] = mapped_column(default=False)
    round_number: Mapped[int | None]
    is_between_rounds: Mapped[bool] = mapped_column(default=False)

    state: Mapped[ConsultationState] = mapped_column(sa.String(20), default=ConsultationState.DRAFT)
    state_reason: Mapped[str] = mapped_column(sa.Text, default="")
    state_changed_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    requester_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    source_note: Mapped[str] = mapped_column(sa.String(500), default="")
    search_text: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    filed_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    issued_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    created_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=created_by_id)
    requester: Mapped[User | None] = relationship(lazy="raise", foreign_keys=requester_id)
    merged_into: Mapped["Consultation | None"] = relationship(lazy="raise", remote_side=id)
    facets: Mapped[list["ConsultationFacet"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="ConsultationFacet.concept_id"
    )
    questions: Mapped[list["Question"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="Question.position"
    )

    @property
    def title(self) -> str:
        """Its title in Japanese, else in English, for places that know no reader."""
        return self.title_ja or self.title_en

    @property
    def is_round_open(self) -> bool:
        """Experts are asked at this moment, each until the own deadline."""
        return self.state == ConsultationState.OPEN and not self.is_between_rounds

    @property
    def has_further_round(self) -> bool:
        """After the round that is open, or was last, another one is planned."""
        return self.round_number is not None and self.round_number < self.planned_rounds

    @property
    def has_rounds(self) -> bool:
        """Experts are asked more than once, or name items first."""
        return self.planned_rounds > 1 or self.names_items

    @property
    def closed_round(self) -> int | None:
        """The last round whose answers can no longer change; None as long as there is none.

        The last round of all still takes the answers of those to whom more time was granted, until the synthesis.
        """
        if self.round_number is None:
            return None
        is_over = self.is_between_rounds or self.state in ALL_IN
        number = self.round_number if is_over else self.round_number - 1
        return number if number >= 0 else None

    @property
    def is_over(self) -> bool:
        """It was closed for answers: what came true may be said."""
        return self.state in OVER

    @property
    def has_all_in(self) -> bool:
        """Nobody can answer any more, not even who was granted more time."""
        return self.state in ALL_IN

    def tells_outcome(self, question: "Question") -> bool:
        """Whether the experts may know what was true: of a seed, which may serve again, when all is settled."""
        if question.outcome is None:
            return False
        return self.state == ConsultationState.SETTLED if question.is_seed else self.has_all_in

    @property
    def is_private(self) -> bool:
        """A requester writes it and has not filed it: nobody else may know of it."""
        return self.requester_id is not None and self.filed_at is None


class ConsultationFacet(Base):
    """A concept of the vocabulary that the consultation is about."""

    __tablename__ = "consultation_facet"

    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), primary_key=True)
    concept_id: Mapped[int] = mapped_column(sa.ForeignKey("concept.id"), primary_key=True, index=True)

    concept: Mapped[Concept] = relationship(lazy="raise")


class Question(Base):
    """One part of a consultation, with an answer kind.

    :ivar position: from 1, without gaps
    :ivar options: of a choice, a ranking, a Likert scale (its points, from the lowest) and an appraisal, in order:
        ``{"value", "label_ja", "label_en"}``; empty for the other kinds
    :ivar multiple: of a choice: more than one option may be chosen
    :ivar settings: what else the kind needs (unit, bounds, criteria), as ``kinds.py`` shapes it
    :ivar resolves_on: the day on which it will be known whether a claim came true, or what a quantity was
    :ivar is_seed: the answer is known to the desk, and the experts' answers to it show how well they are calibrated
    :ivar outcome: of a claim 1 or 0, of a quantity its value in the unit asked for; None as long as it is not known
    :ivar rule: the rule of aggregation that the desk chose for it; empty for the usual one of its kind
    :ivar uses_record: the experts' track records weigh their answers
    """

    __tablename__ = "question"
    __table_args__ = (
        sa.UniqueConstraint("consultation_id", "position"),
        one_of("kind", QuestionKind),
        sa.CheckConstraint("prompt_ja <> '' OR prompt_en <> ''", name="prompt"),
        sa.CheckConstraint("position >= 1", name="position"),
        sa.CheckConstraint("NOT is_seed OR outcome IS NOT NULL", name="is_seed"),
        sa.CheckConstraint("kind <> 'probability' OR outcome IS NULL OR outcome IN (0, 1)", name="outcome"),
        sa.CheckConstraint("kind IN ('probability', 'quantity') OR outcome IS NULL", name="resolvable"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    position: Mapped[int]
    kind: Mapped[QuestionKind] = mapped_column(sa.String(20), default=QuestionKind.TEXT)
    prompt_ja: Mapped[str] = mapped_column(sa.Text, default="")
    prompt_en: Mapped[str] = mapped_column(sa.Text, default="")
    help_ja: Mapped[str] = mapped_column(sa.Text, default="")
    help_en: Mapped[str] = mapped_column(sa.Text, default="")
    options: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    multiple: Mapped[bool] = mapped_column(default=False)
    required: Mapped[bool] = mapped_column(default=True)
    settings: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    resolves_on: Mapped[date | None]
    resolution_rule_ja: Mapped[str] = mapped_column(sa.Text, default="")
    resolution_rule_en: Mapped[str] = mapped_column(sa.Text, default="")
    is_seed: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[float | None] = mapped_column(sa.Float)
    outcome_source: Mapped[str] = mapped_column(sa.Text, default="")
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    rule: Mapped[str] = mapped_column(sa.String(40), default="")
    uses_record: Mapped[bool] = mapped_column(default=False)

    @property
    def is_resolvable(self) -> bool:
        """It will be known what was true: a claim or a quantity."""
        return self.kind in RESOLVABLE

    @property
    def takes_items(self) -> bool:
        """In a round 0 experts name what it then lets choose, place or appraise."""
        return self.kind in (QuestionKind.CHOICE, QuestionKind.RANKING, QuestionKind.APPRAISAL)
