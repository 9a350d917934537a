"""Answers over two rounds: confirmed, changed with a reason, kept apart by round."""

from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Role
from advnet.answers import queries, service
from advnet.answers.model import Answer, Contributor
from advnet.consultations.model import ConsultationState, Mode
from advnet.consultations.progress import close_consultation
from advnet.errors import Forbidden, Unsound
from advnet.permissions import Permission, allows
from tests.builders_answers import make_draft, own
from tests.builders_rounds import Rounds


@pytest.fixture
def rounds(session: Session, now: datetime) -> Rounds:
    return Rounds(session, now)


def given(session: Session, contributor: Contributor) -> list[tuple[int, int, bool, bool, str]]:
    """Of the second question: round, revision, latest, last of its round, reason."""
    session.flush()
    rows = session.scalars(
        sa.select(Answer)
        .join(Answer.question)
        .where(Answer.contributor_id == contributor.id, sa.text("question.position = 2"))
        .order_by(Answer.revision)
        .execution_options(populate_existing=True)
    )
    return [(one.round_number, one.revision, one.is_latest, one.is_last_of_round, one.change_reason) for one in rows]


def revise(rounds: Rounds, *, reasons: dict[int, str] | None = None, **overrides: Any) -> Contributor:
    invitation = own(rounds.session, rounds.invitations[0])
    actor = rounds.made.actor(invitation)
    contributor = service.open_contributor(rounds.session, invitation=invitation)
    service.save_draft(
        rounds.session,
        actor=actor,
        invitation=invitation,
        draft=make_draft(invitation, **overrides),
        seen_version=contributor.draft_version,
        now=rounds.now,
    )
    return service.submit_answers(
        rounds.session, actor=actor, invitation=invitation, now=rounds.now, change_reasons=reasons
    )


def test_the_draft_of_a_later_round_begins_from_the_former_answer(rounds: Rounds) -> None:
    rounds.open()
    rounds.answer(sureness="64")
    rounds.close_round()
    rounds.open_next()
    contributor = queries.find_contributor(rounds.session, invitation=rounds.invitations[0])
    assert contributor is not None
    assert {typed["sureness"] for typed in contributor.draft.values()} == {"64"}


def test_an_unchanged_answer_is_confirmed_and_counts_for_the_round(rounds: Rounds) -> None:
    rounds.open()
    rounds.answer(0)
    rounds.close_round()
    rounds.open_next()
    invitation = own(rounds.session, rounds.invitations[0])
    assert not invitation.has_answered_round
    contributor = revise(rounds)
    assert invitation.has_answered_round
    assert given(rounds.session, contributor) == [(1, 1, False, True, ""), (2, 2, True, True, "")]
    revise(rounds)  # pressing twice
    assert len(given(rounds.session, contributor)) == 2


def test_a_changed_judgement_needs_a_reason_at_its_field(rounds: Rounds) -> None:
    rounds.open()
    rounds.answer(0)
    rounds.close_round()
    rounds.open_next()
    text, choice = own(rounds.session, rounds.invitations[0]).consultation.questions
    with pytest.raises(Unsound) as refused:
        revise(rounds, sureness="20")
    assert [fault.field for fault in refused.value.faults] == [
        f"q{text.id}_change_reason",
        f"q{choice.id}_change_reason",
    ]
    with pytest.raises(Unsound, match="2000 characters"):
        revise(rounds, sureness="20", reasons={text.id: "x" * 2001, choice.id: "x" * 2001})
    contributor = revise(rounds, sureness="20", reasons={text.id: "New data", choice.id: " A better model "})
    assert given(rounds.session, contributor)[-1] == (2, 2, True, True, "A better model")


def test_words_and_evidence_of_a_choice_are_mended_without_a_reason(rounds: Rounds) -> None:
    rounds.open()
    rounds.answer(0)
    rounds.close_round()
    rounds.open_next()
    contributor = revise(rounds, evidence=[{"kind": "report", "link": "", "doi": "", "note": "Another"}])
    assert given(rounds.session, contributor)[-1] == (2, 2, True, True, "")


def test_within_a_round_the_reason_speaks_of_the_round_before(rounds: Rounds) -> None:
    rounds.open()
    rounds.answer(0)
    revise(rounds, sureness="30")  # within round 1: no reason
    rounds.close_round()
    rounds.open_next()
    ids = [question.id for question in rounds.consultation.questions]
    revise(rounds, sureness="50", reasons=dict.fromkeys(ids, "Because"))
    contributor = revise(rounds, sureness="30")  # back to what stood in round 1
    assert given(rounds.session, contributor) == [
        (1, 1, False, False, ""),
        (1, 2, False, True, ""),
        (2, 3, False, False, "Because"),
        (2, 4, True, True, ""),
    ]


def shown(rounds: Rounds, role: Role) -> list[int]:
    """The rounds whose answers somebody of this role reads; refused: empty."""
    actor = rounds.made.people.make(role).actor
    rounds.session.flush()
    try:
        first, _ = queries.list_answers(rounds.session, actor=actor, consultation=rounds.consultation)
    except Forbidden:
        assert not allows(Permission.ANSWER_READ, actor, rounds.consultation)
        return []
    assert allows(Permission.ANSWER_READ, actor, rounds.consultation)
    return sorted(one.answer.round_number for one in first.answers)


DESK_READS = {
    # of four experts, all answer in round 1 and two in round 2
    (Mode.ANONYMOUS, Role.ADVISOR): ([], [1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 2, 2]),
    (Mode.ANONYMOUS, Role.SECRETARIAT): ([], [1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 2, 2]),
    (Mode.NAMED_TO_ADVISOR, Role.ADVISOR): ([1] * 4, [1] * 4, [1, 1, 2, 2], [1, 1, 2, 2], [1, 1, 2, 2]),
    (Mode.NAMED_TO_ADVISOR, Role.SECRETARIAT): ([], [1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 2, 2]),
    (Mode.ATTRIBUTED, Role.SECRETARIAT): ([1] * 4, [1] * 4, [1, 1, 2, 2], [1, 1, 2, 2], [1, 1, 2, 2]),
    (Mode.ATTRIBUTED, Role.REQUESTER): ([], [], [], [], []),
    (Mode.ATTRIBUTED, Role.ADMINISTRATOR): ([], [], [], [], []),
    (Mode.ATTRIBUTED, Role.AUDITOR): ([], [], [], [], []),
    (Mode.ATTRIBUTED, Role.EXPERT): ([], [], [], [], []),
}


@pytest.mark.parametrize(("mode", "role"), DESK_READS)
def test_who_reads_which_answers_while_two_rounds_pass(session: Session, now: datetime, mode: Mode, role: Role) -> None:
    """In round 1, between the rounds, in round 2, when it has closed, in the synthesis."""
    rounds = Rounds(session, now, mode=mode)
    seen = []
    rounds.open()
    rounds.answer()
    seen.append(shown(rounds, role))
    rounds.close_round()
    seen.append(shown(rounds, role))
    rounds.open_next()
    rounds.answer(0, 1)
    seen.append(shown(rounds, role))
    close_consultation(session, actor=rounds.made.desk, consultation=rounds.consultation, now=rounds.now)
    seen.append(shown(rounds, role))
    rounds.consultation.state = ConsultationState.SYNTHESIS
    seen.append(shown(rounds, role))
    assert tuple(seen) == DESK_READS[mode, role]


def test_the_count_beside_the_answers_is_of_the_rounds_that_are_read(rounds: Rounds) -> None:
    rounds.open()
    rounds.answer(0, 1, 2)
    rounds.close_round()
    rounds.open_next()
    rounds.answer(3)
    through = queries.through_round(rounds.consultation, actor=rounds.made.desk)
    number = rounds.consultation.id
    assert queries.count_answers(rounds.session, consultation_id=number, through=through) == 3
    assert queries.count_answers(rounds.session, consultation_id=number) == 4
