"""JMdict as the package jamdict-data carries it, reduced to the words that somebody asking for advice might write."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from advnet.search.glossary.reading import AFFIXES, ANY_ENDING, HIRAGANA, KANJI, KATAKANA, script_of
from advnet.text import normalise

Headword = tuple[str, str]
"""Folded spelling (of inflected words the stem) and ending, as in a line of the table."""

_LONGEST_WORD = 20
_LONGEST_GLOSS = 4
"""Words; what is longer explains rather than translates."""

_BAD_SPELLINGS = {
    "word containing out-dated kanji",
    "word containing irregular kanji usage",
    "word containing irregular kana usage",
    "out-dated or obsolete kana usage",
}
_BAD_SENSES = {
    "Internet slang",
    "archaism",
    "children's language",
    "dated term",
    "derogatory",
    "full name of a particular person",
    "manga slang",
    "obscure term",
    "obsolete term",
    "poetical term",
    "proverb",
    "quotation",
    "rare",
    "slang",
    "vulgar expression or word",
    "work of art, literature, music, etc. name",
}
_BAD_FIELDS = {"sumo", "mahjong", "hanafuda", "shogi", "baseball", "horse-racing"}
_BAD_CLASSES = {
    "auxiliary adjective",
    "auxiliary verb",
    "auxiliary",
    "conjunction",
    "counter",
    "expressions (phrases, clauses, etc.)",
    "interjection (kandoushi)",
    "numeric",
    "particle",
    "pre-noun adjectival (rentaishi)",
    "prefix",
    "pronoun",
    "suffix",
    "unclassified",
}
_KANA_USUALLY = "word usually written using kana alone"
_GODAN = {"u": "う", "ku": "く", "gu": "ぐ", "su": "す", "tsu": "つ", "nu": "ぬ", "bu": "ぶ", "mu": "む", "ru": "る"}
_STEMS = {
    "Ichidan verb": ("る", ANY_ENDING),
    "Ichidan verb - zuru verb (alternative form of -jiru verbs)": ("る", ANY_ENDING),
    "suru verb - special class": ("する", "す"),
    "suru verb - included": ("する", "す"),
    "adjective (keiyoushi)": ("い", "い"),
    "adjective (keiyoushi) - yoi/ii class": ("い", "い"),
    "Godan verb - Iku/Yuku special class": ("く", "く"),
    "Godan verb - -aru special class": ("る", "る"),
    "Godan verb with 'ru' ending (irregular verb)": ("る", "る"),
} | {f"Godan verb with '{romaji}' ending": (kana, kana) for romaji, kana in _GODAN.items()}
"""Part of speech → what the dictionary form ends with, and the ending of its stem."""

_GRAMMAR_WORDS = """
    して どちら どちらか いずれ なし あり どうか これまで どのよう これから そのまま それぞれ はじめ
    なお おり こちら そちら こと もの ため とき ところ よう まま ほう はず わけ つもり うち ほか
    とおり たび あと なか うえ した まえ ほど くらい ぐらい など これ それ どれ ここ そこ どこ
    いま また さらに すべて みな みんな もと かた やつ ちゃん さん くん さま たち ども いつ なに
    なん だれ どう そう ああ いい よい ない ある いる する なる できる おける おいて もつ もち
    いく くる 場合 以外 関する 対する 用いる 行う 行なう 基づく 基く 応じる 応ずる 於ける 依る
    因る 拠る 有する 向ける 向く 伴う 及び 並びに 或いは 見る 得る 出来る 有る 在る 成る 為る
    言う 云う 思う 来る 等々 付き 付け 付く 付ける
    """
_GRAMMAR = frozenset(_GRAMMAR_WORDS.split())
"""Words that hold sentences together: known, and passed over."""

_REMARK = re.compile(r"\s*[(\[{][^()\[\]{}]*[)\]}]\s*")
_LEADING = re.compile(r"^(?:to be |to |the |a |an |-)")
_WORDS = re.compile(r"[a-z0-9][a-z0-9'-]*")
_KEPT = re.compile("[々〇ぁ-ゖァ-ヺー㐀-䶿一-鿿]+")

_Rows = defaultdict[int, list[tuple[Any, ...]]]


@dataclass(slots=True)
class Word:
    """An entry of the dictionary.

    :param headwords: each with its commonness: how many priority marks it carries, 0 for most
    :param glosses: of its senses in their order, in small letters, without remarks
    """

    headwords: dict[Headword, int] = field(default_factory=dict)
    glosses: list[str] = field(default_factory=list)


def read_dictionary(path: Path) -> Iterator[Word]:
    """The entries that have a headword and a gloss left, and those that hold sentences together, without glosses.

    :raises sqlite3.Error: not the database of jamdict-data
    """
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        yield from _Dictionary(database).words()


class _Dictionary:
    def __init__(self, database: sqlite3.Connection) -> None:
        self._entries = [entry for (entry,) in database.execute("SELECT idseq FROM Entry ORDER BY idseq")]
        self._written = _grouped(database, "SELECT idseq, ID, text FROM Kanji ORDER BY ID")
        self._spoken = _grouped(database, "SELECT idseq, ID, text FROM Kana ORDER BY ID")
        self._senses = _grouped(database, "SELECT idseq, ID FROM Sense ORDER BY ID")
        self._glosses = _grouped(database, "SELECT sid, text FROM SenseGloss WHERE lang = 'eng' ORDER BY rowid")
        self._classes = _grouped(database, "SELECT sid, text FROM pos")
        self._remarks = _grouped(database, "SELECT sid, text FROM misc")
        self._fields = _grouped(database, "SELECT sid, text FROM field")
        self._written_marks = _grouped(database, "SELECT kid, text FROM KJP")
        self._spoken_marks = _grouped(database, "SELECT kid, text FROM KNP")
        self._written_faults = _grouped(database, "SELECT kid, text FROM KJI")
        self._spoken_faults = _grouped(database, "SELECT kid, text FROM KNI")

    def words(self) -> Iterator[Word]:
        for entry in self._entries:
            glosses: dict[str, None] = {}
            classes: set[str] = set()
            is_kana = not self._written[entry]
            of_sense: list[tuple[Any, ...]] = []
            for (sense,) in self._senses[entry]:
                of_sense = self._classes[sense] or of_sense  # a sense without one has that of the sense before
                remarks = {row[0] for row in self._remarks[sense]}
                fields = {row[0] for row in self._fields[sense]}
                if remarks & _BAD_SENSES or fields & _BAD_FIELDS or {row[0] for row in of_sense} <= _BAD_CLASSES:
                    continue
                is_kana = is_kana or (_KANA_USUALLY in remarks and any("noun" in row[0] for row in of_sense))
                classes |= {row[0] for row in of_sense}
                glosses.update(dict.fromkeys(gloss for (text,) in self._glosses[sense] if (gloss := _clean(text))))
            word = Word(self._headwords(entry, classes, is_kana), list(glosses))
            if any(row[1] in _GRAMMAR for row in self._written[entry]):
                word.glosses.clear()
                yield word
            elif word.headwords and word.glosses:
                yield word

    def _headwords(self, entry: int, classes: set[str], is_kana: bool) -> dict[Headword, int]:
        stems = {_STEMS[one] for one in classes if one in _STEMS}
        is_fixed = not stems or any(one not in _STEMS and "verb" not in one for one in classes)
        found: dict[Headword, int] = {}
        for rows, marks, faults in (
            (self._written[entry], self._written_marks, self._written_faults),
            (self._spoken[entry] if is_kana else [], self._spoken_marks, self._spoken_faults),
        ):
            for number, text in rows:
                if not {row[0] for row in faults[number]} & _BAD_SPELLINGS:
                    common = len(marks[number])
                    found |= dict.fromkeys(_headwords(text, stems, is_fixed, common), common)
        return found


def _grouped(database: sqlite3.Connection, query: str) -> _Rows:
    """The rows by their first column."""
    rows: _Rows = defaultdict(list)
    for key, *rest in database.execute(query):
        rows[key].append(tuple(rest))
    return rows


def _clean(gloss: str) -> str:
    """As it would stand in a text: without remarks, articles and "to"; "" for an explanation."""
    gloss = _LEADING.sub("", _REMARK.sub(" ", gloss).strip().lower())
    words = _WORDS.findall(gloss) if gloss.isascii() else []
    return " ".join(word.strip("-") for word in words) if len(words) <= _LONGEST_GLOSS else ""


def _headwords(text: str, stems: Iterable[tuple[str, str]], is_fixed: bool, common: int) -> Iterator[Headword]:
    if not _KEPT.fullmatch(text) or len(text) > _LONGEST_WORD:
        return
    folded = normalise(text)
    scripts = {script_of(letter) for letter in text}
    if KANJI in scripts:
        yield from (
            (folded[: -len(last)], ending) for last, ending in stems if folded.endswith(last) and folded != last
        )
        if is_fixed and (len(folded) > 1 or (common and folded not in AFFIXES)):
            yield folded, ""
    elif len(folded) > 1 and scripts == {KATAKANA}:
        yield folded, KATAKANA
    elif is_fixed and folded not in _GRAMMAR and len(folded) > (1 if common > 1 else 2):
        yield folded, HIRAGANA
