"""What operators and their machines read."""

from dataclasses import replace
from datetime import timedelta

import pytest

from advnet import create_app
from advnet.clock import now as clock_now
from advnet.jobs.service import enqueue, note_index_change
from advnet.matching.handlers import IndexFollower
from advnet.web import health


@pytest.fixture
def ready(app):
    def ask() -> tuple[int, dict]:
        answer = app.test_client().get("/readyz")
        return answer.status_code, answer.get_json()["checks"]

    return ask


def test_alive_is_said_without_a_database(settings, tmp_path):
    app = create_app(replace(settings, database_url=f"sqlite:///{tmp_path / 'nowhere.sqlite'}"))
    assert app.test_client().get("/healthz").get_json() == {"status": "ok"}
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    app.extensions["advnet.database"].dispose()


def test_a_fresh_installation_is_ready(ready):
    status, checks = ready()
    assert status == 200
    assert {checks[part] for part in ("database", "migration", "outbox", "index")} == {"ok"}
    assert (checks["index_reached"], checks["index_expected"]) == (None, 0)


def test_an_outbox_that_is_five_minutes_late_is_not_ready(ready, session):
    enqueue(session, kind="mail:send", key="k", payload={}, now=clock_now() - timedelta(seconds=290))
    session.commit()
    assert ready()[0] == 200
    enqueue(session, kind="mail:send", key="older", payload={}, now=clock_now() - timedelta(seconds=301))
    session.commit()
    status, checks = ready()
    assert status == 503
    assert checks["outbox"].startswith("late")


def test_the_index_is_late_when_a_change_has_waited_five_minutes(ready, session, database, app):
    note_index_change(session, expert_id=1, now=clock_now() - timedelta(seconds=301))
    note_index_change(session, expert_id=2, now=clock_now())
    session.commit()
    status, checks = ready()
    assert status == 503
    assert (checks["index_reached"], checks["index_expected"]) == (None, 2)
    assert checks["index"].startswith("unreadable")
    follower = IndexFollower(database, app.extensions["advnet.index"])
    while follower():
        pass
    status, checks = ready()
    assert status == 200
    assert (checks["index_reached"], checks["index_expected"]) == (2, 2)


def test_another_schema_is_not_ready(ready, monkeypatch):
    monkeypatch.setattr(health, "expected_head", lambda: "9999")
    status, checks = ready()
    assert status == 503
    assert checks["migration"].endswith("expected 9999")


def test_metrics_count_requests_and_measure_what_waits(app, session):
    enqueue(session, kind="mail:send", key="k", payload={}, now=clock_now() - timedelta(seconds=60))
    note_index_change(session, expert_id=1, now=clock_now())
    session.commit()
    client = app.test_client()
    client.get("/sign-in")
    text = client.get("/metrics").get_data(as_text=True)
    assert 'advnet_requests_total{method="GET",route="/sign-in",status="200"}' in text
    assert 'advnet_outbox_jobs{state="due"} 1.0' in text
    assert 'advnet_outbox_jobs{state="dead"} 0.0' in text
    assert "advnet_index_changes_behind 1.0" in text


def test_metrics_are_for_loopback_or_for_who_has_the_token(settings, app):
    assert app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 404
    assert app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": "::1"}).status_code == 200
    passed_on = {"X-Forwarded-For": "192.0.2.7"}
    assert app.test_client().get("/metrics", headers=passed_on).status_code == 404
    closed = create_app(replace(settings, metrics_token="a token of metrics"))
    for header, status in (
        ({}, 404),
        ({"Authorization": "Bearer wrong"}, 404),
        ({"Authorization": "Bearer a token of metrics"}, 200),
    ):
        assert closed.test_client().get("/metrics", headers=header).status_code == status
    closed.extensions["advnet.database"].dispose()
