"""The reading of a name: in katakana, however it was typed."""

import pytest

from advnet.errors import Invalid
from advnet.experts.names import parse_kana


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("しもばしら", "シモバシラ"),
        ("シモバシラ", "シモバシラ"),
        ("ｼﾓﾊﾞｼﾗ", "シモバシラ"),
        (" ジャン＝ポール　ヴォルフ ", "ジャン=ポール ヴォルフ"),
        ("ゔぁん・だいく", "ヴァン・ダイク"),
        ("たろー", "タロー"),
        ("", ""),
    ],
)
def test_any_kana_is_kept_as_katakana(typed, kept):
    assert parse_kana(typed, field="family_kana") == kept


@pytest.mark.parametrize("typed", ["Yamada", "山田", "やま-だ", "ヤマダ1", "ヤマダ<"])
def test_what_is_not_kana_is_refused_on_its_field(typed):
    with pytest.raises(Invalid) as refused:
        parse_kana(typed, field="given_kana")
    assert refused.value.field == "given_kana"
