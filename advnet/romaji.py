"""Japanese names by their sound, however they are written in Latin letters or in kana.

大野 is Ohno, Ōno, Oono and Ono, オオノ and おおの; 伸一 is Shinichi, Shin'ichi and Sinichi. Systems (Hepburn, Kunrei,
what passports have) and habits differ in a few places only, so a spelling is brought to a key in which they are gone:
Kunrei consonants, no long vowels, n before b, m and p. Every other name gets a key by the same rules: the same for all
who write it, and now and then that of a similar one, which costs a search nothing.

Source of the spellings: ISO 3602 (Kunrei); the Hepburn table of Japan's rules on passports, which writes n as m before
b, m and p and allows oh for a long o.
"""

import re
from collections.abc import Iterator

_CONSONANTS = tuple(
    (re.compile(pattern), key)
    for pattern, key in (
        ("v(?=[aiueo])", "b"),
        ("f(?=u)", "h"),
        ("[ct]ch(?=[aiueo])", "tch"),
        ("ch(?=i)", "t"),
        ("ch(?=[aueo])", "ty"),
        ("sh(?=i)", "s"),
        ("sh(?=[aueo])", "sy"),
        ("ts(?=u)", "t"),
        ("d+z(?=u)", "z"),
        ("d(?=d*u)", "z"),
        ("[jd]y(?=[auo])", "zy"),
        ("j(?=[aueo])", "zy"),
        ("[jd](?=i)", "z"),
        ("m(?=[bmp])", "n"),
    )
)
_LONG_VOWELS = re.compile("(o)(?:[ou]|h(?![aiueo]))+|(u)(?:u|h(?![aiueo]))+|([aei])\\3+")
_OLD_E = re.compile("(?<=[aiou])y(?=e)|(?<=e)ye")

MARKS = "'’ʼ`´ʻ‐‑–-"
"""Apostrophes and hyphens: within a name some write them and others do not."""

_INNER_MARK = re.compile(f"(?<=[a-z])[{re.escape(MARKS)}](?=[a-z])")
_AFTER_N = re.compile(f"(?<=n)[{re.escape(MARKS)}](?=[aiueoy])")

_ROWS = {
    "": "あいうえお",
    "k": "かきくけこ",
    "s": "さしすせそ",
    "t": "たちつてと",
    "n": "なにぬねの",
    "h": "はひふへほ",
    "m": "まみむめも",
    "r": "らりるれろ",
    "g": "がぎぐげご",
    "z": "ざじずぜぞ",
    "d": "だぢづでど",
    "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
}
_SYLLABLES = {
    kana: consonant + vowel for consonant, row in _ROWS.items() for vowel, kana in zip("aiueo", row, strict=True)
}
_SYLLABLES |= {"や": "ya", "ゆ": "yu", "よ": "yo", "わ": "wa", "ゐ": "i", "ゑ": "e", "を": "o", "ん": "n", "ゔ": "bu"}
_SMALL_Y = {"ゃ": "ya", "ゅ": "yu", "ょ": "yo"}
_SMALL_VOWELS = {"ぁ": "a", "ぃ": "i", "ぅ": "u", "ぇ": "e", "ぉ": "o"}

_KANA = {romaji: kana for kana, romaji in reversed(_SYLLABLES.items()) if kana not in "ぢづゐゑをゔん"}
_KANA |= {
    f"{romaji[0]}{small_romaji}": kana + small
    for kana, romaji in _SYLLABLES.items()
    if romaji.endswith("i") and len(romaji) == 2 and kana != "ぢ"
    for small, small_romaji in _SMALL_Y.items()
}
_LATIN_SYLLABLE = re.compile("([kstpgzdb])(?=\\1)|[kstnhmrgzbp]y[auo]|[kstnhmrgzdbpyw]?[aiueo]|n")
_FINAL_ICHI = re.compile("(?<=[aiueo])niti(?=$|ro$)")

_PLAIN = str.maketrans("ぢづをゐゑゔ", "じずおいえぶ")
_LENGTHENING = {"o": "おうー", "u": "うー", "a": "あー", "i": "いー", "e": "えー"}
_VOWEL_OF = {kana: romaji[-1] for kana, romaji in (_SYLLABLES | _SMALL_Y | _SMALL_VOWELS).items() if romaji != "n"}


def sound_of_latin(word: str) -> str:
    """The key of a name in small Latin letters without accents; that of a key is the key itself."""
    for pattern, key in _CONSONANTS:
        word = pattern.sub(key, word)
    word = _LONG_VOWELS.sub(lambda found: found[1] or found[2] or found[3], word)
    return _OLD_E.sub("", word)


def sound_of_kana(kana: str) -> str:
    """The same key from a name in hiragana; what is not kana is passed over."""
    return sound_of_latin("".join(_romaji(kana.translate(_PLAIN))))


def kana_of_latin(name: str) -> str | None:
    """A name in small Latin letters as hiragana without long vowels; None when it cannot be a Japanese one.

    Without a mark (Shin'ichi) an n before a vowel begins a syllable, but for the frequent endings -ichi and -ichiro.
    """
    kana = [_kana_of_key(sound_of_latin(part)) for part in _AFTER_N.split(name)]
    return None if None in kana or not name else "".join(part for part in kana if part)


def without_inner_marks(normalised: str) -> list[int]:
    """Which letters of a normalised text stay when marks within Latin words are passed over (ken'ichi, ken-ichi)."""
    marks = {found.start() for found in _INNER_MARK.finditer(normalised)}
    return [place for place in range(len(normalised)) if place not in marks]


def without_long_vowels(normalised: str) -> list[int]:
    """Which letters of a normalised text stay when kana that only lengthen the vowel before are passed over."""
    kept: list[int] = []
    vowel = ""
    for place, letter in enumerate(normalised.translate(_PLAIN)):
        if not vowel or letter not in _LENGTHENING[vowel]:
            kept.append(place)
            vowel = _VOWEL_OF.get(letter, "")
    return kept


def plain_kana(normalised: str) -> str:
    """Letters that sound the same written as one: ぢ and じ, づ and ず, を and お."""
    return normalised.translate(_PLAIN)


def _romaji(kana: str) -> Iterator[str]:
    doubled = False
    before = ""
    for place, letter in enumerate(kana):
        after = kana[place + 1 : place + 2]
        if letter == "っ":
            doubled = True
            continue
        syllable = _SYLLABLES.get(letter, "")
        if letter in _SMALL_Y or letter in _SMALL_VOWELS:
            syllable = (_SMALL_Y | _SMALL_VOWELS)[letter]
        elif letter == "ー":
            syllable = before[-1:]
        elif len(syllable) == 2 and (after in _SMALL_VOWELS or (after in _SMALL_Y and syllable[1] == "i")):
            syllable = syllable[0]
        if doubled and syllable and syllable[0] not in "aiueon":
            syllable = syllable[0] + syllable
        doubled = False
        before = syllable
        yield syllable


def _kana_of_key(key: str) -> str | None:
    key = _FINAL_ICHI.sub("n|iti", key)
    kana: list[str] = []
    for part in key.split("|"):
        place = 0
        while place < len(part):
            found = _LATIN_SYLLABLE.match(part, place)
            if found is None:
                return None
            kana.append("っ" if found[1] else "ん" if found[0] == "n" else _KANA.get(found[0], ""))
            if not kana[-1]:
                return None
            place = found.end()
    return "".join(kana)
