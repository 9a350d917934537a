"""The skill vocabulary as it is shipped: read from a file that people edit, and refused whole when it is wrong.

The file is one JSON object, ``{"version", "title": {"en", "ja"}, "concepts": [...]}``, with one concept on a line, so
that a change to a concept is a change to a line. A concept's code never changes, since experts' skills refer to it;
labels may. Synonyms are the words by which a concept is looked for: other names, abbreviations, spellings, and narrower
terms that do not earn a concept of their own. So that a word typed leads to one place, no label or synonym may stand
for two concepts of the same facet. This module only reads: what it gives is loaded into tables elsewhere.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advnet.errors import DomainError, msgid
from advnet.text import normalise

SHIPPED = Path(__file__).with_name("vocabulary.json")
FACETS = ("field", "area", "region", "instrument")
MAX_DEPTH = 4
MAX_CODE_LENGTH = 60

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CONCEPTS = re.compile(r'"concepts"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")
_TEXTS = ("code", "facet", "en", "ja")


class VocabularyError(DomainError):
    """The vocabulary file cannot be used; the message names the line and the concept and says what to change."""

    message = msgid("The vocabulary file cannot be read.")


@dataclass(frozen=True, slots=True)
class Concept:
    """A field, area, region or instrument in both languages.

    :ivar parent: code of the broader concept of the same facet, None at the top
    :ivar line: where it stands in the file, from 1
    """

    code: str
    facet: str
    parent: str | None
    en: str
    ja: str
    synonyms_en: tuple[str, ...] = ()
    synonyms_ja: tuple[str, ...] = ()
    note: str | None = None
    line: int = 0

    @property
    def words(self) -> tuple[str, ...]:
        """Labels and synonyms in both languages, labels first."""
        return (self.en, self.ja, *self.synonyms_en, *self.synonyms_ja)


def read_vocabulary(path: Path = SHIPPED) -> list[Concept]:
    """Every concept once, in the file's order, but that a parent named after its child is moved before it.

    :raises VocabularyError: at the first thing that is wrong: not JSON, a missing or empty value, an unknown facet or
        parent, a code given twice, a circle of parents, more than four levels, a word that stands for two concepts
    """
    concepts = [_concept(value, line) for value, line in _values(_text(path))]
    by_code = _by_code(concepts)
    for concept in concepts:
        _check_parent(concept, by_code)
    _check_words(concepts)
    return list(dict.fromkeys(one for concept in concepts for one in (*_ancestors(concept, by_code)[::-1], concept)))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = msgid("The vocabulary file %(path)s cannot be read: give the path of a UTF-8 text file.")
        raise VocabularyError(message, path=str(path)) from error


def _values(text: str) -> Iterator[tuple[Any, int]]:
    """The members of "concepts", each with the line on which it begins."""
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        message = msgid("Line %(line)s: this is not JSON (%(reason)s). Correct it there or on the line before.")
        raise VocabularyError(message, line=error.lineno, reason=error.msg) from error
    found = _CONCEPTS.search(text)
    if not isinstance(whole, dict) or not isinstance(whole.get("concepts"), list) or found is None:
        raise VocabularyError(msgid('The vocabulary file needs a list named "concepts" in its outermost object.'))
    decoder, position = json.JSONDecoder(), found.end()
    for _ in whole["concepts"]:
        position = _skip(text, position)
        value, end = decoder.raw_decode(text, position)
        yield value, text.count("\n", 0, position) + 1
        position = end


def _skip(text: str, position: int) -> int:
    found = _BETWEEN.match(text, position)
    return found.end() if found else position


def _concept(value: Any, line: int) -> Concept:
    if not isinstance(value, dict):
        raise VocabularyError(msgid("Line %(line)s: a concept is an object with code, facet, en and ja."), line=line)
    code = str(value.get("code", "?"))
    for key in value:
        if key not in Concept.__slots__ or key == "line":
            message = msgid("Line %(line)s, %(code)s: “%(key)s” is not known. Remove it or correct its spelling.")
            raise VocabularyError(message, line=line, code=code, key=key)
    for key in _TEXTS:
        if not isinstance(value.get(key), str) or not value[key].strip():
            message = msgid("Line %(line)s, %(code)s: “%(key)s” is missing or empty. Fill it in.")
            raise VocabularyError(message, line=line, code=code, key=key)
    for key in ("parent", "note"):
        if not isinstance(value.get(key), str | None):
            message = msgid("Line %(line)s, %(code)s: “%(key)s” must be text, or null where there is none.")
            raise VocabularyError(message, line=line, code=code, key=key)
    if not _CODE.fullmatch(code) or len(code) > MAX_CODE_LENGTH:
        message = msgid(
            "Line %(line)s, %(code)s: a code is made of small letters, digits and single hyphens, at most %(limit)s."
        )
        raise VocabularyError(message, line=line, code=code, limit=MAX_CODE_LENGTH)
    if value["facet"] not in FACETS:
        message = msgid("Line %(line)s, %(code)s: there is no facet “%(facet)s”. Use one of %(facets)s.")
        raise VocabularyError(message, line=line, code=code, facet=value["facet"], facets=", ".join(FACETS))
    return Concept(
        code=code,
        facet=value["facet"],
        parent=value.get("parent"),
        en=value["en"].strip(),
        ja=value["ja"].strip(),
        synonyms_en=_synonyms(value, "synonyms_en", line=line, code=code),
        synonyms_ja=_synonyms(value, "synonyms_ja", line=line, code=code),
        note=value.get("note"),
        line=line,
    )


def _synonyms(value: dict[str, Any], key: str, *, line: int, code: str) -> tuple[str, ...]:
    words = value.get(key, [])
    if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
        message = msgid("Line %(line)s, %(code)s: “%(key)s” must be a list of words, none of them empty.")
        raise VocabularyError(message, line=line, code=code, key=key)
    return tuple(word.strip() for word in words)


def _by_code(concepts: Iterable[Concept]) -> dict[str, Concept]:
    by_code: dict[str, Concept] = {}
    for concept in concepts:
        first = by_code.setdefault(concept.code, concept)
        if first is not concept:
            message = msgid("Line %(line)s, %(code)s: line %(first)s has the same code. Choose another.")
            raise VocabularyError(message, line=concept.line, code=concept.code, first=first.line)
    return by_code


def _check_parent(concept: Concept, by_code: dict[str, Concept]) -> None:
    here: dict[str, Any] = {"line": concept.line, "code": concept.code, "parent": concept.parent}
    if concept.parent is None:
        return
    parent = by_code.get(concept.parent)
    if parent is None:
        message = msgid("Line %(line)s, %(code)s: there is no concept “%(parent)s”. Add it or name another parent.")
        raise VocabularyError(message, **here)
    if parent.facet != concept.facet:
        message = msgid("Line %(line)s, %(code)s: its parent “%(parent)s” is of another facet. Make them agree.")
        raise VocabularyError(message, **here)
    ancestors = _ancestors(concept, by_code)
    if concept in ancestors:
        message = msgid("Line %(line)s, %(code)s: following its parents leads back to it. Break the circle.")
        raise VocabularyError(message, **here)
    if len(ancestors) >= MAX_DEPTH:
        message = msgid("Line %(line)s, %(code)s: this is below level %(limit)s. Give it a broader parent.")
        raise VocabularyError(message, **here, limit=MAX_DEPTH)


def _ancestors(concept: Concept, by_code: dict[str, Concept]) -> list[Concept]:
    """From the parent upwards, until the top, an unknown parent, or a concept met before."""
    ancestors: list[Concept] = []
    parent = by_code.get(concept.parent or "")
    while parent is not None and parent not in ancestors:
        ancestors.append(parent)
        parent = by_code.get(parent.parent or "")
    return ancestors


def _check_words(concepts: Iterable[Concept]) -> None:
    """Compared as search compares them, so that two spellings of one word are the same word."""
    owners: dict[tuple[str, str], Concept] = {}
    for concept in concepts:
        for word in concept.words:
            owner = owners.setdefault((concept.facet, normalise(word)), concept)
            if owner is not concept:
                message = msgid(
                    "Line %(line)s, %(code)s: “%(word)s” already stands for “%(owner)s” (line %(first)s). "
                    "Remove it from one of them."
                )
                raise VocabularyError(
                    message, line=concept.line, code=concept.code, word=word, owner=owner.code, first=owner.line
                )
