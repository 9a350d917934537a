"""What no request may carry, whatever page it asks for, since the database could not take it.

A number in a path beyond what an identifier holds names nothing, so it is a page that is not there. A NUL character,
which no keyboard types and PostgreSQL keeps in no text, makes the request a bad one.
"""

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**31 - 1
"""Of an ``integer`` in PostgreSQL; the random identifiers of answers are larger and stand in no path."""


class IdConverter(IntegerConverter):
    """``<int:…>`` up to :data:`LARGEST_ID`."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST_ID)


def identifier(value: str | int) -> int:
    """The number of a row, as forms and addresses give it; ``coerce`` of a field, ``type`` of a query value.

    :raises ValueError: it is no whole number, or one that no identifier can have
    """
    number = int(value)
    if not 0 < number <= LARGEST_ID:
        raise ValueError(f"No identifier: {number}")
    return number


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = IdConverter
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    for pairs in (request.args, request.form):
        if any("\0" in name or "\0" in value for name, value in pairs.items(multi=True)):
            abort(400)
