"""JSON logs, a line a request, each with the request's id; never a query string, a form value or a name."""

import logging
import re
import sys
import time
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

from advnet.config import Settings

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def init_app(app: Flask) -> None:
    settings: Settings = app.extensions["advnet.settings"]
    configure(settings.log_level)
    app.logger.disabled = True  # what fails is logged once, by web.errors, in the same form as everything else
    app.before_request(_begin)
    app.after_request(_end)


def configure(level: str) -> None:
    """Send structlog's events as JSON lines to standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping().get(level, logging.INFO)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _begin() -> None:
    offered = request.headers.get("X-Request-ID", "")
    g.request_id = offered if REQUEST_ID.fullmatch(offered) else uuid4().hex
    g.started = time.perf_counter()
    g.log = structlog.get_logger().bind(request_id=g.request_id)


def _end(response: Response) -> Response:
    if "started" not in g:
        return response
    response.headers["X-Request-ID"] = g.request_id
    if request.endpoint not in {"static", "health.healthz"}:
        g.log.info(
            "request",
            method=request.method,
            route=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            ms=round((time.perf_counter() - g.started) * 1000, 1),
        )
    return response
