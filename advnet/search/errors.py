"""What can go wrong with an index that is only derived: rebuild it, wait for it, or ask for less."""

import contextlib
import errno
from collections.abc import Iterator

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE)


class SearchError(Exception):
    """Base of everything that this part raises on purpose."""


class IndexUnusable(SearchError):
    """There is no index that this version of the program can read: the worker rebuilds it from the database."""


class IndexBusy(SearchError):
    """Another process is writing the index; nothing was changed."""


class SearchTimeout(SearchError):
    """The query took longer than a query may; nothing is returned rather than a part."""


@contextlib.contextmanager
def unusable_on_error() -> Iterator[None]:
    """Whatever goes wrong with files of unknown state means one thing: rebuild."""
    try:
        yield
    except SearchError:
        raise
    except OSError as error:
        if error.errno in _FULL:  # a new index would not fit either
            raise
        raise IndexUnusable(f"the index cannot be read: {error!r}") from error
    except Exception as error:
        raise IndexUnusable(f"the index cannot be read: {error!r}") from error
