"""Prometheus counters of the web process, gauges of what waits; ``/metrics`` (in health.py) shows them."""

import time

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()
REQUESTS = Counter("advnet_requests", "Requests by route and status", ("route", "method", "status"), registry=REGISTRY)
SECONDS = Histogram("advnet_request_seconds", "Time to answer, in seconds", ("route",), registry=REGISTRY)
OUTBOX = Gauge("advnet_outbox_jobs", "Jobs that are not done, by what they wait for", ("state",), registry=REGISTRY)
OUTBOX_AGE = Gauge("advnet_outbox_oldest_due_seconds", "How long the most overdue job is due", registry=REGISTRY)
INDEX_BEHIND = Gauge("advnet_index_changes_behind", "Changes that the index has not reached", registry=REGISTRY)


def init_app(app: Flask) -> None:
    app.after_request(_count)


def _count(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "none"
    REQUESTS.labels(route, request.method, response.status_code).inc()
    if "started" in g:
        SECONDS.labels(route).observe(time.perf_counter() - g.started)
    return response
