"""Vetting as administrators see it: the queue, one registration, the moves on it, the standing of approved experts."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from advnet.clock import now
from advnet.days import day_in_japan
from advnet.errors import DomainError
from advnet.experts import labels, queries, standing
from advnet.experts.model import Expert, Standing
from advnet.experts.registration import applying as registering
from advnet.experts.registration import queries as vetting_queries
from advnet.experts.registration import vetting
from advnet.experts.registration.forms import ReviewForm, StandingForm, UndoForm
from advnet.experts.registration.model import Registration, RegistrationState
from advnet.permissions import Permission
from advnet.web import Page
from advnet.web.access import requires
from advnet.web.forms import VersionedForm, translated
from advnet.web.paging import LinkedPage, asked_page
from advnet.web.request import actor, session

bp = Blueprint("vetting", __name__, url_prefix="/admin")


SHOWN: Mapping[str, tuple[RegistrationState, ...]] = {
    "waiting": vetting_queries.WAITING_STATES,
    "asked": (RegistrationState.MORE_ASKED,),
    "approved": (RegistrationState.APPROVED,),
    "rejected": (RegistrationState.REJECTED,),
}
"""The parts of the queue, by the value of ``?show=``."""


@bp.get("/registrations")
@requires(Permission.REGISTRATION_VET)
def queue() -> Page:
    show = request.args.get("show", "waiting")
    show = show if show in SHOWN else "waiting"
    page = vetting_queries.list_vetting_queue(session(), actor=actor(), states=SHOWN[show], number=asked_page())
    return render_template(
        "experts/queue.html",
        show=show,
        page=LinkedPage(page),
        parts=_parts(show),
        duplicates=vetting_queries.count_likely_duplicates(session(), [row.expert_id for row in page.items]),
        today=day_in_japan(now()),
        due_on={row.id: registering.decision_due_on(row.submitted_at) for row in page.items if row.submitted_at},
        check_count=len(vetting.Check),
    )


@bp.get("/registrations/re-vetting")
@requires(Permission.REGISTRATION_VET)
def re_vetting() -> Page:
    page = vetting_queries.list_re_vetting(session(), actor=actor(), number=asked_page())
    return render_template("experts/re_vetting.html", page=LinkedPage(page), parts=_parts("re-vetting"))


@bp.get("/registrations/<int:registration_id>")
@requires(Permission.REGISTRATION_VET, registration=vetting_queries.get_registration)
def show(registration: Registration) -> Page:
    return _page(registration)


@bp.post("/registrations/<int:registration_id>/claim")
@requires(Permission.REGISTRATION_VET, registration=vetting_queries.get_registration)
def claim(registration: Registration) -> Page:
    said = _("You have this registration in hand.")
    return _move(registration, VersionedForm(), vetting.claim_review, said)


@bp.post("/registrations/<int:registration_id>/release")
@requires(Permission.REGISTRATION_VET, registration=vetting_queries.get_registration)
def release(registration: Registration) -> Page:
    form, said = ReviewForm(), _("The registration waits in the queue again.")
    return _move(registration, form, vetting.release_review, said, checks=form.checks.data)


@bp.post("/registrations/<int:registration_id>/check")
@requires(Permission.REGISTRATION_VET, registration=vetting_queries.get_registration)
def check(registration: Registration) -> Page:
    form, said = ReviewForm(), _("The checks are saved.")
    return _move(registration, form, vetting.save_checklist, said, checks=form.checks.data)


@bp.post("/registrations/<int:registration_id>/approve")
@requires(Permission.REGISTRATION_VET, registration=vetting_queries.get_registration)
def approve(registration: Registration) -> Page:
    form, said = ReviewForm(), _("The registration is approved.")
    return _move(registration, form, vetting.approve_registration, said, checks=form.checks.data)


@bp.post("/registrations/<int:registration_id>/ask")
@requires(Permission.REGISTRATION_VET, registration=vetting_queries.get_registration)
def ask(registration: Registration) -> Page:
    form, said = ReviewForm(), _("The applicant has been asked.")
    values = {"question": form.question.data or "", "checks": form.checks.data}
    return _move(registration, form, vetting.ask_for_more, said, **values)


@bp.post("/registrations/<int:registration_id>/reject")
@requires(Permission.REGISTRATION_VET, registration=vetting_queries.get_registration)
def reject(registration: Registration) -> Page:
    form, said = ReviewForm(), _("The registration is rejected.")
    values = {name: form[name].data or "" for name in ("reason_code", "reason")}
    return _move(registration, form, vetting.reject_registration, said, checks=form.checks.data, **values)


@bp.post("/registrations/<int:registration_id>/undo")
@requires(Permission.REGISTRATION_VET, registration=vetting_queries.get_registration)
def undo(registration: Registration) -> Page:
    form, said = UndoForm(), _("The decision is taken back.")
    return _move(registration, form, vetting.undo_decision, said, reason=form.reason.data or "")


@bp.post("/experts/<int:expert_id>/confirm")
@requires(Permission.EXPERT_SUSPEND, expert=queries.get_expert)
def confirm(expert: Expert) -> Page:
    version = VersionedForm().seen_version()
    try:
        standing.confirm_standing(session(), actor=actor(), expert=expert, version=version, now=now())
    except DomainError as error:
        flash(translated(error), "warning")
    else:
        flash(_("The profile is confirmed for another year."))
    return redirect(url_for("experts.show", expert_id=expert.id), 303)


@bp.route("/experts/<int:expert_id>/suspend", methods=["GET", "POST"])
@requires(Permission.EXPERT_SUSPEND, expert=queries.get_expert)
def suspend(expert: Expert) -> Page:
    return _change_standing(expert, "suspend", standing.suspend_expert, _("The expert is suspended."))


@bp.route("/experts/<int:expert_id>/reinstate", methods=["GET", "POST"])
@requires(Permission.EXPERT_SUSPEND, expert=queries.get_expert)
def reinstate(expert: Expert) -> Page:
    return _change_standing(expert, "reinstate", standing.reinstate_expert, _("The expert is reinstated."))


def _change_standing(expert: Expert, move: str, act: Callable[..., None], said: str) -> Page:
    form = StandingForm()
    if form.validate_on_submit():
        try:
            act(session(), actor=actor(), expert=expert, reason=form.reason.data or "", now=now())
        except DomainError as error:
            form.blame(error)
        else:
            flash(said)
            return redirect(url_for("experts.show", expert_id=expert.id), 303)
    return render_template("experts/change_standing.html", form=form, expert=expert, move=move), form.status


def _move(
    registration: Registration, form: VersionedForm, act: Callable[..., None], said: str, **values: object
) -> Page:
    """Do it and show the registration anew; or show it with the refusal and everything that was filled in."""
    if form.validate_on_submit():
        seen = form.seen_version()
        try:
            act(session(), actor=actor(), registration=registration, version=seen, now=now(), **values)
        except DomainError as error:
            form.blame(error)
        else:
            flash(said)
            return redirect(url_for(".show", registration_id=registration.id), 303)
    return _page(registration, form), form.status


def _page(registration: Registration, refused: VersionedForm | None = None) -> str:
    """The page of a registration; the form that was refused stands in the place of the fresh one.

    It carries the present version, the refused form too: who has read the present state may go on.
    """
    is_mine = registration.state == RegistrationState.IN_REVIEW and registration.reviewer_id == actor().user_id
    can_undo = vetting.can_undo(registration, now=now())
    review = ReviewForm(formdata=None, data={"checks": registration.checklist})
    shown = review if is_mine else UndoForm(formdata=None)
    typed: list[str] = []
    if type(refused) is type(shown) and (is_mine or can_undo):
        shown = refused
    elif isinstance(refused, ReviewForm | UndoForm):
        typed = refused.typed()
    shown.show_version(registration.version)
    return render_template(
        "experts/vetting.html",
        registration=registration,
        expert=registration.expert,
        form=shown,
        refused=refused or shown,
        duplicates=vetting_queries.list_likely_duplicates(session(), registration.expert),
        is_mine=is_mine,
        typed=typed,
        due_on=registering.decision_due_on(registration.replied_at or registration.submitted_at or now()),
        undo_until=registration.decided_at + timedelta(days=vetting.UNDO_DAYS) if registration.decided_at else None,
        can_undo=can_undo,
    )


def _parts(current: str) -> list[dict[str, object]]:
    counts = vetting_queries.count_by_state(session(), actor=actor())
    words = {"waiting": _("Waiting"), "asked": _("More asked"), "approved": _("Approved"), "rejected": _("Rejected")}
    parts: list[dict[str, object]] = [
        {
            "label": label,
            "url": url_for(".queue", show=part),
            "current": part == current,
            "count": sum(counts.get(state, 0) for state in SHOWN[part]),
        }
        for part, label in words.items()
    ]
    again = {
        "label": str(labels.STANDINGS[Standing.RE_VETTING][0]),
        "url": url_for(".re_vetting"),
        "current": current == "re-vetting",
        "count": counts.get(Standing.RE_VETTING, 0),
    }
    return [*parts[:2], again, *parts[2:]]
