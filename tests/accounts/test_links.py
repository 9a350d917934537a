"""What a mailed link opens, and what it does not: used twice, at the same moment, after the account was closed."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from advnet.accounts import joining, links, new_passwords, passwords, queries, service
from advnet.accounts.links import LinkExpired
from advnet.accounts.model import AccountState, Role, TokenPurpose
from advnet.jobs.model import Job
from tests.people import PASSWORD

NEW = "eleven slow barges upstream"
OTHER = "twelve quick otters downstream"


def register(session, now, email="new@example.org", password=NEW):
    return joining.register_account(
        session, email=email, name="New Person", password=password, language="en", address="192.0.2.1", now=now
    )


def invite(session, people, now, email="staff@example.org"):
    boss = people.make(Role.ADMINISTRATOR).actor
    roles = frozenset({Role.ADVISOR})
    return joining.invite_staff(session, actor=boss, email=email, name="S", roles=roles, language="en", now=now)


def secret(session, message: str) -> str:
    jobs = session.scalars(sa.select(Job).order_by(Job.id.desc())).all()
    return next(job.payload["values"]["secret"] for job in jobs if job.payload.get("message") == message)


def messages(session) -> list[str]:
    return [job.payload["message"] for job in session.scalars(sa.select(Job).order_by(Job.id))]


def test_of_two_who_use_a_link_at_the_same_moment_one_is_refused(database, session, people, now):
    people.make(Role.EXPERT, email="mei@example.org")
    new_passwords.mail_reset_link(session, email="mei@example.org", now=now)
    link = secret(session, "reset_password")
    session.commit()

    def use(password: str) -> str:
        with database.writing() as own:
            try:
                new_passwords.reset_password(own, secret=link, password=password, now=now)
            except LinkExpired:
                return "refused"
            own.commit()
        return password

    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(use, [f"{NEW} {number}" for number in range(4)]))
    assert told.count("refused") == 3
    session.expire_all()
    (kept,) = set(told) - {"refused"}
    assert passwords.verify_password(kept, queries.find_user_by_email(session, "mei@example.org").password_hash)


def test_a_token_that_both_have_read_is_used_by_one(database, session, people, now):
    user = people.make(Role.EXPERT)
    _token, link = links.new_token(
        session, user=user, purpose=TokenPurpose.RESET_PASSWORD, lifetime=links.LINK_LIFETIME, now=now
    )
    token = links.get_token(session, secret=link, purpose=TokenPurpose.RESET_PASSWORD, now=now)
    links.use_token(session, token=token, now=now)
    with pytest.raises(LinkExpired):
        links.use_token(session, token=token, now=now)


def test_an_account_that_was_closed_is_not_opened_by_a_link_of_before(session, people, now):
    boss = people.make(Role.ADMINISTRATOR).actor
    registered, invited = register(session, now), invite(session, people, now)
    active = people.make(Role.EXPERT, email="mei@example.org")
    new_passwords.mail_reset_link(session, email=active.email, now=now)
    kept = active.password_hash
    old = {name: secret(session, name) for name in ("confirm_email", "staff_invitation", "reset_password")}
    for user in (registered, invited, active):
        service.close_account(session, actor=boss, user=user, reason="x", now=now)
    with pytest.raises(LinkExpired):
        joining.confirm_email(session, secret=old["confirm_email"], now=now)
    with pytest.raises(LinkExpired):
        joining.accept_staff_invitation(session, secret=old["staff_invitation"], password=NEW, now=now)
    with pytest.raises(LinkExpired):
        new_passwords.reset_password(session, secret=old["reset_password"], password=NEW, now=now)
    assert {user.state for user in (registered, invited, active)} == {AccountState.CLOSED}
    assert active.password_hash == kept


def test_who_registers_an_address_first_does_not_keep_a_password_for_its_owner(session, now):
    register(session, now, password=OTHER)  # a stranger
    theirs = secret(session, "confirm_email")
    later = now + links.MAIL_PAUSE
    assert register(session, later, email="New@example.org") is None
    with pytest.raises(LinkExpired):
        joining.confirm_email(session, secret=theirs, now=later)
    user = joining.confirm_email(session, secret=secret(session, "confirm_email"), now=later)
    assert passwords.verify_password(NEW, user.password_hash)
    assert not passwords.verify_password(OTHER, user.password_hash)


def test_a_registration_that_is_not_mailed_changes_no_password(session, now):
    user = register(session, now)
    register(session, now, password=OTHER)
    assert messages(session) == ["confirm_email"]
    assert passwords.verify_password(NEW, user.password_hash)


def test_nobody_gives_an_invited_member_of_staff_a_password_by_registering(session, people, now):
    user = invite(session, people, now)
    assert register(session, now + links.MAIL_PAUSE, email=user.email) is None
    joining.request_confirmation(session, email=user.email, now=now + links.MAIL_PAUSE)
    assert (user.password_hash, user.state) == (None, AccountState.UNCONFIRMED)
    assert messages(session) == ["staff_invitation"]


@pytest.mark.parametrize("path", ["/register", "/sign-in", "/password/forgotten"])
def test_an_address_that_grows_when_its_case_is_folded_is_refused_in_words(browser, path):
    values = {"email": "\ufb03" * 240 + "@example.org"}
    if path != "/password/forgotten":
        values["password"] = NEW
    if path == "/register":
        values["name"] = "A Name"
    page = browser.get(path).submit(values)
    assert (page.status, page.errors()) == (422, ["Use at most 254 characters."])


def test_two_who_register_the_same_address_at_the_same_moment_make_one_account(database, session, now):
    def ask(number: int) -> bool:
        with database.writing() as own:
            made = register(own, now, email="Twin@example.org" if number % 2 else "twin@example.org")
            own.commit()
            return made is not None

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(ask, range(4))) == [False, False, False, True]
    assert messages(session) == ["confirm_email"]


def test_a_password_asked_for_by_a_stranger_is_sent_to_the_owner_at_most_every_two_minutes(session, people, now):
    people.make(Role.EXPERT, email="mei@example.org")
    for seconds in (0, 1):
        moment = now + seconds * links.MAIL_PAUSE / 2
        new_passwords.mail_reset_link(session, email="mei@example.org", now=moment)
    assert messages(session) == ["reset_password"]
    new_passwords.mail_reset_link(session, email="mei@example.org", now=now + links.MAIL_PAUSE)
    assert messages(session) == ["reset_password", "reset_password"]
    assert passwords.verify_password(PASSWORD, queries.find_user_by_email(session, "mei@example.org").password_hash)
