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


def test_words_that_nobody_has_any_more_are_forgotten(monkeypatch):
    monkeypatch.setattr("advnet.search.terms.alikeness._FEW_ENTRIES", 20)
    vectors: TermVectors[int] = TermVectors(most=3)
    for number in range(200):
        vectors.add({number: f"alpha{number} beta{number} gamma{number}"})
        vectors.most_alike(f"asked{number}", [number], limit=1)
    texts, entries, words = vectors.size
    assert (texts, entries) == (3, 9)
    assert words < 40
    (found,) = vectors.most_alike("beta199", [197, 198, 199], limit=3)
    assert (found.key, set(found.amounts)) == (199, {"beta199"})


def test_long_texts_are_bounded_together():
    vectors: TermVectors[int] = TermVectors(most_entries=25)
    for number in range(10):
        vectors.add({number: " ".join(f"word{number}x{one}" for one in range(10))})
    assert vectors.size[:2] == (2, 20)
    assert vectors.missing([7, 8, 9]) == [7]


def test_words_of_the_asked_text_that_no_other_has_make_it_less_alike(vectors):
    vectors.add({"a": "glacier melt"})
    ((same,), (less,)) = (vectors.most_alike(text, ["a"], limit=1) for text in ("glacier melt", "glacier melt fog"))
    assert less.alikeness < same.alikeness == pytest.approx(1.0)


def test_words_that_any_text_has_are_no_reason(vectors):
    vectors.add({"a": "an important new approach is needed to study glaciers"})
    (found,) = vectors.most_alike("we need to use new and important ways to study glaciers", ["a"], limit=1)
    assert shared_words("a new study of glaciers", found.amounts, []) == ("glaciers",)


def test_words_that_most_of_the_texts_have_are_no_reason():
    vectors: TermVectors[int] = TermVectors()
    vectors.add({number: f"cooperation on subject{number % 10}" for number in range(20)})
    (found, *_) = vectors.most_alike("cooperation on subject3", range(20), limit=5)
    assert set(found.amounts) == {"subject3"}
