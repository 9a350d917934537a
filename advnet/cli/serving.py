"""``advnet serve`` and ``advnet worker``: the two processes of an installation."""

import gc
import logging
import signal
import sys
import threading
from contextlib import closing
from types import FrameType
from typing import Any

import click
from flask import Flask
from waitress.server import create_server

from advnet import create_app
from advnet.cli.context import Instance, pass_instance
from advnet.cli.wiring import make_worker
from advnet.config import Settings
from advnet.jobs.worker import Worker
from advnet.matching.opening import open_index
from advnet.web.request_log import configure


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; loopback unless changed.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64))
@pass_instance
def serve(instance: Instance, host: str, port: int, threads: int) -> None:
    """Run one web process (waitress) until it is told to stop."""
    settings = instance.settings
    assert instance.database
    app = create_app(settings)
    try:
        server = make_server(app, settings, threads=threads, host=host, port=port)
    except OSError as error:
        raise click.ClickException(f"Cannot listen on {host}:{port}: {error.strerror}.") from error
    stop_on_signals()
    click.echo(f"advnet is at {settings.base_url}, listening on {host}:{port}.", err=True)
    server.run()


@click.command()
@click.option("--stop-with-stdin", is_flag=True, hidden=True, help="Stop when standard input closes.")
@pass_instance
def worker(instance: Instance, stop_with_stdin: bool) -> None:
    """Send mail and reminders and keep the index, until told to stop; the job in hand is finished first."""
    settings = instance.settings
    configure(settings.log_level)
    index = open_index(settings, threads=1)
    running = make_worker(settings, instance.database, index)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        running.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if stop_with_stdin:
        threading.Thread(target=_stop_at_end_of_input, args=(running,), daemon=True).start()
    with closing(index):
        running.run()


def _stop_at_end_of_input(running: Worker) -> None:
    sys.stdin.buffer.read()
    running.stop()


def make_server(app: Flask, settings: Settings, *, threads: int, **where: object) -> Any:
    """waitress, listening. Proxies' headers are judged by the application; a short queue is no news.

    :param where: ``host`` and ``port``, or ``sockets``
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    gc.freeze()  # what is loaded stays; searching it for garbage held up every twentieth page by a tenth of a second
    return create_server(
        app,
        threads=threads,
        ident=None,
        clear_untrusted_proxy_headers=settings.trusted_proxies == 0,
        max_request_body_size=6 * 1024 * 1024,
        channel_timeout=60,
        **where,
    )


def stop_on_signals() -> None:
    """SIGTERM ends the process as Ctrl-C does: the server lets its threads finish what they have in hand."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
