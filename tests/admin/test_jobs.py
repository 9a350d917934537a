"""Dead letters: seen, not read, tried again."""

from datetime import timedelta

import sqlalchemy as sa

from advnet.accounts.model import Role
from advnet.clock import now as clock_now
from advnet.jobs.model import Job
from advnet.jobs.service import BACK_OFF, enqueue, fail_job


def bury(session, now):
    job = enqueue(session, kind="mail:send", key="mail:x", payload={"values": {"secret": "a-secret-link"}}, now=now)
    job.attempts = len(BACK_OFF) + 1
    fail_job(session, job=job, error="SMTPServerDisconnected: gone", now=now)
    return job


def test_a_dead_letter_is_shown_without_its_payload_and_can_be_tried_again(browser, session, people, now):
    user = people.make(Role.ADMINISTRATOR)
    job = bury(session, now)
    session.commit()
    browser.sign_in(user.email)
    overview = browser.get("/admin/")
    assert "1 job has failed for good." in overview.words()
    page = overview.link("Look at the failed jobs")
    assert "SMTPServerDisconnected: gone" in page.words()
    assert "a-secret-link" not in page.text
    page = page.submit(button="Try again")
    assert "No job has failed for good." in page.words()
    session.refresh(job)
    assert (job.dead_at, job.attempts) == (None, 0)
    assert abs(job.run_at - clock_now()) < timedelta(minutes=1)


def test_trying_a_job_again_that_is_not_dead_changes_nothing(browser, session, people, now):
    user = people.make(Role.ADMINISTRATOR)
    job = bury(session, now)
    session.commit()
    browser.sign_in(user.email)
    page = browser.get("/admin/jobs")
    page.submit(button="Try again")
    again = page.submit(button="Try again")
    assert "This is no longer possible." in again.text
    session.expire_all()
    assert session.scalars(sa.select(Job)).one().id == job.id


def test_a_late_outbox_is_said_on_the_overview(browser, session, people):
    user = people.make(Role.ADMINISTRATOR)
    enqueue(session, kind="mail:send", key="mail:x", payload={}, now=clock_now() - timedelta(minutes=6))
    session.commit()
    browser.sign_in(user.email)
    assert "The outbox is late" in browser.get("/admin/").words()
