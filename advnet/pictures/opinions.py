"""The map of opinions: who answers alike stands near each other, groups are told apart by their shape."""

from collections.abc import Sequence
from dataclasses import dataclass

from advnet.pictures.numbers import TINY, checked, number_text
from advnet.pictures.scale import make_scale

SHAPES = ("circle", "square", "triangle", "diamond", "cross", "hexagon")
"""One for each group; more cannot be told apart at a glance."""


@dataclass(frozen=True)
class Opinion:
    """One expert's answers, brought down to two dimensions.

    :ivar group: place of the group in the list of groups
    """

    x: float
    y: float
    group: int
    is_own: bool = False


@dataclass(frozen=True)
class Mark:
    """Those of one group at one place.

    :ivar x: percent of the frame from its left edge, ``y`` from its upper edge
    :ivar across: the figure behind ``x`` as text, ``up`` that behind ``y``
    """

    x: float
    y: float
    shape: str
    group: str
    count: int
    is_own: bool
    across: str
    up: str


@dataclass(frozen=True)
class OpinionGroup:
    label: str
    shape: str
    count: int
    is_own: bool


@dataclass(frozen=True)
class OpinionMap:
    """:ivar marks: none where fewer than ``fewest`` answered, so that a template has nothing to give away"""

    marks: tuple[Mark, ...]
    groups: tuple[OpinionGroup, ...]
    count: int
    fewest: int

    @property
    def own_group(self) -> OpinionGroup | None:
        return next((group for group in self.groups if group.is_own), None)


def opinion_map(opinions: Sequence[Opinion], groups: Sequence[str], *, fewest: int) -> OpinionMap:
    """Place the experts; both directions share one scale, so that distances can be compared, with 0 in the middle.

    Whether a group is large enough to be shown is the caller's rule; a map of fewer than ``fewest`` experts is refused.

    :param groups: what the groups are called, 1 to 6
    :raises ValueError: more groups than shapes, a group that is not named, or a figure that is not finite
    """
    if len(groups) > len(SHAPES):
        raise ValueError(f"{len(groups)} groups cannot be told apart")
    if any(not 0 <= one.group < len(groups) for one in opinions):
        raise ValueError("an opinion belongs to a group that has no name")
    reach = max((abs(checked(figure)) for one in opinions for figure in (one.x, one.y)), default=0.0)
    reach = reach if reach > TINY else 1.0
    if len(opinions) < max(1, fewest):
        return OpinionMap((), (), len(opinions), max(1, fewest))
    scale = make_scale((), low=-reach, high=reach)
    places: dict[tuple[float, float, int], list[Opinion]] = {}
    for one in opinions:
        places.setdefault((round(scale.at(one.x), 1), round(100 - scale.at(one.y), 1), one.group), []).append(one)
    marks = tuple(_mark(*place, groups, members) for place, members in places.items())
    return OpinionMap(
        marks=tuple(sorted(marks, key=lambda mark: mark.is_own)),  # the reader's own lies on top
        groups=tuple(_group(number, label, opinions) for number, label in enumerate(groups)),
        count=len(opinions),
        fewest=max(1, fewest),
    )


def _mark(x: float, y: float, group: int, groups: Sequence[str], members: Sequence[Opinion]) -> Mark:
    one = members[0]
    return Mark(
        x=x,
        y=y,
        shape=SHAPES[group],
        group=groups[group],
        count=len(members),
        is_own=any(member.is_own for member in members),
        across=number_text(one.x, digits=2),
        up=number_text(one.y, digits=2),
    )


def _group(number: int, label: str, opinions: Sequence[Opinion]) -> OpinionGroup:
    members = [one for one in opinions if one.group == number]
    return OpinionGroup(label, SHAPES[number], len(members), any(one.is_own for one in members))
