"""Who learns whose answer is whose: by mode, on the page, in the data."""

import csv
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa

from advnet.accounts.model import Role
from advnet.answers import queries
from advnet.answers.export import answers_csv
from advnet.answers.model import Answer, Contributor, Evidence
from advnet.consultations.invitations.model import InvitationState
from advnet.consultations.model import ConsultationState, Mode
from advnet.errors import Forbidden
from tests.builders_answers import submit
from tests.builders_invitations import Invitations
from tests.statements import statements


@pytest.fixture
def invitations(session, now):
    return Invitations(session, now)


def answered(session, invitations, mode, now, *, count=1):
    consultation = invitations.consultation(mode=mode)
    made = [invitations.invitation(InvitationState.ACCEPTED, consultation=consultation) for _ in range(count)]
    for invitation in made:
        submit(session, invitation, now=now)
    return consultation, made


def close(session, consultation, now, *, state=ConsultationState.SYNTHESIS):
    consultation.state, consultation.closed_at = state, now + timedelta(days=1)
    session.flush()


def is_named(session, actor, consultation):
    (part,) = queries.list_answers(session, actor=actor, consultation=consultation)
    return [labelled.label.is_named for labelled in part.answers]


@pytest.mark.parametrize(
    ("mode", "role", "named"),
    [
        (Mode.ATTRIBUTED, Role.ADVISOR, True),
        (Mode.ATTRIBUTED, Role.SECRETARIAT, True),
        (Mode.NAMED_TO_ADVISOR, Role.ADVISOR, True),
        (Mode.NAMED_TO_ADVISOR, Role.SECRETARIAT, False),
        (Mode.ANONYMOUS, Role.ADVISOR, False),
        (Mode.ANONYMOUS, Role.SECRETARIAT, False),
    ],
)
def test_the_mode_says_who_learns_the_name(session, invitations, now, mode, role, named):
    consultation, _ = answered(session, invitations, mode, now)
    close(session, consultation, now)
    assert is_named(session, invitations.people.make(role).actor, consultation) == [named]


@pytest.mark.parametrize(
    ("mode", "role"),
    [(Mode.ANONYMOUS, Role.ADVISOR), (Mode.ANONYMOUS, Role.SECRETARIAT), (Mode.NAMED_TO_ADVISOR, Role.SECRETARIAT)],
)
def test_who_may_not_know_the_names_reads_answers_only_when_no_more_can_come(session, invitations, now, mode, role):
    consultation, _ = answered(session, invitations, mode, now)
    advisor = invitations.people.make(role).actor
    with pytest.raises(Forbidden):
        queries.list_answers(session, actor=advisor, consultation=consultation)
    close(session, consultation, now, state=ConsultationState.CLOSED)  # who was given more time may still answer
    with pytest.raises(Forbidden):
        queries.list_answers(session, actor=advisor, consultation=consultation)
    close(session, consultation, now)
    assert is_named(session, advisor, consultation) == [False]


@pytest.mark.parametrize("role", [Role.REQUESTER, Role.ADMINISTRATOR, Role.AUDITOR, Role.EXPERT])
def test_nobody_else_reads_answers(session, invitations, now, role):
    consultation, _ = answered(session, invitations, Mode.ATTRIBUTED, now)
    with pytest.raises(Forbidden):
        queries.list_answers(session, actor=invitations.people.make(role).actor, consultation=consultation)


@pytest.mark.parametrize(("count", "warned"), [(0, False), (1, True), (2, True), (3, False)])
def test_few_answers_without_names_are_warned_of(invitations, count, warned):
    advisor, secretariat = (invitations.people.make(role).actor for role in (Role.ADVISOR, Role.SECRETARIAT))
    anonymous, named = (invitations.consultation(mode=mode) for mode in (Mode.ANONYMOUS, Mode.NAMED_TO_ADVISOR))
    assert queries.are_too_few(anonymous, count, actor=advisor) is warned
    assert queries.are_too_few(named, count, actor=secretariat) is warned
    assert not queries.are_too_few(named, count, actor=advisor)
    assert not queries.are_too_few(invitations.consultation(mode=Mode.ATTRIBUTED), count, actor=secretariat)


@pytest.mark.parametrize("mode", list(Mode))
def test_a_dump_of_answers_tells_neither_who_nor_when(session, invitations, now, mode):
    _, made = answered(session, invitations, mode, now, count=3)
    tables = [model.__table__ for model in (Contributor, Answer, Evidence)]
    dumped = " ".join(str(value) for table in tables for row in session.execute(sa.select(table)) for value in row)
    for invitation in made:
        user = invitation.expert.user
        for telling in (user.email, user.name, invitation.expert.name_en, invitation.expert.name_ja):
            assert not telling or telling not in dumped
    for column in (column for table in tables for column in table.columns):
        assert not isinstance(column.type, sa.Date | sa.DateTime | sa.TypeDecorator)
        assert {key.column.table.name for key in column.foreign_keys}.isdisjoint(
            {"expert", "user_account", "invitation"}
        )


def test_identifiers_do_not_follow_the_order_of_coming(session, invitations, now):
    consultation = invitations.consultation(mode=Mode.ANONYMOUS)
    came = [
        submit(session, invitations.invitation(InvitationState.ACCEPTED, consultation=consultation), now=now)
        for _ in range(8)
    ]
    ids, numbers = [one.id for one in came], [one.number for one in came]
    assert ids != sorted(ids)  # a sorted draw of eight comes once in 40,320 runs
    assert len(set(numbers)) == 8


def test_the_csv_says_no_more_than_the_labels_and_runs_no_formula(session, invitations, now):
    consultation = invitations.consultation(mode=Mode.ANONYMOUS)
    invitation = invitations.invitation(InvitationState.ACCEPTED, consultation=consultation)
    submit(session, invitation, now=now, text="=HYPERLINK(1)")
    close(session, consultation, now)
    answered = queries.list_answers(session, actor=invitations.desk, consultation=consultation)
    text = answers_csv(answered, language="en", in_words=lambda question, answer: "")
    assert "'=HYPERLINK(1)" in text
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert {row["revision"] for row in rows} == {""}
    assert {row["question_text"] for row in rows} == {part.question.prompt_en for part in answered}
    assert invitation.expert.name_en not in text
    assert "Expert " in text


def test_reading_takes_the_same_statements_for_one_and_for_twenty_answers(database, session, invitations, now):
    counts = []
    for count in (1, 20):
        consultation, _ = answered(session, invitations, Mode.ATTRIBUTED, now, count=count)
        session.flush()
        with statements(database) as sent:
            queries.list_answers(session, actor=invitations.desk, consultation=consultation)
        counts.append(len(sent))
    assert counts[0] == counts[1]
