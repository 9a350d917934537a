"""Which language and zone a page speaks: ``?lang=`` (kept in a cookie), else the cookie, the account, the browser.

An account has a language from its beginning, of which mail is written, though its owner may never have chosen one: an
administrator did, or the page on which the person registered. So whoever signs in on a page in the language that the
browser asks for goes on in it (:func:`stay`), as the cookie keeps it, until the person saves the settings of the
account: what is chosen there holds on every browser, and takes the place of the cookie on this one.
"""

from urllib.parse import quote, urlencode

from flask import Flask, Response, g, request
from flask_babel import Babel, get_locale
from flask_login import current_user

from advnet.days import JAPAN

LANGUAGES = {"ja": "日本語", "en": "English"}
COOKIE = "advnet-language"
ONE_YEAR_SECONDS = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    Babel(app, default_locale="ja", default_timezone=JAPAN.key, locale_selector=choose, timezone_selector=zone)
    app.after_request(_remember)


def choose() -> str:
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return asked
    kept = request.cookies.get(COOKIE)
    if kept in LANGUAGES:
        return kept
    if current_user and current_user.is_authenticated:
        return str(current_user.user.language)
    return wanted_by_browser() or "ja"


def wanted_by_browser() -> str | None:
    """What the browser asks for; None when it asks for neither language."""
    return request.accept_languages.best_match(list(LANGUAGES))


def zone() -> str:
    """The reader's own zone; Japan for visitors."""
    return str(current_user.user.timezone) if current_user and current_user.is_authenticated else JAPAN.key


def current() -> str:
    """``ja`` or ``en``."""
    return str(get_locale())


def switch() -> list[dict[str, object]]:
    """The links that show this very page in the other language. A page that answered a POST is shown by its GET.

    The path is quoted and begins with one slash: browsers take ``//host`` and ``/\\host`` for another site.
    """
    others = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    here, path = current(), "/" + quote(request.path.lstrip("/"))
    return [
        {
            "code": code,
            "label": label,
            "url": f"{path}?{urlencode([*others, ('lang', code)])}",
            "current": code == here,
        }
        for code, label in LANGUAGES.items()
    ]


def stay(code: str) -> None:
    """The pages of this browser speak it from the next one on."""
    g.stays_in_language = code


def _remember(response: Response) -> Response:
    asked = g.get("stays_in_language") or request.args.get("lang")
    if asked in LANGUAGES and request.cookies.get(COOKIE) != asked:
        response.set_cookie(
            COOKIE, asked, max_age=ONE_YEAR_SECONDS, samesite="Lax", httponly=True, secure=request.is_secure
        )
    return response
