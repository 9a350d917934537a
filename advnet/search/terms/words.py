"""Terms as words that a reader knows.

Japanese is looked for in pairs of letters, and a pair is no word: 教育機関 and 教育機会 have three letters in common,
and one word, 教育. So the pairs that were found are joined where they overlap in the question, cut where the grammar
between words stands (hiragana), and each end is looked at that was cut out of a longer stretch: a kanji goes with the
side with which more documents hold it together, here with 機関; and a katakana word is whole, in the question or in the
expert's own text, or it is not in common at all.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from advnet.search.terms.analysis import Token
from advnet.search.terms.stopwords import SLIGHT_JAPANESE_WORDS
from advnet.text import drop_final_long_vowels, normalise

_KATAKANA = "ァ-ヺー-ヾｦ-ﾟ"
_HIRAGANA = "ぁ-ゖゝゞ"
_SCRIPTS = re.compile(
    f"(?P<katakana>[{_KATAKANA}]+)|(?P<hiragana>[{_HIRAGANA}]+)|(?P<other>[^{_KATAKANA}{_HIRAGANA}]+)"
)
_KATAKANA_RUN = re.compile(f"[{_KATAKANA}]+")
_SHORTEST_WORD = 2
_ENDS_WORDS = "的"
_BEGINS_WORDS = "共再未非諸各"
"""Kanji that are the end of what stands before them (科学的), or the beginning of what follows (国際共同)."""
_TELLING = 5
"""Documents that hold a pair, from which on their number says something."""


def katakana_words(text: str) -> set[str]:
    """The katakana stretches of a text, in one width and without final long-vowel marks."""
    return {_written(run) for run in _KATAKANA_RUN.findall(unicodedata.normalize("NFKC", text))}


class JapaneseWords:
    """The Japanese of one question.

    :param pairs: its pairs of letters, in order
    :param held: pair → how many documents hold it
    """

    def __init__(self, text: str, pairs: Sequence[Token], held: Mapping[str, int]) -> None:
        self._text = text
        self._pairs = pairs
        self._held = held
        self._at = {pair.start: pair for pair in pairs}

    def shares(
        self, amounts: Mapping[str, float], present: Collection[str], known: Collection[str]
    ) -> dict[str, float]:
        """Word, as it is written in the question → the sum of the amounts of its pairs, each counted once, with the
        longest word that holds it.

        :param present: the pairs that stand in what is explained; those of ``amounts`` and maybe more
        :param known: the katakana words that do, as :func:`katakana_words` gives them
        """
        words = {(start, end) for stretch in self._stretches(present) for start, end in self._words(stretch, known)}
        left = dict(amounts)
        found: defaultdict[str, float] = defaultdict(float)
        spellings: dict[str, str] = {}
        for start, end in sorted(words, key=lambda word: (word[0] - word[1], word[0])):
            word = spellings.setdefault(normalise(self._text[start:end]), self._text[start:end])
            found[word] += sum(
                left.pop(pair.term, 0.0) for pair in self._pairs if start <= pair.start and pair.end <= end
            )
        return {word: amount for word, amount in found.items() if amount > 0}

    def _stretches(self, present: Collection[str]) -> Iterator[tuple[int, int]]:
        """Where pairs that overlap each other are all there."""
        begin = end = position = -1
        for pair in self._pairs:
            if pair.term not in present:
                continue
            if pair.position != position + 1 and begin >= 0:
                yield begin, end
                begin = -1
            begin = pair.start if begin < 0 else begin
            end, position = pair.end, pair.position
        if begin >= 0:
            yield begin, end

    def _words(self, stretch: tuple[int, int], known: Collection[str]) -> Iterator[tuple[int, int]]:
        """The words of a stretch: kanji and katakana that follow each other are one."""
        joined: list[tuple[int, int]] = []
        for start, end, script in self._segments(*stretch):
            whole = self._whole(start, end, script, stretch, known)
            if whole is None:
                continue
            if joined and script != "hiragana" and joined[-1][1] == whole[0] and not self._is_hiragana(whole[0] - 1):
                joined[-1] = (joined[-1][0], whole[1])
            else:
                joined.append(whole)
        for start, end in joined:
            if end - start >= _SHORTEST_WORD and self._text[start:end] not in SLIGHT_JAPANESE_WORDS:
                yield start, end

    def _segments(self, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        for found in _SCRIPTS.finditer(self._text, start, end):
            yield found.start(), found.end(), str(found.lastgroup)

    def _whole(
        self, start: int, end: int, script: str, stretch: tuple[int, int], known: Collection[str]
    ) -> tuple[int, int] | None:
        """The segment without what belongs to a word outside the stretch; None when nothing is left."""
        is_cut_before = start == stretch[0] and self._script_at(start - 1) == script
        is_cut_after = end == stretch[1] and self._script_at(end) == script
        if script == "hiragana" and self._script_at(start - 1):  # the ending of what stands before
            return None
        if not is_cut_before and not is_cut_after:
            return start, end
        if script == "hiragana":
            return None
        if script == "katakana":
            return (start, end) if _written(self._text[start:end]) in known else None
        # Words take on letters at their end (専門, 専門家), seldom before: there, half as many tell that it is no word.
        begins_next = end - start > _SHORTEST_WORD and self._text[end - 1] in _BEGINS_WORDS
        if is_cut_after and (begins_next or _goes_out(self._count(end - 1), self._count(end - 2), end - start)):
            end -= 1
        ends_last = self._text[start] in _ENDS_WORDS
        if is_cut_before and (ends_last or _goes_out(2 * self._count(start - 1), self._count(start), end - start)):
            start += 1
        return (start, end) if start < end else None

    def _count(self, start: int) -> int:
        """How many documents hold the pair that begins here."""
        pair = self._at.get(start)
        return self._held.get(pair.term, 0) if pair else 0

    def _script_at(self, place: int) -> str | None:
        """The script of a letter that is Japanese, and within the text."""
        if not 0 <= place < len(self._text) or not self._text[place].isalpha() or self._text[place].isascii():
            return None
        found = _SCRIPTS.match(self._text, place)
        return found.lastgroup if found else None

    def _is_hiragana(self, place: int) -> bool:
        return self._script_at(place) == "hiragana"


def _goes_out(outside: int, inside: int, length: int) -> bool:
    """Whether the kanji at a cut end goes with what is outside. Where hardly any document tells, most words of kanji
    have two letters, and of an odd number the last is on its own."""
    return outside > inside if max(outside, inside) >= _TELLING else length % 2 == 1


def _written(run: str) -> str:
    return drop_final_long_vowels(unicodedata.normalize("NFKC", run))
