"""Pages of consultations, as people use them."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from advnet import clock
from advnet.accounts.model import Role
from advnet.consultations.details import QuestionDetails
from advnet.consultations.model import Consultation
from advnet.consultations.service import draft_request
from advnet.consultations.states import Move
from tests.browser_less import Browser
from tests.builders_consultations import (
    make_bare_expert,
    make_bare_invitation,
    make_concept,
    make_consultation,
    make_details,
)


@pytest.fixture
def desk(people, session):
    advisor = people.make(Role.ADVISOR)
    session.commit()
    return advisor


def only_consultation(session) -> Consultation:
    """The one there is, as it stands committed."""
    (consultation_id,) = session.scalars(sa.select(Consultation.id)).all()
    found = session.scalar(
        sa.select(Consultation)
        .where(Consultation.id == consultation_id)
        .options(sa.orm.selectinload(Consultation.questions), sa.orm.selectinload(Consultation.facets))
        .execution_options(populate_existing=True)
    )
    session.commit()  # lets others write
    return found


def test_the_desk_drafts_with_questions_options_and_facets_without_scripts(browser, session, people, desk, now):
    make_concept(session, "oceanography", ja="海洋学", en="Oceanography", synonyms_en=["marine science"])
    engineering = make_concept(session, "engineering", facet="area")
    make_concept(session, "robotics", ja="ロボット工学", en="Robotics", parent_id=engineering.id)
    session.commit()
    browser.sign_in(desk.email)
    page = browser.get("/consultations").link("Draft a consultation")
    page = page.submit({"title_en": "Under the ice"}, button="Add a question")
    page = page.submit({"questions-0-prompt_en": "With whom?"}, button="Add a question")
    page = page.submit(
        {"questions-0-kind": "choice", "questions-0-options_en": "Norway\nCanada", "questions-1-prompt_en": "Why?"},
        button="Add a question",
    )
    page = page.submit({"facet_text": "marine"}, button="Look")
    assert "Oceanography" in page.words()
    assert "Robotics" not in page.words()
    assert only_count(session) == 0
    chosen = page.tree.xpath("//input[@name='facets']/@value")[:1]
    page = page.submit({"facets": chosen, "questions-0-multiple": "y"}, button="Save the draft")
    consultation = only_consultation(session)
    assert page.url == f"/consultations/{consultation.id}"
    assert page.status == 200
    first, second = consultation.questions[:2]
    assert [option["label_en"] for option in first.options] == ["Norway", "Canada"]
    assert (first.multiple, second.prompt_en, second.kind) == (True, "Why?", "text")
    assert len(consultation.facets) == 1


def only_count(session) -> int:
    count = session.scalar(sa.select(sa.func.count()).select_from(Consultation))
    session.commit()
    return count


def test_rows_are_removed_one_after_the_other_and_the_right_ones(browser, desk):
    browser.sign_in(desk.email)
    page = browser.get("/consultations/new")
    for name in ("zero", "one", "two", "three"):
        page = page.submit(button="Add a question")
        last = page.tree.xpath("//textarea[contains(@name, 'prompt_en') and not(contains(@name, '__row__'))]/@name")[-1]
        page = page.submit({last: name}, button="Look")
    for _ in range(2):  # the second row each time
        name = page.tree.xpath("//*[@data-rows-list]//button[@name='remove-row']/@value")[1]
        page = press(page, "remove-row", name)
    texts = page.tree.xpath("//*[@data-rows-list]//textarea[contains(@name, 'prompt_en')]")
    assert [text.text.strip() for text in texts] == ["zero", "three"]


def press(page, name, value):
    form = page.tree.xpath("//main//form")[0]
    fields = {}
    for key, given in form.form_values():
        fields.setdefault(key, []).append(given)
    return page.browser.post(page.url, {**fields, name: value})


def test_a_refused_form_names_the_fields_and_keeps_what_was_typed(browser, session, people, now):
    requester = people.make(Role.REQUESTER)
    session.commit()
    browser.sign_in(requester.email)
    page = browser.get("/consultations/request").submit(button="Add a question")
    page = page.submit(
        {
            "title_en": "A title",
            "deadline_at": "2020-01-01T12:00",
            "questions-0-kind": "choice",
            "questions-0-options_en": "One",
            "questions-0-prompt_en": "Which?",
        },
        button="File the request",
    )
    assert page.status == 422
    assert page.errors() == [
        "Describe the background in Japanese or in English.",
        "The deadline has passed: choose a later one.",
        "Give at least two options to choose from, one on a line.",
    ]
    assert page.tree.xpath("//input[@name='title_en']/@value") == ["A title"]
    assert page.tree.xpath("//textarea[@name='questions-0-options_en']")[0].text.strip() == "One"
    assert only_count(session) == 0


def test_a_requester_files_a_request_and_follows_it_in_plain_words(browser, session, people, desk):
    requester = people.make(Role.REQUESTER)
    session.commit()
    browser.sign_in(requester.email)
    page = browser.get("/consultations").link("File a request").submit(button="Add a question")
    page = page.submit(
        {
            "title_ja": "極域",
            "background_ja": "背景",
            "deadline_at": "2099-01-01T12:00",
            "questions-0-prompt_ja": "何か。",
        },
        button="File the request",
    )
    assert "The secretariat reads the request" in page.words()
    consultation = only_consultation(session)
    assert consultation.deadline_at.isoformat() == "2099-01-01T03:00:00+00:00"  # noon in Japan
    other = browser.another()
    other.sign_in(desk.email)
    triage = other.get(page.url).link("Submit to triage").submit(button="Submit to triage")
    assert triage.url == f"/consultations/{consultation.id}/triage"
    refused = triage.link("Return").submit({"reason": "  "}, button="Return")
    assert (refused.status, refused.errors()) == (422, ["Give a reason."])
    refused.submit({"reason": "Say by when."}, button="Return")
    mine = browser.get(page.url)
    assert "Say by when." in mine.words()
    assert desk.name not in mine.words()
    mine.link("File again").submit(button="File again")
    assert only_consultation(session).state == "filed"


def enter(page, values):
    """What a browser sends when Enter is pressed in a field of the form: the first of its submit buttons, unseen."""
    form = page.tree.xpath("//main//form[.//textarea]")[0]
    fields = {}
    for key, given in form.form_values():
        fields.setdefault(key, []).append(given)
    assert set(values) <= set(fields)
    (name,), (value,) = (form.xpath(f"(.//button[@type='submit'])[1]/@{part}") for part in ("name", "value"))
    return page.browser.post(page.url, {**fields, **values, name: value})


def test_enter_in_the_search_for_topics_looks_and_neither_files_nor_saves(browser, session, people, desk, now):
    make_concept(session, "permafrost", en="Permafrost", parent_id=make_concept(session, "ice", en="Ice").id)
    requester = people.make(Role.REQUESTER)
    kept = make_consultation(session, by=desk, state="triage", title_en="As it was", now=now)
    session.commit()
    browser.sign_in(requester.email)
    for path, person in (
        ("/consultations/request", requester), ("/consultations/new", desk), (f"/consultations/{kept.id}/edit", desk)
    ):  # fmt: skip
        other = browser.another()
        other.sign_in(person.email)
        page = enter(other.get(path), {"title_en": "Typed", "facet_text": "permafrost"})
        assert (page.status, page.url) == (200, path)
        assert "1 found. Tick what fits." in page.words()
        assert page.tree.xpath("//input[@name='title_en']/@value") == ["Typed"]
        assert page.tree.xpath("//*[@autofocus]/@name") == ["facet_text"]
    assert only_consultation(session).title_en == "As it was"


def test_with_nothing_looked_for_the_whole_top_of_the_vocabulary_is_offered_by_facet(browser, session, desk):
    for number in range(30):
        make_concept(session, f"field-{number}")
    make_concept(session, "europe", en="Europe", facet="region")
    session.commit()
    browser.sign_in(desk.email)
    page = browser.get("/consultations/new")
    assert len(page.tree.xpath("//input[@name='facets']")) == 31
    assert "Chosen and found" not in page.words()
    assert "Regions 1 Regions Europe" in page.words()


def test_a_requester_keeps_a_draft_that_nobody_else_sees_and_files_it_later(browser, session, people, desk, now):
    requester = people.make(Role.REQUESTER)
    session.commit()
    browser.sign_in(requester.email)
    page = browser.get("/consultations/request").submit({"title_en": "Half an idea"}, button="Save the draft")
    consultation = only_consultation(session)
    assert (page.url, consultation.state) == (f"/consultations/{consultation.id}", "draft")
    assert "Nobody else sees it before you file it." in page.words()
    other = browser.another()
    other.sign_in(desk.email)
    assert "Half an idea" not in other.get("/consultations").words()
    assert other.get(page.url).status == 404
    page = page.link("Change the text").submit({"background_en": "Because."}, button="Save the draft")
    page = page.link("Change the text").submit(button="File the request")
    assert page.status == 422
    assert page.errors() == ["Set a deadline for the answers.", "Ask at least one question."]
    assert only_consultation(session).state == "draft"
    page = page.submit(button="Add a question").submit(
        {"questions-0-prompt_en": "Why?", "deadline_at": "2099-01-01T12:00"}, button="File the request"
    )
    assert "has been filed" not in page.words()
    assert only_consultation(session).state == "filed"
    assert "Half an idea" in other.get("/consultations").words()


def test_a_draft_can_be_filed_from_its_page_too(browser, session, people, desk, now):
    requester = people.make(Role.REQUESTER)
    draft = draft_request(session, actor=requester.actor, details=make_details(now=now), now=now)
    draft.deadline_at = now + timedelta(days=18250)
    session.commit()
    browser.sign_in(requester.email)
    page = browser.get(f"/consultations/{draft.id}").link("File the request").submit(button="File the request")
    assert "The request has been filed." in page.text
    assert only_consultation(session).state == "filed"


def test_the_second_of_two_editors_is_told_keeps_the_text_and_may_save_it_then(browser, session, people, desk, now):
    consultation = make_consultation(session, by=desk, state="triage", now=now)
    session.commit()
    browser.sign_in(desk.email)
    mine = browser.get(f"/consultations/{consultation.id}/edit")
    theirs = browser.get(f"/consultations/{consultation.id}/edit")
    far = (now + timedelta(days=18250)).strftime("%Y-%m-%dT%H:%M")
    theirs.submit({"title_en": "Theirs", "deadline_at": far}, button="Save the changes")
    page = mine.submit({"title_en": "Mine", "deadline_at": far}, button="Save the changes")
    assert page.status == 422
    assert "Somebody else has saved a change" in page.errors()[0]
    assert page.tree.xpath("//input[@name='title_en']/@value") == ["Mine"]
    assert only_consultation(session).title_en == "Theirs"
    page = page.submit(button="Save the changes")
    assert page.url == f"/consultations/{consultation.id}"
    assert only_consultation(session).title_en == "Mine"


def test_triage_proposes_duplicates_with_reasons_and_merges(browser, session, people, desk, now):
    consultation = make_consultation(session, by=desk, state="triage", now=now)
    other = make_consultation(session, by=desk, state="inviting", title_en="Observing Arctic seas", now=now)
    vaccine = {"title_en": "Vaccine cold chains", "title_ja": "ワクチンの低温流通", "background_en": "Fridges.",
               "background_ja": "冷蔵庫。", "questions": (QuestionDetails(prompt_en="Who?"),)}  # fmt: skip
    make_consultation(session, by=desk, state="open", now=now, **vaccine)
    session.commit()
    browser.sign_in(desk.email)
    page = browser.get(f"/consultations/{consultation.id}/triage")
    assert "Observing Arctic seas" in page.words()
    assert "May ask the same" in page.words()
    assert "Vaccine" not in page.words()
    merge = page.link(f"Merge into {other.reference}")
    wrong = merge.submit({"into": "1999-001"}, button="Merge")
    assert wrong.errors() == ["There is no consultation with this reference."]
    done = wrong.submit({"into": other.reference}, button="Merge")
    assert f"Merged into {other.reference}" in done.words()


def without_number(words: str) -> str:
    """The words but for the number of the request."""
    return re.sub("[0-9a-f]{32}", "", words)


@pytest.mark.parametrize("role", [Role.REQUESTER, Role.EXPERT, Role.ADMINISTRATOR, Role.AUDITOR, Role.APPLICANT])
def test_what_may_not_be_read_is_not_there(browser, session, people, desk, now, role):
    consultation = make_consultation(session, by=desk, state="open", now=now)
    stranger = people.make(role)
    session.commit()
    browser.sign_in(stranger.email)
    for path in ("", "/edit", "/triage", "/cancel", "/merge", "/extend"):
        missing = browser.get(f"/consultations/{consultation.id}{path}")
        nowhere = browser.get(f"/consultations/{consultation.id + 999}{path}")
        assert missing.status == 404
        assert without_number(missing.words()) == without_number(nowhere.words())


def test_an_expert_reads_the_material_only_after_the_screening(browser, session, people, desk, now):
    user = people.make(Role.EXPERT)
    consultation = make_consultation(session, by=desk, state="inviting", now=now)
    invitation = make_bare_invitation(
        session,
        consultation=consultation,
        expert=make_bare_expert(session, user=user, now=now),
        state="interests_asked",
        now=now,
    )
    session.commit()
    browser.sign_in(user.email)
    page = browser.get(f"/consultations/{consultation.id}")
    assert page.status == 200
    assert "Sea ice" not in page.text
    assert "Norway" not in page.text
    invitation.state, invitation.declared_at, invitation.has_no_interests = "sent", now, True
    invitation.screening_verdict, invitation.screened_at, invitation.sent_at = "cleared", now, now
    invitation.respond_by = now + timedelta(days=3)
    session.commit()
    page = browser.get(f"/consultations/{consultation.id}")
    assert "Sea ice" in page.text
    assert "Norway" in page.text
    assert desk.name not in page.words()


def test_filters_stand_in_the_address_and_an_empty_result_offers_the_way_back(browser, session, people, desk, now):
    make_consultation(session, by=desk, state="open", title_en="Open one", now=now)
    make_consultation(session, by=desk, state="triage", title_en="Waiting one", now=now)
    session.commit()
    browser.sign_in(desk.email)
    page = browser.get("/consultations").submit({"state": ["open"]}, button="Apply filters")
    assert "Open one" in page.words()
    assert "Waiting one" not in page.words()
    page = page.submit({"q": "ａｒｃｔｉｃ waiting"}, button="Search")
    assert "No consultation fits." in page.words()
    assert "Waiting one" in page.link("Show all consultations").words()
    assert browser.get("/consultations?state=nonsense&due=x&sort=evil&page=-4&facet=zzz").status == 200


def test_a_move_that_came_too_late_is_refused_and_says_so(browser, session, people, desk, now):
    consultation = make_consultation(session, by=desk, state="open", now=now)
    session.commit()
    browser.sign_in(desk.email)
    page = browser.get(f"/consultations/{consultation.id}").link("Close the consultation")
    browser.get(f"/consultations/{consultation.id}/close").submit(button="Close the consultation")
    assert page.submit(button="Close the consultation").status == 409


def test_the_whole_course_can_be_walked_on_the_pages(browser, session, people, desk, now):
    consultation = make_consultation(session, by=desk, state="triage", deadline_at=now + timedelta(days=18250), now=now)
    make_bare_invitation(session, consultation=consultation, expert=make_bare_expert(session, now=now), now=now)
    session.commit()
    browser.sign_in(desk.email)
    page = (
        browser.get(f"/consultations/{consultation.id}").link("Go to triage").link("Take up").submit(button="Take up")
    )
    for button in ("Finish the selection", "Begin inviting", "Open the consultation", "Close the consultation"):
        page = page.link(button).submit(button=button)
        assert page.status == 200
    assert only_consultation(session).state == "closed"
    assert page.link("Go to the brief").status == 200
    consultation.state, consultation.issued_at = "issued", clock.now()
    session.commit()
    for button in ("Mark as in use", "Settle"):
        page = browser.get(f"/consultations/{consultation.id}").link(button).submit(button=button)
    assert only_consultation(session).state == "settled"


def test_no_page_of_a_consultation_moves_it_past_the_brief(browser, session, people, desk, now):
    consultation = make_consultation(session, by=desk, state="synthesis", now=now)
    session.commit()
    browser.sign_in(desk.email)
    page = browser.get(f"/consultations/{consultation.id}")
    moves = {Move.BEGIN_SYNTHESIS, Move.BEGIN_REVIEW, Move.RETURN_TO_SYNTHESIS, Move.ISSUE}
    for move in moves:
        assert not page.tree.xpath(f"//a[contains(@href, '/{move}')]")
        assert browser.post(f"/consultations/{consultation.id}/{move}", {}).status == 404
    assert page.link("Go to the brief").status == 200
    assert only_consultation(session).state == "synthesis"


def test_every_page_stands_in_japanese_too(app, session, people, desk, now):
    triage = make_consultation(session, by=desk, state="triage", now=now)
    opened = make_consultation(session, by=desk, state="open", now=now)
    session.commit()
    browser = Browser(app, "ja")
    browser.sign_in(desk.email)
    for path in (
        "", "/new", f"/{triage.id}", f"/{triage.id}/triage", f"/{triage.id}/edit", f"/{triage.id}/merge",
        f"/{triage.id}/return", f"/{opened.id}", f"/{opened.id}/close", f"/{opened.id}/extend", f"/{opened.id}/cancel",
    ):  # fmt: skip
        assert browser.get(f"/consultations{path}").status == 200
