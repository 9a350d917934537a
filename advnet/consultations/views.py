"""Pages of consultations: the list, one consultation, writing it. The moves have their pages in ``move_views.py``."""

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import LazyString
from flask_babel import gettext as _

from advnet.audit.events import EVENTS
from advnet.audit.model import AuditEntry
from advnet.clock import now
from advnet.consultations import kind_labels, labels, queries, service
from advnet.consultations.details import Details, details_of
from advnet.consultations.forms import ConsultationForm, RequestForm, values_of
from advnet.consultations.invitations.course_views import next_steps, tabs
from advnet.consultations.invitations.queries import find_own_id
from advnet.consultations.model import Consultation, ConsultationState
from advnet.consultations.queries import Due, Filters, Order
from advnet.consultations.states import COURSE, EDITABLE, STAGES, Move, moves_for
from advnet.errors import DomainError, EditedMeanwhile, WrongState, msgid
from advnet.figures import write_figure
from advnet.permissions import Permission, allows
from advnet.web import Page, language
from advnet.web.access import requires
from advnet.web.paging import LinkedPage, asked_page
from advnet.web.request import actor, session

bp = Blueprint("consultations", __name__)

FACETS_SHOWN = 12
HAVE_BRIEF = frozenset(COURSE[COURSE.index(ConsultationState.CLOSED) :])
"""A brief can be begun, or is there."""


@bp.record
def give_words(state: BlueprintSetupState) -> None:
    """Every page that shows questions tells of them in the same words."""
    state.app.jinja_env.globals.update(
        how_answered=kind_labels.how_answered, resolution_of=kind_labels.resolution_of, write_figure=write_figure
    )


@bp.app_template_global()
def consultation_state(state: str) -> dict[str, str]:
    """Label and tone of a state, for the status macro."""
    label, tone = labels.STATES[ConsultationState(state)]
    return {"label": str(label), "tone": tone}


@bp.get("/consultations")
@requires(Permission.CONSULTATION_LIST)
def index() -> Page:
    filters = _asked_filters()
    page = queries.list_consultations(session(), actor=actor(), filters=filters, page=asked_page(), now=now())
    return render_template(
        "consultations/index.html",
        page=LinkedPage(page),
        filters=filters,
        groups=_facet_groups(filters),
        sort=("-" if filters.descending else "") + filters.order,
        is_filtered=bool(filters.text or filters.states or filters.facets or filters.due),
    )


@bp.route("/consultations/new", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_DRAFT)
def draft() -> Page:
    form = ConsultationForm()
    if not _changed_only(form) and form.validate_on_submit():
        try:
            consultation = service.draft_consultation(
                session(), actor=actor(), details=form.details(Details()), now=now()
            )
        except DomainError as error:
            form.blame(error)
        else:
            flash(_said(consultation))
            return redirect(url_for(".show", consultation_id=consultation.id), 303)
    return _write_page(form, title=_("Draft a consultation"), save=_("Save the draft"))


@bp.route("/consultations/request", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_FILE)
def file() -> Page:
    form = RequestForm()
    if not _changed_only(form) and form.validate_on_submit():
        write = service.draft_request if form.stays_draft else service.file_consultation
        try:
            consultation = write(session(), actor=actor(), details=form.details(Details()), now=now())
        except DomainError as error:
            form.blame(error)
        else:
            flash(_said(consultation))
            return redirect(url_for(".show", consultation_id=consultation.id), 303)
    return _write_page(form, title=_("File a request"), save=_("File the request"), may_stay_draft=True)


@bp.route("/consultations/<int:consultation_id>/edit", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_EDIT, consultation=queries.get_consultation)
def edit(consultation: Consultation) -> Page:
    if consultation.state not in EDITABLE:
        raise WrongState(msgid("The text can no longer be changed: experts have been asked about it."))
    kind = ConsultationForm if allows(Permission.CONSULTATION_DRAFT, actor()) else RequestForm
    form = kind(data=values_of(consultation))
    is_private, stale = consultation.is_private, False
    if not _changed_only(form) and form.validate_on_submit():
        try:
            service.edit_consultation(
                session(),
                actor=actor(),
                consultation=consultation,
                details=form.details(details_of(consultation)),
                version=form.seen_version(),
                now=now(),
            )
            if is_private and not form.stays_draft:
                service.file_draft(session(), actor=actor(), consultation=consultation, now=now())
        except EditedMeanwhile as error:
            form.blame(error)
            form.show_version(consultation.version)
            stale = True
        except DomainError as error:
            form.blame(error)
        else:
            flash(_said(consultation) if is_private else _("Your changes are saved."))
            return redirect(url_for(".show", consultation_id=consultation.id), 303)
    return _write_page(
        form,
        title=_("Change %(reference)s", reference=consultation.reference),
        save=_("File the request") if is_private else _("Save the changes"),
        may_stay_draft=is_private,
        consultation=consultation,
        is_stale=stale,
    )


@bp.get("/consultations/<int:consultation_id>")
@requires(Permission.CONSULTATION_READ, consultation=queries.get_consultation)
def show(consultation: Consultation) -> Page:
    who = actor()
    invitation_id = find_own_id(session(), consultation_id=consultation.id, actor=who)
    if not queries.shows_material(session(), consultation=consultation, actor=who):
        return render_template(
            "consultations/show_before_screening.html", consultation=consultation, invitation_id=invitation_id
        )
    at_desk = allows(Permission.CONSULTATION_DRAFT, who)
    reads_course = at_desk or consultation.requester_id == who.user_id
    state = ConsultationState(consultation.state)
    is_own_draft = consultation.is_private and state == ConsultationState.DRAFT
    steps_on = next_steps(consultation)
    return render_template(
        "consultations/show.html",
        consultation=consultation,
        invitation_id=invitation_id,
        at_desk=at_desk,
        reads_course=reads_course,
        is_editable=consultation.state in EDITABLE and allows(Permission.CONSULTATION_EDIT, who, consultation),
        steps=_steps(consultation),
        what_comes_next=labels.ONLY_YOURS if is_own_draft else labels.what_comes_next(consultation),
        mode=labels.MODES[consultation.mode],
        next_steps=steps_on,
        moves=_offered(consultation, {step.move for step in steps_on}),
        tabs=tabs(consultation, "consultations.show") if at_desk else [],
        has_brief=consultation.state in HAVE_BRIEF,
        history=_history(consultation, at_desk=at_desk) if reads_course else [],
    )


def _asked_filters() -> Filters:
    """What the address asks for; values that are not known are passed over."""
    sort = request.args.get("sort", "-change")
    order = sort.removeprefix("-")
    return Filters(
        text=request.args.get("q", "").strip()[:200],
        states=tuple(ConsultationState(one) for one in request.args.getlist("state") if one in set(ConsultationState)),
        facets=tuple(request.args.getlist("facet"))[:50],
        due=tuple(Due(one) for one in request.args.getlist("due") if one in set(Due)),
        order=Order(order) if order in set(Order) else Order.CHANGE,
        descending=sort.startswith("-") or order not in set(Order),
    )


def _facet_groups(filters: Filters) -> list[dict[str, Any]]:
    states = queries.count_by_state(session(), actor=actor())
    counted = queries.count_by_facet(session(), actor=actor())
    concepts = sorted(counted, key=lambda one: (one[0].code not in filters.facets, -one[1]))[:FACETS_SHOWN]
    japanese = language.current() == "ja"
    return [
        {
            "name": "state",
            "label": _("State"),
            "options": [
                {"value": state, "label": label, "checked": state in filters.states, "count": states[state]}
                for state, (label, _tone) in labels.STATES.items()
                if state in states
            ],
        },
        {
            "name": "due",
            "label": _("Deadline"),
            "options": [
                {"value": due, "label": label, "checked": due in filters.due, "count": None}
                for due, label in labels.DUE.items()
            ],
        },
        {
            "name": "facet",
            "label": _("About"),
            "options": [
                {
                    "value": concept.code,
                    "label": concept.label_ja if japanese else concept.label_en,
                    "checked": concept.code in filters.facets,
                    "count": count,
                }
                for concept, count in concepts
            ],
        },
    ]


def _changed_only(form: RequestForm) -> bool:
    """Whether a button changed the form, so that the page is shown again and nothing is saved."""
    return request.method == "POST" and form.press()


def _said(consultation: Consultation) -> str:
    """That what was written is kept, and as what."""
    if consultation.state == ConsultationState.DRAFT:
        return str(_("The draft %(reference)s is saved.", reference=consultation.reference))
    return str(_("Your request %(reference)s is filed.", reference=consultation.reference))


def _write_page(
    form: RequestForm,
    *,
    title: str,
    save: str,
    may_stay_draft: bool = False,
    consultation: Consultation | None = None,
    is_stale: bool = False,
) -> Page:
    text = form.facet_text.data or ""
    found = queries.find_concepts(session(), text=text) if text else []
    form.offer_facets(
        chosen=queries.list_concepts(session(), form.facets.data or []),
        found=found,
        broad=queries.list_broad_concepts(session()),
    )
    page = render_template(
        "consultations/write.html",
        form=form,
        title=title,
        save=save,
        may_stay_draft=may_stay_draft,
        consultation=consultation,
        is_stale=is_stale,
        found_count=len(found) if text else None,
    )
    return page, form.status


def _steps(consultation: Consultation) -> list[dict[str, str]]:
    state = ConsultationState(consultation.state)
    at = next((place for place, states in enumerate(STAGES) if state in states), -1)
    here = "problem" if state in {"returned", "merged", "declined"} else "done" if state == "settled" else "current"
    return [
        {
            "label": _stage(label, place, consultation),
            "state": "done" if place < at else here if place == at else "todo",
        }
        for place, label in enumerate(labels.STAGES)
    ]


def _stage(label: LazyString, place: int, consultation: Consultation) -> str:
    """The name of a stage; of the answers with the round that is open, or was last."""
    number = consultation.round_number
    if ConsultationState.OPEN not in STAGES[place] or not consultation.has_rounds or number is None:
        return str(label)
    if number == 0:
        return str(_("Answers (items are named)"))
    return str(_("Answers (round %(number)s of %(planned)s)", number=number, planned=consultation.planned_rounds))


def _offered(consultation: Consultation, shown: set[Move | None]) -> list[tuple[Move, labels.MoveWords]]:
    """The moves for which this part has pages, as this reader may make them now, but those that are shown already."""
    offered = [move for move in moves_for(actor(), consultation) if move in labels.MOVES]
    return [(move, labels.MOVES[move]) for move in offered if move not in shown]


def _history(consultation: Consultation, *, at_desk: bool) -> list[dict[str, Any]]:
    entries = queries.list_history(session(), consultation=consultation)
    return [_event(entry, at_desk) for entry in entries if at_desk or entry.event not in labels.INSIDE]


def _event(entry: AuditEntry, at_desk: bool) -> dict[str, Any]:
    at: datetime = entry.at
    event: dict[str, Any] = {"at": at, "title": _(EVENTS.get(entry.event, entry.event))}
    if at_desk:
        event["by"] = entry.actor_name if entry.actor_id else _("Automatic")
    if entry.reason:
        event["text"] = entry.reason
    return event
