"""The operator's commands: what they say, what they leave, how they refuse."""

import os
import re
import sys

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from advnet.accounts.model import Role
from advnet.accounts.queries import find_user_by_email
from advnet.audit.model import AuditEntry
from advnet.audit.service import record
from advnet.cli import main
from advnet.db import Database
from advnet.experts.vocabulary.model import Concept
from advnet.schema import expected_head
from tests.installed import environment

GOOD = "seven quiet herons at dawn\n"


@pytest.fixture
def run(settings):
    """Run ``advnet`` with the environment of ``settings``; None takes a variable away."""
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)

    def call(*arguments: str, text: str | None = None, **changes: str | None):
        env = {**environment(settings), **changes}
        return CliRunner().invoke(main, list(arguments), input=text, env=env)

    return call


def commands() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for name, command in main.commands.items():
        found.append((name,))
        found += [(name, inner) for inner in getattr(command, "commands", {})]
    return found


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_says_what_it_does(command):
    answer = CliRunner().invoke(main, [*command, "--help"])
    assert answer.exit_code == 0
    assert re.search(r"^  [A-Z]", answer.output, re.MULTILINE)


def test_the_commands_are_those_that_others_rely_on():
    assert set(main.commands) >= {
        "demo", "serve", "worker", "db", "user", "check", "experts", "index", "match", "evaluate", "audit",
    }  # fmt: skip


@pytest.mark.parametrize("arguments", [["no-such-command"], ["user", "create"], ["serve", "--port", "99999"]])
def test_wrong_usage_is_status_2(arguments):
    answer = CliRunner().invoke(main, arguments)
    assert answer.exit_code == 2
    assert "Usage:" in answer.stderr


@pytest.mark.parametrize("command", [("db", "upgrade"), ("audit", "verify"), ("serve",), ("worker",), ("check",)])
def test_missing_settings_are_one_line_on_standard_error_and_status_1(run, command):
    answer = run(*command, ADVNET_SECRET_KEY=None)
    assert answer.exit_code == 1
    assert answer.stderr == "Error: ADVNET_SECRET_KEY (or ADVNET_SECRET_KEY_FILE) must be set.\n"


def test_upgrading_an_empty_database_makes_it_ready_and_doing_it_again_changes_nothing(run, tmp_path):
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    before = run("audit", "verify", ADVNET_DATABASE_URL=url)
    assert before.exit_code == 1
    assert "advnet db upgrade" in before.stderr
    first = run("db", "upgrade", ADVNET_DATABASE_URL=url)
    assert first.exit_code == 0, first.output
    assert f"to {expected_head()}" in first.output
    again = run("db", "upgrade", ADVNET_DATABASE_URL=url)
    assert again.output == f"The schema is at {expected_head()}.\n"
    database = Database(url)
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Concept)) > 200
        assert session.scalars(sa.select(AuditEntry.event)).all() == ["vocabulary:loaded"]
    database.dispose()


def test_a_first_account_is_created_and_recorded(run, session):
    answer = run(
        "user", "create", "--email", "Ada@example.org", "--name", "Ada", "--role", "administrator", "--role", "auditor",
        text=GOOD,
    )  # fmt: skip
    assert answer.exit_code == 0, answer.output
    assert find_user_by_email(session, "ada@EXAMPLE.org").roles == {Role.ADMINISTRATOR, Role.AUDITOR}
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert (entry.event, entry.actor_name) == ("account:created", "command line")


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short\n", "Use at least 15 characters."),
        ("", "Use at least 15 characters."),
        ("passwordpassword\n", "easy to guess"),
    ],
)
def test_a_weak_password_is_refused_in_words_and_nothing_is_created(run, session, password, words):
    answer = run("user", "create", "--email", "a@example.org", "--name", "A", "--role", "advisor", text=password)
    assert answer.exit_code == 1
    assert words in answer.stderr
    assert find_user_by_email(session, "a@example.org") is None


def test_the_password_may_come_from_a_file_and_is_never_an_argument(run, tmp_path):
    file = tmp_path / "password"
    file.write_text(GOOD, encoding="utf-8")
    account = ("user", "create", "--email", "a@example.org", "--name", "A", "--role", "advisor")
    assert run(*account, "--password", "x").exit_code == 2
    assert run(*account, "--password-file", str(file)).exit_code == 0
    taken = run(*account, "--password-file", "-", text=GOOD)
    assert taken.exit_code == 1
    assert taken.stderr == "Error: An account with this e-mail address exists already.\n"


def test_the_check_names_everything_that_is_right(run):
    answer = run("check", "--mail")
    assert answer.exit_code == 0, answer.output
    names = re.findall(r"^ok +([a-z ]+):", answer.output, re.MULTILINE)
    assert names == ["settings", "instance folder", "database", "schema", "index", "vectors", "mail"]


def test_the_check_names_what_is_wrong_and_what_to_do(run, settings, tmp_path):
    settings.instance.chmod(0o755)
    answer = run("check", "--mail", ADVNET_DATABASE_URL=f"sqlite:///{tmp_path / 'empty.sqlite'}",
                 ADVNET_MAIL_URL="smtp://127.0.0.1:9")  # fmt: skip
    assert answer.exit_code == 1
    assert "FAILED instance folder" in answer.stderr
    assert "chmod 700" in answer.stderr
    assert "advnet db upgrade" in answer.stderr
    assert "FAILED mail: [Errno 111]" in answer.stderr
    assert "ok     database" in answer.output


@pytest.mark.skipif(os.geteuid() == 0 and sys.platform != "linux", reason="needs /proc")
def test_a_folder_that_cannot_be_made_is_one_line(run):
    answer = run("db", "upgrade", ADVNET_INSTANCE="/proc/advnet", ADVNET_DATABASE_URL=None)
    assert answer.exit_code == 1
    assert answer.stderr.startswith("Error: /proc/")


def test_a_database_that_does_not_answer_is_one_line(run):
    answer = run("audit", "verify", ADVNET_DATABASE_URL="postgresql://advnet@127.0.0.1:9/none?connect_timeout=2")
    assert answer.exit_code == 1
    assert answer.stderr.startswith("Error: The database refused: ")
    assert answer.stderr.count("\n") == 1


def test_the_audit_log_is_verified(run, session, people, now, database):
    user = people.make(Role.ADVISOR)
    for _ in range(2):
        entry = record(session, actor=user.actor, event="account:changed", subject=user, now=now)
    session.commit()
    answer = run("audit", "verify")
    assert answer.exit_code == 0
    assert answer.output == f"2 entries, the chain holds. Last digest: {entry.digest}\n"
    with database.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER audit_entry_no_update")
        else:
            connection.exec_driver_sql("DROP TRIGGER audit_entry_no_change ON audit_entry")
        connection.execute(sa.update(AuditEntry).where(AuditEntry.number == 1).values(event="account:closed"))
    broken = run("audit", "verify")
    assert broken.exit_code == 1
    assert broken.stderr == "Error: The chain does not hold: entry 1 is changed.\n"
