"""What long work says meanwhile, and how much there was."""

import sys
from typing import Any

import click


class Bars:
    """A progress bar on standard error for each stage, the next one when the one before is over."""

    def __init__(self, labels: dict[str, str]) -> None:
        self.labels = labels
        self.stage: str | None = None
        self.bar: Any = None

    def show(self, stage: str, done: int, total: int | None) -> None:
        if stage != self.stage:
            self.close()
            self.stage = stage
            self.bar = click.progressbar(length=total or 0, label=self.labels[stage], file=sys.stderr)
            self.bar.__enter__()
        self.bar.update(done - self.bar.pos)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.__exit__(None, None, None)
            self.bar = None


def counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
