"""The page of candidates for a consultation."""

import sqlalchemy as sa

from advnet.accounts.model import Role
from advnet.consultations.invitations.model import Invitation
from advnet.experts.model import Standing
from tests.builders_consultations import make_consultation
from tests.matching.network import make_expert


def test_the_desk_proposes_candidates_for_the_panel_from_the_page(session, signed_in, advisor, follow, now):
    consultation = make_consultation(session, by=advisor, state="scoped", now=now)
    first = make_expert(session, now=now, name="Aoi Sample", works=("Observing the Arctic Ocean",))
    second = make_expert(session, now=now, name="Kei Sample", works=("Arctic ice",))
    follow()
    page = signed_in.get(f"/consultations/{consultation.id}/candidates")
    assert "100 % Observing the Arctic Ocean (2024) Work" in page.words()
    assert "This ranking goes without: comparison by meaning" in page.words()
    assert (
        "Place 1 of 2 experts found. Without the strongest reason (100 %): about place 2, an estimate." in page.words()
    )
    assert "0 of 3 open invitations" in page.words()
    assert "Never asked before" in page.words()
    page = page.submit({"expert": [first.id]}, button="Add to the proposed experts")
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
    refused = page.submit({}, button="Add to the proposed experts")
    assert refused.status == 422
    assert refused.errors() == ["Choose at least one expert."]
    pauses.standing = Standing.PAUSED
    session.commit()
    refused = page.submit({"expert": [stays.id, pauses.id]}, button="Add to the proposed experts")
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
        refused = page.submit({"expert": [value]}, button="Add to the proposed experts")
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
    assert "Does not want to be asked about, in the expert’s own words: Arctic fisheries" in page.words()
    assert "May touch a topic" in page.words()
    assert len(page.tree.xpath("//input[@name='expert']")) == 1


def test_without_an_index_the_page_says_so_and_still_works(session, signed_in, advisor, now):
    consultation = make_consultation(session, by=advisor, state="scoped", now=now)
    session.commit()
    page = signed_in.get(f"/consultations/{consultation.id}/candidates")
    assert page.status == 200
    assert "The ranking waits for the search index" in page.words()


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


def test_weaker_matches_stand_folded_below_the_others(session, signed_in, advisor, follow, now):
    consultation = make_consultation(session, by=advisor, state="scoped", now=now)
    strong = make_expert(session, now=now, name="Aoi Strong", works=("Observing the Arctic Ocean",))
    weak = make_expert(session, now=now, name="Kei Weak", works=("Freight rates of ports on any ocean, and on rivers",))
    follow()
    page = signed_in.get(f"/consultations/{consultation.id}/candidates")
    folded = page.tree.xpath("//details[@class='weaker']")[0]
    assert "open" not in folded.attrib
    assert "Weaker matches from here: 1" in folded.text_content()
    assert folded.xpath(".//input[@name='expert']/@value") == [str(weak.id)]
    assert page.tree.xpath("//input[@name='expert'][not(ancestor::details)]/@value") == [str(strong.id)]


def test_of_the_reasons_at_most_three_are_unfolded_and_all_are_called_shares(session, signed_in, advisor, follow, now):
    consultation = make_consultation(session, by=advisor, state="scoped", now=now)
    for number in range(5):
        make_expert(session, now=now, name=f"Aoi Number{number}", works=("Observing the Arctic Ocean",))
    follow()
    page = signed_in.get(f"/consultations/{consultation.id}/candidates")
    folds = page.tree.xpath("//details[@class='why']")
    assert ["open" in fold.attrib for fold in folds] == [True, True, True, False, False]
    assert all("Shares of this expert’s relevance" in fold.text_content() for fold in folds)


def test_the_topics_of_an_expert_are_quoted_in_their_own_language(session, signed_in, advisor, follow, now):
    consultation = make_consultation(session, by=advisor, state="scoped", now=now)
    make_expert(session, now=now, name="Aoi Sample", works=("Arctic Ocean",), off_limits="領土問題")
    follow()
    page = signed_in.get(f"/consultations/{consultation.id}/candidates")
    assert page.tree.xpath("//q[@lang='ja']/text()") == ["領土問題"]
