"""Pages of briefs: the list, reading, writing beside the answers, review, issue, the Word file."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from advnet.advice import issuing, labels, queries, service
from advnet.advice.document import (
    PARSER,
    BriefDocument,
    Reference,
    list_cited,
    make_references,
    render_environment,
)
from advnet.advice.docx import write_docx
from advnet.advice.forms import BriefForm, MoveForm, ReturnForm, typed_brief
from advnet.advice.model import Brief, BriefState
from advnet.answers.queries import AnsweredQuestion, count_answers, get_cited, list_answers
from advnet.clock import now
from advnet.consultations.model import Consultation, ConsultationState
from advnet.consultations.queries import get_consultation
from advnet.errors import DomainError, EditedMeanwhile, Unsound, WrongState
from advnet.permissions import Permission
from advnet.web import Page, language
from advnet.web.access import requires
from advnet.web.forms import VersionedForm, translated
from advnet.web.markdown import render_markdown
from advnet.web.paging import LinkedPage, asked_page
from advnet.web.request import actor, session
from advnet.web.templating import format_moment, in_language
from advnet.web.typed_text import keep_on_old_pages, keeps_typed_text

bp = Blueprint("briefs", __name__)
keep_on_old_pages(bp)

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Shown:
    """A brief's text in one language, with its citations resolved.

    :ivar other: the other language, when there is a text in it too
    """

    language: str
    title: str
    text: str
    references: list[Reference]
    other: str | None = None

    def html(self, level: int) -> Markup:
        """The text as a page shows it, its highest headings of this level."""
        environment = render_environment(self.references, anchor=self.anchor)
        return render_markdown(self.text, parser=PARSER, environment=environment, level=level)

    @property
    def anchor(self) -> str:
        """What the ids of its references begin with; two texts may stand on one page."""
        return f"reference-{self.language}"


@bp.app_template_global()
def brief_state(state: str) -> dict[str, str]:
    """Label and tone of a state, for the status macro."""
    label, tone = labels.STATES[BriefState(state)]
    return {"label": str(label), "tone": tone}


@bp.get("/briefs")
@requires(Permission.BRIEF_LIST)
def index() -> Page:
    page = queries.list_briefs(session(), actor=actor(), page=asked_page())
    return render_template("advice/index.html", page=LinkedPage(page))


@bp.get("/briefs/<int:brief_id>")
@requires(Permission.BRIEF_READ, brief=queries.get_brief)
def show(brief: Brief) -> Page:
    return render_template("advice/show.html", brief=brief, shown=_shown(brief), note=labels.chatham_house_note())


@bp.get("/briefs/<int:brief_id>.docx")
@requires(Permission.BRIEF_READ, brief=queries.get_brief)
def download(brief: Brief) -> Response:
    name = f"brief-{brief.consultation.reference}.docx"  # no title: a file name is seen by more than its readers
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(write_docx(_document(brief), now=now()), content_type=WORD, headers=headers)


@bp.route("/consultations/<int:consultation_id>/brief", methods=["GET", "POST"])
@requires(Permission.BRIEF_START, consultation=get_consultation)
def start(consultation: Consultation) -> Page:
    """Leads to the brief; where there is none yet, asks whether to begin it."""
    brief = queries.find_brief_of(session(), consultation=consultation, actor=actor())
    if brief is not None:
        return redirect(url_for(".show", brief_id=brief.id), 303)
    form = MoveForm()
    if form.validate_on_submit():
        try:
            brief = service.start_brief(session(), actor=actor(), consultation=consultation, now=now())
        except DomainError as error:
            form.blame(error)
        else:
            return redirect(url_for(".edit", brief_id=brief.id), 303)
    elif consultation.state not in {ConsultationState.CLOSED, ConsultationState.SYNTHESIS}:
        raise WrongState()
    count = count_answers(session(), consultation_id=consultation.id)
    return render_template("advice/start.html", form=form, consultation=consultation, count=count), form.status


@bp.route("/briefs/<int:brief_id>/edit", methods=["GET", "POST"])
@keeps_typed_text(typed_brief, show="briefs.show")
@requires(Permission.BRIEF_WRITE, brief=queries.get_brief)
def edit(brief: Brief) -> Page:
    if brief.state == BriefState.ISSUED:
        raise WrongState()
    form = BriefForm(obj=brief)
    is_stale, previews = False, []
    if form.is_submitted() and "preview" in request.form and form.validate():
        text = form.text()
        previews = [
            resolved(brief, title, body, written)
            for written, title, body in (("ja", text.title_ja, text.body_ja), ("en", text.title_en, text.body_en))
            if title.strip() or body.strip()
        ]
    elif form.validate_on_submit():
        try:
            service.save_brief(
                session(), actor=actor(), brief=brief, text=form.text(), version=form.seen_version(), now=now()
            )
        except EditedMeanwhile as error:
            form.blame(error)
            is_stale = True
            form.show_version(brief.version)
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("The brief is saved as version %(number)s.", number=brief.version))
            to_reading = request.form.get("act") == "read"
            return redirect(url_for(".show" if to_reading else ".edit", brief_id=brief.id), 303)
    answered = list_answers(session(), actor=actor(), consultation=brief.consultation)
    written = [form.body_ja.data or "", form.body_en.data or ""]
    page = render_template(
        "advice/edit.html",
        form=form,
        brief=brief,
        previews=previews,
        is_stale=is_stale,
        editor=queries.find_last_editor(session(), brief=brief) if is_stale else None,
        answered=answered,
        cited=_cited_among(answered, written),
        called=labels.contributor_label,
    )
    return page, form.status


@bp.post("/briefs/<int:brief_id>/review")
@requires(Permission.BRIEF_WRITE, brief=queries.get_brief)
def review(brief: Brief) -> Page:
    try:
        service.send_to_review(session(), actor=actor(), brief=brief, now=now())
    except Unsound as error:
        for fault in error.faults:
            flash(translated(fault), "error")
        return redirect(url_for(".edit", brief_id=brief.id), 303)
    flash(_("The brief is in review."))
    return redirect(url_for(".show", brief_id=brief.id), 303)


@bp.route("/briefs/<int:brief_id>/return", methods=["GET", "POST"], endpoint="return")
@requires(Permission.BRIEF_RETURN, brief=queries.get_brief)
def return_brief(brief: Brief) -> Page:
    if brief.state != BriefState.IN_REVIEW:
        raise WrongState()
    form = ReturnForm()
    if form.validate_on_submit():
        try:
            service.return_from_review(session(), actor=actor(), brief=brief, now=now(), **form.values())
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("The brief is being drafted again."))
            return redirect(url_for(".show", brief_id=brief.id), 303)
    return render_template("advice/return.html", form=form, brief=brief), form.status


@bp.route("/briefs/<int:brief_id>/issue", methods=["GET", "POST"])
@requires(Permission.BRIEF_ISSUE, brief=queries.get_brief)
def issue(brief: Brief) -> Page:
    if brief.state != BriefState.IN_REVIEW:
        raise WrongState()
    form = VersionedForm(version=brief.version)
    if form.validate_on_submit():
        try:
            issuing.issue_brief(session(), actor=actor(), brief=brief, version=form.seen_version(), now=now())
        except issuing.ReadAgain as error:
            form.blame(error)
            form.show_version(brief.version)
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("The brief is issued. Everybody who contributed is told by mail."))
            return redirect(url_for(".show", brief_id=brief.id), 303)
    count = count_answers(session(), consultation_id=brief.consultation_id)
    return render_template("advice/issue.html", form=form, brief=brief, shown=_shown(brief), count=count), form.status


def _cited_among(answered: Sequence[AnsweredQuestion], texts: Sequence[str]) -> set[int]:
    """Which of these answers the texts cite."""
    cited = {one.answer_id for text in texts for one in list_cited(text)}
    return {one.answer.id for part in answered for one in part.answers} & cited


def _shown(brief: Brief) -> Shown:
    """The brief in the reader's language; in the other one where there is only that."""
    here = language.current()
    there = "en" if here == "ja" else "ja"
    texts = {"ja": (brief.title_ja, brief.body_ja), "en": (brief.title_en, brief.body_en)}
    chosen = here if texts[here][1] or not texts[there][1] else there
    title = texts[chosen][0] or in_language(brief.title_ja, brief.title_en) or _("Brief without a title")
    other = there if chosen == here and texts[there][1] else None
    return resolved(brief, title, texts[chosen][1], chosen, other)


def resolved(brief: Brief, title: str, text: str, written: str, other: str | None = None) -> Shown:
    """A text of the brief with its citations as this reader may know them."""
    ids = {one.answer_id for one in list_cited(text) if one.answer_id is not None}
    cited = get_cited(session(), actor=actor(), consultation=brief.consultation, answer_ids=ids) if ids else {}
    names = {
        answer_id: (
            labels.cited_label(one, brief.consultation),
            in_language(one.answer.question.prompt_ja, one.answer.question.prompt_en),
            labels.cited_words(one),
        )
        for answer_id, one in cited.items()
    }
    return Shown(written, title, text, make_references(text, names), other)


def _document(brief: Brief) -> BriefDocument:
    shown, consultation = _shown(brief), brief.consultation
    marking = [_("Confidentiality %(level)s", level=consultation.confidentiality)]
    marking += [_("Chatham House Rule")] if consultation.chatham_house else []
    marking += [consultation.handling] if consultation.handling else []
    if brief.issued_at is None:
        standing = _("Draft, version %(number)s: not issued", number=brief.version)
    else:
        standing = _("Issued %(time)s", time=format_moment(brief.issued_at))
    return BriefDocument(
        language=shown.language,
        title=shown.title,
        text=shown.text,
        references=shown.references,
        tlp=consultation.tlp,
        marking=marking,
        facts=[_("Consultation %(reference)s", reference=consultation.reference), standing],
        notes=[labels.chatham_house_note()] if consultation.chatham_house else [],
        references_heading=_("References"),
        author=_("Science and Technology Diplomacy Advisory Network"),
        subject=_("Consultation %(reference)s", reference=consultation.reference),
    )
