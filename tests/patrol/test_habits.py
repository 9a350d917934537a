"""Small habits that keep the code findable."""

import ast
import io
import re
import tokenize

import pytest

from tests.patrol.source import ROOT, modules

SOURCES = [
    path
    for folder in ("advnet", "templates", "static", "tests", "migrations", "docs")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".py", ".html", ".txt", ".css", ".js", ".md", ".toml"} and "vendor" not in path.parts
]
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")


def test_no_module_is_a_drawer_for_everything():
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "lib", "shared"}
    assert [str(module.path) for module in modules() if module.path.stem in drawers] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_left_as_a_note_to_oneself(path):
    if path.suffix == ".py":  # words in strings and names may say anything; comments are what notes are written in
        source = io.StringIO(path.read_text(encoding="utf-8"))
        text = "\n".join(t.string for t in tokenize.generate_tokens(source.readline) if t.type == tokenize.COMMENT)
    else:
        text = path.read_text(encoding="utf-8")
    assert UNFINISHED.findall(text) == []


def test_no_service_asks_what_time_it_is():
    for module in modules():
        names = set(module.imported())
        if module.path.name.endswith(("views.py", "worker.py", "transport.py")) or module.part in {"cli", "web", ""}:
            continue
        assert not {name for name in names if name.startswith(("advnet.clock", "time."))} - {"time"}, module.path
        source = (ROOT / "advnet" / module.path).read_text(encoding="utf-8")
        assert not re.search(r"datetime\.(now|utcnow|today)\(|date\.today\(", source), module.path


def test_every_function_of_changes_is_keyword_only_after_the_session():
    """Who reads is told by its name; a job's handler is called by the worker, always alike."""
    reads = re.compile("(get|find|list|count|search|match|explain|judge|load|lock)_")
    bent, seen = [], 0
    for module in modules():
        for node in module.tree.body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_") or reads.match(node.name):
                continue
            first, *others = [*node.args.args, None]
            takes_session = first is not None and first.annotation and ast.unparse(first.annotation) == "Session"
            if not takes_session or module.path.name == "handlers.py":
                continue
            named = {argument.arg for argument in [*node.args.args, *node.args.kwonlyargs]}
            if named & {"actor", "now"}:
                seen += 1
                bent += [f"{module.path}: {node.name}"] if others != [None] else []
    assert bent == []
    assert seen > 100
