"""The auditor's pages: the log, its verification, its export. They only read."""

import json
from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from advnet.audit import queries
from advnet.audit.events import ACTORS, EVENTS, NOUNS, SUBJECTS, noun_of
from advnet.audit.forms import FilterForm
from advnet.audit.service import verify_chain
from advnet.days import JAPAN
from advnet.db import Database
from advnet.permissions import Permission
from advnet.spreadsheet import BYTE_ORDER_MARK, csv_line
from advnet.web import Page
from advnet.web.access import requires
from advnet.web.paging import LinkedPage, asked_page
from advnet.web.request import actor, database, session

bp = Blueprint("audit", __name__, url_prefix="/audit")

COLUMNS = (
    "number", "at", "event", "actor_id", "actor_name", "subject_type", "subject_id", "reason", "has_reason", "detail",
    "digest",
)  # fmt: skip


@bp.get("")
@requires(Permission.AUDIT_READ)
def index() -> Page:
    form = _filters()
    if not form.validate():
        return render_template("audit/index.html", form=form, page=None), form.status
    page = queries.list_entries(session(), actor=actor(), number=asked_page(), **_chosen(form))
    filters: dict[str, Any] = {name: value for name, value in request.args.items() if name in form and value}
    return render_template(
        "audit/index.html", form=form, page=LinkedPage(page), export_url=url_for(".export", **filters)
    )


@bp.get("/verify")
@requires(Permission.AUDIT_READ)
def verify() -> Page:
    count, digest = queries.count_entries(session(), actor=actor())
    return render_template("audit/verify.html", broken=verify_chain(session()), count=count, digest=digest)


@bp.get("/export")
@requires(Permission.AUDIT_READ)
def export() -> Page:
    """The entries that the filters leave, as CSV that a spreadsheet opens and does not run."""
    form = _filters()
    if not form.validate():
        return render_template("audit/index.html", form=form, page=None), form.status
    query = queries.selection(actor=actor(), **_chosen(form)).execution_options(yield_per=1000)
    return Response(
        _csv(database(), query),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="audit.csv"'},
    )


def _filters() -> FilterForm:
    form = FilterForm()
    events, subjects = queries.list_kinds(session(), actor=actor())
    form.event.choices = [SelectChoice("", _("All")), *_event_choices(events)]
    form.subject_type.choices = [SelectChoice("", _("All"))]
    form.subject_type.choices += [SelectChoice(subject, _(SUBJECTS.get(subject, subject))) for subject in subjects]
    return form


def _event_choices(events: Collection[str]) -> Iterator[SelectChoice]:
    """Those that occur, by noun, each noun led by all of its events; in the order of the vocabulary."""
    order = {event: place for place, event in enumerate(dict.fromkeys([*EVENTS, *sorted(events)]))}
    for noun, found in groupby(sorted(events, key=order.__getitem__), key=noun_of):
        group = _(NOUNS.get(noun, noun))
        yield SelectChoice(noun, _("%(subject)s: every event", subject=group), optgroup=group)
        for event in found:
            yield SelectChoice(event, _(EVENTS.get(event, event)), optgroup=group)


@bp.app_template_global()
def audit_words(entry: Any) -> dict[str, str]:
    """What happened, to what and by whom, in the reader's language; a code that has no words stands as it is."""
    by_person = entry.actor_id is not None
    return {
        "event": _(EVENTS.get(entry.event, entry.event)),
        "subject": _(SUBJECTS.get(entry.subject_type, entry.subject_type)),
        "actor": entry.actor_name if by_person else _(ACTORS.get(entry.actor_name, entry.actor_name)),
    }


def _chosen(form: FilterForm) -> dict[str, Any]:
    until: date | None = form.until.data
    return {
        "event": form.event.data or "",
        "subject_type": form.subject_type.data or "",
        "subject_id": form.subject_id.data,
        "who": (form.who.data or "").strip(),
        "since": _midnight(form.since.data),
        "until": _midnight(until + timedelta(days=1) if until else None),
    }


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), JAPAN) if day else None


def _csv(database: Database, query: sa.Select[Any]) -> Iterator[str]:
    """Line by line, in a reading session of its own: the request's ends when the response begins to leave."""
    yield BYTE_ORDER_MARK + csv_line(COLUMNS)
    with database.reading() as reader:
        for entry in reader.scalars(query):
            values = {name: getattr(entry, name) for name in COLUMNS}
            values["at"] = entry.at.isoformat()
            values["detail"] = json.dumps(entry.detail, ensure_ascii=False, sort_keys=True)
            yield csv_line(values.values())
