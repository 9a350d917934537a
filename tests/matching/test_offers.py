"""Which concepts are offered for words that somebody types: one search of all names says what looking at each would."""

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from advnet.experts.vocabulary.model import Concept
from advnet.matching.documents import vocabulary
from advnet.matching.offers import Spoken, load_spoken
from advnet.matching.tree import load_tree
from advnet.text import is_cjk
from tests.builders_consultations import make_concept

WORDS = st.sampled_from(["sea", "ice", "sea ice", "iced tea", "a", "海", "海氷", "海氷 ice", "氷"])
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)


def rank(asked: str, name: str) -> int | None:
    if name == asked:
        return 0
    if (asked in name) if is_cjk(asked) else (f" {asked} " in f" {name} "):
        return 1
    if (name in asked) if is_cjk(name) else (f" {name} " in f" {asked} "):
        return 2
    return 3 if f" {asked}" in f" {name}" else None


@given(st.lists(st.lists(NAMES, max_size=3).map(tuple), max_size=6), NAMES)
def test_nearness_is_that_of_the_nearest_name(names: list[tuple[str, ...]], asked: str):
    spoken = Spoken({str(number): each for number, each in enumerate(names)})
    ranks = {code: [found for name in each if (found := rank(asked, name)) is not None]
             for code, each in spoken.items()}  # fmt: skip
    assert spoken.near(asked) == {code: min(found) for code, found in ranks.items() if found}


def test_a_change_of_the_vocabulary_is_seen_at_once(session: Session, now):
    ice = make_concept(session, "ice", en="Sea ice", ja="海氷")
    before = load_tree(session), load_spoken(session), vocabulary(session)
    assert (load_tree(session), load_spoken(session), vocabulary(session)) == before
    assert load_tree(session) is before[0], "nothing is read again"
    ice.label_en = "Floating ice"
    session.flush()
    assert load_tree(session).nodes["ice"].label_en == "Floating ice"
    assert "floating ice" in load_spoken(session)["ice"]
    assert vocabulary(session) is not before[2]
    make_concept(session, "fog", en="Fog")
    assert set(load_tree(session).nodes) == set(load_spoken(session)) == {"ice", "fog"}
    ice.retired_at = now
    session.flush()
    assert session.scalar(sa.select(Concept.retired_at).where(Concept.code == "ice")) == now
