"""Pairs of Japanese letters, told as words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advnet.search import ExpertDocument, ExpertIndex, MatchQuestion, WorkDocument
from advnet.search.terms.analysis import MixedAnalyzer
from advnet.search.terms.words import JapaneseWords, katakana_words


def words(question: str, said: str, *, held: dict[str, int] | None = None) -> list[str]:
    """The words that a text has in common with a question, when each pair of the text stands in it alone."""
    pairs = [token for token in MixedAnalyzer().tokens(question) if token.is_cjk and len(token.term) == 2]
    present = MixedAnalyzer().positions(said).keys() & {pair.term for pair in pairs}
    counted = dict.fromkeys(present, 1) | (held or {})
    found = JapaneseWords(question, pairs, counted)
    return list(found.shares(dict.fromkeys(present, 1.0), present, katakana_words(said)))


@pytest.mark.parametrize(
    ("question", "said", "expected"),
    [
        ("気候変動の影響", "気候変動と海", ["気候変動"]),
        ("海洋プラスチック汚染への対策", "海洋プラスチックの汚染", ["海洋プラスチック", "汚染"]),
        ("海洋保護区", "海洋生態系", ["海洋"]),
        ("マイクロプラスチック", "プラスチックの循環", ["プラスチック"]),
        ("ﾏｲｸﾛﾌﾟﾗｽﾁｯｸ", "プラスチックの循環", ["ﾌﾟﾗｽﾁｯｸ"]),
        ("プラスチックの循環", "マイクロプラスチック", ["プラスチック"]),
        ("シミュレーション", "オペレーション", []),
        ("サーバーの運用", "サーバと運用", ["サーバー", "運用"]),
        ("氷の観測", "流氷の調査", []),
        ("技術の移転", "芸術の歴史", []),
        ("実現に向けた技術", "向けた技術", ["技術"]),
        ("必要な対応と観測", "観測への対応が必要", ["観測"]),
        ("がん対策", "がんの対策", ["がん", "対策"]),
        ("宇宙 AI ガバナンス", "ガバナンスと宇宙", ["ガバナンス", "宇宙"]),
    ],
)
def test_words_in_common_are_whole(question: str, said: str, expected: list[str]):
    assert sorted(words(question, said)) == sorted(expected)


def test_a_letter_at_a_cut_end_goes_with_the_side_with_which_it_stands_more_often():
    often = {"教育": 9, "育機": 1, "機関": 5, "感染": 9, "染症": 8, "症対": 1, "対策": 7}
    assert words("高等教育機関", "教育機会", held=often) == ["教育"]
    assert words("感染症対策", "感染症対応", held=often) == ["感染症"]
    assert words("感染症対策", "感染症予防", held=often) == ["感染症"]
    assert words("開発途上国", "海上国境", held={"途上": 6, "上国": 8}) == []
    assert words("専門家", "専門分野", held={"専門": 12, "門家": 8}) == ["専門"]
    assert words("気候変動", "天候変化", held={"気候": 5, "候変": 1, "変動": 4}) == []


def test_each_pair_counts_once_and_for_the_longest_word_that_holds_it():
    pairs = [token for token in MixedAnalyzer().tokens("気候。気候変動。気候変動") if len(token.term) == 2]
    amounts = {"気候": 0.25, "候変": 0.5, "変動": 1.0}
    found = JapaneseWords("気候。気候変動。気候変動", pairs, {})
    assert found.shares(amounts, amounts.keys(), set()) == {"気候変動": 1.75}


JAPANESE = st.text(st.sampled_from("海洋気候変動のはデータカきー、ab "), max_size=30)


@given(JAPANESE, JAPANESE)
def test_every_word_stands_in_the_question_and_no_pair_counts_twice(question: str, said: str):
    pairs = [token for token in MixedAnalyzer().tokens(question) if token.is_cjk and len(token.term) == 2]
    amounts = dict.fromkeys({pair.term for pair in pairs} & MixedAnalyzer().positions(said).keys(), 1.0)
    found = JapaneseWords(question, pairs, {}).shares(amounts, amounts.keys(), katakana_words(said))
    assert sum(found.values()) <= len(amounts)
    assert all(len(word) >= 2 and word in question for word in found)


def test_the_reasons_of_a_match_are_words(empty: ExpertIndex):
    empty.rebuild(
        [
            ExpertDocument("1", biography="教育機会の格差", works=(WorkDocument("w", "教育政策と国際協定"),)),
            ExpertDocument("2", biography="研究機関の評価、教育、国際協力、高等教育機関"),
        ],
        reached=0,
    )
    found = {one.expert_id: one for one in empty.match(MatchQuestion("高等教育機関の国際協力"))}
    assert {term.term for term in found["1"].terms} == {"教育", "国際"}
    assert {term.term for term in found["2"].terms} in ({"高等教育機関", "国際協力"}, {"高等教育", "機関", "国際協力"})


def test_what_ends_one_word_or_begins_the_next_is_no_part_of_a_word_that_was_cut_there():
    often = {"的根": 9, "学的": 1, "共同": 1, "際共": 9}
    assert words("科学的根拠", "的根拠", held=often) == ["根拠"]
    assert words("国際共同", "国際共", held=often) == ["国際"]
    assert words("公共事業", "公共", held=often) == ["公共"]
