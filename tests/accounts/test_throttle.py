"""Guessing is slowed down, at sign-in and at the change of a password, whatever the guesser tries."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from advnet import clock
from advnet.accounts import joining, links, new_passwords, signing_in, throttle
from advnet.accounts.model import AccountState, FailedSignIn, Role
from advnet.accounts.new_passwords import WrongPassword
from advnet.accounts.signing_in import SignInRefused
from advnet.accounts.throttle import FREE_FAILURES, FREE_FAILURES_PER_NETWORK, TooManyAttempts, TooManyMails, network_of
from advnet.jobs.model import Job
from tests.people import PASSWORD
from tests.statements import statements

NEW = "eleven slow barges upstream"


def attempt(session, email, password, now, address="192.0.2.1"):
    return signing_in.sign_in(session, email=email, password=password, address=address, browser="a test", now=now)


def change(session, user, current, now, password=NEW, address="192.0.2.1"):
    new_passwords.change_password(
        session,
        actor=user.actor,
        user=user,
        current=current,
        password=password,
        keep_session_id=0,
        address=address,
        now=now,
    )


def test_the_current_password_is_guessed_no_faster_than_at_sign_in(session, people, now):
    user = people.make(Role.EXPERT)
    for _ in range(FREE_FAILURES):
        with pytest.raises(WrongPassword):
            change(session, user, "wrong", now)
    with pytest.raises(TooManyAttempts):
        change(session, user, PASSWORD, now + timedelta(seconds=59))
    with pytest.raises(TooManyAttempts):
        attempt(session, user.email, PASSWORD, now + timedelta(seconds=59))
    change(session, user, PASSWORD, now + timedelta(seconds=60))
    with pytest.raises(WrongPassword):
        change(session, user, PASSWORD, now + timedelta(seconds=61))  # the count began anew


def test_guesses_of_the_current_password_are_counted_although_the_page_is_an_error(browser, session, people):
    user = people.make(Role.EXPERT)
    session.commit()
    browser.sign_in(user.email)
    for _ in range(FREE_FAILURES):
        page = browser.get("/account/password").submit({"current": "wrong", "password": NEW})
        assert page.errors() == ["This is not your current password."]
    page = browser.get("/account/password").submit({"current": PASSWORD, "password": NEW})
    assert (page.status, page.errors()[0].partition(".")[0]) == (422, "Too many attempts")
    other = browser.another()
    assert other.get("/sign-in").submit({"email": user.email, "password": PASSWORD}).status == 422


def test_a_new_password_that_is_too_weak_is_no_guess(browser, session, people):
    user = people.make(Role.EXPERT)
    session.commit()
    browser.sign_in(user.email)
    for _ in range(FREE_FAILURES + 1):
        page = browser.get("/account/password").submit({"current": PASSWORD, "password": "short"})
        assert page.errors()[0].startswith("Use at least")


@pytest.mark.parametrize(
    "written", ["MEI@EXAMPLE.ORG", "Mei@Example.Org", "  mei@example.org\t", "\u3000mei@example.org"]
)
def test_another_spelling_of_the_address_is_the_same_account(session, people, now, written):
    user = people.make(Role.EXPERT, email="mei@example.org")
    for _ in range(FREE_FAILURES):
        with pytest.raises(SignInRefused):
            attempt(session, written, "wrong", now)
    with pytest.raises(TooManyAttempts):
        attempt(session, user.email, PASSWORD, now)


def test_a_forwarded_address_from_no_trusted_proxy_counts_for_nothing(app, session, people):
    user = people.make(Role.EXPERT)
    session.commit()
    client = app.test_client()
    for number in range(FREE_FAILURES):
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"198.51.100.{number}"
        token = client.get("/sign-in").text.split('name="csrf_token" value="')[1].split('"')[0]
        client.post("/sign-in", data={"csrf_token": token, "email": f"n{number}@example.org", "password": "wrong"})
    session.rollback()
    assert set(session.scalars(sa.select(FailedSignIn.address))) == {"127.0.0.1"}
    assert user.state == AccountState.ACTIVE


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
        ("x" * 300, "x" * 45),
    ],
)
def test_a_network_is_what_one_subscriber_has(address, network):
    assert network_of(address) == network


def test_a_host_that_changes_its_address_of_ipv6_cannot_try_many_accounts(session, people, now):
    user = people.make(Role.EXPERT)
    for number in range(FREE_FAILURES_PER_NETWORK):
        with pytest.raises(SignInRefused):
            attempt(session, f"guess{number}@example.org", "wrong", now, address=f"2001:db8::{number:x}")
    with pytest.raises(TooManyAttempts):
        attempt(session, user.email, PASSWORD, now, address="2001:db8::ffff:1")
    assert attempt(session, user.email, PASSWORD, now, address="2001:db8:0:1::1").token


def test_of_many_guesses_at_once_no_more_are_judged_than_one_after_the_other(database, session, people, now):
    user = people.make(Role.EXPERT)
    session.commit()

    def guess(_number: int) -> type[Exception] | None:
        with database.writing() as own:
            try:
                attempt(own, user.email, "wrong", now)
            except (SignInRefused, TooManyAttempts) as error:
                own.commit()
                return type(error)
        return None

    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(guess, range(4 * FREE_FAILURES)))
    assert (told.count(SignInRefused), told.count(TooManyAttempts)) == (FREE_FAILURES, 3 * FREE_FAILURES)


def test_who_sets_a_new_password_by_mail_gets_in_at_once(session, people, now):
    user = people.make(Role.EXPERT)
    for _ in range(FREE_FAILURES + 3):
        with pytest.raises((SignInRefused, TooManyAttempts)):
            attempt(session, user.email, "wrong", now)
    new_passwords.mail_reset_link(session, email=user.email, now=now)
    secret = next(job.payload["values"]["secret"] for job in mails(session))
    new_passwords.reset_password(session, secret=secret, password=NEW, now=now)
    assert attempt(session, user.email, NEW, now).token


def test_a_wrong_password_asks_the_database_the_same_whether_there_is_an_account_or_not(database, people, session, now):
    known, closed = people.make(Role.EXPERT), people.make(Role.EXPERT)
    closed.state = AccountState.CLOSED
    joining.register_account(
        session, email="new@example.org", name="N", password=NEW, language="en", address="192.0.2.1", now=now
    )
    session.commit()
    asked = {}
    for email in (known.email, closed.email, "new@example.org", "nobody@example.org"):
        with database.writing() as own, statements(database) as sent, pytest.raises(SignInRefused):
            attempt(own, email, "wrong", now)
        asked[email] = [" ".join(statement.split()[:3]).partition("(")[0] for statement in sent]
    assert len(set(map(tuple, asked.values()))) == 1, asked


def mails(session):
    return session.scalars(sa.select(Job).where(Job.kind == "mail:send").order_by(Job.id)).all()


@pytest.mark.parametrize("path", ["/password/forgotten", "/confirm"])
def test_asking_for_a_link_asks_the_database_the_same_whoever_has_an_account(browser, database, people, now, path):
    active, session = people.make(Role.EXPERT), people.session
    joining.register_account(
        session, email="new@example.org", name="N", password=NEW, language="en", address="192.0.2.1", now=now
    )
    session.commit()
    asked = []
    for email in (active.email, "new@example.org", "nobody@example.org"):
        page = browser.get(path)
        with statements(database) as sent:
            page.submit({"email": email}, follow=False)
        asked.append([" ".join(statement.split()[:3]).partition("(")[0] for statement in sent])
    assert asked[0] == asked[1] == asked[2]


def test_nobody_sends_mail_to_many_strangers_from_one_network(session, now):
    def ask(kind: str, number: int, moment=now, address="192.0.2.1") -> None:
        if kind == "register":
            email = f"stranger{number}@example.org"
            joining.register_account(
                session, email=email, name="N", password=NEW, language="en", address=address, now=moment
            )
        else:
            links.ask_for_link(session, kind=kind, email=f"s{number}@example.org", address=address, now=moment)

    kinds = ("register", links.MAIL_CONFIRMATION, links.MAIL_RESET)
    for number in range(FREE_FAILURES_PER_NETWORK):
        ask(kinds[number % 3], number)
    for kind in kinds:
        with pytest.raises(TooManyMails):
            ask(kind, 99, now + timedelta(seconds=59))
        ask(kind, 99, address="192.0.2.2")
    ask("register", 100, now + timedelta(seconds=60))


@pytest.mark.parametrize("path", ["/register", "/password/forgotten", "/confirm"])
def test_who_has_to_wait_for_mail_is_told_how_long_and_keeps_what_was_typed(browser, session, monkeypatch, path):
    monkeypatch.setattr(throttle, "FREE_FAILURES_PER_NETWORK", 0)
    session.add(FailedSignIn(email_key="", address="127.0.0.1", at=clock.now()))
    session.commit()
    values = {"email": "new@example.org"} | ({"name": "A Name", "password": NEW} if path == "/register" else {})
    page = browser.get(path).submit(values)
    assert page.status == 422
    assert page.errors() == ["Too many mails have been asked for from your network. Wait 2 min and try again."]
    assert page.tree.xpath("//input[@name='email']/@value") == ["new@example.org"]
