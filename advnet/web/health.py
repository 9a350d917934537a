"""What operators and their machines read: is it alive, is it ready, what does it count."""

import hmac
from ipaddress import ip_address

import sqlalchemy as sa
from flask import Blueprint, Response, abort, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from structlog import get_logger

from advnet.clock import now
from advnet.jobs import queries as jobs
from advnet.schema import expected_head, present_head
from advnet.search import SearchError
from advnet.web.access import public
from advnet.web.metrics import INDEX_BEHIND, OUTBOX, OUTBOX_AGE, REGISTRY
from advnet.web.request import address, index, session, settings

bp = Blueprint("health", __name__)

LATE_SECONDS = 300
LATE = "late: is the worker running, and what does its log say?"
UNREADABLE = "unreadable: the worker builds it anew; if it stays so, its log says why the new one cannot be read either"


@bp.get("/healthz")
@public
def healthz() -> Response:
    """Alive: the process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """Ready: the database answers, its schema is this version's, outbox and index are not late. Names what is not.

    Jobs that fail or have failed for good are counted and no more: one wrong address must not take the pages away. Nor
    do missing vectors: matching goes by words alone meanwhile.
    """
    checks: dict[str, object] = {}
    try:
        session().execute(sa.select(1))
        checks["database"] = "ok"
        present = present_head(session())
        checks["migration"] = "ok" if present == expected_head() else f"at {present}, expected {expected_head()}"
        if checks["migration"] == "ok":
            checks.update(_outbox())
            checks.update(_index())
            checks.update(_vectors())
    except sa.exc.SQLAlchemyError as error:
        checks["database"] = type(error).__name__
    ready = all(checks.get(part) == "ok" for part in ("database", "migration", "outbox", "index"))
    return jsonify(status="ready" if ready else "not ready", checks=checks), 200 if ready else 503


@bp.get("/metrics")
@public
def metrics() -> Response:
    """Prometheus text for who holds the token, or for loopback when none is set; 404 to others.

    What a proxy on this machine passes on comes from loopback too; the header that it adds tells.
    """
    token = settings().metrics_token
    is_near = _is_loopback(address()) and "X-Forwarded-For" not in request.headers
    if token is None and not is_near:
        abort(404)
    if token is not None and not hmac.compare_digest(request.headers.get("Authorization", ""), f"Bearer {token}"):
        abort(404)
    _measure()
    return Response(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _outbox() -> dict[str, object]:
    seconds = jobs.oldest_due_age(session(), now=now()).total_seconds()
    counts = jobs.count_jobs(session(), now=now())
    return {
        "outbox": "ok" if seconds < LATE_SECONDS else LATE,
        "outbox_age_seconds": round(seconds),
        "outbox_failing": counts.failing,
        "outbox_dead": counts.dead,
    }


def _index() -> dict[str, object]:
    """An index that cannot be read has reached nothing; it is late when a change has waited too long for it."""
    reached = _reached()
    seconds = jobs.oldest_change_age_after(session(), number=reached or 0, now=now()).total_seconds()
    return {
        "index": "ok" if seconds < LATE_SECONDS else UNREADABLE if reached is None else LATE,
        "index_reached": reached,
        "index_expected": jobs.last_change_number(session()),
    }


def _vectors() -> dict[str, object]:
    """Whether questions are matched by meaning as well. Anybody may read this, so it counts nothing."""
    dense = index().dense
    if dense is None:
        return {"vectors": "off"}
    return {"vectors": dense.trouble() or ("ok, but some texts are refused" if _is_any_refused() else "ok")}


def _is_any_refused() -> bool:
    try:
        counts = index().vector_counts()
    except SearchError:
        return False
    return counts is not None and counts.refused > 0


def _reached() -> int | None:
    try:
        return index().reached()
    except SearchError:
        return None


def _measure() -> None:
    """Set the gauges of what the database knows; without one they keep their last values."""
    try:
        counts = jobs.count_jobs(session(), now=now())
        OUTBOX.labels("due").set(counts.due)
        OUTBOX.labels("scheduled").set(counts.scheduled)
        OUTBOX.labels("dead").set(counts.dead)
        OUTBOX_AGE.set(jobs.oldest_due_age(session(), now=now()).total_seconds())
        INDEX_BEHIND.set(jobs.last_change_number(session()) - (_reached() or 0))
    except sa.exc.SQLAlchemyError as error:
        get_logger().warning("metrics_without_database", error=type(error).__name__)


def _is_loopback(value: str) -> bool:
    try:
        return ip_address(value).is_loopback
    except ValueError:
        return False
