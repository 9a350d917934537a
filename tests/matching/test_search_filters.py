"""Filters of skill search: what each would give, for whom, on which day."""

import sqlalchemy as sa

from advnet.experts.model import Pause
from advnet.experts.vocabulary.model import Concept, Facet
from advnet.jobs.service import note_index_change
from tests.builders_consultations import make_bare_invitation, make_concept, make_consultation
from tests.matching.network import make_expert
from tests.matching.reading import choices, names


def test_facets_count_what_choosing_would_give(session, signed_in, some, follow):
    follow()
    page = signed_in.get("/experts")
    assert choices(page, "country") == {"Japan": "2", "Norway": "1"}
    assert choices(page, "language") == {"English": "2", "Japanese": "2"}
    assert choices(page, "field") == {"Natural sciences": "2"}
    assert choices(page, "area") == {"Energy": "2"}
    assert choices(page, "availability") == {"May be asked": "3"}
    narrowed = signed_in.get("/experts?country=JP&field=earth")
    assert names(narrowed) == ["Ai Beta"]
    assert choices(narrowed, "country") == {"Japan": "1", "Norway": "1"}  # with the field, without its own choice
    assert choices(narrowed, "field") == {"Natural sciences": "1", "Earth sciences": "1", "Sea ice": "1"}
    assert choices(narrowed, "area") == {"Energy": "1"}
    assert narrowed.tree.xpath("//input[@name='country' and @value='JP' and @checked]")
    assert choices(signed_in.get("/experts?q=ice"), "country") == {"Japan": "1", "Norway": "1"}
    assert names(signed_in.get("/experts?country=JP&country=NO&language=ja")) == ["Ai Beta", "Bo Gamma"]
    assert names(signed_in.get("/experts?field=ice&stage=early")) == ["Zoe Alpha"]


def test_a_broad_field_finds_everybody_with_any_narrower_skill_and_opens_what_lies_below(
    session, signed_in, some, follow, now
):
    earth, natural = (
        session.scalars(sa.select(Concept).where(Concept.code == code)).one() for code in ("earth", "natural")
    )
    physics = make_concept(session, "physics", en="Physics", ja="物理学", parent_id=natural.id)
    make_expert(session, now=now, name="Di Delta", skills=(natural,))
    make_expert(session, now=now, name="Ed Epsilon", skills=(earth, physics))
    follow()
    assert choices(signed_in.get("/experts"), "field") == {"Natural sciences": "4"}
    broad = signed_in.get("/experts?field=natural")
    assert names(broad) == ["Ai Beta", "Zoe Alpha", "Di Delta", "Ed Epsilon"]
    below = {"Natural sciences": "4", "Earth sciences": "3", "Physics": "1"}
    assert choices(broad, "field") == below
    narrower = signed_in.get("/experts?field=natural&field=earth")
    assert names(narrower) == ["Ai Beta", "Zoe Alpha", "Ed Epsilon"]
    assert choices(narrower, "field") == {**below, "Sea ice": "2"}
    assert names(signed_in.get("/experts?field=natural&field=ice")) == ["Ai Beta", "Zoe Alpha"]
    assert names(signed_in.get("/experts?field=ice&field=physics")) == ["Ai Beta", "Zoe Alpha", "Ed Epsilon"]
    assert names(signed_in.get("/experts?field=nothing")) == []
    assert choices(signed_in.get("/experts?field=nothing"), "field") == {"Natural sciences": "4", "nothing": "0"}


def test_counts_over_everybody_follow_every_change_of_a_profile_and_of_the_vocabulary(
    session, signed_in, some, follow, now
):
    follow()
    for _ in range(2):  # the second time from what is remembered
        page = signed_in.get("/experts")
        assert (choices(page, "country"), choices(page, "area")) == ({"Japan": "2", "Norway": "1"}, {"Energy": "2"})
    some[0].country = "JP"
    session.delete(some[2].skills[0])
    for changed in (some[0], some[2]):
        note_index_change(session, expert_id=changed.id, now=now)
    session.commit()
    page = signed_in.get("/experts")
    assert (choices(page, "country"), choices(page, "area")) == ({"Japan": "3"}, {"Energy": "1"})
    make_concept(session, "space", en="Space", ja="宇宙").facet = Facet.AREA
    session.scalars(sa.select(Concept).where(Concept.code == "energy")).one().label_en = "Power"
    session.commit()
    assert choices(signed_in.get("/experts"), "area") == {"Power": "1"}


def test_availability_is_that_of_this_day(session, signed_in, advisor, some, follow, now, monkeypatch):
    zoe, ai, bo = some
    monkeypatch.setattr("advnet.matching.search_views.now", lambda: now)
    session.add(Pause(expert_id=zoe.id, from_on=now.date(), until_on=now.date()))
    ai.max_open_invitations = 1
    other = make_consultation(session, by=advisor, state="open", now=now)
    make_bare_invitation(session, consultation=other, expert=ai, state="accepted", now=now)
    follow()
    page = signed_in.get("/experts")
    assert choices(page, "availability") == {"May be asked": "1", "Paused": "1", "Fully loaded": "1"}
    assert names(signed_in.get("/experts?availability=available")) == ["Bo Gamma"]
    assert names(signed_in.get("/experts?availability=paused")) == ["Zoe Alpha"]
    both = signed_in.get("/experts?availability=paused&availability=full&q=ice")
    assert names(both) == ["Zoe Alpha", "Ai Beta"]
    assert choices(signed_in.get("/experts?availability=available"), "field") == {}
    assert choices(signed_in.get("/experts?availability=available"), "area") == {"Energy": "1"}
    assert bo.id


def test_filters_keep_their_names_when_nobody_fits(session, signed_in, some, follow):
    follow()
    page = signed_in.get("/experts?q=volcano&country=NO&language=ja&field=earth&stage=early")
    assert names(page) == []
    assert choices(page, "country") == {"Norway": "0"}
    assert choices(page, "language") == {"Japanese": "0"}
    assert choices(page, "field") == {"Natural sciences": "0", "Earth sciences": "0"}


def test_links_carry_on_what_the_page_knows_and_nothing_else(session, signed_in, follow, now):
    for number in range(30):
        make_expert(session, now=now, name=f"Expert Ice{number}", works=("Ice",))
    follow()
    page = signed_in.get("/experts?q=ice&country=JP&sort=name&not_ours=planted&typing=1")
    links = [link for link in page.tree.xpath("//main//a/@href") if link.startswith("/experts?")]
    assert any("page=2" in link for link in links)
    assert any("country=JP" in link and "q=ice" in link for link in links)
    assert not [link for link in links if "planted" in link or "typing" in link]
