"""Two web processes ask while the worker writes, merges, rebuilds and mends: no error, and at the end the same answers
as from an index made anew."""

from pathlib import Path

import pytest

from advnet.search import ExpertDeletion, ExpertDocument, ExpertIndex, WorkDocument
from tests.processes import forkserver
from tests.search.conftest import NETWORK
from tests.search.storage.files import derived_files
from tests.search.storage.reader_process import answers, ask_until

CHANGES = 60


def expert(number: int, version: int) -> ExpertDocument:
    return ExpertDocument(
        f"e{number}",
        names=(f"name{number}",),
        biography=f"deep ocean {'ice ' * (version % 5)} 海洋プラスチック",
        works=tuple(
            WorkDocument(str(work), f"policy {number} of plastic", f"ocean version{version} {'sea ' * work}")
            for work in range((number + version) % 4)
        ),
    )


def test_two_processes_ask_while_a_third_writes(folder: Path):
    people = {number: expert(number, 0) for number in range(40)}
    writer = ExpertIndex(folder)
    writer.rebuild([*NETWORK, *people.values()], reached=0)
    processes = forkserver()
    is_over, told = processes.Event(), processes.SimpleQueue()
    readers = [processes.Process(target=ask_until, args=(folder, CHANGES, is_over, told)) for _ in range(2)]
    for reader in readers:
        reader.start()
    for change in range(1, CHANGES + 1):
        number = change * 7 % 40
        if change % 11 == 0 and number in people:
            del people[number]
            writer.apply([ExpertDeletion(f"e{number}")], reached=change)
        elif change % 25 == 0:
            writer.rebuild([*NETWORK, *people.values()], reached=change)
        else:
            people[number] = expert(number, change)
            writer.apply([people[number]], reached=change)
        if change % 10 == 0:
            for path in derived_files(folder)[::2]:
                path.unlink()
            while writer.mend():
                pass
    is_over.set()
    found = [told.get() for _ in readers]
    for reader in readers:
        reader.join()
    fresh = ExpertIndex(folder.with_name("fresh"))
    fresh.rebuild([*NETWORK, *people.values()], reached=CHANGES)
    expected = answers(fresh)
    for asked, given in (*found, (1, answers(writer))):
        assert asked > 0, given
        for one, other in zip(given, expected, strict=True):
            assert [expert_id for expert_id, _ in one] == [expert_id for expert_id, _ in other]
            assert [score for _, score in one] == pytest.approx([score for _, score in other], abs=1e-6)
    fresh.close()
    writer.close()
