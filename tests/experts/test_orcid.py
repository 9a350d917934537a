"""ORCID iDs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advnet.errors import Invalid
from advnet.experts.orcid import check_character, parse_orcid


@pytest.mark.parametrize(
    "text",
    [
        "0000-0002-1825-0097",
        "0000000218250097",
        " https://orcid.org/0000-0002-1825-0097 ",
        "orcid.org/0000-0002-1825-0097/",
        "HTTP://ORCID.ORG/0000-0002-1825-0097",
        "０００００００２１８２５００９７",
        "0000 0002 1825 0097",
        "0000–0002–1825–0097",
    ],
)
def test_every_usual_form_gives_the_same_identifier(text):
    assert parse_orcid(text) == "0000-0002-1825-0097"


def test_the_check_character_may_be_an_x():
    assert parse_orcid("0000-0002-1694-233x") == "0000-0002-1694-233X"


@pytest.mark.parametrize("text", ["", "0000-0002-1825-009", "0000-0002-1825-00977", "X000-0002-1825-0097", "abc",
                                  "٠٠٠٠-0002-1825-009a", "https://example.org/0000-0002-1825-0097"])  # fmt: skip
def test_what_has_not_sixteen_digits_is_refused_on_its_field(text):
    with pytest.raises(Invalid) as refused:
        parse_orcid(text)
    assert refused.value.field == "orcid"
    assert "16 digits" in refused.value.text


@given(st.text("0123456789", min_size=15, max_size=15), st.integers(0, 14), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(digits, place, difference):
    whole = digits + check_character(digits)
    assert parse_orcid(whole).replace("-", "") == whole
    wrong = str((int(whole[place]) + difference) % 10)
    with pytest.raises(Invalid):
        parse_orcid(whole[:place] + wrong + whole[place + 1 :])


@given(st.text("0123456789", min_size=15, max_size=15), st.integers(0, 13))
def test_two_neighbours_that_changed_places_are_always_noticed(digits, place):
    whole = digits + check_character(digits)
    swapped = whole[:place] + whole[place + 1] + whole[place] + whole[place + 2 :]
    if swapped == whole:
        assert parse_orcid(swapped)
    else:
        with pytest.raises(Invalid):
            parse_orcid(swapped)
