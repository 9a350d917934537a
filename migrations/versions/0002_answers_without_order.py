"""Answers and who gave them are kept without SQLite's hidden row number, which counted them in the order of coming."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("contributor", "contributor_identity", "answer", "evidence")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            _make_anew(table, ending=" WITHOUT ROWID")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            _make_anew(table, ending="")


def _make_anew(table: str, *, ending: str) -> None:
    """The steps that SQLite's documentation of ALTER TABLE names; the rows go over in the order of their random keys."""
    connection = op.get_bind()
    statements = "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND type = :type AND sql IS NOT NULL"
    definition = connection.scalar(sa.text(statements), {"table": table, "type": "table"})
    indexes = connection.scalars(sa.text(statements), {"table": table, "type": "index"}).all()
    columns = definition[definition.index("(") : definition.rindex(")") + 1]
    primary_key = sa.inspect(connection).get_pk_constraint(table)["constrained_columns"][0]
    connection.exec_driver_sql(f"CREATE TABLE new_{table} {columns}{ending}")
    connection.exec_driver_sql(f"INSERT INTO new_{table} SELECT * FROM {table} ORDER BY {primary_key}")  # noqa: S608
    connection.exec_driver_sql(f"DROP TABLE {table}")
    connection.exec_driver_sql(f"ALTER TABLE new_{table} RENAME TO {table}")
    for index in indexes:
        connection.exec_driver_sql(index)
