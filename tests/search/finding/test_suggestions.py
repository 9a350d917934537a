import pytest

from advnet.search import ExpertDocument, ExpertIndex


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("oceen", "ocean"),
        ("micoplastics", "microplastics"),
        ("yamadda", "yamada"),
        ("hanak0", "hanako"),
        ("oceans plastc", "oceans plastic"),
        ("海洋プラスチッコ", "海洋"),
        ("気候変導", "気候変"),
    ],
)
def test_a_slip_is_answered_with_what_does_find_somebody(index: ExpertIndex, text: str, expected: str):
    assert index.find(text).total == 0
    suggested = index.suggest(text)
    assert 0 < len(suggested) <= 3
    assert any(one.startswith(expected) for one in suggested)
    assert all(index.find(one).total for one in suggested)


def test_words_that_only_nobody_combines_are_taken_apart(index: ExpertIndex):
    assert index.suggest("microplastics floods") == ("floods", "microplastics")


@pytest.mark.parametrize("text", ["ocean", "", "-ocean", "qqqqqqqq", "o*", "zz"])
def test_nothing_is_suggested_where_nothing_helps(index: ExpertIndex, text: str):
    assert index.suggest(text) == ()


def test_few_hits_are_worth_a_suggestion_only_where_another_spelling_finds_far_more(index: ExpertIndex):
    index.apply(
        [ExpertDocument("9", biography="Glaciar"), *(ExpertDocument(f"8{n}", biography="Glacier") for n in range(3))],
        reached=9,
    )
    assert index.suggest("glaciar") == ()
    assert index.suggest("glaciar", few=2) == ("glacier",)
    assert index.suggest("glacier", few=2) == ()
    assert index.suggest("glacier", few=5) == ()
