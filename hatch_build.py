"""Compile the translation catalogues while the package is built, so that no compiled file is kept in the repository."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueBuildHook(BuildHookInterface):
    """Writes ``messages.mo`` beside every ``messages.po``, for wheels and for editable installs alike."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        for source in sorted(Path(self.root, "advnet", "translations").glob("*/LC_MESSAGES/*.po")):
            with source.open("rb") as readable:
                catalogue = read_po(readable, locale=source.parent.parent.name)
            with source.with_suffix(".mo").open("wb") as writable:
                write_mo(writable, catalogue)
