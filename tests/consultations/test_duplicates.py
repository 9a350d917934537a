"""Likely duplicates: what is proposed, why, and what is not."""

from datetime import timedelta

import pytest

from advnet.accounts.model import Role
from advnet.consultations.duplicates import RECENT, list_likely_duplicates
from tests.builders_consultations import make_concept, make_consultation


@pytest.fixture
def advisor(people):
    return people.make(Role.ADVISOR)


def proposed(session, consultation, actor, now):
    return list_likely_duplicates(session, consultation=consultation, actor=actor, now=now)


def test_a_title_in_either_language_proposes_with_the_words_that_are_shared(session, advisor, now):
    own = make_consultation(
        session, by=advisor, state="triage", now=now, title_ja="量子暗号通信の国際標準化", title_en="Quantum links"
    )
    japanese = make_consultation(
        session, by=advisor, state="open", now=now, title_ja="量子暗号の標準化を進める", title_en=""
    )
    english = make_consultation(
        session, by=advisor, state="open", now=now, title_ja="", title_en="Quantum Links for embassies"
    )
    make_consultation(session, by=advisor, state="open", now=now, title_ja="ワクチンの備蓄", title_en="Vaccine stocks")
    found = proposed(session, own, advisor.actor, now)
    assert {one.consultation.id for one in found} == {japanese.id, english.id}
    words = {one.consultation.id: one.shared_words for one in found}
    assert words[japanese.id] == ("量子暗号", "標準化")
    assert words[english.id] == ("Quantum", "links")
    assert all(0 < one.title_overlap <= 1 for one in found)


def test_a_common_word_alone_proposes_nothing(session, advisor, now):
    for subject in ("vaccines", "fusion", "sea level", "chips", "fisheries", "satellites"):
        make_consultation(session, by=advisor, state="open", now=now, title_ja="", title_en=f"Cooperation on {subject}")
    own = make_consultation(session, by=advisor, state="triage", now=now, title_ja="", title_en="Cooperation on soil")
    assert proposed(session, own, advisor.actor, now) == []


def test_shared_facets_help_a_weaker_title_and_are_named(session, advisor, now):
    facets = [make_concept(session, code).id for code in ("ice", "sea", "air")]
    titles = {"title_ja": "", "title_en": "Sensors under drifting sea ice near Svalbard"}
    own = make_consultation(session, by=advisor, state="triage", now=now, facets=facets[:2], **titles)
    weak = {"title_ja": "", "title_en": "Monitoring sea mammals from aircraft over Greenland"}
    two = make_consultation(session, by=advisor, state="open", now=now, facets=facets[:2], **weak)
    make_consultation(session, by=advisor, state="open", now=now, facets=facets[1:], **weak)  # shares one only
    found = proposed(session, own, advisor.actor, now)
    assert [one.consultation.id for one in found] == [two.id]
    assert [concept.code for concept in found[0].shared_facets] == ["ice", "sea"]


@pytest.mark.parametrize("state", ["draft", "returned", "merged", "declined", "cancelled", "settled"])
def test_what_is_at_an_end_or_not_under_way_is_not_proposed(session, advisor, now, state):
    own = make_consultation(session, by=advisor, state="triage", now=now, title_en="Tidal power", title_ja="")
    make_consultation(session, by=advisor, state=state, now=now, title_en="Tidal power", title_ja="")
    assert "Tidal power" not in [one.consultation.title_en for one in proposed(session, own, advisor.actor, now)]


def test_only_recent_ones_that_the_actor_may_know_of_are_compared(session, people, advisor, now):
    own = make_consultation(session, by=advisor, state="triage", now=now)
    other = make_consultation(session, by=advisor, state="open", now=now)
    assert len(proposed(session, own, advisor.actor, now)) == 1
    assert proposed(session, own, people.make(Role.REQUESTER).actor, now) == []
    other.created_at = now - RECENT
    session.flush()
    assert proposed(session, own, advisor.actor, now) == []
    assert len(proposed(session, own, advisor.actor, now - timedelta(seconds=1))) == 1
