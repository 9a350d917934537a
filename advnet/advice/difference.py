"""What has changed between two texts, for a reader: first by lines, then by words inside the lines that changed.

Japanese has no spaces, so there each character counts as a word. Long stretches in which nothing changed are only
counted. A block that is rewritten beyond recognition is shown as one text removed and one added: word by word it would
be confetti.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORD = re.compile(r"\[\[answer:[0-9]+\]\]|[0-9A-Za-zÀ-ɏ']+|\s+|.", re.DOTALL)
_LIKE = 0.4
"""Share of common words below which two blocks count as different texts."""
_LONGEST_BY_WORDS = 4000
_AROUND = 1


class Change(StrEnum):
    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Stretch:
    """Some words of a line with one fate."""

    change: Change
    text: str


@dataclass(frozen=True)
class Line:
    """A line of either text, or of both when ``stretches`` holds kept words too."""

    stretches: tuple[Stretch, ...]


@dataclass(frozen=True)
class Skipped:
    """So many lines in which nothing has changed."""

    lines: int


def differences(old: str, new: str) -> list[Line | Skipped]:
    """The changed lines with their neighbours; empty when the texts are the same."""
    if old == new:
        return []
    before, after = old.split("\n") if old else [], new.split("\n") if new else []
    groups = SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(_AROUND)
    shown: list[Line | Skipped] = []
    reached = 0
    for group in groups:
        shown += _skip(group[0][1] - reached)
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                shown += [_line((Stretch(Change.KEPT, text),)) for text in before[i1:i2]]
            else:
                shown += _changed("\n".join(before[i1:i2]), "\n".join(after[j1:j2]))
        reached = group[-1][2]
    return shown + _skip(len(before) - reached)


def _skip(lines: int) -> list[Line | Skipped]:
    return [Skipped(lines)] if lines else []


def _line(stretches: Sequence[Stretch]) -> Line:
    return Line(tuple(stretches))


def _changed(old: str, new: str) -> list[Line]:
    words, others = _WORD.findall(old), _WORD.findall(new)
    if words and others and len(words) + len(others) <= _LONGEST_BY_WORDS:
        matcher = SequenceMatcher(None, words, others, autojunk=False)
        if matcher.ratio() >= _LIKE:
            return _lines(list(_stretches(matcher, words, others)))
    return _lines([Stretch(Change.REMOVED, old), Stretch(Change.ADDED, new)], apart=True)


def _stretches(matcher: "SequenceMatcher[str]", old: Sequence[str], new: Sequence[str]) -> Iterator[Stretch]:
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            yield Stretch(Change.KEPT, "".join(old[i1:i2]))
            continue
        yield Stretch(Change.REMOVED, "".join(old[i1:i2]))
        yield Stretch(Change.ADDED, "".join(new[j1:j2]))


def _lines(stretches: Sequence[Stretch], *, apart: bool = False) -> list[Line]:
    """The stretches cut at their line ends; ``apart``: each begins a line."""
    lines: list[list[Stretch]] = [[]]
    for stretch in stretches:
        if apart and lines[-1]:
            lines.append([])
        for position, text in enumerate(stretch.text.split("\n")):
            if position:
                lines.append([])
            if text:
                lines[-1].append(Stretch(stretch.change, text))
    return [_line(line) for line in lines if line]
