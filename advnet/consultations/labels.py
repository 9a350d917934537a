"""The words of consultations that pages show: states, markings, moves, events."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from advnet.consultations.model import Consultation, Mode, Tlp
from advnet.consultations.model import ConsultationState as State
from advnet.consultations.queries import Due
from advnet.consultations.states import Move

STATES: dict[State, tuple[LazyString, str]] = {
    State.DRAFT: (_l("Draft"), "neutral"),
    State.FILED: (_l("Filed"), "info"),
    State.TRIAGE: (_l("In triage"), "info"),
    State.RETURNED: (_l("Returned"), "warning"),
    State.MERGED: (_l("Merged"), "neutral"),
    State.DECLINED: (_l("Request declined"), "danger"),
    State.SCOPED: (_l("Scoped"), "progress"),
    State.PANEL_PROPOSED: (_l("Panel proposed"), "progress"),
    State.INVITING: (_l("Inviting"), "progress"),
    State.OPEN: (_l("Open for answers"), "success"),
    State.CLOSED: (_l("Closed for answers"), "info"),
    State.SYNTHESIS: (_l("In synthesis"), "progress"),
    State.REVIEW: (_l("Brief in review"), "progress"),
    State.ISSUED: (_l("Advice issued"), "success"),
    State.IN_USE: (_l("In use"), "success"),
    State.SETTLED: (_l("Settled"), "neutral"),
    State.CANCELLED: (_l("Cancelled"), "danger"),
}
"""Label and tone of each state."""

STAGES: tuple[LazyString, ...] = (
    _l("Request"),
    _l("Triage"),
    _l("Panel"),
    _l("Answers"),
    _l("Synthesis"),
    _l("Advice"),
    _l("Settled"),
)
"""Names of ``states.STAGES``."""

WHAT_COMES_NEXT: dict[State, LazyString] = {
    State.DRAFT: _l("It is being written. When it is whole, it is submitted to triage."),
    State.FILED: _l("The secretariat reads the request and decides with the Advisor whether it is taken up."),
    State.TRIAGE: _l("The request is being read. It will be taken up, returned to you, merged or declined."),
    State.RETURNED: _l("Something is missing. Amend the request and file it again."),
    State.MERGED: _l("It is treated together with another consultation. Nothing more is needed from you."),
    State.DECLINED: _l("It will not be put to the experts."),
    State.SCOPED: _l("It has been taken up. Experts are being looked for."),
    State.PANEL_PROPOSED: _l("A panel of experts has been proposed. Next, they are asked for their interests."),
    State.INVITING: _l("Experts are being asked whether they can answer."),
    State.OPEN: _l("Experts are answering. After the deadline the answers are drawn together."),
    State.CLOSED: _l("The answers are in. Next, they are drawn together."),
    State.SYNTHESIS: _l("The answers are being drawn together into a brief."),
    State.REVIEW: _l("The brief is being checked. The Advisor then issues it."),
    State.ISSUED: _l("The Advisor has issued the brief."),
    State.IN_USE: _l("The advice is being used for the decision it was asked for."),
    State.SETTLED: _l("It is known what came of the advice. Nothing more is to do."),
    State.CANCELLED: _l("It has been cancelled. Nothing more is to do."),
}

BETWEEN_ROUNDS = _l("A round has closed: the experts read what it brought before they are asked once more.")
AFTER_ITEMS = _l("The experts have named what is to be judged. The desk makes options of it; then they are asked.")


def what_comes_next(consultation: Consultation) -> LazyString:
    """What follows from where the consultation stands."""
    if consultation.state == State.OPEN and consultation.is_between_rounds:
        return AFTER_ITEMS if consultation.round_number == 0 else BETWEEN_ROUNDS
    return WHAT_COMES_NEXT[State(consultation.state)]


ONLY_YOURS = _l("Nobody else sees it before you file it. To be filed it needs a background, a question and a deadline.")
"""What comes next of a request that its requester has not filed."""

TLP: dict[Tlp, LazyString] = {
    Tlp.RED: _l("TLP:RED – only for the persons it is given to"),
    Tlp.AMBER_STRICT: _l("TLP:AMBER+STRICT – inside one organisation, for those who need to know"),
    Tlp.AMBER: _l("TLP:AMBER – inside an organisation and those it works for, for those who need to know"),
    Tlp.GREEN: _l("TLP:GREEN – inside the community, not in public"),
    Tlp.CLEAR: _l("TLP:CLEAR – may be passed on freely"),
}

CONFIDENTIALITY: dict[int, LazyString] = {
    1: _l("Confidentiality 1 – no harm if it became public"),
    2: _l("Confidentiality 2 – not for the public"),
    3: _l("Confidentiality 3 – protected like a classified document"),
}

MODES: dict[Mode, LazyString] = {
    Mode.ATTRIBUTED: _l("Attributed – whoever reads an answer sees who wrote it"),
    Mode.NAMED_TO_ADVISOR: _l("Named to the Advisor only – other readers see no names"),
    Mode.ANONYMOUS: _l("Anonymous – nobody sees who wrote which answer"),
}

DUE: dict[Due, LazyString] = {
    Due.PASSED: _l("Deadline passed"),
    Due.SOON: _l("Within 3 days"),
    Due.FORTNIGHT: _l("In 4 to 14 days"),
    Due.LATER: _l("Later"),
}


@dataclass(frozen=True)
class MoveWords:
    """What the page that asks before a move says.

    :ivar effect: what will be so afterwards
    :ivar reason_label: asks for the reason; None where none is asked
    """

    button: LazyString
    title: LazyString
    effect: LazyString
    done: LazyString
    reason_label: LazyString | None = None
    is_dangerous: bool = False


MOVES: dict[Move, MoveWords] = {
    Move.FILE_DRAFT: MoveWords(
        _l("File the request"),
        _l("File the request?"),
        _l("The desk is told by mail and reads it. It can still be changed until it is taken up for triage."),
        _l("The request has been filed."),
    ),
    Move.SUBMIT: MoveWords(
        _l("Submit to triage"),
        _l("Submit to triage?"),
        _l(
            "The desk then decides whether it is taken up, returned, merged or declined. The text can still be changed."
        ),
        _l("The consultation is in triage."),
    ),
    Move.RETURN: MoveWords(
        _l("Return"),
        _l("Return to the requester?"),
        _l("The requester reads what is asked here, on the page and by mail, can amend the request and file it again."),
        _l("The consultation has been returned, and the requester told by mail."),
        _l("What is missing?"),
    ),
    Move.FILE_AGAIN: MoveWords(
        _l("File again"),
        _l("File the request again?"),
        _l("The desk is told by mail and reads it once more."),
        _l("The request has been filed again."),
    ),
    Move.MERGE: MoveWords(
        _l("Merge"),
        _l("Merge with another consultation?"),
        _l("It ends here and is treated as part of the other one. The requester is told, but not with which one."),
        _l("The consultation has been merged, and the requester told by mail."),
        _l("What should the requester know? (may stay empty)"),
    ),
    Move.DECLINE: MoveWords(
        _l("Decline the request"),
        _l("Decline the request?"),
        _l("It ends here. The requester reads the reason on the page and by mail."),
        _l("The request has been declined, and the requester told by mail."),
        _l("Why is it declined?"),
        is_dangerous=True,
    ),
    Move.SCOPE: MoveWords(
        _l("Take up"),
        _l("Take the consultation up?"),
        _l("It is understood what is asked, of how many experts and until when. Next, experts are looked for."),
        _l("The consultation has been taken up. Experts can be looked for now."),
    ),
    Move.PROPOSE_PANEL: MoveWords(
        _l("Finish the selection"),
        _l("Finish the selection of experts?"),
        _l(
            "The experts who stand proposed become the panel. "
            "Nobody is told yet: experts get a mail only when they are asked."
        ),
        _l("The panel has been proposed."),
    ),
    Move.BEGIN_INVITING: MoveWords(
        _l("Begin inviting"),
        _l("Begin inviting?"),
        _l("Experts can be asked from now on, and the text can no longer be changed."),
        _l("Experts can be asked now."),
    ),
    Move.OPEN: MoveWords(
        _l("Open the consultation"),
        _l("Open the consultation for answers?"),
        _l("Answers are taken until the deadline, at which the consultation closes by itself."),
        _l("The consultation is open for answers."),
    ),
    Move.CLOSE: MoveWords(
        _l("Close the consultation"),
        _l("Close the consultation?"),
        _l("No answer and no revision is taken any more. This cannot be undone."),
        _l("The consultation is closed."),
        is_dangerous=True,
    ),
    Move.PUT_IN_USE: MoveWords(
        _l("Mark as in use"),
        _l("Mark the advice as in use?"),
        _l("The advice is being used for the decision it was asked for."),
        _l("The advice is in use."),
    ),
    Move.SETTLE: MoveWords(
        _l("Settle"),
        _l("Settle the consultation?"),
        _l("It is known what came of the advice. Nothing more can be done with it afterwards."),
        _l("The consultation is settled."),
    ),
    Move.CANCEL: MoveWords(
        _l("Cancel the consultation"),
        _l("Cancel the consultation?"),
        _l("It ends here. The requester and every expert who was asked are told by mail. This cannot be undone."),
        _l("The consultation has been cancelled."),
        _l("Why is it cancelled?"),
        is_dangerous=True,
    ),
}
"""The moves that consultations' own pages offer; from the synthesis to the issue, the brief's pages lead on."""

INSIDE = frozenset({"consultation:edited", "consultation:joined", "consultation:returned-to-synthesis"})
"""Events that only the desk reads."""
