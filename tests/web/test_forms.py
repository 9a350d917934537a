"""What no browser sends, somebody does: fields left out, days beyond every calendar."""

import pytest

from advnet.accounts.model import Role
from tests.browser_less import Browser
from tests.builders_consultations import make_consultation


def token(page):
    return {"csrf_token": page.tree.xpath("//input[@name='csrf_token']/@value")[0]}


@pytest.mark.parametrize("move", ["return", "decline", "cancel"])
def test_a_form_without_its_text_is_refused_like_one_with_an_empty_text(browser: Browser, session, people, now, move):
    advisor = people.make(Role.ADVISOR)
    consultation = make_consultation(
        session, by=advisor, state="triage", now=now, requester=people.make(Role.REQUESTER)
    )
    session.commit()
    browser.sign_in(advisor.email)
    page = browser.get(f"/consultations/{consultation.id}/{move}")
    refused = browser.post(page.url, token(page))
    assert refused.status == 422
    assert refused.errors()


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2101-01-01", "9999-12-31"])
def test_a_day_that_no_calendar_of_this_work_has_is_refused(browser: Browser, session, people, day):
    auditor = people.make(Role.AUDITOR)
    session.commit()
    browser.sign_in(auditor.email)
    page = browser.get("/audit", query={"since": day})
    assert page.errors() == ["Enter a year from 1900 to 2100."]
    assert page.tree.xpath("//input[@name='since']/@value") == [day]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_deadline_beyond_every_calendar_is_refused_and_kept_on_the_page(browser: Browser, session, people, moment):
    requester = people.make(Role.REQUESTER)
    session.commit()
    browser.sign_in(requester.email)
    page = browser.get("/consultations/request")
    refused = page.submit({"title_en": "Sea ice", "deadline_at": moment}, button="File the request")
    assert "Enter a year from 1900 to 2100." in refused.errors()
    assert refused.tree.xpath("//input[@name='deadline_at']/@value") == [moment]
