"""The desk's pages: the panel, and what waits there for a person."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from advnet.accounts.model import Role
from advnet.audit.model import AuditEntry
from advnet.consultations.invitations.extensions import request_extension
from advnet.consultations.invitations.model import Invitation, answer_until
from advnet.consultations.invitations.model import InvitationState as State
from advnet.consultations.invitations.screening import declare_interests
from advnet.consultations.invitations.service import note_answered
from advnet.consultations.model import Mode
from advnet.experts.model import Standing
from tests.browser_less import Browser, Page
from tests.builders_invitations import Invitations
from tests.statements import statements

SHARES = "Shares in a shipyard"


@pytest.fixture
def made(session: Session) -> Invitations:
    """Around the real clock, since pages have no other."""
    return Invitations(session, datetime.now().astimezone())


@pytest.fixture
def desk(made: Invitations, browser: Browser) -> Browser:
    made.session.commit()
    browser.sign_in("desk@example.org")
    return browser


def panel(desk: Browser, made: Invitations, invitation: Invitation) -> Page:
    made.session.commit()
    return desk.get(f"/consultations/{invitation.consultation_id}/panel")


def test_the_desk_asks_all_proposed_and_reads_who_was_not_asked(
    made: Invitations, desk: Browser, session: Session
) -> None:
    willing = made.invitation()
    paused = made.invitation(consultation=willing.consultation, expert=made.experts.approved(Standing.PAUSED))
    page = panel(desk, made, willing)
    assert "0 of 5 wanted" in page.words()
    assert page.submit({"respond_days": "0"}, button="Ask all proposed").errors() == ["Give from 1 to 30 days."]
    page = page.submit({"respond_days": "5"}, button="Ask all proposed")
    assert "1 expert has been asked." in page.words()
    assert f"{paused.expert.name_en}: This expert is not available at present" in page.words()
    assert made.again(willing).state == State.INTERESTS_ASKED
    assert made.again(paused).state == State.PROPOSED
    page = page.submit(button="Ask Hanako")
    assert "This expert is not available at present" in page.words()


def test_the_desk_screens_declared_interests(made: Invitations, desk: Browser, session: Session) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED, interests=SHARES)
    page = panel(desk, made, invitation)
    assert SHARES in page.words()
    page = page.link(f"Screen the interests of {invitation.expert.name_en}")
    assert page.submit({}, button="Judge").errors() == ["Choose a judgement."]
    refused = page.submit({"verdict": "waived"}, button="Judge")
    assert refused.errors() == ["Give a reason."]
    page = refused.submit({"reason": "Nobody else knows"}, button="Judge")
    assert page.url.endswith("/panel")
    assert (made.again(invitation).state, invitation.screening_verdict) == (State.SENT, "waived")
    assert desk.get(f"/invitations/{invitation.id}/screening").status == 409


def test_a_second_person_at_the_desk_is_told_that_somebody_was_faster(
    made: Invitations, desk: Browser, session: Session
) -> None:
    advisor = made.people.make(Role.ADVISOR)
    invitation = made.invitation(State.INTERESTS_ASKED, interests=SHARES)
    session.commit()
    other = desk.another()
    other.sign_in(advisor.email)
    first = desk.get(f"/invitations/{invitation.id}/screening")
    second = other.get(f"/invitations/{invitation.id}/screening")
    first.submit({"verdict": "cleared"}, button="Judge")
    late = second.submit({"verdict": "barred", "reason": "No"}, button="Judge")
    assert late.status == 409
    assert made.again(invitation).state == State.SENT


def test_a_judgement_on_an_amended_declaration_is_shown_the_present_one_first(
    made: Invitations, desk: Browser, session: Session
) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED, interests=SHARES)
    session.commit()
    page = desk.get(f"/invitations/{invitation.id}/screening")
    declare_interests(
        session,
        actor=made.actor(invitation),
        invitation=invitation,
        has_interests=True,
        interests="And a seat on its board",
        now=made.now + timedelta(seconds=1),
    )
    session.commit()
    page = page.submit({"verdict": "cleared"}, button="Judge")
    assert page.status == 422
    assert "The expert has changed the declaration" in page.errors()[0]
    assert "And a seat on its board" in page.words()
    assert made.again(invitation).state == State.INTERESTS_ASKED
    page.submit(button="Judge")
    assert made.again(invitation).state == State.SENT


def test_the_desk_withdraws_with_a_reason(made: Invitations, desk: Browser, session: Session) -> None:
    invitation = made.invitation(State.SENT)
    page = panel(desk, made, invitation).link(f"Withdraw {invitation.expert.name_en}")
    assert page.submit({}, button="Withdraw").errors() == ["Give a reason."]
    page = page.submit({"reason": "Enough seats"}, button="Withdraw")
    assert made.again(invitation).state == State.WITHDRAWN
    assert "Withdrawn" in page.words()


def test_the_desk_gives_an_empty_seat_to_who_stands_proposed(
    made: Invitations, desk: Browser, session: Session
) -> None:
    declined = made.invitation(State.DECLINED)
    page = panel(desk, made, declined)
    assert "No time" in page.words()
    empty = page.link(f"Replace {declined.expert.name_en}")
    assert "Nobody stands proposed" in empty.words()
    other = made.invitation(consultation=declined.consultation)
    session.commit()
    page = desk.get(f"/invitations/{declined.id}/replacement")
    assert page.submit({}, button="Replace").errors() == ["Choose an expert."]
    page = page.submit({"replacement": other.id}, button="Replace")
    assert f"Replaced by {other.expert.name_en}" in page.words()
    assert made.again(declined).state == State.REPLACED


@pytest.mark.parametrize(("verdict", "days"), [("granted", 5), ("refused", 0)])
def test_the_desk_decides_on_more_time(
    made: Invitations, desk: Browser, session: Session, verdict: str, days: int
) -> None:
    invitation = made.invitation(State.ACCEPTED)
    deadline = answer_until(invitation)
    request_extension(
        session,
        actor=made.actor(invitation),
        invitation=invitation,
        until=deadline + timedelta(days=5),
        reason="At sea",
        now=made.now,
    )
    page = panel(desk, made, invitation)
    assert "At sea" in page.words()
    page = page.link(f"Decide on more time for {invitation.expert.name_en}")
    page.submit({"verdict": verdict, "reason": "Noted"}, button="Decide")
    assert answer_until(made.again(invitation)) == deadline + timedelta(days=days)


@pytest.mark.parametrize(
    ("mode", "role", "is_told"),
    [
        (Mode.ATTRIBUTED, Role.SECRETARIAT, True),
        (Mode.NAMED_TO_ADVISOR, Role.ADVISOR, True),
        (Mode.NAMED_TO_ADVISOR, Role.SECRETARIAT, False),
        (Mode.ANONYMOUS, Role.ADVISOR, False),
        (Mode.ANONYMOUS, Role.SECRETARIAT, False),
    ],
)
def test_who_has_answered_is_told_only_where_the_mode_allows_it(
    made: Invitations, browser: Browser, session: Session, mode: Mode, role: Role, is_told: bool
) -> None:
    reader = made.people.make(role)
    consultation = made.consultation(mode=mode)
    answered = made.invitation(State.ACCEPTED, consultation=consultation)
    silent = made.invitation(State.ACCEPTED, consultation=consultation)
    note_answered(session, invitation=answered)
    session.commit()
    browser.sign_in(reader.email)
    page = browser.get(f"/consultations/{consultation.id}/panel")
    assert "1 of 5 wanted" in page.words()
    rows = {
        row.xpath("string(th)").strip(): " ".join(row.xpath("string(.)").split())
        for row in page.tree.xpath("//tbody/tr")
    }
    of_one, of_other = (rows[one.expert.name_en].replace(one.expert.name_en, "") for one in (answered, silent))
    assert (of_one != of_other) == is_told
    links = [len(row.xpath(".//a")) for row in page.tree.xpath("//tbody/tr")]
    assert (len(set(links)) == 1) == (mode != Mode.ATTRIBUTED), "nor do the offered actions tell"


@pytest.mark.parametrize("role", [Role.EXPERT, Role.REQUESTER, Role.ADMINISTRATOR, Role.AUDITOR])
def test_nobody_but_the_desk_opens_the_panel_or_its_steps(
    made: Invitations, browser: Browser, session: Session, role: Role
) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED, interests=SHARES)
    reader = made.people.make(role)
    session.commit()
    browser.sign_in(reader.email)
    assert browser.get(f"/consultations/{invitation.consultation_id}/panel").status in (403, 404)
    for step in ("screening", "withdrawal", "replacement", "extension/decision"):
        assert browser.get(f"/invitations/{invitation.id}/{step}").status in (403, 404)


def test_the_invited_expert_does_not_open_the_panel(made: Invitations, browser: Browser, session: Session) -> None:
    invitation = made.invitation(State.ACCEPTED)
    session.commit()
    browser.sign_in(made.email(invitation))
    assert browser.get(f"/consultations/{invitation.consultation_id}/panel").status == 403
    assert browser.get(f"/invitations/{invitation.id}/withdrawal").status == 404


def test_opening_the_desks_pages_changes_nothing(made: Invitations, desk: Browser, session: Session) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED, interests=SHARES)
    panel(desk, made, invitation)
    count = session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))
    for step in ("screening", "withdrawal", "replacement", "extension/decision", "ask"):
        desk.get(f"/invitations/{invitation.id}/{step}")
    assert session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == count


def test_an_empty_panel_says_how_it_is_filled(made: Invitations, desk: Browser, session: Session) -> None:
    consultation = made.consultation()
    session.commit()
    page = desk.get(f"/consultations/{consultation.id}/panel")
    assert "Nobody stands on the panel yet" in page.words()
    assert "Ask all proposed" not in page.words()


def test_twenty_experts_need_no_more_statements_than_one(
    made: Invitations, desk: Browser, app: Flask, session: Session
) -> None:
    counts = []
    for size in (1, 20):
        consultation = made.consultation()
        for _number in range(size):
            made.invitation(State.ACCEPTED, consultation=consultation)
        session.commit()
        with statements(app.extensions["advnet.database"]) as sent:
            desk.get(f"/consultations/{consultation.id}/panel")
        counts.append(len(sent))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("language", "order"),
    [("en", ["Kaori Abe", "Ren Ito", "Ada Young"]), ("ja", ["伊藤 蓮", "安部 香", "Ada Young"])],
)
def test_the_panel_stands_in_the_order_of_names_of_the_reader(
    made: Invitations, desk: Browser, language: str, order: list[str]
) -> None:
    consultation = made.consultation()
    for names in (
        {"family_en": "Young", "given_en": "Ada", "family_ja": "", "given_ja": "", "family_kana": "", "given_kana": ""},
        {"family_en": "Abe", "given_en": "Kaori", "family_ja": "安部", "given_ja": "香", "family_kana": "ヤスベ"},
        {"family_en": "Ito", "given_en": "Ren", "family_ja": "伊藤", "given_ja": "蓮", "family_kana": "イトウ"},
    ):
        last = made.invitation(consultation=consultation, expert=made.experts.approved(**names))
    made.session.commit()
    words = desk.get(f"/consultations/{last.consultation_id}/panel?lang={language}").words()
    assert sorted(order, key=words.index) == order


def test_pages_about_a_consultation_stand_under_consultations_for_the_desk_and_invitations_for_the_expert(
    made: Invitations, desk: Browser
) -> None:
    invitation = made.invitation(State.INTERESTS_ASKED, interests=SHARES)
    number, consultation = invitation.id, invitation.consultation_id
    made.session.commit()
    for path in (f"/consultations/{consultation}/panel", f"/invitations/{number}/screening"):
        assert current_entry(desk.get(path)) == {"Consultations"}, path
    expert = desk.another()
    expert.sign_in(made.email(invitation))
    assert current_entry(expert.get(f"/invitations/{number}")) == {"Invitations"}


def current_entry(page: Page) -> set[str]:
    """Of the main navigation, which stands in the page twice: wide and folded."""
    entries = page.tree.xpath("//nav[@aria-label='Main']//a[@aria-current='page']")
    return {link.text_content().strip() for link in entries}
