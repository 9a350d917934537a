"""Inviting staff, giving roles, closing and reopening accounts."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from advnet.accounts import joining, links, queries, service
from advnet.accounts.model import AccountState, Role
from advnet.audit.model import AuditEntry
from advnet.errors import Invalid, WrongState
from advnet.jobs.model import Job
from tests.people import PASSWORD


@pytest.fixture
def admin(session, people, browser):
    user = people.make(Role.ADMINISTRATOR, name="Ada Min")
    session.commit()
    browser.sign_in(user.email)
    return browser


def mailed_link(session, path: str) -> str:
    """The newest queued link of this kind."""
    session.expire_all()
    jobs = session.scalars(sa.select(Job).order_by(Job.id.desc())).all()
    secret = next(job.payload["values"]["secret"] for job in jobs if "secret" in job.payload.get("values", {}))
    session.rollback()  # on SQLite a writing transaction keeps others waiting
    return f"{path}/{secret}"


def test_an_invited_person_joins_with_the_mailed_link_and_has_the_roles(admin, session):
    page = admin.get("/admin/accounts").link("Invite staff")
    page = page.submit(
        {"name": "New Person", "email": "new@example.org", "roles": ["advisor", "requester"], "language": "en"},
        button="Send the invitation",
    )
    assert "New Person has been invited by mail." in page.text
    joining = admin.another().get(mailed_link(session, "/join"))
    joining.submit({"password": "seven quiet herons at dawn"})
    visitor = admin.another()
    visitor.sign_in("new@example.org", "seven quiet herons at dawn")
    assert queries.find_user_by_email(session, "new@example.org").roles == {Role.ADVISOR, Role.REQUESTER}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"name": "", "email": "a@example.org", "roles": ["advisor"]}, "Enter a name."),
        ({"name": "A", "email": "nonsense", "roles": ["advisor"]}, "Enter an e-mail address such as name@example.org."),
        ({"name": "A", "email": "a@example.org", "roles": []}, "Choose at least one role."),
    ],
)
def test_an_invitation_that_cannot_be_is_refused_in_words_and_keeps_what_was_typed(admin, values, message):
    page = admin.get("/admin/accounts/invite").submit(values)
    assert page.status == 422
    assert page.errors() == [message]
    assert page.tree.xpath("//input[@name='email']/@value") == [values["email"]]


def test_an_address_that_has_an_account_is_not_invited_again(admin, session, people):
    other = people.make(Role.EXPERT, email="Taken@example.org")
    session.commit()
    page = admin.get("/admin/accounts/invite").submit({"name": "A", "email": "taken@example.org", "roles": ["advisor"]})
    assert page.errors() == ["An account with this e-mail address exists already."]
    session.refresh(other, ["grants"])
    assert other.roles == {Role.EXPERT}


def test_an_invitation_is_sent_again_after_a_pause_and_the_old_link_is_dead(session, people, now):
    boss = people.make(Role.ADMINISTRATOR).actor
    user = joining.invite_staff(
        session, actor=boss, email="n@example.org", name="N", roles=frozenset({Role.AUDITOR}), language="ja", now=now
    )
    first = session.scalars(sa.select(Job)).one().payload["values"]["secret"]
    with pytest.raises(WrongState):
        joining.resend_invitation(session, actor=boss, user=user, now=now + links.MAIL_PAUSE - timedelta(seconds=1))
    later = now + links.MAIL_PAUSE
    joining.resend_invitation(session, actor=boss, user=user, now=later)
    with pytest.raises(links.LinkExpired):
        joining.accept_staff_invitation(session, secret=first, password="seven quiet herons", now=later)
    second = session.scalars(sa.select(Job).order_by(Job.id.desc())).first().payload["values"]["secret"]
    joining.accept_staff_invitation(session, secret=second, password="seven quiet herons", now=later)
    with pytest.raises(WrongState):
        joining.resend_invitation(session, actor=boss, user=user, now=later + timedelta(days=1))


def test_roles_are_changed_and_those_of_the_registration_stay(admin, session, people):
    user = people.make(Role.EXPERT, Role.REQUESTER, name="Two Hats")
    session.commit()
    page = admin.get("/admin/accounts").link("Two Hats")
    page.submit({"roles": ["secretariat"]}, button="Save the roles")
    session.expire_all()
    assert queries.get_user(session, user.id).roles == {Role.EXPERT, Role.SECRETARIAT}
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.event == "account:roles-changed")).one()
    assert entry.detail == {"added": ["secretariat"], "removed": ["requester"]}


def test_an_administrator_cannot_lock_the_own_door(admin, session, people):
    page = admin.get("/admin/accounts").link("Ada Min")
    assert "You cannot change your own roles." in page.words()
    direct = {
        "roles": ["administrator", "advisor"],
        "csrf_token": page.tree.xpath("//input[@name='csrf_token']/@value")[0],
    }
    assert admin.post(page.url, direct).errors() == ["You cannot change your own roles. Ask another administrator."]
    refused = page.link("Close the account").submit({"reason": "holiday"}, button="Close the account")
    assert refused.errors() == ["You cannot close your own account."]


@pytest.mark.parametrize("watching", [Role.ADMINISTRATOR, Role.AUDITOR])
@pytest.mark.parametrize("reading", [Role.ADVISOR, Role.SECRETARIAT])
def test_who_gives_or_checks_rights_does_not_read_what_they_protect(admin, session, people, watching, reading):
    user = people.make(reading, name="Two Hats")
    session.commit()
    page = admin.get("/admin/accounts").link("Two Hats")
    refused = page.submit({"roles": [watching.value, reading.value]}, button="Save the roles")
    assert refused.errors()[0].startswith("An administrator or auditor cannot also be Advisor or secretariat")
    session.expire_all()
    assert queries.get_user(session, user.id).roles == {reading}
    session.commit()
    invited = admin.get("/admin/accounts/invite").submit(
        {"name": "N", "email": "n@example.org", "roles": [watching.value, reading.value]}
    )
    assert invited.errors()[0].startswith("An administrator or auditor cannot also be Advisor or secretariat")


def test_a_closed_account_is_signed_out_at_once_and_works_again_when_reopened(admin, session, people):
    user = people.make(Role.ADVISOR, name="Gone Soon")
    session.commit()
    theirs = admin.another()
    theirs.sign_in(user.email)
    asks = admin.get("/admin/accounts").link("Gone Soon").link("Close the account")
    assert asks.submit({"reason": " "}, button="Close the account").status == 422
    assert theirs.get("/account").url == "/account"
    asks.submit({"reason": "left the ministry"}, button="Close the account")
    assert theirs.get("/account").url == "/sign-in"
    page = admin.get(f"/admin/accounts/{user.id}").link("Reopen the account")
    page.submit({"reason": "came back"}, button="Reopen the account")
    assert theirs.sign_in(user.email, PASSWORD).status == 200
    reasons = session.scalars(sa.select(AuditEntry.reason).where(AuditEntry.reason.is_not(None))).all()
    assert sorted(reasons) == ["came back", "left the ministry"]


def test_closing_and_reopening_ask_for_the_other_state(session, people, now):
    boss, user = people.make(Role.ADMINISTRATOR).actor, people.make(Role.ADVISOR)
    with pytest.raises(WrongState):
        service.reopen_account(session, actor=boss, user=user, reason="x", now=now)
    service.close_account(session, actor=boss, user=user, reason="x", now=now)
    with pytest.raises(WrongState):
        service.close_account(session, actor=boss, user=user, reason="x", now=now)


def test_reopening_an_account_that_was_never_confirmed_does_not_confirm_it(session, people, now):
    boss = people.make(Role.ADMINISTRATOR).actor
    user = joining.invite_staff(
        session, actor=boss, email="n@example.org", name="N", roles=frozenset({Role.AUDITOR}), language="ja", now=now
    )
    service.close_account(session, actor=boss, user=user, reason="mistake", now=now)
    service.reopen_account(session, actor=boss, user=user, reason="no mistake", now=now)
    assert user.state == AccountState.UNCONFIRMED


def test_only_staff_roles_can_be_given_by_invitation(session, people, now):
    boss = people.make(Role.ADMINISTRATOR).actor
    with pytest.raises(Invalid):
        joining.invite_staff(
            session, actor=boss, email="n@example.org", name="N", roles=frozenset({Role.EXPERT}), language="ja", now=now
        )


def test_the_list_is_searched_and_filtered(admin, session, people):
    people.make(Role.EXPERT, name="桐島 あやめ", email="ayame@example.org")
    people.make(Role.REQUESTER, name="Rui 100% Sample", email="rui@example.org")
    session.commit()

    def names(**query):
        page = admin.get("/admin/accounts", query=query)
        return [cell.text_content().strip() for cell in page.tree.xpath("//tbody/tr/th")]

    assert names(q="AYAME@") == ["桐島 あやめ"]
    assert names(q="桐島") == ["桐島 あやめ"]
    assert names(q="100%") == ["Rui 100% Sample"]
    assert names(q="%") == ["Rui 100% Sample"]
    assert names(role=["requester", "administrator"]) == ["Ada Min", "Rui 100% Sample"]
    assert names(state="closed") == []
    assert names(role="no such role") == []


def test_the_list_needs_the_same_number_of_statements_for_one_and_for_twenty(session, people, database):
    boss = people.make(Role.ADMINISTRATOR).actor
    session.commit()

    counted: list[str] = []
    sa.event.listen(database.engine, "before_cursor_execute", lambda *told: counted.append(told[2]))

    def statements() -> int:
        counted.clear()
        with database.reading() as reader:
            page = queries.list_accounts(reader, actor=boss)
            assert [user.roles for user in page.items]
        return len([statement for statement in counted if statement.startswith("SELECT")])

    one = statements()
    for _ in range(20):
        people.make(Role.EXPERT, Role.ADVISOR)
    session.commit()
    assert statements() == one


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_else_enters(browser, session, people, role):
    user = people.make(role)
    session.commit()
    browser.sign_in(user.email)
    for path in ("/admin/", "/admin/accounts", f"/admin/accounts/{user.id}", "/admin/accounts/99999", "/admin/jobs"):
        assert browser.get(path).status == 403


def test_an_unknown_account_is_not_found(admin):
    assert admin.get("/admin/accounts/99999").status == 404
