"""What every template may use: ``can``, ``now``, times in the reader's zone, navigation. Unknown names are errors."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date as babel_date
from babel.dates import format_datetime as babel_datetime
from babel.dates import format_timedelta
from flask import Flask, g, request
from flask_babel import gettext
from jinja2 import StrictUndefined

from advnet.clock import now
from advnet.config import Settings
from advnet.days import JAPAN, day_in_japan
from advnet.permissions import Permission, allows
from advnet.web import language, navigation
from advnet.web.markdown import render_markdown
from advnet.web.request import actor


def init_app(app: Flask) -> None:
    settings: Settings = app.extensions["advnet.settings"]
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        format_deadline=format_moment,
        relative_time=relative_time,
        date_on=format_on,
        markdown=render_markdown,
        numberformat=lambda value: f"{value:,}" if isinstance(value, int) else value,
    )
    app.jinja_env.globals.update(can=can, Permission=Permission, in_language=in_language, sort_url=sort_url)

    @app.context_processor
    def context() -> dict[str, Any]:
        return {
            "locale": language.current(),
            "language_switch": language.switch(),
            "navigation": navigation.main(),
            "account_menu": navigation.account(),
            "footer_links": navigation.footer(),
            "demo": settings.mode == "demo",
            "request_id": g.get("request_id", ""),
            "now": now(),
        }


def can(permission: str, thing: Any = None) -> bool:
    """Whether the reader may; ``permission`` by its value, such as ``consultation:open``."""
    return allows(Permission(permission), actor(), thing)


def in_language(japanese: str | None, english: str | None) -> str:
    """The text in the reader's language, or the other one where it is missing."""
    first, second = (japanese, english) if language.current() == "ja" else (english, japanese)
    return first or second or ""


def format_moment(at: datetime) -> str:
    """Japan time and, where the reader's clock shows something else, the reader's.

    Who is signed in and lives by Japan's clock reads the time without its name; a visitor's clock is not known.
    """
    here, zone = language.current(), language.zone()
    japan, theirs = at.astimezone(JAPAN), at.astimezone(ZoneInfo(zone))
    is_same = japan.utcoffset() == theirs.utcoffset()
    if is_same and actor().is_signed_in:
        return _moment(japan, here)
    shown: str = gettext("%(time)s (Japan time)", time=_moment(japan, here))
    if is_same:
        return shown
    city = zone.rpartition("/")[2].replace("_", " ")
    there: str = gettext("%(time)s (%(zone)s)", time=_moment(theirs, here), zone=city)
    return f"{shown} / {there}"


def format_on(day: date | datetime) -> str:
    """A day without a time; of a moment, the day in Japan."""
    day = day_in_japan(day) if isinstance(day, datetime) else day
    return babel_date(day, "y年M月d日" if language.current() == "ja" else "d MMMM y", locale=language.current())


def relative_time(at: datetime, reference: datetime) -> str:
    """``in 3 days`` or ``2 hours ago``, seen from ``reference``."""
    text = format_timedelta(at - reference, add_direction=True, locale=language.current(), threshold=1.2)
    return text.replace(" ", "") if language.current() == "ja" else text


def sort_url(column: str, *, default: str = "") -> str:
    """This page sorted by ``column``; once more turns the order round."""
    present = request.args.get("sort", default)
    kept = [(key, value) for key, value in request.args.items(multi=True) if key not in {"sort", "page"}]
    return f"{request.path}?{urlencode([*kept, ('sort', f'-{column}' if present == column else column)])}"


def _moment(local: datetime, here: str) -> str:
    pattern = "y年M月d日（E）H:mm" if here == "ja" else "EEE d MMM y, HH:mm"
    return babel_datetime(local, pattern, locale=here, tzinfo=local.tzinfo)
