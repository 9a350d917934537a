"""The files derived from segments, as tests take them away."""

from pathlib import Path

from advnet.search.storage.segments import KINDS


def derived_files(folder: Path) -> list[Path]:
    return sorted(path for kind in KINDS for path in folder.rglob(f"*.{kind.name}"))


def remove_derived_files(folder: Path) -> None:
    """So that everything is read from Whoosh."""
    for path in derived_files(folder):
        path.unlink()
