"""One request, one transaction.

A GET (HEAD, OPTIONS) runs in a reading session that the database keeps from writing. Any other method runs in a writing
session which is committed after the view returned a response below 400, *before* the response leaves; an exception, a
refusal or a page with errors (4xx) rolls it back. What is acknowledged is committed.
"""

from typing import Any, cast

from flask import Flask, Response, current_app, g, request
from flask_login import current_user
from sqlalchemy.orm import Session

from advnet.accounts.model import VISITOR, Actor
from advnet.config import Settings
from advnet.db import Database
from advnet.search import ExpertIndex

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def settings() -> Settings:
    return cast(Settings, current_app.extensions["advnet.settings"])


def database() -> Database:
    return cast(Database, current_app.extensions["advnet.database"])


def index() -> ExpertIndex:
    return cast(ExpertIndex, current_app.extensions["advnet.index"])


def session() -> Session:
    """The request's database session, begun at its first use."""
    if "session" not in g:
        g.session = database().reading() if request.method in SAFE_METHODS else database().writing()
    return cast(Session, g.session)


def actor() -> Actor:
    """Who makes the request; the visitor when nobody is signed in."""
    return cast(Actor, current_user.actor) if current_user.is_authenticated else VISITOR


def address() -> str:
    """The client's network address as far as trusted proxies tell it."""
    return request.remote_addr or "unknown"


def keep_on_refusal() -> None:
    """Commit although the answer is an error page: a refusal that is itself recorded, such as a failed sign-in."""
    g.keep_on_refusal = True


def init_app(app: Flask) -> None:
    app.after_request(_commit)
    app.teardown_request(_close)


def _commit(response: Response) -> Response:
    held = g.get("session")
    if held is None or request.method in SAFE_METHODS:
        return response
    if response.status_code < 400 or g.get("keep_on_refusal", False):
        held.commit()
    else:
        held.rollback()
    return response


def _close(_error: BaseException | None) -> None:
    held: Any = g.pop("session", None)
    if held is not None:
        held.close()
