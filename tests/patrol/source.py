"""The project's own files, as the patrol reads them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "advnet"
TEMPLATES = ROOT / "templates"


@dataclass(frozen=True)
class Module:
    """:ivar name: dotted, without ``__init__``
    :ivar path: below the package, such as ``experts/views.py``
    """

    name: str
    path: Path
    tree: ast.Module

    @property
    def part(self) -> str:
        """The folder it stands in; empty at the top."""
        return self.path.parts[0] if len(self.path.parts) > 1 else ""

    def imported(self) -> Iterator[str]:
        """Dotted names of what it imports; ``from a import b`` gives ``a.b``."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.path} imports relatively"
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules() -> list[Module]:
    """Every module of the package."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        below = path.relative_to(PACKAGE)
        name = ".".join(("advnet", *below.with_suffix("").parts)).removesuffix(".__init__")
        found.append(Module(name, below, ast.parse(path.read_text(encoding="utf-8"))))
    return found


def page_templates() -> list[Path]:
    """Templates that a browser shows; those of mail have rules of their own."""
    return [path for path in sorted(TEMPLATES.rglob("*.html")) if TEMPLATES / "mail" not in path.parents]
