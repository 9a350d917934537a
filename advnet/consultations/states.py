"""The course of a consultation, in one table: which move leads from where to where, who may make it, what the log says.

Source: PRODUCT.md's state machine. Four arrows are added. A requester's own draft is filed when it is whole; and since
"undo and appeal are moves too", a returned request may be filed again, a brief in review may go back to synthesis, and
*cancelled* is reached from every state that is not itself an end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from advnet.accounts.model import Actor
from advnet.consultations.model import Consultation
from advnet.consultations.model import ConsultationState as State
from advnet.permissions import Permission, allows

ENDS = frozenset({State.MERGED, State.DECLINED, State.SETTLED, State.CANCELLED})
"""Nothing follows."""

NOT_YET_UNDER_WAY = frozenset({State.DRAFT, State.RETURNED})
"""It is with who writes it: nobody has taken it up."""

EDITABLE = frozenset({State.DRAFT, State.FILED, State.TRIAGE, State.RETURNED, State.SCOPED, State.PANEL_PROPOSED})
"""Its text may still change: nobody has been asked about it yet."""

EXTENDABLE = frozenset({State.INVITING, State.OPEN})
"""Its deadline may be put off by a move; before, it is simply edited."""

COURSE = (
    State.TRIAGE,
    State.SCOPED,
    State.PANEL_PROPOSED,
    State.INVITING,
    State.OPEN,
    State.CLOSED,
    State.SYNTHESIS,
    State.REVIEW,
    State.ISSUED,
    State.IN_USE,
    State.SETTLED,
)
"""The states that every consultation passes when all goes well, in order; before them it is a draft or filed."""


STAGES: tuple[tuple[State, ...], ...] = (
    (State.DRAFT, State.FILED, State.RETURNED),
    (State.TRIAGE, State.MERGED, State.DECLINED),
    (State.SCOPED, State.PANEL_PROPOSED, State.INVITING),
    (State.OPEN,),
    (State.CLOSED, State.SYNTHESIS, State.REVIEW),
    (State.ISSUED, State.IN_USE),
    (State.SETTLED,),
)
"""The course in seven steps that a reader can take in: request, triage, panel, answers, synthesis, advice, settled."""


class Move(StrEnum):
    FILE_DRAFT = "file-draft"
    SUBMIT = "submit"
    RETURN = "return"
    FILE_AGAIN = "file-again"
    MERGE = "merge"
    DECLINE = "decline"
    SCOPE = "scope"
    PROPOSE_PANEL = "propose-panel"
    BEGIN_INVITING = "begin-inviting"
    OPEN = "open"
    CLOSE = "close"
    BEGIN_SYNTHESIS = "begin-synthesis"
    BEGIN_REVIEW = "begin-review"
    RETURN_TO_SYNTHESIS = "return-to-synthesis"
    ISSUE = "issue"
    PUT_IN_USE = "put-in-use"
    SETTLE = "settle"
    CANCEL = "cancel"


@dataclass(frozen=True)
class Arrow:
    """:ivar event: what the audit log calls it"""

    sources: frozenset[State]
    target: State
    permission: Permission
    event: str


def _arrow(target: State, permission: Permission, event: str, *sources: State) -> Arrow:
    return Arrow(frozenset(sources), target, permission, f"consultation:{event}")


MOVES: Mapping[Move, Arrow] = {
    Move.FILE_DRAFT: _arrow(State.FILED, Permission.CONSULTATION_FILE, "filed", State.DRAFT),
    Move.SUBMIT: _arrow(State.TRIAGE, Permission.CONSULTATION_TRIAGE, "submitted", State.DRAFT, State.FILED),
    Move.RETURN: _arrow(State.RETURNED, Permission.CONSULTATION_TRIAGE, "returned", State.TRIAGE),
    Move.FILE_AGAIN: _arrow(State.FILED, Permission.CONSULTATION_EDIT, "filed-again", State.RETURNED),
    Move.MERGE: _arrow(State.MERGED, Permission.CONSULTATION_TRIAGE, "merged", State.TRIAGE),
    Move.DECLINE: _arrow(State.DECLINED, Permission.CONSULTATION_TRIAGE, "declined", State.TRIAGE),
    Move.SCOPE: _arrow(State.SCOPED, Permission.CONSULTATION_SCOPE, "scoped", State.TRIAGE),
    Move.PROPOSE_PANEL: _arrow(
        State.PANEL_PROPOSED, Permission.CONSULTATION_PROPOSE_PANEL, "panel-proposed", State.SCOPED
    ),
    Move.BEGIN_INVITING: _arrow(State.INVITING, Permission.CONSULTATION_INVITE, "inviting-begun", State.PANEL_PROPOSED),
    Move.OPEN: _arrow(State.OPEN, Permission.CONSULTATION_OPEN, "opened", State.INVITING),
    Move.CLOSE: _arrow(State.CLOSED, Permission.CONSULTATION_CLOSE, "closed", State.OPEN),
    Move.BEGIN_SYNTHESIS: _arrow(State.SYNTHESIS, Permission.CONSULTATION_SYNTHESISE, "synthesis-begun", State.CLOSED),
    Move.BEGIN_REVIEW: _arrow(State.REVIEW, Permission.CONSULTATION_REVIEW, "review-begun", State.SYNTHESIS),
    Move.RETURN_TO_SYNTHESIS: _arrow(
        State.SYNTHESIS, Permission.CONSULTATION_REVIEW, "returned-to-synthesis", State.REVIEW
    ),
    Move.ISSUE: _arrow(State.ISSUED, Permission.CONSULTATION_ISSUE, "issued", State.REVIEW),
    Move.PUT_IN_USE: _arrow(State.IN_USE, Permission.CONSULTATION_USE, "put-in-use", State.ISSUED),
    Move.SETTLE: _arrow(State.SETTLED, Permission.CONSULTATION_SETTLE, "settled", State.IN_USE),
    Move.CANCEL: _arrow(State.CANCELLED, Permission.CONSULTATION_CANCEL, "cancelled", *(set(State) - ENDS)),
}


def is_under_way(state: State) -> bool:
    """Whether another consultation may be merged into one of this state."""
    return state not in ENDS | NOT_YET_UNDER_WAY


def moves_for(actor: Actor, consultation: Consultation) -> list[Move]:
    """The moves that this state allows and this actor may make, in the order of the table."""
    return [
        move
        for move, arrow in MOVES.items()
        if consultation.state in arrow.sources and allows(arrow.permission, actor, consultation)
    ]
