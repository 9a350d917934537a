"""The index follows the database, whatever happens to either of them."""

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.db import Database
from advnet.experts.model import Expert, Standing
from advnet.jobs.model import IndexChange
from advnet.jobs.queries import last_change_number
from advnet.jobs.service import note_index_change
from advnet.matching.handlers import IndexFollower
from advnet.search import ExpertIndex, IndexBusy
from tests.matching.network import make_expert


class Killed(BaseException):
    """Like a signal: nothing catches it on the way."""


@pytest.fixture
def index(tmp_path: Path):
    index = ExpertIndex(tmp_path / "index")
    yield index
    index.close()


def add(session: Session, now, **values) -> Expert:
    expert = make_expert(session, now=now, **values)
    note_index_change(session, expert_id=expert.id, now=now)
    session.commit()
    return expert


def catch_up(database: Database, index: ExpertIndex, *, batch: int = 500) -> int:
    """:returns: in how many rounds"""
    follower = IndexFollower(database, index, batch=batch)
    rounds = 0
    while follower():
        rounds += 1
    return rounds


def found(index: ExpertIndex, text: str) -> set[int]:
    return {int(hit.expert_id) for hit in index.find(text).hits}


def test_without_an_index_one_is_built_and_then_followed(session, database, index, now):
    first = add(session, now, works=("Sea ice drift",))
    assert catch_up(database, index) == 1
    assert found(index, "ice") == {first.id}
    second = add(session, now, works=("Ice cores",))
    assert catch_up(database, index) == 1
    assert found(index, "ice") == {first.id, second.id}
    assert index.reached() == last_change_number(session) == 2


def test_who_is_suspended_or_edited_is_found_as_the_database_has_it_now(session, database, index, now):
    gone = add(session, now, works=("Sea ice drift",))
    edited = add(session, now, works=("Sea ice age",))
    catch_up(database, index)
    gone.standing = Standing.SUSPENDED
    edited.works[0].title = "Harbour fog"
    for expert in (gone, edited):
        note_index_change(session, expert_id=expert.id, now=now)
    session.commit()
    catch_up(database, index)
    assert found(index, "ice") == set()
    assert found(index, "fog") == {edited.id}


def test_many_changes_go_into_one_commit_and_nothing_is_left_of_a_long_log(session, database, index, now):
    catch_up(database, index)
    experts = [add(session, now, works=("Ice",)) for _ in range(3)]
    for expert in experts * 2:
        note_index_change(session, expert_id=expert.id, now=now)
    session.commit()
    assert catch_up(database, index, batch=4) == 3  # nine rows
    assert found(index, "ice") == {expert.id for expert in experts}
    assert catch_up(database, index) == 0


def test_the_same_changes_again_leave_the_index_as_it_was(session, database, index, now):
    expert = add(session, now, works=("Ice",))
    catch_up(database, index)
    before = index.document_ids()
    index.apply([], reached=0)  # an index that believes it has reached nothing
    assert catch_up(database, index) == 1
    assert index.document_ids() == before
    assert found(index, "ice") == {expert.id}


def test_a_damaged_index_and_one_of_an_older_database_are_built_anew(session, database, index, now, tmp_path):
    expert = add(session, now, works=("Ice",))
    catch_up(database, index)
    (tmp_path / "index" / "current").write_bytes(b"")
    index.close()
    assert catch_up(database, index) == 1
    assert found(index, "ice") == {expert.id}
    session.execute(sa.delete(IndexChange))
    session.commit()
    assert catch_up(database, index) == 1
    assert index.reached() == 0
    shutil.rmtree(tmp_path / "index")
    index.close()
    assert catch_up(database, index) == 1
    assert found(index, "ice") == {expert.id}


def test_while_another_process_writes_the_follower_waits_for_its_next_round(session, database, index, now, monkeypatch):
    add(session, now)
    catch_up(database, index)
    add(session, now)

    def busy(*_args, **_kwargs):
        raise IndexBusy

    with monkeypatch.context() as patch:
        patch.setattr(index, "apply", busy)
        assert catch_up(database, index) == 0
    assert catch_up(database, index) == 1


@pytest.mark.parametrize("moment", ["before the documents are read", "before the commit", "after the commit"])
@pytest.mark.parametrize("kind", ["following", "rebuilding"])
def test_killed_at_any_moment_it_goes_on_from_where_the_index_truly_is(
    session, database, index, now, monkeypatch, tmp_path, moment, kind
):
    if kind == "following":
        catch_up(database, index)
    experts = {add(session, now, works=("Ice",)).id for _ in range(2)}
    method = "apply" if kind == "following" else "rebuild"
    reader = "load_documents" if kind == "following" else "iterate_documents"
    true_method = getattr(index, method)

    def kill(*_args, **_kwargs):
        raise Killed

    def kill_after(*args, **kwargs):
        true_method(*args, **kwargs)
        raise Killed

    with monkeypatch.context() as patch:
        if moment == "before the documents are read":
            patch.setattr(f"advnet.matching.handlers.{reader}", kill)
        else:
            patch.setattr(index, method, kill if moment == "before the commit" else kill_after)
        with pytest.raises(Killed):
            IndexFollower(database, index)()
    index.close()
    reborn = ExpertIndex(tmp_path / "index")
    assert catch_up(database, reborn) == (0 if moment == "after the commit" else 1)
    assert found(reborn, "ice") == experts
    assert reborn.reached() == 2
    reborn.close()


def test_an_index_that_cannot_be_read_after_a_rebuild_is_built_again_in_longer_and_longer_intervals(
    session, database, index, now, monkeypatch
):
    add(session, now, works=("Sea ice drift",))
    built = []

    def rebuild(*_: object, **__: object) -> None:
        built.append(1)

    follower = IndexFollower(database, index)
    with monkeypatch.context() as patched:
        patched.setattr("advnet.matching.handlers.rebuild_index", rebuild)  # a disk that loses what was written
        for tries in (1, 2):
            assert not follower(), "nothing was gained, so nobody asks again at once"
            assert not follower()
            assert len(built) == tries
            assert follower.pause.is_waiting
            follower.pause._until = 0.0
        assert follower.pause.failed() == 4.0, "twice as long each time"
    follower.pause._until = 0.0
    assert follower()
    assert not follower()
    assert not follower.pause.is_waiting
    assert follower.pause.failed() == 1.0, "what has gone well begins anew"


def test_a_rebuild_that_fails_is_not_tried_again_at_once(session, database, index, now, monkeypatch):
    add(session, now, works=("Sea ice drift",))

    def fail(*_: object, **__: object) -> None:
        raise OSError("no space left")

    follower = IndexFollower(database, index)
    monkeypatch.setattr("advnet.matching.handlers.rebuild_index", fail)
    with pytest.raises(OSError, match="no space"):
        follower()
    assert not follower()
