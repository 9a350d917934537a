import json
import re
from collections import Counter
from pathlib import Path

import pytest

from advnet.experts.vocabulary.file import FACETS, MAX_CODE_LENGTH, MAX_DEPTH, Concept, VocabularyError, read_vocabulary

JAPANESE = re.compile("[ぁ-ヺ一-鿿]")
# Abbreviations and names that Japanese ministries write in Latin letters.
LATIN_IN_JAPANESE = {"BRICS", "SATREPS"}


def write(path: Path, *concepts: dict | str) -> Path:
    """A vocabulary file whose first concept stands on line 5."""
    lines = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in concepts]
    head = '{\n"version": 1,\n"title": {"en": "Words", "ja": "語彙"},\n"concepts": [\n'
    path.write_text(head + ",\n".join(lines) + "\n]\n}\n", encoding="utf-8")
    return path


def concept(code: str, **changes: object) -> dict:
    return {"code": code, "facet": "area", "parent": None, "en": f"{code} in English", "ja": f"{code}の和名", **changes}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "vocabulary.json"


@pytest.fixture(scope="module")
def shipped() -> list[Concept]:
    return read_vocabulary()


def refusal(file: Path) -> str:
    with pytest.raises(VocabularyError) as caught:
        read_vocabulary(file)
    return str(caught.value)


# The file as shipped


def test_every_facet_of_the_shipped_file_is_well_filled(shipped):
    counts = Counter(one.facet for one in shipped)
    assert set(counts) == set(FACETS)
    assert all(count >= 90 for count in counts.values()), counts


def test_parents_of_the_shipped_file_stand_before_their_children(shipped):
    seen: set[str | None] = {None}
    for one in shipped:
        assert one.parent in seen, one
        seen.add(one.code)


def test_the_shipped_file_is_a_hierarchy_of_at_most_four_levels_and_not_flat(shipped):
    level: dict[str | None, int] = {None: 0}
    for one in shipped:
        level[one.code] = level[one.parent] + 1
    assert 3 <= max(level.values()) <= MAX_DEPTH


def test_every_shipped_concept_has_a_label_in_both_languages(shipped):
    for one in shipped:
        assert one.en.strip(), one
        assert not JAPANESE.search(one.en), one
        assert JAPANESE.search(one.ja) or one.ja in LATIN_IN_JAPANESE, one


def test_english_synonyms_of_the_shipped_file_hold_no_japanese(shipped):
    assert [word for one in shipped for word in one.synonyms_en if JAPANESE.search(word)] == []


@pytest.mark.parametrize(
    ("word", "facet", "code"),
    [
        ("AI", "field", "artificial-intelligence"),
        ("IoT", "area", "iot-security"),
        ("防災", "area", "disaster-risk-reduction"),
        ("DRR", "area", "disaster-risk-reduction"),
        ("海氷", "area", "sea-ice"),
        ("洋上風力", "area", "offshore-wind"),
        ("安全保障貿易管理", "area", "security-export-control"),
        ("研究インテグリティ", "area", "research-integrity"),
        ("米国", "region", "united-states"),
        ("SATREPS", "instrument", "satreps"),
    ],
)
def test_a_word_that_people_use_leads_to_its_concept(shipped, word, facet, code):
    assert [one.code for one in shipped if one.facet == facet and word in one.words] == [code]


def test_the_shipped_file_holds_one_concept_on_each_line(shipped):
    lines = [one.line for one in shipped]
    assert lines == list(range(lines[0], lines[0] + len(shipped)))


# Reading


def test_all_that_a_concept_says_is_read(file):
    write(file, concept("energy", synonyms_en=["power"], synonyms_ja=["エナジー"], note="Broad."))
    assert read_vocabulary(file) == [
        Concept("energy", "area", None, "energy in English", "energyの和名", ("power",), ("エナジー",), "Broad.", 5)
    ]


def test_a_parent_named_after_its_child_comes_first_all_the_same(file):
    write(file, concept("wind", parent="energy"), concept("energy", parent="top"), concept("top"), concept("other"))
    assert [one.code for one in read_vocabulary(file)] == ["top", "energy", "wind", "other"]


def test_one_word_may_stand_for_concepts_of_different_facets(file):
    write(file, concept("ai", synonyms_en=["AI"]), concept("ai-field", facet="field", synonyms_en=["AI"]))
    assert len(read_vocabulary(file)) == 2


def test_one_concept_may_use_the_same_word_in_both_languages(file):
    write(file, concept("ai", synonyms_en=["AI"], synonyms_ja=["ＡＩ"]))
    assert read_vocabulary(file)[0].synonyms_ja == ("ＡＩ",)


def test_a_code_may_be_as_long_as_the_limit_and_no_longer(file):
    write(file, concept("a" * MAX_CODE_LENGTH))
    assert len(read_vocabulary(file)) == 1
    write(file, concept("a" * (MAX_CODE_LENGTH + 1)))
    assert "at most 60" in refusal(file)


def test_four_levels_are_accepted_and_a_fifth_is_refused(file):
    chain = [concept("a"), *(concept(code, parent=parent) for parent, code in zip("abc", "bcd", strict=True))]
    write(file, *chain)
    assert len(read_vocabulary(file)) == MAX_DEPTH
    write(file, *chain, concept("e", parent="d"))
    assert refusal(file) == "Line 9, e: this is below level 4. Give it a broader parent."


# Refusals


def test_a_missing_file_is_named(file):
    assert refusal(file) == f"The vocabulary file {file} cannot be read: give the path of a UTF-8 text file."


def test_a_file_in_another_encoding_is_named(file):
    file.write_bytes('{"concepts": ["海氷"]}'.encode("shift_jis"))
    assert str(file) in refusal(file)


def test_broken_json_is_refused_with_its_line(file):
    write(file, concept("energy"), '{"code": "space"')
    assert refusal(file).startswith("Line 7: this is not JSON")


@pytest.mark.parametrize("text", ["[]", "{}", '{"concepts": {}}', "3"])
def test_a_file_without_the_list_of_concepts_is_refused(file, text):
    file.write_text(text, encoding="utf-8")
    assert 'a list named "concepts"' in refusal(file)


def test_something_other_than_an_object_is_refused_with_its_line(file):
    write(file, concept("energy"), '"space"')
    assert refusal(file) == "Line 6: a concept is an object with code, facet, en and ja."


@pytest.mark.parametrize("key", ["synonym_en", "line", "words"])
def test_an_unknown_key_is_refused(file, key):
    write(file, concept("energy", **{key: "?"}))
    assert refusal(file) == f"Line 5, energy: “{key}” is not known. Remove it or correct its spelling."


@pytest.mark.parametrize("key", ["facet", "en", "ja"])
@pytest.mark.parametrize("value", [None, "", "  ", 3])
def test_a_missing_or_empty_label_is_refused(file, key, value):
    write(file, concept("energy", **{key: value}))
    assert refusal(file) == f"Line 5, energy: “{key}” is missing or empty. Fill it in."


def test_a_concept_without_code_is_refused_with_its_line(file):
    write(file, {"facet": "area", "en": "Energy", "ja": "エネルギー"})
    assert refusal(file) == "Line 5, ?: “code” is missing or empty. Fill it in."


@pytest.mark.parametrize("code", ["Energy", "wind power", "wind_power", "-wind", "wind--power", "風力"])
def test_a_code_that_is_not_in_kebab_case_is_refused(file, code):
    write(file, concept(code))
    assert refusal(file).startswith(f"Line 5, {code}: a code is made of small letters")


@pytest.mark.parametrize("key", ["parent", "note"])
def test_a_parent_or_note_that_is_not_text_is_refused(file, key):
    write(file, concept("energy", **{key: 7}))
    assert refusal(file) == f"Line 5, energy: “{key}” must be text, or null where there is none."


@pytest.mark.parametrize("words", ["power", [""], [1], None])
def test_synonyms_that_are_not_a_list_of_words_are_refused(file, words):
    write(file, concept("energy", synonyms_ja=words))
    assert refusal(file) == "Line 5, energy: “synonyms_ja” must be a list of words, none of them empty."


def test_an_unknown_facet_is_refused_with_those_there_are(file):
    write(file, concept("energy", facet="topic"))
    assert refusal(file) == ("Line 5, energy: there is no facet “topic”. Use one of field, area, region, instrument.")


def test_a_code_given_twice_is_refused_with_both_lines(file):
    write(file, concept("energy"), concept("space"), concept("energy", en="Power", ja="電力"))
    assert refusal(file) == "Line 7, energy: line 5 has the same code. Choose another."


def test_an_unknown_parent_is_refused(file):
    write(file, concept("wind", parent="energie"))
    assert refusal(file) == "Line 5, wind: there is no concept “energie”. Add it or name another parent."


def test_a_parent_of_another_facet_is_refused(file):
    write(file, concept("energy"), concept("wind", facet="field", parent="energy"))
    assert refusal(file) == "Line 6, wind: its parent “energy” is of another facet. Make them agree."


@pytest.mark.parametrize("parents", [{"a": "a"}, {"a": "b", "b": "a"}, {"a": "b", "b": "c", "c": "a"}])
def test_a_circle_of_parents_is_refused(file, parents):
    write(file, *(concept(code, parent=parent) for code, parent in parents.items()))
    assert refusal(file) == "Line 5, a: following its parents leads back to it. Break the circle."


def test_a_circle_above_a_concept_is_refused_too(file):
    write(file, concept("leaf", parent="a"), concept("a", parent="b"), concept("b", parent="a"))
    assert "Break the circle" in refusal(file)


@pytest.mark.parametrize(
    "clash",
    [{"en": "SEA ICE"}, {"ja": "海氷"}, {"synonyms_en": ["sea ice"]}, {"synonyms_ja": ["ｻｰﾊﾞ"]}],
    ids=["label", "Japanese label", "synonym against label", "spelling of a synonym"],
)
def test_a_word_that_stands_for_two_concepts_of_a_facet_is_refused(file, clash):
    write(file, concept("ice", en="Sea ice", ja="海氷", synonyms_ja=["サーバー"]), concept("other", **clash))
    word = next(iter(clash.values()))
    word = word if isinstance(word, str) else word[0]
    assert refusal(file) == (f"Line 6, other: “{word}” already stands for “ice” (line 5). Remove it from one of them.")
