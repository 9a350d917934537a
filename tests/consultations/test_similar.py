"""Similar consultations: which are shown, why, to whom, and who answered them."""

from dataclasses import replace

import pytest

from advnet.accounts.model import Role
from advnet.consultations import service
from advnet.consultations.details import QuestionDetails, details_of
from advnet.consultations.model import Tlp
from advnet.consultations.similar import list_similar_consultations
from advnet.errors import Forbidden
from advnet.experts.model import Standing
from tests.builders_consultations import FREE_TEXT, make_bare_invitation, make_consultation
from tests.matching.network import make_expert
from tests.statements import statements

ICE = {"title_en": "Observing Arctic sea ice", "title_ja": "北極の海氷の観測", "background_en": "Buoys are few.",
       "background_ja": "ブイが少ない。", "questions": (FREE_TEXT,)}  # fmt: skip
FOG = {"title_en": "Harbour fog", "title_ja": "港の霧", "background_en": "Ships wait for days.",
       "background_ja": "船が待つ。", "questions": (QuestionDetails(prompt_en="When will it lift?"),)}  # fmt: skip


@pytest.fixture
def advisor(people):
    return people.make(Role.ADVISOR)


def asked(session, user, consultation, **options):
    return list_similar_consultations(session, actor=user.actor, consultation=consultation, **options)


def test_what_was_asked_before_is_shown_with_the_words_in_common_and_whether_it_may_be_the_same(session, advisor, now):
    before = make_consultation(session, by=advisor, state="settled", now=now, **ICE)
    make_consultation(session, by=advisor, state="settled", now=now, **FOG)
    again = make_consultation(session, by=advisor, state="triage", now=now, **ICE)
    partly = make_consultation(
        session, by=advisor, state="triage", now=now, **{**FOG, "title_en": "Sea ice in the harbour"}
    )
    (found, *others) = asked(session, advisor, again)
    assert found.consultation.id == before.id
    assert found.may_be_duplicate
    assert {"海氷", "ブイ"} <= set(found.words)
    assert all(not one.may_be_duplicate for one in others)
    assert {one.consultation.id for one in others} <= {partly.id}


def test_the_same_title_is_noticed_whatever_else_is_asked(session, advisor, now):
    title = {"title_ja": "量子暗号通信の標準化", "title_en": "Quantum links for embassies"}
    own = make_consultation(session, by=advisor, state="triage", now=now, **ICE | title)
    japanese = make_consultation(session, by=advisor, state="open", now=now, **FOG | title | {"title_en": ""})
    english = make_consultation(session, by=advisor, state="open", now=now, **FOG | title | {"title_ja": ""})
    make_consultation(session, by=advisor, state="open", now=now, **FOG)
    words = {one.consultation.id: one.words for one in asked(session, advisor, own)}
    assert words.keys() == {japanese.id, english.id}
    assert {"量子暗号通信", "標準化"} <= set(words[japanese.id])
    assert {"Quantum", "links", "embassies"} <= set(words[english.id])


def test_a_common_word_of_titles_alone_proposes_nothing(session, advisor, now):
    for subject in ("vaccines", "fusion", "sea level", "chips", "fisheries", "satellites"):
        other = FOG | {"title_ja": "", "title_en": f"Cooperation on {subject}"}
        make_consultation(session, by=advisor, state="open", now=now, **other)
    own = make_consultation(
        session, by=advisor, state="triage", now=now, **ICE | {"title_ja": "", "title_en": "Cooperation on soil"}
    )
    assert asked(session, advisor, own) == []


@pytest.mark.parametrize(
    ("state", "is_under_way"),
    [("triage", True), ("open", True), ("issued", True), ("draft", False), ("returned", False)]
    + [(end, False) for end in ("merged", "declined", "cancelled", "settled")],
)
def test_it_may_be_merged_into_what_is_under_way(session, advisor, now, state, is_under_way):
    other = make_consultation(session, by=advisor, state=state, now=now, **ICE)
    own = make_consultation(session, by=advisor, state="triage", now=now, **ICE)
    merged_into = {one.consultation.id: one.may_be_merged_into for one in asked(session, advisor, own)}
    assert merged_into[other.id] is is_under_way


def test_a_changed_text_is_compared_as_it_is_now(session, advisor, now):
    other = make_consultation(session, by=advisor, state="scoped", now=now, **FOG)
    new = make_consultation(session, by=advisor, state="triage", now=now, **ICE)
    assert asked(session, advisor, new) == []
    details = details_of(other)
    changed = replace(details, **ICE)
    service.edit_consultation(
        session, actor=advisor.actor, consultation=other, details=changed, version=other.version, now=now
    )
    session.flush()
    assert [one.consultation.id for one in asked(session, advisor, new)] == [other.id]


def test_a_request_that_is_not_filed_is_nobody_elses_business(session, advisor, people, now):
    requester = people.make(Role.REQUESTER)
    new = make_consultation(session, by=advisor, state="triage", now=now, **ICE)
    private = make_consultation(session, by=advisor, requester=requester, state="draft", now=now, **ICE)
    private.filed_at = None
    session.flush()
    assert private.is_private
    assert asked(session, advisor, new) == []


@pytest.mark.parametrize("role", [one for one in Role if one not in {Role.ADVISOR, Role.SECRETARIAT}])
def test_only_the_desk_compares(session, people, advisor, now, role):
    new = make_consultation(session, by=advisor, state="triage", now=now, **ICE)
    with pytest.raises(Forbidden):
        asked(session, people.make(role), new)


@pytest.mark.parametrize(
    ("mode", "advisor_knows", "secretary_knows"),
    [("attributed", True, True), ("named_to_advisor", True, False), ("anonymous", False, False)],
)
def test_who_answered_is_told_as_far_as_the_mode_lets_the_reader_know(
    session, people, advisor, now, mode, advisor_knows, secretary_knows
):
    secretary = people.make(Role.SECRETARIAT)
    before = make_consultation(session, by=advisor, state="settled", now=now, mode=mode, **ICE)
    answered, silent, left = (make_expert(session, now=now, name=f"Aoi {name}") for name in ("Yes", "No", "Gone"))
    for expert in (answered, silent, left):
        invitation = make_bare_invitation(session, consultation=before, expert=expert, state="accepted", now=now)
        invitation.has_answered = expert is not silent
    left.standing = Standing.SUSPENDED
    new = make_consultation(session, by=advisor, state="triage", now=now, **ICE)
    for reader, knows in ((advisor, advisor_knows), (secretary, secretary_knows)):
        (found,) = asked(session, reader, new)
        assert [expert.id for expert in found.answered_by] == ([answered.id] if knows else [])


def test_the_number_of_statements_does_not_grow_with_the_consultations(session, database, advisor, now):
    new = make_consultation(session, by=advisor, state="triage", now=now, **ICE)
    counted = []
    for _ in range(2):
        for _ in range(3):
            make_consultation(session, by=advisor, state="settled", now=now, **ICE)
        with statements(database) as sent:
            assert asked(session, advisor, new)
        counted.append(len(sent))
    assert counted[0] == counted[1]


@pytest.mark.parametrize(
    ("above", "changes"),
    [(True, {"tlp": Tlp.RED}), (True, {"confidentiality": 3}), (False, {"tlp": Tlp.CLEAR}), (False, {})],
)
def test_text_under_a_stricter_marking_does_not_stand_on_the_page_of_another(
    session, advisor, browser, now, above: bool, changes
):
    before = make_consultation(session, by=advisor, state="settled", now=now, **ICE)
    again = make_consultation(session, by=advisor, state="triage", now=now, **ICE | {"title_en": "Arctic ice again"})
    for name, value in changes.items():
        setattr(before, name, value)
    session.commit()
    (found,) = asked(session, advisor, again)
    assert (found.is_marked_above, bool(found.words)) == (above, not above)
    session.commit()
    browser.sign_in(advisor.email)
    for page in ("candidates", "triage"):
        words = browser.get(f"/consultations/{again.id}/{page}").words()
        assert ("Observing Arctic sea ice" in words) is not above, page
        assert before.reference in words, page
