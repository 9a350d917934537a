import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from advnet.search import (
    Change,
    ExpertDeletion,
    ExpertDocument,
    ExpertIndex,
    IndexBusy,
    IndexUnusable,
    MatchQuestion,
    SkillDocument,
    WorkDocument,
)
from advnet.search.storage import folder as index_folder
from advnet.search.storage import schema
from advnet.search.storage.folder import IndexFolder
from tests.search.conftest import NETWORK, SATO, SMITH, YAMADA
from tests.search.storage.files import remove_derived_files


def found(index: ExpertIndex, text: str) -> list[str]:
    return [hit.expert_id for hit in index.find(text).hits]


def test_an_index_that_is_not_there_asks_to_be_rebuilt(empty: ExpertIndex):
    for ask in (empty.reached, empty.counts, empty.document_ids, lambda: empty.find("ocean")):
        with pytest.raises(IndexUnusable):
            ask()
    with pytest.raises(IndexUnusable):
        empty.apply([YAMADA], reached=1)


def test_making_an_instance_touches_no_file(folder: Path):
    ExpertIndex(folder)
    assert not folder.exists()


def test_a_rebuild_holds_exactly_what_it_was_given(index: ExpertIndex):
    assert index.reached() == 1
    assert index.document_ids() == {"1": {"a", "b"}, "2": {"b"}, "3": {"c"}}
    counts = index.counts()
    assert (counts.experts, counts.works, counts.reached, counts.segments) == (3, 4, 1, 1)
    assert counts.folder_bytes > 0


def test_nobody_at_all_can_be_indexed(empty: ExpertIndex):
    empty.rebuild([], reached=0)
    assert empty.reached() == 0
    assert empty.document_ids() == {}
    assert found(empty, "ocean") == []
    assert empty.match(MatchQuestion("ocean")) == []
    empty.apply([SMITH], reached=1)
    assert found(empty, "floods") == ["3"]


def test_a_change_replaces_everything_of_its_expert_and_nothing_else(index: ExpertIndex):
    index.apply([replace(YAMADA, skills=(SkillDocument(("Deep sea mining",)),), works=YAMADA.works[1:])], reached=2)
    assert index.reached() == 2
    assert index.document_ids() == {"1": {"b"}, "2": {"b"}, "3": {"c"}}
    assert found(index, "microplastics") == []
    assert found(index, "mining") == ["1"]
    assert found(index, "floods") == ["3"]


def test_a_deleted_expert_is_found_no_longer(index: ExpertIndex):
    index.apply([ExpertDeletion("1")], reached=2)
    assert index.document_ids().keys() == {"2", "3"}
    assert found(index, "ocean") == ["2"]
    assert [hit.expert_id for hit in index.scores(MatchQuestion("plastic ocean"))] == ["2"]


def test_deleting_who_is_not_there_only_moves_the_position(index: ExpertIndex):
    index.apply([ExpertDeletion("99")], reached=5)
    assert index.reached() == 5
    assert len(index.document_ids()) == 3


def test_the_same_changes_again_leave_the_index_as_it_is(index: ExpertIndex):
    changes = [replace(SATO, biography="Volcanoes"), ExpertDeletion("3"), ExpertDocument("4", names=("Ren Mori",))]
    answers = []
    for _ in range(3):
        index.apply(changes, reached=7)
        answers.append((index.reached(), index.document_ids(), index.find("volcano").hits[:], index.counts().experts))
    assert answers[0] == answers[1] == answers[2]


def test_only_the_last_change_of_an_expert_counts(index: ExpertIndex):
    index.apply(
        [ExpertDeletion("1"), replace(YAMADA, biography="first"), replace(YAMADA, biography="second")], reached=2
    )
    index.apply([SATO, ExpertDeletion("2")], reached=3)
    assert found(index, "second") == ["1"]
    assert found(index, "first") == []
    assert index.document_ids().keys() == {"1", "3"}


def test_another_instance_sees_what_was_applied_and_rebuilt(index: ExpertIndex, folder: Path):
    web = ExpertIndex(folder)
    assert web.reached() == 1
    index.apply([ExpertDocument("4", biography="volcanoes")], reached=2)
    assert web.reached() == 2
    assert found(web, "volcano") == ["4"]
    index.rebuild([SMITH], reached=9)
    assert web.reached() == 9
    assert found(web, "volcano") == []
    web.close()


def test_a_closed_instance_opens_again_by_itself(index: ExpertIndex):
    index.close()
    assert index.reached() == 1


def test_the_old_index_answers_while_a_new_one_is_built(index: ExpertIndex, folder: Path):
    web = ExpertIndex(folder)
    answers = []

    def documents() -> Iterator[ExpertDocument]:
        for document in (SMITH, SATO):
            answers.append((web.reached(), found(web, "microplastics")))
            yield document

    index.rebuild(documents(), reached=8)
    assert answers == [(1, ["1"]), (1, ["1"])]
    assert (web.reached(), found(web, "microplastics")) == (8, [])
    web.close()


def test_a_rebuild_that_fails_changes_nothing_and_leaves_nothing(index: ExpertIndex, folder: Path):
    before = {path.name for path in folder.rglob("*")}

    def broken() -> Iterator[ExpertDocument]:
        yield SMITH
        raise ConnectionError("the database went away")

    with pytest.raises(ConnectionError):
        index.rebuild(broken(), reached=8)
    with pytest.raises(ValueError, match="'3' came twice"):
        index.rebuild([SMITH, SMITH], reached=8)
    assert index.reached() == 1
    assert {path.name for path in folder.rglob("*")} == before
    index.apply([ExpertDeletion("3")], reached=2)
    assert index.reached() == 2


def test_old_generations_and_what_a_kill_left_are_removed(index: ExpertIndex, folder: Path):
    (folder / "generation-77").mkdir()
    (folder / "generation-77" / "half").write_text("written")
    index.rebuild(NETWORK, reached=2)
    assert [path.name for path in folder.glob("generation-*")] == [IndexFolder(folder).current()]
    assert index.reached() == 2


def test_an_index_made_anew_in_an_emptied_folder_is_noticed(index: ExpertIndex, folder: Path):
    web = ExpertIndex(folder)
    assert found(web, "ocean") == ["1", "2"]
    shutil.rmtree(folder)
    with pytest.raises(IndexUnusable):
        web.reached()
    index.rebuild([SATO], reached=1)
    assert found(web, "ocean") == ["2"]
    web.close()


def test_a_large_rebuild_is_written_in_several_segments(empty: ExpertIndex, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("advnet.search.storage.writing._SEGMENT_TERMS", 20)
    people = [ExpertDocument(str(number), biography=f"word{number} " * 3 + "shared " * 2) for number in range(30)]
    done: list[int] = []
    empty.rebuild(people, reached=3, progress=done.append)
    assert done == list(range(1, 31))
    assert empty.counts().segments > 1
    assert (empty.reached(), len(found(empty, "shared"))) == (3, 30)
    assert all(found(empty, f"word{number}") == [str(number)] for number in range(30))


def test_two_writers_at_once_are_told_so(index: ExpertIndex, folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("advnet.search.storage.writing._WAIT_SECONDS", 0.1)
    other = ExpertIndex(folder)
    with IndexFolder(folder).writing():
        with pytest.raises(IndexBusy):
            other.apply([SMITH], reached=2)
        with pytest.raises(IndexBusy):
            other.rebuild([SMITH], reached=2)
        assert other.reached() == 1
    with IndexFolder(folder).building(), pytest.raises(IndexBusy):
        other.rebuild([SMITH], reached=2)
    assert len(list(folder.glob("generation-*"))) == 2
    other.apply([SMITH], reached=1)
    assert len(list(folder.glob("generation-*"))) == 1
    other.apply([SMITH], reached=2)
    assert other.reached() == 2
    other.close()


def test_changes_are_followed_during_a_rebuild_and_nothing_goes_back_after_it(index: ExpertIndex, folder: Path):
    """The rebuild has read who they were; before it ends, one has changed, one has left, and the worker has told."""
    log: list[Change] = []
    web, worker = ExpertIndex(folder), ExpertIndex(folder)
    seen: list[list[str]] = []

    def change(one: Change) -> None:
        log.append(one)
        worker.apply([one], reached=1 + len(log))
        seen.append(found(web, "heron"))

    def documents() -> Iterator[ExpertDocument]:
        for document in NETWORK:
            yield document
            if document is NETWORK[0]:
                change(replace(NETWORK[0], biography="a heron"))
                change(ExpertDeletion(NETWORK[1].id))

    def newer(number: int) -> tuple[list[Change], int] | None:
        if len(seen) == 2:  # one more, when the new index has caught up for the first time
            change(replace(NETWORK[2], biography="another heron"))
        return ([log[number - 1]], number + 1) if number <= len(log) else None

    assert index.rebuild(documents(), reached=1, newer=newer) == 4
    assert seen == [["1"], ["1"], ["1", "3"]]
    assert found(web, "heron") == ["1", "3"]
    assert set(web.document_ids()) == {"1", "3"}
    assert web.reached() == 4
    web.close()
    worker.close()


@pytest.mark.parametrize("version", [schema.VERSION - 1, schema.VERSION + 1])
def test_an_index_of_another_version_is_rebuilt(folder: Path, version: int, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as another_program:
        another_program.setattr(index_folder, "VERSION", version)
        ExpertIndex(folder).rebuild(NETWORK, reached=1)
    index = ExpertIndex(folder)
    with pytest.raises(IndexUnusable, match=f"version {version}"):
        index.reached()
    with pytest.raises(IndexUnusable):
        index.apply([SMITH], reached=2)
    index.rebuild(NETWORK, reached=2)
    assert index.reached() == 2
    assert found(index, "microplastics") == ["1"]


@pytest.mark.parametrize("left_bytes", [0, 1, 40])
def test_a_file_cut_short_means_rebuild_or_changes_nothing(index: ExpertIndex, folder: Path, left_bytes: int, tmp_path):
    """Each file in turn. What may not happen: another exception, a wrong answer, the end of the process."""
    index.close()
    names = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    assert len(names) > 5
    refused = 0
    for number, name in enumerate(names):
        copy = tmp_path / f"copy-{number}"
        shutil.copytree(folder, copy)
        content = (copy / name).read_bytes()
        (copy / name).write_bytes(content[: min(left_bytes, len(content))])
        damaged = ExpertIndex(copy)
        try:
            assert damaged.reached() == 1
            assert found(damaged, "ocean") == ["1", "2"]
            assert damaged.snippets("ocean", ["1"])["1"]
        except IndexUnusable:
            refused += 1
        damaged.rebuild(NETWORK, reached=2)
        assert (damaged.reached(), found(damaged, "ocean")) == (2, ["1", "2"])
        damaged.close()
    assert refused >= 4


def test_files_that_another_process_removed_just_then_are_looked_for_in_its_next_commit(
    index: ExpertIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    web = ExpertIndex(folder)
    before = IndexFolder(folder).generation(IndexFolder(folder).current()).committed()
    index.apply([*NETWORK, ExpertDocument("4", biography="ocean")], reached=3)
    left = [before]
    real = index_folder.Generation.committed
    monkeypatch.setattr(index_folder.Generation, "committed", lambda *asked: left.pop() if left else real(*asked))
    assert set(web.snippets("ocean", ["1", "4"])) == {"1", "4"}
    assert not left
    web.close()


def test_an_answer_once_begun_goes_on_from_files_that_were_removed_since(index: ExpertIndex, folder: Path):
    web = ExpertIndex(folder)
    with web.matching(MatchQuestion("plastic ocean")) as matching:
        index.rebuild([SMITH], reached=2)
        evidence = matching.explain(matching.hits)
        assert [one.expert_id for one in evidence] == ["1", "2"]
        assert evidence[0].works
    assert web.reached() == 2
    web.close()


def test_a_commit_is_on_the_disk_before_it_is_named(index: ExpertIndex, folder: Path, monkeypatch: pytest.MonkeyPatch):
    events: list[tuple[str, str]] = []
    real_sync, real_rename = index_folder._sync, index_folder.FileStorage.rename_file
    monkeypatch.setattr(index_folder, "_sync", lambda path: (events.append(("sync", path.name)), real_sync(path)))

    def rename(self, old, new, safe=False):
        events.append(("name", new))
        real_rename(self, old, new, safe=safe)

    monkeypatch.setattr(index_folder.FileStorage, "rename_file", rename)
    index.apply([replace(SMITH, biography="volcanoes")], reached=2)
    named = next(number for number, (what, _) in enumerate(events) if what == "name")
    synced = {name for what, name in events[:named] if what == "sync"}
    referred = {
        path.name
        for path in (folder / IndexFolder(folder).current()).iterdir()
        if path.suffix in (".trm", ".pst", ".col")
    }
    fresh = {name for name in referred if name.split(".")[0] in {one.split(".")[0] for one in synced}}
    assert {Path(name).suffix for name in fresh} == {".trm", ".pst", ".col"}
    assert fresh <= synced
    assert events[named + 1 :] == [("sync", IndexFolder(folder).current())]


def test_many_small_changes_do_not_make_many_segments(empty: ExpertIndex):
    empty.rebuild([ExpertDocument(str(number), biography=f"old{number}") for number in range(60)], reached=0)
    for number in range(60):
        works = tuple(WorkDocument(str(work), f"title{number}") for work in range(3))
        empty.apply([ExpertDocument(str(number), biography=f"new{number}", works=works)], reached=number + 1)
    assert empty.counts().segments < 20
    assert empty.counts().works == 180
    assert all(found(empty, f"new{number} title{number}") == [str(number)] for number in range(60))
    assert all(found(empty, f"old{number}") == [] for number in range(60))


def test_a_merge_never_takes_large_segments(empty: ExpertIndex, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("advnet.search.storage.writing._SIZES", (4, 30))
    empty.rebuild([ExpertDocument(f"large{number}", biography="rock") for number in range(40)], reached=0)
    empty.reached()
    (large,) = empty._segments
    for number in range(40):
        empty.apply([ExpertDocument(str(number), biography="sand")], reached=number + 1)
        assert empty.reached() == number + 1
        assert large in empty._segments
        assert len(found(empty, "sand")) == number + 1
    assert len(found(empty, "rock")) == 40


def test_segments_in_which_nobody_lives_go(empty: ExpertIndex):
    empty.rebuild([SMITH], reached=0)
    for number in range(5):
        empty.apply([replace(SMITH, biography=f"version{number}")], reached=number + 1)
    assert empty.counts().segments == 1


def test_the_memory_for_postings_stays_within_its_bound(folder: Path):
    small = ExpertIndex(folder, cache_bytes=20_000)
    people = [ExpertDocument(str(n), biography=" ".join(f"w{n}x{i}" for i in range(20)) + " all") for n in range(50)]
    small.rebuild(people, reached=1)
    remove_derived_files(folder)
    for n in range(50):
        assert found(small, f"w{n}x7 all") == [str(n)]
        assert small._cache.used_bytes <= 20_000
    small.close()


def test_what_was_read_of_segments_that_are_gone_is_forgotten(index: ExpertIndex, folder: Path):
    remove_derived_files(folder)
    found(index, "ocean")
    assert index._cache.used_bytes
    index.rebuild([SMITH], reached=2)
    index.reached()
    assert index._cache.used_bytes == 0
    assert len(index._segments) == 1


def test_the_folder_belongs_to_the_service_user_alone(index: ExpertIndex, folder: Path):
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / IndexFolder(folder).current()).stat().st_mode & 0o077 == 0
