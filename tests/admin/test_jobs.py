"""Dead letters: seen, not read, tried again."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from advnet.accounts.model import Role
from advnet.admin.labels import KINDS
from advnet.cli.wiring import job_handlers
from advnet.clock import now as clock_now
from advnet.errors import Forbidden
from advnet.jobs.model import Job
from advnet.jobs.service import BACK_OFF, WORKER_DIED, enqueue, fail_job
from advnet.jobs.worker import Worker
from advnet.mail import handlers as mail
from advnet.mail.messages.accounts import reset_password
from advnet.mail.outbox import Recipient
from advnet.mail.queries import find_addressees
from advnet.mail.transport import SmtpTransport
from tests.browser_less import Browser
from tests.smtp import Mailbox, serving


def bury(session, now, error="MailRefused: 550 5.1.1 No such user here"):
    to = Recipient("mei@example.org", "Mei Sample", "en", "Asia/Tokyo")
    reset_password(session, to=to, token_id=1, secret="a-secret-link", hours=2, now=now)
    job = session.scalars(sa.select(Job)).one()
    job.attempts = len(BACK_OFF) + 1
    fail_job(session, job=job, error=error, now=now)
    return job


def test_who_was_not_told_and_why_is_shown_and_what_the_mail_says_is_not(browser, session, people, now):
    user = people.make(Role.ADMINISTRATOR)
    job = bury(session, now)
    session.commit()
    browser.sign_in(user.email)
    overview = browser.get("/admin/")
    assert "1 job has failed for good." in overview.words()
    page = overview.link("Look at the failed jobs")
    for shown in ("Link that sets a new password", "Mei Sample", "mei@example.org", "550 5.1.1 No such user here"):
        assert shown in page.words()
    assert "a-secret-link" not in page.text
    page = page.submit(button="Try again")
    assert "No job has failed for good." in page.words()
    session.refresh(job)
    assert (job.dead_at, job.attempts) == (None, 0)
    assert abs(job.run_at - clock_now()) < timedelta(minutes=1)


def test_a_mail_that_is_tried_again_is_sent_as_it_was_written(browser, session, database, settings, people, now):
    user = people.make(Role.ADMINISTRATOR)
    bury(session, now)
    session.commit()
    browser.sign_in(user.email)
    browser.get("/admin/jobs").submit(button="Try again")
    with serving(Mailbox()) as mailbox:
        handlers = mail.handlers(settings, SmtpTransport(mailbox.url))
        assert Worker(database, handlers=handlers).run_once()
    (sent,) = mailbox.received
    assert sent["To"].addresses[0].addr_spec == "mei@example.org"
    assert "a-secret-link" in sent.get_body(("plain",)).get_content()
    assert "No job has failed for good." in browser.get("/admin/jobs").words()


@pytest.mark.parametrize(
    ("language", "error", "words"),
    [
        ("en", WORKER_DIED, "The worker ended in the middle of this job"),
        ("ja", WORKER_DIED, "ワーカーが止まりました"),
        ("en", "MailRefused: 550 5.1.1 Who?", "The mail server refused: 550 5.1.1 Who?"),
        ("ja", "MailRefused: 550 5.1.1 Who?", "メールサーバーが受け付けませんでした：550 5.1.1 Who?"),
        ("en", "TimeoutError: timed out", "The mail server cannot be reached or is too slow: timed out"),
        ("ja", "RuntimeError: 100% odd", "RuntimeError: 100% odd"),
    ],
)
def test_the_reason_is_said_in_the_readers_language(app, session, people, now, language, error, words):
    user = people.make(Role.ADMINISTRATOR, language=language)
    bury(session, now, error=error)
    session.commit()
    browser = Browser(app, language)
    browser.sign_in(user.email)
    assert words in browser.get("/admin/jobs").words()


def test_a_failed_job_that_is_no_mail_is_named_too(browser, session, people, now):
    user = people.make(Role.ADMINISTRATOR)
    for kind in ("consultation:close", "tea:brew"):
        enqueue(session, kind=kind, key=kind, payload={}, now=now).dead_at = now
    session.commit()
    browser.sign_in(user.email)
    page = browser.get("/admin/jobs")
    assert "Close a consultation at its deadline" in page.words()
    assert "tea:brew" in page.words()


def test_only_who_may_read_jobs_learns_whom_they_are_for(session, people, now):
    job = bury(session, now)
    with pytest.raises(Forbidden):
        find_addressees(session, actor=people.make(Role.ADVISOR).actor, job_ids=[job.id])


def test_every_kind_of_job_has_words(settings):
    assert KINDS.keys() == job_handlers(settings).keys()


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
