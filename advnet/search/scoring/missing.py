"""Which words of a question nothing of an expert speaks of: the other side of the reasons.

A word that is asked for in the other language too, as matching does it, is not missing where it is found there: a
Japanese word whose English meaning stands in a work, an English one that the Japanese of a work means.
"""

from collections.abc import Collection, Iterable, Sequence

from advnet.search.glossary import NO_VOCABULARY, Vocabulary, gloss, gloss_for_index
from advnet.search.terms.analysis import MixedAnalyzer, Token, counts_in_matching
from advnet.search.terms.telling import is_telling
from advnet.text import normalise

_ANALYZER = MixedAnalyzer()
_CHARACTERS = 20_000
_SHORTEST = 2


def missing_words(
    text: str, others: Iterable[str], *, vocabulary: Vocabulary = NO_VOCABULARY, limit: int = 8
) -> tuple[str, ...]:
    """The words of ``text`` that none of the others speaks of, as they are written, in their order.

    Japanese is looked for only among others that hold any, and so are words set apart by spaces: somebody who has
    written in one language lacks no word of the other.

    :param vocabulary: the question's own
    """
    text = text[:_CHARACTERS]
    written: set[str] = set()
    meant: set[str] = set()
    for other in others:
        written |= _terms(other[:_CHARACTERS])
        meant |= _terms(gloss_for_index(other[:_CHARACTERS]))
    speaks_japanese = any(not term.isascii() for term in written)
    speaks_words = any(term.isascii() and term.isalpha() for term in written)
    spoken = written | meant
    lacking: dict[str, str] = {}
    tokens = [token for token in _ANALYZER.tokens(text) if counts_in_matching(token.term)]
    for start, end, is_cjk in _unspoken(text, tokens, spoken, _heard_in_english(text, spoken, vocabulary)):
        word = text[start:end]
        if len(word) >= _SHORTEST and not word.isdigit() and (speaks_japanese if is_cjk else speaks_words):
            lacking.setdefault(normalise(word), word)
    return tuple(lacking.values())[:limit]


def _heard_in_english(text: str, spoken: Collection[str], vocabulary: Vocabulary) -> set[int]:
    """The places of Japanese words that mean something in English of which every word is spoken."""
    heard: set[int] = set()
    for meaning in gloss(text, vocabulary):
        terms = _terms(meaning.english)
        if terms and terms <= set(spoken):
            heard.update(range(meaning.start, meaning.end))
    return heard


def _unspoken(
    text: str, tokens: Sequence[Token], spoken: Collection[str], heard: Collection[int]
) -> list[tuple[int, int, bool]]:
    """Where words and Japanese stretches stand that are not spoken of; hiragana, which ties words, is passed over.

    :param heard: places that are spoken of in another way
    """
    found: list[tuple[int, int, bool]] = []
    spoken_places = {
        place for token in tokens if token.is_cjk and token.term in spoken for place in range(token.start, token.end)
    }
    for token in tokens:
        if not token.is_cjk:
            if token.term not in spoken and is_telling(token.term):
                found.append((token.start, token.end, False))
            continue
        for place in range(token.start, token.end):
            if place in spoken_places or place in heard or _is_hiragana(text[place]):
                continue
            if found and found[-1][2] and found[-1][1] >= place:
                found[-1] = (found[-1][0], max(found[-1][1], place + 1), True)
            else:
                found.append((place, place + 1, True))
    return found


def _terms(text: str) -> set[str]:
    return {term for term in _ANALYZER.positions(text) if counts_in_matching(term)}


def _is_hiragana(letter: str) -> bool:
    return "ぁ" <= letter <= "ゟ"
