"""More like this: experts who know what a given one knows."""

import pytest

from advnet.accounts.model import Role
from advnet.errors import Forbidden
from advnet.experts.model import Standing
from advnet.experts.queries import get_expert
from advnet.matching.documents import iterate_documents
from advnet.matching.similar import find_similar_experts, question_from
from tests.builders_consultations import make_bare_invitation, make_concept, make_consultation
from tests.matching.network import make_expert


@pytest.fixture
def ask(session, index, people, now):
    def find(expert, *, role=Role.ADVISOR, **options):
        session.flush()
        actor = people.make(role).actor
        session.expire(expert)
        loaded = get_expert(session, expert.id, actor=people.make(Role.ADVISOR).actor)
        return find_similar_experts(session, index, actor=actor, expert=loaded, now=now, **options)

    return find


def build(session, index):
    session.flush()
    index.rebuild(iterate_documents(session), reached=0)


def test_who_has_the_same_works_and_skills_comes_first_and_the_expert_is_left_out(session, index, ask, now):
    ice = make_concept(session, "ice", en="Sea ice", ja="海氷")
    expert = make_expert(session, now=now, works=("Drift of sea ice|Buoys and satellites",), skills=(ice,))
    near = make_expert(session, now=now, works=("Satellites that see sea ice drift",), skills=(ice,))
    far = make_expert(session, now=now, works=("Satellites and law",))
    make_expert(session, now=now, works=("Tax",))
    build(session, index)
    found = ask(expert).candidates
    assert [one.expert.id for one in found] == [near.id, far.id]
    assert found[0].works[0].work.title == "Satellites that see sea ice drift"
    assert [one.expert.id for one in ask(expert, limit=1).candidates] == [near.id]


def test_of_who_has_withdrawn_consent_no_question_is_made(session, index, ask, now):
    expert, other = (make_expert(session, now=now, works=("Drift of sea ice",)) for _ in range(2))
    build(session, index)
    assert [one.expert.id for one in ask(expert).candidates] == [other.id]
    expert.consent_at = expert.consent_version = None
    assert ask(expert).candidates == ()


def test_who_may_not_be_asked_or_has_left_is_not_proposed(session, index, ask, now):
    expert, paused, left = (make_expert(session, now=now, works=("Drift of sea ice",)) for _ in range(3))
    build(session, index)
    paused.standing, left.standing = Standing.PAUSED, Standing.SUSPENDED
    assert ask(expert).candidates == ()


def test_for_a_consultation_who_is_on_its_panel_is_shown_as_such(session, index, people, ask, now):
    consultation = make_consultation(session, by=people.make(Role.ADVISOR), state="inviting", now=now)
    expert, other = (make_expert(session, now=now, works=("Drift of sea ice",)) for _ in range(2))
    make_bare_invitation(session, consultation=consultation, expert=other, state="declined", now=now)
    build(session, index)
    (found,) = ask(expert, consultation=consultation).candidates
    assert found.eligibility.invitation_state == "declined"


def test_a_long_life_makes_no_long_question(session, now):
    works = tuple(f"Sea ice in year {number}|{'ice ' * 1000}" for number in range(200))
    expert = make_expert(session, now=now, works=works, biography_en="ice " * 10_000)
    question = question_from(expert)
    assert len(question.title) + len(question.text) < 20_000


def test_an_expert_of_whom_nothing_is_known_is_like_nobody(session, index, ask, now):
    expert = make_expert(session, now=now)
    make_expert(session, now=now, works=("Drift of sea ice",))
    build(session, index)
    assert ask(expert).candidates == ()


def test_without_an_index_the_answer_says_so(session, ask, now):
    assert not ask(make_expert(session, now=now, works=("Drift of sea ice",))).is_index_usable


def test_only_the_desk_looks_for_others(session, index, ask, now):
    expert = make_expert(session, now=now)
    for role in set(Role) - {Role.ADVISOR, Role.SECRETARIAT}:
        with pytest.raises(Forbidden):
            ask(expert, role=role)
