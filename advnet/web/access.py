"""Every endpoint says who may use it; one that does not say keeps the application from starting.

``@public`` is for everybody. ``@requires(permission, thing=loader)`` first loads the thing the URL names (``thing_id``)
for the actor (404 when it is not there *for this actor*), then asks the permission table (403), then calls the view
with the thing in place of its id. A visitor is sent to sign in, whatever the URL names.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Flask, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from advnet.errors import Forbidden
from advnet.permissions import Permission, allows
from advnet.web.request import actor, session

View = Callable[..., Any]
Loader = Callable[..., Any]
"""``get_thing(session, thing_id, *, actor)``: the thing, or raises NotFound.

Or ``find_thing``, where the view has a word for a thing that is gone: what is somebody else's is None for it as well.
"""


@dataclass(frozen=True)
class Access:
    """What an endpoint asks for; ``permission`` None means public."""

    permission: Permission | None
    thing: str | None = None


def public(view: View) -> View:
    """Everybody may use this endpoint."""
    view.access = Access(None)  # type: ignore[attr-defined]
    return view


def requires(permission: Permission, **loaders: Loader) -> Callable[[View], View]:
    """Only who holds ``permission``, on the thing that the keyword's loader finds for the URL's ``<keyword>_id``."""
    ((thing_name, loader),) = loaders.items() if loaders else ((None, None),)

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(**values: Any) -> Any:
            who, thing = actor(), None
            if not who.is_signed_in:
                return to_sign_in()
            if thing_name is not None and loader is not None:
                thing = loader(session(), values.pop(f"{thing_name}_id"), actor=who)
                values[thing_name] = thing
            if not allows(permission, who, thing):
                raise Forbidden()
            return view(**values)

        checked.access = Access(permission, thing_name)  # type: ignore[attr-defined]
        return checked

    return decorate


def permission_of(endpoint: str) -> Permission | None:
    """What the endpoint asks for; None when it is public."""
    access: Access = current_app.view_functions[endpoint].access  # type: ignore[union-attr]
    return access.permission


def to_sign_in() -> Response:
    """The way to the sign-in page and, after a GET, back to where the visitor wanted to go."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=wanted), 303)


def init_app(app: Flask) -> None:
    """:raises RuntimeError: an endpoint has no access"""
    app.view_functions["static"] = public(app.view_functions["static"])
    missing = [name for name, view in app.view_functions.items() if not hasattr(view, "access")]
    if missing:
        raise RuntimeError(f"These endpoints do not say who may use them: {', '.join(sorted(missing))}")
