"""The desk's page of results, the choice of a rule, and the files of figures for other programs."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from advnet.answers import queries as answers
from advnet.answers.results import picture_views as shown
from advnet.answers.results import queries
from advnet.answers.results.assembling import QuestionResult, assemble, by_round, needed_for
from advnet.answers.results.export import excalibur_zip, ratings_csv
from advnet.answers.results.forms import RuleForm, rule_form
from advnet.answers.results.labels import REASONS, lack_words, rule_caveat, rule_source, rule_title
from advnet.answers.results.opinions import find_opinions
from advnet.answers.results.service import choose_rule
from advnet.answers.views import bp
from advnet.clock import now
from advnet.consultations.invitations.course_views import tabs
from advnet.consultations.model import Consultation, Question
from advnet.consultations.queries import get_consultation
from advnet.errors import DomainError, NotFound
from advnet.permissions import Permission, allows
from advnet.web import Page
from advnet.web.access import requires
from advnet.web.request import actor, session

MOST_ON_A_PAGE = 10
"""Questions with their pictures; where there are more the page lists them all, and each has one of its own."""


@bp.get("/consultations/<int:consultation_id>/results")
@requires(Permission.ANSWER_READ, consultation=get_consultation)
def results(consultation: Consultation) -> Page:
    number = request.args.get("question", type=int)
    return _page(consultation, next((one for one in consultation.questions if one.position == number), None))


@bp.post("/consultations/<int:consultation_id>/results/<int:number>")
@requires(Permission.ANSWER_POOL, consultation=get_consultation)
def set_rule(consultation: Consultation, number: int) -> Page:
    question = next((one for one in consultation.questions if one.position == number), None)
    if question is None:
        raise NotFound()
    found, _all = _assembled(consultation, question)
    if not found or not found[0].offers:
        raise NotFound()
    (result,) = found
    form = rule_form(result, reads_request=True)
    if form.validate_on_submit():
        try:
            choose_rule(
                session(),
                actor=actor(),
                consultation=consultation,
                question=question,
                rule=form.rule.data,
                offers=result.offers,
                now=now(),
            )
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("The rule is chosen; the figures below follow it."))
            alone = number if len(consultation.questions) > MOST_ON_A_PAGE else None
            here = url_for(".results", consultation_id=consultation.id, question=alone, _anchor=f"question-{number}")
            return redirect(here, 303)
    return _page(consultation, question, form)


@bp.get("/consultations/<int:consultation_id>/ratings.csv")
@requires(Permission.ANSWER_READ, consultation=get_consultation)
def ratings(consultation: Consultation) -> Response:
    given, labels = _given(consultation)
    text = ratings_csv(consultation.questions, given, labels)
    if text is None:
        raise NotFound()
    return _file(text.encode(), f"ratings-{consultation.reference}.csv", "text/csv; charset=utf-8")


@bp.get("/consultations/<int:consultation_id>/excalibur.zip")
@requires(Permission.ANSWER_READ, consultation=get_consultation)
def excalibur(consultation: Consultation) -> Response:
    given, labels = _given(consultation)
    packed = excalibur_zip(consultation.questions, given, labels, name=consultation.reference)
    if packed is None:
        raise NotFound()
    return _file(packed, f"excalibur-{consultation.reference}.zip", "application/zip")


def _page(consultation: Consultation, chosen: Question | None, bound: RuleForm | None = None) -> Page:
    is_list = chosen is None and len(consultation.questions) > MOST_ON_A_PAGE
    through = answers.through_round(consultation, actor=actor())
    count = answers.count_answers(session(), consultation_id=consultation.id, through=through)
    labels = queries.list_labels(session(), actor=actor(), consultation=consultation)
    found, given = _assembled(consultation, chosen)
    may_choose = allows(Permission.ANSWER_POOL, actor(), consultation) and consultation.issued_at is None
    forms = {
        one.question.id: bound if bound is not None and one.question is chosen else rule_form(one, reads_request=False)
        for one in found
        if one.offers and may_choose and not is_list
    }
    rounds = by_round(given) if chosen is None and not is_list else {}
    opinions = find_opinions(consultation.questions, list(rounds.values())[-1]) if rounds else None
    return (
        render_template(
            "answers/results.html",
            consultation=consultation,
            tabs=tabs(consultation, "answers.results"),
            chosen=chosen,
            is_list=is_list,
            found=found,
            pictures={} if is_list else {one.question.id: shown.pictures_of(one, labels) for one in found},
            forms=forms,
            opinions=opinions,
            count=count,
            through=through,
            are_too_few=answers.are_too_few(consultation, count, actor=actor()),
            has_ratings=any(one.question.kind == "probability" and one.last.experts for one in found),
            has_case=any(one.question.is_seed and one.question.settings.get("form") == "quantiles" for one in found),
            shown=shown,
            reasons=REASONS,
            rule_title=rule_title,
            rule_caveat=rule_caveat,
            rule_source=rule_source,
            lack_words=lack_words,
        ),
        bound.status if bound is not None else 200,
    )


def _assembled(consultation: Consultation, chosen: Question | None) -> tuple[list[QuestionResult], list[queries.Given]]:
    """The results of one question or of all, and the answers that they are made of."""
    questions = list(consultation.questions) if chosen is None else needed_for(chosen, consultation.questions)
    given = queries.list_given(
        session(), actor=actor(), consultation=consultation, question_ids=[one.id for one in questions]
    )
    return assemble(questions, given, shown=None if chosen is None else [chosen]), given


def _given(consultation: Consultation) -> tuple[list[queries.Given], dict[int, answers.Label]]:
    who = actor()
    return (
        queries.list_given(session(), actor=who, consultation=consultation),
        queries.list_labels(session(), actor=who, consultation=consultation),
    )


def _file(content: bytes, name: str, content_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=content_type, headers=headers)
