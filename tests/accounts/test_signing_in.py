"""Signing in: who gets in, who waits, what nobody learns."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from advnet.accounts import queries, signing_in, throttle
from advnet.accounts.model import AccountState
from advnet.accounts.signing_in import SignInRefused, sign_in
from advnet.accounts.throttle import TooManyAttempts
from tests.browser_less import Browser
from tests.people import PASSWORD, People


def attempt(session: Session, email: str, password: str, now: datetime, address: str = "192.0.2.1"):
    return sign_in(session, email=email, password=password, address=address, browser="a test", now=now)


def test_the_right_password_opens_a_session_that_ends_after_twelve_hours(session, people: People, now):
    user = people.make("advisor")
    opened = attempt(session, user.email.upper(), PASSWORD, now)
    almost = now + signing_in.SESSION_LIFETIME - timedelta(seconds=1)
    assert queries.find_login_session(session, token=opened.token, now=almost).user.id == user.id
    assert queries.find_login_session(session, token=opened.token, now=almost + timedelta(seconds=1)) is None


def test_wrong_password_unknown_address_and_closed_account_are_refused_in_the_same_words(session, people, now):
    user = people.make("advisor")
    closed = people.make("expert")
    closed.state = AccountState.CLOSED
    refusals = set()
    for email, password in ((user.email, "wrong"), ("nobody@example.org", PASSWORD), (closed.email, PASSWORD)):
        with pytest.raises(SignInRefused) as refused:
            attempt(session, email, password, now)
        refusals.add(str(refused.value))
    assert len(refusals) == 1


def test_after_five_failures_even_the_right_password_waits_and_then_works(session, people, now):
    user = people.make("advisor")
    for _ in range(throttle.FREE_FAILURES):
        with pytest.raises(SignInRefused):
            attempt(session, user.email, "wrong", now)
    with pytest.raises(TooManyAttempts):
        attempt(session, user.email, PASSWORD, now + timedelta(seconds=59))
    assert attempt(session, user.email, PASSWORD, now + timedelta(seconds=60)).token
    with pytest.raises(SignInRefused):
        attempt(session, user.email, "wrong", now + timedelta(seconds=61))


def test_one_address_cannot_try_many_accounts(session, people, now):
    user = people.make("advisor")
    for number in range(throttle.FREE_FAILURES_PER_NETWORK):
        with pytest.raises(SignInRefused):
            attempt(session, f"guess{number}@example.org", "wrong", now)
    with pytest.raises(TooManyAttempts):
        attempt(session, user.email, PASSWORD, now)
    assert attempt(session, user.email, PASSWORD, now, address="192.0.2.2").token


def test_a_failure_is_counted_although_the_page_is_an_error(browser: Browser, session, people):
    user = people.make("advisor")
    session.commit()
    for _ in range(throttle.FREE_FAILURES):
        page = browser.get("/sign-in").submit({"email": user.email, "password": "wrong"})
        assert page.status == 422
        assert page.errors() == ["The e-mail address or the password is wrong."]
    page = browser.get("/sign-in").submit({"email": user.email, "password": PASSWORD})
    assert page.errors()[0].startswith("Too many attempts.")


def test_the_account_page_ends_another_device_at_once(browser: Browser, session, people):
    user = people.make("advisor")
    session.commit()
    browser.sign_in(user.email)
    other = browser.another()
    other.sign_in(user.email)
    assert other.get("/account").url == "/account"
    browser.get("/account").submit(button="Sign out")
    assert other.get("/account").url == "/sign-in"
    assert browser.get("/account").url == "/account"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(browser: Browser, session, people, target):
    user = people.make("advisor")
    session.commit()
    page = browser.get("/sign-in", query={"next": target})
    answer = page.submit({"email": user.email, "password": PASSWORD}, follow=False)
    assert answer.status == 303
    assert answer.headers["Location"] == "/"
