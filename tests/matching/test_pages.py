"""The pages of finding: candidates for a consultation, and skill search."""

import pytest
import sqlalchemy as sa
from lxml import html
from sqlalchemy.orm import Session

from advnet.accounts.model import Role
from advnet.consultations.invitations.model import Invitation
from advnet.experts.model import Expert, Pause, Standing
from advnet.experts.vocabulary.model import Concept, Facet
from advnet.jobs.service import note_index_change
from advnet.matching.handlers import IndexFollower
from tests.browser_less import Browser
from tests.builders_consultations import make_bare_invitation, make_concept, make_consultation
from tests.matching.network import make_expert
from tests.statements import statements


@pytest.fixture
def advisor(people, session):
    user = people.make(Role.ADVISOR)
    session.commit()
    return user


@pytest.fixture
def signed_in(browser: Browser, advisor) -> Browser:
    browser.sign_in(advisor.email)
    return browser


@pytest.fixture
def follow(app, session: Session, now):
    """Brings the application's index up to date with all experts."""

    def bring() -> None:
        for expert_id in session.scalars(sa.select(Expert.id)).all():
            note_index_change(session, expert_id=expert_id, now=now)
        session.commit()
        follower = IndexFollower(app.extensions["advnet.database"], app.extensions["advnet.index"])
        while follower():
            pass

    yield bring
    app.extensions["advnet.index"].close()


def choices(page, group: str) -> dict[str, str]:
    """Label → number of a facet's choices."""
    found = {}
    for box in page.tree.xpath(f"//input[@name='{group}' and @type='checkbox']"):
        (label,) = page.tree.xpath(f"//label[@for='{box.get('id')}']")
        number = label.xpath("./span")[0].text_content()
        found[label.text_content().removesuffix(number).strip()] = number
    return found


def names(page) -> list[str]:
    return [" ".join(link.text_content().split()) for link in page.tree.xpath("//main//tbody//th//a")]


# Candidates


def test_the_desk_proposes_candidates_for_the_panel_from_the_page(session, signed_in, advisor, follow, now):
    consultation = make_consultation(session, by=advisor, state="scoped", now=now)
    first = make_expert(session, now=now, name="Aoi Sample", works=("Observing the Arctic Ocean",))
    second = make_expert(session, now=now, name="Kei Sample", works=("Arctic ice",))
    follow()
    page = signed_in.get(f"/consultations/{consultation.id}/candidates")
    assert "Observing the Arctic Ocean (2024) 100 % of the relevance" in page.words()
    assert "0 of 3 open invitations" in page.words()
    assert "Never asked before" in page.words()
    page = page.submit({"expert": [first.id]}, button="Propose for the panel")
    assert "1 expert has been proposed for the panel." in page.text
    (invitation,) = session.scalars(sa.select(Invitation)).all()
    assert (invitation.expert_id, invitation.state) == (first.id, "proposed")
    assert "Observing the Arctic Ocean" in invitation.proposal_reason
    assert "Arctic" in invitation.proposal_reason
    assert page.tree.xpath("//input[@name='expert']/@value") == [str(second.id)]
    assert "Proposed" in page.words()


def test_nobody_ticked_or_somebody_who_paused_meanwhile_is_refused_and_the_ticks_stay(
    session, signed_in, advisor, follow, now
):
    consultation = make_consultation(session, by=advisor, state="scoped", now=now)
    stays = make_expert(session, now=now, name="Aoi Stays", works=("Observing the Arctic Ocean",))
    pauses = make_expert(session, now=now, name="Kei Pauses", works=("Arctic ice",))
    follow()
    page = signed_in.get(f"/consultations/{consultation.id}/candidates")
    refused = page.submit({}, button="Propose for the panel")
    assert refused.status == 422
    assert refused.errors() == ["Choose at least one expert."]
    pauses.standing = Standing.PAUSED
    session.commit()
    refused = page.submit({"expert": [stays.id, pauses.id]}, button="Propose for the panel")
    assert refused.status == 422
    assert refused.errors()[0].startswith("Kei Pauses can no longer be asked.")
    assert refused.tree.xpath("//input[@name='expert' and @checked]/@value") == [str(stays.id)]
    assert session.scalar(sa.select(sa.func.count()).select_from(Invitation)) == 0


def test_an_expert_number_that_nobody_has_is_refused(session, signed_in, advisor, follow, now):
    consultation = make_consultation(session, by=advisor, state="scoped", now=now)
    make_expert(session, now=now, works=("Observing the Arctic Ocean",))
    follow()
    page = signed_in.get(f"/consultations/{consultation.id}/candidates")
    for value in ("987654", "99999999999999999999", "-1", "x"):
        refused = page.submit({"expert": [value]}, button="Propose for the panel")
        assert refused.status == 422, value
        assert refused.errors(), value
    assert session.scalar(sa.select(sa.func.count()).select_from(Invitation)) == 0


def test_who_may_not_be_asked_is_listed_with_the_reason_and_cannot_be_ticked(session, signed_in, advisor, follow, now):
    consultation = make_consultation(session, by=advisor, state="scoped", now=now)
    make_expert(session, now=now, name="Aoi Paused", works=("Arctic Ocean",), standing=Standing.PAUSED)
    gone = make_expert(session, now=now, name="Kei Gone", works=("Arctic Ocean",))
    make_expert(session, now=now, name="Ren Free", works=("Arctic Ocean",), off_limits="Arctic fisheries")
    follow()
    gone.standing = Standing.SUSPENDED
    session.commit()
    page = signed_in.get(f"/consultations/{consultation.id}/candidates")
    assert "Aoi Paused" in page.words()
    assert "Kei Gone" not in page.text
    assert "No longer in the Network 1" in page.words()
    assert "Does not want to be asked about: Arctic fisheries" in page.words()
    assert "May touch a topic" in page.words()
    assert len(page.tree.xpath("//input[@name='expert']")) == 1


def test_without_an_index_the_page_says_so_and_still_works(session, signed_in, advisor, now):
    consultation = make_consultation(session, by=advisor, state="scoped", now=now)
    session.commit()
    page = signed_in.get(f"/consultations/{consultation.id}/candidates")
    assert page.status == 200
    assert "The search index is being built." in page.words()
    assert "words cannot be looked for" in signed_in.get("/experts?q=ice").words().lower()


def test_a_closed_consultation_offers_no_ticks(session, signed_in, advisor, follow, now):
    consultation = make_consultation(session, by=advisor, state="closed", now=now)
    make_expert(session, now=now, works=("Arctic Ocean",))
    follow()
    page = signed_in.get(f"/consultations/{consultation.id}/candidates")
    assert "Nobody can be proposed now" in page.words()
    assert not page.tree.xpath("//input[@name='expert']")


def test_only_the_desk_opens_the_pages(session, browser, people, advisor, now):
    consultation = make_consultation(session, by=advisor, state="scoped", now=now)
    users = {role: people.make(role) for role in Role}
    session.commit()
    address = f"/consultations/{consultation.id}/candidates"
    assert "sign-in" in browser.get(address, follow=False).headers["Location"]
    assert "sign-in" in browser.get("/experts", follow=False).headers["Location"]
    for role, user in users.items():
        theirs = browser.another()
        theirs.sign_in(user.email)
        is_desk = role in {Role.ADVISOR, Role.SECRETARIAT}
        assert theirs.get(address).status == (200 if is_desk else 404), role
        assert theirs.get("/experts").status == (200 if is_desk else 403), role
        assert theirs.get("/consultations/987654/candidates").status == 404


# Skill search


@pytest.fixture
def some(session: Session, now):
    """Three experts with different facets."""
    natural = make_concept(session, "natural", en="Natural sciences", ja="自然科学")
    earth = make_concept(session, "earth", en="Earth sciences", ja="地球科学", parent_id=natural.id)
    ice = make_concept(session, "ice", en="Sea ice", ja="海氷", parent_id=earth.id)
    energy = make_concept(session, "energy", en="Energy", ja="エネルギー")
    energy.facet = Facet.AREA
    kana = {"family_kana": "ア", "given_kana": "イ", "family_ja": "亜", "given_ja": "一"}
    return [
        make_expert(session, now=now, name="Zoe Alpha", works=("Sea ice drift|ice ice",), skills=(ice,), country="NO",
                    languages=["en"], career_stage="early"),
        make_expert(session, now=now, name="Ai Beta", works=("Energy and ice",), skills=(energy, ice), **kana),
        make_expert(session, now=now, name="Bo Gamma", works=("Fog",), skills=(energy,), country="JP",
                    languages=["ja"]),
    ]  # fmt: skip


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


def test_filters_keep_their_names_when_nobody_fits(session, signed_in, some, follow):
    follow()
    page = signed_in.get("/experts?q=volcano&country=NO&language=ja&field=earth&stage=early")
    assert names(page) == []
    assert choices(page, "country") == {"Norway": "0"}
    assert choices(page, "language") == {"Japanese": "0"}
    assert choices(page, "field") == {"Natural sciences": "0", "Earth sciences": "0"}


def test_the_number_of_statements_is_the_same_for_one_row_and_for_twenty(session, app, signed_in, follow, now):
    for number in range(20):
        make_expert(session, now=now, works=("Ice drift",) if number else ("Ice drift", "Fog"))
    follow()
    database = app.extensions["advnet.database"]
    signed_in.get("/experts")  # reads the roster
    for one, twenty in (("q=fog", "q=ice"), ("q=fog&country=JP", "q=ice&country=JP")):
        counted = []
        for query, rows in ((one, 1), (twenty, 20)):
            with statements(database) as sent:
                assert len(names(signed_in.get(f"/experts?{query}"))) == rows
            counted.append(len(sent))
        assert counted[0] == counted[1]
