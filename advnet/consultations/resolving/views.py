"""The desk's pages that say what was true."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from advnet.clock import now
from advnet.consultations.invitations.course_views import tabs
from advnet.consultations.model import Consultation
from advnet.consultations.queries import get_consultation
from advnet.consultations.resolving.forms import form_of
from advnet.consultations.resolving.labels import outcome_of
from advnet.consultations.resolving.service import get_resolvable, resolve_question
from advnet.days import day_in_japan
from advnet.errors import DomainError, NotFound
from advnet.permissions import Permission
from advnet.web import Page
from advnet.web.access import requires
from advnet.web.request import actor, session

bp = Blueprint("resolving", __name__)


@bp.app_context_processor
def words() -> dict[str, object]:
    return {"outcome_of": outcome_of}


@bp.get("/consultations/<int:consultation_id>/outcomes")
@requires(Permission.QUESTION_RESOLVE, consultation=get_consultation)
def show(consultation: Consultation) -> Page:
    if not consultation.is_over:
        raise NotFound()
    return render_template(
        "resolving/show.html",
        consultation=consultation,
        questions=[question for question in consultation.questions if question.is_resolvable],
        tabs=tabs(consultation, "resolving.show"),
        today=day_in_japan(now()),
    )


@bp.route("/consultations/<int:consultation_id>/outcomes/<int:number>", methods=["GET", "POST"])
@requires(Permission.QUESTION_RESOLVE, consultation=get_consultation)
def resolve(consultation: Consultation, number: int) -> Page:
    if not consultation.is_over:
        raise NotFound()
    question = get_resolvable(consultation, number)
    form = form_of(question)
    if form.validate_on_submit():
        try:
            resolve_question(
                session(),
                actor=actor(),
                consultation=consultation,
                position=number,
                outcome=form.found(),
                source=form.source.data or "",
                reason=form.reason.data or "",
                now=now(),
            )
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("The outcome is stated. It counts in the track records of those who answered."))
            return redirect(url_for(".show", consultation_id=consultation.id), 303)
    page = render_template("resolving/resolve.html", form=form, consultation=consultation, question=question)
    return page, form.status
