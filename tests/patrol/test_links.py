"""Every link of the documents that stays in the repository leads to a file, and to a heading of it."""

import re
import unicodedata
from pathlib import Path

import pytest

from tests.patrol.source import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\[\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
PICTURE = re.compile(f"!{LINK.pattern}")
REFERENCE = re.compile(r"^\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)", re.MULTILINE)
HTML = re.compile(r"<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)=\"([^\" ]+)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)


def links_in(path: Path) -> list[str]:
    text = CODE.sub("code", path.read_text(encoding="utf-8"))
    pictures = PICTURE.findall(text)
    text = PICTURE.sub("picture", text)  # one may stand inside the text of a link
    return [*pictures, *(target for pattern in (LINK, REFERENCE, HTML) for target in pattern.findall(text))]


def anchors_in(path: Path) -> set[str]:
    """As GitHub makes them: lower case, without punctuation, spaces as hyphens, repeated ones counted."""
    text = re.sub(r"^(```|~~~).*?^\1", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    found: list[str] = []
    for heading in HEADING.findall(text):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)|[`*]", r"\1", heading).lower()
        kept = (letter for letter in plain if letter in " -_" or unicodedata.category(letter)[0] in "LNM")
        slug = "".join(kept).replace(" ", "-")
        found.append(f"{slug}-{count}" if (count := sum(re.sub(r"-\d+$", "", one) == slug for one in found)) else slug)
    return {*found, *re.findall(r"\b(?:id|name)=\"([^\"]+)\"", text)}


def broken(path: Path) -> list[str]:
    faults = []
    for target in links_in(path):
        if re.match(r"[a-z][a-z0-9+.-]*:|//", target, re.IGNORECASE):
            continue
        place, _, anchor = target.partition("#")
        file = (path.parent / place).resolve() if place else path
        if not file.is_relative_to(ROOT) or not file.exists():
            faults.append(f"{target}: no such file")
        elif anchor and file.suffix == ".md" and anchor not in anchors_in(file):
            faults.append(f"{target}: no such heading")
    return faults


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path):
    assert broken(path) == []


def test_the_documents_hold_links_at_all():
    assert sum(len(links_in(path)) for path in DOCUMENTS) > 15


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("[a](b.md)", ["b.md: no such file"]),
        ("[a][1]\n\n[1]: c.md", ["c.md: no such file"]),
        ('<img src="d.png" alt="">', ["d.png: no such file"]),
        ("# One\n\n[a](#two)", ["#two: no such heading"]),
        ("# One, two\n\n## One, two\n\n[a](#one-two) [b](#one-two-1) [c](#one-two-2)", ["#one-two-2: no such heading"]),
        ("# 検索 `x`\n\n[a](#検索-x) [b](https://example.org/none) [c](mailto:a@example.org)", []),
        ("`[a](none.md)`\n\n```\n[a](none.md)\n```\n", []),
        ("[![badge](none.svg)](here.md)", ["here.md: no such file", "none.svg: no such file"]),
    ],
)
def test_what_leads_nowhere_is_found(text, faults, tmp_path, monkeypatch):
    monkeypatch.setattr("tests.patrol.test_links.ROOT", tmp_path)
    path = tmp_path / "page.md"
    path.write_text(text, encoding="utf-8")
    assert sorted(broken(path)) == faults
