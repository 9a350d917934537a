"""The migrations make exactly the tables that the models speak of, and the way back leaves nothing."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from advnet import models, schema
from advnet.db import Base, Database

assert models.__all__


def test_migrations_and_models_agree(database: Database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_upgrading_twice_changes_nothing(database: Database):
    schema.upgrade(database)
    with database.reading() as session:
        assert schema.present_head(session) == schema.expected_head()


def test_the_way_back_leaves_an_empty_database(database: Database):
    schema.migrate(database, lambda config: command.downgrade(config, "base"))
    with database.engine.connect() as connection:
        tables = set(database.engine.dialect.get_table_names(connection))
    assert tables == {"alembic_version"}
    schema.upgrade(database)
