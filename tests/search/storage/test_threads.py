"""One instance, many threads, and a writer at the same time: every answer is one that was right at some moment."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from advnet.search import ExpertDocument, ExpertIndex, MatchQuestion, WorkDocument
from tests.search.storage.files import remove_derived_files

THREADS = 8
EXPERTS = 40


def expert(number: int, version: int) -> ExpertDocument:
    """Whatever is asked below finds either all versions of an expert alike or tells the version."""
    return ExpertDocument(
        str(number),
        names=(f"name{number}",),
        biography=f"shared words and version{version}",
        works=(WorkDocument("w", f"topic{number} in the deep sea", f"abstract{number} " * 3),),
    )


def in_threads(work: Callable[[int], None]) -> None:
    failures: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


@pytest.mark.parametrize("are_mapped", [True, False])
def test_threads_share_an_index_and_each_gets_the_right_answer(folder: Path, are_mapped: bool):
    index = ExpertIndex(folder, cache_bytes=30_000)  # so small that postings are read from the files again and again
    index.rebuild([expert(number, 0) for number in range(EXPERTS)], reached=0)
    if not are_mapped:
        remove_derived_files(folder)

    def ask(thread: int) -> None:
        for turn in range(40):
            number = (thread * 7 + turn) % EXPERTS
            assert [hit.expert_id for hit in index.find(f"abstract{number}").hits] == [str(number)]
            assert [hit.expert_id for hit in index.find(f'"topic{number} in the deep sea"').hits] == [str(number)]
            assert index.find("shared words").total == EXPERTS
            assert index.match(MatchQuestion(f"abstract{number}"), limit=1)[0].expert_id == str(number)
            (snippet,) = index.snippets(f"name{number}", [str(number)])[str(number)]
            assert snippet.text == f"name{number}"

    in_threads(ask)
    index.close()


def test_threads_go_on_while_experts_are_changed_and_the_index_is_rebuilt(folder: Path):
    writer, index = ExpertIndex(folder), ExpertIndex(folder)
    writer.rebuild([expert(number, 0) for number in range(EXPERTS)], reached=0)
    is_over = threading.Event()

    def write() -> None:
        for version in range(1, 25):
            if version % 6 == 0:
                writer.rebuild([expert(number, version) for number in range(EXPERTS)], reached=version)
            else:
                writer.apply([expert(version % EXPERTS, version)], reached=version)
        is_over.set()

    def work(thread: int) -> None:
        if thread == 0:
            try:
                write()
            finally:
                is_over.set()
        last = -1
        while not is_over.is_set():
            reached = index.reached()
            assert reached >= last
            last = reached
            assert index.find("shared words").total == EXPERTS
            assert len(index.scores(MatchQuestion("deep sea"))) == EXPERTS
            number = (thread * 5 + reached) % EXPERTS
            (snippet,) = index.snippets(f"topic{number}", [str(number)])[str(number)]
            assert f"topic{number}" in snippet.text

    in_threads(work)
    assert index.reached() == 24
    index.close()
    writer.close()


def test_files_are_given_back_once_nobody_uses_them(folder: Path):
    index = ExpertIndex(folder)
    index.rebuild([expert(number, 0) for number in range(3)], reached=0)
    inside, done = threading.Event(), threading.Event()
    seen: list[int] = []

    def slowly(snapshot) -> None:
        inside.set()
        assert done.wait(30)
        seen.append(snapshot.reached)
        assert snapshot.stored(0)

    thread = threading.Thread(target=index._read, args=(slowly,))
    thread.start()
    assert inside.wait(30)
    (old,) = [part.segment._close for part in index._latest().parts]
    index.apply([expert(number, 1) for number in range(3)], reached=1)
    assert index.reached() == 1
    assert old.alive, "somebody is still reading"
    done.set()
    thread.join()
    assert seen == [0]
    assert not old.alive
    index.close()
