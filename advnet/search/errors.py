"""What can go wrong with an index that is only derived: rebuild it, wait for it, or ask for less."""


class SearchError(Exception):
    """Base of everything that this part raises on purpose."""


class IndexUnusable(SearchError):
    """There is no index that this version of the program can read: the worker rebuilds it from the database."""


class IndexBusy(SearchError):
    """Another process is writing the index; nothing was changed."""


class SearchTimeout(SearchError):
    """The query took longer than a query may; nothing is returned rather than a part."""
