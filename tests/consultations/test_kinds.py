"""What the asker sets for each kind of question, by the page's own form without scripts; what only the desk knows."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from advnet.accounts.model import Role
from advnet.consultations.details import check_draft, check_whole, details_of
from advnet.consultations.model import Consultation, Question, QuestionKind
from advnet.errors import Unsound
from tests.builders_consultations import make_consultation, make_details
from tests.consultations.kinds import ASKED, asked


@pytest.mark.parametrize("kind", QuestionKind)
def test_what_is_asked_of_each_kind_is_whole(kind, now):
    check_whole(make_details(now=now, questions=(asked(kind, now),)), now=now)


@pytest.mark.parametrize(
    ("kind", "changed", "field"),
    [
        ("ranking", {"options": ()}, "options_ja"),
        ("likert", {"options": ()}, "options_ja"),
        ("quantity", {"settings": {"unit_ja": "", "unit_en": ""}}, "unit_ja"),
        ("quantity", {"settings": {"unit_en": "km", "minimum": 5.0, "maximum": 5.0}}, "maximum"),
        ("quantity", {"is_seed": True}, "outcome"),
        ("probability", {"is_seed": True, "outcome": 0.5}, "outcome"),
        ("text", {"is_seed": True, "outcome": 1.0}, "outcome"),
        ("appraisal", {"settings": {"criteria": []}}, "criteria_ja"),
        ("probability", {"resolves_on": None}, "resolves_on"),
        ("probability", {"resolution_rule_ja": "", "resolution_rule_en": " "}, "resolution_rule_ja"),
        ("probability", {"resolves_on": "too early"}, "resolves_on"),
    ],
)
def test_what_a_kind_lacks_is_said_at_its_field(kind, changed, field, now):
    early = {"resolves_on": (now + timedelta(days=1)).date()} if changed.get("resolves_on") == "too early" else {}
    question = asked(QuestionKind(kind), now, **{**changed, **early})
    with pytest.raises(Unsound) as refused:
        check_whole(make_details(now=now, questions=(question,)), now=now)
    assert f"questions-0-{field}" in [fault.field for fault in refused.value.faults]


def test_a_draft_may_leave_the_resolution_for_later(now):
    question = asked(QuestionKind.PROBABILITY, now, resolves_on=None, resolution_rule_ja="", resolution_rule_en="")
    check_draft(make_details(now=now, questions=(question,)))


def test_a_page_that_is_saved_as_it_stands_changes_nothing(browser, session, people, now):
    desk = people.make(Role.ADVISOR)
    questions = tuple(asked(kind, now) for kind in QuestionKind)
    consultation = make_consultation(session, by=desk, state="draft", now=now, questions=questions)
    number, before = consultation.id, details_of(consultation)
    session.commit()
    browser.sign_in(desk.email)
    page = browser.get(f"/consultations/{number}/edit").submit(button="Save the changes")
    assert page.errors() == []
    assert details_of(stored(session, number)) == before


def test_each_kind_is_written_without_scripts_in_any_width(browser, session, people, now):
    desk = people.make(Role.ADVISOR)
    session.commit()
    browser.sign_in(desk.email)
    page = (
        browser.get("/consultations").link("Draft a consultation").submit({"title_en": "Ice"}, button="Add a question")
    )
    row = {f"questions-0-{name}": value for name, value in ASKED.items()}
    page = page.submit({**row, "questions-0-minimum": "ten"}, button="Save the draft")
    assert page.errors() == ["Give one number, such as 1,500 or 0.5."]
    assert page.tree.xpath("//input[@name='questions-0-minimum']/@value") == ["ten"]
    page.submit({"questions-0-minimum": "１，０００"}, button="Save the draft")
    (question,) = session.scalars(sa.select(Question)).all()
    assert question.settings == {
        "unit_ja": "億円",
        "unit_en": "100 million yen",
        "form": "quantiles",
        "minimum": 1000,
        "maximum": 3e8,
    }
    assert (question.is_seed, question.outcome, question.outcome_source) == (True, 2000, "Settled accounts")
    session.commit()


def test_a_known_answer_is_the_desks_alone_and_outlives_a_requesters_edit(browser, session, people, now):
    desk, requester = people.make(Role.ADVISOR), people.make(Role.REQUESTER)
    seed = asked(QuestionKind.QUANTITY, now, is_seed=True, outcome=1234.5, outcome_source="Settled accounts")
    consultation = make_consultation(session, by=desk, requester=requester, state="filed", now=now, questions=(seed,))
    number = consultation.id
    session.commit()
    browser.sign_in(desk.email)
    assert "1,234.5" in browser.get(f"/consultations/{number}").words()
    theirs = browser.another()
    theirs.sign_in(requester.email)
    page = theirs.get(f"/consultations/{number}")
    assert "1,234.5" not in page.text
    page = page.link("Change the text")
    assert "1,234.5" not in page.text
    assert not page.tree.xpath("//*[@name='questions-0-outcome']")
    page.submit({"title_en": "Another title"}, button="Save the changes")
    found = stored(session, number)
    assert (found.title_en, found.questions[0].outcome) == ("Another title", 1234.5)


def stored(session, number):
    session.expire_all()
    query = sa.select(Consultation).where(Consultation.id == number)
    options = (sa.orm.selectinload(Consultation.questions), sa.orm.selectinload(Consultation.facets))
    found = session.scalars(query.options(*options)).one()
    session.expunge_all()
    session.rollback()
    return found
