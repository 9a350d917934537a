"""The pages that answer: why is this person not on the list, and who is like this one."""

import pytest

from advnet.accounts.model import Role
from advnet.experts.model import Standing
from tests.builders_consultations import make_bare_invitation, make_consultation
from tests.matching.network import make_expert, take_away


@pytest.fixture
def consultation(session, advisor, now):
    return make_consultation(session, by=advisor, state="scoped", now=now)


def address(consultation) -> str:
    return f"/consultations/{consultation.id}/candidates/why-not"


def people(page) -> list[str]:
    return [link.text_content() for link in page.tree.xpath("//*[@id='people']//li/a")]


NAMES = {"family_ja": "大野", "given_ja": "葵", "family_kana": "オオノ", "given_kana": "アオイ"}


@pytest.mark.parametrize(
    "text",
    [
        "大野",
        "大野葵",
        "葵 大野",
        "おおの",
        "オオノ アオイ",
        "ono aoi",
        "AOI",
        "Ohno",
        "aoi oono",
        "ｏｎｏ",
        "葵",
        "おーの",
        "オノ",
    ],
)
def test_an_expert_is_found_by_name_in_any_script_and_either_order(session, signed_in, consultation, follow, now, text):
    make_expert(session, now=now, name="Aoi Ono", works=("Arctic Ocean",), **NAMES)
    make_expert(session, now=now, name="Kei Other", works=("Arctic Ocean",))
    follow()
    page = signed_in.get(f"/consultations/{consultation.id}/candidates").submit({"name": text}, button="Search")
    assert "This expert is on the list" in page.words(), text
    assert page.tree.xpath("//h2[normalize-space()='Aoi Ono']")


def test_of_several_one_is_chosen_and_told_why_not(session, signed_in, consultation, follow, now):
    make_expert(session, now=now, name="Aoi Ono", works=("Arctic Ocean",))
    make_expert(session, now=now, name="Aoi Paused", works=("Arctic Ocean",), standing=Standing.PAUSED)
    follow()
    page = signed_in.get(address(consultation), query={"name": "aoi"})
    assert people(page) == ["Aoi Ono", "Aoi Paused"]
    assert "2 experts have this name." in page.words()
    page = page.link("Aoi Paused")
    assert "The expert takes no invitations at the moment." in page.words()
    assert "What speaks for this expert" in page.words()
    assert "Look at this expert as a candidate" not in page.words()


def test_while_typing_even_a_single_match_is_only_offered(session, signed_in, consultation, follow, now):
    make_expert(session, now=now, name="Aoi Ono", works=("Arctic Ocean",))
    follow()
    page = signed_in.get(address(consultation), query={"name": "ao", "typing": "1"})
    assert people(page) == ["Aoi Ono"]
    assert "1 expert has this name." in page.words()


def test_who_fits_less_well_may_be_looked_at_beside_the_list_and_proposed(
    session, signed_in, consultation, follow, now
):
    expert = make_expert(session, now=now, name="Aoi Ono", works=("Tax",))
    make_expert(session, now=now, name="Kei Listed", works=("Arctic Ocean",))
    follow()
    page = signed_in.get(address(consultation), query={"expert": expert.id})
    assert "No work, skill or word of the biography" in page.words()
    assert "Arctic" in page.words()
    page = page.link("Look at this expert as a candidate")
    assert "Looked at as well" in page.words()
    assert page.tree.xpath("//input[@name='expert']/@value") == [str(expert.id), "2"]
    page = page.submit({"expert": [expert.id]}, button="Add to the proposed experts")
    assert "1 expert has been proposed" in page.text


def test_who_is_on_the_panel_is_told_with_the_way_there(session, signed_in, consultation, follow, now):
    expert = make_expert(session, now=now, name="Aoi Ono", works=("Tax",))
    make_bare_invitation(session, consultation=consultation, expert=expert, state="barred", now=now)
    follow()
    page = signed_in.get(address(consultation), query={"expert": expert.id})
    assert "Barred This expert is on the panel of this consultation already." in page.words()
    assert page.link("Go to the panel").status == 200


def test_who_has_left_is_not_found_by_name_and_told_no_more_than_that(session, signed_in, consultation, follow, now):
    left = make_expert(session, now=now, name="Aoi Left", works=("Arctic Ocean",), standing=Standing.SUSPENDED)
    never = make_expert(session, now=now, name="Aoi Never", works=("Arctic Ocean",))
    take_away(never)
    follow()
    page = signed_in.get(address(consultation), query={"name": "aoi"})
    assert "No expert in the Network has this name." in page.words()
    assert "Aoi Left" not in page.text
    page = signed_in.get(address(consultation), query={"expert": left.id})
    assert "No longer in the Network" in page.words()
    assert "What speaks for this expert" not in page.words()
    assert "Aoi Left" not in page.words()
    assert signed_in.get(address(consultation), query={"expert": never.id}).status == 404
    assert signed_in.get(address(consultation), query={"expert": 987654}).status == 404


@pytest.mark.parametrize(
    "text", ["", "a", "あ", "x" * 100_000, "\x01", "شرق", "🧊", "the of", "%_", '"', "<script>", "-" * 500]
)
def test_any_name_is_answered_at_once(session, signed_in, consultation, follow, now, text):
    make_expert(session, now=now, name="Kei Sample", works=("Arctic Ocean",))
    follow()
    page = signed_in.get(address(consultation), query={"name": text, "expert": "99999999999999999999"})
    assert page.status == 200
    assert people(page) == []


def test_without_an_index_the_pages_say_so(session, signed_in, consultation, now):
    expert = make_expert(session, now=now, name="Kei Sample", works=("Arctic Ocean",))
    session.commit()
    for page in (address(consultation) + f"?expert={expert.id}", f"/experts/{expert.id}/similar"):
        assert "The search index is being built, so nobody is ranked" in signed_in.get(page).words()


def test_others_like_an_expert_are_a_link_away_and_may_be_looked_at_for_the_consultation(
    session, signed_in, consultation, follow, now
):
    expert = make_expert(session, now=now, name="Aoi Ono", works=("Arctic Ocean buoys",))
    other = make_expert(session, now=now, name="Kei Like", works=("Buoys of the Arctic Ocean",))
    follow()
    page = signed_in.get(f"/experts/{expert.id}").link("Experts like this one")
    assert "Experts like Aoi Ono" in page.words()
    assert page.tree.xpath("//tbody//th/a")[0].text_content() == "Kei Like"
    assert "Look at this expert as a candidate" not in page.words()
    page = signed_in.get(f"/experts/{expert.id}/similar", query={"for": consultation.id})
    page = page.link("Look at this expert as a candidate Kei Like")
    assert page.url == f"/consultations/{consultation.id}/candidates"
    assert str(other.id) in page.tree.xpath("//input[@name='expert']/@value")


def test_only_the_desk_opens_these_pages(session, browser, people, consultation, now):
    expert = make_expert(session, now=now)
    users = {role: people.make(role) for role in Role}
    other = make_consultation(session, by=users[Role.ADVISOR], requester=users[Role.REQUESTER], state="draft", now=now)
    other.filed_at = None
    session.commit()
    for role, user in users.items():
        theirs = browser.another()
        theirs.sign_in(user.email)
        is_desk = role in {Role.ADVISOR, Role.SECRETARIAT}
        assert (theirs.get(address(consultation)).status == 200) is is_desk, role
        assert (theirs.get(f"/experts/{expert.id}/similar").status == 200) is is_desk, role
        assert theirs.get(f"/experts/{expert.id}/similar", query={"for": other.id}).status != 200, role


def test_similar_consultations_lead_to_who_answered_them(session, signed_in, advisor, consultation, follow, now):
    before = make_consultation(session, by=advisor, state="settled", now=now)
    expert = make_expert(session, now=now, name="Aoi Ono", works=("Tax",))
    make_bare_invitation(session, consultation=before, expert=expert, state="accepted", now=now).has_answered = True
    triage = make_consultation(session, by=advisor, state="triage", now=now, title_en="Another title", title_ja="")
    follow()
    page = signed_in.get(f"/consultations/{consultation.id}/candidates")
    assert "May ask the same" in page.words()
    page = page.link(f"Look at them as candidates {before.reference}")
    assert page.tree.xpath("//input[@name='expert']/@value") == [str(expert.id)]
    assert "Similar consultations" in signed_in.get(f"/consultations/{triage.id}/triage").words()


def test_who_would_stand_on_the_list_but_is_paused_is_not_told_that_others_fit_better(
    session, signed_in, consultation, follow, now
):
    make_expert(session, now=now, name="Kei Listed", works=("Freight on the ocean",))
    paused = make_expert(session, now=now, name="Aoi Ono", works=("Arctic Ocean",), standing=Standing.PAUSED)
    follow()
    page = signed_in.get(address(consultation), query={"expert": paused.id})
    assert "Would stand at place 1 of 2 if this person could be asked" in page.words()
    assert "others fit better" not in page.words()


def test_a_misspelt_name_brings_names_that_are_near(session, signed_in, consultation, follow, now):
    make_expert(session, now=now, name="Aoi Inazuma", works=("Arctic Ocean",))
    make_expert(session, now=now, name="Kei Other", works=("Inazmo, an acronym",))
    follow()
    page = signed_in.get(address(consultation), query={"name": "Inazma"})
    assert "No expert in the Network has this name." in page.words()
    assert people(page) == ["inazuma"]
    assert "Aoi Inazuma" in page.link("inazuma").words()
