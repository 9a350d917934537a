"""The expert's pages of invitations. Every one asks before it acts: what a mail links to changes nothing."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from advnet.clock import now
from advnet.consultations import labels
from advnet.consultations.invitations import queries
from advnet.consultations.invitations.extensions import request_extension
from advnet.consultations.invitations.forms import DeclineForm, ExtensionForm, InterestsForm
from advnet.consultations.invitations.labels import expert_words
from advnet.consultations.invitations.model import Invitation, answer_until, takes_answers, takes_drafts, takes_items
from advnet.consultations.invitations.model import InvitationState as State
from advnet.consultations.invitations.moves import ASKING
from advnet.consultations.invitations.screening import declare_interests
from advnet.consultations.invitations.service import UNANSWERED, accept_invitation, decline_invitation, is_expert_due
from advnet.consultations.kind_labels import WORK
from advnet.consultations.model import Consultation
from advnet.days import clock_in_japan
from advnet.errors import DomainError, WrongState
from advnet.permissions import Permission
from advnet.web import Page
from advnet.web.access import requires
from advnet.web.forms import translated
from advnet.web.paging import LinkedPage, asked_page
from advnet.web.request import actor, session

bp = Blueprint("invitations", __name__)


@bp.app_template_global()
def own_invitation_state(invitation: Invitation) -> dict[str, str]:
    """Label and tone of a state as the expert sees it, for the status macro."""
    label, tone = expert_words(invitation)
    return {"label": str(label), "tone": tone}


@bp.get("/invitations")
@requires(Permission.INVITATION_LIST_OWN)
def index() -> Page:
    current, at = queries.list_own_current(session(), actor=actor()), now()
    waiting = [invitation for invitation in current if _is_waiting(invitation)]
    return render_template(
        "invitations/index.html",
        waiting=waiting,
        under_way=[invitation for invitation in current if invitation not in waiting],
        past=LinkedPage(queries.list_own_past(session(), actor=actor(), page=asked_page())),
        due_at={invitation.id: _due_at(invitation) for invitation in current},
        at=at,
    )


@bp.get("/invitations/<int:invitation_id>")
@requires(Permission.INVITATION_REPLY, invitation=queries.get_own_invitation)
def show(invitation: Invitation) -> Page:
    at = now()
    if not invitation.is_known:
        return render_template("invitations/past.html", invitation=invitation)
    is_asking = invitation.consultation.state in ASKING
    return render_template(
        "invitations/show.html",
        invitation=invitation,
        consultation=invitation.consultation,
        is_asking=is_asking,
        is_late=is_expert_due(invitation) and invitation.respond_by is not None and at >= invitation.respond_by,
        takes_answers=takes_answers(invitation, now=at),
        takes_drafts=takes_drafts(invitation, now=at),
        takes_items=takes_items(invitation, now=at),
        can_extend=is_asking and not invitation.awaits_extension and at < answer_until(invitation),
        until=answer_until(invitation),
        steps=_steps(invitation),
        **_terms(invitation.consultation),
    )


@bp.route("/invitations/<int:invitation_id>/interests", methods=["GET", "POST"])
@requires(Permission.INVITATION_REPLY, invitation=queries.get_own_invitation)
def declare(invitation: Invitation) -> Page:
    if invitation.state not in (State.INTERESTS_ASKED, State.SENT, State.ACCEPTED):
        raise WrongState()
    form = InterestsForm(data=_declared(invitation))
    if form.validate_on_submit():
        try:
            declare_interests(
                session(),
                actor=actor(),
                invitation=invitation,
                has_interests=form.has_interests.data == "yes",
                interests=form.interests.data or "",
                now=now(),
            )
        except DomainError as error:
            form.blame(error)
        else:
            if invitation.awaits_screening:
                flash(_("Your declaration has been received. You will hear by mail when it has been looked at."))
            else:
                flash(_("Thank you. There is nothing in the way: you can read everything now."))
            return redirect(url_for(".show", invitation_id=invitation.id), 303)
    page = render_template(
        "invitations/interests.html", form=form, invitation=invitation, consultation=invitation.consultation
    )
    return page, form.status


@bp.post("/invitations/<int:invitation_id>/accept")
@requires(Permission.INVITATION_REPLY, invitation=queries.get_own_invitation)
def accept(invitation: Invitation) -> Page:
    try:
        accept_invitation(session(), actor=actor(), invitation=invitation, now=now())
    except DomainError as error:
        if invitation.state == State.ACCEPTED:
            flash(_("You have accepted this invitation already."), "info")
        else:
            flash(translated(error), "danger")
    else:
        flash(_("Thank you: you have accepted the invitation."))
    return redirect(url_for(".show", invitation_id=invitation.id), 303)


@bp.route("/invitations/<int:invitation_id>/decline", methods=["GET", "POST"])
@requires(Permission.INVITATION_REPLY, invitation=queries.get_own_invitation)
def decline(invitation: Invitation) -> Page:
    if invitation.state not in (*UNANSWERED, State.ACCEPTED) or invitation.has_answered:
        raise WrongState()
    form = DeclineForm()
    if form.validate_on_submit():
        try:
            decline_invitation(session(), actor=actor(), invitation=invitation, now=now(), **form.values())
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("You have declined. Thank you for telling us."))
            return redirect(url_for(".show", invitation_id=invitation.id), 303)
    page = render_template(
        "invitations/decline.html", form=form, invitation=invitation, consultation=invitation.consultation
    )
    return page, form.status


@bp.route("/invitations/<int:invitation_id>/extension", methods=["GET", "POST"])
@requires(Permission.INVITATION_REPLY, invitation=queries.get_own_invitation)
def extend(invitation: Invitation) -> Page:
    if invitation.state != State.ACCEPTED:
        raise WrongState()
    until = answer_until(invitation)
    form = ExtensionForm(data={"until": clock_in_japan(until)})
    if form.validate_on_submit():
        try:
            request_extension(
                session(),
                actor=actor(),
                invitation=invitation,
                until=form.moment,
                reason=form.reason.data or "",
                now=now(),
            )
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("Your request has been sent to the secretariat. You will hear by mail."))
            return redirect(url_for(".show", invitation_id=invitation.id), 303)
    page = render_template(
        "invitations/extension.html",
        form=form,
        invitation=invitation,
        consultation=invitation.consultation,
        until=until,
    )
    return page, form.status


def _is_waiting(invitation: Invitation) -> bool:
    if invitation.state == State.ACCEPTED:
        asked = takes_answers(invitation, now=now()) or takes_items(invitation, now=now())
        return asked and not invitation.has_answered_round
    return is_expert_due(invitation)


def _due_at(invitation: Invitation) -> Any:
    """When the next word of the expert is due at the latest."""
    return invitation.respond_by if is_expert_due(invitation) else answer_until(invitation)


def _declared(invitation: Invitation) -> dict[str, str]:
    if invitation.declared_at is None:
        return {}
    return {"has_interests": "no" if invitation.has_no_interests else "yes", "interests": invitation.interests}


def _terms(consultation: Consultation) -> dict[str, Any]:
    """What an expert should know before saying anything: how much is asked, who sees what."""
    kinds = [question.kind for question in consultation.questions]
    return {
        **{f"{work}_count": sum(kind in of_it for kind in kinds) for work, of_it in WORK.items()},
        "tlp_words": labels.TLP[consultation.tlp],
        "mode_words": labels.MODES[consultation.mode],
        "confidentiality_words": labels.CONFIDENTIALITY[consultation.confidentiality],
    }


def _steps(invitation: Invitation) -> list[dict[str, str]]:
    """Where the expert stands: interests, reply, answer."""
    done = {
        State.INTERESTS_ASKED: 0,
        State.SENT: 1,
        State.ACCEPTED: 3 if invitation.has_answered_round else 2,
    }.get(State(invitation.state), 0)
    names = (_("Declare interests"), _("Accept or decline"), _("Answer"))
    return [
        {"label": name, "state": "done" if index < done else "current" if index == done else "todo"}
        for index, name in enumerate(names)
    ]
