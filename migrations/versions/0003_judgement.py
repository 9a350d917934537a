"""Questions of eight kinds, answers with figures and grounds, rounds, items that experts name, remarks between rounds."""

import re

import sqlalchemy as sa
from alembic import op
from alembic.ddl.base import AddColumn

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = ("text", "choice", "ranking", "likert", "probability", "quantity", "appraisal", "ask_back")


def upgrade() -> None:
    _widen_kinds(KINDS, "VARCHAR(10)", "VARCHAR(20)")
    _let_sureness_be_null(True)
    for table, columns in _columns().items():
        for column in columns:
            _add_column(table, column)
    op.execute(
        sa.text(
            "ALTER TABLE question ADD COLUMN resolved_by_id INTEGER "
            "CONSTRAINT fk_question_resolved_by_id_user_account REFERENCES user_account (id)"
        )
    )
    op.create_index("ix_contributor_consultation_id_voice", "contributor", ["consultation_id", "voice"], unique=True)
    _put_rounds_and_conversations()
    _put_answered_rounds()


def downgrade() -> None:
    for table in ("remark", "item", "round"):
        op.drop_table(table)
    if _is_sqlite():  # it drops no column that refers to another table
        _make_anew("question", [(r" CONSTRAINT \w+ REFERENCES user_account ?\(id\)", "")])
    op.drop_column("question", "resolved_by_id")
    op.drop_index("ix_contributor_consultation_id_voice", "contributor")
    for table, columns in _columns().items():
        _drop_columns(table, [column.name for column in columns])
    op.execute(sa.text("UPDATE answer SET sureness_percent = 0 WHERE sureness_percent IS NULL"))
    op.execute(sa.text("UPDATE question SET kind = 'text' WHERE kind NOT IN ('text', 'choice')"))
    _let_sureness_be_null(False)
    _widen_kinds(("text", "choice"), "VARCHAR(20)", "VARCHAR(10)")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def _flag(name: str, *, checked: str = "", on: bool = False) -> sa.Column[bool]:
    checks = [sa.CheckConstraint(checked, name=name)] if checked else []
    return sa.Column(name, sa.Boolean(), *checks, nullable=False, server_default=sa.true() if on else sa.false())


def _one_of(name: str, values: tuple[str, ...], default: str, length: int = 10) -> sa.Column[str]:
    listed = ", ".join(f"'{value}'" for value in values)
    check = sa.CheckConstraint(f"{name} IN ({listed})", name=name)
    return sa.Column(name, sa.String(length), check, nullable=False, server_default=default)


def _columns() -> dict[str, list[sa.Column]]:
    """The new columns by table, each with the check that speaks of it. Of two columns, the later one has the check."""
    number = sa.CheckConstraint("planned_rounds BETWEEN 1 AND 5", name="planned_rounds")
    outcome = sa.CheckConstraint("kind <> 'probability' OR outcome IS NULL OR outcome IN (0, 1)", name="outcome")
    resolvable = sa.CheckConstraint("kind IN ('probability', 'quantity') OR outcome IS NULL", name="resolvable")
    counted = sa.CheckConstraint("round_number >= 0", name="round_number")
    return {
        "consultation": [
            sa.Column("planned_rounds", sa.Integer(), number, nullable=False, server_default="1"),
            _flag("names_items"),
            _flag("has_discussion"),
            sa.Column("round_number", sa.Integer(), nullable=True),
            _flag("is_between_rounds"),
        ],
        "question": [
            sa.Column("settings", sa.JSON(), nullable=False, server_default="{}"),
            sa.Column("resolves_on", sa.Date(), nullable=True),
            _text("resolution_rule_ja"),
            _text("resolution_rule_en"),
            sa.Column("outcome", sa.Float(), outcome, resolvable, nullable=True),
            _flag("is_seed", checked="NOT is_seed OR outcome IS NOT NULL"),
            _text("outcome_source"),
            sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("rule", sa.String(40), nullable=False, server_default=""),
            _flag("uses_record"),
        ],
        "contributor": [sa.Column("voice", sa.Integer(), nullable=True)],
        "invitation": [sa.Column("answered_round", sa.Integer(), nullable=True)],
        "answer": [
            sa.Column("round_number", sa.Integer(), counted, nullable=False, server_default="1"),
            _flag("is_last_of_round", on=True),
            sa.Column("values", sa.JSON(), nullable=False, server_default="{}"),
            _text("against"),
            _text("assumptions"),
            _one_of("evidence_base", ("", "limited", "medium", "robust"), ""),
            _one_of("agreement", ("", "low", "medium", "high"), ""),
            _one_of("distance", ("", "own", "near", "far"), ""),
            _one_of("release", ("quoted", "paraphrased", "kept"), "quoted", 20),
            _text("change_reason"),
        ],
        "evidence": [_one_of("grade", ("", "high", "moderate", "low", "very_low"), "")],
    }


def _add_column(table: str, column: sa.Column) -> None:
    """With its checks in the same statement: SQLite adds none to a table that is there."""
    metadata = sa.MetaData(naming_convention=op.get_context().opts["target_metadata"].naming_convention)
    sa.Table(table, metadata, column)
    op.execute(AddColumn(table, column))


def _put_rounds_and_conversations() -> None:
    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("consultation_id", sa.Integer(), sa.ForeignKey("consultation.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary_ja", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("consultation_id", "number"),
        sa.CheckConstraint("number BETWEEN 0 AND 5", name="number"),
        sa.CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name="closed_after_opened"),
    )
    op.create_table(
        "item",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("question_id", sa.Integer(), sa.ForeignKey("question.id"), nullable=False, index=True),
        sa.Column("contributor_id", sa.BigInteger(), sa.ForeignKey("contributor.id"), nullable=False, index=True),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("merged_into_id", sa.BigInteger(), sa.ForeignKey("item.id"), nullable=True, index=True),
        sa.Column("option", sa.String(20), nullable=False),
        sa.CheckConstraint("state IN ('named', 'taken', 'merged', 'left_out')", name="state"),
        sa.CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into"),
        sa.CheckConstraint("merged_into_id <> id", name="merged_into_another"),
        sa.CheckConstraint("(state = 'taken') = (option <> '')", name="option"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "remark",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("question_id", sa.Integer(), sa.ForeignKey("question.id"), nullable=False),
        sa.Column("contributor_id", sa.BigInteger(), sa.ForeignKey("contributor.id"), nullable=True, index=True),
        sa.Column("round_number", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("reply_to_id", sa.BigInteger(), sa.ForeignKey("remark.id"), nullable=True),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hidden_reason", sa.String(300), nullable=False),
        sa.UniqueConstraint("question_id", "place"),
        sa.CheckConstraint("place >= 1", name="place"),
        sa.CheckConstraint("text <> ''", name="text"),
        sqlite_with_rowid=False,
    )


def _put_answered_rounds() -> None:
    """What was asked before there were rounds was asked in round 1."""
    for statement in (
        "INSERT INTO round (consultation_id, number, opened_at, closes_at, closed_at, summary_ja, summary_en, version)"
        " SELECT id, 1, opened_at, deadline_at, closed_at, '', '', 1 FROM consultation WHERE opened_at IS NOT NULL",
        "UPDATE consultation SET round_number = 1 WHERE opened_at IS NOT NULL",
        "UPDATE invitation SET answered_round = 1 WHERE has_answered",
        "UPDATE answer SET is_last_of_round = is_latest",
    ):
        op.execute(sa.text(statement))


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _widen_kinds(kinds: tuple[str, ...], before: str, after: str) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    if _is_sqlite():
        _make_anew(
            "question", [(r"kind IN \([^)]*\)", f"kind IN ({listed})"), (rf"kind {re.escape(before)}", f"kind {after}")]
        )
        return
    op.drop_constraint("ck_question_kind", "question")
    length = int(after[len("VARCHAR(") : -1])
    op.alter_column("question", "kind", type_=sa.String(length), existing_nullable=False)
    op.create_check_constraint("kind", "question", f"kind IN ({listed})")


def _let_sureness_be_null(nullable: bool) -> None:
    if not _is_sqlite():
        op.alter_column("answer", "sureness_percent", existing_type=sa.Integer(), nullable=nullable)
        return
    words = ("sureness_percent INTEGER NOT NULL", "sureness_percent INTEGER")
    before, after = words if nullable else words[::-1]
    _make_anew("answer", [(rf"{before}(?! NOT)", after)])


def _drop_columns(table: str, names: list[str]) -> None:
    """The last first, since the check of a column may speak of one before it."""
    for name in reversed(names):
        op.drop_column(table, name)


def _make_anew(table: str, changes: list[tuple[str, str]]) -> None:
    """The steps that SQLite's documentation of ALTER TABLE names; what a table is, SQLite keeps as the words that made it.

    :param changes: regular expressions that each occur once in the definition, with what takes their place
    """
    connection = op.get_bind()
    statements = "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND type = :type AND sql IS NOT NULL"
    definition = connection.scalar(sa.text(statements), {"table": table, "type": "table"})
    indexes = connection.scalars(sa.text(statements), {"table": table, "type": "index"}).all()
    for pattern, words in changes:
        definition, count = re.subn(pattern, words, definition)
        if count != 1:
            raise RuntimeError(f"{pattern} stands {count} times in the definition of {table}")
    columns = ", ".join(f'"{column["name"]}"' for column in sa.inspect(connection).get_columns(table))
    connection.exec_driver_sql(f"CREATE TABLE new_{table} {definition[definition.index('(') :]}")
    connection.exec_driver_sql(f"INSERT INTO new_{table} ({columns}) SELECT {columns} FROM {table} ORDER BY id")  # noqa: S608
    connection.exec_driver_sql(f"DROP TABLE {table}")
    connection.exec_driver_sql(f"ALTER TABLE new_{table} RENAME TO {table}")
    for index in indexes:
        connection.exec_driver_sql(index)
