"""Accounts, dead letters, and what the administrator should look at first."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from advnet.accounts import joining, service
from advnet.accounts import queries as accounts
from advnet.accounts.forms import StaffInvitationForm
from advnet.accounts.labels import ROLES, STATES
from advnet.accounts.model import STAFF_ROLES, AccountState, Role, User
from advnet.admin import labels
from advnet.admin.forms import ReasonForm, RolesForm
from advnet.clock import now
from advnet.errors import DomainError
from advnet.jobs import queries as jobs
from advnet.jobs.model import Job
from advnet.jobs.service import retry_job
from advnet.mail.queries import find_addressees
from advnet.permissions import Permission
from advnet.search import SearchError, VectorCounts
from advnet.web import Page
from advnet.web.access import requires
from advnet.web.forms import translated
from advnet.web.paging import LinkedPage, asked_page
from advnet.web.request import actor, index, session

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.get("/")
@requires(Permission.ACCOUNT_MANAGE)
def overview() -> Page:
    counts = accounts.count_accounts(session(), actor=actor())
    return render_template(
        "admin/overview.html",
        counts=counts,
        outbox=jobs.count_jobs(session(), now=now()),
        outbox_age=jobs.oldest_due_age(session(), now=now()),
        behind=_changes_behind(),
        vectors=_vector_counts(),
        goes_without_meaning=_goes_without_meaning(),
    )


@bp.get("/accounts")
@requires(Permission.ACCOUNT_MANAGE)
def list_accounts() -> Page:
    text = request.args.get("q", "").strip()[:200]
    roles, states = request.args.getlist("role"), request.args.getlist("state")
    page = accounts.list_accounts(session(), actor=actor(), text=text, roles=roles, states=states, number=asked_page())
    groups = [
        _facet("role", _("Role"), {role.value: str(ROLES[role]) for role in Role}, roles),
        _facet("state", _("State"), {state.value: str(STATES[state][0]) for state in AccountState}, states),
    ]
    return render_template("admin/accounts.html", page=LinkedPage(page), text=text, groups=groups, words=_words())


@bp.route("/accounts/invite", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def invite() -> Page:
    form = StaffInvitationForm()
    if form.validate_on_submit():
        try:
            user = joining.invite_staff(
                session(),
                actor=actor(),
                email=form.email.data,
                name=form.name.data,
                roles=frozenset(Role(role) for role in form.roles.data),
                language=form.language.data,
                now=now(),
            )
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("%(name)s has been invited by mail.", name=user.name))
            return redirect(url_for(".show_account", user_id=user.id), 303)
    return render_template("admin/invite.html", form=form), form.status


@bp.route("/accounts/<int:user_id>", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE, user=accounts.get_account)
def show_account(user: User) -> Page:
    """The account; POST gives it the chosen staff roles. What it is as an applicant or expert stays."""
    form = RolesForm(roles=sorted(user.roles & STAFF_ROLES))
    if form.validate_on_submit():
        roles = frozenset(Role(role) for role in form.roles.data) | (user.roles - STAFF_ROLES)
        try:
            service.change_roles(session(), actor=actor(), user=user, roles=roles, now=now())
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("The roles of %(name)s are changed.", name=user.name))
            return redirect(url_for(".show_account", user_id=user.id), 303)
    is_own = user.id == actor().user_id
    return render_template("admin/account.html", form=form, user=user, is_own=is_own, words=_words()), form.status


@bp.post("/accounts/<int:user_id>/invitation")
@requires(Permission.ACCOUNT_MANAGE, user=accounts.get_account)
def resend_invitation(user: User) -> Page:
    try:
        joining.resend_invitation(session(), actor=actor(), user=user, now=now())
    except DomainError as error:
        flash(translated(error), "error")
    else:
        flash(_("%(name)s has been invited by mail.", name=user.name))
    return redirect(url_for(".show_account", user_id=user.id), 303)


@bp.route("/accounts/<int:user_id>/close", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE, user=accounts.get_account)
def close_account(user: User) -> Page:
    return _with_reason("admin/close_account.html", user, service.close_account, _("The account is closed."))


@bp.route("/accounts/<int:user_id>/reopen", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE, user=accounts.get_account)
def reopen_account(user: User) -> Page:
    return _with_reason("admin/reopen_account.html", user, service.reopen_account, _("The account is open again."))


@bp.get("/jobs")
@requires(Permission.JOB_READ)
def list_jobs() -> Page:
    page = jobs.list_dead(session(), actor=actor(), number=asked_page())
    return render_template(
        "admin/jobs.html",
        page=LinkedPage(page),
        addressees=find_addressees(session(), actor=actor(), job_ids=[job.id for job in page.items]),
        counts=jobs.count_jobs(session(), now=now()),
        words={"task": labels.task, "reason": labels.reason},
    )


@bp.post("/jobs/<int:job_id>/retry")
@requires(Permission.JOB_RETRY, job=jobs.get_job)
def retry(job: Job) -> Page:
    try:
        retry_job(session(), actor=actor(), job=job, now=now())
    except DomainError as error:
        flash(translated(error), "error")
    else:
        flash(_("The job will be tried again within a minute."))
    return redirect(url_for(".list_jobs"), 303)


def _with_reason(template: str, user: User, act: Callable[..., None], done: str) -> Page:
    form = ReasonForm()
    if form.validate_on_submit():
        moment: datetime = now()
        try:
            act(session(), actor=actor(), user=user, reason=form.reason.data.strip(), now=moment)
        except DomainError as error:
            form.blame(error)
        else:
            flash(done)
            return redirect(url_for(".show_account", user_id=user.id), 303)
    return render_template(template, form=form, user=user), form.status


def _changes_behind() -> int:
    try:
        reached = index().reached()
    except SearchError:
        reached = 0
    return jobs.last_change_number(session()) - reached


def _vector_counts() -> VectorCounts | None:
    try:
        return index().vector_counts()
    except SearchError:
        return None


def _goes_without_meaning() -> str | None:
    """Why questions are matched by words alone; None while they are not."""
    dense = index().dense
    reason = "off" if dense is None else dense.trouble()
    return None if reason is None else str(labels.GOES_WITHOUT_MEANING[reason])


def _facet(name: str, label: str, options: dict[str, str], chosen: list[str]) -> dict[str, object]:
    return {
        "name": name,
        "label": label,
        "options": [{"value": value, "label": words, "checked": value in chosen} for value, words in options.items()],
    }


def _words() -> dict[str, object]:
    """What the templates show for a role and a state."""
    return {"roles": ROLES, "states": STATES}
