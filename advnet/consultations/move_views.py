"""Pages of the moves: each asks before it acts, says what will be so, and takes the reason where one is due.

One endpoint for each move, so that each carries its own permission, taken from the table of moves.
"""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from advnet.clock import now
from advnet.consultations import labels, progress, queries, service
from advnet.consultations.forms import DeadlineForm, MergeForm, MoveForm, ReasonForm
from advnet.consultations.invitations.model import InvitationState
from advnet.consultations.model import Consultation, ConsultationState
from advnet.consultations.similar import list_similar_consultations
from advnet.consultations.states import EXTENDABLE, MOVES, Move
from advnet.consultations.views import bp
from advnet.days import clock_in_japan
from advnet.errors import DomainError, Invalid, WrongState, msgid
from advnet.permissions import Permission
from advnet.web import Page
from advnet.web.access import requires
from advnet.web.forms import Form
from advnet.web.request import actor, session

SERVICES: dict[Move, Callable[..., None]] = {
    Move.FILE_DRAFT: service.file_draft,
    Move.SUBMIT: service.submit_to_triage,
    Move.RETURN: service.return_consultation,
    Move.FILE_AGAIN: service.file_again,
    Move.DECLINE: service.decline_consultation,
    Move.SCOPE: service.scope_consultation,
    Move.PROPOSE_PANEL: progress.propose_panel,
    Move.BEGIN_INVITING: progress.begin_inviting,
    Move.OPEN: progress.open_consultation,
    Move.CLOSE: progress.close_consultation,
    Move.PUT_IN_USE: progress.put_in_use,
    Move.SETTLE: progress.settle,
    Move.CANCEL: progress.cancel_consultation,
}
"""Moves that need nothing but, perhaps, a reason. Merging has a page of its own; the brief's moves are on its pages."""


def _view_of(move: Move) -> Callable[..., Page]:
    words = labels.MOVES[move]

    def view(consultation: Consultation) -> Page:
        if consultation.state not in MOVES[move].sources:
            raise WrongState()
        form: Form = MoveForm()
        if words.reason_label:
            form = ReasonForm()
            form.ask(words.reason_label)
        if form.validate_on_submit():
            try:
                SERVICES[move](session(), actor=actor(), consultation=consultation, now=now(), **form.values())
            except DomainError as error:
                form.blame(error)
            else:
                flash(str(words.done))
                return redirect(_after(move, consultation), 303)
        page = render_template(
            "consultations/move.html",
            form=form,
            consultation=consultation,
            words=words,
            warnings=_warnings(move, consultation),
        )
        return page, form.status

    return requires(MOVES[move].permission, consultation=queries.get_consultation)(view)


for _move in SERVICES:
    bp.add_url_rule(
        f"/consultations/<int:consultation_id>/{_move}",
        endpoint=_move.replace("-", "_"),
        view_func=_view_of(_move),
        methods=["GET", "POST"],
    )


@bp.get("/consultations/<int:consultation_id>/triage")
@requires(Permission.CONSULTATION_TRIAGE, consultation=queries.get_consultation)
def triage(consultation: Consultation) -> Page:
    if consultation.state != ConsultationState.TRIAGE:
        raise WrongState(msgid("This consultation is not in triage: look at its present state."))
    return render_template(
        "consultations/triage.html",
        consultation=consultation,
        similar=list_similar_consultations(session(), actor=actor(), consultation=consultation),
        moves=[(move, labels.MOVES[move]) for move in (Move.SCOPE, Move.RETURN, Move.MERGE, Move.DECLINE)],
    )


@bp.route("/consultations/<int:consultation_id>/merge", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_TRIAGE, consultation=queries.get_consultation)
def merge(consultation: Consultation) -> Page:
    if consultation.state not in MOVES[Move.MERGE].sources:
        raise WrongState()
    words = labels.MOVES[Move.MERGE]
    form = MergeForm(into=request.args.get("into", ""))
    form.ask(words.reason_label)
    if form.validate_on_submit():
        try:
            into = queries.find_by_reference(session(), form.into.data, actor=actor())
            if into is None:
                raise Invalid(msgid("There is no consultation with this reference."), field="into")
            service.merge_consultation(
                session(), actor=actor(), consultation=consultation, into=into, reason=form.reason.data or "", now=now()
            )
        except DomainError as error:
            form.blame(error)
        else:
            flash(str(words.done))
            return redirect(url_for(".show", consultation_id=consultation.id), 303)
    page = render_template("consultations/merge.html", form=form, consultation=consultation, words=words)
    return page, form.status


@bp.route("/consultations/<int:consultation_id>/extend", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_EXTEND, consultation=queries.get_consultation)
def extend(consultation: Consultation) -> Page:
    if consultation.state not in EXTENDABLE:
        raise WrongState()
    form = DeadlineForm(deadline_at=clock_in_japan(consultation.deadline_at) if consultation.deadline_at else None)
    if form.validate_on_submit():
        try:
            progress.extend_deadline(
                session(), actor=actor(), consultation=consultation, deadline_at=form.moment, now=now()
            )
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("The deadline is put off, and everybody who was asked is told by mail."))
            return redirect(url_for(".show", consultation_id=consultation.id), 303)
    return render_template("consultations/extend.html", form=form, consultation=consultation), form.status


def _after(move: Move, consultation: Consultation) -> str:
    endpoint = ".triage" if move == Move.SUBMIT else ".show"
    return url_for(endpoint, consultation_id=consultation.id)


def _warnings(move: Move, consultation: Consultation) -> list[str]:
    """What a careful person would want to know before this move."""

    def count(*states: InvitationState) -> int:
        return queries.count_invitations(session(), consultation_id=consultation.id, states=states)

    if move == Move.OPEN and (accepted := count(InvitationState.ACCEPTED)) < consultation.wanted_answers:
        return [
            _(
                "%(accepted)s of the %(wanted)s experts wanted have accepted so far. More can still be asked.",
                accepted=accepted,
                wanted=consultation.wanted_answers,
            )
        ]
    warnings = []
    if (
        move == Move.CLOSE
        and consultation.is_round_open
        and consultation.deadline_at
        and consultation.deadline_at > now()
    ):
        warnings.append(_("The deadline has not come yet. Experts who are still writing lose their answers."))
    if move == Move.CLOSE and consultation.has_further_round:
        warnings.append(_("A further round was planned. It will not take place."))
    return warnings
