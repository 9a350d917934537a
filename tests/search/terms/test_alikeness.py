"""Texts that are alike, and the words they share."""

import pytest

from advnet.search.terms.alikeness import TermVectors, says_something, shared_words

ICE = "Observing sea ice in the Arctic Ocean\n北極海の海氷の観測"
NETWORK = "A network of buoys for observing sea ice\n海氷の観測網"
FOG = "Fog in harbours\n港の霧"


@pytest.fixture
def vectors() -> TermVectors[str]:
    vectors: TermVectors[str] = TermVectors()
    vectors.add({"ice": ICE, "network": NETWORK, "fog": FOG})
    return vectors


def test_the_most_alike_come_first_and_the_same_text_is_wholly_alike(vectors):
    found = vectors.most_alike(ICE, ["fog", "network", "ice"], limit=3)
    assert [one.key for one in found] == ["ice", "network"]
    assert found[0].alikeness == pytest.approx(1.0)
    assert 0 < found[1].alikeness < 1
    assert sum(found[1].amounts.values()) == pytest.approx(found[1].alikeness)


def test_only_texts_that_were_asked_for_are_compared_and_counted(vectors):
    alone = vectors.most_alike(ICE, ["network"], limit=3)
    assert [one.key for one in alone] == ["network"]
    vectors.add({"another": NETWORK})  # that another reader may read, and this one may not
    assert vectors.most_alike(ICE, ["network"], limit=3) == alone
    assert vectors.most_alike(ICE, ["network", "gone"], limit=3) == alone
    assert vectors.most_alike(ICE, [], limit=3) == []


@pytest.mark.parametrize("text", ["", "🧊", "the of and", "\0", "の"])
def test_a_text_that_says_nothing_is_like_nothing(vectors, text):
    assert vectors.most_alike(text, ["ice", "fog"], limit=3) == []
    vectors.add({"empty": text})
    assert [one.key for one in vectors.most_alike(ICE, ["empty", "ice"], limit=3)] == ["ice"]


def test_the_oldest_are_forgotten_when_there_are_too_many():
    vectors: TermVectors[int] = TermVectors(most=2)
    for number in range(3):
        vectors.add({number: ICE})
    assert vectors.missing([0, 1, 2]) == [0]


def test_shared_words_are_whole_and_stand_as_they_were_written(vectors):
    (found,) = vectors.most_alike(ICE, ["network"], limit=1)
    words = shared_words(ICE, found.amounts, [NETWORK])
    assert set(words) == {"Observing", "sea", "ice", "海氷", "観測"}
    assert len(shared_words(ICE, found.amounts, [NETWORK], limit=2)) == 2


@pytest.mark.parametrize(
    ("text", "says"), [("a", True), ("氷", True), ("2026", True), ("", False), (' -"*🧊\0', False)]
)
def test_letters_and_figures_can_be_looked_for(text, says):
    assert says_something(text) is says
