"""The pages of the discussion: the expert's, and the facilitator's at the desk."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from advnet.answers.discussion import queries, service
from advnet.answers.discussion.forms import HideForm, RemarkForm
from advnet.answers.queries import find_contributor
from advnet.answers.views import bp
from advnet.clock import now
from advnet.consultations.invitations.model import Invitation
from advnet.consultations.model import Consultation
from advnet.consultations.queries import get_consultation
from advnet.consultations.rounds.views import bp as rounds
from advnet.errors import DomainError, NotFound
from advnet.permissions import Permission
from advnet.web import Page
from advnet.web.access import requires
from advnet.web.request import actor, session
from advnet.web.typed_text import TypedText, keeps_typed_text


def _typed(sent: Any) -> list[TypedText]:
    return [TypedText(_("Your remark"), sent["text"])] if sent.get("text", "").strip() else []


@bp.route("/invitations/<int:invitation_id>/discussion", methods=["GET", "POST"])
@keeps_typed_text(_typed, show="invitations.show")
@requires(Permission.DISCUSSION_JOIN, invitation=queries.get_invitation_in_discussion)
def discuss(invitation: Invitation) -> Page:
    form = RemarkForm()
    if form.validate_on_submit():
        try:
            service.add_remark(
                session(),
                actor=actor(),
                invitation=invitation,
                position=form.position(),
                text=form.text.data or "",
                reply_to=form.answered(),
            )
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("Your remark stands at the end of the thread."))
            return redirect(
                url_for(".discuss", invitation_id=invitation.id, _anchor=f"question-{form.position()}"), 303
            )
    consultation = invitation.consultation
    own = find_contributor(session(), invitation=invitation)
    threads = queries.list_threads(session(), actor=actor(), consultation=consultation, own=own)
    return _page(form, consultation, threads, invitation=invitation), form.status


@rounds.route("/consultations/<int:consultation_id>/discussion", methods=["GET", "POST"])
@requires(Permission.DISCUSSION_LEAD, consultation=get_consultation)
def lead(consultation: Consultation) -> Page:
    form = RemarkForm()
    if form.validate_on_submit():
        try:
            service.add_facilitator_remark(
                session(),
                actor=actor(),
                consultation=consultation,
                position=form.position(),
                text=form.text.data or "",
                reply_to=form.answered(),
            )
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("Your remark stands at the end of the thread."))
            return redirect(
                url_for(".lead", consultation_id=consultation.id, _anchor=f"question-{form.position()}"), 303
            )
    threads = queries.list_threads(session(), actor=actor(), consultation=consultation)
    return _page(form, consultation, threads), form.status


@rounds.route("/consultations/<int:consultation_id>/discussion/hide", methods=["GET", "POST"])
@requires(Permission.DISCUSSION_LEAD, consultation=get_consultation)
def hide(consultation: Consultation) -> Page:
    """Asks before it hides; which remark, the address says."""
    form = HideForm(data={"question": request.args.get("question", ""), "place": request.args.get("remark", "")})
    threads = queries.list_threads(session(), actor=actor(), consultation=consultation)
    spoken = next(
        (
            one
            for thread in threads
            if thread.question.position == form.position()
            for one in thread.remarks
            if one.remark.place == form.hidden()
        ),
        None,
    )
    if spoken is None:
        raise NotFound()
    if form.validate_on_submit():
        try:
            service.hide_remark(
                session(),
                actor=actor(),
                consultation=consultation,
                position=form.position(),
                place=form.hidden(),
                reason=form.reason.data or "",
                now=now(),
            )
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("The remark is hidden."))
            return redirect(url_for(".lead", consultation_id=consultation.id), 303)
    return render_template("rounds/hide.html", form=form, consultation=consultation, spoken=spoken), form.status


def _page(form: RemarkForm, consultation: Consultation, threads: list[queries.Thread], **values: Any) -> str:
    """The threads, each with a form of its own; the one that was sent keeps what was typed."""
    sent = form.position()
    forms = {}
    for thread in threads:
        position = thread.question.position
        here = form if position == sent else RemarkForm(formdata=None)
        here.stand_in(position, [one.remark.place for one in thread.remarks if not one.remark.hidden_reason])
        forms[position] = here
    return render_template(
        "answers/discussion.html",
        consultation=consultation,
        threads=threads,
        forms=forms,
        form=form,
        is_discussing=service.is_discussing(consultation),
        longest=service.LONGEST_REMARK,
        **{"invitation": None, **values},
    )
