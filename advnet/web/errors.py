"""Error pages: what happened, what to do, the number to quote. Refusals of the domain become the fitting one."""

from flask import Flask, g, render_template
from flask.globals import request_ctx
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from structlog import get_logger
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed

from advnet.errors import DomainError, EditedMeanwhile, Forbidden, NotFound, WrongState
from advnet.web.forms import translated

STATUS_OF: dict[type[DomainError], int] = {NotFound: 404, Forbidden: 403, WrongState: 409, EditedMeanwhile: 409}
KNOWN = frozenset({400, 403, 404, 405, 409, 413, 422, 429, 500, 503})


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)


def status_of(error: DomainError) -> int:
    """The HTTP status of a refusal; 422 where no other fits."""
    return next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 422)


def page(status: int, message: str | None = None) -> tuple[str, int]:
    """The error page of ``status``; ``message`` (translated) says more where there is more to say.

    When not even that can be rendered (a foreign Host header, no database), a bare line is shown.
    """
    shown = status if status in KNOWN else (400 if status < 500 else 500)
    if request_ctx.url_adapter is None:
        return f"<!doctype html><title>{status}</title><h1>{status}</h1>", status
    try:
        return _rendered(shown, message), status
    except SQLAlchemyError:
        return f"<!doctype html><title>{status}</title><h1>{status}</h1>", status


def _rendered(shown: int, message: str | None) -> str:
    return render_template(f"errors/{shown}.html", message=message)


def _refused(error: DomainError) -> tuple[str, int]:
    status = status_of(error)
    return page(status, translated(error) if status in {409, 422} else None)


def _csrf(error: CSRFError) -> tuple[str, int]:
    return page(400, None)


def _http(error: HTTPException) -> tuple[str, int, dict[str, str]] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        get_logger().error("request_failed", request_id=g.get("request_id"), exc_info=error.original_exception)
    methods = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    headers = {"Allow": ", ".join(sorted(methods))} if methods else {}
    return *page(error.code), headers
