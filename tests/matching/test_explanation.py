"""The parts of a score as they are shown: whole percents that add up to a hundred."""

from hypothesis import given
from hypothesis import strategies as st

from advnet.experts.works.model import Work
from advnet.matching.eligibility import Eligibility
from advnet.matching.explanation import MOST_PARTS, REST, Candidate, Reason, whole_percents


def candidate(*shares: float, elsewhere: tuple[tuple[str, float], ...] = (), score: float = 0.5) -> Candidate:
    works = tuple(Reason(share, (), work=Work(title=str(share))) for share in shares)
    return Candidate(None, score, (), works, (), elsewhere, Eligibility(()), ())  # type: ignore[arg-type]


@given(st.lists(st.floats(0, 1), max_size=12), st.floats(0, 1))
def test_the_parts_add_up_to_a_hundred_whatever_the_shares(shares, biography):
    whole = sum(shares) + biography
    parts = candidate(*shares, elsewhere=(("biography", biography),)).parts
    assert sum(part.percent for part in parts) == 100, (shares, whole)
    assert all(part.percent > 0 for part in parts)
    assert len(parts) <= MOST_PARTS + 1


def test_the_largest_part_comes_first_and_what_is_not_named_last():
    parts = candidate(0.25, 0.4, elsewhere=(("biography", 0.3),)).parts
    assert [(part.kind, part.percent) for part in parts] == [("work", 40), ("biography", 30), ("work", 25), (REST, 5)]
    many = candidate(*[0.2] * 5).parts
    assert [(part.kind, part.percent) for part in many] == [*[("work", 20)] * MOST_PARTS, (REST, 20)]


def test_without_a_score_there_are_no_parts():
    assert candidate(score=0.0).parts == ()


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=20))
def test_whole_percents_are_less_than_one_off(weights):
    shares = [weight / sum(weights) for weight in weights]
    percents = whole_percents(shares)
    assert sum(percents) == 100
    assert all(abs(percent - 100 * share) < 1 for percent, share in zip(percents, shares, strict=True))
