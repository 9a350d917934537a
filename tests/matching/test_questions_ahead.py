"""The vectors of consultations' questions are made before anybody asks for them, and forgotten when nobody will."""

import sqlite3
from pathlib import Path

import pytest

from advnet.accounts.model import Role
from advnet.consultations.model import ConsultationState, Tlp
from advnet.consultations.progress import cancel_consultation
from advnet.consultations.queries import get_consultation
from advnet.matching.documents import iterate_documents
from advnet.matching.handlers import QuestionFollower
from advnet.matching.topics import question_of
from advnet.search import DenseEvidence, ExpertIndex, MatchQuestion
from advnet.search.vectors import QUESTIONS_FILE
from advnet.search.vectors.embedding import UNREACHABLE
from tests.builders_consultations import make_consultation
from tests.matching.network import make_expert
from tests.search.vectors.embedders import WordCounter


@pytest.fixture
def advisor(people):
    return people.make(Role.ADVISOR)


@pytest.fixture
def open_process(tmp_path: Path):
    """Opens the index as another process of the installation does, with a model of its own."""
    opened = []

    def open_index() -> ExpertIndex:
        dense = DenseEvidence(WordCounter(), store_path=tmp_path / "vectors.sqlite")
        opened.append(ExpertIndex(tmp_path / "index", dense=dense))
        return opened[-1]

    yield open_index
    for index in opened:
        index.close()


@pytest.fixture
def follow(database, session, open_process, now):
    """The worker's part, until nothing is left to do; gives the model that it asked."""
    index = open_process()
    follower = QuestionFollower(database, index, now=lambda: now)

    def bring() -> WordCounter:
        session.commit()
        while follower():
            pass
        return index.dense.embedder

    return bring


def kept(tmp_path: Path) -> int:
    with sqlite3.connect(tmp_path / QUESTIONS_FILE) as store:
        return store.execute("SELECT COUNT(*) FROM vectors").fetchone()[0]


def asked(session, advisor, consultation, now) -> MatchQuestion:
    found = get_consultation(session, consultation.id, actor=advisor.actor)
    return question_of(session, consultation=found, now=now)


def test_a_web_process_needs_no_model_for_a_consultation_that_the_worker_has_read(
    session, advisor, follow, open_process, now
):
    consultation = make_consultation(session, by=advisor, state=ConsultationState.SCOPED, now=now)
    made = follow()
    assert made.texts
    web = open_process()
    web.dense.embedder.failure = UNREACHABLE
    question = asked(session, advisor, consultation, now)
    assert web.dense.question(question).vector is not None
    session.expunge_all()
    make_expert(session, now=now, works=("Anything",))
    web.rebuild(iterate_documents(session), reached=0)
    assert web.dense.question(MatchQuestion("Another question")).vector is None, "nobody has read this one"


def test_the_vector_made_ahead_is_to_the_bit_the_one_that_would_be_made(session, advisor, follow, open_process, now):
    consultation = make_consultation(session, by=advisor, state=ConsultationState.SCOPED, now=now)
    question = asked(session, advisor, consultation, now)
    before = open_process().dense.question(question).vector
    follow()
    assert (open_process().dense.question(question).vector == before).all()


def test_an_edited_question_is_read_anew_and_its_old_words_are_forgotten(session, advisor, follow, tmp_path, now):
    consultation = make_consultation(session, by=advisor, state=ConsultationState.SCOPED, now=now)
    model = follow()
    times = len(model.texts)
    follow()
    assert len(model.texts) == times, "nothing has changed"
    consultation.title_en, consultation.version = "Quite another matter", consultation.version + 1
    follow()
    assert any("Quite another matter" in text for text in model.texts[times:])
    assert kept(tmp_path) == 1


def test_nothing_stays_of_a_consultation_that_was_withdrawn(session, advisor, follow, tmp_path, now):
    consultation = make_consultation(session, by=advisor, state=ConsultationState.SCOPED, now=now)
    follow()
    assert kept(tmp_path) == 1
    cancel_consultation(session, actor=advisor.actor, consultation=consultation, reason="No longer asked", now=now)
    follow()
    assert kept(tmp_path) == 0


def test_nothing_stays_when_the_panel_has_answered(session, advisor, follow, tmp_path, now):
    consultation = make_consultation(session, by=advisor, state=ConsultationState.OPEN, now=now)
    follow()
    assert kept(tmp_path) == 1
    consultation.state, consultation.closed_at = ConsultationState.CLOSED, now
    follow()
    assert kept(tmp_path) == 0


@pytest.mark.parametrize("state", [ConsultationState.DRAFT, ConsultationState.FILED])
def test_what_a_requester_still_writes_is_not_read(session, advisor, follow, now, state):
    make_consultation(session, by=advisor, state=state, now=now)
    assert not follow().texts


@pytest.mark.parametrize("marking", [{"tlp": Tlp.RED}, {"tlp": Tlp.AMBER_STRICT}, {"confidentiality": 3}])
def test_of_a_protected_question_nothing_is_written_or_sent(session, advisor, follow, tmp_path, now, marking):
    consultation = make_consultation(session, by=advisor, state=ConsultationState.SCOPED, now=now)
    follow()
    assert kept(tmp_path) == 1
    for name, value in marking.items():
        setattr(consultation, name, value)
    consultation.version += 1
    model = follow()
    assert kept(tmp_path) == 0
    times = len(model.texts)
    consultation.title_en, consultation.version = "Another secret", consultation.version + 1
    follow()
    assert len(model.texts) == times


def test_a_model_that_is_away_is_asked_again_later(session, advisor, database, open_process, tmp_path, now):
    make_consultation(session, by=advisor, state=ConsultationState.SCOPED, now=now)
    session.commit()
    index = open_process()
    index.dense.embedder.failure = UNREACHABLE
    follower = QuestionFollower(database, index, now=lambda: now, again_seconds=0)
    assert not follower(), "the worker goes on"
    assert kept(tmp_path) == 0
    index.dense.embedder.failure = None
    assert not follower()
    assert kept(tmp_path) == 1


def test_without_a_model_there_is_nothing_to_do(database, tmp_path, now):
    assert not QuestionFollower(database, ExpertIndex(tmp_path / "index"), now=lambda: now)()
    assert not (tmp_path / QUESTIONS_FILE).exists()


def test_a_file_that_is_no_such_file_costs_time_and_no_answer(session, advisor, follow, open_process, tmp_path, now):
    consultation = make_consultation(session, by=advisor, state=ConsultationState.SCOPED, now=now)
    (tmp_path / QUESTIONS_FILE).write_bytes(b"nothing of ours" * 1_000)
    question = asked(session, advisor, consultation, now)
    assert open_process().dense.question(question).vector is not None
    follow()
    assert kept(tmp_path) == 1
