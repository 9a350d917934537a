"""Remarks between rounds: who may speak, who is known, what is kept."""

from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.accounts.model import Actor, Role
from advnet.answers.discussion import service
from advnet.answers.discussion.model import Remark
from advnet.answers.discussion.queries import get_invitation_in_discussion, list_threads
from advnet.answers.model import Contributor
from advnet.answers.queries import find_contributor
from advnet.audit.model import AuditEntry
from advnet.consultations.model import Mode
from advnet.errors import Forbidden, Invalid, NotFound
from advnet.permissions import Permission, allows
from tests.builders_answers import own
from tests.builders_rounds import Rounds


def between(session: Session, now: datetime, **values: Any) -> Rounds:
    """Round 1 has closed; all but the last of four experts have answered."""
    rounds = Rounds(session, now, has_discussion=True, **values)
    rounds.open()
    rounds.answer(0, 1, 2)
    rounds.close_round()
    return rounds


@pytest.fixture
def rounds(session: Session, now: datetime) -> Rounds:
    return between(session, now)


def say(rounds: Rounds, place: int, text: str = "But the ice is thinner.", **values: Any) -> Remark:
    invitation = own(rounds.session, rounds.invitations[place])
    return service.add_remark(
        rounds.session,
        actor=rounds.made.actor(invitation),
        invitation=invitation,
        **{"position": 1, "text": text, **values},
    )


def lead(rounds: Rounds, text: str = "What of the fog?", **values: Any) -> Remark:
    return service.add_facilitator_remark(
        rounds.session,
        actor=rounds.made.desk,
        consultation=rounds.consultation,
        **{"position": 1, "text": text, **values},
    )


def read(rounds: Rounds, actor: Actor, *, place: int | None = None) -> list[tuple[str, bool, bool]]:
    """Of each remark on the first question: letter, named, the reader's own."""
    contributor = find_contributor(rounds.session, invitation=rounds.invitations[place]) if place is not None else None
    thread, _ = list_threads(rounds.session, actor=actor, consultation=rounds.consultation, own=contributor)
    return [(one.letter, one.label is not None, one.is_own) for one in thread.remarks]


def test_remarks_stand_in_their_order_under_one_letter_each(rounds: Rounds) -> None:
    say(rounds, 0)
    say(rounds, 1, reply_to=1)
    lead(rounds)
    say(rounds, 0, position=2)
    say(rounds, 0)
    first, second = list_threads(
        rounds.session, actor=rounds.made.actor(rounds.invitations[1]), consultation=rounds.consultation
    )
    letters = [one.letter for one in first.remarks]
    assert letters[0] == letters[3] == second.remarks[0].letter
    assert letters[0] != letters[1]
    assert letters[2] == ""
    assert [one.remark.place for one in first.remarks] == [1, 2, 3, 4]
    assert [one.reply_to for one in first.remarks] == [None, 1, None, None]
    assert read(rounds, rounds.made.actor(rounds.invitations[0]), place=0)[0][2]


@pytest.mark.parametrize(
    ("mode", "reader", "named"),
    [
        (Mode.ANONYMOUS, Role.ADVISOR, False),
        (Mode.ANONYMOUS, Role.EXPERT, False),
        (Mode.NAMED_TO_ADVISOR, Role.ADVISOR, True),
        (Mode.NAMED_TO_ADVISOR, Role.SECRETARIAT, False),
        (Mode.NAMED_TO_ADVISOR, Role.EXPERT, False),
        (Mode.ATTRIBUTED, Role.EXPERT, True),
    ],
)
def test_the_mode_says_who_is_known_to_speak(
    session: Session, now: datetime, mode: Mode, reader: Role, named: bool
) -> None:
    rounds = between(session, now, mode=mode)
    say(rounds, 0)
    assert [one[1] for one in read(rounds, rounds.made.people.make(reader).actor)] == [named]


def test_only_who_has_answered_reads_and_speaks(rounds: Rounds) -> None:
    silent = own(rounds.session, rounds.invitations[3])
    with pytest.raises(Forbidden):
        say(rounds, 3)
    with pytest.raises(NotFound):
        get_invitation_in_discussion(rounds.session, silent.id, actor=rounds.made.actor(silent))
    spoken = own(rounds.session, rounds.invitations[0])
    assert get_invitation_in_discussion(rounds.session, spoken.id, actor=rounds.made.actor(spoken)) is spoken
    with pytest.raises(NotFound):
        get_invitation_in_discussion(rounds.session, spoken.id, actor=rounds.made.desk)


@pytest.mark.parametrize("role", [Role.EXPERT, Role.REQUESTER, Role.ADMINISTRATOR, Role.AUDITOR])
def test_only_the_desk_leads(rounds: Rounds, role: Role) -> None:
    assert allows(Permission.DISCUSSION_LEAD, rounds.made.desk, rounds.consultation)
    assert not allows(Permission.DISCUSSION_LEAD, rounds.made.people.make(role).actor, rounds.consultation)


def test_a_consultation_without_discussion_takes_no_remarks(session: Session, now: datetime) -> None:
    rounds = Rounds(session, now)
    rounds.open()
    rounds.answer()
    rounds.close_round()
    with pytest.raises(Forbidden):
        say(rounds, 0)
    with pytest.raises(Forbidden):
        lead(rounds)


def test_remarks_are_made_between_rounds_and_read_afterwards(rounds: Rounds) -> None:
    say(rounds, 0)
    rounds.open_next()
    with pytest.raises(service.NotBetweenRounds):
        say(rounds, 0)
    with pytest.raises(service.NotBetweenRounds):
        lead(rounds)
    assert len(read(rounds, rounds.made.actor(rounds.invitations[1]))) == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [({"text": " "}, "text"), ({"text": "x" * 3001}, "text"), ({"reply_to": 7}, "reply_to")],
)
def test_a_remark_says_something_not_too_long_about_something(
    rounds: Rounds, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        say(rounds, 0, **values)
    assert refused.value.field == field
    say(rounds, 0, text="x" * 3000)


def test_a_thread_has_an_end(rounds: Rounds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_REMARKS", 1)
    say(rounds, 0)
    with pytest.raises(Invalid, match="This thread is full: 1"):
        say(rounds, 1)
    say(rounds, 1, position=2)


def test_nobody_fills_a_thread_alone(rounds: Rounds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_OF_ONE", 2)
    say(rounds, 0)
    say(rounds, 0)
    with pytest.raises(Invalid, match="You have made 2 remarks here"):
        say(rounds, 0)
    say(rounds, 1)


def test_a_question_that_is_not_there_has_no_thread(rounds: Rounds) -> None:
    with pytest.raises(NotFound):
        say(rounds, 0, position=3)


def hide(rounds: Rounds, reason: str = "Names a colleague", place: int = 1) -> None:
    service.hide_remark(
        rounds.session,
        actor=rounds.made.desk,
        consultation=rounds.consultation,
        position=1,
        place=place,
        reason=reason,
        now=rounds.now,
    )


def test_the_facilitator_hides_a_remark_with_a_reason(rounds: Rounds) -> None:
    remark = say(rounds, 0)
    with pytest.raises(Invalid, match="Give a reason"):
        hide(rounds, " ")
    with pytest.raises(Invalid, match="300"):
        hide(rounds, "x" * 301)
    with pytest.raises(NotFound):
        hide(rounds, place=2)
    hide(rounds)
    assert remark.hidden_reason == "Names a colleague"


def test_the_log_ties_no_moment_to_a_remark_of_an_expert(rounds: Rounds) -> None:
    before = rounds.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))
    remark = say(rounds, 0)
    say(rounds, 1)
    lead(rounds)
    assert rounds.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == before
    hide(rounds)
    entry = rounds.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()
    assert (entry.event, entry.subject_id, entry.detail) == (
        "consultation:remark-hidden",
        rounds.consultation.id,
        {"question": 1},
    )
    assert str(remark.id) not in repr((entry.detail, entry.reason))


def test_letters_do_not_follow_the_order_of_speaking_nor_the_numbers(session: Session, now: datetime) -> None:
    rounds = Rounds(session, now, experts=8, has_discussion=True)
    rounds.open()
    rounds.answer()
    rounds.close_round()
    for place in range(8):
        say(rounds, place)
    spoken = [find_contributor(session, invitation=invitation) for invitation in rounds.invitations]
    voices = [one.voice for one in spoken if one is not None and one.voice is not None]
    numbers = [one.number for one in spoken if one is not None]
    assert len(set(voices)) == 8
    assert voices != sorted(voices)  # a sorted draw of eight comes once in 40,320 runs
    assert voices != numbers
    silent = session.scalars(sa.select(Contributor).where(Contributor.voice.is_(None))).all()
    assert silent == []
