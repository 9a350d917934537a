"""What a newcomer types: everyday words, sentences, words that leave out, and words that nobody has."""

import pytest

from advnet.experts.model import Standing
from advnet.experts.vocabulary.model import Facet
from advnet.jobs.service import note_index_change
from tests.builders_consultations import make_concept
from tests.matching.network import make_expert
from tests.matching.reading import choices, names, nearest


@pytest.fixture
def digital(session, now):
    """Four experts of whom three have to do with AI, each saying it in another way."""
    ai = make_concept(session, "ai", en="Artificial intelligence", ja="人工知能（AI）", synonyms_ja=["人工知能"])
    law = make_concept(session, "law", en="Machine law", ja="AIガバナンス", parent_id=ai.id)
    for concept in (ai, law):
        concept.facet = Facet.AREA
    make_expert(session, now=now, name="Declares Narrower", works=("Courts",), skills=(law,), country="NO")
    make_expert(session, now=now, name="Writes English", works=("AI in hospitals",))
    make_expert(session, now=now, name="Writes Japanese", works=("人工知能と裁判",))
    make_expert(session, now=now, name="Has Nothing", works=("Courts and hospitals",))


@pytest.mark.parametrize("text", ["AI", "ＡＩ", "人工知能", "artificial intelligence", "Artificial  Intelligence"])
def test_everyday_words_of_either_language_find_the_same_people(session, signed_in, digital, follow, text):
    follow()
    page = signed_in.get("/experts", query={"q": text})
    assert sorted(names(page)) == ["Declares Narrower", "Writes English", "Writes Japanese"]
    assert names(signed_in.get("/experts", query={"q": f"{text} courts"})) == ["Declares Narrower"]
    assert names(signed_in.get("/experts", query={"q": f"{text} -courts"}))
    assert "Declares Narrower" not in names(signed_in.get("/experts", query={"q": f"{text} -courts"}))


def test_a_skill_is_a_reason_in_the_language_of_the_page_and_once(session, signed_in, digital, follow):
    follow()
    for language, label in (("en", "Machine law"), ("ja", "AIガバナンス")):
        page = signed_in.get("/experts", query={"q": "人工知能 courts", "lang": language})
        (cell,) = [cell for cell in page.tree.xpath("//td[2]") if label in cell.text_content()]
        found = [" ".join(item.text_content().split()) for item in cell.xpath(".//ul[@class='plain-list']/li")]
        assert len([one for one in found if label in one]) == 1, found


def test_what_was_left_out_is_counted_among_those_who_may_be_found(session, signed_in, some, follow, now):
    follow()
    page = signed_in.get("/experts?q=ice -drift")
    assert names(page) == ["Ai Beta"]
    assert "1 left out by −drift" in page.words()
    assert "left out by" not in signed_in.get("/experts?q=ice -drift&country=JP").words()
    some[0].standing = Standing.SUSPENDED
    note_index_change(session, expert_id=some[0].id, now=now)
    session.commit()
    assert "left out by" not in signed_in.get("/experts?q=ice -drift").words()


def test_a_word_above_a_skill_finds_its_expert_and_leaves_nobody_out(session, signed_in, some, follow):
    follow()
    assert sorted(names(signed_in.get("/experts?q=natural"))) == ["Ai Beta", "Zoe Alpha"]
    assert sorted(names(signed_in.get("/experts?q=ice -natural"))) == ["Ai Beta", "Zoe Alpha"]


def test_who_is_nearest_is_shown_as_that_and_words_that_nobody_has_are_named(session, signed_in, some, follow):
    follow()
    page = signed_in.get("/experts?q=sea ice sabotage")
    assert names(page) == []
    assert nearest(page)[0] == "Zoe Alpha"
    assert len(nearest(page)) <= 5
    assert "No one has: sabotage" in page.words()
    assert "These experts do not have all the words." in page.words()
    assert "%" in page.words()
    assert nearest(signed_in.get("/experts?q=sea ice")) == []
    assert nearest(signed_in.get("/experts?q=sea ice sabotage&country=NO")) == ["Zoe Alpha"]
    some[0].standing = Standing.SUSPENDED
    session.commit()
    assert "Zoe Alpha" not in nearest(signed_in.get("/experts?q=sea ice sabotage"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("b", "A single letter says too little to be looked for: b"),
        ("AND OR NOT", "Not looked for: AND, OR, NOT."),
        ("ice the", "it is in too many texts: the"),
        ("ice " + "w " * 20 + "x" * 200, "since the search is too long: "),
    ],
)
def test_what_is_not_looked_for_is_named_with_its_own_reason(session, signed_in, some, follow, text, said):
    follow()
    assert said in signed_in.get("/experts", query={"q": text}).words()


def test_nobody_is_offered_less_than_they_typed_when_somebody_was_found(session, signed_in, follow, now):
    make_expert(session, now=now, name="Mio Sample", family_ja="見本", given_ja="量", works=("量子", "量産", "量"))
    for number in range(8):
        make_expert(session, now=now, name=f"Q {number}", works=("量子の話",))
    follow()
    page = signed_in.get("/experts?q=見本 量")
    assert names(page)
    assert "Did you mean" not in page.words()


def test_a_concept_offered_counts_what_the_filter_counts(session, signed_in, some, follow):
    follow()
    page = signed_in.get("/experts?q=energy&country=JP")
    (offer,) = page.tree.xpath("//ul[@aria-labelledby='offers']//a")
    assert offer.text_content().split()[-1] == choices(page, "area")["Energy"]


def test_the_results_are_one_key_away_from_the_words(session, signed_in, some, follow):
    follow()
    page = signed_in.get("/experts")
    assert page.tree.xpath("//form//a[@href='#results']/following::input[@type='checkbox']")
    assert page.tree.xpath("//*[@id='results' and @tabindex='-1']")
