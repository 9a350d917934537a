"""Answers given before a migration are there after it, and nothing tells any more in which order they came."""

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.exc import DBAPIError

from advnet import schema
from advnet.answers.model import Answer, Contributor, ContributorIdentity, Evidence
from advnet.consultations.invitations.model import InvitationState
from tests.builders_answers import submit
from tests.builders_invitations import Invitations

TABLES = [model.__table__ for model in (Contributor, ContributorIdentity, Answer, Evidence)]


def rows(database, columns=None):
    """What stands in the tables, as they are now; of ``columns`` alone where these are given, by table."""
    with database.engine.connect() as connection:
        there = {table.name: sa.Table(table.name, sa.MetaData(), autoload_with=connection) for table in TABLES}
        wanted = columns or {name: table.columns.keys() for name, table in there.items()}
        return {
            name: sorted(map(repr, connection.execute(sa.select(*(table.c[one] for one in wanted[name]))).mappings()))
            for name, table in there.items()
        }


def columns_now(database):
    with database.engine.connect() as connection:
        return {
            table.name: [column["name"] for column in sa.inspect(connection).get_columns(table.name)]
            for table in TABLES
        }


def test_answers_are_kept_on_the_way_to_tables_without_order_and_back(database, now):
    with database.transaction() as session:
        invitations = Invitations(session, now)
        for _ in range(3):
            submit(session, invitations.invitation(InvitationState.ACCEPTED), now=now)
    before = rows(database)
    assert all(before.values())

    schema.migrate(database, lambda config: command.downgrade(config, "0001"))
    first = columns_now(database)
    assert first["answer"] != Answer.__table__.columns.keys()
    kept = rows(database, first)
    schema.upgrade(database)
    assert rows(database, first) == kept
    assert rows(database) == before
    with database.engine.begin() as connection, pytest.raises(DBAPIError, match=r"(?i)check"):
        connection.execute(sa.update(Answer).values(sureness_percent=101))
    with database.engine.begin() as connection, pytest.raises(DBAPIError, match=r"(?i)foreign key"):
        connection.execute(sa.delete(Contributor))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_file_does_not_count_answers_behind_their_identifiers(database):
    with database.engine.connect() as connection:
        for table in TABLES:
            with pytest.raises(DBAPIError, match="no such column: rowid"):
                connection.exec_driver_sql(f"SELECT rowid FROM {table.name}")


def test_a_migration_that_leaves_a_row_astray_changes_nothing(database, now):
    with database.transaction() as session:
        submit(session, Invitations(session, now).invitation(InvitationState.ACCEPTED), now=now)
    before = rows(database)

    def lose_the_contributors(config):
        config.attributes["connection"].exec_driver_sql("DELETE FROM contributor")

    with pytest.raises((RuntimeError, DBAPIError), match=r"refers to nothing|foreign key"):
        schema.migrate(database, lose_the_contributors)
    assert rows(database) == before
