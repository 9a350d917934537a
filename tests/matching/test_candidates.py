"""Candidates: the index finds, the database decides."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from advnet.accounts.model import AccountState, Role
from advnet.consultations.invitations.model import InvitationState
from advnet.consultations.model import ConsultationState
from advnet.consultations.queries import get_consultation
from advnet.errors import Forbidden, WrongState
from advnet.experts.model import Pause, Standing
from advnet.jobs.service import note_index_change
from advnet.matching import candidates as finding
from advnet.matching.candidates import explain_experts, list_candidates, match_question
from advnet.matching.documents import iterate_documents
from advnet.matching.eligibility import Hindrance
from advnet.matching.service import HasLeft, NobodyChosen, NotEligible, propose_experts
from advnet.matching.topics import question_of, touched_topics
from advnet.search import ExpertIndex, MatchQuestion
from tests.builders_consultations import make_bare_invitation, make_concept, make_consultation
from tests.matching.network import make_expert, take_away
from tests.statements import statements


@pytest.fixture
def advisor(people):
    return people.make(Role.ADVISOR)


@pytest.fixture
def consultation(session: Session, advisor, now):
    return make_consultation(session, by=advisor, state="inviting", now=now)


def build(session: Session, index: ExpertIndex) -> None:
    session.flush()
    index.rebuild(iterate_documents(session), reached=0)


def ask(session, index, advisor, consultation, now, **options):
    return list_candidates(session, index, actor=advisor.actor, consultation=consultation, now=now, **options)


def ids(candidates) -> list[int]:
    return [candidate.expert.id for candidate in candidates]


def test_the_best_fit_comes_first_with_the_works_skills_and_words_that_earned_the_place(session, index, advisor, now):
    arctic = make_concept(session, "arctic", ja="北極海", en="Arctic Ocean", synonyms_en=["Arctic observing"])
    fog = make_concept(session, "fog", ja="霧", en="Fog")
    consultation = make_consultation(session, by=advisor, state="inviting", now=now, facets=(arctic.id,))
    works = ("Observing the Arctic Ocean|A network of moorings", "Harbour fog")
    best = make_expert(session, now=now, works=works, skills=(arctic, fog), biography_en="Observing sea ice.")
    some = make_expert(session, now=now, works=("Ocean freight rates",))
    nothing = make_expert(session, now=now, works=("Harbour fog",))
    build(session, index)
    session.commit()
    session.expunge_all()
    consultation = get_consultation(session, consultation.id, actor=advisor.actor)
    found = ask(session, index, advisor, consultation, now)
    assert ids(found.candidates) == [best.id, some.id]
    assert nothing.id not in ids(found.candidates)
    first = found.candidates[0]
    assert 1 >= first.score > found.candidates[1].score > 0
    assert [reason.work.title for reason in first.works] == ["Observing the Arctic Ocean"]
    assert [reason.skill.concept_id for reason in first.skills] == [arctic.id]
    assert dict(first.elsewhere)["biography"] > 0
    assert {term.term for term in first.terms} >= {"Arctic", "Ocean"}
    assert sum(term.share for term in first.terms) <= 1.0001
    assert not found.passed_over
    assert not found.counts


def pause_today(session, expert, now, people):
    session.add(Pause(expert_id=expert.id, from_on=now.date(), until_on=now.date()))


def pause_yesterday(session, expert, now, people):
    day = now.date() - timedelta(days=1)
    session.add(Pause(expert_id=expert.id, from_on=day, until_on=day))


def pause_tomorrow(session, expert, now, people):
    day = now.date() + timedelta(days=1)
    session.add(Pause(expert_id=expert.id, from_on=day, until_on=day))


def stand_paused(session, expert, now, people):
    expert.standing = Standing.PAUSED


def stand_in_re_vetting(session, expert, now, people):
    expert.standing, expert.re_vetting_since = Standing.RE_VETTING, now


def be_suspended(session, expert, now, people):
    expert.standing = Standing.SUSPENDED


def be_expired(session, expert, now, people):
    expert.standing = Standing.EXPIRED


def be_unapproved(session, expert, now, people):
    take_away(expert)


def take_consent_back(session, expert, now, people):
    expert.consent_at = expert.consent_version = None


def close_account(session, expert, now, people):
    user = people.make(Role.EXPERT)
    user.state, expert.user_id = AccountState.CLOSED, user.id


def have_account(session, expert, now, people):
    expert.user_id = people.make(Role.EXPERT).id


def hold(count: int, state: str, consultation_state: str = "open"):
    def give(session, expert, now, people):
        expert.max_open_invitations = 2
        by = people.make(Role.ADVISOR)
        for _ in range(count):
            other = make_consultation(session, by=by, state=consultation_state, now=now)
            make_bare_invitation(session, consultation=other, expert=expert, state=state, now=now)

    give.__name__ = f"hold {count} {state} in {consultation_state}"
    return give


@pytest.mark.parametrize(
    ("change", "hindrance"),
    [
        (have_account, None),
        (stand_in_re_vetting, None),
        (pause_yesterday, None),
        (pause_tomorrow, None),
        (pause_today, Hindrance.PAUSED),
        (stand_paused, Hindrance.PAUSED),
        (close_account, Hindrance.ACCOUNT_CLOSED),
        (hold(1, "accepted"), None),
        (hold(2, "accepted"), Hindrance.FULL_LOAD),
        (hold(2, "interests_asked"), Hindrance.FULL_LOAD),
        (hold(2, "proposed"), None),
        (hold(2, "declined"), None),
        (hold(2, "accepted", "closed"), None),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_who_may_be_asked_is_said_by_the_database_at_this_moment(
    session, index, advisor, consultation, people, now, change, hindrance
):
    expert = make_expert(session, now=now, works=("Observing the Arctic Ocean",))
    build(session, index)
    change(session, expert, now, people)
    session.flush()
    found = ask(session, index, advisor, consultation, now)
    if hindrance is None:
        assert ids(found.candidates) == [expert.id]
        assert found.candidates[0].eligibility.may_be_asked
        assert not found.passed_over
    else:
        assert ids(found.candidates) == []
        assert ids(found.passed_over) == [expert.id]
        assert found.passed_over[0].eligibility.hindrances == (hindrance,)
        assert found.counts == ((hindrance, 1),)


@pytest.mark.parametrize("change", [be_suspended, be_expired, be_unapproved, take_consent_back])
def test_who_has_left_the_network_is_counted_and_never_named_though_the_index_still_finds_them(
    session, index, advisor, consultation, people, now, change
):
    expert = make_expert(session, now=now, works=("Observing the Arctic Ocean",))
    make_bare_invitation(session, consultation=consultation, expert=expert, state="sent", now=now)
    build(session, index)
    change(session, expert, now, people)
    session.flush()
    assert index.scores(question_of(session, consultation=consultation, now=now))
    found = ask(session, index, advisor, consultation, now)
    assert not found.candidates
    assert not found.passed_over
    assert found.counts == ((Hindrance.LEFT, 1),)
    assert (
        explain_experts(session, index, actor=advisor.actor, consultation=consultation, expert_ids=[expert.id], now=now)
        == []
    )
    question = MatchQuestion("Observing the Arctic Ocean")
    assert not match_question(session, index, actor=advisor.actor, question=question, now=now).candidates


def test_who_filed_the_request_is_not_asked_about_it(session, index, advisor, people, now):
    requester = people.make(Role.REQUESTER)
    own = make_consultation(session, by=advisor, state="inviting", now=now, requester=requester)
    other = make_consultation(session, by=advisor, state="inviting", now=now)
    expert = make_expert(session, now=now, works=("Observing the Arctic Ocean",), user_id=requester.id)
    build(session, index)
    assert ask(session, index, advisor, own, now).counts == ((Hindrance.FILED_IT, 1),)
    assert ids(ask(session, index, advisor, other, now).candidates) == [expert.id]


@pytest.mark.parametrize("state", list(InvitationState))
def test_an_expert_on_the_panel_is_shown_as_such_and_may_not_be_chosen_again(
    session, index, advisor, consultation, now, state
):
    expert = make_expert(session, now=now, works=("Observing the Arctic Ocean",), max_open_invitations=1)
    make_bare_invitation(session, consultation=consultation, expert=expert, state=state, now=now)
    build(session, index)
    (candidate,) = ask(session, index, advisor, consultation, now).candidates
    assert candidate.eligibility.invitation_state == state
    assert candidate.eligibility.may_be_asked == (state in {"withdrawn", "lapsed"})


def test_as_many_are_shown_as_were_asked_for_and_the_passed_over_ones_take_no_place(
    session, index, advisor, consultation, now, monkeypatch
):
    monkeypatch.setattr(finding, "_FIRST_SLICE", 1)  # so that more than one slice is needed
    experts = [make_expert(session, now=now, works=("Observing the Arctic Ocean",)) for _ in range(6)]
    experts[0].standing = experts[3].standing = Standing.PAUSED
    make_bare_invitation(session, consultation=consultation, expert=experts[1], state="sent", now=now)
    build(session, index)
    found = ask(session, index, advisor, consultation, now, limit=2)
    assert ids(found.candidates) == [experts[1].id, experts[2].id, experts[4].id]
    assert ids(found.passed_over) == [experts[0].id, experts[3].id]
    assert found.counts == ((Hindrance.PAUSED, 2),)


def test_without_an_index_the_list_says_so_and_is_empty(session, index, advisor, consultation, now):
    found = ask(session, index, advisor, consultation, now)
    assert not found.is_index_usable
    assert not found.candidates


def test_a_work_or_skill_that_is_no_longer_on_the_profile_is_no_reason(session, index, advisor, now):
    arctic = make_concept(session, "arctic", ja="北極海", en="Arctic Ocean")
    consultation = make_consultation(session, by=advisor, state="inviting", now=now)
    expert = make_expert(session, now=now, works=("Observing the Arctic Ocean", "Arctic ice"), skills=(arctic,))
    build(session, index)
    del expert.works[0], expert.skills[0]
    session.flush()
    (candidate,) = ask(session, index, advisor, consultation, now).candidates
    assert [reason.work.title for reason in candidate.works] == ["Arctic ice"]
    assert candidate.skills == ()


def test_no_words_of_a_text_are_reasons_once_it_has_changed_though_the_index_has_not_followed(
    session, index, advisor, consultation, now
):
    works = ("Observing the Arctic Ocean|A network of moorings", "Arctic fog")
    expert = make_expert(session, now=now, works=works, biography_en="Observing sea ice.")
    other = make_expert(session, now=now, works=("Arctic fog",))
    build(session, index)
    before = ask(session, index, advisor, consultation, now).candidates[0]
    assert {"Observing", "Ocean"} <= {one.term for one in before.terms}
    expert.works[0].title = "Bread"
    note_index_change(session, expert_id=expert.id, now=now)
    session.flush()
    after = {one.expert.id: one for one in ask(session, index, advisor, consultation, now).candidates}
    changed = after[expert.id]
    assert (changed.terms, changed.elsewhere) == ((), ())
    assert [(one.work.title, one.terms) for one in changed.works] == [("Arctic fog", ())]
    assert sum(part.percent for part in changed.parts) == 100
    assert after[other.id].terms, "nobody else has changed"


def test_load_last_asked_and_off_limits_topics_are_told(session, index, advisor, consultation, now):
    expert = make_expert(
        session, now=now, works=("Observing the Arctic Ocean",), off_limits="Arctic observing\n個別の調達案件"
    )
    other = make_consultation(session, by=advisor, state="open", now=now)
    make_bare_invitation(session, consultation=other, expert=expert, state="accepted", now=now - timedelta(days=3))
    build(session, index)
    (candidate,) = ask(session, index, advisor, consultation, now).candidates
    assert candidate.eligibility.open_invitations == 1
    assert candidate.eligibility.last_asked_at == now - timedelta(days=3)
    assert candidate.topics == ("Arctic observing",)
    assert candidate.eligibility.may_be_asked


@pytest.mark.parametrize(
    ("off_limits", "text", "touched"),
    [
        ("Sanctions; weapons", "What of weapon exports?", ("weapons",)),
        ("individual procurement decisions", "procurement of ships", ()),
        ("防衛装備、 原子力", "原子力発電の将来", ("原子力",)),
        ("", "anything", ()),
        ("ＡＩ規制", "AI規制の国際比較", ("ＡＩ規制",)),
    ],
)
def test_off_limits_topics_are_noticed_in_the_words_of_the_question(off_limits, text, touched):
    assert touched_topics(off_limits, text) == touched


def test_only_the_desk_finds_experts(session, index, people, consultation, now):
    for role in Role:
        user = people.make(role)
        if role in {Role.ADVISOR, Role.SECRETARIAT}:
            ask(session, index, user, consultation, now)
        else:
            with pytest.raises(Forbidden):
                ask(session, index, user, consultation, now)
            with pytest.raises(Forbidden):
                match_question(session, index, actor=user.actor, question=MatchQuestion("ice"), now=now)
            with pytest.raises(Forbidden):
                propose_experts(session, actor=user.actor, consultation=consultation, reasons={1: "x"}, now=now)


def test_the_number_of_statements_is_the_same_for_one_candidate_and_for_twenty(
    session, database, index, advisor, consultation, now
):
    experts = [make_expert(session, now=now, works=("Observing the Arctic Ocean", "Ice")) for _ in range(20)]
    build(session, index)
    ask(session, index, advisor, consultation, now)  # reads the vocabulary
    counted = []
    for limit in (1, 20):
        with statements(database) as sent:
            assert len(ask(session, index, advisor, consultation, now, limit=limit).candidates) == limit
        counted.append(len(sent))
    assert counted[0] == counted[1]
    assert experts


def test_the_panel_holds_proposed_invitations_with_their_reasons(session, advisor, consultation, now):
    chosen = [make_expert(session, now=now), make_expert(session, now=now)]
    reasons = {expert.id: f"Knows {expert.id}." for expert in chosen}
    made = propose_experts(session, actor=advisor.actor, consultation=consultation, reasons=reasons, now=now)
    assert [(one.expert_id, one.state, one.proposal_reason) for one in made] == [
        (expert.id, InvitationState.PROPOSED, f"Knows {expert.id}.") for expert in chosen
    ]


def test_nobody_is_proposed_when_the_database_says_no_to_one_of_them(session, advisor, consultation, now):
    good, paused, gone = (make_expert(session, now=now) for _ in range(3))
    paused.standing, gone.standing = Standing.PAUSED, Standing.SUSPENDED
    session.flush()
    for bad, refusal in ((paused.id, NotEligible), (gone.id, HasLeft), (987654, HasLeft)):
        with pytest.raises(refusal):
            propose_experts(
                session, actor=advisor.actor, consultation=consultation, reasons={good.id: "a", bad: "b"}, now=now
            )
        assert not session.new
    with pytest.raises(NobodyChosen):
        propose_experts(session, actor=advisor.actor, consultation=consultation, reasons={}, now=now)
    propose_experts(session, actor=advisor.actor, consultation=consultation, reasons={good.id: "a"}, now=now)
    with pytest.raises(NotEligible):
        propose_experts(session, actor=advisor.actor, consultation=consultation, reasons={good.id: "a"}, now=now)


def test_a_closed_consultation_takes_nobody_on_its_panel(session, advisor, now):
    closed = make_consultation(session, by=advisor, state=ConsultationState.CLOSED, now=now)
    expert = make_expert(session, now=now)
    with pytest.raises(WrongState):
        propose_experts(session, actor=advisor.actor, consultation=closed, reasons={expert.id: "a"}, now=now)
