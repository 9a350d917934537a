"""What a file of experts says, checked row by row, before a database is asked.

Each row is checked to its end, and all of its faults are reported, so that a file is mended in one go. The same checks
hold whatever the format; how JSON lines, CSV and workbooks come to be rows is in :mod:`.files`.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from babel import Locale

from advnet.errors import Invalid, msgid
from advnet.experts.model import SKILL_LEVELS
from advnet.experts.works.doi import normalise_doi
from advnet.text import fold, runs

FIELDS = ("id", "name", "email", "affiliation", "country", "languages", "skills", "biography", "works")
WORK_FIELDS = ("title", "abstract", "year", "doi")
LIMITS = {"id": 200, "name": 200, "email": 254, "affiliation": 200, "biography": 20_000, "title": 5000,
          "abstract": 50_000, "doi": 400, "skill": 200, "evidence": 2000}  # fmt: skip
"""Characters."""

YEARS = range(1800, 2201)
DEFAULT_LEVEL = 2
"""Of a skill that the file gives without one: practice, which claims neither too little nor too much."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_BROKEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
"""A sign that the file is damaged or is no text: control characters but for white space, and halves of characters.

Those from U+0080 to U+009F, which a wrong encoding leaves in many collections of abstracts, are dropped without a word.
"""

_BREAK = re.compile("\r\n?|[\x0b\x0c]")


class RowError(Invalid):
    """A fault of a row. :ivar row: line or row of the file, from 1; ``works:3`` in a sheet of its own"""

    def __init__(self, message: str, *, row: int | str, field: str | None = None, **params: Any) -> None:
        self.row = row
        super().__init__(message, field=field, **params)


@dataclass(frozen=True, slots=True)
class SkillRow:
    """A declared skill as the file names it: by code, label or synonym."""

    word: str
    level: int = DEFAULT_LEVEL
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class WorkRow:
    title: str
    abstract: str = ""
    year: int | None = None
    doi: str | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A name in the columns of its script; the other script's are empty."""

    family_ja: str = ""
    given_ja: str = ""
    family_en: str = ""
    given_en: str = ""


@dataclass(frozen=True, slots=True)
class ExpertRow:
    """An expert as the file describes one; empty where it says nothing.

    :ivar row: where it stands in the file
    :ivar country: ISO 3166-1 alpha-2; :ivar languages: ISO 639-1
    """

    row: int
    id: str
    name: Name
    email: str = ""
    affiliation: str = ""
    country: str | None = None
    languages: tuple[str, ...] = ()
    skills: tuple[SkillRow, ...] = ()
    biography: str = ""
    works: tuple[WorkRow, ...] = ()


def check_row(values: Mapping[str, Any], row: int) -> tuple[ExpertRow | None, list[RowError]]:
    """The expert, or what is wrong with its row.

    :param values: by the names of :data:`FIELDS`; missing, None and "" say nothing. ``languages``, ``skills`` and
        ``works`` are lists, or text with semicolons between (not works)
    """
    check = _Check(row)
    identifier = check.text(values.get("id"), "id", is_required=True)
    name = check.name(values.get("name"))
    expert = ExpertRow(
        row=row,
        id=identifier,
        name=name,
        email=check.email(values.get("email")),
        affiliation=check.text(values.get("affiliation"), "affiliation"),
        country=check.country(values.get("country")),
        languages=check.languages(values.get("languages")),
        skills=check.skills(values.get("skills")),
        biography=check.text(values.get("biography"), "biography", is_one_line=False),
        works=check.works(values.get("works")),
    )
    return (None if check.errors else expert), check.errors


def split_name(text: str) -> Name:
    """``Curie, Marie`` and ``Marie Curie`` alike; the family name first where the script is Japanese.

    A name of several words without a comma has its family name at the end; one of a single word is a family name.
    """
    before, comma, after = (part.strip() for part in re.sub("[，、]", ",", text).partition(","))
    words = " ".join(text.split()).split(" ")
    if any(run.is_cjk for run in runs(fold(text))):
        family, given = (before, after) if comma else (words[0], " ".join(words[1:]))
        return Name(family_ja=family, given_ja=given)
    family, given = (before, after) if comma else (words[-1], " ".join(words[:-1]))
    return Name(family_en=family, given_en=given)


class _Check:
    """Takes the values of one row one by one and remembers what is wrong with them."""

    def __init__(self, row: int) -> None:
        self.row = row
        self.errors: list[RowError] = []

    def blame(self, message: str, field: str, **params: Any) -> None:
        self.errors.append(RowError(message, row=self.row, field=field, **params))

    def text(
        self, value: Any, field: str, *, is_required: bool = False, is_one_line: bool = True, limit: str = ""
    ) -> str:
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(int(value)) if float(value).is_integer() else str(value)
        if value is not None and not isinstance(value, str):
            self.blame(msgid("This must be text."), field)
            return ""
        broken = _BROKEN.search(value or "")
        if broken:
            message = msgid("The character %(code)s stands for nothing that can be read. Take it out.")
            self.blame(message, field, code=f"U+{ord(broken[0]):04X}")
            return ""
        text = _clean(value or "", is_one_line=is_one_line)
        if is_required and not text:
            self.blame(msgid("This is missing."), field)
        maximum = LIMITS[limit or field]
        if len(text) > maximum:
            self.blame(msgid("Use at most %(limit)s characters; there are %(count)s."), field,
                       limit=maximum, count=len(text))  # fmt: skip
        return text

    def name(self, value: Any) -> Name:
        name = split_name(self.text(value, "name", is_required=True))
        if any(len(getattr(name, column)) > 100 for column in Name.__slots__):
            message = msgid("The family name and the given name have at most 100 characters each.")
            self.blame(message, "name")
        return name

    def email(self, value: Any) -> str:
        email = self.text(value, "email")
        if email and _EMAIL.fullmatch(email) is None:
            self.blame(msgid("“%(value)s” is not an e-mail address."), "email", value=email[:80])
        return email

    def country(self, value: Any) -> str | None:
        code = self.text(value, "country", limit="name").upper()
        if code and code not in countries():
            message = msgid("“%(value)s” is not a country code. Use two letters of ISO 3166-1, such as JP.")
            self.blame(message, "country", value=code[:80])
        return code or None

    def languages(self, value: Any) -> tuple[str, ...]:
        codes = tuple(dict.fromkeys(code.lower() for code in self.texts(value, "languages")))
        for code in codes:
            if code not in languages():
                message = msgid("“%(value)s” is not a language code. Use two letters of ISO 639-1, such as ja.")
                self.blame(message, "languages", value=code[:80])
        return codes

    def skills(self, value: Any) -> tuple[SkillRow, ...]:
        if not isinstance(value, list):
            return tuple(SkillRow(word) for word in self.texts(value, "skills"))
        found = []
        for one in value:
            given = one if isinstance(one, dict) else {"skill": one}
            word = self.text(given.get("skill"), "skills", is_required=True, limit="skill")
            level = given.get("level", DEFAULT_LEVEL)
            if not isinstance(level, int) or isinstance(level, bool) or level not in SKILL_LEVELS:
                self.blame(msgid("The level of a skill is 1, 2, 3 or 4."), "skills")
            found.append(SkillRow(word, level, self.text(given.get("evidence"), "skills", limit="evidence")))
        return tuple(found)

    def works(self, value: Any) -> tuple[WorkRow, ...]:
        if value in (None, "", []):
            return ()
        if not isinstance(value, list):
            self.blame(msgid("This must be a list."), "works")
            return ()
        return tuple(self.work(one, number) for number, one in enumerate(value, 1))

    def work(self, value: Any, number: int) -> WorkRow:
        place = f"works[{number}]"
        if not isinstance(value, Mapping):
            self.blame(msgid("A work is an object with at least a title."), place)
            return WorkRow("")
        return WorkRow(
            title=self.text(value.get("title"), f"{place}.title", is_required=True, limit="title"),
            abstract=self.text(value.get("abstract"), f"{place}.abstract", is_one_line=False, limit="abstract"),
            year=self.year(value.get("year"), f"{place}.year"),
            doi=self.doi(value.get("doi"), f"{place}.doi"),
        )

    def year(self, value: Any, field: str) -> int | None:
        if isinstance(value, date):
            value = value.year
        text = self.text(value, field, limit="name")
        digits = unicodedata.normalize("NFKC", text)
        if not text:
            return None
        if re.fullmatch("[0-9]{4}", digits) is None or int(digits) not in YEARS:
            self.blame(msgid("“%(value)s” is not a year between 1800 and 2200."), field, value=text[:80])
            return None
        return int(digits)

    def doi(self, value: Any, field: str) -> str | None:
        text = self.text(value, field, limit="doi")
        try:
            return normalise_doi(text) if text else None
        except Invalid as error:
            self.blame(error.text, field, **error.params)
            return None

    def texts(self, value: Any, field: str) -> tuple[str, ...]:
        if value is None or isinstance(value, str):
            value = re.split("[;；]", value or "")
        if not isinstance(value, Sequence):
            self.blame(msgid("This must be a list, or text with semicolons between."), field)
            return ()
        found = (self.text(one, field, limit="skill") for one in value)
        return tuple(dict.fromkeys(one for one in found if one))


@cache
def countries() -> frozenset[str]:
    """ISO 3166-1 alpha-2, without the codes that CLDR adds for unions and unknown places."""
    known = (str(code) for code in Locale("en").territories)
    return frozenset(code for code in known if re.fullmatch("[A-Z]{2}", code)) - {
        "CQ",
        "EU",
        "EZ",
        "UN",
        "QO",
        "XA",
        "XB",
        "ZZ",
    }


@cache
def languages() -> frozenset[str]:
    """ISO 639-1."""
    known = (str(code) for code in Locale("en").languages)
    return frozenset(code for code in known if re.fullmatch("[a-z]{2}", code))


def _clean(text: str, *, is_one_line: bool) -> str:
    """Without what no database keeps; white space folded, line breaks kept where there may be some."""
    text = _BREAK.sub("\n", text)
    kept = "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in {"Cc", "Cs"})
    if is_one_line:
        return " ".join(kept.split())
    return "\n".join(line.strip() for line in kept.strip().split("\n"))
