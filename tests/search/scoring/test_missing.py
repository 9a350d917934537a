"""Words of a question that nothing of an expert speaks of."""

from hypothesis import given
from hypothesis import strategies as st

from advnet.search.glossary import Vocabulary
from advnet.search.scoring.missing import missing_words


def test_missing_words_stand_in_none_of_the_texts():
    assert missing_words("Buoys observe sea ice in 2026", ["Observing ice"]) == ("Buoys", "sea")
    assert missing_words("海氷予測の観測網", ["海氷の観測"]) == ("予測",)
    assert missing_words("Fog, fog and ice", ["Harbours"], limit=1) == ("Fog",)


def test_who_writes_in_one_language_lacks_no_word_of_the_other():
    assert missing_words("Sea fog\n海霧", ["Sea ice"]) == ("fog",)
    assert missing_words("Sea fog\n海霧", ["海氷"]) == ("海霧",)
    assert missing_words("Sea fog\n海霧", []) == ()


@given(text=st.text(), other=st.text())
def test_a_missing_word_stands_in_the_text_and_not_in_what_was_said(text, other):
    for word in missing_words(text, [other]):
        assert word in text
    assert missing_words(text, [text]) == ()


def test_a_word_that_is_found_through_its_english_is_not_missing():
    assert missing_words("海氷の予測", ["海洋の観測", "Sea ice"]) == ("予測",)
    assert missing_words("海氷の予測", ["海洋の観測", "Sea and land"]) == ("海氷", "予測"), (
        "half of the English is none"
    )


def test_an_english_word_that_japanese_means_is_not_missing():
    assert missing_words("Sea fog", ["海氷", "Harbours"]) == ("fog",)


def test_the_meanings_of_the_vocabulary_count_before_the_dictionary():
    vocabulary = Vocabulary({"海氷予測": ["polar forecasting"]})
    assert missing_words("海氷予測", ["海洋", "Polar forecasting"], vocabulary=vocabulary) == ()
    assert missing_words("海氷予測", ["港湾", "Polar forecasting"]) == ("海氷",)


def test_words_that_any_text_has_are_not_missed():
    assert missing_words("important new use of volcanoes", ["glaciers"]) == ("volcanoes",)
