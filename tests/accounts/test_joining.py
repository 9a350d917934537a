"""Registering an account, confirming the address, changing the password, and what nobody learns from it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from advnet.accounts import joining, links, new_passwords, passwords, queries
from advnet.accounts.links import LinkExpired
from advnet.accounts.model import AccountState, AccountToken, LoginSession, Role, User
from advnet.errors import Invalid
from advnet.jobs.model import Job
from tests.accounts.mailing import mail_links
from tests.people import PASSWORD

NEW = "eleven slow barges upstream"


def register(session, now, email="new@example.org", password=NEW):
    return joining.register_account(
        session, email=email, name="New Person", password=password, language="en", address="192.0.2.1", now=now
    )


def queued(session) -> list[tuple[str, str]]:
    """Message and address of each mail in the outbox, in order."""
    return [
        (job.payload["message"], job.payload["to"]["email"])
        for job in session.scalars(sa.select(Job).where(Job.kind == "mail:send").order_by(Job.id))
    ]


def secret(session, message: str) -> str:
    jobs = session.scalars(sa.select(Job).order_by(Job.id.desc())).all()
    return next(job.payload["values"]["secret"] for job in jobs if job.payload.get("message") == message)


def test_a_new_account_is_an_unconfirmed_applicant_until_the_mailed_link_is_used(session, now):
    user = register(session, now)
    assert (user.state, user.roles) == (AccountState.UNCONFIRMED, {Role.APPLICANT})
    assert queued(session) == [("confirm_email", "new@example.org")]
    joining.confirm_email(session, secret=secret(session, "confirm_email"), now=now)
    assert (user.state, user.confirmed_at) == (AccountState.ACTIVE, now)


def test_a_link_works_once_and_until_its_day_is_over(session, now):
    register(session, now)
    link = secret(session, "confirm_email")
    with pytest.raises(LinkExpired):
        joining.confirm_email(session, secret=link, now=now + links.LINK_LIFETIME)
    joining.confirm_email(session, secret=link, now=now + links.LINK_LIFETIME - timedelta(seconds=1))
    with pytest.raises(LinkExpired):
        joining.confirm_email(session, secret=link, now=now)


def test_only_the_digest_of_a_link_is_kept(session, now):
    register(session, now)
    token = session.scalars(sa.select(AccountToken)).one()
    assert token.secret_hash != secret(session, "confirm_email")
    with pytest.raises(LinkExpired):
        joining.confirm_email(session, secret=token.secret_hash, now=now)


def test_registering_with_a_taken_address_looks_the_same_and_tells_only_the_mailbox(browser, session, people):
    people.make(Role.ADVISOR, email="taken@example.org")
    session.commit()
    pages = []
    for email in ("Taken@example.org", "free@example.org"):
        page = browser.get("/register").submit({"name": "A Name", "email": email, "password": NEW})
        pages.append((page.status, page.url, page.words().replace(email, "as typed")))
    assert pages[0] == pages[1]
    assert sorted(queued(session)) == [("account_exists", "taken@example.org"), ("confirm_email", "free@example.org")]
    assert session.scalar(sa.select(sa.func.count()).select_from(User)) == 2


def test_registering_twice_before_confirming_does_not_flood_the_mailbox(session, now):
    register(session, now)
    register(session, now + timedelta(seconds=30))
    assert len(queued(session)) == 1
    register(session, now + links.MAIL_PAUSE)
    assert [message for message, _ in queued(session)] == ["confirm_email", "confirm_email"]


def test_opening_the_link_confirms_nothing_until_the_button_is_pressed(browser, session, now):
    browser.get("/register").submit({"name": "A Name", "email": "new@example.org", "password": NEW})
    link = f"/confirm/{secret(session, 'confirm_email')}"
    session.rollback()
    page = browser.get(link)
    assert page.status == 200
    session.expire_all()
    assert queries.find_user_by_email(session, "new@example.org").state == AccountState.UNCONFIRMED
    session.rollback()
    page.submit()
    browser.sign_in("new@example.org", NEW)
    assert "This link has been used already." in browser.get(link).words()


def test_a_wrong_link_says_so(browser):
    assert "This link has expired" in browser.get("/confirm/nonsense").words()
    for path in ("/password/reset/nonsense", "/join/nonsense"):
        page = browser.get(path)
        assert page.errors() == ["This link has been used or has expired. Ask for a new one."]


def test_what_was_typed_stays_when_the_password_is_refused(browser):
    page = browser.get("/register").submit({"name": "A Name", "email": "a@example.org", "password": "short"})
    assert page.status == 422
    assert page.errors() == ["Use at least 15 characters. Several words with spaces make a good password."]
    assert page.tree.xpath("//input[@name='name']/@value") == ["A Name"]
    assert "short" not in page.tree.xpath("//input/@value"), "a password must not be sent back"


def test_a_forgotten_password_is_set_anew_and_every_session_ends(browser, session, people):
    user = people.make(Role.EXPERT, email="mei@example.org")
    session.commit()
    signed_in = browser.another()
    signed_in.sign_in(user.email)
    told = {
        browser.get("/password/forgotten").submit({"email": email}).words().replace(email, "as typed")
        for email in ("mei@example.org", "nobody@example.org")
    }
    assert len(told) == 1
    assert queued(session) == []
    mail_links(session)
    assert queued(session) == [("reset_password", "mei@example.org")]
    link = f"/password/reset/{secret(session, 'reset_password')}"
    session.commit()
    assert browser.get(link).submit({"password": "short"}).status == 422
    browser.get(link).submit({"password": NEW})
    assert signed_in.get("/account").url == "/sign-in"
    browser.sign_in("mei@example.org", NEW)
    assert queued(session)[-1] == ("password_changed", "mei@example.org")


def test_a_closed_or_unconfirmed_account_is_sent_no_reset_link(session, people, now):
    closed = people.make(Role.EXPERT, email="closed@example.org")
    closed.state = AccountState.CLOSED
    register(session, now)
    for email in ("closed@example.org", "new@example.org"):
        new_passwords.mail_reset_link(session, email=email, now=now)
    assert queued(session) == [("confirm_email", "new@example.org")]


def test_changing_the_password_asks_for_the_present_one_and_ends_other_sessions(browser, session, people):
    user = people.make(Role.EXPERT)
    session.commit()
    browser.sign_in(user.email)
    other = browser.another()
    other.sign_in(user.email)
    refused = browser.get("/account/password").submit({"current": "wrong", "password": NEW})
    assert refused.errors() == ["This is not your current password."]
    browser.get("/account/password").submit({"current": PASSWORD, "password": NEW})
    assert browser.get("/account").url == "/account"
    assert other.get("/account").url == "/sign-in"
    session.expire_all()
    live = session.scalars(sa.select(LoginSession).where(LoginSession.ended_at.is_(None))).all()
    assert len(live) == 1


def test_preferences_are_kept_and_speak_at_once(browser, session, people):
    user = people.make(Role.EXPERT, language="en")
    session.commit()
    browser.sign_in(user.email)
    browser.get("/account").submit({"name": "新しい名前", "language": "ja", "timezone": "Europe/Paris"}, button="Save")
    session.refresh(user)
    assert (user.name, user.language, user.timezone) == ("新しい名前", "ja", "Europe/Paris")
    page = browser.get("/account")
    assert page.tree.get("lang") == "ja"


@pytest.mark.parametrize(
    "password",
    [
        "fourteen chars",
        "aaaaaaaaaaaaaaaaaaaa",
        "password password",
        "advnetadvnetadvnet",
        "mei sample mei sample",
        "x" * 201,
    ],
)
def test_a_guessable_short_or_endless_password_is_refused(password):
    with pytest.raises(Invalid) as refused:
        passwords.check_strength(password, context=("mei@example.org", "Mei Sample"))
    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "password", ["fifteen letters", "四月の雨は静かに屋根を打ち続ける", NEW, "z" * 3 + "qwmbnvtrpklj" * 10]
)
def test_length_is_what_counts_in_any_script(password):
    passwords.check_strength(password, context=("mei@example.org", "Mei Sample"))


def test_the_same_password_from_another_keyboard_is_the_same():
    kept = passwords.hash_password("ｆｕｌｌｗｉｄｔｈ　ｗｏｒｄｓ")
    assert passwords.verify_password("fullwidth words", kept)
    assert not passwords.verify_password("fullwidth word", kept)
    assert not passwords.verify_password("anything", None)
    assert not passwords.verify_password("anything", "no hash at all")


def test_the_real_hash_is_argon2id_at_the_cost_that_rfc_9106_recommends(monkeypatch):
    parameters = passwords.PasswordHasher()
    assert (parameters.time_cost, parameters.memory_cost, parameters.parallelism) == (3, 65536, 4)
    assert parameters.hash("x").startswith("$argon2id$")


def test_a_hash_of_a_weaker_day_is_renewed_at_sign_in(browser, session, people, monkeypatch):
    user = people.make(Role.EXPERT)
    before = user.password_hash
    session.commit()
    monkeypatch.setattr(passwords, "_hasher", passwords.PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    browser.sign_in(user.email)
    session.refresh(user)
    assert user.password_hash != before
    assert passwords.verify_password(PASSWORD, user.password_hash)
