"""Skill search: the Network by words and facets. The whole question stands in the address."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from advnet.clock import now
from advnet.experts import labels as experts
from advnet.experts.model import CareerStage
from advnet.experts.vocabulary.model import Facet
from advnet.matching import labels
from advnet.matching.facets import Availability, Chosen, Node
from advnet.matching.skill_search import Order, Query, Results, search_experts
from advnet.permissions import Permission
from advnet.search import Snippet
from advnet.web.access import requires
from advnet.web.paging import LinkedPage, asked_page
from advnet.web.request import actor, index, session
from advnet.web.templating import in_language

bp = Blueprint("expert_search", __name__)

SHOWN = 12
"""Choices of a facet that are offered: those that would give most, and whatever is chosen."""

_LONGEST_TEXT = 500
_MOST_VALUES = 50


@bp.get("/experts")
@requires(Permission.EXPERT_SEARCH)
def search() -> str:
    query = _asked()
    results = search_experts(session(), index(), actor=actor(), query=query, number=asked_page(), now=now())
    return render_template(
        "matching/search.html",
        query=query,
        results=results,
        page=LinkedPage(results.page),
        groups=_groups(query.chosen, results),
        orders=[
            {"label": _("Best fit first"), "url": _url(sort=None), "current": query.order == Order.RELEVANCE},
            {"label": _("By name"), "url": _url(sort=Order.NAME), "current": query.order == Order.NAME},
        ],
        suggestions=[(text, _url(q=text)) for text in results.suggestions],
        unfiltered_url=url_for(".search", q=query.text or None),
        pieces=pieces,
    )


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
    return Query(request.args.get("q", "").strip()[:_LONGEST_TEXT], chosen, order)


def _values(name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in request.args.getlist(name)[:_MOST_VALUES] if value))


def _known(name: str, members: type[StrEnum]) -> tuple[str, ...]:
    return tuple(value for value in _values(name) if value in set(members))


def _url(**changes: str | None) -> str:
    """This address with other values; None takes one out. It begins at its first page."""
    kept = [(key, value) for key, value in request.args.items(multi=True) if key not in {"page", *changes}]
    added = [(key, value) for key, value in changes.items() if value is not None]
    return f"{request.path}?{urlencode([*kept, *added])}"


def _groups(chosen: Chosen, results: Results) -> list[dict[str, Any]]:
    counted = results.counted
    return [
        _group("area", _("Key area"), _nodes(results, Facet.AREA, chosen.areas), chosen.areas),
        _group("field", _("Field"), _nodes(results, Facet.FIELD, chosen.fields), chosen.fields),
        _group("country", _("Country"), _named(counted.countries, experts.country_name), chosen.countries),
        _group("language", _("Language"), _named(counted.languages, experts.language_name), chosen.languages),
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


def _nodes(results: Results, facet: Facet, chosen: tuple[str, ...]) -> _Offered:
    concepts = results.counted.concepts
    offered = {node.code: node for node in results.tree.anchors(facet)}
    for code in chosen:
        node = results.tree.nodes.get(code)
        if node is not None and node.facet == facet:
            offered.setdefault(code, node)
    return [(code, _label(node), concepts.get(node.id, 0)) for code, node in offered.items()]


def _label(node: Node) -> str:
    return in_language(node.label_ja, node.label_en)


def _named(counts: Mapping[str, int], name: Any) -> _Offered:
    return [(value, name(value), number) for value, number in counts.items()]


def _labelled(counts: Mapping[str, int], names: Mapping[Any, object]) -> _Offered:
    return [(str(value), str(label), counts.get(value, 0)) for value, label in names.items()]


def _group(
    name: str, label: str, offered: _Offered, chosen: tuple[str, ...], *, ordered: bool = False
) -> dict[str, Any]:
    """The choices that would give somebody, and what is chosen: as ordered, else the most frequent first."""
    present = {value for value, _label, _number in offered}
    offered = [*offered, *((value, value, 0) for value in chosen if value not in present)]
    shown = [one for one in offered if one[2] > 0 or one[0] in chosen]
    if not ordered:
        shown.sort(key=lambda one: (one[0] not in chosen, -one[2], one[1]))
        shown = shown[: max(SHOWN, len(chosen))]
    options = [
        {"value": value, "label": text, "checked": value in chosen, "count": number} for value, text, number in shown
    ]
    return {"name": name, "label": label, "options": options}
