"""Repeated rows of a form without scripts: a button adds one or takes one away, and nothing is saved by it."""

from collections.abc import Iterator
from typing import Any

from flask import request
from wtforms import FieldList, Form, FormField

MAXIMUM_ROWS = 200


def rows_changed(form: Form) -> bool:
    """Carry out the pressed add or remove button of ``macros/field.html``'s rows; False when none was pressed.

    The view then shows the form again, with everything that was typed, and does nothing else.
    """
    wanted, unwanted = request.form.get("add-row"), request.form.get("remove-row")
    if not wanted and not unwanted:
        return False
    for rows in _lists(form):
        if rows.name == wanted and len(rows.entries) < MAXIMUM_ROWS:
            rows.append_entry()
        elif unwanted:
            rows.entries = [entry for entry in rows.entries if entry.name != unwanted]
            rows._compact_indices()  # the next request reads its rows by place, so the names must have no gap
    return True


def _lists(form: Any) -> Iterator[FieldList]:
    """The lists of the form and of the forms inside it."""
    for field in form:
        if isinstance(field, FieldList):
            yield field
            for entry in field.entries:
                if isinstance(entry, FormField):
                    yield from _lists(entry.form)
        elif isinstance(field, FormField):
            yield from _lists(field.form)
