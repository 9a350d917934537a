"""What operators and their machines read: is it alive, is it ready, what does it count."""

import hmac
from ipaddress import ip_address

import sqlalchemy as sa
from flask import Blueprint, Response, abort, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from advnet.clock import now
from advnet.jobs import queries as jobs
from advnet.schema import expected_head, present_head
from advnet.web.access import public
from advnet.web.metrics import REGISTRY
from advnet.web.request import address, session, settings

bp = Blueprint("health", __name__)

LATE_SECONDS = 300


@bp.get("/healthz")
@public
def healthz() -> Response:
    """Alive: the process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """Ready: the database answers, its schema is this version's, the outbox is not late. Names what is not."""
    checks: dict[str, object] = {}
    try:
        session().execute(sa.select(1))
        checks["database"] = "ok"
        present = present_head(session())
        checks["migration"] = "ok" if present == expected_head() else f"at {present}, expected {expected_head()}"
        if checks["migration"] == "ok":
            age = jobs.oldest_due_age(session(), now=now()).total_seconds()
            checks["outbox_age_seconds"] = round(age)
            checks["outbox"] = "ok" if age < LATE_SECONDS else "late: is the worker running?"
            checks["index_changes"] = jobs.last_change_number(session())
    except sa.exc.SQLAlchemyError as error:
        checks["database"] = type(error).__name__
    ready = all(checks.get(part) == "ok" for part in ("database", "migration", "outbox"))
    return jsonify(status="ready" if ready else "not ready", checks=checks), 200 if ready else 503


@bp.get("/metrics")
@public
def metrics() -> Response:
    """Prometheus text for who holds the token, or for loopback when none is set; 404 to others."""
    token = settings().metrics_token
    if token is None and not _is_loopback(address()):
        abort(404)
    if token is not None and not hmac.compare_digest(request.headers.get("Authorization", ""), f"Bearer {token}"):
        abort(404)
    return Response(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _is_loopback(value: str) -> bool:
    try:
        return ip_address(value).is_loopback
    except ValueError:
        return False
