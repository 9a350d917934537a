"""The page of skill search: words, order, excerpts, and whatever else somebody types."""

from lxml import html

from advnet.experts.model import Standing
from advnet.jobs.service import note_index_change
from tests.matching.network import make_expert
from tests.matching.reading import names
from tests.statements import statements


def test_every_word_must_be_there_phrases_and_exclusions_work(session, signed_in, some, follow):
    follow()
    assert names(signed_in.get("/experts?q=ice")) == ["Zoe Alpha", "Ai Beta"]
    assert names(signed_in.get("/experts?q=ice energy")) == ["Ai Beta"]
    assert names(signed_in.get('/experts?q="ice drift"')) == ["Zoe Alpha"]
    assert names(signed_in.get("/experts?q=ice -drift")) == ["Ai Beta"]
    assert names(signed_in.get("/experts?q=海氷")) == names(signed_in.get("/experts?q=ice"))


def test_everybody_is_there_by_reading_when_nothing_is_asked(session, signed_in, some, follow):
    follow()
    assert names(signed_in.get("/experts")) == ["Ai Beta", "Zoe Alpha", "Bo Gamma"]
    assert names(signed_in.get("/experts?q=ice&sort=name")) == ["Ai Beta", "Zoe Alpha"]
    assert signed_in.get("/experts").tree.xpath("//nav//a[@aria-current='page' and contains(., 'Experts')]")


def test_without_an_index_everybody_is_still_there(session, signed_in, some):
    session.commit()
    assert len(names(signed_in.get("/experts?country=JP"))) == 2


def test_who_has_left_is_neither_shown_nor_counted_though_the_index_still_finds_them(
    session, signed_in, some, follow, now
):
    follow()
    some[0].standing = Standing.SUSPENDED
    some[1].consent_at = some[1].consent_version = None
    session.commit()
    page = signed_in.get("/experts?q=ice")
    assert names(page) == []
    assert "Zoe Alpha" not in page.text
    assert names(signed_in.get("/experts?country=NO")) == []


def test_hits_are_marked_and_every_text_is_escaped(session, signed_in, follow, now):
    nasty = make_expert(
        session,
        now=now,
        name="<b>Eve</b> <script>",
        works=("Ice <img src=x onerror=alert(1)> & ice",),
        affiliations=("<i>Uni</i>",),
        biography_en="ice </mark><script>alert(2)</script>",
    )
    follow()
    page = signed_in.get("/experts?q=ice")
    assert {mark.text.lower() for mark in page.tree.xpath("//mark")} == {"ice"}
    main = html.tostring(page.tree.xpath("//main")[0], encoding="unicode")
    assert not page.tree.xpath("//main//img | //main//script | //main//b | //main//i")
    assert "Ice <img src=x onerror=alert(1)> & ice" in page.words()
    assert "&lt;script&gt;" in main
    assert nasty.id


def test_an_expert_who_changed_since_the_index_looked_shows_no_excerpt(session, signed_in, some, follow, now):
    follow()
    assert signed_in.get("/experts?q=drift").tree.xpath("//mark")
    some[0].works[0].title = "Taken back"
    note_index_change(session, expert_id=some[0].id, now=now)
    session.commit()
    page = signed_in.get("/experts?q=drift")
    assert names(page) == ["Zoe Alpha"]
    assert not page.tree.xpath("//mark")
    assert "Sea ice drift" not in page.text


HOSTILE = (
    "*e* *a* *i* *o*", "x~9", "names:zoe", '"', "-", '"" -- "', "(((", "a" * 5000, "ice " * 300, "' OR 1=1 --",
    "%", "_", "ice AND NOT (ice OR [a TO z])", "*", "🧊", "--ice", "../../etc",
)  # fmt: skip


def test_a_hostile_query_is_answered_like_any_other(session, signed_in, some, follow):
    follow()
    for text in HOSTILE:
        assert signed_in.get("/experts", query={"q": text}).status == 200, text


NONSENSE = (
    "page=0", "page=-3", "page=99999", "page=x", "field=nosuch", "country=J'", "language=%25", "sort=x",
    "stage=x", "availability=x", "area=" + "a" * 3000, "&".join("country=JP" for _ in range(300)),
)  # fmt: skip


def test_an_address_with_nonsense_in_it_is_answered(session, signed_in, some, follow):
    follow()
    for query in NONSENSE:
        assert signed_in.get(f"/experts?{query}").status == 200, query


def test_filters_words_and_order_stay_in_the_addresses_of_the_pages(session, signed_in, follow, now):
    for number in range(25):
        make_expert(session, now=now, name=f"Ren {number:02}", works=("Ice",))
    make_expert(session, now=now, name="Ren Foreign", works=("Ice",), country="NO")
    follow()
    page = signed_in.get("/experts?q=ice&country=JP&sort=name")
    assert "1–20 of 25" in page.words()
    second = page.link("Next")
    assert "21–25 of 25" in second.words()
    assert second.tree.xpath("//input[@name='country' and @value='JP' and @checked]")
    assert second.tree.xpath("//input[@name='q']/@value") == ["ice"]
    again = second.submit({"q": "ice", "country": ["NO"]})
    assert names(again) == ["Ren Foreign"]
    assert again.tree.xpath("//input[@name='sort']/@value") == ["name"]


def test_when_nothing_is_found_other_words_are_suggested(session, signed_in, follow, now):
    make_expert(session, now=now, name="Ren Sample", works=("Hydrogen storage",))
    follow()
    page = signed_in.get("/experts?q=hydrogn")
    assert "No expert fits." in page.words()
    assert names(page.link("hydrogen")) == ["Ren Sample"]


def test_the_number_of_statements_is_the_same_for_one_row_and_for_twenty(session, app, signed_in, follow, now):
    for number in range(20):
        make_expert(session, now=now, works=("Ice drift",) if number else ("Ice drift", "Fog"))
    follow()
    database = app.extensions["advnet.database"]
    signed_in.get("/experts?q=fog")  # reads the roster and the vocabulary
    for one, twenty in (("q=fog", "q=ice"), ("q=fog&country=JP", "q=ice&country=JP")):
        counted = []
        for query, rows in ((one, 1), (twenty, 20)):
            with statements(database) as sent:
                assert len(names(signed_in.get(f"/experts?{query}"))) == rows
            counted.append(len(sent))
        assert counted[0] == counted[1]
