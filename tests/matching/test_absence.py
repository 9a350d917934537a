"""Why not: what the desk is told of an expert who is not on the list."""

import pytest

from advnet.accounts.model import Role
from advnet.consultations.invitations.model import InvitationState
from advnet.errors import Forbidden
from advnet.experts.model import Standing
from advnet.experts.queries import get_expert
from advnet.jobs.service import note_index_change
from advnet.matching.absence import explain_absence
from advnet.matching.candidates import list_candidates
from advnet.matching.documents import iterate_documents
from advnet.matching.eligibility import Hindrance
from tests.builders_consultations import make_bare_invitation, make_consultation
from tests.matching.network import make_expert, take_away
from tests.statements import statements


@pytest.fixture
def advisor(people):
    return people.make(Role.ADVISOR)


@pytest.fixture
def consultation(session, advisor, now):
    return make_consultation(session, by=advisor, state="inviting", now=now)


@pytest.fixture
def ask(session, index, advisor, consultation, now):
    def explain(expert, **options):
        session.commit()
        session.expire(expert)
        loaded = get_expert(session, expert.id, actor=advisor.actor)
        return explain_absence(
            session, index, actor=advisor.actor, consultation=consultation, expert=loaded, now=now, **options
        )

    return explain


def build(session, index, reached=0):
    session.flush()
    index.rebuild(iterate_documents(session), reached=reached)


def test_who_is_on_the_list_is_said_to_be(session, index, ask, now):
    expert = make_expert(session, now=now, works=("Observing the Arctic Ocean",))
    build(session, index)
    found = ask(expert)
    assert found.is_listed
    assert found.has_evidence
    assert found.candidate.place.number == 1
    assert found.last_score is None


def test_who_fits_less_well_is_told_place_and_score_and_the_score_of_the_last_on_the_list(
    session, index, advisor, consultation, ask, now
):
    for _ in range(3):
        make_expert(session, now=now, works=("Observing the Arctic Ocean", "The Arctic Ocean observing network"))
    expert = make_expert(session, now=now, works=("Freight rates on the ocean and many other things in ports",))
    build(session, index)
    found = ask(expert, limit=2)
    listed = list_candidates(session, index, actor=advisor.actor, consultation=consultation, limit=2, now=now)
    assert not found.is_listed
    assert (found.candidate.place.number, found.candidate.place.of, found.found) == (4, 4, 4)
    assert found.last_score == listed.candidates[-1].score > found.candidate.score > 0
    assert [part.reason.work.title for part in found.candidate.parts if part.reason.work] == [
        "Freight rates on the ocean and many other things in ports"
    ]


def test_without_any_evidence_nobody_has_a_place(session, index, ask, now):
    make_expert(session, now=now, works=("Observing the Arctic Ocean",))
    expert = make_expert(session, now=now, works=("Tax",))
    build(session, index)
    found = ask(expert)
    assert not found.is_listed
    assert not found.has_evidence
    assert found.candidate.place is None


def test_the_words_of_the_question_that_are_missing_are_told(session, index, ask, now):
    make_expert(session, now=now, works=("Observing the Arctic Ocean",))
    expert = make_expert(session, now=now, works=("Tax law",), biography_en="A lawyer who observes.")
    build(session, index)
    found = ask(expert)
    assert {"Arctic", "Ocean"} <= set(found.missing)
    assert "Observing" not in found.missing
    assert not any(word >= "ぁ" for word in found.missing)


def test_what_keeps_the_person_from_being_asked_is_told_beside_the_explanation(session, index, ask, now):
    expert = make_expert(session, now=now, works=("Observing the Arctic Ocean",), standing=Standing.PAUSED)
    build(session, index)
    found = ask(expert)
    assert found.eligibility.hindrances == (Hindrance.PAUSED,)
    assert not found.is_listed
    assert found.has_evidence


@pytest.mark.parametrize("state", [InvitationState.BARRED, InvitationState.DECLINED, InvitationState.ACCEPTED])
def test_who_is_on_the_panel_is_told_with_the_state(session, index, consultation, ask, now, state):
    expert = make_expert(session, now=now, works=("Tax law",))
    make_bare_invitation(session, consultation=consultation, expert=expert, state=state, now=now)
    build(session, index)
    found = ask(expert)
    assert found.eligibility.invitation_state == state
    assert found.eligibility.is_on_panel


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.EXPIRED])
def test_of_who_has_left_nothing_more_is_told(session, index, ask, now, standing):
    expert = make_expert(session, now=now, works=("Observing the Arctic Ocean",))
    build(session, index)
    expert.standing = standing
    found = ask(expert)
    assert found.eligibility.hindrances == (Hindrance.LEFT,)
    assert found.candidate is None
    assert found.missing == ()
    assert not found.found


def test_who_was_never_approved_is_refused(session, index, advisor, consultation, now):
    expert = make_expert(session, now=now, works=("Observing the Arctic Ocean",))
    take_away(expert)
    build(session, index)
    with pytest.raises(Forbidden):
        explain_absence(session, index, actor=advisor.actor, consultation=consultation, expert=expert, now=now)


def test_a_change_that_the_index_has_not_read_is_told(session, index, ask, now):
    expert = make_expert(session, now=now, works=("Tax law",))
    build(session, index)
    assert not ask(expert).is_changing
    note_index_change(session, expert_id=expert.id, now=now)
    assert ask(expert).is_changing


def test_without_an_index_what_the_database_knows_is_told(session, ask, now):
    expert = make_expert(session, now=now, works=("Tax law",), standing=Standing.PAUSED)
    found = ask(expert)
    assert not found.is_index_usable
    assert found.eligibility.hindrances == (Hindrance.PAUSED,)
    assert "Arctic" in found.missing


def test_only_the_desk_is_told(session, index, people, consultation, now):
    expert = make_expert(session, now=now)
    for role in set(Role) - {Role.ADVISOR, Role.SECRETARIAT}:
        with pytest.raises(Forbidden):
            explain_absence(
                session, index, actor=people.make(role).actor, consultation=consultation, expert=expert, now=now
            )


def test_the_number_of_statements_does_not_depend_on_how_many_were_found(session, database, index, ask, now):
    expert = make_expert(session, now=now, works=("Observing the Arctic Ocean", "Fog"))
    build(session, index)
    ask(expert)  # reads the vocabulary
    counted = []
    for more in (1, 20):
        for _ in range(more):
            make_expert(session, now=now, works=("Observing the Arctic Ocean",))
        build(session, index)
        with statements(database) as sent:
            assert ask(expert).is_listed
        counted.append(len(sent))
    assert counted[0] == counted[1]


def test_who_is_paused_and_scores_as_well_as_the_list_is_kept_off_by_the_pause_alone(session, index, ask, now):
    for _ in range(2):
        make_expert(session, now=now, works=("Observing the Arctic Ocean",))
    paused = make_expert(
        session, now=now, works=("Observing the Arctic Ocean", "The Arctic Ocean"), standing=Standing.PAUSED
    )
    weaker = make_expert(session, now=now, works=("Freight on the ocean and in ports",), standing=Standing.PAUSED)
    build(session, index)
    assert ask(paused, limit=2).fits_well_enough
    assert not ask(weaker, limit=2).fits_well_enough
    assert ask(weaker, limit=20).fits_well_enough, "the list is not full"
