"""The index as the rest of the program sees it."""

from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

from advnet.search.documents import (
    Change,
    Evidence,
    ExpertDocument,
    FindResult,
    IndexCounts,
    MatchQuestion,
    Snippets,
)


class ExpertIndex:
    """Experts and their works, findable. One instance may be shared by all threads of a process.

    Making an instance touches no file. Every method that reads raises :exc:`IndexUnusable` while there is no index that
    it can read, and answers again by itself as soon as another process has (re)built one.
    """

    def __init__(self, folder: Path, *, cache_bytes: int = 256 * 2**20) -> None:
        """:param folder: belongs to the service user alone; :param cache_bytes: bound of the postings kept in memory"""
        self.folder = folder

    def reached(self) -> int:
        """The number of the change log up to which the index holds everything.

        :raises IndexUnusable: so that the worker rebuilds
        """
        raise NotImplementedError

    def apply(self, changes: Iterable[Change], *, reached: int) -> None:
        """Carry out the changes and remember ``reached``, in one commit: afterwards both hold, or neither.

        The same changes again leave the index as it is. Only the last change of an expert counts.

        :raises IndexUnusable: nothing to apply them to; rebuild
        :raises IndexBusy: another process writes; nothing is changed
        """
        raise NotImplementedError

    def rebuild(
        self, documents: Iterable[ExpertDocument], *, reached: int, progress: Callable[[int], None] | None = None
    ) -> None:
        """Build a new index aside and put it in place of the old one, which answers until then.

        :param reached: the number of the change log read *before* the first document was
        :param progress: called with the number of experts done so far
        :raises IndexBusy: another process writes; nothing is changed
        """
        raise NotImplementedError

    def counts(self) -> IndexCounts:
        raise NotImplementedError

    def document_ids(self) -> dict[str, frozenset[str]]:
        """Expert id → ids of the works indexed for them."""
        raise NotImplementedError

    def match(
        self, question: MatchQuestion, *, limit: int | None = 20, candidates: Collection[str] | None = None
    ) -> list[Evidence]:
        """Experts for a question, best first, those without any evidence left out.

        :param limit: None for all
        :param candidates: only these expert ids
        """
        raise NotImplementedError

    def find(self, text: str, *, limit: int | None = None, candidates: Collection[str] | None = None) -> FindResult:
        """Experts whose profile and works hold every word of the text.

        ``"a phrase"``, ``-without`` and ``prefix*`` are understood; anything else is plain text. At most 200 characters
        and 12 terms are read, the rest is returned as ignored.

        :raises SearchTimeout: nothing is returned
        """
        raise NotImplementedError

    def snippets(self, text: str, expert_ids: Sequence[str], *, per_expert: int = 3) -> Snippets:
        """For hits of :meth:`find` with the same text: where they matched, at most ``per_expert`` places each."""
        raise NotImplementedError

    def suggest(self, text: str) -> tuple[str, ...]:
        """Up to three corrected texts that would find something, best first; for when nothing was found."""
        raise NotImplementedError
