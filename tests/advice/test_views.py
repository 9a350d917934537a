"""Pages of briefs as people use them: each role, each refusal, nothing typed is lost."""

import pytest
import sqlalchemy as sa

from advnet.accounts.model import LoginSession, Role
from advnet.advice import queries
from advnet.advice.document import code_of
from advnet.advice.model import Brief
from advnet.consultations.model import Mode, Tlp
from tests.browser_less import Browser
from tests.builders_advice import Advice


@pytest.fixture
def advice(session, people, now) -> Advice:
    return Advice(session, people, now)


def reread(session, brief: Brief) -> Brief:
    """The row as it stands now; no transaction is left open behind it, which would keep the browser waiting."""
    session.rollback()
    session.refresh(brief)
    session.commit()
    return brief


def test_the_whole_way_from_closed_to_issued(browser: Browser, session, advice):
    consultation = advice.consultation()
    user = advice.contributor(consultation, number=3, text="Two gliders a year.")
    cited = code_of(advice.answer_of(consultation, number=3).id)
    session.commit()
    browser.sign_in(advice.secretary.email)
    page = browser.get(f"/consultations/{consultation.id}/brief")
    assert "1 expert has answered." in page.words()
    page = page.submit(button="Begin the brief")
    assert "Two gliders a year." in page.words()
    assert page.tree.xpath(f"//input[@readonly and @value='{cited}']")
    page = page.submit({"body_en": f"# Buy gliders\n\nSoon {cited}."}, button="Save and read")
    assert "saved as version 2" in page.words()
    assert "[1]" in page.words()
    page = page.submit(button="Send to review")
    assert not page.tree.xpath("//a[contains(., 'Issue the brief')]")
    chief = browser.another()
    chief.sign_in(advice.advisor.email)
    page = chief.get(page.url).link("Issue the brief")
    assert "1 expert who contributed can read it" in page.words()
    page = page.submit(button="Issue the brief")
    assert "The brief is issued." in page.words()
    reader = browser.another()
    reader.sign_in(user.email)
    page = reader.get("/briefs").link("Observing the Arctic Ocean")
    assert "Buy gliders" in page.words()
    assert not page.tree.xpath("//a[contains(@href, '/edit')]")


@pytest.mark.parametrize(
    ("mode", "chatham_house", "label"),
    [
        (Mode.ATTRIBUTED, False, "Hanako3 Himuro, question 1"),
        (Mode.ATTRIBUTED, True, "Expert 3, question 1"),
        (Mode.NAMED_TO_ADVISOR, False, "Expert 3, question 1"),
        (Mode.ANONYMOUS, False, "Expert 3, question 1"),
    ],
)
def test_references_name_people_only_where_every_reader_may_pass_the_name_on(
    browser, session, advice, mode, chatham_house, label
):
    brief, users = advice.brief(state="issued", mode=mode, chatham_house=chatham_house)
    session.commit()
    for user in (advice.advisor, users[1]):
        reader = browser.another()
        reader.sign_in(user.email)
        page = reader.get(f"/briefs/{brief.id}")
        (reference,) = page.tree.xpath("//li[@id='reference-en-1']")
        assert reference.text_content().startswith(label)
        assert ("Himuro" in page.words()) == (label != "Expert 3, question 1")
        assert ("Chatham House Rule:" in page.words()) == chatham_house
        (link,) = page.tree.xpath("//sup/a")
        assert (link.get("href"), link.get("title")) == ("#reference-en-1", label)


def test_the_marking_stands_above_every_page_of_a_brief(browser, session, advice):
    brief, _ = advice.brief(state="in_review", tlp=Tlp.AMBER_STRICT, confidentiality=3, handling="Room 7 only")
    session.commit()
    browser.sign_in(advice.advisor.email)
    for place in ("", "/edit", "/return", "/issue"):
        (band,) = browser.get(f"/briefs/{brief.id}{place}").tree.xpath("//aside[@class='marking']")
        words = [part.text_content() for part in band.xpath(".//span")]
        assert words == ["TLP:AMBER+STRICT", "Confidentiality 3", "Room 7 only"]


def test_preview_shows_both_texts_saves_nothing_and_keeps_what_was_typed(browser, session, advice):
    brief, _ = advice.brief()
    three, five = (code_of(advice.answer_of(brief.consultation, number=number).id) for number in (3, 5))
    session.commit()
    browser.sign_in(advice.secretary.email)
    typed = {"body_ja": f"# 提言\n\n{five} {three}", "body_en": f"Then {three}. [[answer:1]]", "title_ja": "新しい題"}
    page = browser.get(f"/briefs/{brief.id}/edit").submit(typed, button="Preview")
    assert page.status == 200
    assert page.tree.xpath("//article//h4[text()='提言']")
    assert page.tree.xpath("//li[@id='reference-ja-2']")
    assert page.tree.xpath("//li[@id='reference-en-1']")
    assert "[[answer:1]]" in page.words()
    for name, value in typed.items():
        (field,) = page.tree.xpath(f"//*[@name='{name}']")
        assert (field.get("value") or field.text_content().lstrip("\r\n")) == value
    assert reread(session, brief).version == 2


def test_bad_citations_stand_on_their_field_with_the_line_and_the_text_stays(browser, session, advice):
    brief, _ = advice.brief()
    session.commit()
    browser.sign_in(advice.secretary.email)
    page = browser.get(f"/briefs/{brief.id}/edit").submit({"body_ja": "よい。\n[[answer:12]]"}, button="Save")
    assert page.status == 422
    assert page.errors() == ["Line 2 cites “12”, which is no answer of this consultation. Copy the code again."]
    (field,) = page.tree.xpath("//textarea[@name='body_ja']")
    assert field.get("aria-invalid") == "true"
    assert "[[answer:12]]" in field.text_content()
    assert reread(session, brief).body_ja == ""


def test_a_stale_editor_keeps_the_typed_text_sees_the_other_and_may_save_on_purpose(browser, session, advice):
    brief, _ = advice.brief()
    session.commit()
    browser.sign_in(advice.secretary.email)
    stale = browser.get(f"/briefs/{brief.id}/edit")
    other = browser.another()
    other.sign_in(advice.advisor.email)
    other.get(f"/briefs/{brief.id}/edit").submit({"body_en": "The advisor's text."}, button="Save")
    page = stale.submit({"body_en": "My text."}, button="Save")
    assert page.status == 422
    assert page.errors()[0].startswith("Somebody else has saved a change")
    assert "The advisor's text." in page.words()
    assert advice.advisor.name in page.words()
    (field,) = page.tree.xpath("//textarea[@name='body_en']")
    assert "My text." in field.text_content()
    assert reread(session, brief).body_en == "The advisor's text."
    page.submit(button="Save")
    assert reread(session, brief).body_en == "My text."
    assert [one.version for one in queries.list_revisions(session, brief=brief).items] == [4, 3, 2, 1]


def test_an_advisor_whose_page_is_old_is_asked_to_read_again(browser, session, advice):
    brief, _ = advice.brief(state="in_review")
    session.commit()
    browser.sign_in(advice.advisor.email)
    old = browser.get(f"/briefs/{brief.id}/issue")
    other = browser.another()
    other.sign_in(advice.secretary.email)
    other.get(f"/briefs/{brief.id}/edit").submit({"body_en": "Changed."}, button="Save")
    page = old.submit(button="Issue the brief")
    assert page.status == 422
    assert page.errors()[0].startswith("The brief was changed since you opened this page.")
    assert "Changed." in page.words()
    assert reread(session, brief).state == "in_review"
    page.submit(button="Issue the brief")
    assert reread(session, brief).state == "issued"


def test_returning_asks_for_a_reason_and_shows_it_above_the_text(browser, session, advice):
    brief, _ = advice.brief(state="in_review")
    session.commit()
    browser.sign_in(advice.advisor.email)
    page = browser.get(f"/briefs/{brief.id}").link("Return it for more work")
    assert page.submit(button="Return it").errors() == ["Give a reason."]
    page = page.submit({"reason": "Name the <agency>."}, button="Return it")
    assert "Name the <agency>." in page.words()
    assert "Name the <agency>." in page.link("Edit").words()


def test_a_brief_without_text_is_led_back_to_the_editor(browser, session, advice, now):
    brief, _ = advice.brief()
    advice.save(brief, body_en="")
    session.commit()
    browser.sign_in(advice.secretary.email)
    page = browser.get(f"/briefs/{brief.id}").submit(button="Send to review")
    assert page.url == f"/briefs/{brief.id}/edit"
    assert "Write the brief in Japanese or in English." in page.words()


PLACES = ("", ".docx", "/edit", "/return", "/issue")


def test_who_may_not_read_a_brief_finds_nothing_whatever_the_place(browser, session, advice, people):
    requester = people.make(Role.REQUESTER)
    drafted, users = advice.brief(state="in_review", requester=requester)
    issued, _ = advice.brief(state="issued")
    strangers = [people.make(role) for role in (Role.REQUESTER, Role.EXPERT, Role.ADMINISTRATOR, Role.AUDITOR)]
    session.commit()
    for user, brief in [*((one, issued) for one in strangers), (requester, drafted), (users[0], drafted)]:
        reader = browser.another()
        reader.sign_in(user.email)
        for place in PLACES:
            assert reader.get(f"/briefs/{brief.id}{place}").status == 404
            assert reader.get(f"/briefs/999{place}").status == 404


def test_who_may_read_it_may_not_write_or_issue_it(browser, session, advice):
    brief, users = advice.brief(state="issued")
    waiting, _ = advice.brief(state="in_review")
    session.commit()
    reader = browser.another()
    reader.sign_in(users[0].email)
    for place in ("/edit", "/return", "/issue"):
        assert reader.get(f"/briefs/{brief.id}{place}").status == 403
    browser.sign_in(advice.secretary.email)
    assert browser.get(f"/briefs/{waiting.id}/issue").status == 403
    assert browser.get(f"/briefs/{waiting.id}/return").status == 200


def test_an_issued_brief_has_no_way_to_change(browser, session, advice):
    brief, _ = advice.brief(state="issued")
    session.commit()
    browser.sign_in(advice.advisor.email)
    for place in ("/edit", "/return", "/issue"):
        assert browser.get(f"/briefs/{brief.id}{place}").status == 409
    assert not browser.get(f"/briefs/{brief.id}").tree.xpath("//main//form")


@pytest.mark.parametrize("state", ["open", "cancelled"])
def test_no_brief_is_offered_where_the_state_has_none(browser, session, advice, state):
    consultation = advice.consultation(state)
    session.commit()
    browser.sign_in(advice.advisor.email)
    assert browser.get(f"/consultations/{consultation.id}/brief").status == 409


def test_the_start_page_leads_to_a_brief_that_is_there(browser, session, advice):
    brief, _ = advice.brief()
    session.commit()
    browser.sign_in(advice.advisor.email)
    assert browser.get(f"/consultations/{brief.consultation_id}/brief").url == f"/briefs/{brief.id}"


def test_each_language_shows_its_own_text_and_leads_to_the_other(browser, session, advice):
    brief, _ = advice.brief()
    advice.save(brief, body_ja="日本語の本文")
    session.commit()
    browser.sign_in(advice.advisor.email)
    page = browser.get(f"/briefs/{brief.id}")
    assert "Deploy buoys" in page.words()
    assert "日本語の本文" not in page.words()
    page = page.link("Read the Japanese text")
    assert "日本語の本文" in page.words()
    assert "Deploy buoys" not in page.words()


def test_the_list_says_when_there_is_nothing_and_needs_as_many_statements_for_many(browser, session, advice, app):
    session.commit()
    browser.sign_in(advice.advisor.email)
    assert "No brief yet." in browser.get("/briefs").words()
    counts = []
    for _ in range(2):
        advice.brief()
        session.commit()
        counts.append(count(app, browser, "/briefs"))
    for _ in range(3):
        advice.brief()
    session.commit()
    assert count(app, browser, "/briefs") == counts[0] == counts[1]


def count(app, browser: Browser, url: str) -> int:
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("PRAGMA", "BEGIN")):
            sent.append(statement)

    engine = app.extensions["advnet.database"].engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        assert browser.get(url).status == 200
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    return len(sent)


def test_the_editor_sees_which_answers_are_cited(browser, session, advice):
    brief, _ = advice.brief(numbers=(3, 5))
    code = code_of(advice.answer_of(brief.consultation, number=5).id)
    number, email = brief.id, advice.secretary.email
    session.commit()
    browser.sign_in(email)
    page = browser.get(f"/briefs/{number}/edit")
    assert "1 of 2 answers are cited." in page.words()
    page = page.submit({"body_ja": f"本文 {code} と [[answer:1]]"}, button="Preview")
    assert "2 of 2 answers are cited." in page.words()
    assert page.words().count("Cited") == 2


def test_an_editor_who_was_signed_out_keeps_the_text(browser, session, advice):
    brief, _ = advice.brief()
    number, email = brief.id, advice.secretary.email
    session.commit()
    browser.sign_in(email)
    page = browser.get(f"/briefs/{number}/edit")
    session.execute(sa.delete(LoginSession))
    session.commit()
    back = page.submit({"body_en": "An hour of work."}, button="Save")
    assert (back.status, "You were signed out" in back.words()) == (403, True)
    (text,) = back.tree.xpath("//label[.='Text in English']/following-sibling::textarea")
    assert text.text.strip() == "An hour of work."


def test_an_editor_whose_brief_was_issued_meanwhile_keeps_the_text(browser, session, advice):
    brief, _ = advice.brief(state="in_review")
    number, email = brief.id, advice.secretary.email
    session.commit()
    browser.sign_in(email)
    page = browser.get(f"/briefs/{number}/edit")
    advice.issue(brief)
    session.commit()
    back = page.submit({"body_en": "One more thought."}, button="Save")
    assert back.status == 409
    assert "One more thought." in back.words()
    assert reread(session, brief).body_en != "One more thought."
