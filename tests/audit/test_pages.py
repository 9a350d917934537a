"""The auditor's pages."""

import csv
import io
from datetime import timedelta

import pytest

from advnet.accounts.model import Actor, Role, system_actor
from advnet.audit import queries
from advnet.audit.service import record
from advnet.errors import Forbidden


@pytest.fixture
def auditor(session, people, browser, now):
    """A signed-in auditor's browser, and a log of thirty entries of Mei Sample, a minute apart."""
    user = people.make(Role.AUDITOR)
    mei = people.make(Role.ADVISOR, name="Mei Sample")
    for number in range(30):
        event = "account:changed" if number % 2 else "consultation:opened"
        at = now - timedelta(minutes=number)
        record(session, actor=mei.actor, event=event, subject=mei, reason="=1+1", detail={"n": number}, now=at)
    session.commit()
    browser.sign_in(user.email)
    return browser


def numbers(page):
    return [int("".join(cell.text_content().split())) for cell in page.tree.xpath("//tbody/tr/th")]


def test_the_log_is_shown_newest_first_and_in_pages(auditor):
    page = auditor.get("/audit")
    assert numbers(page)[:2] == [31, 30]  # 31 is the auditor's own sign-in
    assert len(numbers(page)) == 25
    assert numbers(page.link("Next")) == [6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"event": "consultation:opened"}, 15),
        ({"event": "consultation"}, 15),
        ({"who": "mei"}, 25),
        ({"who": "%"}, 0),
        ({"who": "nobody of that name"}, 0),
        ({"subject_type": "user_account", "subject_id": "999"}, 0),
        ({"until": "2026-11-19"}, 0),
        ({"since": "2026-11-20", "until": "2026-11-20", "event": "account"}, 15),
    ],
)
def test_filters_leave_what_they_name(auditor, filters, expected):
    assert len(numbers(auditor.get("/audit", query=filters))) == expected


def test_a_filter_that_is_no_date_is_named_and_nothing_is_shown(auditor):
    page = auditor.get("/audit", query={"since": "yesterday"})
    assert page.status == 422
    assert page.errors()
    assert not numbers(page)


def test_days_are_those_of_japan(session, people, now):
    user = people.make(Role.AUDITOR)
    late_evening_utc = now.replace(hour=15, minute=0)  # midnight in Japan: the next day
    record(session, actor=user.actor, event="account:changed", subject=user, now=late_evening_utc)
    session.commit()
    found = queries.list_entries(session, actor=user.actor, since=late_evening_utc)
    assert found.total == 1
    assert queries.list_entries(session, actor=user.actor, until=late_evening_utc).total == 0


def test_the_export_holds_what_the_filters_leave_and_runs_no_formula(auditor):
    page = auditor.get("/audit", query={"event": "account:changed"})
    link = page.tree.xpath("//a[contains(@href,'/audit/export')]/@href")[0]
    answer = auditor.get(link)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == 15
    assert {row["event"] for row in rows} == {"account:changed"}
    assert {row["reason"] for row in rows} == {"'=1+1"}


def test_a_crafted_address_does_not_bend_the_download_link(auditor):
    page = auditor.get("/audit", query={"_scheme": "javascript", "_external": "1", "_anchor": "x"})
    assert page.tree.xpath("//a[contains(@href,'/audit/export')]/@href") == ["/audit/export"]


def test_verifying_says_that_the_chain_holds_and_names_the_last_digest(auditor, session):
    page = auditor.get("/audit").link("Verify the log")
    assert "The chain holds" in page.words()
    assert "31" in page.words()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDITOR])
@pytest.mark.parametrize("path", ["/audit", "/audit/verify", "/audit/export"])
def test_only_the_auditor_reads_the_log(browser, session, people, role, path):
    user = people.make(role)
    session.commit()
    browser.sign_in(user.email)
    assert browser.get(path).status == 403


def test_the_query_itself_refuses_who_may_not_read(session):
    with pytest.raises(Forbidden):
        queries.list_entries(session, actor=Actor(1, frozenset({Role.ADMINISTRATOR})))


def test_events_subjects_and_actors_stand_in_the_readers_words_with_the_code_beside(auditor, session, people, now):
    mei = people.make(Role.ADVISOR, name="Mei Sample")
    record(session, actor=system_actor("worker"), event="consultation:closed", subject=mei, now=now)
    session.commit()
    page = auditor.get("/audit")
    row = page.tree.xpath("//tbody/tr[1]")[0].text_content()
    for words in ("Closed for answers", "Account", "consultation:closed", "Worker (automatic)"):
        assert words in row
    japanese = auditor.get("/audit", query={"lang": "ja"})
    row = japanese.tree.xpath("//tbody/tr[1]")[0].text_content()
    for words in ("回答締切", "アカウント", "consultation:closed", "ワーカー（自動）"):
        assert words in row


def test_the_filter_names_events_in_words_by_their_noun(auditor):
    page = auditor.get("/audit")
    groups = page.tree.xpath("//select[@name='event']/optgroup")
    assert [group.get("label") for group in groups] == ["Account", "Sign-in", "Consultation"]
    options = [(option.get("value"), option.text_content()) for option in groups[2]]
    assert options == [("consultation", "Consultation: every event"), ("consultation:opened", "Opened for answers")]


@pytest.mark.parametrize("noun", ["consultation:declined", "invitation:declined", "brief:returned", "answer:withdrawn"])
def test_a_reason_that_may_carry_protected_words_reaches_neither_page_nor_export(auditor, session, people, now, noun):
    desk = people.make(Role.SECRETARIAT)
    record(session, actor=desk.actor, event=noun, subject=desk, reason="It names the Wakatake buoys.", now=now)
    session.commit()
    page = auditor.get("/audit", query={"event": noun})
    assert "Wakatake" not in page.text
    assert "A reason was given." in page.words()
    assert "Wakatake" not in auditor.get("/audit/export", query={"event": noun}).text
    (entry,) = queries.list_entries(session, actor=people.make(Role.AUDITOR).actor, event=noun).items
    assert (entry.reason, entry.has_reason) == (None, True)


def test_a_reason_about_an_account_is_read_by_the_auditor(auditor, session, people, now):
    admin, mei = people.make(Role.ADMINISTRATOR), people.make(Role.ADVISOR)
    record(session, actor=admin.actor, event="account:closed", subject=mei, reason="Left the ministry.", now=now)
    record(session, actor=admin.actor, event="account:reopened", subject=mei, now=now)
    session.commit()
    page = auditor.get("/audit", query={"event": "account:closed"})
    assert "Left the ministry." in page.words()
    assert "A reason was given." not in auditor.get("/audit", query={"event": "account:reopened"}).words()
