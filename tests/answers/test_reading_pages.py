"""The desk's page of answers side by side, and its file: who reads what, by role and mode."""

import csv
import io
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from advnet.accounts.model import Role
from advnet.consultations.invitations.model import InvitationState as State
from advnet.consultations.model import ConsultationState, Mode, Question
from tests.browser_less import Browser, Page
from tests.builders_answers import submit
from tests.builders_invitations import Invitations

SCRIPT = "<script>alert(1)</script>"
FEW = "So few experts have answered"


@pytest.fixture
def made(session: Session) -> Invitations:
    """Around the real clock, since pages have no other."""
    return Invitations(session, datetime.now().astimezone())


def answered(
    made: Invitations, mode: Mode, *, count: int = 1, is_closed: bool = True, requester_id: int | None = None
) -> tuple[int, str]:
    """A consultation with two questions and so many answers: its id, and the name of an expert who answered."""
    consultation = made.consultation(mode=mode, requester_id=requester_id)
    consultation.questions.append(Question(position=2, prompt_en="And what next?", options=[]))
    made.session.flush()
    name = ""
    for _ in range(count):
        invitation = made.invitation(State.ACCEPTED, consultation=consultation)
        evidence = [{"kind": "report", "link": "", "doi": "", "note": SCRIPT}]
        submit(made.session, invitation, now=made.now, text=f"Buoys, says {SCRIPT}", evidence=evidence)
        name = invitation.expert.name_en
    if is_closed:
        consultation.state, consultation.closed_at = ConsultationState.SYNTHESIS, made.now
    number = consultation.id
    made.session.commit()
    return number, name


def page_for(made: Invitations, browser: Browser, role: Role, number: int) -> Page:
    email = f"{role}-reader@example.org"
    made.people.make(role, email=email)
    made.session.commit()
    browser.sign_in(email)
    return browser.get(f"/consultations/{number}/answers")


@pytest.mark.parametrize(
    ("mode", "role", "is_named"),
    [
        (Mode.ATTRIBUTED, Role.SECRETARIAT, True),
        (Mode.NAMED_TO_ADVISOR, Role.ADVISOR, True),
        (Mode.NAMED_TO_ADVISOR, Role.SECRETARIAT, False),
        (Mode.ANONYMOUS, Role.ADVISOR, False),
    ],
)
def test_page_and_file_name_experts_as_the_mode_allows(
    made: Invitations, browser: Browser, mode: Mode, role: Role, is_named: bool
) -> None:
    number, name = answered(made, mode)
    page = page_for(made, browser, role, number)
    assert "Buoys" in page.words()
    assert (name in page.words()) is is_named
    assert (FEW in page.words()) is not is_named
    assert SCRIPT not in page.text
    assert page.words().count(SCRIPT) == 4  # the text and the note, twice
    file = page.link("Download as CSV")
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert file.headers["Content-Disposition"].startswith('attachment; filename="answers-2026-')
    assert file.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert [(row["question"], row["sureness_percent"], row["evidence"]) for row in rows] == [
        ("1", "70", f"report {SCRIPT}"),
        ("2", "70", f"report {SCRIPT}"),
    ]
    assert (rows[0]["contributor"] == name) is is_named


def test_one_question_can_be_read_alone(made: Invitations, browser: Browser) -> None:
    number, _name = answered(made, Mode.ANONYMOUS, count=3)
    page = page_for(made, browser, Role.ADVISOR, number)
    assert FEW not in page.words()
    assert [heading.text for heading in page.tree.xpath("//main//h2[@id]")] == ["Question 1", "Question 2"]
    page = page.link("Question 2")
    assert [heading.text for heading in page.tree.xpath("//main//h2[@id]")] == ["Question 2"]
    assert len(page.tree.xpath("//article")) == 3


def test_anonymous_answers_wait_for_the_end_with_a_word(made: Invitations, browser: Browser) -> None:
    number, _name = answered(made, Mode.ANONYMOUS, is_closed=False)
    page = page_for(made, browser, Role.ADVISOR, number)
    assert page.status == 200
    assert "when its synthesis has begun" in page.words()
    assert "Buoys" not in page.text
    assert browser.get(f"/consultations/{number}/answers.csv").status == 403


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.REQUESTER, Role.EXPERT])
def test_nobody_but_the_desk_reads_answers(made: Invitations, browser: Browser, role: Role) -> None:
    number, _name = answered(made, Mode.ATTRIBUTED)
    assert page_for(made, browser, role, number).status == 404
    assert browser.get(f"/consultations/{number}/answers.csv").status == 404


def test_who_filed_the_request_does_not_read_its_answers(made: Invitations, browser: Browser) -> None:
    requester = made.people.make(Role.REQUESTER, email="filed@example.org")
    number, _name = answered(made, Mode.ATTRIBUTED, requester_id=requester.id)
    browser.sign_in("filed@example.org")
    assert browser.get(f"/consultations/{number}").status == 200
    assert browser.get(f"/consultations/{number}/answers").status == 403
    assert browser.get(f"/consultations/{number}/answers.csv").status == 403


def test_an_expert_of_the_panel_does_not_read_the_answers(made: Invitations, browser: Browser) -> None:
    invitation = made.invitation(State.ACCEPTED, consultation=made.consultation(mode=Mode.ATTRIBUTED))
    number, email = invitation.consultation_id, made.email(invitation)
    made.session.commit()
    browser.sign_in(email)
    assert browser.get(f"/consultations/{number}/answers").status in (403, 404)


@pytest.mark.parametrize("mode", [Mode.ATTRIBUTED, Mode.ANONYMOUS])
def test_the_answers_of_one_expert_are_read_together(made: Invitations, browser: Browser, mode: Mode) -> None:
    number, _ = answered(made, mode, count=3)
    page = page_for(made, browser, Role.ADVISOR, number)
    assert page.words().count("3 of 3 experts answered this question.") == 2
    address = next(iter(page.tree.xpath("//a[starts-with(normalize-space(), 'All answers of this expert')]/@href")))
    (label,) = {heading.text_content() for heading in page.tree.xpath(f"//article[.//a[@href='{address}']]/h3")}
    alone = browser.get(address)
    assert {heading.text_content() for heading in alone.tree.xpath("//article/h3")} == {label}
    assert len(alone.tree.xpath("//article")) == 2
    assert f"Only the answers of {label}." in alone.words()
    assert len(alone.link("Show the answers of all experts").tree.xpath("//article")) == 6
    assert len(browser.get(f"/consultations/{number}/answers?expert=999").tree.xpath("//article")) == 6


def test_who_reads_the_answers_goes_on_to_the_brief(made: Invitations, browser: Browser) -> None:
    number, _ = answered(made, Mode.ATTRIBUTED)
    page = page_for(made, browser, Role.SECRETARIAT, number)
    assert page.link("Write the brief").status == 200
    open_one, _ = answered(made, Mode.ATTRIBUTED, is_closed=False)
    assert "Write the brief" not in browser.get(f"/consultations/{open_one}/answers").words()
