"""Units get their vectors after the words, keep them through everything, and lose them with the unit."""

import os
import shutil
import sqlite3
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import structlog

from advnet.search import (
    ExpertDeletion,
    ExpertDocument,
    ExpertIndex,
    MatchQuestion,
    WorkDocument,
)
from advnet.search.arrays import derived
from advnet.search.vectors import EmbeddingError, filling, questions, store
from advnet.search.vectors.embedding import REFUSED, UNREACHABLE, WRONG_ANSWER
from advnet.search.vectors.texts import key_of
from tests.processes import forkserver
from tests.search.vectors.conftest import ADA, ASKED, BO, CHIPS, JAPANESE, QUESTION, fill, open_index
from tests.search.vectors.embedders import WordCounter
from tests.search.vectors.filling_process import NETWORK, WORKS, Slow, fill_slowly, slow_index


def parts(index: ExpertIndex, question: MatchQuestion = QUESTION) -> dict[tuple[str, str], float]:
    """(expert, kind or work) → what its vector says of the question, where it says anything."""
    asked = index.dense.question(question)
    assert asked.vector is not None
    snapshot = index._latest()
    found = snapshot.dense_cosines(asked.model, asked.vector)
    assert len(found) == snapshot.size
    stored = {document: snapshot.stored(document) for document in np.flatnonzero(~np.isnan(found)).tolist()}
    return {
        (one["expert_id"], one.get("work_id") or one["kind"]): round(float(found[document]), 3)
        for document, one in stored.items()
    }


def test_words_are_found_at_once_and_vectors_come_after(index: ExpertIndex):
    assert [hit.expert_id for hit in index.find("ice").hits] == ["1"]
    assert index.vector_counts() == (0, 5, 0), "the Japanese work has none to come"
    assert parts(index) == {}
    assert index.fill_vectors()
    assert not index.fill_vectors()
    assert index.vector_counts() == (5, 0, 0)
    found = parts(index)
    assert found[("1", "ice")] > 0.9
    assert found[("1", "b")] > found[("1", "chips")] == found[("2", "chips")]
    assert ("2", "ja") not in found


def test_parts_are_the_cosines_of_the_model(index: ExpertIndex, model: WordCounter):
    fill(index)
    question, *units = model.embed([ASKED[0], "Studies ice.", "Export controls. Semiconductors and trade."])
    found = parts(index)
    for unit, vector in zip([("1", "b"), ("1", "chips")], units, strict=True):
        assert found[unit] == pytest.approx(float(question @ vector), abs=0.02), "equal parts are all rounded alike"


def test_the_same_text_is_embedded_once(index: ExpertIndex, model: WordCounter):
    fill(index)
    assert len(model.texts) == len(set(model.texts)) == 4
    assert "Oceans" in model.texts, "the Japanese label says the same"


def test_a_rebuild_keeps_vectors(index: ExpertIndex, model: WordCounter):
    fill(index)
    before = parts(index)
    model.texts.clear()
    index.rebuild([BO, ADA], reached=2)
    assert index.vector_counts() == (5, 0, 0), "from the first moment on"
    assert parts(index) == before
    fill(index)
    assert model.texts == []


def test_a_changed_work_gets_a_new_vector_and_the_others_keep_theirs(index: ExpertIndex, model: WordCounter):
    fill(index)
    model.texts.clear()
    index.apply([ExpertDocument("1", works=(WorkDocument("ice", "Glaciers", ""), CHIPS))], reached=2)
    assert index.vector_counts() == (2, 1, 0)
    fill(index)
    assert model.texts == ["Glaciers"]
    assert index.vector_counts() == (3, 0, 0)


def test_a_deleted_expert_has_no_part(index: ExpertIndex):
    fill(index)
    index.apply([ExpertDeletion("1")], reached=2)
    assert {expert for expert, _ in parts(index)} == {"2"}
    assert index.vector_counts() == (1, 0, 0)


def kept_keys(index: ExpertIndex) -> set[bytes]:
    texts = ["Studies ice.", "Oceans", "Sea ice. Decline of sea ice in the Arctic."]
    texts.append("Export controls. Semiconductors and trade.")
    keys = {key_of(text): text for text in texts}
    return {keys[key] for key in index.dense.store.get("words/1", keys)}


def test_vectors_of_who_has_left_are_gone_from_the_store_with_the_same_commit(index: ExpertIndex, tmp_path: Path):
    fill(index)
    assert len(kept_keys(index)) == 4
    index.apply([ExpertDeletion("1")], reached=2)
    assert kept_keys(index) == {"Export controls. Semiconductors and trade."}, "which the other has written too"
    index.apply([replace(BO, works=(JAPANESE,))], reached=3)
    assert kept_keys(index) == set(), "nor are those of a work that was taken away"


def test_a_store_that_cannot_be_cleaned_now_is_cleaned_when_it_can_be(index: ExpertIndex, monkeypatch):
    fill(index)

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(index.dense.store, "drop", fail)
        index.apply([ExpertDeletion("1"), ExpertDocument("3", biography="Volcanoes.")], reached=2)
    assert len(kept_keys(index)) == 4
    fill(index)
    assert kept_keys(index) == {"Export controls. Semiconductors and trade."}


def test_the_store_is_cleaned_after_a_rebuild_though_the_model_is_away(index: ExpertIndex, model: WordCounter):
    fill(index)
    model.failure = UNREACHABLE
    index.rebuild([BO, ExpertDocument("3", biography="Volcanoes.")], reached=2)
    with pytest.raises(EmbeddingError):
        index.fill_vectors()
    assert kept_keys(index) == {"Export controls. Semiconductors and trade."}


def test_merged_segments_keep_vectors(index: ExpertIndex, model: WordCounter):
    fill(index)
    for number in range(12):
        index.apply([ExpertDocument(f"m{number}", works=(WorkDocument("w", f"Title {number}"),))], reached=2 + number)
        fill(index)
    assert index.counts().segments < 13
    assert index.vector_counts() == (17, 0, 0)
    assert len(model.texts) == 4 + 12


def test_the_mean_is_that_of_the_live_units(index: ExpertIndex, model: WordCounter):
    fill(index)
    index.apply([ExpertDeletion("1")], reached=2)
    (vector,) = model.embed(["Export controls. Semiconductors and trade."])
    mean, count = index._latest().dense_mean(index.dense.model)
    assert count == 1
    np.testing.assert_allclose(mean, vector, atol=0.005)


def test_vectors_of_another_model_do_not_count(index: ExpertIndex, tmp_path: Path, model: WordCounter):
    fill(index)
    index.close()
    other = WordCounter()
    other.id = "words/2"
    again = open_index(tmp_path, other)
    assert again.vector_counts() == (0, 6, 0), "until it was looked whether there is a text"
    assert parts(again) == {}
    fill(again)
    assert again.vector_counts() == (5, 0, 0)
    assert again.dense.store.count("words/1") == 0, "what nobody uses is dropped"
    again.close()


def test_vectors_that_nobody_uses_are_dropped_after_a_rebuild(index: ExpertIndex):
    fill(index)
    assert index.dense.store.count("words/1") == 4
    index.rebuild([BO], reached=2)
    fill(index)
    assert index.dense.store.count("words/1") == 1


def test_a_lost_store_is_given_back_what_the_index_holds(index: ExpertIndex, tmp_path: Path, model: WordCounter):
    fill(index)
    index.close()
    for path in tmp_path.glob("vectors.sqlite*"):
        path.unlink()
    model.texts.clear()
    again = open_index(tmp_path, model)
    fill(again)
    again.rebuild([ADA, BO], reached=2)
    fill(again)
    assert again.vector_counts() == (5, 0, 0)
    assert model.texts == []
    again.close()


def test_a_damaged_vector_file_is_noticed_and_made_anew(index: ExpertIndex, tmp_path: Path, model: WordCounter):
    fill(index)
    before = parts(index)
    index.close()
    (path,) = (tmp_path / "index").glob("generation-*/*.vectors")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    model.texts.clear()
    again = open_index(tmp_path, model)
    fill(again)
    assert parts(again) == before
    assert model.texts == ASKED, "the question's alone"
    again.close()


@pytest.mark.parametrize("content", [b"", b"something else", None])
def test_a_file_that_is_none_is_made_anew(index: ExpertIndex, tmp_path: Path, content: bytes | None):
    fill(index)
    before = parts(index)
    (path,) = (tmp_path / "index").glob("generation-*/*.vectors")
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    assert parts(index) == {}
    fill(index)
    assert parts(index) == before


def test_a_damaged_store_holds_nothing_up(index: ExpertIndex, tmp_path: Path):
    index.close()
    (tmp_path / "vectors.sqlite").write_bytes(b"nothing of ours" * 1_000)
    index.apply([ExpertDocument("3", works=(WorkDocument("w", "Volcanoes"),))], reached=2)
    assert [hit.expert_id for hit in index.find("volcanoes").hits] == ["3"]
    fill(index)
    assert index.vector_counts() == (6, 0, 0)


def test_a_model_that_fails_is_left_alone_for_a_while(index: ExpertIndex, model: WordCounter):
    model.failure = UNREACHABLE
    with pytest.raises(EmbeddingError):
        index.fill_vectors()
    assert not index.fill_vectors(), "nothing to do at this moment"
    model.failure = None
    index.dense.filler.pause.end()
    fill(index)
    assert index.vector_counts() == (5, 0, 0)


def test_a_text_that_is_refused_keeps_no_other_from_its_vector(index: ExpertIndex, model: WordCounter):
    model.refused = "Export"
    fill(index)
    assert index.vector_counts() == (3, 0, 2)
    assert ("1", "chips") not in parts(index)
    assert parts(index)[("1", "ice")] > 0.9, "questions are compared by meaning as before"
    assert index.dense.trouble() is None


def test_what_was_refused_is_asked_again_only_when_it_changes(index: ExpertIndex, tmp_path: Path, model: WordCounter):
    model.refused = "Export"
    fill(index)
    model.asked.clear()
    index.rebuild([BO, ADA], reached=2)
    fill(index)
    index.close()
    again = open_index(tmp_path, model)
    fill(again)
    assert again.vector_counts() == (3, 0, 2)
    assert model.asked == []
    again.apply([replace(BO, works=(WorkDocument("chips", "Chip controls", ""),))], reached=3)
    fill(again)
    assert model.asked == ["Chip controls"]
    assert again.vector_counts() == (4, 0, 1)
    again.close()


def test_a_model_that_refuses_everything_holds_it_against_no_text(index: ExpertIndex, model: WordCounter):
    model.refused = ""
    with pytest.raises(EmbeddingError) as caught:
        index.fill_vectors()
    assert caught.value.reason == REFUSED
    assert index.vector_counts() == (0, 5, 0)
    model.refused = None
    index.dense.filler.pause.end()
    fill(index)
    assert index.vector_counts() == (5, 0, 0)


def test_a_question_that_is_refused_takes_meaning_from_no_other(index: ExpertIndex, model: WordCounter):
    model.refused = "Export"
    for _ in range(2):
        assert index.dense.question(MatchQuestion("Export of chips")).missing == REFUSED
    assert model.asked.count("Export of chips") == 1, "it is remembered"
    assert index.dense.question(QUESTION).vector is not None, "at once"
    assert index.dense.trouble() is None
    model.refused = ""
    assert index.dense.question(MatchQuestion("Another")).missing == REFUSED
    assert index.dense.trouble() == REFUSED, "the model is to blame"


def test_a_model_that_answers_in_another_length_is_noticed(index: ExpertIndex, model: WordCounter, monkeypatch):
    fill(index)
    index.apply([ExpertDocument("3", works=(CHIPS, WorkDocument("w", "Volcanoes")))], reached=2)
    monkeypatch.setattr("tests.search.vectors.embedders.DIMENSIONS", 32)
    with pytest.raises(EmbeddingError) as caught:
        index.fill_vectors()
    assert caught.value.reason == WRONG_ANSWER
    assert parts(index, MatchQuestion("another text")) == {}, "a question of another length fits nothing"


def test_japanese_is_brought_into_english_where_it_can_be(tmp_path: Path, model: WordCounter):
    index = open_index(tmp_path, model, pivot=lambda text, **options: "sea ice decline")
    index.rebuild([BO], reached=1)
    fill(index)
    assert "sea ice decline. sea ice decline" in model.texts
    assert parts(index, MatchQuestion("海氷の減少"))[("2", "ja")] > 0.9
    index.close()


def test_a_model_that_reads_japanese_gets_it_as_it_is(tmp_path: Path, model: WordCounter):
    model.reads_japanese = True
    index = open_index(tmp_path, model)
    index.rebuild([ADA, BO], reached=1)
    fill(index)
    assert {"Oceans, 海洋", "北極海の海氷. 海氷の減少について。"} <= set(model.texts)
    index.close()


def test_no_text_is_logged(index: ExpertIndex, model: WordCounter, monkeypatch: pytest.MonkeyPatch):
    told: list[object] = []

    def note(_logger: object, _name: str, event: object) -> str:
        told.append(event)
        return ""

    recorder = structlog.wrap_logger(structlog.ReturnLogger(), [note], wrapper_class=structlog.BoundLogger)
    for module in (filling, questions, store):
        monkeypatch.setattr(module, "log", recorder)
    fill(index)
    model.failure = UNREACHABLE
    index.dense.question(MatchQuestion("a secret matter"))
    assert "question_without_vector" in str(told)
    assert not any(word in str(told).lower() for word in ("secret", "sea ice", "semiconductors"))


@pytest.mark.parametrize("change", ["apply", "rebuild"])
def test_who_writes_the_index_at_the_same_moment_does_not_get_into_the_way(
    index: ExpertIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
):
    """The file of vectors is written and has not got its name when the index is changed, or is another one."""
    other = ExpertIndex(tmp_path / "index")
    moments = ["the first file of vectors"]
    sync = os.fsync

    def fsync(descriptor: int) -> None:
        sync(descriptor)
        if moments:
            moments.clear()
            if change == "apply":
                other.apply([ExpertDeletion("3")], reached=2)
            else:
                other.rebuild([ADA, BO], reached=2)

    monkeypatch.setattr(derived.os, "fsync", fsync)
    fill(index)
    assert not moments
    counts = index.vector_counts()
    assert (index.reached(), counts.present, counts.awaited) == (2, 5, 0)
    other.close()


def test_without_dense_evidence_nothing_is_filled(tmp_path: Path):
    index = ExpertIndex(tmp_path / "index")
    index.rebuild([ADA], reached=1)
    assert not index.fill_vectors()
    assert index.vector_counts() is None
    assert not list(tmp_path.rglob("*.vectors"))
    index.close()


def test_an_index_without_experts_needs_no_vectors(tmp_path: Path, model: WordCounter):
    index = open_index(tmp_path, model)
    index.rebuild([], reached=0)
    fill(index)
    assert index.vector_counts() == (0, 0, 0)
    assert index._latest().dense_mean(index.dense.model) is None
    index.close()


def test_a_copied_index_brings_its_vectors(index: ExpertIndex, tmp_path: Path, model: WordCounter):
    fill(index)
    before = parts(index)
    shutil.copytree(tmp_path / "index", tmp_path / "copy" / "index")
    copy = open_index(tmp_path / "copy", model)
    assert parts(copy) == before
    copy.close()


def test_killed_again_and_again_it_goes_on_where_it_was(tmp_path: Path):
    processes = forkserver()
    index = slow_index(tmp_path)
    index.rebuild(NETWORK, reached=0)
    kept = 0
    for _ in range(5):
        told = processes.SimpleQueue()
        filler = processes.Process(target=fill_slowly, args=(tmp_path, told))
        filler.start()
        while told.empty():
            assert filler.is_alive()
            time.sleep(0.002)
        time.sleep(0.015)
        filler.kill()
        filler.join()
        while not told.empty():
            kept = told.get()
        told.close()
        assert index.dense.store.count(Slow.id) >= kept
        assert [hit.expert_id for hit in index.find('"title 1 7"').hits] == ["1"]
    fill(index)
    assert index.vector_counts() == (WORKS, 0, 0)
    made = index.dense.embedder.texts
    assert len(made) <= WORKS - kept, "nothing that was kept is made again"
    assert parts(index, MatchQuestion("Title 1 7"))[("1", "7")] > 0.95
    index.close()


def test_texts_of_who_has_gone_meanwhile_are_not_brought_before_the_model(tmp_path: Path):
    model = WordCounter()
    index = open_index(tmp_path, model)
    index.rebuild([ADA, BO], reached=1)
    model.failure = UNREACHABLE
    with pytest.raises(EmbeddingError):
        index.fill_vectors()
    index.apply([ExpertDeletion("2")], reached=2)
    model.failure = None
    index.dense.filler.pause.end()
    fill(index)
    assert "Sea ice. Decline of sea ice in the Arctic." in model.texts
    assert not [text for text in model.texts if "海氷" in text]
    index.close()
