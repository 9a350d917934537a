"""A confirmation link that no longer works says what is so and leads on, and tells nobody who has an account."""

import pytest
import sqlalchemy as sa

from advnet.accounts.model import AccountToken, User
from advnet.jobs.model import Job
from tests.accounts.mailing import mail_links


def register(browser, email: str) -> str:
    """Register on the pages; the mailed link."""
    values = {"name": "Hanako Himuro", "email": email, "password": "seven quiet lanterns on a river"}
    page = browser.get("/register").submit(values)
    assert email in page.words()
    return page.url


def mailed(session) -> list[str]:
    """The secrets of the links that have been mailed, in order."""
    jobs = session.scalars(sa.select(Job.payload).where(Job.kind == "mail:send").order_by(Job.id)).all()
    session.rollback()
    return [job["values"]["secret"] for job in jobs if "secret" in job["values"]]


def test_the_link_of_a_confirmed_account_leads_to_signing_in(browser, session):
    register(browser, "new@example.org")
    (secret,) = mailed(session)
    page = browser.get(f"/confirm/{secret}")
    page.submit(button="Confirm")
    for again in (browser.get(f"/confirm/{secret}"), page.submit(button="Confirm")):
        assert again.status == 200
        assert "Your e-mail address is confirmed" in again.words()
        assert not again.tree.xpath("//main//button")
        assert again.link("Sign in").url == "/sign-in"


def test_an_expired_link_offers_a_new_one_which_works(browser, session, now):
    register(browser, "new@example.org")
    (old,) = mailed(session)
    session.execute(sa.update(AccountToken).values(expires_at=now, created_at=now))
    session.commit()
    page = browser.get(f"/confirm/{old}")
    assert page.status == 422
    assert "This link has expired, or a newer one has been sent." in page.words()
    page = page.submit({"email": "new@example.org"}, button="Send the link")
    assert "new@example.org" in page.words()
    mail_links(session)
    browser.get(f"/confirm/{mailed(session)[1]}").submit(button="Confirm")
    session.expire_all()
    assert session.scalars(sa.select(User.state)).all() == ["active"]


@pytest.mark.parametrize("email", ["new@example.org", "nobody@example.org"])
def test_asking_anew_looks_the_same_for_everybody_and_mails_once_in_a_while(browser, session, email):
    register(browser, "new@example.org")
    page = browser.get("/register/check-mail").link("Ask for another mail")
    for _ in range(2):
        answer = page.submit({"email": email}, button="Send the link")
        assert answer.url == "/register/check-mail"
        assert "If the address can be used" in answer.words()
    mail_links(session)
    assert len(mailed(session)) == 1  # the one of the registration, a moment ago


def test_who_forgot_a_password_is_led_back_to_that_page(browser, people, session):
    user = people.make("expert")
    session.commit()
    page = browser.get("/password/forgotten").submit({"email": user.email}, button="Send the link")
    assert page.link("Ask for another mail").url == "/password/forgotten"
