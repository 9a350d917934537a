"""Opinion groups: found where there are any, none where there are none, and never a small one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advnet.answers.aggregation.groups import (
    IN_NO_GROUP,
    distances,
    opinion_groups,
    positions_of_choices,
    positions_of_ranks,
)

NAN = np.nan
FOR, AGAINST = [1.0, 1.0, -1.0, 1.0], [-1.0, -1.0, 1.0, 1.0]
"""Two camps that differ on three items and share the fourth."""


def test_two_camps_are_found_with_what_divides_and_what_bridges_them():
    found = opinion_groups([FOR] * 5 + [AGAINST] * 4)
    assert found.group.tolist() == [0] * 5 + [1] * 4
    assert (found.number, found.silhouette) == (2, 1.0)
    assert {one.item for one in found.divisions[:3]} == {0, 1, 2}
    assert [one.divides for one in found.divisions] == pytest.approx([1, 1, 1, 0])
    shared = found.divisions[3]
    assert shared.item == 3
    assert shared.bridges == pytest.approx(5 / 6)
    assert max(one.bridges for one in found.divisions[:3]) < 0.2
    assert found.divisions[0].means.tolist() == [1, -1]


def test_who_all_agree_are_one_group():
    found = opinion_groups([FOR] * 8)
    assert (found.number, set(found.group)) == (1, {0})
    assert np.isnan(found.silhouette)
    assert all(one.divides == 0 for one in found.divisions)


def test_answers_at_random_are_no_camps():
    random = np.random.default_rng(1)
    assert opinion_groups(random.choice([-1.0, 1.0], (30, 40))).number == 1


def test_a_group_too_small_to_hide_in_is_none():
    found = opinion_groups([FOR] * 5 + [AGAINST] * 5 + [[1.0, -1.0, -1.0, -1.0]])
    assert found.group.tolist() == [0] * 5 + [1] * 5 + [IN_NO_GROUP]
    assert opinion_groups([FOR] * 2 + [AGAINST] * 2).number == 1


def test_who_answered_less_than_half_is_not_placed():
    found = opinion_groups([FOR] * 4 + [AGAINST] * 4 + [[1.0, NAN, NAN, NAN]])
    assert found.group[-1] == IN_NO_GROUP
    assert found.number == 2


def test_nobody_and_nothing_are_answered_without_a_group():
    assert opinion_groups(np.zeros((0, 3))).number == 0
    empty = opinion_groups(np.full((4, 2), NAN))
    assert (empty.number, set(empty.group)) == (0, {IN_NO_GROUP})


@given(st.integers(0, 2**32 - 1))
def test_the_order_of_experts_changes_nothing(seed: int):
    random = np.random.default_rng(seed)
    centres = random.choice([-1.0, 1.0], (2, 8))
    camps = np.repeat([0, 1], [random.integers(3, 9), random.integers(3, 9)])
    positions = centres[camps] + random.normal(0, 0.2, (len(camps), 8))
    order = random.permutation(len(camps))
    one, other = opinion_groups(positions), opinion_groups(positions[order])
    assert one.number == other.number
    together = one.group[:, None] == one.group[None, :]
    assert ((other.group[:, None] == other.group[None, :]) == together[np.ix_(order, order)]).all()


def test_choices_and_rankings_become_positions():
    assert positions_of_choices([[1, 0, NAN]])[0].tolist() == pytest.approx([1, -1, NAN], nan_ok=True)
    assert positions_of_ranks([[1, 2, 3], [2, 1, NAN], [1.5, 1.5, 3]]).tolist() == [
        pytest.approx([1, 0, -1]),
        pytest.approx([-1, 1, NAN], nan_ok=True),
        pytest.approx([0.5, 0.5, -1]),
    ]


def test_experts_without_a_common_item_are_half_as_far_apart_as_opposites():
    apart = distances(np.array([[1, NAN], [NAN, 1], [-1, 1], [1, 1]]))
    assert apart[0].tolist() == pytest.approx([0, 1, 2, 0])
