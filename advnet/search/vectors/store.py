"""The vectors of texts, by what the text is and which model made them.

Making them takes hours where the Network is large, so they outlive the index: they are kept in an SQLite file beside
it, where the same text is found again after a rebuild. A transaction holds or does not, whenever the process is killed.
The file is derived data nonetheless: one that is damaged, foreign or of another version is put away and begun anew.
"""

import contextlib
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import structlog

VERSION = 1

_APPLICATION = 0x61645631
_TABLES = """
CREATE TABLE models (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE vectors (
    model INTEGER NOT NULL REFERENCES models, key BLOB NOT NULL, scale REAL NOT NULL, value BLOB NOT NULL,
    PRIMARY KEY (model, key)
) WITHOUT ROWID;
"""
_ASKED_AT_ONCE = 500
_BUSY_SECONDS = 10

log = structlog.get_logger()


class VectorStore:
    """Any thread may use it; a file that cannot be used is replaced by an empty one, and that is logged.

    :param path: made when first asked
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def get(self, model: str, keys: Iterable[bytes]) -> dict[bytes, tuple[float, bytes]]:
        """Those of the keys that are there → scale, whole numbers."""
        wanted = list(dict.fromkeys(keys))
        found: dict[bytes, tuple[float, bytes]] = {}
        with self._using() as database:
            for at in range(0, len(wanted), _ASKED_AT_ONCE):
                some = wanted[at : at + _ASKED_AT_ONCE]
                places = ",".join("?" * len(some))
                rows = database.execute(
                    "SELECT key, scale, value FROM vectors"  # noqa: S608 (nothing but question marks)
                    f" WHERE model = (SELECT id FROM models WHERE name = ?) AND key IN ({places})",
                    (model, *some),
                )
                found.update((key, (scale, value)) for key, scale, value in rows)
        return found

    def put(self, model: str, vectors: Mapping[bytes, tuple[float, bytes]]) -> None:
        """All of them are there afterwards, or none.

        :param vectors: key → scale, whole numbers; of a text that was refused its mark for a scale, and no numbers
        """
        with self._using() as database, _transaction(database):
            database.execute("INSERT OR IGNORE INTO models (name) VALUES (?)", (model,))
            (number,) = database.execute("SELECT id FROM models WHERE name = ?", (model,)).fetchone()
            database.executemany(
                "INSERT OR REPLACE INTO vectors (model, key, scale, value) VALUES (?, ?, ?, ?)",
                ((number, key, scale, value) for key, (scale, value) in vectors.items()),
            )

    def keep_only(self, model: str, keys: Collection[bytes]) -> int:
        """Drop every other vector. :returns: how many were dropped"""
        with self._using() as database, _transaction(database):
            database.execute("CREATE TEMP TABLE used (key BLOB PRIMARY KEY) WITHOUT ROWID")
            database.executemany("INSERT OR IGNORE INTO used VALUES (?)", ((key,) for key in keys))
            dropped = database.execute(
                "DELETE FROM vectors WHERE key NOT IN (SELECT key FROM used)"
                " OR model IS NOT (SELECT id FROM models WHERE name = ?)",
                (model,),
            ).rowcount
            database.execute("DELETE FROM models WHERE name <> ?", (model,))
            database.execute("DROP TABLE used")
        return dropped

    def drop(self, model: str, keys: Iterable[bytes]) -> None:
        """These vectors are there no more, nor is what they were in the file's free room."""
        with self._using() as database, _transaction(database):
            database.executemany(
                "DELETE FROM vectors WHERE key = ? AND model = (SELECT id FROM models WHERE name = ?)",
                ((key, model) for key in keys),
            )

    def count(self, model: str) -> int:
        with self._using() as database:
            query = "SELECT COUNT(*) FROM vectors WHERE model = (SELECT id FROM models WHERE name = ?)"
            return int(database.execute(query, (model,)).fetchone()[0])

    def close(self) -> None:
        """It may be used again, and opens the file again."""
        with self._lock:
            self._let_go()

    @contextlib.contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        """:raises sqlite3.Error: this time it failed; where the file is to blame, the next time finds an empty one"""
        with self._lock:
            if self._connection is None:
                self._connection = self._opened()
            try:
                yield self._connection
            except sqlite3.OperationalError:  # busy, or the disk is full: the file is none the worse
                self._let_go()
                raise
            except sqlite3.DatabaseError as error:
                self._let_go()
                self._put_away(error)
                raise

    def _opened(self) -> sqlite3.Connection:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            return self._open()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            self._put_away(error)
            return self._open()

    def _open(self) -> sqlite3.Connection:
        """:raises sqlite3.DatabaseError: not a file of this version"""
        self.path.touch(mode=0o600)
        database = sqlite3.connect(
            self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=8
        )
        try:
            with _transaction(database):
                application, version = (
                    database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
                )
                if (application, version) != (_APPLICATION, VERSION):
                    if application or version or database.execute("SELECT 1 FROM sqlite_master").fetchone():
                        raise sqlite3.DatabaseError(f"not a store of version {VERSION}")
                    for statement in _TABLES.split(";"):
                        database.execute(statement)
                    database.execute(f"PRAGMA application_id = {_APPLICATION}")
                    database.execute(f"PRAGMA user_version = {VERSION}")
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute("PRAGMA secure_delete = ON")
        except BaseException:
            database.close()
            raise
        return database

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _put_away(self, error: Exception) -> None:
        """Out of the way, for whoever wants to know what became of it; the last such file only."""
        log.warning("vector_store_begun_anew", reason=f"{type(error).__name__}: {error}")
        for ending in ("-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):
            self.path.replace(self.path.with_name(self.path.name + ".damaged"))


@contextlib.contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")
