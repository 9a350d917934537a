"""A registration as its applicant sees it, the expert's own profile, and a profile as the desk sees it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from advnet.clock import now
from advnet.errors import DomainError
from advnet.experts import labels, queries, standing
from advnet.experts.forms import ConfirmForm, ReplyForm
from advnet.experts.model import Expert
from advnet.experts.registration import applying as registering
from advnet.experts.registration.completeness import Section, list_gaps
from advnet.experts.registration.model import RegistrationState
from advnet.permissions import Permission
from advnet.web import Page
from advnet.web.access import requires
from advnet.web.request import actor, session

bp = Blueprint("experts", __name__)


ENDPOINTS = {section: f"experts.edit_{section.value}" for section in Section}
"""The page of each section."""


@bp.app_context_processor
def words() -> dict[str, object]:
    """The words of experts, for the templates of every part that shows one."""
    return {"expert_words": labels}


@bp.get("/registration")
@requires(Permission.PROFILE_FILL)
def registration() -> Page:
    expert = queries.find_own_expert(session(), actor=actor())
    if expert is not None and expert.is_approved:
        return redirect(url_for(".profile"), 303)
    return _registration(expert, ReplyForm(formdata=None)), 200


@bp.post("/registration/start")
@requires(Permission.REGISTRATION_OWN)
def start() -> Page:
    registering.start_registration(session(), actor=actor(), user=current_user.user, now=now())
    return redirect(url_for(ENDPOINTS[Section.IDENTITY]), 303)


@bp.route("/registration/review", methods=["GET", "POST"])
@requires(Permission.REGISTRATION_OWN)
def review() -> Page:
    expert = queries.get_own_expert(session(), actor=actor())
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            registering.submit_registration(session(), actor=actor(), expert=expert, now=now())
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("Your registration has been submitted."))
            return redirect(url_for(".registration"), 303)
    return (
        render_template(
            "experts/review.html",
            form=form,
            expert=expert,
            registration=queries.find_registration(expert),
            gaps=list_gaps(expert),
            steps=steps_of(expert),
            endpoints=ENDPOINTS,
        ),
        form.status,
    )


@bp.post("/registration/reply")
@requires(Permission.REGISTRATION_OWN)
def reply() -> Page:
    expert = queries.get_own_expert(session(), actor=actor())
    form = ReplyForm()
    if form.validate_on_submit():
        try:
            registering.reply_to_question(session(), actor=actor(), expert=expert, now=now(), **form.values())
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("Your reply has been sent."))
            return redirect(url_for(".registration"), 303)
    return _registration(expert, form), form.status


@bp.route("/registration/withdraw", methods=["GET", "POST"])
@requires(Permission.REGISTRATION_OWN)
def withdraw() -> Page:
    expert = queries.get_own_expert(session(), actor=actor())
    form = ConfirmForm()
    if form.validate_on_submit():
        registering.withdraw_registration(session(), actor=actor(), expert=expert, now=now())
        flash(_("Your registration is withdrawn."))
        return redirect(url_for(".registration"), 303)
    return render_template("experts/withdraw.html", form=form), form.status


@bp.get("/profile")
@requires(Permission.PROFILE_OWN)
def profile() -> Page:
    expert = queries.get_own_expert(session(), actor=actor())
    return render_template("experts/profile.html", expert=expert, endpoints=ENDPOINTS)


@bp.post("/profile/pause")
@requires(Permission.PROFILE_OWN)
def pause() -> Page:
    expert = queries.get_own_expert(session(), actor=actor())
    standing.pause_expert(session(), actor=actor(), expert=expert, now=now())
    flash(_("You are paused: you will not be asked until you resume."))
    return redirect(url_for(".profile"), 303)


@bp.post("/profile/resume")
@requires(Permission.PROFILE_OWN)
def resume() -> Page:
    expert = queries.get_own_expert(session(), actor=actor())
    standing.resume_expert(session(), actor=actor(), expert=expert, now=now())
    flash(_("Welcome back: you can be asked again."))
    return redirect(url_for(".profile"), 303)


@bp.get("/experts/<int:expert_id>")
@requires(Permission.EXPERT_READ, expert=queries.get_expert)
def show(expert: Expert) -> Page:
    return render_template("experts/show.html", expert=expert)


def steps_of(expert: Expert, current: Section | None = None) -> list[dict[str, str]]:
    """The sections as steps of the registration, for the ``steps`` macro."""
    missing = {gap.section for gap in list_gaps(expert)}
    return [
        {
            "label": str(label),
            "url": url_for(ENDPOINTS[section]),
            "state": "current" if section == current else "todo" if section in missing else "done",
        }
        for section, label in labels.SECTIONS.items()
    ]


def _registration(expert: Expert | None, form: ReplyForm) -> str:
    latest = queries.find_registration(expert) if expert else None
    submitted = latest.replied_at or latest.submitted_at if latest else None
    return render_template(
        "experts/registration.html",
        form=form,
        expert=expert,
        registration=latest,
        gaps=list_gaps(expert) if expert else [],
        steps=steps_of(expert) if expert else [],
        endpoints=ENDPOINTS,
        due_on=registering.decision_due_on(submitted) if submitted else None,
        waits=latest is not None and latest.state in (RegistrationState.SUBMITTED, RegistrationState.IN_REVIEW),
        target_days=registering.TARGET_WORKING_DAYS,
    )
