"""The expert's pages of answering, from the first word to the confirmation, by their own forms."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.answers.model import AnswerState
from advnet.consultations.invitations.model import InvitationState as State
from advnet.jobs.model import Job
from tests.answers.pages import (
    LATE,
    TEXT,
    Asked,
    answers,
    autosave,
    contributor,
    make_choice,
    part,
    pass_deadline,
    seen,
    typed,
    value,
    write_page,
)
from tests.browser_less import Browser, Page
from tests.builders_invitations import PROMPT, Invitations

# from the first word to the confirmation


def test_an_answer_is_written_reviewed_submitted_and_confirmed(
    session: Session, expert: Browser, invitation: Asked
) -> None:
    page = write_page(expert, invitation)
    assert PROMPT in page.words()
    link, note = part(invitation, "evidence-0-link"), part(invitation, "evidence-0-note")
    page = page.submit({**typed(invitation), link: "https://example.org/a", note: "Table 3"}, button="Review")
    assert page.url.endswith("/answer/review")
    for shown in ("The second line.", "70 %", "Article: https://example.org/a Table 3"):
        assert shown in page.words()
    page = page.submit(button="Submit your answer")
    assert page.url.endswith("/answer/confirmation")
    assert "Your answer has been submitted" in page.words()
    (answer,) = answers(session)
    assert (answer.text, answer.sureness_percent, answer.language, answer.revision) == (TEXT, 70, "en", 1)


def test_an_answer_is_revised_from_where_it_stands(session: Session, expert: Browser, invitation: Asked) -> None:
    page = write_page(expert, invitation).submit(typed(invitation), button="Review").submit(button="Submit")
    page = page.link("Revise your answer")
    assert value(page, part(invitation, "text")) == TEXT
    page = page.submit({part(invitation, "sureness"): "40"}, button="Review").submit(button="Submit")
    assert page.url.endswith("/answer/confirmation")
    assert [(answer.sureness_percent, answer.is_latest) for answer in answers(session)] == [(70, False), (40, True)]


def test_submitting_twice_makes_one_revision_and_one_mail(session: Session, expert: Browser, invitation: Asked) -> None:
    review = write_page(expert, invitation).submit(typed(invitation), button="Review")
    for _ in range(2):
        assert review.submit(button="Submit").url.endswith("/answer/confirmation")
        assert len(answers(session)) == 1
    before = len(seen(session, sa.select(Job)))
    assert before
    expert.get(f"/invitations/{invitation.id}/answer/review").submit(button="Submit")
    assert len(answers(session)) == 1
    assert len(seen(session, sa.select(Job))) == before
    assert contributor(session).state == AnswerState.SUBMITTED


def test_what_was_not_reviewed_is_not_submitted(session: Session, expert: Browser, invitation: Asked) -> None:
    review = write_page(expert, invitation).submit(typed(invitation), button="Review")
    write_page(expert, invitation).submit(typed(invitation, text="From the telephone"), button="Save draft")
    page = review.submit(button="Submit")
    assert page.status == 422
    assert page.errors() == ["The draft has changed since you reviewed it. Review it as it stands now, then submit it."]
    assert "From the telephone" in page.words()
    assert answers(session) == []
    assert page.submit(button="Submit").url.endswith("/answer/confirmation")
    assert [answer.text for answer in answers(session)] == ["From the telephone"]


def test_who_has_written_nothing_is_led_to_writing(expert: Browser, invitation: Asked) -> None:
    for page in ("answer/review", "answer/confirmation"):
        assert expert.get(f"/invitations/{invitation.id}/{page}").url.endswith("/answer")


def test_an_answer_is_withdrawn_and_submitted_again(session: Session, expert: Browser, invitation: Asked) -> None:
    page = write_page(expert, invitation).submit(typed(invitation), button="Review").submit(button="Submit")
    page = page.link("Withdraw your answer")
    assert contributor(session).state == AnswerState.SUBMITTED
    page = page.submit(button="Withdraw your answer")
    assert "Your answers are withdrawn." in page.words()
    assert contributor(session).state == AnswerState.WITHDRAWN
    page = write_page(expert, invitation)
    assert value(page, part(invitation, "text")) == TEXT
    assert page.submit(button="Review").submit(button="Submit").url.endswith("/answer/confirmation")
    assert contributor(session).state == AnswerState.REVISED


def test_nothing_submitted_is_nothing_to_withdraw(expert: Browser, invitation: Asked) -> None:
    page = expert.get(f"/invitations/{invitation.id}/answer/withdraw")
    assert page.submit(button="Withdraw your answer").status == 409


# drafts


def test_a_draft_survives_signing_out(expert: Browser, invitation: Asked) -> None:
    page = write_page(expert, invitation).submit(typed(invitation), button="Save draft")
    assert "Your draft is saved." in page.words()
    later = expert.another()
    later.sign_in(invitation.email)
    page = write_page(later, invitation)
    assert value(page, part(invitation, "text")) == TEXT
    assert value(page, part(invitation, "sureness")) == "70"


def test_rows_of_evidence_come_and_go_without_scripts_and_save_nothing(
    session: Session, expert: Browser, invitation: Asked
) -> None:
    page = write_page(expert, invitation)
    first, second = part(invitation, "evidence-0-note"), part(invitation, "evidence-1-note")
    page = page.submit({**typed(invitation), first: "first"}, button="Add evidence")
    assert (page.status, page.errors()) == (200, [])
    page = page.submit({second: "second"}, button="Remove")
    assert value(page, first) == "second"
    assert value(page, part(invitation, "text")) == TEXT
    assert contributor(session) is None


def test_a_draft_saves_itself_and_says_its_version(session: Session, expert: Browser, invitation: Asked) -> None:
    page = write_page(expert, invitation)
    saved = autosave(expert, page, **typed(invitation))
    assert (saved.status, saved.headers["X-Draft-Version"], saved.data) == (204, "1", b"")
    again = autosave(expert, page, **typed(invitation, text="More"), draft_version="1")
    assert (again.status, again.headers["X-Draft-Version"]) == (204, "2")
    assert value(write_page(expert, invitation), part(invitation, "text")) == "More"


def test_a_draft_without_token_is_refused(session: Session, expert: Browser, invitation: Asked) -> None:
    page = write_page(expert, invitation)
    assert autosave(expert, page, **typed(invitation), csrf_token="").status == 400
    assert contributor(session) is None


def test_the_second_window_is_told_and_loses_nothing(session: Session, expert: Browser, invitation: Asked) -> None:
    text, key = part(invitation, "text"), str(invitation.question_id)
    one, two = write_page(expert, invitation), write_page(expert, invitation)
    one.submit({text: "From the first window"}, button="Save draft")
    assert autosave(expert, two, **{text: "From the second window"}).status == 409
    page = two.submit({text: "From the second window"}, button="Save draft")
    assert page.status == 422
    assert page.errors() == [
        "Another window or device has saved this draft meanwhile. Compare the two, then save again."
    ]
    assert "From the first window" in page.words()
    assert value(page, text) == "From the second window"
    assert contributor(session).draft[key]["text"].strip() == "From the first window"
    page = page.submit(button="Save draft")
    assert "Your draft is saved." in page.words()
    assert contributor(session).draft[key]["text"].strip() == "From the second window"


def test_a_draft_that_is_too_long_is_refused_with_the_text_kept(
    session: Session, expert: Browser, invitation: Asked
) -> None:
    page = write_page(expert, invitation)
    assert autosave(expert, page, **typed(invitation, text="x" * 20_001)).status == 422
    page = page.submit(typed(invitation, text="x" * 20_001), button="Save draft")
    assert page.status == 422
    assert len(page.errors()) == 1
    assert len(value(page, part(invitation, "text"))) == 20_001
    assert contributor(session) is None
    page = page.submit(typed(invitation, text="x" * 20_000), button="Save draft")
    assert "Your draft is saved." in page.words()


# refusals


@pytest.mark.parametrize(
    ("name", "bad", "message"),
    [
        ("text", " ", "Write an answer."),
        ("sureness", "101", "Say how sure you are: a whole number from 0 to 100."),
        ("sureness", "-1", "Say how sure you are: a whole number from 0 to 100."),
        ("sureness", "", "Say how sure you are: a whole number from 0 to 100."),
        ("sureness", "9" * 5000, "Say how sure you are: a whole number from 0 to 100."),
        ("evidence-0-link", "javascript:alert(1)", "A link begins with https:// or http://."),
        ("evidence-0-link", "https://[", "A link begins with https:// or http://."),
        ("evidence-0-note", "x" * 2001, "A note has at most 2000 characters."),
    ],
)
def test_what_cannot_be_submitted_is_said_at_its_field_with_the_text_kept(
    session: Session, expert: Browser, invitation: Asked, name: str, bad: str, message: str
) -> None:
    field = part(invitation, name)
    page = write_page(expert, invitation).submit({**typed(invitation), field: bad}, button="Review")
    assert page.errors() == [message]
    assert value(page, field) == bad
    (pointer,) = page.tree.xpath("//*[contains(@class,'error-summary')]//li/a/@href")
    (blamed,) = [found for found in page.tree.xpath("//*[@id]") if f"#{found.get('id')}" == pointer]
    assert blamed.get("name") == field
    assert blamed.get("aria-invalid") == "true"
    good = {**typed(invitation), field: {"text": TEXT, "sureness": "100"}.get(name, "")}
    page = page.submit(good, button="Review")
    assert (page.url.rsplit("/", 1)[1], page.errors()) == ("review", [])
    assert answers(session) == []


def test_a_doi_that_is_none_is_said_at_its_field(expert: Browser, invitation: Asked) -> None:
    field = part(invitation, "evidence-0-doi")
    page = write_page(expert, invitation).submit({**typed(invitation), field: "ten"}, button="Review")
    assert len(page.errors()) == 1
    assert page.tree.xpath("//*[contains(@class,'error-summary')]//a/@href") == [f"#{field}"]


def test_too_many_items_of_evidence_are_refused(expert: Browser, invitation: Asked) -> None:
    page = write_page(expert, invitation)
    for _ in range(20):
        page = page.submit(button="Add evidence")
    page = page.submit(button="Save draft")
    assert page.errors() == ["Name at most 20 items of evidence."]
    assert "Your draft is saved." in page.submit(button="Remove").submit(button="Save draft").words()


def test_script_in_an_answer_is_only_text(expert: Browser, invitation: Asked) -> None:
    script = "<script>alert(1)</script>"
    values = {**typed(invitation, text=script), part(invitation, "evidence-0-note"): script}
    page = write_page(expert, invitation).submit(values, button="Review")
    assert script not in page.text
    assert page.words().count(script) == 2
    assert script not in write_page(expert, invitation).text


def test_at_the_deadline_nothing_is_taken_and_the_text_stands(
    made: Invitations, session: Session, expert: Browser, invitation: Asked
) -> None:
    page = write_page(expert, invitation)
    text = part(invitation, "text")
    values = typed(invitation)
    pass_deadline(made, invitation)
    assert autosave(expert, page, **values).status == 409
    page = page.submit(values, button="Review")
    assert (page.status, page.errors()) == (422, [LATE])
    assert value(page, text) == TEXT
    assert not page.tree.xpath("//form[@data-autosave-url]")
    assert contributor(session) is None
    assert LATE in expert.get(f"/invitations/{invitation.id}/answer").words()


def test_a_reviewed_draft_is_refused_at_the_deadline(
    made: Invitations, session: Session, expert: Browser, invitation: Asked
) -> None:
    review = write_page(expert, invitation).submit(typed(invitation), button="Review")
    pass_deadline(made, invitation)
    page = review.submit(button="Submit")
    assert (page.status, page.errors()) == (422, [LATE])
    assert "The second line." in page.words()
    assert answers(session) == []


# choices


@pytest.mark.parametrize(("multiple", "chosen"), [(False, ["b"]), (True, ["a", "b"]), (True, ["b"])])
def test_choices_are_kept_reviewed_and_submitted(
    made: Invitations, session: Session, expert: Browser, invitation: Asked, multiple: bool, chosen: list[str]
) -> None:
    make_choice(made, invitation, multiple=multiple)
    page = write_page(expert, invitation)
    values = {**dict.fromkeys(_named(page, "_sureness"), "60"), _named(page, "_text")[0]: TEXT}
    page = page.submit({**values, _named(page, "_choices")[0]: chosen}, button="Save draft")
    ticked = [element.get("value") for element in page.tree.xpath("//input[@checked][contains(@name, '_choices')]")]
    assert ticked == chosen
    page = page.submit(button="Review")
    labels = {"a": "The route", "b": "The ship"}
    assert ", ".join(labels[one] for one in chosen) in page.words()
    page.submit(button="Submit")
    assert sorted(answer.choices for answer in answers(session)) == [[], chosen]


def _named(page: Page, ending: str) -> list[str]:
    """The names of the page's fields with this ending, each once, in order."""
    return list(dict.fromkeys(name for name in page.tree.xpath("//main//@name") if name.endswith(ending)))


@pytest.mark.parametrize("multiple", [False, True])
@pytest.mark.parametrize(
    ("chosen", "message"), [([], "Choose an answer."), (["z"], "Choose one of the options shown.")]
)
def test_no_or_an_unknown_choice_is_refused(
    made: Invitations, expert: Browser, invitation: Asked, multiple: bool, chosen: list[str], message: str
) -> None:
    make_choice(made, invitation, multiple=multiple)
    page = write_page(expert, invitation)
    values = {**dict.fromkeys(_named(page, "_sureness"), "50"), _named(page, "_text")[0]: TEXT}
    page = page.submit({**values, _named(page, "_choices")[0]: chosen}, button="Review")
    assert page.errors() == [message]
    (pointer,) = page.tree.xpath("//*[contains(@class,'error-summary')]//li/a/@href")
    assert page.tree.xpath(f"//fieldset[@id='{pointer[1:]}']")


def test_an_optional_question_may_be_left_out(
    made: Invitations, session: Session, expert: Browser, invitation: Asked
) -> None:
    make_choice(made, invitation, multiple=False, required=False)
    page = write_page(expert, invitation)
    assert "You may leave this question out." in page.words()
    values = {_named(page, "_sureness")[0]: "50", _named(page, "_text")[0]: TEXT}
    page = page.submit(values, button="Review")
    assert "Left out" in page.words()
    page.submit(button="Submit")
    assert len(answers(session)) == 1


# who may


PAGES = ("answer", "answer/review", "answer/confirmation", "answer/withdraw")


def test_another_expert_and_the_desk_find_no_such_page(made: Invitations, browser: Browser, invitation: Asked) -> None:
    other = made.email(made.invitation(State.ACCEPTED))
    made.session.commit()
    for email in (other, "desk@example.org"):
        person = browser.another()
        person.sign_in(email)
        assert [person.get(f"/invitations/{invitation.id}/{page}").status for page in PAGES] == [404] * 4
    visitor = browser.another()
    assert visitor.get(f"/invitations/{invitation.id}/answer").url == "/sign-in"


@pytest.mark.parametrize(("state", "status"), [(State.INTERESTS_ASKED, 404), (State.SENT, 403), (State.DECLINED, 404)])
def test_who_has_not_accepted_writes_no_answer(made: Invitations, browser: Browser, state: State, status: int) -> None:
    invitation = made.invitation(state)
    number, email = invitation.id, made.email(invitation)
    made.session.commit()
    browser.sign_in(email)
    assert browser.get(f"/invitations/{number}/answer").status == status
