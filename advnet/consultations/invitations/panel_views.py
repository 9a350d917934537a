"""The desk's pages of invitations: the panel of one consultation, and what waits there for a person."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from advnet.clock import now
from advnet.consultations.invitations import queries
from advnet.consultations.invitations.asking import ask_all, ask_interests
from advnet.consultations.invitations.course_views import tabs
from advnet.consultations.invitations.extensions import DECIDING, grant_extension, refuse_extension
from advnet.consultations.invitations.forms import (
    AskForm,
    ExtensionDecisionForm,
    ReplaceForm,
    ScreeningForm,
    WithdrawForm,
)
from advnet.consultations.invitations.labels import desk_words
from advnet.consultations.invitations.model import ExtensionVerdict, Invitation, ScreeningVerdict, answer_until
from advnet.consultations.invitations.model import InvitationState as State
from advnet.consultations.invitations.moves import ASKING
from advnet.consultations.invitations.screening import bar_expert, clear_interests, waive_interests
from advnet.consultations.invitations.service import (
    PROPOSING,
    REPLACEABLE,
    is_withdrawable,
    replace_invitation,
    withdraw_invitation,
)
from advnet.consultations.invitations.views import bp
from advnet.consultations.model import Consultation
from advnet.consultations.queries import get_consultation
from advnet.errors import DomainError, EditedMeanwhile, WrongState
from advnet.permissions import Permission, allows
from advnet.web import Page, language
from advnet.web.access import requires
from advnet.web.forms import translated
from advnet.web.request import actor, session
from advnet.web.templating import in_language

JUDGEMENTS = {
    ScreeningVerdict.CLEARED: clear_interests,
    ScreeningVerdict.WAIVED: waive_interests,
    ScreeningVerdict.BARRED: bar_expert,
}
DECISIONS = {ExtensionVerdict.GRANTED: grant_extension, ExtensionVerdict.REFUSED: refuse_extension}


@bp.app_template_global()
def panel_state(invitation: Invitation) -> dict[str, str]:
    """Label and tone of a state as the desk sees it; who has answered only where the mode lets this reader know."""
    label, tone = desk_words(invitation, shows_answered=_shows_answered(invitation.consultation))
    return {"label": str(label), "tone": tone}


@bp.get("/consultations/<int:consultation_id>/panel")
@requires(Permission.INVITATION_LIST, consultation=get_consultation)
def panel(consultation: Consultation) -> Page:
    return _panel_page(consultation, AskForm())


@bp.post("/consultations/<int:consultation_id>/panel")
@requires(Permission.INVITATION_ASK, consultation=get_consultation)
def ask(consultation: Consultation) -> Page:
    """Ask everybody who stands proposed."""
    form = AskForm()
    if form.validate_on_submit():
        try:
            outcome = ask_all(
                session(), actor=actor(), consultation=consultation, now=now(), respond_days=form.respond_days.data
            )
        except DomainError as error:
            form.blame(error)
        else:
            count = len(outcome.asked)
            if count:
                flash(ngettext("%(num)d expert has been asked.", "%(num)d experts have been asked.", count))
            for invitation, refusal in outcome.refused:
                flash(f"{_name(invitation)}: {translated(refusal)}", "warning")
            return _to_panel(consultation.id)
    return _panel_page(consultation, form)


@bp.post("/invitations/<int:invitation_id>/ask")
@requires(Permission.INVITATION_ASK, invitation=queries.get_invitation)
def ask_one(invitation: Invitation) -> Page:
    try:
        ask_interests(session(), actor=actor(), invitation=invitation, now=now())
    except DomainError as error:
        flash(f"{_name(invitation)}: {translated(error)}", "danger")
    else:
        flash(_("%(name)s has been asked.", name=_name(invitation)))
    return _to_panel(invitation.consultation_id)


@bp.route("/invitations/<int:invitation_id>/screening", methods=["GET", "POST"])
@requires(Permission.INVITATION_SCREEN, invitation=queries.get_invitation)
def screen(invitation: Invitation) -> Page:
    if not invitation.awaits_screening or invitation.declared_at is None:
        raise WrongState()
    form = ScreeningForm(read_at=invitation.declared_at.isoformat())
    if form.validate_on_submit():
        try:
            JUDGEMENTS[ScreeningVerdict(form.verdict.data)](
                session(),
                actor=actor(),
                invitation=invitation,
                declared_at=form.moment,
                reason=form.reason.data or "",
                now=now(),
            )
        except EditedMeanwhile as error:
            form.blame(error)
            form.compare_with(invitation.declared_at)
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("The interests of %(name)s have been screened.", name=_name(invitation)))
            return _to_panel(invitation.consultation_id)
    return _page("invitations/screening.html", form, invitation)


@bp.route("/invitations/<int:invitation_id>/withdrawal", methods=["GET", "POST"])
@requires(Permission.INVITATION_WITHDRAW, invitation=queries.get_invitation)
def withdraw(invitation: Invitation) -> Page:
    if not is_withdrawable(invitation):
        raise WrongState()
    form = WithdrawForm()
    if form.validate_on_submit():
        try:
            withdraw_invitation(session(), actor=actor(), invitation=invitation, now=now(), **form.values())
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("The invitation of %(name)s has been withdrawn.", name=_name(invitation)))
            return _to_panel(invitation.consultation_id)
    return _page("invitations/withdraw.html", form, invitation)


@bp.route("/invitations/<int:invitation_id>/replacement", methods=["GET", "POST"])
@requires(Permission.INVITATION_REPLACE, invitation=queries.get_invitation)
def replace(invitation: Invitation) -> Page:
    if invitation.state not in REPLACEABLE:
        raise WrongState()
    candidates = queries.list_free(session(), consultation_id=invitation.consultation_id)
    form = ReplaceForm(candidates)
    if form.validate_on_submit():
        chosen = queries.get_invitation(session(), form.replacement.data, actor=actor())
        try:
            replace_invitation(session(), actor=actor(), invitation=invitation, replacement=chosen, now=now())
        except DomainError as error:
            form.blame(error)
        else:
            flash(
                _(
                    "%(replacement)s takes the seat of %(name)s.",
                    replacement=_name(chosen),
                    name=_name(invitation),
                )
            )
            return _to_panel(invitation.consultation_id)
    return _page(
        "invitations/replace.html", form, invitation, candidates=candidates, tabs=tabs(invitation.consultation)
    )


@bp.route("/invitations/<int:invitation_id>/extension/decision", methods=["GET", "POST"])
@requires(Permission.INVITATION_EXTEND, invitation=queries.get_invitation)
def decide_extension(invitation: Invitation) -> Page:
    if not invitation.awaits_extension or invitation.extension_asked_at is None:
        raise WrongState()
    form = ExtensionDecisionForm(read_at=invitation.extension_asked_at.isoformat())
    if form.validate_on_submit():
        try:
            DECISIONS[ExtensionVerdict(form.verdict.data)](
                session(),
                actor=actor(),
                invitation=invitation,
                asked_at=form.moment,
                reason=form.reason.data or "",
                now=now(),
            )
        except EditedMeanwhile as error:
            form.blame(error)
            form.compare_with(invitation.extension_asked_at)
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("%(name)s has been told of your decision by mail.", name=_name(invitation)))
            return _to_panel(invitation.consultation_id)
    return _page("invitations/decide_extension.html", form, invitation, until=answer_until(invitation))


def _panel_page(consultation: Consultation, form: AskForm) -> Page:
    everybody = queries.list_panel(session(), consultation=consultation, actor=actor(), language=language.current())
    is_asking = consultation.state in ASKING
    page = render_template(
        "invitations/panel.html",
        consultation=consultation,
        form=form,
        progress=queries.progress(session(), consultation=consultation),
        groups=[
            (title, members)
            for title, states in (
                (_("On the panel"), (State.ACCEPTED,)),
                (_("Asked"), (State.INTERESTS_ASKED, State.CLEARED, State.WAIVED, State.SENT)),
                (_("Proposed"), (State.PROPOSED,)),
                (_("Not taking part"), (*REPLACEABLE, State.REPLACED, State.WITHDRAWN)),
            )
            if (members := [invitation for invitation in everybody if invitation.state in states])
        ],
        to_screen=[invitation for invitation in everybody if invitation.awaits_screening and is_asking],
        extensions=[one for one in everybody if one.awaits_extension and consultation.state in DECIDING],
        is_asking=is_asking,
        is_proposing=consultation.state in PROPOSING,
        names={invitation.id: _name(invitation) for invitation in everybody},
        replaceable=REPLACEABLE,
        withdrawable={invitation.id for invitation in everybody if is_withdrawable(invitation)},
        tabs=tabs(consultation),
    )
    return page, form.status


def _page(template: str, form: Any, invitation: Invitation, **values: Any) -> Page:
    page = render_template(
        template,
        form=form,
        invitation=invitation,
        consultation=invitation.consultation,
        name=_name(invitation),
        **values,
    )
    return page, form.status


def _shows_answered(consultation: Consultation) -> bool:
    return allows(Permission.ANSWER_IDENTIFY, actor(), consultation)


def _name(invitation: Invitation) -> str:
    return in_language(invitation.expert.name_ja, invitation.expert.name_en)


def _to_panel(consultation_id: int) -> Page:
    return redirect(url_for(".panel", consultation_id=consultation_id), 303)
