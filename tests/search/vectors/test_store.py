"""Vectors are there after whatever happens to the process, and a file that cannot be used is begun anew."""

import sqlite3
import time
from pathlib import Path

import pytest

from advnet.search.vectors.store import VERSION, VectorStore
from tests.processes import forkserver
from tests.search.vectors.store_process import GROUP, key, put_for_ever, vector

VECTOR = (0.5, b"\x01\x7f\x81")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vectors.sqlite"


def test_what_was_put_is_found_by_key_and_model(path: Path):
    store = VectorStore(path)
    store.put("one", {b"a": VECTOR, b"b": (0.25, b"\x02")})
    store.put("two", {b"a": (1.0, b"\x03")})
    assert store.get("one", [b"a", b"b", b"c"]) == {b"a": VECTOR, b"b": (0.25, b"\x02")}
    assert store.get("two", [b"a", b"b"]) == {b"a": (1.0, b"\x03")}
    assert store.get("three", [b"a"]) == {}
    store.close()
    assert store.get("one", [b"a"]) == {b"a": VECTOR}, "it opens again by itself"
    store.close()


def test_more_keys_than_a_statement_takes_are_found(path: Path):
    store = VectorStore(path)
    keys = [number.to_bytes(16, "big") for number in range(2_345)]
    store.put("one", dict.fromkeys(keys, VECTOR))
    assert len(store.get("one", keys * 2)) == 2_345
    assert store.count("one") == 2_345
    store.close()


def test_what_is_not_used_is_dropped_with_every_other_model(path: Path):
    store = VectorStore(path)
    store.put("one", {b"a": VECTOR, b"b": VECTOR})
    store.put("two", {b"a": VECTOR})
    assert store.keep_only("one", [b"b", b"never seen"]) == 2
    assert store.get("one", [b"a", b"b"]) == {b"b": VECTOR}
    assert store.count("two") == 0
    store.close()


def test_the_file_belongs_to_its_user_alone(path: Path):
    store = VectorStore(path)
    store.put("one", {b"a": VECTOR})
    assert path.stat().st_mode & 0o077 == 0
    store.close()


def spoil_begin(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"not a database at all")


def spoil_middle(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(5_000)
        file.write(b"\xff" * (path.stat().st_size - 5_000))


def cut_short(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def make_foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE something (else_ TEXT)")
    database.close()


def make_newer(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version = {VERSION + 1}")
    database.close()


@pytest.mark.parametrize("spoil", [spoil_begin, spoil_middle, cut_short, make_foreign, make_newer])
def test_a_file_that_cannot_be_used_is_begun_anew(path: Path, spoil):
    keys = [number.to_bytes(16, "big") for number in range(1_000)]
    store = VectorStore(path)
    store.put("one", dict.fromkeys(keys, VECTOR))
    store.close()
    spoil(path)
    for _ in range(2):  # a fault inside is noticed when it is met; the next time there is an empty store
        try:
            found = store.get("one", keys)
        except sqlite3.DatabaseError:
            found = {}
    assert found == {}
    assert path.with_name(path.name + ".damaged").exists()
    store.put("one", {b"a": VECTOR})
    assert store.get("one", [b"a"]) == {b"a": VECTOR}
    store.close()


def test_a_busy_store_is_not_taken_for_a_damaged_one(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("advnet.search.vectors.store._BUSY_SECONDS", 0.05)
    store = VectorStore(path)
    store.put("one", {b"a": VECTOR})
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError):
            store.put("one", {b"b": VECTOR})
        other.execute("ROLLBACK")
    other.close()
    assert store.get("one", [b"a", b"b"]) == {b"a": VECTOR}
    store.close()


def test_ten_kills_leave_whole_groups_only(path: Path):
    processes = forkserver()
    before = 0
    for _ in range(10):
        told = processes.SimpleQueue()
        writer = processes.Process(target=put_for_ever, args=(path, told, before))
        writer.start()
        while told.empty():
            assert writer.is_alive()
            time.sleep(0.002)
        time.sleep(0.02)
        writer.kill()
        writer.join()
        acknowledged = before
        while not told.empty():
            acknowledged = told.get()
        told.close()
        store = VectorStore(path)
        here = store.count("model")
        assert here % GROUP == 0
        assert here >= acknowledged * GROUP, "what was told is there"
        assert store.get("model", [key(number) for number in range(here)]) == {
            key(number): vector(number) for number in range(here)
        }
        store.close()
        before = here // GROUP
    assert before >= 10
