"""A question gets a vector of its own, once, and goes by words where it gets none."""

from dataclasses import replace
from pathlib import Path

import pytest

from advnet.search import ExpertIndex, MatchQuestion
from advnet.search.vectors import OTHER_LANGUAGE
from advnet.search.vectors.dense import STAYS
from advnet.search.vectors.embedding import UNREACHABLE
from tests.search.vectors.conftest import ADA, ASKED, QUESTION, fill, open_index
from tests.search.vectors.embedders import WordCounter


def test_a_question_in_another_language_has_no_vector(index: ExpertIndex):
    asked = index.dense.question(MatchQuestion("北極海の海氷の減少", "影響について"))
    assert (asked.vector, asked.missing) == (None, OTHER_LANGUAGE)
    mixed = index.dense.question(MatchQuestion("Sea ice decline and shipping 北極海", ""))
    assert mixed.vector is not None


@pytest.mark.parametrize("text", ["word " * 20_000, "One sentence is here, of some words. " * 2_000, "x" * 100_000])
def test_a_hostile_question_asks_the_model_for_no_more_than_a_long_one(
    index: ExpertIndex, model: WordCounter, text: str
):
    assert index.dense.question(MatchQuestion("T", text)).vector is not None
    whole, *pieces = model.texts
    assert len(whole) <= 20_010, "of which the model hears the first 256 tokens"
    assert sum(map(len, pieces)) <= 6_000


def test_a_question_is_embedded_once_and_a_failure_is_not_waited_for_again(index: ExpertIndex, model: WordCounter):
    index.dense.question(QUESTION)
    index.dense.question(QUESTION)
    assert model.texts == ASKED
    model.failure = UNREACHABLE
    assert index.dense.question(MatchQuestion("Another")).missing == UNREACHABLE
    assert index.dense.trouble() == UNREACHABLE
    assert index.dense.question(QUESTION).vector is not None, "a known one needs no model"
    model.failure = None
    assert index.dense.question(MatchQuestion("A third")).missing == UNREACHABLE, "the pause is not over"
    assert model.texts == ASKED


def test_a_question_that_must_stay_here_is_not_sent_to_another_machine(tmp_path: Path):
    model = WordCounter()
    index = open_index(tmp_path, model, stays_here=False)
    index.rebuild([ADA], reached=1)
    fill(index)
    model.texts.clear()
    found = index.dense.question(replace(QUESTION, may_leave=False))
    assert (found.vector, found.missing, model.texts) == (None, STAYS, [])
    assert index.scores(replace(QUESTION, may_leave=False)), "words are enough"
    assert index.dense.question(QUESTION).vector is not None
    index.close()
