"""An expert writes, reviews and submits answers; the desk reads them side by side."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _

from advnet.answers import labels, queries, service
from advnet.answers.drafts import Draft, Incomplete, checked
from advnet.answers.export import answers_csv
from advnet.answers.forms import AnswerForm, answer_form, typed_answers
from advnet.answers.kinds import kind_of
from advnet.answers.kinds import labels as kind_labels
from advnet.answers.labels import names_contributors
from advnet.answers.model import Contributor
from advnet.answers.review_forms import review_form
from advnet.answers.timing import find_obstacle
from advnet.clock import now
from advnet.consultations.invitations.model import Invitation, answer_until, takes_drafts, takes_items
from advnet.consultations.model import Consultation, Question
from advnet.consultations.queries import get_consultation
from advnet.errors import DomainError
from advnet.permissions import Permission, allows
from advnet.web import Page, language
from advnet.web.access import requires
from advnet.web.forms import Form, translated
from advnet.web.request import actor, session
from advnet.web.rows import rows_changed
from advnet.web.typed_text import keep_on_old_pages, keeps_typed_text

bp = Blueprint("answers", __name__)
keep_on_old_pages(bp)


@bp.record
def give_words(state: BlueprintSetupState) -> None:
    """Every page that shows answers shows them in the same words."""
    state.app.jinja_env.globals.update(
        answer_labels=labels,
        answer_lines=kind_labels.answer_lines,
        is_in_words=lambda question: kind_of(question).needs_text,
        kind_words=kind_labels.kind_words,
    )


@bp.route("/invitations/<int:invitation_id>/answer", methods=["GET", "POST"])
@keeps_typed_text(typed_answers, show="invitations.show")
@requires(Permission.ANSWER_WRITE, invitation=queries.get_invitation_to_answer)
def write(invitation: Invitation) -> Page:
    if takes_items(invitation, now=now()):
        return redirect(url_for(".name_items", invitation_id=invitation.id), 303)
    form = _form(invitation)
    other = None
    if form.is_submitted() and not rows_changed(form) and form.validate():
        try:
            _save(invitation, form)
        except service.DraftOverwritten as error:
            form.blame(error)
            form.draft_version.data = str(error.version)
            other = _filled(invitation, error.saved, error.version)
        except DomainError as error:
            form.blame(error)
        else:
            if request.form.get("act") == "save":
                flash(_("Your draft is saved. It is still there after you sign out."))
                return redirect(url_for(".write", invitation_id=invitation.id), 303)
            return redirect(url_for(".review", invitation_id=invitation.id), 303)
    return render_template("answers/write.html", form=form, other=other, **_of(invitation)), form.status


@bp.post("/invitations/<int:invitation_id>/draft")
@keeps_typed_text(typed_answers, show="invitations.show")
@requires(Permission.ANSWER_WRITE, invitation=queries.get_invitation_to_answer)
def autosave(invitation: Invitation) -> Response:
    contributor = _save(invitation, _form(invitation))
    return Response(status=204, headers={"X-Draft-Version": str(contributor.draft_version)})


@bp.route("/invitations/<int:invitation_id>/answer/review", methods=["GET", "POST"])
@requires(Permission.ANSWER_WRITE, invitation=queries.get_invitation_to_answer)
def review(invitation: Invitation) -> Page:
    contributor = queries.find_contributor(session(), invitation=invitation)
    if contributor is None:
        return redirect(url_for(".write", invitation_id=invitation.id), 303)
    changed = _changed(invitation, contributor)
    form = review_form(changed, queries.list_reasons(session(), contributor=contributor), contributor.draft_version)
    if form.validate_on_submit():
        try:
            service.submit_answers(
                session(),
                actor=actor(),
                invitation=invitation,
                now=now(),
                seen_version=form.seen_version(),
                change_reasons=form.reasons(),
            )
        except Incomplete:
            return redirect(url_for(".review", invitation_id=invitation.id), 303)
        except DomainError as error:
            form.blame(error)
            form.draft_version.data = str(contributor.draft_version)
        else:
            return redirect(url_for(".confirmation", invitation_id=invitation.id), 303)
    filled = _filled(invitation, contributor.draft, contributor.draft_version)
    try:
        given = {answer.question_id: answer for answer in checked(contributor.draft, filled.questions)}
    except Incomplete as error:
        for fault in error.faults:
            filled.blame(fault)
        return render_template("answers/write.html", form=filled, other=None, **_of(invitation)), 200
    return (
        render_template(
            "answers/review.html",
            form=form,
            given=given,
            changed={question.id for question in changed},
            **_of(invitation),
        ),
        form.status,
    )


@bp.get("/invitations/<int:invitation_id>/answer/confirmation")
@requires(Permission.ANSWER_WRITE, invitation=queries.get_invitation_to_answer)
def confirmation(invitation: Invitation) -> Page:
    if not invitation.has_answered:
        return redirect(url_for(".write", invitation_id=invitation.id), 303)
    reference = queries.get_reference(session(), invitation=invitation)
    return render_template("answers/confirmation.html", reference=reference, **_of(invitation))


@bp.route("/invitations/<int:invitation_id>/answer/withdraw", methods=["GET", "POST"])
@requires(Permission.ANSWER_WRITE, invitation=queries.get_invitation_to_answer)
def withdraw(invitation: Invitation) -> Page:
    form = Form()
    if form.validate_on_submit():
        service.withdraw_answers(session(), actor=actor(), invitation=invitation, now=now())
        flash(_("Your answers are withdrawn. Your draft is kept: you can submit it again before the deadline."))
        return redirect(url_for("invitations.show", invitation_id=invitation.id), 303)
    return render_template("answers/withdraw.html", form=form, **_of(invitation)), form.status


@bp.get("/consultations/<int:consultation_id>/answers")
@requires(Permission.DESK_READ, consultation=get_consultation)
def read(consultation: Consultation) -> Page:
    if not allows(Permission.ANSWER_READ, actor(), consultation):
        return render_template("answers/not_yet.html", consultation=consultation)
    answered = queries.list_answers(session(), actor=actor(), consultation=consultation)
    chosen = request.args.get("question", type=int)
    number = request.args.get("expert", type=int)
    expert = next((one.label for part in answered for one in part.answers if one.label.number == number), None)
    if expert is not None:
        answered = [part.by(expert) for part in answered]
    through = queries.through_round(consultation, actor=actor())
    count = queries.count_answers(session(), consultation_id=consultation.id, through=through)
    return render_template(
        "answers/read.html",
        consultation=consultation,
        answered=[part for part in answered if chosen is None or part.question.position == chosen],
        chosen=chosen,
        expert=expert,
        count=count,
        through=through,
        are_too_few=queries.are_too_few(consultation, count, actor=actor()),
    )


@bp.get("/consultations/<int:consultation_id>/answers.csv")
@requires(Permission.ANSWER_READ, consultation=get_consultation)
def export(consultation: Consultation) -> Response:
    answered = queries.list_answers(session(), actor=actor(), consultation=consultation)
    name = f"answers-{consultation.reference}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    text = answers_csv(answered, language=language.current(), in_words=kind_labels.answer_in_words)
    return Response(text, content_type="text/csv; charset=utf-8", headers=headers)


def _changed(invitation: Invitation, contributor: Contributor) -> list[Question]:
    """The questions whose change since the round before must be given a reason; none while the draft is incomplete."""
    if not invitation.consultation.round_number:
        return []
    try:
        inputs = checked(contributor.draft, invitation.consultation.questions)
    except Incomplete:
        return []
    return service.find_changed(session(), invitation=invitation, contributor=contributor, inputs=inputs)


def _form(invitation: Invitation) -> AnswerForm:
    contributor = queries.find_contributor(session(), invitation=invitation)
    draft, version = (contributor.draft, contributor.draft_version) if contributor else ({}, 0)
    consultation = invitation.consultation
    named = names_contributors(consultation)
    return answer_form(tuple(consultation.questions), draft, version, names_contributors=named)


def _filled(invitation: Invitation, draft: Draft, version: int) -> AnswerForm:
    """The form as this draft fills it, whatever the request sends."""
    consultation = invitation.consultation
    named = names_contributors(consultation)
    questions = tuple(consultation.questions)
    return answer_form(questions, draft, version, names_contributors=named, reads_request=False)


def _save(invitation: Invitation, form: AnswerForm) -> Contributor:
    return service.save_draft(
        session(),
        actor=actor(),
        invitation=invitation,
        draft=form.draft(),
        seen_version=form.seen_version(),
        now=now(),
    )


def _of(invitation: Invitation) -> dict[str, object]:
    at = now()
    return {
        "invitation": invitation,
        "consultation": invitation.consultation,
        "until": answer_until(invitation),
        "obstacle": translated(obstacle) if (obstacle := find_obstacle(invitation, now=at)) else None,
        "takes_drafts": takes_drafts(invitation, now=at),
    }
