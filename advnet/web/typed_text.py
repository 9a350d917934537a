"""What was typed is given back when the page that it was typed on is gone.

A form that is refused comes back with its text. But at the moment of sending the form itself may be out of reach: the
writer was signed out, the page is of an earlier login session, or the thing was closed or taken back meanwhile. Then
the answer is a page that says so and holds the text for copying. It shows nothing but what the request itself has
brought, so it may be shown to anybody; nothing is stored.

A request of the autosave script (``X-Autosave``) gets the message alone: its text still stands in the window.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MultiDict

from advnet.errors import DomainError, Forbidden, NotFound, msgid
from advnet.web import Page
from advnet.web.access import View
from advnet.web.errors import page, status_of
from advnet.web.forms import translated
from advnet.web.request import SAFE_METHODS, actor


@dataclass(frozen=True)
class TypedText:
    """One field of a form that was sent.

    :ivar label: of the field, in the reader's language
    """

    label: str
    text: str


Read = Callable[[MultiDict[str, str]], Sequence[TypedText]]
"""What of a sent form a person has typed, in the order of its fields."""


class SignedOut(Forbidden):
    message = msgid("You were signed out while you were writing. Nothing of this was saved.")


class OldPage(SignedOut):
    message = msgid("You have signed out or in since you opened the page. Nothing of this was saved.")


class Waiting(SignedOut):
    """For the autosave script, which goes on trying."""

    message = msgid(
        "You are signed out. Your text is still here: sign in in another window, and this draft saves itself."
    )


class OutOfReach(DomainError):
    message = msgid(
        "This page is not open to you any more: it may have been closed or taken back while you were writing. Nothing "
        "of this was saved."
    )


@dataclass(frozen=True)
class _Keeper:
    read: Read
    show: str

    def give_back(self, error: DomainError, status: int, values: dict[str, Any]) -> Page:
        if "X-Autosave" in request.headers:
            said = Waiting() if isinstance(error, SignedOut) else error
            return Response(translated(said), status, content_type="text/plain; charset=utf-8")
        is_signed_in = actor().is_signed_in
        there = url_for(self.show, **values)
        return (
            render_template(
                "errors/typed_text.html",
                message=translated(error),
                typed=() if _is_from_elsewhere() else self.read(request.form),
                is_signed_in=is_signed_in,
                link=there if is_signed_in else url_for("accounts.sign_in", next=there),
            ),
            status,
        )


def keeps_typed_text(read: Read, *, show: str) -> Callable[[View], View]:
    """Outside of ``requires``: a POST that is refused altogether gives the typed text back.

    :param show: endpoint of the page, with the same arguments, that tells how the thing stands now
    """
    keeper = _Keeper(read, show)

    def decorate(view: View) -> View:
        @wraps(view)
        def kept(**values: Any) -> Any:
            if request.method in SAFE_METHODS:
                return view(**values)
            given = dict(values)
            try:
                if not actor().is_signed_in:
                    raise SignedOut()
                return view(**values)
            except DomainError as error:
                is_gone = isinstance(error, NotFound | Forbidden) and not isinstance(error, SignedOut)
                return keeper.give_back(OutOfReach() if is_gone else error, status_of(error), given)

        kept.keeper = keeper  # type: ignore[attr-defined]
        return kept

    return decorate


def keep_on_old_pages(blueprint: Blueprint) -> None:
    """The same for the blueprint's forms that carry the security token of another login session."""
    blueprint.register_error_handler(CSRFError, _refused_token)


def _is_from_elsewhere() -> bool:
    """Another site's form: its words are not to be shown as if they were the reader's."""
    return request.headers.get("Sec-Fetch-Site") == "cross-site"


def _refused_token(_error: CSRFError) -> Page:
    keeper: _Keeper | None = getattr(current_app.view_functions.get(request.endpoint or ""), "keeper", None)
    if keeper is None:
        return page(400)
    return keeper.give_back(OldPage() if actor().is_signed_in else SignedOut(), 400, dict(request.view_args or {}))
