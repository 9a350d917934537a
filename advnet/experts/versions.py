"""Two editors of one thing, or two windows of one.

Each form carries the version of what its page showed. A change on an older one is refused before anything is changed;
the page comes back with what was typed, what stands now and the present version, so that whoever has compared the two
may go on. A row that is judged as a whole has a number that every change raises. Of a profile each part has its own
version, the digest of its facts: who adds a work in one window loses no biography that is being written in another.
"""

import json
from collections.abc import Mapping
from hashlib import sha256

from advnet.errors import EditedMeanwhile, msgid


class ChangedMeanwhile(EditedMeanwhile):
    """A move on what has changed since; the class above is for edits, where the later one may replace the other."""

    message = msgid(
        "Somebody has changed this since you opened it. Look at its present state; what you wrote is still here."
    )


class EditedInAnotherWindow(EditedMeanwhile):
    """For what only one person edits."""

    message = msgid(
        "This has been changed since you opened the page, perhaps in another window. Nothing of yours is lost: compare "
        "with the present version, then save again to put yours in its place."
    )


def refuse_overtaken(present: int, seen: int) -> None:
    """:raises ChangedMeanwhile: the version that the page showed is not the present one"""
    if present != seen:
        raise ChangedMeanwhile()


def digest(facts: Mapping[str, object] | None) -> str:
    """The version of a part: the same for the same facts, and ``none`` where there is no such part (any more)."""
    if facts is None:
        return "none"
    return sha256(json.dumps(facts, default=str, sort_keys=True).encode()).hexdigest()[:16]


def refuse_overtaken_edit(facts: Mapping[str, object] | None, seen: str) -> None:
    """:raises EditedInAnotherWindow: these are not the facts that the page showed"""
    if digest(facts) != seen:
        raise EditedInAnotherWindow()
