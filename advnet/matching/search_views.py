"""Skill search: the Network by words and facets. The whole question stands in the address."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _

from advnet.clock import now
from advnet.experts import labels as experts
from advnet.experts.model import CareerStage
from advnet.experts.vocabulary.model import Facet
from advnet.matching import labels
from advnet.matching.facets import Availability, Chosen
from advnet.matching.offers import Offer
from advnet.matching.skill_search import Found, Order, Query, Results, search_experts
from advnet.matching.tree import Tree
from advnet.matching.typed import read_typed
from advnet.permissions import Permission
from advnet.search import Snippet, Why
from advnet.web.access import requires
from advnet.web.paging import LinkedPage, asked_page
from advnet.web.request import actor, index, session
from advnet.web.templating import in_language

bp = Blueprint("expert_search", __name__)

SHOWN = 12
"""Choices of a facet, or below one choice, that are offered: those that would give most, and whatever is chosen."""

_KEPT = ("q", "field", "area", "country", "language", "stage", "availability", "sort")
"""What links of this page carry on; whatever else somebody has put into its address ends with that page."""

_LONGEST_TEXT = 500
_MOST_VALUES = 50
_LONGEST_IGNORED = 120


@bp.get("/experts")
@requires(Permission.EXPERT_SEARCH)
def search() -> Response:
    query = _asked()
    results = search_experts(session(), index(), actor=actor(), query=query, number=asked_page(), now=now())
    groups = _groups(query.chosen, results)
    page = render_template(
        "matching/search.html",
        query=query,
        results=results,
        page=LinkedPage(results.page, kept=_KEPT),
        groups=groups,
        filters=_filters(groups),
        offers=[_offered(offer) for offer in results.offers],
        orders=[
            {"label": _("Best fit first"), "url": _url(sort=None), "current": query.order == Order.RELEVANCE},
            {"label": _("By name"), "url": _url(sort=Order.NAME), "current": query.order == Order.NAME},
        ],
        suggestions=[(text, _url(q=text)) for text in results.suggestions],
        unfiltered_url=url_for(".search", q=query.text or None),
        pieces=pieces,
        shown=partial(_shown, query=query, results=results),
        ignored=_ignored(results),
    )
    response = make_response(page)
    if query.is_being_typed:
        response.headers["HX-Replace-Url"] = _url()  # the address that the same search has when it is sent
    return response


@dataclass(frozen=True)
class Shown:
    """Where a word stands, for the reader. :ivar below: of a skill, what it was found as a part of"""

    place: str
    snippet: Snippet
    below: str = ""


def _shown(row: Found, *, query: Query, results: Results) -> list[Shown]:
    """The places of a hit, skills by their label in the language of the page, whatever word they were found by."""
    skills = {str(skill.id): skill.concept for skill in row.expert.skills}
    shown: dict[tuple[str, str], Shown] = {}
    for snippet in row.snippets:
        place, below = str(labels.PLACES[snippet.field]), ""
        concept = skills.get(snippet.skill_id or "")
        if concept is not None:
            text = in_language(concept.label_ja, concept.label_en)
            marks = index().marked(text, query.text)
            if snippet.field == "broader" and not marks:
                below = _broader(snippet.text, concept.code, results.tree)
            snippet = replace(snippet, text=text, marks=marks or (() if below else ((0, len(text)),)))
        shown.setdefault((place, snippet.text), Shown(place, snippet, below))
    return list(shown.values())


def _broader(label: str, code: str, tree: Tree) -> str:
    """What the concept is a part of and is called so, in the language of the page."""
    for above in tree.way_to(code)[1:]:
        node = tree.nodes[above]
        if label in (node.label_ja, node.label_en):
            return in_language(node.label_ja, node.label_en)
    return ""


def _ignored(results: Results) -> dict[str, str]:
    """Why → the words that were not looked for."""
    found: dict[str, list[str]] = {why: [] for why in Why}
    for text, why in results.ignored:
        found[why].append(text)
    return {why: _shortened(", ".join(texts)) for why, texts in found.items()}


def _shortened(text: str) -> str:
    """Cut between words."""
    if len(text) <= _LONGEST_IGNORED:
        return text
    return text[: _LONGEST_IGNORED + 1].rsplit(" ", 1)[0][:_LONGEST_IGNORED] + "…"


def pieces(snippet: Snippet) -> Iterable[tuple[str, bool]]:
    """The excerpt in parts: text, and whether it is what was looked for. Escaped by the template, as every text."""
    at = 0
    for start, end in snippet.marks:
        if at < start:
            yield snippet.text[at:start], False
        yield snippet.text[start:end], True
        at = end
    if at < len(snippet.text):
        yield snippet.text[at:], False


def _asked() -> Query:
    """What the address asks for; values that cannot be are passed over."""
    chosen = Chosen(
        fields=_values("field"),
        areas=_values("area"),
        countries=tuple(code for code in _values("country") if code.isascii() and code.isalpha() and len(code) == 2),
        languages=tuple(code for code in _values("language") if code.isascii() and code.isalpha() and len(code) <= 3),
        stages=_known("stage", CareerStage),
        availability=_known("availability", Availability),
    )
    order = Order.NAME if request.args.get("sort") == Order.NAME else Order.RELEVANCE
    text = read_typed(request.args.get("q", ""), longest=_LONGEST_TEXT)
    return Query(text.strip(), chosen, order, is_being_typed="typing" in request.args and text == text.rstrip())


def _values(name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in request.args.getlist(name)[:_MOST_VALUES] if value))


def _known(name: str, members: type[StrEnum]) -> tuple[str, ...]:
    return tuple(value for value in _values(name) if value in set(members))


def _url(**changes: str | None) -> str:
    """This address with other values; None takes one out. It begins at its first page."""
    kept = [pair for pair in _pairs() if pair[0] not in changes]
    return _address([*kept, *((key, value) for key, value in changes.items() if value is not None)])


def _pairs() -> list[tuple[str, str]]:
    return [(key, value) for key, value in request.args.items(multi=True) if key in _KEPT]


def _address(pairs: list[tuple[str, str]]) -> str:
    return f"{request.path}?{urlencode(pairs)}" if pairs else request.path


def _filters(groups: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Every filter that is chosen, with the address that is without it."""
    return [
        {
            "group": group["label"],
            "label": option["label"],
            "url": _address([pair for pair in _pairs() if pair != (group["name"], option["value"])]),
        }
        for group in groups
        for option in group["options"]
        if option["checked"]
    ]


def _offered(offer: Offer) -> dict[str, Any]:
    """A concept instead of the words, with the filters that are chosen."""
    name = "area" if offer.node.facet == Facet.AREA else "field"
    kept = [pair for pair in _pairs() if pair[0] != "q"]
    return {
        "label": in_language(offer.node.label_ja, offer.node.label_en),
        "experts": offer.experts,
        "url": _address([*kept, (name, offer.node.code)]),
    }


def _groups(chosen: Chosen, results: Results) -> list[dict[str, Any]]:
    counted = results.counted
    countries = _named(counted.countries, chosen.countries, experts.country_name)
    languages = _named(counted.languages, chosen.languages, experts.language_name)
    return [
        _nested("area", _("Key area"), results, Facet.AREA, chosen.areas),
        _nested("field", _("Field"), results, Facet.FIELD, chosen.fields),
        _group("country", _("Country"), countries, chosen.countries),
        _group("language", _("Language"), languages, chosen.languages),
        _group(
            "stage", _("Career stage"), _labelled(counted.stages, experts.CAREER_STAGES), chosen.stages, ordered=True
        ),
        _group(
            "availability",
            _("Availability"),
            _labelled(counted.availability, {state: label for state, (label, _tone) in labels.AVAILABILITY.items()}),
            chosen.availability,
            ordered=True,
        ),
    ]


_Offered = list[tuple[str, str, int]]
"""Value, label and number of each choice."""


def _nested(name: str, label: str, results: Results, facet: Facet, chosen: tuple[str, ...]) -> dict[str, Any]:
    """The broadest concepts and, below each that is chosen, the narrower ones."""
    offered: defaultdict[str | None, _Offered] = defaultdict(list)
    for node in results.tree.offered(facet, chosen):
        number = results.counted.concepts.get(node.code, 0)
        offered[node.parent].append((node.code, in_language(node.label_ja, node.label_en), number))
    kept = {above for code in chosen for above in results.tree.way_to(code)}

    def walk(parent: str | None, depth: int) -> Iterator[dict[str, Any]]:
        for code, text, number in _best(offered[parent], kept):
            yield _option(code, text, number, chosen) | {"depth": depth}
            yield from walk(code, depth + 1)

    return {"name": name, "label": label, "options": [*walk(None, 0), *_unknown(chosen, results.tree.nodes)]}


def _named(counts: Mapping[str, int], chosen: Iterable[str], name: Callable[[str], str]) -> _Offered:
    return [(value, name(value), number) for value, number in (dict.fromkeys(chosen, 0) | dict(counts)).items()]


def _labelled(counts: Mapping[str, int], names: Mapping[Any, object]) -> _Offered:
    return [(str(value), str(label), counts.get(value, 0)) for value, label in names.items()]


def _group(
    name: str, label: str, offered: _Offered, chosen: tuple[str, ...], *, ordered: bool = False
) -> dict[str, Any]:
    """The choices that would give somebody, and what is chosen: as ordered, else the most frequent first."""
    shown = [one for one in offered if one[2] > 0 or one[0] in chosen] if ordered else _best(offered, chosen)
    options = [_option(*one, chosen) for one in shown]
    return {"name": name, "label": label, "options": [*options, *_unknown(chosen, {one[0] for one in offered})]}


def _best(offered: _Offered, kept: Collection[str]) -> _Offered:
    """What is kept, then those that would give most; none that would give nobody."""
    shown = [one for one in offered if one[2] > 0 or one[0] in kept]
    shown.sort(key=lambda one: (one[0] not in kept, -one[2], one[1]))
    return shown[: max(SHOWN, sum(value in kept for value, _label, _number in shown))]


def _option(value: str, label: str, number: int, chosen: Collection[str]) -> dict[str, Any]:
    return {"value": value, "label": label, "checked": value in chosen, "count": number}


def _unknown(chosen: Collection[str], known: Collection[str]) -> list[dict[str, Any]]:
    """What is chosen and is no choice: shown as well, so that it can be taken back."""
    return [_option(value, value, 0, chosen) for value in chosen if value not in known]
