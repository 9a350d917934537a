"""The vocabulary as a tree: what lies below a concept, and which concepts a filter offers.

Fields and areas are nested, and a filter is walked down: the broadest concepts are offered first, and below one that is
chosen the narrower ones. Choosing a broad one finds everybody with any skill below it, however deep. Who chooses a
narrower one as well means the narrower: otherwise the second choice would change nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.experts.vocabulary.model import Concept, Facet
from advnet.matching.documents import ancestors
from advnet.matching.queries import VocabularyStamp, vocabulary_stamp


@dataclass(frozen=True)
class Node:
    """A concept, plain. :ivar above: codes of what it is a part of, nearest first"""

    code: str
    facet: str
    label_ja: str
    label_en: str
    above: tuple[str, ...]

    @property
    def parent(self) -> str | None:
        return self.above[0] if self.above else None


@dataclass(frozen=True)
class Tree:
    """The whole vocabulary, in its own order.

    :ivar below: a concept's code → the numbers of itself and of everything narrower
    :ivar numbers: a concept's code → its own number
    """

    nodes: Mapping[str, Node] = field(default_factory=dict)
    below: Mapping[str, frozenset[int]] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)

    def way_to(self, code: str) -> tuple[str, ...]:
        """The concept and everything that it is a part of; nothing for an unknown code."""
        return (code, *self.nodes[code].above) if code in self.nodes else ()

    def meant(self, chosen: Collection[str]) -> list[str]:
        """The chosen codes without those of which something narrower is chosen as well."""
        broader = {above for code in chosen for above in self.way_to(code)[1:]}
        return [code for code in chosen if code not in broader]

    def offered(self, facet: Facet, chosen: Collection[str]) -> list[Node]:
        """The broadest concepts of a facet, what lies right below a chosen one, and the way to each of these."""
        opened = {above for code in chosen for above in self.way_to(code)}
        return [
            node
            for node in self.nodes.values()
            if node.facet == facet and (node.parent is None or node.parent in opened)
        ]


def load_tree(session: Session) -> Tree:
    """The vocabulary as it stands, in one statement; read only when it is another than the last time."""
    engine = session.get_bind().engine
    stamp = vocabulary_stamp(session)
    known = _KNOWN.get(engine)
    if known is None or known[0] != stamp:
        columns = (Concept.id, Concept.code, Concept.facet, Concept.label_ja, Concept.label_en, Concept.parent_id)
        rows = session.execute(sa.select(*columns).order_by(Concept.position, Concept.id)).all()
        known = _KNOWN[engine] = stamp, _grown(rows)
    return known[1]


def _grown(rows: Sequence[Any]) -> Tree:
    parents = {row[0]: row[5] for row in rows}
    codes = {row[0]: row[1] for row in rows}
    nodes: dict[str, Node] = {}
    below: defaultdict[str, set[int]] = defaultdict(set)
    for concept_id, code, facet, label_ja, label_en, _parent_id in rows:
        above = tuple(codes[ancestor] for ancestor in ancestors(concept_id, parents))
        nodes[code] = Node(code, facet, label_ja, label_en, above)
        for one in (code, *above):
            below[one].add(concept_id)
    return Tree(nodes, {code: frozenset(ids) for code, ids in below.items()}, {row[1]: row[0] for row in rows})


_KNOWN: WeakKeyDictionary[sa.Engine, tuple[VocabularyStamp, Tree]] = WeakKeyDictionary()
"""The last tree of each database."""
