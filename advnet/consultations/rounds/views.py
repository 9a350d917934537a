"""The desk's pages that close a round, open the next one and write what a round brought. Each asks before it acts."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from advnet.clock import now
from advnet.consultations.model import Consultation, ConsultationState
from advnet.consultations.queries import get_consultation
from advnet.consultations.rounds.forms import CloseRoundForm, OpenRoundForm, SummaryForm
from advnet.consultations.rounds.queries import find_round
from advnet.consultations.rounds.service import close_round, open_round, write_summary
from advnet.errors import DomainError, EditedMeanwhile, NotFound, WrongState
from advnet.permissions import Permission
from advnet.web import Page
from advnet.web.access import requires
from advnet.web.request import actor, session

bp = Blueprint("rounds", __name__)


@bp.app_template_global()
def round_name(number: int) -> str:
    """What people call a round."""
    return str(_("Naming of items") if number == 0 else _("Round %(number)s", number=number))


@bp.route("/consultations/<int:consultation_id>/close-round", methods=["GET", "POST"])
@requires(Permission.ROUND_CLOSE, consultation=get_consultation)
def close(consultation: Consultation) -> Page:
    if not consultation.is_round_open or not consultation.has_further_round:
        raise WrongState()
    form = CloseRoundForm()
    if form.validate_on_submit():
        try:
            close_round(session(), actor=actor(), consultation=consultation, now=now())
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("The round is closed."))
            return redirect(url_for("rounds.show", consultation_id=consultation.id), 303)
    return render_template("rounds/close.html", form=form, consultation=consultation), form.status


@bp.route("/consultations/<int:consultation_id>/open-round", methods=["GET", "POST"])
@requires(Permission.ROUND_OPEN, consultation=get_consultation)
def open_next(consultation: Consultation) -> Page:
    if consultation.state != ConsultationState.OPEN or not consultation.is_between_rounds:
        raise WrongState()
    form = OpenRoundForm()
    if form.validate_on_submit():
        try:
            open_round(session(), actor=actor(), consultation=consultation, deadline_at=form.moment, now=now())
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("The round is open, and every expert who has accepted is told by mail."))
            return redirect(url_for("rounds.show", consultation_id=consultation.id), 303)
    return render_template("rounds/open.html", form=form, consultation=consultation), form.status


@bp.route("/consultations/<int:consultation_id>/rounds/<int:number>/summary", methods=["GET", "POST"])
@requires(Permission.ROUND_SUMMARISE, consultation=get_consultation)
def summarise(consultation: Consultation, number: int) -> Page:
    row = find_round(session(), consultation_id=consultation.id, number=number)
    if row is None or row.closed_at is None:
        raise NotFound()
    form = SummaryForm(data={"summary_ja": row.summary_ja, "summary_en": row.summary_en, "version": row.version})
    is_stale = False
    if form.validate_on_submit():
        try:
            write_summary(
                session(),
                actor=actor(),
                consultation=consultation,
                number=number,
                summary_ja=form.summary_ja.data or "",
                summary_en=form.summary_en.data or "",
                version=form.seen_version(),
                now=now(),
            )
        except EditedMeanwhile as error:
            form.blame(error)
            form.show_version(row.version)
            is_stale = True
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("The summary is saved. The experts who have answered read it above the figures."))
            return redirect(url_for("rounds.show", consultation_id=consultation.id), 303)
    page = render_template("rounds/summary.html", form=form, consultation=consultation, round=row, is_stale=is_stale)
    return page, form.status
