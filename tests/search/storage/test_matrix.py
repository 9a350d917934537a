"""The files derived from segments: they hold what Whoosh holds, and nothing depends on them but speed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advnet.search import ExpertDocument, ExpertIndex, MatchQuestion, WorkDocument
from advnet.search.arrays import derived, kernels
from advnet.search.storage import schema
from advnet.search.storage.folder import DurableStorage, IndexFolder
from advnet.search.storage.matrix import MATRIX, Matrix
from advnet.search.storage.segments import KINDS, open_segment
from advnet.search.storage.source import Source
from advnet.search.storage.texts import Texts
from tests.search.conftest import NETWORK, SATO, SMITH, YAMADA
from tests.search.storage.files import derived_files, remove_derived_files

QUESTIONS = (
    MatchQuestion("Plastic in the Arctic Ocean", "How do microplastics reach the sea floor? 海洋プラスチック汚染"),
    MatchQuestion("ocean policy"),
    MatchQuestion("人工知能と国際政治"),
    MatchQuestion("nobody wrote this"),
)
CROWD = tuple(
    ExpertDocument(
        f"crowd{number}",
        biography=f"ocean plastic {'ice ' * number}",
        works=tuple(WorkDocument(str(work), f"policy {number} {work}", "sea " * work) for work in range(number % 4)),
    )
    for number in range(30)
)


def answers(index: ExpertIndex) -> list[object]:
    return [index.match(question, limit=None) for question in QUESTIONS]


def segments(folder: Path) -> tuple[Path, list]:
    generation = IndexFolder(folder).generation(IndexFolder(folder).current())
    return generation.path, list(generation.committed().segments)


def mend(worker: ExpertIndex) -> None:
    """As the worker does: until there is nothing more."""
    assert worker.mend() is True
    while worker.mend():
        pass


def several_segments(index: ExpertIndex) -> None:
    index.rebuild([*NETWORK, *CROWD], reached=0)
    index.apply([replace(SATO, biography="Ocean policy and plastic"), replace(CROWD[3], id="new")], reached=1)
    index.apply([CROWD[7], replace(SMITH, biography="Arctic sea")], reached=2)


def test_every_segment_has_its_files_before_its_commit_counts(empty: ExpertIndex, folder: Path):
    several_segments(empty)
    path, listed = segments(folder)
    assert len(listed) > 1
    for one in listed:
        for kind in KINDS:
            assert derived.read(kind, path, one.segment_id(), one.doc_count_all()) is not None
            assert derived.is_sound(kind, path, one.segment_id())
    assert empty.mend() is False


def test_what_is_noted_in_passing_is_what_whoosh_gives_back(empty: ExpertIndex, folder: Path):
    """Merges included: the fourth commit takes small segments together."""
    several_segments(empty)
    for number in range(8):
        empty.apply([replace(YAMADA, biography=f"version {number} of the ocean")], reached=3 + number)
    path, listed = segments(folder)
    for one in listed:
        files = DurableStorage(path)
        source = Source(open_segment(files, one))
        for kind in KINDS:
            noted = derived.read(kind, path, one.segment_id(), one.doc_count_all())
            read_back = kind.make(source)
            assert noted is not None
            assert noted.keys() == read_back.keys()
            for name in noted:
                assert noted[name].dtype == read_back[name].dtype
                assert np.array_equal(noted[name], read_back[name]), name
        files.close_files()


def test_a_term_that_stands_in_title_and_abstract_counts_once_with_both_and_255_times_at_most(
    empty: ExpertIndex, folder: Path
):
    work = WorkDocument("w", "ocean ocean ice", "ocean " + "ice " * 400)
    empty.rebuild([ExpertDocument("1", works=(work,))], reached=0)
    path, (one,) = segments(folder)
    arrays = derived.read(MATRIX, path, one.segment_id(), one.doc_count_all())
    assert arrays is not None
    matrix = Matrix.read(arrays)
    ocean, ice, nothing = matrix.rows(Texts.of([b"ocean", b"ice", b"nothing"]))
    assert nothing == kernels.NO_ROW
    for row, often in ((ocean, 3), (ice, 255)):
        begin, end = matrix.offsets[row : row + 2]
        assert matrix.documents[begin:end].tolist() == [1]
        assert matrix.frequencies[begin:end].tolist() == [often]
    assert empty.match(MatchQuestion("ice"))[0].score > 0


@pytest.mark.parametrize("damage", ["missing", "empty", "head", "short", "long", "newer", "foreign", "other"])
def test_without_a_derived_file_the_answers_are_the_same_and_the_worker_makes_it_anew(
    empty: ExpertIndex, folder: Path, damage: str
):
    several_segments(empty)
    expected = answers(empty)
    empty.close()
    files = derived_files(folder)
    for path in files:
        content = path.read_bytes()
        path.unlink()
        match damage:
            case "empty":
                path.write_bytes(b"")
            case "head":
                path.write_bytes(content[:20] + b"?" + content[21:])
            case "short":
                path.write_bytes(content[:-1])
            case "long":
                path.write_bytes(content + b"\0")
            case "newer":
                kind = next(kind for kind in KINDS if path.name.endswith(kind.name))
                segment_id = path.name.split(".")[0]
                derived.write(replace(kind, version=kind.version + 1), path.parent, segment_id, 7, {})
            case "foreign":
                path.write_bytes(b"\x89PNG\r\n\x1a\n" + content)
            case "other":  # of another segment
                path.write_bytes(
                    next(one for one in files if one != path and one.suffix == path.suffix).read_bytes()
                    if any(one != path and one.exists() and one.suffix == path.suffix for one in files)
                    else content.replace(path.name.split(".")[0].encode(), b"MAIN_0000000000000000")
                )
    reader = ExpertIndex(folder)
    assert answers(reader) == expected
    assert [hit.expert_id for hit in reader.find("ocean policy").hits]
    worker = ExpertIndex(folder)
    mend(worker)
    assert answers(worker) == expected
    assert answers(reader) == expected
    assert all(not part.segment.missing for part in reader._latest().parts)
    assert derived_files(folder) == files
    reader.close()
    worker.close()


def test_bytes_that_changed_on_the_disk_are_noticed_by_the_worker_and_never_followed(empty: ExpertIndex, folder: Path):
    several_segments(empty)
    expected = answers(empty)
    empty.close()
    matrices = [path for path in derived_files(folder) if path.suffix == ".matrix"]
    for path in matrices:
        content = bytearray(path.read_bytes())
        content[-2048:] = b"\xff" * len(content[-2048:])
        changed = path.with_name("changed")
        changed.write_bytes(content)
        changed.replace(path)
    reader = ExpertIndex(folder)
    answers(reader)  # wrong maybe, but it comes back
    worker = ExpertIndex(folder)
    mend(worker)
    assert answers(worker) == expected
    assert answers(reader) == expected
    worker.close()
    reader.close()


def test_files_are_removed_with_their_segment_and_unfinished_ones_with_the_next_commit(
    empty: ExpertIndex, folder: Path
):
    several_segments(empty)
    path, listed = segments(folder)
    left = path / f"{listed[0].segment_id()}.matrix{derived.UNFINISHED}"
    left.write_bytes(b"half")
    for number in range(20):
        empty.apply([replace(SATO, biography=f"version {number}")], reached=3 + number)
    path, listed = segments(folder)
    names = {one.segment_id() for one in listed}
    assert {file.name.split(".")[0] for file in derived_files(folder)} == names
    assert len(derived_files(folder)) == len(KINDS) * len(names)
    assert not left.exists()


def test_a_reader_keeps_its_numbers_while_files_are_replaced_and_sees_the_new_ones(empty: ExpertIndex, folder: Path):
    several_segments(empty)
    expected = answers(empty)
    with empty.matching(QUESTIONS[0]) as matching:
        remove_derived_files(folder)
        mend(ExpertIndex(folder))
        assert matching.explain(matching.hits) == expected[0]
    assert answers(empty) == expected


WORDS = st.lists(st.text(alphabet="abc海洋é\U0001f30a ", max_size=6), max_size=30, unique=True)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WORDS, WORDS)
def test_a_text_is_found_in_a_table_exactly_when_it_stands_there(known: list[str], sought: list[str]):
    texts, order = Texts.of([word.encode() for word in known]).sorted()
    rows = kernels.find_rows(*_flat(Texts.of([word.encode() for word in sought])), *_flat(texts))
    assert [None if row == kernels.NO_ROW else known[order[row]] for row in rows.tolist()] == [
        word if word in known else None for word in sought
    ]


def _flat(texts: Texts) -> tuple:
    return texts.hashes, texts.letters, texts.offsets


def test_texts_with_one_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch):
    def same(texts: Texts) -> Texts:
        return texts._replace(hashes=np.full(len(texts.hashes), 7, dtype=np.uint64))

    table = same(Texts.of([b"ocean", b"ice", b"sea"]))
    rows = kernels.find_rows(*_flat(same(Texts.of([b"sea", b"seas", b"ocean"]))), *_flat(table))
    assert rows.tolist() == [2, kernels.NO_ROW, 0]


PARTS = st.floats(0, 1, width=32)


@settings(deadline=None)
@given(st.lists(st.lists(st.tuples(st.booleans(), PARTS), min_size=1, max_size=9), max_size=8))
def test_parts_count_by_their_rank_and_of_skills_only_the_best(blocks):
    ranks = np.array([1.0, 0.5, 0.25])
    flat = [document for block in blocks for document in block]
    starts = np.cumsum([0, *(len(block) for block in blocks)])[:-1].astype(np.int32)
    parts = np.array([part for _, part in flat], dtype=np.float32)
    pooled = kernels.pool_blocks(parts, np.array([is_skill for is_skill, _ in flat], dtype=bool), starts, ranks)
    for number, block in enumerate(blocks):
        skill = max([part for is_skill, part in block if is_skill], default=0.0)
        best = sorted([skill, *(part for is_skill, part in block if not is_skill)], reverse=True)[:3]
        assert pooled[number] == pytest.approx(sum(rank * part for rank, part in zip(ranks, best, strict=False)))


@settings(deadline=None)
@given(st.lists(PARTS, min_size=1, max_size=50), st.integers(1, 50))
def test_the_floor_of_the_best_is_the_last_of_them(scores: list[float], wanted: int):
    above = sorted([score for score in scores if score > 0], reverse=True)
    expected = above[wanted - 1] if len(above) >= wanted else 0.0
    assert kernels.floor_of_best(np.array(scores), wanted) == expected


@settings(deadline=None)
@given(st.lists(st.text(alphabet="ab海é", max_size=4), max_size=20, unique=True), st.text(alphabet="ab海é", max_size=3))
def test_words_that_start_alike_stand_together(words: list[str], prefix: str):
    encoded = sorted(word.encode() for word in words)
    texts = Texts.of(encoded)
    first, last = kernels.find_prefix(np.array(list(prefix.encode()), dtype=np.uint8), texts.letters, texts.offsets)
    assert encoded[first:last] == [word for word in encoded if word.startswith(prefix.encode())]


def test_ids_of_any_length_and_form_are_found_again_and_sorted_as_texts(empty: ExpertIndex):
    ids = ["1", "01", "10", "9", "x" * 40, "x" * 40 + "a", "é", "123456789", "12345678", "１"]
    empty.rebuild([ExpertDocument(one, biography="volcanoes") for one in ids], reached=0)
    assert [hit.expert_id for hit in empty.find("volcano").hits] == sorted(ids)
    assert empty.find("volcano").hits.expert_ids == sorted(ids)
    assert {hit.expert_id for hit in empty.find("volcano", candidates={"x" * 40, "9", "8"}).hits} == {"x" * 40, "9"}
    snapshot = empty._latest()
    assert {one: snapshot.expert_ids[snapshot.blocks[one]] for one in ids} == {one: one for one in ids}
    assert "2" not in snapshot.blocks
    assert set(snapshot.blocks) == set(ids)


def test_hits_come_in_the_same_order_however_they_are_looked_at(empty: ExpertIndex):
    people = [ExpertDocument(str(number), biography="ice " * (number % 7 + 1) + "sea") for number in range(900)]
    empty.rebuild(people, reached=0)
    expected = list(empty.find("ice").hits)
    assert [(-hit.score, hit.expert_id) for hit in expected] == sorted((-hit.score, hit.expert_id) for hit in expected)
    for limit in (1, 10, 300, None):
        hits = empty.find("ice", limit=limit).hits
        assert hits[3:8] == expected[:limit][3:8]
        assert hits[-1] == expected[:limit][-1]
        assert hits[::-1] == expected[:limit][::-1]
        assert hits[:] == expected[:limit]
        with pytest.raises(IndexError):
            hits[len(hits)]


def test_an_impact_counts_as_the_formula_says():
    frequencies = np.arange(1, schema.MOST_TIMES + 1)
    found = np.array([schema.impact(often) for often in frequencies.tolist()])
    assert schema.impact(1000) == schema.impact(schema.MOST_TIMES) == found[-1]
    assert (np.diff(found) > 0).all()
