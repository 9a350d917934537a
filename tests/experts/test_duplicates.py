"""Recognising two records of one person."""

import pytest

from advnet.experts.identity import name_keys
from advnet.experts.model import KeyKind
from advnet.experts.registration import queries as vetting_queries
from tests.builders_experts import ORCID, Experts


@pytest.fixture
def experts(session, now) -> Experts:
    return Experts(session, now)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Yamada", "Hanako"), ("HANAKO", "yamada")),
        (("Ōno", "Jirō"), ("Ono", "Jiro")),
        (("Müller", "Ana-Maria"), ("Ana Maria", "MULLER")),
        (("山田", "花子"), ("花子", "山田")),
        (("山田", "花子"), ("山田花子", "")),
        (("山田", "花子"), ("", "山田　花子")),
        (("ヤマダ", "ハナコ"), ("やまだ", "はなこ")),
        (("ﾔﾏﾀﾞ", "ﾊﾅｺ"), ("ヤマダ", "ハナコ")),
    ],
)
def test_the_same_name_is_recognised_in_any_order_width_case_accent_and_kana(one, other):
    assert name_keys(*one) & name_keys(*other)


@pytest.mark.parametrize(
    ("one", "other"),
    [(("Yamada", "Hanako"), ("Yamada", "Hana")), (("山田", "花子"), ("山田", "花")), (("", ""), ("", ""))],
)
def test_different_names_and_no_names_are_not_the_same(one, other):
    assert not name_keys(*one) & name_keys(*other)


@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        ({"email": "Ice@Example.org"}, {KeyKind.EMAIL}),
        ({"orcid": ORCID}, {KeyKind.ORCID}),
        ({"family_en": "Hanako", "given_en": "KORI"}, {KeyKind.NAME}),
        ({"family_ja": "氷", "given_ja": "花子"}, {KeyKind.NAME}),
        ({"family_kana": "こおり", "given_kana": "はなこ"}, {KeyKind.NAME}),
        ({"email": "ice@example.org", "orcid": ORCID}, {KeyKind.EMAIL, KeyKind.ORCID}),
        ({}, set()),
    ],
)
def test_a_likely_duplicate_is_shown_with_what_the_two_share(session, experts, values, reasons):
    one = experts.complete(
        email="ice@example.org", orcid=ORCID, family_ja="氷", given_ja="花子", family_kana="コオリ",
        given_kana="ハナコ", family_en="Kori", given_en="Hanako",
    )  # fmt: skip
    names = {"family_ja": "", "given_ja": "", "family_kana": "", "given_kana": "", "family_en": "", "given_en": ""}
    other = experts.complete(**{**names, "email": "other@example.org", **values})
    found = vetting_queries.list_likely_duplicates(session, one)
    assert [(duplicate.expert.id, set(duplicate.reasons)) for duplicate in found] == (
        [(other.id, reasons)] if reasons else []
    )
    assert vetting_queries.count_likely_duplicates(session, [one.id, other.id]) == (
        {one.id: 1, other.id: 1} if reasons else {}
    )


def test_the_most_telling_duplicate_comes_first(session, experts):
    one = experts.complete(email="a@example.org", orcid=ORCID)
    by_email = experts.complete(email="a@example.org")
    by_orcid = experts.complete(orcid=ORCID)
    found = vetting_queries.list_likely_duplicates(session, one)
    assert [duplicate.expert.id for duplicate in found] == [by_orcid.id, by_email.id]
