"""What somebody typed into the search field, as clauses that can be looked up.

Everything is plain text but for three marks: ``"a phrase"`` (「…」 too), ``-without`` and ``prefix*``. There are no
field names, no wildcards inside words, no fuzziness and no operators, so that no query can reach hidden fields or cost
more than a few look-ups; Whoosh's own query parser is never used.

Words are joined by "and". Japanese is typed without spaces, so an unquoted stretch is cut where a particle stands or
the script changes (海洋プラスチック → 海洋, プラスチック); texts that hold the stretch in one piece come first.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import Enum

from advnet.search.documents import Ignored, Why
from advnet.search.terms.analysis import ENDING, MARK, MixedAnalyzer, NameAnalyzer, Token

LONGEST_QUERY = 200
MOST_CLAUSES = 12
OPERATORS = ("AND", "OR", "NOT")
SHORTEST_PREFIX = 2
"""Letters, where words are set apart; a Japanese prefix may be one letter."""

_QUOTES = str.maketrans(dict.fromkeys("“”„「」『』«»", '"') | {"−": "-", "‐": "-", "–": "-"})
_PIECES = re.compile('(?P<minus>-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\\s"]+))')
_CUTS = re.compile(
    "(?<=[ァ-ヺー])(?=[㐀-䶿一-鿿])|(?<=[㐀-䶿一-鿿々])(?=[ァ-ヺ])"
    "|(?<=[ァ-ヺー㐀-䶿一-鿿々])"
    "(?:における|に関する|に対する|のための|および|及び|ならびに|並びに|による|の|や|と|を|が|は|で|に|へ)"
    "(?=[ァ-ヺ㐀-䶿一-鿿])"
)
_WORDS = MixedAnalyzer()
_NAMES = NameAnalyzer()
_AS_TYPED = MixedAnalyzer(stems=False)


class Demand(Enum):
    """What a clause means for a text that holds it."""

    REQUIRED = "required"
    EXCLUDED = "excluded"
    PREFERRED = "preferred"


@dataclass(frozen=True, slots=True)
class Clause:
    """Tokens that must follow each other as they do here.

    :param text: as typed
    :param words: as texts are analysed; empty when nothing but stop words was typed
    :param names: as names are analysed
    :param is_prefix: the only token may go on
    :param is_quoted: it is meant as it is written
    """

    text: str
    demand: Demand
    words: tuple[Token, ...]
    names: tuple[Token, ...]
    is_prefix: bool = False
    is_quoted: bool = False

    def tokens(self, field: str) -> tuple[Token, ...]:
        return self.names if field == "names" else self.words

    @property
    def says_little(self) -> Why | None:
        """Why it finds hardly anybody: it is one letter, an operator, or a word of every text, and only ever a name."""
        if self.is_quoted:
            return None
        if self.text in OPERATORS:
            return Why.OPERATOR
        if len(self.text) == 1 and not self.names[0].is_cjk:
            return Why.TOO_SHORT
        return None if self.words else Why.TOO_COMMON


@dataclass(frozen=True, slots=True)
class Query:
    """:param ignored: what was typed and is not looked for"""

    clauses: tuple[Clause, ...]
    ignored: tuple[Ignored, ...]

    def demanding(self, demand: Demand) -> list[Clause]:
        return [clause for clause in self.clauses if clause.demand is demand]


def parse(text: str) -> Query:
    """Read a query; anything can be read, and what goes beyond the limits is among the ignored."""
    typed = unicodedata.normalize("NFKC", text[: 4 * LONGEST_QUERY]).translate(_QUOTES)
    typed, rest = _split(typed)
    clauses: list[Clause] = []
    ignored: list[Ignored] = []
    for piece in _PIECES.finditer(typed):
        demand = Demand.EXCLUDED if piece["minus"] else Demand.REQUIRED
        found = _phrase(piece["phrase"], demand) if piece["phrase"] is not None else _word(piece["word"], demand)
        for clause in found:
            if _is_too_short(clause):
                ignored.append(Ignored(f"{clause.text}*", Why.TOO_SHORT))
            elif len(clauses) < MOST_CLAUSES:
                clauses.append(clause)
            elif clause.demand is not Demand.PREFERRED:
                ignored.append(Ignored(clause.text, Why.TOO_LONG))
    if any(clause.words and clause.demand is Demand.REQUIRED for clause in clauses):
        ignored += [Ignored(one.text, one.says_little or Why.TOO_COMMON) for one in clauses if not one.words]
        clauses = [clause for clause in clauses if clause.words]
    if rest:
        ignored.append(Ignored(rest, Why.TOO_LONG))
    return Query(tuple(dict.fromkeys(clauses)), tuple(dict.fromkeys(ignored)))


def phrase(text: str) -> Clause | None:
    """The tokens of a text, one after the other; None where it has none."""
    return next(iter(_clauses([text], Demand.REQUIRED)), None)


def _split(typed: str) -> tuple[str, str]:
    """What is read and what is beyond the limit, cut between words where one ends not too far before."""
    if len(typed) <= LONGEST_QUERY:
        return typed, ""
    space = typed.rfind(" ", LONGEST_QUERY // 2, LONGEST_QUERY + 1)
    end = LONGEST_QUERY if space < 0 else space
    return typed[:end], typed[end:].strip()


def thinned(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """As many tokens as are needed to know that the whole stands there: every second of overlapping pairs is enough."""
    kept: list[Token] = []
    for index, token in enumerate(tokens):
        is_last_of_run = index + 1 == len(tokens) or tokens[index + 1].position != token.position + 1
        is_covered = (
            token.is_cjk
            and bool(kept)
            and kept[-1].is_cjk
            and kept[-1].position == token.position - 1
            and not is_last_of_run
            and tokens[index + 1].is_cjk
        )
        if not is_covered:
            kept.append(token)
    return tuple(kept)


def _phrase(text: str, demand: Demand) -> list[Clause]:
    return [replace(clause, is_quoted=True) for clause in _clauses([text], demand)]


def _word(text: str, demand: Demand) -> list[Clause]:
    is_prefix = text.endswith("*")
    text = text.strip("*")
    pieces = [piece for piece in _CUTS.split(text) if piece]
    if demand is Demand.EXCLUDED or len(pieces) < 2:
        pieces = [text]
    clauses = _clauses(pieces, demand)
    if clauses and is_prefix:
        last = clauses.pop()
        clauses += _prefixed(last)
    elif len(clauses) > 1:
        clauses += _clauses([text], Demand.PREFERRED)
    return clauses


def _clauses(texts: list[str], demand: Demand) -> list[Clause]:
    clauses = [Clause(text, demand, _tokens(_WORDS, text), _tokens(_NAMES, text)) for text in texts]
    return [replace(clause, is_prefix=_may_go_on(clause)) for clause in clauses if clause.names]


def _prefixed(clause: Clause) -> list[Clause]:
    """A word cut off: what stands before its last token is looked for as it is."""
    typed = _tokens(_AS_TYPED, clause.text)
    *before, last = typed
    whole = clause.text[: last.start].rstrip("-")
    clauses = _clauses([whole], clause.demand) if before and not last.is_cjk else []
    if clauses:
        return [*clauses, Clause(clause.text[last.start :], clause.demand, (last,), (last,), is_prefix=True)]
    names = clause.names if last.is_cjk else typed
    return [Clause(clause.text, clause.demand, typed, names, is_prefix=len(typed) == 1)]


def _tokens(analyzer: MixedAnalyzer, text: str) -> tuple[Token, ...]:
    """Without what need not stand at the end of a Japanese stretch: its last letter alone, since a pair says more,
    and a pair with a final long-vowel mark, which is not indexed where it ends a longer word (ソーラーパワー)."""
    tokens = [token for token in analyzer.tokens(text) if not token.term.endswith(ENDING)]
    kept = []
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else token
        continues = token.is_cjk and before.is_cjk and before.position == token.position - 1
        is_last_pair = index + 1 == len(tokens) or len(tokens[index + 1].term) == 1
        if not continues or (len(token.term) == 2 and not (is_last_pair and token.term.endswith(MARK))):
            kept.append(token)
    return tuple(kept)


def _may_go_on(clause: Clause) -> bool:
    """A Japanese letter begins pairs, or ends a stretch and stands alone: both are what it is a prefix of. A letter
    with a long-vowel mark is one of the endings with two marks as well."""
    if len(clause.names) > 1 or len(clause.words) > 1 or not clause.names[0].is_cjk:
        return False
    term = clause.names[0].term
    return len(term) == 1 or term.endswith(MARK)


def _is_too_short(clause: Clause) -> bool:
    return clause.is_prefix and not clause.names[0].is_cjk and len(clause.names[0].term) < SHORTEST_PREFIX
