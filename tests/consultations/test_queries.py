"""Who finds which consultation, in lists, counts and hits alike."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from advnet.accounts.model import VISITOR, Role, system_actor
from advnet.consultations import queries, service
from advnet.consultations.invitations.model import InvitationState
from advnet.consultations.model import ConsultationState
from advnet.consultations.progress import cancel_consultation
from advnet.consultations.queries import Due, Filters, Order
from advnet.errors import NotFound
from tests.builders_consultations import (
    make_bare_expert,
    make_bare_invitation,
    make_concept,
    make_consultation,
    make_details,
)


@pytest.fixture
def advisor(people):
    return people.make(Role.ADVISOR)


def listed(session, actor, now, **filters) -> list[str]:
    """References, in the order of the list."""
    page = queries.list_consultations(session, actor=actor, filters=Filters(**filters), page=1, now=now)
    assert page.total == len(page.items)
    return [consultation.reference for consultation in page.items]


def test_desk_sees_all_requester_the_own_and_others_none(session, people, advisor, now):
    owner = people.make(Role.REQUESTER)
    own = make_consultation(session, by=advisor, state="filed", requester=owner, now=now)
    other = make_consultation(session, by=advisor, state="open", requester=people.make(Role.REQUESTER), now=now)
    all_ = sorted([own.reference, other.reference])
    seen = {
        Role.ADVISOR: all_, Role.SECRETARIAT: all_, Role.REQUESTER: [], Role.EXPERT: [], Role.APPLICANT: [],
        Role.ADMINISTRATOR: [], Role.AUDITOR: [],
    }  # fmt: skip
    for role in Role:
        actor = people.make(role).actor
        assert sorted(listed(session, actor, now)) == seen[role], role
        assert sum(queries.count_by_state(session, actor=actor).values()) == len(seen[role])
    assert listed(session, owner.actor, now) == [own.reference]
    assert queries.count_by_state(session, actor=owner.actor) == {ConsultationState.FILED: 1}
    for actor in (VISITOR, system_actor("worker")):
        assert listed(session, actor, now) == []
        with pytest.raises(NotFound):
            queries.get_consultation(session, own.id, actor=actor)
    with pytest.raises(NotFound):
        queries.get_consultation(session, other.id, actor=owner.actor)


def test_a_request_that_is_not_filed_is_its_requesters_alone_in_lists_counts_and_hits(session, people, advisor, now):
    concept = make_concept(session, "ice")
    owner = people.make(Role.REQUESTER)
    draft = service.draft_request(
        session, actor=owner.actor, details=make_details(now=now, facets=(concept.id,)), now=now
    )
    taken_back = service.draft_request(session, actor=owner.actor, details=make_details(now=now), now=now)
    cancel_consultation(session, actor=owner.actor, consultation=taken_back, reason="x", now=now)
    others = [people.make(role).actor for role in Role]
    for actor in (advisor.actor, *others):
        assert listed(session, actor, now) == []
        assert listed(session, actor, now, text="arctic") == []
        assert queries.count_by_state(session, actor=actor) == {}
        assert queries.count_by_facet(session, actor=actor) == []
        assert queries.find_by_reference(session, draft.reference, actor=actor) is None
        for one in (draft, taken_back):
            with pytest.raises(NotFound):
                queries.get_consultation(session, one.id, actor=actor)
    assert listed(session, owner.actor, now, text="arctic") == [taken_back.reference, draft.reference]
    assert [count for _, count in queries.count_by_facet(session, actor=owner.actor)] == [1]
    service.file_draft(session, actor=owner.actor, consultation=draft, now=now)
    assert listed(session, advisor.actor, now, text="arctic") == [draft.reference]
    assert [count for _, count in queries.count_by_facet(session, actor=advisor.actor)] == [1]


@pytest.mark.parametrize("state", InvitationState)
def test_what_an_expert_sees_follows_the_invitation(session, people, advisor, now, state):
    user = people.make(Role.EXPERT)
    consultation = make_consultation(session, by=advisor, state="open", now=now)
    make_consultation(session, by=advisor, state="open", now=now)
    expert = make_bare_expert(session, user=user, now=now)
    make_bare_invitation(session, consultation=consultation, expert=expert, state=state, now=now)
    knows = state in {"interests_asked", "cleared", "waived", "sent", "accepted"}
    reads = state in {"sent", "accepted"}
    assert listed(session, user.actor, now) == ([consultation.reference] if knows else [])
    assert queries.shows_material(session, consultation=consultation, actor=user.actor) == reads
    assert listed(session, user.actor, now, text="sea ice") == ([consultation.reference] if reads else [])
    if knows:
        assert queries.get_consultation(session, consultation.id, actor=user.actor) is consultation
    else:
        with pytest.raises(NotFound):
            queries.get_consultation(session, consultation.id, actor=user.actor)


def test_the_facet_counts_of_a_requester_tell_nothing_of_others(session, people, advisor, now):
    concept = make_concept(session, "ice")
    owner = people.make(Role.REQUESTER)
    make_consultation(session, by=advisor, state="filed", requester=owner, now=now, facets=(concept.id,))
    make_consultation(session, by=advisor, state="open", now=now, facets=(concept.id,))
    assert [(one.code, count) for one, count in queries.count_by_facet(session, actor=owner.actor)] == [("ice", 1)]
    assert [(one.code, count) for one, count in queries.count_by_facet(session, actor=advisor.actor)] == [("ice", 2)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("arctic", True),
        ("ＡＲＣＴＩＣ　ocean", True),
        ("海氷の減少", False),  # the text has ** between
        ("海氷 減少", True),
        ("ﾉﾙｳｪｰ", False),
        ("ほつきよく", False),
        ("2026-001", True),
        ("100%", False),
        ("_", False),
        ("arctic vaccine", False),
    ],
)
def test_text_finds_however_it_is_written_and_takes_no_wildcards(session, advisor, now, text, found):
    consultation = make_consultation(session, by=advisor, state="open", now=now)
    assert listed(session, advisor.actor, now, text=text) == ([consultation.reference] if found else [])


def test_a_facet_finds_what_is_directly_below_it_too(session, advisor, now):
    top = make_concept(session, "ocean")
    below = make_concept(session, "deep-sea", parent_id=top.id)
    make_concept(session, "space")
    deep = make_consultation(session, by=advisor, state="open", now=now, facets=(below.id,))
    make_consultation(session, by=advisor, state="open", now=now)
    assert listed(session, advisor.actor, now, facets=("ocean",)) == [deep.reference]
    assert listed(session, advisor.actor, now, facets=("space",)) == []
    assert listed(session, advisor.actor, now, facets=("space", "deep-sea")) == [deep.reference]


def test_deadlines_fall_into_spans_and_only_matter_before_the_close(session, advisor, now):
    days = {"passed": -1, "soon": 3, "fortnight": 14, "later": 15}
    made = {}
    for name, day in days.items():
        made[name] = make_consultation(session, by=advisor, state="open", now=now)
        made[name].deadline_at = now + timedelta(days=day)
        closed = make_consultation(session, by=advisor, state="closed", now=now)
        closed.deadline_at = now + timedelta(days=day)
    session.flush()
    for due in Due:
        assert listed(session, advisor.actor, now, due=(due,)) == [made[due].reference]
    assert len(listed(session, advisor.actor, now, due=(Due.PASSED, Due.SOON))) == 2


def test_lists_are_sorted_as_asked_and_those_without_a_deadline_come_last(session, advisor, now):
    late = make_consultation(session, by=advisor, state="open", now=now, deadline_at=now + timedelta(days=9))
    none = make_consultation(session, by=advisor, state="draft", now=now, deadline_at=None)
    soon = make_consultation(session, by=advisor, state="open", now=now, deadline_at=now + timedelta(days=2))
    late.state_changed_at = now + timedelta(hours=1)
    session.flush()
    for order, descending, wanted in (
        (Order.DEADLINE, False, [soon, late, none]),
        (Order.DEADLINE, True, [late, soon, none]),
        (Order.REFERENCE, False, [late, none, soon]),
        (Order.CHANGE, True, [late, soon, none]),
    ):
        found = listed(session, advisor.actor, now, order=order, descending=descending)
        assert found == [one.reference for one in wanted]


def test_pages_are_cut_by_the_database_and_hold_every_row_once(session, advisor, now):
    for _ in range(5):
        make_consultation(session, by=advisor, state="draft", now=now)
    seen = []
    for number in (1, 2, 3):
        page = queries.list_consultations(session, actor=advisor.actor, filters=Filters(), page=number, now=now, size=2)
        assert page.total == 5
        seen += [one.reference for one in page.items]
    assert len(seen) == len(set(seen)) == 5


def test_a_list_page_needs_as_many_statements_for_one_row_as_for_twenty(app, browser, session, people, advisor, now):
    concept = make_concept(session, "ice")
    session.commit()
    browser.sign_in(advisor.email)
    counts = []
    for wanted in (1, 20):
        while queries.count_by_state(session, actor=advisor.actor).get(ConsultationState.OPEN, 0) < wanted:
            make_consultation(session, by=advisor, state="open", now=now, facets=(concept.id,))
        session.commit()
        statements = []
        engine = app.extensions["advnet.database"].engine

        def note(conn, cursor, statement, *rest, kept=statements):
            kept.append(statement)

        sa.event.listen(engine, "before_cursor_execute", note)
        page = browser.get("/consultations")
        sa.event.remove(engine, "before_cursor_execute", note)
        assert len(page.tree.xpath("//tbody/tr")) == wanted
        counts.append(len(statements))
    assert counts[0] == counts[1] > 3


def test_concepts_are_found_by_synonyms_of_both_languages_but_not_retired_ones(session, now):
    make_concept(session, "oceans", ja="海洋学", en="Oceanography", synonyms_ja=["オーシャン"], synonyms_en=["marine"])
    make_concept(session, "old", en="Marine lore", retired_at=now)
    for text in ("marine", "ｵｰｼｬﾝ", "海洋", "ocean"):
        assert [one.code for one in queries.find_concepts(session, text=text)] == ["oceans"]
    assert queries.find_concepts(session, text="lore") == []
    assert queries.find_concepts(session, text=" ") == []


def test_the_broad_concepts_are_all_at_the_top_of_the_vocabulary(session, now):
    tops = [make_concept(session, f"top-{number:02d}", position=number) for number in range(30)]
    make_concept(session, "below", parent_id=tops[0].id)
    make_concept(session, "old", retired_at=now)
    assert queries.list_broad_concepts(session) == tops


def test_pages_of_a_text_search_are_cut_alike(session, advisor, now):
    for _ in range(5):
        make_consultation(session, by=advisor, state="draft", now=now)
    make_consultation(session, by=advisor, state="draft", now=now, title_en="Else", title_ja="他", background_en="")
    seen = []
    for number in (1, 2, 3, 99):
        page = queries.list_consultations(
            session, actor=advisor.actor, filters=Filters(text="arctic"), page=number, now=now, size=2
        )
        assert (page.total, page.number) == (5, min(number, 3))
        seen.append([one.reference for one in page.items])
    every = [reference for references in seen[:3] for reference in references]
    assert every == sorted(set(every), reverse=True)
    assert seen[3] == seen[2]
    empty = queries.list_consultations(
        session, actor=advisor.actor, filters=Filters(text="zebra"), page=4, now=now, size=2
    )
    assert (list(empty.items), empty.total, empty.number) == ([], 0, 1)
