"""The pages of rounds, through their own forms: the desk moves, experts answer, read, discuss."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from advnet import clock
from advnet.days import clock_in_japan
from tests.browser_less import Browser
from tests.builders_rounds import Rounds

DAY = timedelta(days=1)


@pytest.fixture
def rounds(session: Session) -> Rounds:
    """Around the real clock, since pages have no other; the first round is open."""
    rounds = Rounds(session, clock.now(), has_discussion=True)
    rounds.open()
    session.commit()
    return rounds


def desk(browser: Browser) -> Browser:
    browser.sign_in("desk@example.org")
    return browser


def expert(browser: Browser, rounds: Rounds, place: int) -> Browser:
    email = rounds.made.email(rounds.invitations[place])
    rounds.session.rollback()
    another = browser.another()
    another.sign_in(email)
    return another


def answer(rounds: Rounds, *places: int) -> None:
    rounds.now = clock.now()
    rounds.answer(*places)
    rounds.session.commit()


def close_early(browser: Browser, consultation_id: int) -> None:
    page = browser.get(f"/consultations/{consultation_id}/rounds").link("Close the round early")
    assert "have to wait for the next round" in page.words()
    page.submit(button="Close the round")


def open_next(browser: Browser, consultation_id: int) -> None:
    page = browser.get(f"/consultations/{consultation_id}/rounds").link("Open the next round")
    refused = page.submit(button="Open the round")
    assert refused.status == 422
    assert "Choose a day and a time." in refused.errors()
    later = clock_in_japan(clock.now() + 9 * DAY).strftime("%Y-%m-%dT%H:%M")
    assert "The round is open" in page.submit({"deadline_at": later}, button="Open the round").words()


def test_the_desk_leads_through_two_rounds_by_its_pages(rounds: Rounds, browser: Browser) -> None:
    number = rounds.consultation.id
    answer(rounds)
    at_desk = desk(browser)
    page = at_desk.get(f"/consultations/{number}")
    assert "Answers (round 1 of 2)" in page.words()
    page = page.link("Rounds")
    assert "4 of 4 experts who accepted have answered in this round." in page.words()
    close_early(at_desk, number)
    page = at_desk.get(f"/consultations/{number}")
    assert "Between rounds" in page.words()
    assert "Round 1 has closed." in page.words()
    page = page.link("Go to the rounds").link("Write the summary")
    assert page.submit(button="Save the summary").errors() == ["Write the summary in Japanese or in English."]
    page.submit({"summary_en": "Most agree **on** radar.", "summary_ja": "おおむね一致"}, button="Save the summary")
    stale = page.submit({"summary_en": "Mine."}, button="Save the summary")
    assert stale.status == 422
    assert "Most agree on radar." in stale.words()
    read = at_desk.get(f"/consultations/{number}/answers")
    assert "These are the answers as of round 1, which has closed." in read.words()
    open_next(at_desk, number)
    page = at_desk.get(f"/consultations/{number}/rounds")
    assert "Round 2 is open" in page.words()
    assert "Close the round early" not in page.words()  # the last one is closed by closing the consultation
    assert at_desk.get(f"/consultations/{number}/close-round").status == 409
    assert at_desk.get(f"/consultations/{number}/open-round").status == 409


def test_an_expert_reads_feedback_and_changes_the_answer_with_a_reason(rounds: Rounds, browser: Browser) -> None:
    number, invitation_id = rounds.consultation.id, rounds.invitations[0].id
    answer(rounds, 0, 1, 2, 3)
    at_desk = desk(browser)
    someone = expert(browser, rounds, 0)
    assert someone.get(f"/invitations/{invitation_id}/feedback").status == 404
    close_early(at_desk, number)
    page = someone.get(f"/invitations/{invitation_id}")
    assert "Round 1 has closed" in page.words()
    page = page.link("Read the feedback")
    for shown in ("3 other experts answered this question.", "Expert A", "The letters are drawn anew"):
        assert shown in page.words()
    assert {mark.text for mark in page.tree.xpath("//*[@class='picture__you']")} == {"you"}
    assert someone.get(f"/invitations/{invitation_id}/answer").words().count("This round has closed.") == 1
    open_next(at_desk, number)
    page = someone.get(f"/invitations/{invitation_id}").link("Confirm or change your answer")
    assert "The answer to question 1" in str(page.tree.xpath("//main//textarea")[0].text)
    question = rounds.consultation.questions[0].id
    rounds.session.rollback()
    page = page.submit({f"q{question}_sureness": "15"}, button="Review your answer")
    assert "What has changed your answer" in page.words()
    refused = page.submit(button="Submit your answer")
    assert refused.status == 422
    assert refused.errors() == ["Say what has changed your answer."]
    done = page.submit({f"q{question}_change_reason": "New soundings."}, button="Submit your answer")
    assert "Your answer has been submitted" in done.words()
    assert someone.get(f"/invitations/{invitation_id}/feedback").status == 200


def test_an_expert_confirms_the_former_answer_by_pressing_submit(rounds: Rounds, browser: Browser) -> None:
    number, invitation_id = rounds.consultation.id, rounds.invitations[0].id
    answer(rounds)
    at_desk = desk(browser)
    close_early(at_desk, number)
    open_next(at_desk, number)
    someone = expert(browser, rounds, 0)
    page = someone.get(f"/invitations/{invitation_id}/answer/review")
    assert "What has changed your answer" not in page.words()
    assert "has been submitted" in page.submit(button="Submit your answer").words()
    assert "You have answered" in someone.get(f"/invitations/{invitation_id}").words()


def test_experts_and_facilitator_discuss_between_rounds(rounds: Rounds, browser: Browser) -> None:
    number, first, second = rounds.consultation.id, rounds.invitations[0].id, rounds.invitations[1].id
    silent = rounds.invitations[3].id
    answer(rounds, 0, 1, 2)
    at_desk = desk(browser)
    close_early(at_desk, number)
    one, other, third = (expert(browser, rounds, place) for place in (0, 1, 3))
    page = one.get(f"/invitations/{first}").link("Go to the discussion")
    refused = page.submit({"text": " "}, button="Add the remark Question 1")
    assert refused.errors() == ["Write a remark."]
    page = page.submit({"text": "Radar sees through cloud."}, button="Add the remark Question 1")
    assert "(you)" in page.words()
    page = other.get(f"/invitations/{second}/discussion")
    page.submit({"text": "Not through rain.", "reply_to": "1"}, button="Add the remark Question 1")
    page = at_desk.get(f"/consultations/{number}/rounds").link("Go to the discussion")
    assert "in reply to remark 1" in page.words()
    page = at_desk.get(f"/consultations/{number}/discussion/hide?question=1&remark=2")
    assert page.submit(button="Hide the remark").errors() == ["Give a reason."]
    page = page.submit({"reason": "Beside the point"}, button="Hide the remark")
    assert "Hidden by the facilitator: Beside the point" in page.words()
    page = one.get(f"/invitations/{first}/discussion")
    assert "Hidden by the facilitator: Beside the point" in page.words()
    assert "Not through rain." not in page.words()
    assert third.get(f"/invitations/{silent}/discussion").status == 404
    assert at_desk.get(f"/consultations/{number}/discussion/hide?question=1&remark=9").status == 404


def test_items_are_named_and_made_into_options_by_the_pages(session: Session, browser: Browser) -> None:
    rounds = Rounds(session, clock.now(), experts=2, names_items=True, planned_rounds=1)
    choice = next(one for one in rounds.consultation.questions if one.options)
    choice.options = []
    rounds.open()
    number, invitation_id, question = rounds.consultation.id, rounds.invitations[0].id, choice.id
    session.commit()
    at_desk, someone = desk(browser), expert(browser, rounds, 0)
    page = someone.get(f"/invitations/{invitation_id}").link("Name items")
    assert page.submit(button="Save your items").errors() == ["Name at least one item."]
    page.submit({f"q{question}_items": "Sea ice\n霧"}, button="Save your items")
    assert someone.get(f"/invitations/{invitation_id}/answer").url.endswith("/items")
    assert at_desk.get(f"/consultations/{number}/items").status == 403
    close_early(at_desk, number)
    page = at_desk.get(f"/consultations/{number}/rounds").link("Make options of the items")
    assert "2 items are undecided." in page.words()
    for label in ({"label_ja": "海氷"}, {"label_en": "Fog"}):
        name = "Sea ice" if "label_ja" in label else "霧"
        refused = page.submit(button=f"Take as an option {name}")
        assert refused.errors() == ["Give the option in both languages."]
        page = page.submit(label, button=f"Take as an option {name}")
    assert "Every item is decided" in page.words()
    open_next(at_desk, number)
    page = someone.get(f"/invitations/{invitation_id}/answer")
    assert "Sea ice" in page.words()
    assert "Fog" in page.words()


def test_the_desk_plans_rounds_in_the_form_of_the_consultation(rounds: Rounds, browser: Browser) -> None:
    page = desk(browser).get("/consultations/new")
    refused = page.submit({"title_en": "Ice", "planned_rounds": "6"}, button="Save the draft")
    assert "Give a number from 1 to 5." in refused.errors()
    page = page.submit(
        {"title_en": "Ice", "planned_rounds": "3", "names_items": "y", "has_discussion": "y"}, button="Save the draft"
    )
    assert "3, after items are named, with discussion between rounds" in page.words()


def test_the_desk_reads_what_the_stop_rules_propose(session: Session, browser: Browser) -> None:
    rounds = Rounds(session, clock.now(), planned_rounds=3)
    rounds.open()
    number = rounds.consultation.id
    answer(rounds)
    at_desk = desk(browser)
    close_early(at_desk, number)
    open_next(at_desk, number)
    session.refresh(rounds.consultation)
    answer(rounds)
    close_early(at_desk, number)
    page = at_desk.get(f"/consultations/{number}/rounds")
    for shown in (
        "Measured on Round 2.",
        "Moved to another option: 0 % 4 experts",
        "less than 15 %",
        "Thresholds after: Scheibe, Skutsch & Schofer 1975",
        "speaks for stopping",
    ):
        assert shown in page.words()


def test_a_consultation_between_rounds_waits_on_the_desk(rounds: Rounds, browser: Browser) -> None:
    number = rounds.consultation.id
    rounds.session.rollback()
    at_desk = desk(browser)
    assert "What waits for you" not in at_desk.get("/desk").words()
    close_early(at_desk, number)
    page = at_desk.get("/desk")
    assert "Between rounds" in page.words()
    assert page.link(f"Go to the rounds {reference(rounds)}").url.endswith("/rounds")
    open_next(at_desk, number)
    assert "Between rounds" not in at_desk.get("/desk").words()


def reference(rounds: Rounds) -> str:
    found = rounds.consultation.reference
    rounds.session.rollback()
    return found
