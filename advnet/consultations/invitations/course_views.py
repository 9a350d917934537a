"""What stands above every page about one consultation for the desk: the pages there are, and what is to do next."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from advnet.consultations import labels
from advnet.consultations.invitations import queries
from advnet.consultations.invitations.service import PROPOSING
from advnet.consultations.invitations.views import bp
from advnet.consultations.model import Consultation, ConsultationState
from advnet.consultations.resolving.queries import has_resolvable
from advnet.consultations.states import Move, moves_for
from advnet.permissions import Permission, allows
from advnet.web.request import actor, session

TABS = (
    ("consultations.show", Permission.CONSULTATION_READ),
    ("matching.candidates", Permission.INVITATION_PROPOSE),
    ("invitations.panel", Permission.INVITATION_LIST),
    ("rounds.show", Permission.DESK_READ),
    ("answers.read", Permission.ANSWER_READ),
    ("answers.results", Permission.ANSWER_READ),
    ("resolving.show", Permission.QUESTION_RESOLVE),
)


@dataclass(frozen=True)
class NextStep:
    """:ivar url: where it is done; empty when that is the page that says so
    :ivar move: of the consultation; None when something else is to do
    """

    text: str
    label: str
    url: str
    move: Move | None = None


def tabs(consultation: Consultation, current: str = "invitations.panel") -> list[dict[str, Any]]:
    """The pages about one consultation that are there and that this reader may open."""
    names = {
        "consultations.show": _("Consultation"),
        "matching.candidates": _("Candidates"),
        "invitations.panel": _("Panel"),
        "rounds.show": _("Rounds"),
        "answers.read": _("Answers"),
        "answers.results": _("Results"),
        "resolving.show": _("Outcomes"),
    }
    return [
        {
            "label": names[endpoint],
            "url": url_for(endpoint, consultation_id=consultation.id),
            "current": endpoint == current,
        }
        for endpoint, permission in TABS
        if endpoint in current_app.view_functions
        and allows(permission, actor(), consultation)
        and (endpoint != "rounds.show" or consultation.has_rounds)
        and (endpoint != "resolving.show" or has_resolvable(session(), consultation=consultation))
    ]


@bp.app_template_global()
def next_steps(consultation: Consultation) -> list[NextStep]:
    """What brings the panel on from where it stands, first things first; nothing for who is not of the desk."""
    if consultation.state not in PROPOSING or not allows(Permission.INVITATION_LIST, actor(), consultation):
        return []
    progress = queries.progress(session(), consultation=consultation)
    offered = moves_for(actor(), consultation)
    steps = []
    if Move.PROPOSE_PANEL in offered and progress.proposed:
        text = ngettext("%(num)d expert stands proposed.", "%(num)d experts stand proposed.", progress.proposed)
        steps.append(_move(Move.PROPOSE_PANEL, consultation, text))
    elif Move.BEGIN_INVITING in offered and progress.proposed:
        steps.append(_move(Move.BEGIN_INVITING, consultation, _("Nobody on the panel has been written to yet.")))
    elif progress.proposed:
        text = ngettext(
            "%(num)d expert stands proposed and has not been asked.",
            "%(num)d experts stand proposed and have not been asked.",
            progress.proposed,
        )
        steps.append(_page(text, _("Ask the experts"), "invitations.panel", consultation))
    elif progress.accepted < consultation.wanted_answers and not progress.asked + progress.sent:
        if request.endpoint == "matching.candidates":
            text = _("Tick experts below and choose “Add to the proposed experts”.")
        else:
            text = _("Nobody stands proposed. Choose experts on the page of candidates.")
        steps.append(_page(text, _("Look at the candidates"), "matching.candidates", consultation))
    if progress.to_screen:
        text = ngettext(
            "%(num)d declaration of interests waits for the screening.",
            "%(num)d declarations of interests wait for the screening.",
            progress.to_screen,
        )
        steps.append(_page(text, _("Screen the interests"), "invitations.panel", consultation))
    if Move.OPEN in offered and progress.accepted:
        text = _(
            "Accepted so far: %(accepted)s of %(wanted)s wanted. They can answer once the consultation is open.",
            accepted=progress.accepted,
            wanted=progress.wanted,
        )
        steps.append(_move(Move.OPEN, consultation, text))
    if consultation.state == ConsultationState.OPEN and consultation.is_between_rounds:
        steps.insert(0, _page(_after_round(consultation), _("Go to the rounds"), "rounds.show", consultation))
    return steps


def _after_round(consultation: Consultation) -> str:
    if consultation.round_number == 0:
        return str(_("The experts have named items. Make options of them, then open the first round."))
    return str(
        _(
            "Round %(number)s has closed. Write what it brought, then open the next round or close the consultation.",
            number=consultation.round_number,
        )
    )


def _move(move: Move, consultation: Consultation, text: str) -> NextStep:
    url = url_for(f"consultations.{move.replace('-', '_')}", consultation_id=consultation.id)
    return NextStep(text, str(labels.MOVES[move].button), url, move)


def _page(text: str, label: str, endpoint: str, consultation: Consultation) -> NextStep:
    is_here = request.endpoint == endpoint
    return NextStep(text, label, "" if is_here else url_for(endpoint, consultation_id=consultation.id))
