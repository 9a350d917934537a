"""Signing in: who gets in, who waits, what nobody learns."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts import queries, signing_in, throttle
from advnet.accounts.model import AccountState, LoginSession
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
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " https://evil.example/",
        "https:evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "evil.example",
    ],
)
def test_signing_in_never_leads_to_another_site(browser: Browser, session, people, target):
    user = people.make("advisor")
    session.commit()
    page = browser.get("/sign-in", query={"next": target})
    answer = page.submit({"email": user.email, "password": PASSWORD}, follow=False)
    assert answer.status == 303
    assert answer.headers["Location"] == "/"


def test_the_way_back_cannot_bend_the_headers(browser: Browser, session, people):
    user = people.make("advisor")
    session.commit()
    page = browser.get("/sign-in", query={"next": "/account?x=\r\nSet-Cookie: stolen=1"})
    answer = page.submit({"email": user.email, "password": PASSWORD}, follow=False)
    assert answer.status == 303
    assert "stolen" not in str(answer.headers.getlist("Set-Cookie"))
    assert answer.headers["Location"] == "/"


def test_the_way_back_is_kept_with_its_query(browser: Browser, session, people):
    user = people.make("advisor")
    session.commit()
    asked = browser.get("/consultations", query={"q": "海氷 / ice"})
    assert asked.url == "/sign-in"
    page = asked.submit({"email": user.email, "password": PASSWORD})
    assert page.url == "/consultations"
    assert page.tree.xpath("//input[@name='q']/@value") == ["海氷 / ice"]


def test_a_cookie_that_was_planted_before_is_worth_nothing_after_signing_in(app, session, people):
    user = people.make("advisor")
    session.commit()
    planter = Browser(app)
    planter.get("/sign-in")
    planted = planter.client.get_cookie("advnet").value
    victim = Browser(app)
    victim.client.set_cookie("advnet", planted)
    victim.sign_in(user.email)
    assert victim.client.get_cookie("advnet").value != planted
    assert planter.get("/account").url == "/sign-in"
    assert planter.post("/sign-out", {}).status == 400  # the token that went with the planted cookie is gone with it
    assert victim.get("/account").url == "/account"


def test_a_copied_cookie_is_dead_after_signing_out(browser: Browser, session, people):
    user = people.make("advisor")
    session.commit()
    browser.sign_in(user.email)
    thief = browser.another()
    thief.client.set_cookie("advnet", browser.client.get_cookie("advnet").value)
    assert thief.get("/account").url == "/account"
    token = browser.get("/account").tree.xpath("//form[@action='/sign-out']//input[@name='csrf_token']/@value")[0]
    browser.post("/sign-out", {"csrf_token": token})
    assert thief.get("/account").url == "/sign-in"


def test_every_sign_in_has_a_session_of_its_own(browser: Browser, session, people):
    user = people.make("advisor")
    session.commit()
    tokens = set()
    for _ in range(3):
        another = browser.another()
        another.sign_in(user.email)
        tokens.add(another.client.get_cookie("advnet").value)
    assert len(tokens) == 3
    session.rollback()
    assert len(set(session.scalars(sa.select(LoginSession.token_hash)))) == 3
