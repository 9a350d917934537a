"""Skill search as somebody types, with what the vocabulary offers, and without an index."""

import shutil

import pytest
import sqlalchemy as sa

from advnet.experts.model import Standing
from advnet.experts.vocabulary.model import Concept
from tests.builders_consultations import make_concept
from tests.matching.network import make_expert
from tests.matching.reading import choices, names

# While typing


def test_the_last_word_may_go_on_while_it_is_typed(session, signed_in, some, follow):
    follow()
    assert names(signed_in.get("/experts?q=ice dri")) == []
    page = signed_in.get("/experts?q=ice dri&typing=1")
    assert names(page) == ["Zoe Alpha"]
    assert page.tree.xpath("//input[@name='q']/@value") == ["ice dri"]
    assert page.headers["HX-Replace-Url"] == "/experts?q=ice+dri"
    assert {mark.text for mark in page.tree.xpath("//mark")} >= {"drift"}
    assert names(signed_in.get('/experts?q="ice dri"&typing=1')) == []
    assert names(signed_in.get("/experts", query={"q": "ice dri ", "typing": "1"})) == []  # the word is done
    assert "HX-Replace-Url" not in signed_in.get("/experts?q=ice").headers


def test_how_many_were_found_is_said_where_a_reader_hears_it(session, signed_in, some, follow):
    follow()
    for query, said in (("", "3 experts"), ("?q=drift", "1 expert"), ("?q=volcano", "0 experts")):
        (status,) = signed_in.get(f"/experts{query}").tree.xpath("//main//*[@role='status']")
        assert status.text_content().strip() == said


def test_nobody_is_corrected_while_typing(session, signed_in, follow, now):
    make_expert(session, now=now, name="Ren Sample", works=("Hydrogen storage",))
    follow()
    assert "Did you mean" in signed_in.get("/experts?q=hydrogn").words()
    assert "Did you mean" not in signed_in.get("/experts?q=hydrogn&typing=1").words()


def test_a_mistake_that_somebody_made_as_well_is_still_corrected(session, signed_in, follow, now):
    make_expert(session, now=now, name="Mis Typed", works=("Hydrogn storage",))
    for number in range(4):
        make_expert(session, now=now, name=f"Ren {number}", works=("Hydrogen storage",))
    follow()
    page = signed_in.get("/experts?q=hydrogn")
    assert names(page) == ["Mis Typed"]
    assert len(names(page.link("hydrogen"))) == 4
    assert "Did you mean" not in signed_in.get("/experts?q=hydrogen").words()


# Filters


def test_each_filter_can_be_taken_out_by_itself(session, signed_in, some, follow):
    follow()
    page = signed_in.get("/experts?q=ice&country=JP&country=NO&field=natural&sort=name")
    assert [
        " ".join(chip.text_content().split())
        for chip in page.tree.xpath("//ul[@aria-label='Chosen filters']//a[@class='chip']")
    ] == [
        "Take out the filter: Field Natural sciences ×",
        "Take out the filter: Country Japan ×",
        "Take out the filter: Country Norway ×",
    ]
    page = page.link("Take out the filter: Country Japan ×")
    assert names(page) == ["Zoe Alpha"]
    assert page.tree.xpath("//input[@name='q']/@value") == ["ice"]
    assert page.tree.xpath("//input[@name='sort']/@value") == ["name"]


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("sea ice", ["Sea ice 1"]),
        ("海氷", ["Sea ice 1"]),
        ("frozen sea", ["Sea ice 1"]),
        ("energ", ["Energy 2"]),
        ("sea ice and energy", ["Energy 2", "Sea ice 1"]),
        ("nothing", []),
        ("e", []),
        ("empty", []),
    ],
)
def test_words_that_a_concept_is_called_by_offer_it_as_a_filter(session, signed_in, some, follow, text, offered):
    session.scalars(sa.select(Concept).where(Concept.code == "ice")).one().synonyms_en = ["frozen sea"]
    make_concept(session, "empty", en="Empty field", ja="空")
    follow()
    page = signed_in.get("/experts", query={"q": text, "country": "JP"})
    found = page.tree.xpath("//ul[@aria-labelledby='offers']//a")
    assert [" ".join(link.text_content().split()) for link in found] == offered
    for link in found[:1]:
        chosen = signed_in.get(link.get("href"))
        assert chosen.tree.xpath("//input[@name='q']/@value") == [""]
        assert chosen.tree.xpath("//input[@name='country' and @value='JP' and @checked]")
        assert len(names(chosen)) == int(link.text_content().split()[-1])
        assert choices(chosen, "country")
        assert not chosen.tree.xpath("//ul[@aria-labelledby='offers']")


def test_what_is_offered_counts_nobody_who_has_left(session, signed_in, some, follow):
    some[0].standing = Standing.SUSPENDED
    follow()
    page = signed_in.get("/experts?q=sea ice")
    assert [" ".join(a.text_content().split()) for a in page.tree.xpath("//ul[@aria-labelledby='offers']//a")] == [
        "Sea ice 1"
    ]


# Without an index


@pytest.fixture(params=["missing", "damaged"])
def broken(request, app, session, some, follow):
    """There is no index to read."""
    folder = app.extensions["advnet.settings"].instance / "index"
    if request.param == "damaged":
        follow()
        app.extensions["advnet.index"].close()
        for file in folder.rglob("*"):
            if file.is_file() and file.suffix != ".lock":
                file.write_bytes(b"not an index")
    else:
        session.commit()
        shutil.rmtree(folder, ignore_errors=True)
    return some


def test_the_database_answers_and_the_page_says_so(session, signed_in, broken, now):
    make_expert(session, now=now, name="Di Poster", affiliations=("Polar Institute",), works=("Sea ice",),
                family_ja="海", given_ja="氷子", family_kana="ウミ", given_kana="ヒョウコ")  # fmt: skip
    session.commit()
    for query, found in (
        ("alpha", ["Zoe Alpha"]),
        ("zoe -alpha", []),
        ('"sea ice"', ["Ai Beta", "Zoe Alpha"]),
        ("海氷", ["Ai Beta", "Zoe Alpha", "Di Poster"]),
        ("earth sciences", ["Ai Beta", "Zoe Alpha"]),
        ("polar inst", ["Di Poster"]),
        ("umi", ["Di Poster"]),
        ("うみ", ["Di Poster"]),
        ("energy -beta", ["Bo Gamma"]),
        ("drift", []),
        ("-alpha", []),
    ):
        page = signed_in.get("/experts", query={"q": query})
        assert sorted(names(page)) == sorted(found), query
        assert "search answers from the database" in page.words()
    narrowed = signed_in.get("/experts", query={"q": "ice", "country": "NO"})
    assert names(narrowed) == ["Zoe Alpha"]
    assert choices(narrowed, "country") == {"Japan": "1", "Norway": "1"}


def test_the_database_names_nobody_who_has_left(session, signed_in, broken):
    assert names(signed_in.get("/experts?q=alpha")) == ["Zoe Alpha"]
    broken[0].standing = Standing.SUSPENDED
    session.commit()
    page = signed_in.get("/experts?q=alpha")
    assert names(page) == []
    assert "Zoe Alpha" not in page.text


# Whatever is typed

ODD = {
    "nothing": "", "a letter": "a", "a kana": "あ", "a kanji": "氷", "stop words": "the of and", "marks": '"" - * ( ~',
    "emoji": "🧊🐻‍❄️", "binary": "\x01\x02\x7f", "binary in words": "ice\x1fdrift", "right to left": "جليد البحر",
    "a surrogate": "\ufffd", "mixed": "海氷 sea جليد 🧊", "long": "ice " * 25_000, "a long word": "a" * 100_000,
    "prefixes": "a* b* c* d* e* f* g*", "exclusions": "-a -b -c", "phrases": '"a b" "c d" ' * 40,
}  # fmt: skip
SAYS_NOTHING = {"marks", "emoji", "a surrogate"}


@pytest.mark.parametrize("kind", ODD)
def test_whatever_is_typed_is_answered_with_words_that_help(session, signed_in, some, follow, kind):
    follow()
    signed_in.get("/experts")  # reads the roster
    for typing in ({}, {"typing": "1"}):
        page = signed_in.get("/experts", query={"q": ODD[kind], **typing})
        assert page.status == 200
        said = "There is nothing in this that can be looked for." in page.words()
        assert said is (kind in SAYS_NOTHING)
        assert said or names(page) or "No expert " in page.words()


@pytest.mark.parametrize("kind", ODD)
def test_without_an_index_whatever_is_typed_is_answered_as_well(session, signed_in, some, kind):
    session.commit()
    assert signed_in.get("/experts", query={"q": ODD[kind]}).status == 200


def test_an_address_with_nul_in_it_is_refused_with_a_clear_word(session, signed_in):
    session.commit()
    refused = signed_in.get("/experts", query={"q": "ice\0drift"})
    assert refused.status == 400
    assert refused.words()
