import pytest

from advnet.errors import Invalid
from advnet.experts.works.doi import MAX_LENGTH, normalise_doi


@pytest.mark.parametrize(
    "written",
    [
        "10.1000/ABC",
        " doi:10.1000/abc ",
        "DOI: 10.1000/abc",
        "doi 10.1000/abc",
        "info:doi/10.1000/abc",
        "https://doi.org/10.1000/abc",
        "http://dx.doi.org/10.1000/abc.",
        "https://doi.org/10.1000%2Fabc?from=mail",
        "10.1000/abc;",
    ],
)
def test_one_doi_has_one_form_however_it_is_written(written):
    assert normalise_doi(written) == "10.1000/abc"


def test_a_doi_of_the_old_form_with_angle_brackets_is_kept_whole():
    odd = "10.1002/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o"
    assert normalise_doi(odd) == odd


def test_a_doi_may_hold_brackets_and_japanese():
    assert normalise_doi("10.11501/資料(1)") == "10.11501/資料(1)"


@pytest.mark.parametrize(
    "wrong", ["", "10.1000", "10.1000/", "10.1/abc", "11.1000/abc", "10.1000/a b", "https://example.org/10.1000/abc"]
)
def test_what_is_no_doi_is_refused_on_its_field_with_an_example(wrong):
    with pytest.raises(Invalid) as refused:
        normalise_doi(wrong)
    assert refused.value.field == "doi"
    assert str(refused.value).endswith("A DOI looks like 10.1000/182.")


def test_a_doi_may_be_as_long_as_the_limit_and_no_longer():
    longest = "10.1000/" + "a" * (MAX_LENGTH - 8)
    assert normalise_doi(longest) == longest
    with pytest.raises(Invalid, match="at most 300"):
        normalise_doi(longest + "a")
