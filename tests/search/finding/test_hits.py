import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advnet.search import ExpertDeletion, ExpertDocument, ExpertIndex, SearchTimeout, SkillDocument, WorkDocument
from advnet.search.documents import Meant, Why
from advnet.search.finding import hits
from advnet.search.finding.query import LONGEST_QUERY, MOST_CLAUSES, Demand, parse
from advnet.search.storage import segments


def found(index: ExpertIndex, text: str) -> list[str]:
    return [hit.expert_id for hit in index.find(text).hits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ocean", ["1", "2"]),
        ("OCEANS", ["1", "2"]),
        ("ｏｃｅａｎ", ["1", "2"]),
        ("oceans plastic", ["1"]),
        ("the ocean", ["1", "2"]),
        ("ocean volcano", []),
        ('"marine plastics"', ["1"]),
        ('"plastics marine"', []),
        ("“dual use”", ["2"]),
        ("dual-use", ["2"]),
        ("policies -cities -dual", ["1"]),
        ('-"dual use" ocean', ["1"]),
        ("-ocean", ["3"]),
        ("micro*", ["1"]),
        ("technolog*", ["2"]),
        ("policies*", ["1", "2", "3"]),
        ("海洋プラスチック", ["1"]),
        ("海洋のプラスチック", ["1"]),
        ("海洋ﾌﾟﾗｽﾁｯｸ", ["1"]),
        ("「海洋プラスチック」", ["1"]),
        ("「プラスチック海洋」", []),
        ("サーバ", ["1"]),
        ("サーバー", ["1"]),
        ("政治と人工知能", ["2"]),
        ("京", ["1"]),
        ("氷", ["1"]),
        ("政*", ["2"]),
        ("plastic 海洋", ["1"]),
        ("2020", []),
        ("", []),
        ("  ", []),
        ('!?*-"', []),
    ],
)
def test_a_query_finds_whoever_has_all_of_it(index: ExpertIndex, text: str, expected: list[str]):
    assert sorted(found(index, text)) == expected


@pytest.mark.parametrize(
    "name",
    [
        "山田",
        "太郎",
        "山田太郎",
        "山田 太郎",
        "太郎 山田",
        "太郎山田",
        "山田　太郎",
        "やまだ",
        "ﾔﾏﾀﾞ ﾀﾛｳ",
        "ヤマダタロウ",
        "Yamada",
        "taro yamada",
        "YAMADA, Taro",
        '"Yamada Taro"',
        '"Taro Yamada"',
        "yamad*",
        "山田 taro",
    ],
)
def test_a_name_is_found_in_any_script_order_and_width(index: ExpertIndex, name: str):
    assert found(index, name) == ["1"]


def test_accents_in_names_do_not_matter(index: ExpertIndex):
    assert found(index, "sato hanako") == found(index, "SATŌ") == ["2"]


def test_a_stop_word_is_a_name_when_nothing_else_is_asked_for(index: ExpertIndex):
    assert found(index, "will") == ["3"]
    result = index.find("will ocean")
    assert [hit.expert_id for hit in result.hits] == ["1", "2"]
    assert result.ignored == (("will", Why.TOO_COMMON),)


def test_what_is_declared_outweighs_what_is_mentioned(empty: ExpertIndex):
    empty.rebuild(
        [
            ExpertDocument("abstract", works=(WorkDocument("w", "On ice", "volcano"),)),
            ExpertDocument("skill", skills=(SkillDocument(("Volcano",)),)),
            ExpertDocument("title", works=(WorkDocument("w", "Volcano"),)),
            ExpertDocument("name", names=("Volcano",)),
        ],
        reached=0,
    )
    assert found(empty, "volcano") == ["name", "skill", "title", "abstract"]


def test_texts_that_hold_a_japanese_stretch_in_one_piece_come_first(empty: ExpertIndex):
    empty.rebuild(
        [
            ExpertDocument("apart", biography="プラスチックの問題は海洋にもある。"),
            ExpertDocument("together", biography="問題は海洋プラスチックにもある。"),
        ],
        reached=0,
    )
    assert found(empty, "海洋プラスチック") == ["together", "apart"]


@pytest.mark.parametrize("word", ["パワー", "ﾊﾟﾜｰ", "ソーラーパワー", "ソーラーパワ", "ソーラー", "コピーキー"])
def test_a_katakana_word_is_found_within_a_longer_one(empty: ExpertIndex, word: str):
    empty.rebuild([ExpertDocument("1", biography="ソーラーパワーとコピーキーの話"), ExpertDocument("2")], reached=0)
    assert found(empty, word) == found(empty, f'"{word}"') == ["1"]


@pytest.mark.parametrize("word", ["キー", "ｷｰ", "「キー」", "キー 更新", "キー更新"])
def test_two_letters_with_a_long_vowel_are_found_at_the_end_of_a_longer_word(empty: ExpertIndex, word: str):
    empty.rebuild(
        [
            ExpertDocument("end", biography="セキュリティキーの更新"),
            ExpertDocument("half", biography="ｾｷｭﾘﾃｨｷｰと更新"),
            ExpertDocument("whole", biography="キーを更新する"),
            ExpertDocument("within", biography="キーボードの更新"),
            ExpertDocument("other", biography="すき焼きときき酒の更新"),
        ],
        reached=0,
    )
    assert sorted(found(empty, word)) == ["end", "half", "whole", "within"]
    assert found(empty, "更新 -キー") == ["other"]
    (snippet,) = empty.snippets("キー", ["end"])["end"]
    assert [snippet.text[start:end] for start, end in snippet.marks] == ["キー"]


def test_of_one_letter_no_more_than_that_letter_is_marked(index: ExpertIndex):
    (snippet,) = index.snippets("氷", ["1"], per_expert=1)["1"]
    assert [snippet.text[start:end] for start, end in snippet.marks] == ["氷"]


def test_deleted_and_replaced_experts_are_found_as_they_are_now(index: ExpertIndex):
    index.apply([ExpertDeletion("1"), ExpertDocument("2", biography="volcano")], reached=2)
    assert found(index, "ocean") == found(index, "micro*") == found(index, '"dual use"') == []
    assert found(index, "-ocean") == ["2", "3"]


def test_candidates_and_limit_bound_the_hits_and_the_total_counts_all(index: ExpertIndex):
    assert index.find("ocean", candidates={"2", "99"}).total == 1
    result = index.find("polic*", limit=1)
    assert (len(result.hits), result.total) == (1, 3)
    assert index.find("polic*", limit=0).total == 3


def test_a_field_name_is_plain_text(index: ExpertIndex):
    for text in ("expert_id:1", "kind:p", "kind:n", "reached:1", "title:ocean", "names:will"):
        assert found(index, text) == []


HOSTILE = [
    "*e* *a* *i* *o* *u*",
    "x~9 y~9 z~9",
    "a* b* c* d* e* f* g* h* i* j* k* l* m* n*",
    "*" * 5000,
    "((((((((((" * 500,
    "[a TO z] {a TO z}",
    '"' * 999,
    "-" * 999,
    "ocean " * 5000,
    "ー" * 100_000 + "ア",
    "海" * 5000,
    "a\x00b\ud800c\u202e",
    "あ*い*う*え*お*",
    "%s %d {0} ${x} <script>",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_query_costs_a_bounded_number_of_look_ups(index: ExpertIndex, text: str, monkeypatch):
    reads = []
    real = segments.walk
    monkeypatch.setattr(segments, "walk", lambda *asked: (reads.append(asked), real(*asked))[1])
    query = parse(text)
    assert len(query.clauses) <= MOST_CLAUSES
    assert sum(len(clause.text) for clause in query.clauses if clause.demand is not Demand.PREFERRED) <= LONGEST_QUERY
    index.find(text)
    index.suggest(text)
    index.snippets(text, ["1", "2", "3"])
    assert len(reads) <= 6 * (LONGEST_QUERY + MOST_CLAUSES)


@given(st.text())
def test_any_text_is_read_and_stays_within_the_limits(text: str):
    query = parse(text)
    assert len(query.clauses) <= MOST_CLAUSES
    assert all(clause.names for clause in query.clauses)


def test_what_goes_beyond_the_limits_is_named(index: ExpertIndex):
    words = [f"w{number}" for number in range(20)]
    assert parse(" ".join(words)).ignored == tuple((word, Why.TOO_LONG) for word in words[MOST_CLAUSES:])
    assert parse("ocean " + "x" * 300).ignored == (("x" * 106, Why.TOO_LONG),)
    assert parse("ocean " + "y" * 190 + " cutting").ignored == (("cutting", Why.TOO_LONG),)  # no word is torn


def test_a_prefix_of_one_letter_says_too_little_in_latin_and_enough_in_japanese(index: ExpertIndex):
    assert index.find("o*").ignored == (("o*", Why.TOO_SHORT),)
    assert found(index, "o*") == []
    assert found(index, "o* plastic") == ["1"]
    assert found(index, "海*") == ["1"]


def test_a_prefix_that_stands_for_too_many_words_is_ignored_and_named(index: ExpertIndex, monkeypatch):
    monkeypatch.setattr(hits, "MOST_EXPANSIONS", 0)
    result = index.find("po* plastic")
    assert result.ignored == (("po*", Why.TOO_COMMON),)
    assert [hit.expert_id for hit in result.hits] == ["1"]
    assert index.snippets("po* plastic", ["1"])["1"]


def test_a_query_that_takes_too_long_is_given_up(index: ExpertIndex, monkeypatch):
    clock = itertools.count(0, 10)
    for read in ("thread_time", "perf_counter"):
        monkeypatch.setattr(hits.time, read, lambda: next(clock))
    text = "ocean ice"
    for ask in (lambda: index.find(text), lambda: index.snippets(text, ["1"]), lambda: index.suggest("oceen")):
        with pytest.raises(SearchTimeout):
            ask()


def test_snippets_show_where_it_stands_the_weightiest_place_first(index: ExpertIndex):
    shown = index.snippets("ocean plastic", ["1", "2"])
    assert [(one.field, one.text) for one in shown["1"]] == [
        ("skills", "Marine plastics"),
        ("skills", "Ocean policy"),
        ("title", "Microplastics in the Arctic Ocean"),
    ]
    title = shown["1"][2]
    assert title.work_id == "a"
    assert [title.text[start:end] for start, end in title.marks] == ["Ocean"]
    assert [one.field for one in shown["2"]] == ["biography"]


def test_snippets_are_as_many_as_asked_for_and_only_of_experts_that_are_there(index: ExpertIndex):
    assert len(index.snippets("ocean", ["1"], per_expert=1)["1"]) == 1
    assert index.snippets("ocean", ["99"]) == {}
    assert index.snippets("ocean", ["3"]) == {"3": ()}


@pytest.mark.parametrize(
    ("text", "field", "marked"),
    [
        ("海洋プラスチック", "skills", ["海洋プラスチック"]),
        ("「気候変動の影響」", "biography", ["気候変動の影響"]),
        ("サーバ", "biography", ["サーバー"]),
        ("山田", "names", ["山田"]),
        ("やまだ", "names", ["ヤマダ"]),
        ("micro*", "title", ["Microplastics"]),
        ('"arctic ocean"', "title", ["Arctic Ocean"]),
        ("大学", "affiliation", ["大学"]),
    ],
)
def test_marks_cover_what_was_sought_in_the_text_as_given(index: ExpertIndex, text: str, field: str, marked: list[str]):
    (snippet,) = (one for one in index.snippets(text, ["1"])["1"] if one.field == field)
    assert [snippet.text[start:end] for start, end in snippet.marks] == marked


def test_a_long_text_is_shown_around_the_match(empty: ExpertIndex):
    text = "Before. " * 80 + "Volcano eruptions are rare. " + "After. " * 80
    empty.rebuild([ExpertDocument("1", biography=text)], reached=0)
    (snippet,) = empty.snippets("volcano", ["1"])["1"]
    assert len(snippet.text) <= 202
    assert snippet.text.startswith("…Before.")
    assert snippet.text.endswith("…")
    assert [snippet.text[start:end] for start, end in snippet.marks] == ["Volcano"]


# What words stand for, and what leaves out


def test_a_word_finds_its_other_names_and_who_declares_them_also_beside_other_words(empty: ExpertIndex):
    documents = [
        ExpertDocument("1", skills=(SkillDocument(("AI governance",)),), works=(WorkDocument("1", "Law"),)),
        ExpertDocument("2", works=(WorkDocument("1", "人工知能の規制"),)),
        ExpertDocument("3", works=(WorkDocument("1", "Artificial intelligence and law"),)),
        ExpertDocument("4", works=(WorkDocument("1", "Robots and law"),)),
        ExpertDocument("5", names=("Ai Law",)),
    ]
    empty.rebuild(documents, reached=1)
    words = Meant(("AI", "artificial intelligence", "人工知能"), ["4"])
    known = {"ai": words, "artifici intellig": words, "人工知能": words}

    def ids(text: str) -> list[str]:
        return sorted(empty.find(text, meanings=known.get).hits.expert_ids)

    assert ids("人工知能") == ids("artificial intelligence") == ["1", "2", "3", "4"]
    assert ids("artificial intelligence law") == ids("law 人工知能") == ["1", "3", "4"]
    assert ids("AI") == ["1", "2", "3", "4", "5"]
    assert ids('"artificial intelligence"') == ["3"]
    assert ids("人工知能 -law") == ["2"]
    places = empty.snippets("人工知能", ["1"], meanings=known.get)["1"]
    assert [(one.text, one.marks) for one in places] == [("AI governance", ((0, 2),))]


def test_what_leaves_out_looks_at_the_expert_and_not_at_what_stands_above_a_skill(empty: ExpertIndex):
    above = ("Arctic and oceans",)
    empty.rebuild(
        [
            ExpertDocument("1", skills=(SkillDocument(("Ocean energy",), broader=above),)),
            ExpertDocument("2", skills=(SkillDocument(("Arctic shipping",), broader=above),)),
            ExpertDocument("3", works=(WorkDocument("1", "Arctic ocean"),)),
            ExpertDocument("4", works=(WorkDocument("1", "Arctic fog"),)),
        ],
        reached=1,
    )
    assert sorted(found(empty, "ocean")) == ["1", "2", "3"]
    result = empty.find("ocean -arctic")
    assert result.hits.expert_ids == ["1"]
    assert [(text, sorted(ids)) for text, ids in result.left_out] == [("-arctic", ["2", "3"])]


def test_words_that_nobody_has_are_named_when_nobody_has_all(index: ExpertIndex):
    assert index.find("ocean sabotage").hardly_anybody[-1] == ("sabotage", [])
    assert index.find("ocean").hardly_anybody == ()


@pytest.mark.parametrize(
    ("text", "why"), [("a", Why.TOO_SHORT), ("OR", Why.OPERATOR), ("the", Why.TOO_COMMON), ("ocean x", Why.TOO_SHORT)]
)
def test_a_word_that_says_too_little_is_named_when_nobody_is_found(index: ExpertIndex, text: str, why: Why):
    assert why in {one.why for one in index.find(text).ignored}


def test_each_word_has_a_place_where_it_is_seen(empty: ExpertIndex):
    works = (WorkDocument("1", "Sea and sea"), WorkDocument("2", "Sea fog"), WorkDocument("3", "Ice"))
    empty.rebuild([ExpertDocument("1", works=works)], reached=1)
    shown = empty.snippets("sea ice", ["1"], per_expert=2)["1"]
    assert [one.text for one in shown] == ["Sea and sea", "Ice"]
