"""The flow of a ranking: the better mean stands higher, in every round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advnet.pictures.ranking import RankedRound, concord, ranking_flow
from tests.pictures.figures import lies_inside

MEANS = st.dictionaries(st.sampled_from("abcdefg"), st.floats(1, 7), max_size=7)
ROUNDS = st.lists(st.builds(RankedRound, st.just("r"), MEANS, st.none() | st.floats(0, 1), st.just(9)), max_size=8)


@given(ROUNDS)
def test_every_option_of_a_round_has_a_place_of_its_own_by_its_mean(rounds):
    flow = ranking_flow(rounds)
    assert len({option.letter for option in flow.options}) == len(flow.options)
    assert {option.label for option in flow.options} == {label for one in rounds for label in one.places}
    for number, one in enumerate(rounds):
        stops = {option.label: option.stops[number] for option in flow.options if option.stops[number]}
        assert set(stops) == set(one.places)
        assert all(lies_inside(stop.x) and 12 <= stop.y <= flow.height - 26 for stop in stops.values())
        down = sorted(stops, key=lambda label: stops[label].y)
        assert len({stop.y for stop in stops.values()}) == len(stops)
        assert [one.places[label] for label in down] == sorted(one.places.values())


@given(ROUNDS)
def test_rounds_follow_each_other_from_left_to_right(rounds):
    columns = [column.x for column in ranking_flow(rounds).columns]
    assert columns == sorted(set(columns))
    assert lies_inside(*columns)


def test_equal_means_share_their_place():
    flow = ranking_flow([RankedRound("1", {"a": 2, "b": 1.5, "c": 2, "d": 4}, 0.5, 4)])
    assert {option.label: option.stops[0].place for option in flow.options} == {"b": 1, "a": 2, "c": 2, "d": 4}
    assert [option.label for option in flow.first] == ["b"]


def test_an_option_named_late_or_dropped_has_no_line_where_it_was_not():
    flow = ranking_flow([RankedRound("1", {"a": 1, "b": 2}, 0.1, 4), RankedRound("2", {"c": 1, "a": 2}, 0.9, 4)])
    assert [(option.label, len(option.legs)) for option in flow.options] == [("c", 0), ("a", 1), ("b", 0)]


@pytest.mark.parametrize(
    ("w", "word"),
    [(0, "very-weak"), (0.1999, "very-weak"), (0.2, "weak"), (0.5, "moderate"), (0.6, "strong"), (0.8, "very-strong"),
     (1, "very-strong")],
)  # fmt: skip
def test_w_has_a_word(w, word):
    assert concord(w) == word


@pytest.mark.parametrize("bad", [RankedRound("1", {"a": 0.9}, 0.5, 1), RankedRound("1", {"a": 1}, 1.1, 1)])
def test_a_place_before_the_first_and_a_w_beyond_one_are_refused(bad):
    with pytest.raises(ValueError, match=r"first place|W is"):
        ranking_flow([bad])
