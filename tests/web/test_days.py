"""Days are those of Japan: a moment late in the evening of Greenwich is the next day's morning there."""

from datetime import UTC, date, datetime

import pytest

from advnet.accounts.model import Role
from advnet.days import clock_in_japan, day_in_japan, from_clock_in_japan
from advnet.experts.registration.model import RegistrationState
from advnet.web.templating import format_on
from tests.browser_less import Browser
from tests.builders_experts import Experts

MORNING = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
"""23 November, half past eight, in Japan."""


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (MORNING, 23),
        (datetime(2026, 11, 22, 14, 59, tzinfo=UTC), 22),
        (datetime(2026, 11, 22, 15, 0, tzinfo=UTC), 23),
    ],
)
def test_the_day_turns_at_midnight_in_japan(at, day):
    assert day_in_japan(at) == date(2026, 11, day)


def test_a_time_typed_as_a_clock_in_japan_shows_it_is_that_moment():
    clock = datetime.fromisoformat("2026-11-23T08:30")
    assert clock_in_japan(MORNING) == clock
    assert from_clock_in_japan(clock) == MORNING


@pytest.mark.parametrize(("language", "written"), [("en", "23 November 2026"), ("ja", "2026年11月23日")])
def test_the_day_of_a_moment_is_written_as_japan_has_it_and_a_day_as_it_stands(app, language, written):
    with app.test_request_context(f"/?lang={language}"):
        assert format_on(MORNING) == written
        assert format_on(date(2026, 11, 23)) == written


def test_lists_and_pages_show_the_same_day(browser: Browser, session, now, people):
    registration = Experts(session, now).applicant(RegistrationState.SUBMITTED, consent_at=MORNING)
    registration.submitted_at = MORNING
    administrator = people.make(Role.ADMINISTRATOR)
    session.commit()
    browser.sign_in(administrator.email)
    queue = browser.get("/admin/registrations")
    assert "23 November 2026" in queue.words()
    assert "22 November 2026" not in queue.words()
    page = browser.get(f"/admin/registrations/{registration.id}")
    assert "Mon 23 Nov 2026, 08:30" in page.words()
    assert "Agreed on 23 November 2026" in page.words()
