"""The desk's page of results, its choice of rules and its files: who sees what, and under which name."""

import csv
import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Role, User
from advnet.answers import service
from advnet.answers.aggregation.excalibur import read_case
from advnet.answers.aggregation.files import read_study
from advnet.answers.results.assembling import assemble
from advnet.answers.results.queries import list_given, list_labels
from advnet.answers.results.rules import offers
from advnet.answers.results.service import RuleLacks, choose_rule
from advnet.audit.model import AuditEntry
from advnet.consultations.invitations.model import Invitation
from advnet.consultations.invitations.model import InvitationState as State
from advnet.consultations.kinds import QUANTILES
from advnet.consultations.model import Consultation, ConsultationState, Mode, Question, QuestionKind
from advnet.consultations.queries import get_consultation
from advnet.db import Database
from advnet.errors import Forbidden, Invalid, WrongState
from advnet.experts.model import Expert
from tests.answers.kinds import GOOD, make_question, quantity
from tests.browser_less import Browser, Page
from tests.builders_answers import own
from tests.builders_invitations import Invitations
from tests.statements import statements

FEW = "So few experts have answered"


@pytest.fixture
def made(session: Session) -> Invitations:
    """Around the real clock, since pages have no other."""
    return Invitations(session, datetime.now().astimezone())


def every_kind(made: Invitations, mode: Mode = Mode.ANONYMOUS, *, experts: int = 3, is_closed: bool = True) -> int:
    """A consultation with a question of each kind, the last two by percentiles with the first of them a seed."""
    consultation = made.consultation(mode=mode)
    typed = [typed for _, _, typed in GOOD.values()]
    questions = [make_question(kind, **values) for kind, values, _ in GOOD.values()]
    questions.append(make_question(QuestionKind.QUANTITY, settings=quantity(QUANTILES), is_seed=True, outcome=3.0))
    typed.append({"values": {"q05": "1", "q50": "2", "q95": "9"}})
    for position, question in enumerate(questions, start=2):
        question.position = position
    consultation.questions.extend(questions)
    made.session.flush()
    for _ in range(experts):
        answer_all(made, consultation, [{"text": "Buoys", "sureness": "70"}, *typed])
    if is_closed:
        consultation.state, consultation.closed_at = ConsultationState.SYNTHESIS, made.now
    number = consultation.id
    made.session.commit()
    return number


def answer_all(made: Invitations, consultation: Consultation, typed: list[dict[str, Any]]) -> None:
    invitation = own(made.session, made.invitation(State.ACCEPTED, consultation=consultation))
    user = invitation.expert.user
    assert user is not None
    contributor = service.open_contributor(made.session, invitation=invitation)
    blank = {"text": "", "choices": [], "values": {}, "sureness": "", "language": "", "evidence": []}
    draft = {str(one.id): {**blank, **said} for one, said in zip(consultation.questions, typed, strict=True)}
    version = contributor.draft_version
    service.save_draft(
        made.session, actor=user.actor, invitation=invitation, draft=draft, seen_version=version, now=made.now
    )
    service.submit_answers(made.session, actor=user.actor, invitation=invitation, now=made.now)


def reader(made: Invitations, browser: Browser, role: Role) -> Browser:
    email = f"{role}-results@example.org"
    made.people.make(role, email=email)
    made.session.commit()
    browser.sign_in(email)
    return browser


def page_of(browser: Browser, number: int, query: str = "") -> Page:
    return browser.get(f"/consultations/{number}/results{query}")


def test_every_kind_has_its_figure_its_picture_and_the_name_of_its_rule(made: Invitations, browser: Browser) -> None:
    number = every_kind(made)
    browser = reader(made, browser, Role.ADVISOR)
    page = page_of(browser, number)
    assert page.status == 200
    assert FEW not in page.words()
    overview = page.tree.xpath("//main//table")[0].text_content()
    assert overview.count("Mean of the log odds") == 1
    assert overview.count("Mean of the distributions, equal weights") == 3
    for position, (name, (kind, _, _)) in enumerate(GOOD.items(), start=2):
        alone = page_of(browser, number, f"?question={position}")
        assert alone.status == 200, name
        pictures = {one.get("class").split("--")[1] for one in alone.tree.xpath("//main//figure")}
        drawn = {
            QuestionKind.CHOICE: {"choices"},
            QuestionKind.RANKING: {"ranking"},
            QuestionKind.LIKERT: {"likert"},
            QuestionKind.PROBABILITY: {"intervals"},
            QuestionKind.QUANTITY: {"intervals"},
        }
        assert pictures == drawn.get(kind, set()), name
        assert ("read the answers" in alone.words()) == (kind in (QuestionKind.TEXT, QuestionKind.ASK_BACK)), name
        assert ("Mean points by criterion" in alone.words()) == (kind == QuestionKind.APPRAISAL), name


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("experts", [1, 3])
def test_each_question_can_be_read_in_both_languages(
    made: Invitations, browser: Browser, language: str, experts: int
) -> None:
    number = every_kind(made, experts=experts)
    browser = reader(made, browser, Role.ADVISOR)
    for query in ("?", *(f"?question={position}&" for position in range(1, 14))):
        page = page_of(browser, number, f"{query}lang={language}")
        assert page.status == 200, query
        assert ("集計結果" in page.words()) == (language == "ja"), query


@pytest.mark.parametrize(
    ("mode", "role", "is_named"),
    [
        (Mode.ATTRIBUTED, Role.SECRETARIAT, True),
        (Mode.NAMED_TO_ADVISOR, Role.ADVISOR, True),
        (Mode.NAMED_TO_ADVISOR, Role.SECRETARIAT, False),
        (Mode.ANONYMOUS, Role.ADVISOR, False),
    ],
)
def test_the_page_names_experts_as_the_mode_allows_and_files_never_do(
    made: Invitations, browser: Browser, mode: Mode, role: Role, is_named: bool
) -> None:
    number = every_kind(made, mode, experts=1)
    asked = sa.select(Expert).join(Invitation, Invitation.expert_id == Expert.id)
    name = made.session.scalars(asked.where(Invitation.consultation_id == number)).one().name_en
    browser = reader(made, browser, role)
    page = page_of(browser, number, "?question=7")
    assert "intervals" in page.text
    assert (name in page.words()) is is_named
    assert (FEW in page.words()) is not is_named
    assert name not in browser.get(f"/consultations/{number}/ratings.csv").text
    packed = zipfile.ZipFile(io.BytesIO(browser.get(f"/consultations/{number}/excalibur.zip").data))
    assert not any(name.split()[0].encode() in packed.read(one) for one in packed.namelist())


ADDRESSES = ("results", "ratings.csv", "excalibur.zip")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.REQUESTER, Role.EXPERT])
def test_nobody_but_the_desk_reads_results(made: Invitations, browser: Browser, role: Role) -> None:
    number = every_kind(made, Mode.ATTRIBUTED)
    browser = reader(made, browser, role)
    assert {browser.get(f"/consultations/{number}/{one}").status for one in ADDRESSES} == {404}


def test_results_of_anonymous_answers_wait_until_they_may_be_read(made: Invitations, browser: Browser) -> None:
    number = every_kind(made, is_closed=False)
    browser = reader(made, browser, Role.ADVISOR)
    assert {browser.get(f"/consultations/{number}/{one}").status for one in ADDRESSES} == {403}


def test_the_desk_chooses_a_rule_and_the_log_tells_of_it(made: Invitations, browser: Browser) -> None:
    number = every_kind(made)
    browser = reader(made, browser, Role.SECRETARIAT)
    page = page_of(browser, number, "?question=7")
    assert "Weighted by a quiz: needs a quiz, which is not asked" in page.words()
    (choice,) = page.tree.xpath("//select")
    assert "QuizWAgg" not in choice.xpath("option/@value")
    page = page.submit({"question-7-rule": "Median"}, button="Pool by this rule")
    assert "The rule is chosen" in page.words()
    assert "Chosen by the desk." in page.words()
    with made.session as session:
        session.expire_all()
        question = next(one for one in get_whole(made, number).questions if one.position == 7)
        assert question.rule == "Median"
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.event == "consultation:rule-chosen")).one()
        assert entry.detail == {"question": 7, "rule": "Median", "before": "LOArMean"}


def get_whole(made: Invitations, number: int) -> Consultation:
    return get_consultation(made.session, number, actor=made.desk)


def choose(made: Invitations, consultation: Consultation, rule: str, *, by: User | None = None) -> None:
    question = next(one for one in consultation.questions if one.kind == QuestionKind.PROBABILITY)
    choose_rule(
        made.session,
        actor=by.actor if by else made.desk,
        consultation=consultation,
        question=question,
        rule=rule,
        offers=tuple(offers(question, has_two_rounds=False, has_seeds=False)),
        now=made.now,
    )


def test_a_rule_is_refused_that_is_not_there_or_lacks_something_or_comes_too_late(made: Invitations) -> None:
    consultation = get_whole(made, every_kind(made))
    with pytest.raises(Invalid):
        choose(made, consultation, "BayTriVar")
    with pytest.raises(RuleLacks):
        choose(made, consultation, "ShiftWAgg")
    with pytest.raises(Forbidden):
        choose(made, consultation, "Median", by=made.people.make(Role.AUDITOR, email="auditor@example.org"))
    choose(made, consultation, "LOArMean")
    assert not made.session.scalars(sa.select(AuditEntry).where(AuditEntry.event == "consultation:rule-chosen")).all()
    consultation.issued_at = made.now
    with pytest.raises(WrongState):
        choose(made, consultation, "Median")


def test_ratings_can_be_read_again_by_the_command_line(made: Invitations, browser: Browser, tmp_path: Path) -> None:
    number = every_kind(made)
    file = reader(made, browser, Role.ADVISOR).get(f"/consultations/{number}/ratings.csv")
    assert file.headers["Content-Disposition"].startswith('attachment; filename="ratings-2026-')
    (tmp_path / "ratings.csv").write_bytes(file.data)
    study = read_study(tmp_path / "ratings.csv")
    assert study.items == ("Q7",)
    assert all(one.startswith("Expert ") for one in study.experts)
    assert study.ratings.last.best.tolist() == [[0.125]] * 3
    rows = list(csv.DictReader(io.StringIO(file.text)))
    assert {row["round"] for row in rows} == {"round_1"}


def test_percentiles_can_be_read_again_as_a_case(made: Invitations, browser: Browser, tmp_path: Path) -> None:
    number = every_kind(made)
    file = reader(made, browser, Role.ADVISOR).get(f"/consultations/{number}/excalibur.zip")
    assert file.headers["Content-Disposition"].startswith('attachment; filename="excalibur-2026-')
    zipfile.ZipFile(io.BytesIO(file.data)).extractall(tmp_path)
    case = read_case(next(tmp_path.glob("*.dtt")), next(tmp_path.glob("*.rls")))
    assert case.items == ("Q9", "Q13")
    assert case.quantiles[0].tolist() == [[-5, 8, 40], [1, 2, 9]]
    assert case.is_seed.tolist() == [False, True]


def test_there_is_no_case_without_a_seed(made: Invitations, browser: Browser) -> None:
    number = every_kind(made)
    made.session.execute(sa.update(Question).values(is_seed=False, outcome=None))
    made.session.commit()
    browser = reader(made, browser, Role.ADVISOR)
    assert browser.get(f"/consultations/{number}/excalibur.zip").status == 404
    assert "Download for Excalibur" not in page_of(browser, number).words()


def test_twenty_answers_ask_no_more_of_the_database_than_one(made: Invitations, database: Database) -> None:
    numbers = [every_kind(made, Mode.ATTRIBUTED, experts=experts) for experts in (1, 20)]
    sent = []
    for number in numbers:
        consultation = get_whole(made, number)
        made.session.expunge_all()
        with database.reading() as session:
            consultation = get_consultation(session, number, actor=made.desk)
            with statements(database) as asked:
                given = list_given(session, actor=made.desk, consultation=consultation)
                labels = list_labels(session, actor=made.desk, consultation=consultation)
                found = assemble(consultation.questions, given)
        assert len(labels) == (1 if number == numbers[0] else 20)
        assert len(found) == 13
        sent.append(len(asked))
    assert sent == [3, 3]
