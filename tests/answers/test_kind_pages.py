"""Every kind of question on the expert's own pages and the desk's, in both languages, by their own forms."""

import csv
import io
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from docx import Document
from sqlalchemy.orm import Session

from advnet.accounts.model import Role
from advnet.answers.model import Answer, Contributor
from advnet.consultations.invitations.model import InvitationState
from advnet.consultations.model import Consultation, ConsultationState
from tests.answers.kinds import GOOD, make_question
from tests.answers.pages import Asked, seen
from tests.browser_less import Browser, Page
from tests.builders_invitations import Invitations


@pytest.fixture
def made(session: Session) -> Invitations:
    """Around the real clock, since pages have no other."""
    return Invitations(session, datetime.now().astimezone())


@pytest.fixture
def asked(made: Invitations) -> tuple[Asked, dict[str, int]]:
    """An accepted invitation to a consultation that asks every kind, and the numbers of its questions by name."""
    consultation = made.consultation()
    _text, *others = GOOD.values()  # a text is asked already
    consultation.questions += [
        make_question(kind, **{**row, "position": place}) for place, (kind, row, _) in enumerate(others, 2)
    ]
    accepted = made.invitation(InvitationState.ACCEPTED, consultation=consultation)
    numbers = {name: question.id for name, question in zip(GOOD, consultation.questions, strict=True)}
    found = Asked(accepted.id, consultation.id, numbers["text"], made.email(accepted))
    made.session.commit()
    return found, numbers


def fields(numbers: dict[str, int], **changed: dict[str, Any]) -> dict[str, Any]:
    """What is typed into every question, under its fields' names."""
    values: dict[str, Any] = {}
    for name, number in numbers.items():
        typed = {**GOOD[name][2], **changed.get(name, {})}
        figures = typed.pop("values", {})
        values.update({f"q{number}_{part}": value for part, value in typed.items()})
        values.update({f"q{number}_value_{figure}": value for figure, value in figures.items()})
    return values


def write(browser: Browser, asked: tuple[Asked, dict[str, int]], *, language: str = "en") -> Page:
    browser.sign_in(asked[0].email)
    return browser.get(f"/invitations/{asked[0].id}/answer?lang={language}")


BUTTONS = {"en": ("Review", "Submit your answer"), "ja": ("回答の確認", "回答を提出")}
SHOWN = {
    "en": (
        "Lowest probability 10 %",
        "Best estimate 12.5 %",
        "3,000 × 100 million yen",
        "Norway",
        "Likely",
        "Very good",
    ),
    "ja": ("見込み確率の下限 10%", "最良推定 12.5%", "3,000億円", "ノルウェー", "可能性は高い", "良い"),
}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_kind_is_written_reviewed_in_words_and_submitted(
    session: Session, browser: Browser, asked: tuple[Asked, dict[str, int]], language: str
) -> None:
    review, submit = BUTTONS[language]
    page = write(browser, asked, language=language).submit(fields(asked[1]), button=review)
    assert (page.errors(), page.url.rsplit("/", 1)[1]) == ([], "review")
    for words in SHOWN[language][:-1]:
        assert words in page.words()
    places = [item.text_content() for item in page.tree.xpath("//ol[@class='ranked']/li")]
    assert places == (["Canada", "Korea", "Norway"] if language == "en" else ["カナダ", "韓国", "ノルウェー"])
    page.submit(button=submit)
    answers = {answer.question_id: answer for answer in seen(session, sa.select(Answer))}
    assert len(answers) == len(GOOD)
    assert answers[asked[1]["interval"]].values == {"low": 1200, "best": 1500, "high": 3000}


BAD: dict[str, dict[str, Any]] = {
    "probability": {"values": {"low": "30", "high": "60", "best": "20"}},
    "interval": {"values": {"low": "1 km", "high": "3", "best": "2"}, "sureness": ""},
    "ranking": {"values": {"1": "1", "2": "1", "3": "2"}},
    "appraisal": {"values": {"1_1": "", "1_2": "5", "1_3": "0", "2_1": "3", "2_2": "10", "2_3": "8"}},
}
SAID = {
    "en": [
        "Canada: Place 1 is taken by another option already. Give each place once.",
        "Best estimate: The best estimate lies below the lowest.",
        "Lowest plausible value: Give the number in the unit asked for (億円), without another one.",
        "Say how sure you are that the interval holds the true value: a whole number from 50 to 100. If you are less "
        "sure, widen the interval.",
        "Cost – Norway: Appraise this option too.",
    ],
    "ja": [
        "カナダ：1位は別の選択肢に付いています。同じ順位は一度しか使えません。",
        "最良推定：最良推定が下限を下回っています。",
        "下限（ありうる最小の値）：指定の単位（億円）で、数値だけを入力してください。",
        "真の値が区間に入る確信度を50から100の整数で入力してください。それより低い場合は、区間を広げてください。",
        "費用／ノルウェー：評価を選んでください。",
    ],
}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_is_wrong_is_said_at_its_field_and_everything_typed_is_kept(
    session: Session, browser: Browser, asked: tuple[Asked, dict[str, int]], language: str
) -> None:
    values = fields(asked[1], **BAD)
    page = write(browser, asked, language=language).submit(values, button=BUTTONS[language][0])
    assert sorted(page.errors()) == sorted(SAID[language])
    for address in page.tree.xpath("//*[contains(@class,'error-summary')]//li/a/@href"):
        assert page.tree.xpath(f"//*[@id='{address[1:]}'][@aria-invalid='true']")
    (form,) = page.tree.xpath("//form[@data-autosave-url]")
    stands = {name: value.lstrip("\r\n") for name, value in form.form_values()}
    assert {name: stands[name] for name, value in values.items() if isinstance(value, str)} == {
        name: value for name, value in values.items() if isinstance(value, str)
    }
    assert seen(session, sa.select(Answer)) == []


def test_another_window_is_compared_figure_by_figure(browser: Browser, asked: tuple[Asked, dict[str, int]]) -> None:
    first = write(browser, asked)
    second = browser.get(f"/invitations/{asked[0].id}/answer")
    second.submit(fields(asked[1]), button="Save draft")
    page = first.submit({f"q{asked[1]['text']}_text": "other"}, button="Save draft")
    for words in ("Lowest probability １０", "Norway 3", "Cost – Norway 7", "Your point on the scale Likely"):
        assert words in page.words()


@pytest.fixture
def closed(made: Invitations, browser: Browser, asked: tuple[Asked, dict[str, int]]) -> dict[str, int]:
    """Everything is answered; the desk's secretary is signed in. Question → answer."""
    grounds = {"evidence_base": "robust", "agreement": "medium", "against": "The ice may hold", "distance": "near"}
    kept = {"text": grounds, "likert": {"release": "kept"}, "choice": {"release": "paraphrased"}}
    values = fields(asked[1], **kept)
    write(browser, asked).submit(values, button="Review").submit(button="Submit")
    state = {"state": ConsultationState.SYNTHESIS, "closed_at": made.now}
    made.session.execute(sa.update(Consultation).values(**state))
    made.people.make(Role.SECRETARIAT, email="reads@example.org")
    made.session.commit()
    names = {number: name for name, number in asked[1].items()}
    return {names[answer.question_id]: answer.id for answer in seen(made.session, sa.select(Answer))}


def test_the_desk_reads_each_kind_in_words_and_its_file_holds_the_figures(
    browser: Browser, asked: tuple[Asked, dict[str, int]], closed: dict[str, int]
) -> None:
    desk = browser.another()
    desk.sign_in("reads@example.org")
    page = desk.get(f"/consultations/{asked[0].consultation_id}/answers")
    assert "Robust evidence, Medium agreement: High confidence" in page.words()
    assert "The ice may hold" in page.words()
    assert "Not to be cited: the expert keeps this answer at the desk." in page.words()
    assert f"[[answer:{closed['likert']}]]" not in page.text
    file = page.link("Download as CSV")
    rows = {row["question"]: row for row in csv.DictReader(io.StringIO(file.data.decode("utf-8-sig")))}
    by_name = {name: rows[str(place)] for place, name in enumerate(GOOD, 1)}
    assert by_name["probability"]["figures"] == "low=10; best=12.5; high=60"
    assert by_name["quantiles"]["figures"] == "q05=-5; q50=8; q95=40"
    assert by_name["ranking"]["choices_text"] == "Canada; Korea; Norway"
    assert by_name["appraisal"]["figures"].startswith("1/1=7; 1/2=5; 1/3=0; 2/1=3")
    assert by_name["text"]["confidence"] == "high"
    assert by_name["likert"]["release"] == "kept"


def test_a_brief_shows_the_figures_it_cites_and_cites_nothing_that_is_kept(
    browser: Browser, asked: tuple[Asked, dict[str, int]], closed: dict[str, int]
) -> None:
    desk = browser.another()
    desk.sign_in("reads@example.org")
    page = desk.get(f"/consultations/{asked[0].consultation_id}/brief").submit()
    kept = f"Agreed.[[answer:{closed['likert']}]]"
    page = page.submit({"title_en": "Ice", "body_en": kept}, button="Save")
    assert page.errors() == [
        "Line 1 cites an answer that its expert keeps at the desk or has withdrawn. Take the citation out."
    ]
    cited = " ".join(f"[[answer:{closed[name]}]]" for name in ("probability", "interval", "ranking", "choice"))
    page = page.submit({"title_en": "Ice", "body_en": cited}, button="Save and read")
    file = page.link("Download for Word")
    text = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(file.data)).paragraphs)
    for words in ("Best estimate: 12.5 %", "Highest plausible value: 3,000 × 100 million yen", "Place 1: Canada"):
        assert words in text
        assert words in page.words()
    assert "Told in other words, as the expert wishes." in text


def test_asking_back_is_an_answer_and_counts_in_no_figure(
    session: Session, browser: Browser, asked: tuple[Asked, dict[str, int]]
) -> None:
    name = f"q{asked[1]['probability']}_"
    values = {
        **fields(asked[1]),
        **{f"{name}value_{figure}": "" for figure in ("low", "high", "best")},
        f"{name}ask_back": "Which coast is meant?",
    }
    page = write(browser, asked).submit(values, button="Review")
    assert "Cannot be answered as it stands; missing is" in page.words()
    page.submit(button="Submit")
    answer = next(one for one in seen(session, sa.select(Answer)) if one.question_id == asked[1]["probability"])
    assert answer.values == {"missing": "Which coast is meant?"}
    assert seen(session, sa.select(Contributor))[0].revision == 1
