"""Who learns whose answer is whose: by mode, on the page, in the data."""

import csv
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa

from advnet.accounts.model import Role
from advnet.answers import queries
from advnet.answers.discussion.model import Remark
from advnet.answers.discussion.service import add_facilitator_remark, add_remark, hide_remark
from advnet.answers.export import answers_csv
from advnet.answers.items.model import Item
from advnet.answers.items.service import name_items
from advnet.answers.model import Answer, Contributor, Evidence
from advnet.audit.model import AuditEntry
from advnet.consultations.invitations.model import InvitationState
from advnet.consultations.model import ConsultationState, Mode
from advnet.consultations.rounds.model import Round
from advnet.errors import Forbidden
from advnet.jobs.model import Job
from tests.builders_answers import own, submit
from tests.builders_invitations import Invitations
from tests.builders_rounds import Rounds
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


WORDS = "What only number %s would say"


@pytest.fixture
def told(session, now):
    """Items, two rounds of answers and a discussion, in which every expert's words tell whose they are to us alone."""
    rounds = Rounds(session, now, experts=5, names_items=True, has_discussion=True)
    rounds.open()
    choice = next(question for question in rounds.consultation.questions if question.options)
    for place, invitation in enumerate(rounds.invitations):
        actor, mine = rounds.made.actor(invitation), own(session, invitation)
        named = {choice.id: [WORDS % f"{place} in round 0"]}
        name_items(session, actor=actor, invitation=mine, named=named, now=rounds.now + timedelta(minutes=place))
    rounds.close_round()
    rounds.open_next()
    for place in range(5):
        rounds.answer(place, text=WORDS % place, choices=["1"])
    rounds.close_round()
    for place, invitation in enumerate(rounds.invitations):
        actor, mine = rounds.made.actor(invitation), own(session, invitation)
        add_remark(session, actor=actor, invitation=mine, position=1, text=WORDS % f"{place} in the discussion")
    add_facilitator_remark(
        session, actor=rounds.made.desk, consultation=rounds.consultation, position=1, text="And the fog?"
    )
    hide_remark(
        session,
        actor=rounds.made.desk,
        consultation=rounds.consultation,
        position=1,
        place=2,
        reason="Beside the point",
        now=rounds.now,
    )
    rounds.open_next()
    rounds.answer(0, text=WORDS % 0, choices=["1"])  # confirmed; text and choice are the same
    session.flush()
    return rounds


def test_the_tables_of_items_and_remarks_tell_neither_who_nor_when(session, told):
    tables = [model.__table__ for model in (Contributor, Answer, Evidence, Item, Remark)]
    dumped = " ".join(str(value) for table in tables for row in session.execute(sa.select(table)) for value in row)
    assert all(WORDS % text in dumped for text in (0, "0 in round 0", "0 in the discussion"))
    for invitation in told.invitations:
        for telling in (told.made.email(invitation), invitation.expert.name_en, invitation.expert.name_ja):
            assert not telling or telling not in dumped
    for column in (column for table in tables for column in table.columns):
        assert not isinstance(column.type, sa.Date | sa.DateTime | sa.TypeDecorator)
        assert {key.column.table.name for key in column.foreign_keys}.isdisjoint(
            {"expert", "user_account", "invitation"}
        )
    for table in tables:
        assert table.dialect_options["sqlite"]["with_rowid"] is False


def test_items_answers_and_remarks_are_numbered_in_no_order(session, told):
    orders = []
    for model in (Item, Answer, Remark):
        query = sa.select(model.text, model.id)
        if model is Answer:
            query = query.where(Answer.question_id == told.consultation.questions[0].id, Answer.round_number == 1)
        ids = dict(session.execute(query).all())
        spoken = [number for text, number in sorted(ids.items()) if text.startswith("What only number")]
        assert len(spoken) == 5
        orders.append(spoken == sorted(spoken))
    assert not all(orders)  # three sorted draws of five come once in 1.7 million runs


def test_mail_and_log_hold_no_word_and_no_number_of_what_was_said(session, told):
    """Beside the tables of answers, neither ties a text to a person; a moment of a remark stands nowhere."""
    queued = repr([job.payload for job in session.scalars(sa.select(Job))])
    logged = repr([(entry.event, entry.detail, entry.reason) for entry in session.scalars(sa.select(AuditEntry))])
    numbers = [
        number for model in (Contributor, Answer, Item, Remark) for number in session.scalars(sa.select(model.id))
    ]
    assert len(numbers) > 20
    for said in (queued, logged):
        assert "What only number" not in said
        assert "And the fog?" not in said
        assert not [number for number in numbers if str(number) in said]
    events = session.scalars(sa.select(AuditEntry.event)).all()
    assert events.count("answer:items-named") == 5
    assert [event for event in events if "remark" in event] == ["consultation:remark-hidden"]


def test_who_confirmed_in_a_later_round_shows_neither_on_the_page_nor_in_the_csv(session, told):
    """One of five has answered in round 2. The log names the expert, so the answers must not tell the round."""
    consultation = told.consultation
    consultation.closed_at, consultation.state = told.now, ConsultationState.SYNTHESIS
    session.flush()
    answered = queries.list_answers(session, actor=told.made.desk, consultation=consultation)
    assert sorted(one.answer.round_number for one in answered[0].answers) == [1, 1, 1, 1, 2]
    written = answers_csv(answered, language="en", in_words=lambda question, answer: "")
    rows = list(csv.DictReader(io.StringIO(written.removeprefix("\ufeff"))))
    per_text = {(row["question"], row["text"]): {**row, "contributor": "", "text": ""} for row in rows}
    first = [row for (question, _), row in per_text.items() if question == "1"]
    assert len(first) == 5
    assert all(row == first[0] for row in first)


def test_the_history_of_rounds_speaks_of_the_desk_alone(session, told):
    assert {column.name for column in Round.__table__.columns if column.foreign_keys} == {"consultation_id"}
