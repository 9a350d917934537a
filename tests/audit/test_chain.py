"""The audit log holds what was written, and shows when it does not."""

import pytest
import sqlalchemy as sa

from advnet.accounts.model import Actor
from advnet.audit.model import AuditEntry
from advnet.audit.service import GENESIS, ChainBreak, record, verify_chain
from advnet.db import Database


def write(session, people, now, count=3):
    user = people.make("advisor")
    for number in range(count):
        record(session, actor=user.actor, event="account:changed", subject=user, detail={"n": number}, now=now)
    session.commit()
    return user


def change_behind_the_back(database: Database, statement: sa.Executable) -> None:
    """As somebody with the rights of the owner could: the triggers are taken away first."""
    with database.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER audit_entry_no_update")
            connection.exec_driver_sql("DROP TRIGGER audit_entry_no_delete")
        else:
            connection.exec_driver_sql("DROP TRIGGER audit_entry_no_change ON audit_entry")
        connection.execute(statement)


def test_entries_are_numbered_without_gaps_and_each_holds_the_digest_before_it(session, people, now):
    write(session, people, now)
    entries = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number)).all()
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert [entry.previous_digest for entry in entries] == [GENESIS, entries[0].digest, entries[1].digest]
    assert verify_chain(session) is None


def test_an_entry_stands_only_when_its_transaction_does(database, session, people, now):
    user = write(session, people, now, count=1)
    record(session, actor=user.actor, event="account:changed", subject=user, now=now)
    session.rollback()
    with database.reading() as reader:
        assert reader.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 1


@pytest.mark.parametrize(
    "statement",
    [
        sa.update(AuditEntry).where(AuditEntry.number == 2).values(event="account:closed"),
        sa.delete(AuditEntry).where(AuditEntry.number == 2),
    ],
    ids=["update", "delete"],
)
def test_the_database_refuses_to_change_or_remove_an_entry(session, people, now, statement):
    write(session, people, now)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        session.execute(statement)
    session.rollback()
    assert verify_chain(session) is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("event", "account:closed"),
        ("actor_name", "Somebody Else"),
        ("reason", "another reason"),
        ("detail", {"n": 7}),
        ("subject_id", 99),
    ],
)
def test_a_changed_entry_is_found(database, session, people, now, column, value):
    write(session, people, now)
    change_behind_the_back(database, sa.update(AuditEntry).where(AuditEntry.number == 2).values({column: value}))
    session.expire_all()
    assert verify_chain(session) == ChainBreak(2, "changed")


def test_a_removed_entry_is_found(database, session, people, now):
    write(session, people, now)
    change_behind_the_back(database, sa.delete(AuditEntry).where(AuditEntry.number == 2))
    session.expire_all()
    assert verify_chain(session) == ChainBreak(2, "missing")


def test_the_system_is_named_as_actor_without_an_account(session, people, now):
    user = people.make("advisor")
    entry = record(
        session, actor=Actor(None, name="worker", system="worker"), event="account:changed", subject=user, now=now
    )
    assert (entry.actor_id, entry.actor_name) == (None, "worker")


def test_an_event_without_words_is_not_recorded(session, people, now):
    user = people.make("advisor")
    with pytest.raises(ValueError, match="'account:invented' is no event"):
        record(session, actor=user.actor, event="account:invented", subject=user, now=now)
