"""``advnet demo``: a ready instance in one call, for a look around. Loopback only; nothing of the environment is read.

The web runs in this process and the worker in a child. They end together: the worker's standard input is a pipe from
here, so it stops even when this process is killed, and a worker that dies takes the web with it.
"""

import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shlex import quote

import click

from advnet import create_app, schema
from advnet.accounts.queries import any_user_exists
from advnet.cli import demo_seed
from advnet.cli.serving import make_server, stop_on_signals
from advnet.cli.wiring import make_worker_without_vectors
from advnet.clock import now
from advnet.config import Settings
from advnet.db import Database
from advnet.matching.opening import open_index
from advnet.web.request_log import configure

MARK = "advnet-demo.json"
PASSWORD = "advnet demonstration only"  # noqa: S105  # everybody may know it
HOST = "127.0.0.1"
AIM = ("ADVNET_MODE", "ADVNET_INSTANCE", "ADVNET_SECRET_KEY_FILE")
"""The settings that another command needs to work on the demo."""


@click.command()
@click.option(
    "--dir",
    "folder",
    default="demo-instance",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the demo keeps its data.",
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--reset", is_flag=True, help="Throw the demo's data away and begin anew.")
@click.option("--password", help="Password of all demo accounts; only read when the data are made.")
def demo(folder: Path, port: int, reset: bool, password: str | None) -> None:
    """Run a ready instance with invented experts and consultations; Ctrl-C ends it and keeps its data."""
    folder = folder.resolve()
    with _listening(port) as listener, _own(folder, reset):
        port = listener.getsockname()[1]
        environment = _environment(folder, port)
        settings = Settings.from_environ(environment)
        configure(settings.log_level)
        _prepare(settings, folder, password)
        _announce(settings, environment, folder)
        raise SystemExit(_run(settings, environment, listener))


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    """The port is ours before anything is made."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            raise click.ClickException(f"Port {port} cannot be used: {error.strerror}. Try: --port 0") from error
        yield listener


@contextmanager
def _own(folder: Path, reset: bool) -> Iterator[None]:
    """The folder is a demo's and nobody else runs it.

    :raises click.ClickException: it holds something else, or another demo runs in it; nothing is touched
    """
    mark = folder / MARK
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        raise click.ClickException(f"{folder} is not empty and not a demo's folder. Choose another one with --dir.")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    with mark.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise click.ClickException(f"A demo is running in {folder} already.") from error
        if reset:
            _empty(folder)
        yield


def _empty(folder: Path) -> None:
    """Everything but the mark, which is the lock in hand; its content goes too."""
    for entry in folder.iterdir():
        if entry.name == MARK:
            entry.write_text("")
        elif entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _environment(folder: Path, port: int) -> dict[str, str]:
    secret = folder / "secret-key"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(48))
    return {
        "ADVNET_MODE": "demo",
        "ADVNET_INSTANCE": str(folder),
        "ADVNET_SECRET_KEY_FILE": str(secret),
        "ADVNET_BASE_URL": f"http://{HOST}:{port}",
        "ADVNET_CONTACT": "secretariat@demo.example",
        "ADVNET_TRUSTED_HOSTS": f"{HOST},localhost",
        "ADVNET_LOG_LEVEL": os.environ.get("ADVNET_LOG_LEVEL", "WARNING"),
        **{name: value for name, value in os.environ.items() if name.startswith("ADVNET_EMBEDDINGS")},
    }


def _prepare(settings: Settings, folder: Path, password: str | None) -> None:
    """Schema, data and index are there. The data come in one transaction: all of them, or none and the next start
    tries again."""
    database = Database(settings.database_url)
    try:
        schema.upgrade(database)
        with database.reading() as session:
            is_new = not any_user_exists(session)
        if is_new:
            password = password or PASSWORD
            with (
                database.transaction() as session,
                click.progressbar(
                    length=demo_seed.count_steps(), label="Making the demo's data", file=sys.stderr
                ) as bar,
            ):
                demo_seed.seed(session, password=password, now=now(), step=lambda: bar.update(1))
            (folder / MARK).write_text(json.dumps({"password": password}))
        elif password is not None:
            click.echo("The demo has its data already: --password changes nothing without --reset.", err=True)
        _catch_up(settings, database)
    finally:
        database.dispose()


def _catch_up(settings: Settings, database: Database) -> None:
    """Do what the worker would do first, so that the first search finds everybody. Vectors come while it runs."""
    with closing(open_index(settings)) as index:
        worker = make_worker_without_vectors(settings, database, index)
        with click.progressbar(iter(worker.run_once, False), label="Index and outbox", file=sys.stderr) as rounds:
            for _ in rounds:
                pass


def _announce(settings: Settings, environment: dict[str, str], folder: Path) -> None:
    known = json.loads((folder / MARK).read_text() or "{}")
    click.echo(f"\nadvnet is ready at  {settings.base_url}\n")
    for email, what in demo_seed.ACCOUNTS:
        click.echo(f"  {email:<28} {what}")
    click.echo(f"\n  Password of all of them:  {known.get('password', PASSWORD)}")
    click.echo(f"  Mail is written to        {folder / 'mail'}")
    click.echo("  For other commands        export " + " ".join(f"{name}={quote(environment[name])}" for name in AIM))
    click.echo("\nCtrl-C ends the demo and keeps its data; --reset begins anew.\n")
    sys.stdout.flush()


def _run(settings: Settings, environment: dict[str, str], listener: socket.socket) -> int:
    """Serve until told to stop (0) or until the worker dies (1)."""
    server = make_server(create_app(settings), settings, threads=8, sockets=[listener])
    stop_on_signals()
    worker = subprocess.Popen(
        [sys.executable, "-m", "advnet.cli", "worker", "--stop-with-stdin"],
        stdin=subprocess.PIPE,
        env={**_inherited(), **environment},
        start_new_session=True,  # Ctrl-C reaches only us, and the worker through its standard input
    )
    is_ending = threading.Event()
    watcher = threading.Thread(target=_end_with, args=(worker, is_ending), daemon=True)
    watcher.start()
    server.run()  # returns on Ctrl-C and on SIGTERM
    died = worker.poll() is not None and not is_ending.is_set()
    is_ending.set()
    _stop(worker)
    if died:
        click.echo("The worker has died; the demo ends.", err=True)
    return 1 if died else 0


def _inherited() -> dict[str, str]:
    """The environment without anybody else's installation of advnet."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ADVNET_")}


def _end_with(worker: subprocess.Popen[bytes], is_ending: threading.Event) -> None:
    worker.wait()
    if not is_ending.is_set():
        os.kill(os.getpid(), signal.SIGTERM)


def _stop(worker: subprocess.Popen[bytes]) -> None:
    if worker.stdin is not None:
        worker.stdin.close()
    try:
        worker.wait(timeout=15)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
