"""What an expert does with an answer: draft, submit, revise, withdraw, up to the deadline."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from advnet.answers import queries, service
from advnet.answers.drafts import Incomplete
from advnet.answers.model import Answer, AnswerState
from advnet.answers.service import DraftOverwritten
from advnet.answers.timing import ConsultationClosed
from advnet.audit.model import AuditEntry
from advnet.consultations.invitations.model import InvitationState, answer_until
from advnet.errors import Forbidden, NotFound
from advnet.jobs.model import Job
from tests.builders_answers import make_draft, own, submit
from tests.builders_invitations import Invitations


@pytest.fixture
def invitations(session, now):
    return Invitations(session, now)


@pytest.fixture
def invitation(invitations, session):
    return own(session, invitations.invitation(InvitationState.ACCEPTED))


def save(session, invitations, invitation, draft, *, seen_version=0, now):
    actor = invitations.actor(invitation)
    return service.save_draft(
        session, actor=actor, invitation=invitation, draft=draft, seen_version=seen_version, now=now
    )


def test_a_submitted_answer_stands_with_its_evidence_and_is_acknowledged(session, invitation, now):
    contributor = submit(session, invitation, now=now)
    (answer,) = queries.find_contributor(session, invitation=invitation).answers
    assert (contributor.state, contributor.revision) == (AnswerState.SUBMITTED, 1)
    assert (answer.text, answer.sureness_percent, answer.language) == ("The answer to question 1", 70, "en")
    assert [item.link for item in answer.evidence] == ["https://example.org/report"]
    assert invitation.has_answered
    (mail,) = [job for job in session.scalars(sa.select(Job)) if job.payload.get("message") == "answers_received"]
    assert mail.payload["values"]["answer_reference"] == queries.get_reference(session, invitation=invitation)
    assert str(contributor.id) not in f"{mail.key}{mail.payload}"


def test_a_revision_is_added_and_the_older_one_kept(session, invitation, now):
    submit(session, invitation, now=now)
    contributor = submit(session, invitation, now=now, text="On second thoughts, no")
    rows = session.execute(sa.select(Answer.revision, Answer.is_latest, Answer.text).order_by(Answer.revision)).all()
    assert [tuple(row) for row in rows] == [
        (1, False, "The answer to question 1"),
        (2, True, "On second thoughts, no"),
    ]
    assert contributor.state == AnswerState.REVISED


def test_at_the_deadline_it_is_too_late_and_a_moment_before_it_is_not(session, invitations, invitation, now):
    until = answer_until(invitation)
    moment = until - timedelta(microseconds=1)
    save(session, invitations, invitation, make_draft(invitation), now=moment)
    actor = invitations.actor(invitation)
    with pytest.raises(ConsultationClosed):
        service.submit_answers(session, actor=actor, invitation=invitation, now=until)
    with pytest.raises(ConsultationClosed):
        save(session, invitations, invitation, {}, seen_version=1, now=until)
    assert service.submit_answers(session, actor=actor, invitation=invitation, now=moment).revision == 1


@pytest.mark.parametrize(
    ("overrides", "field", "words"),
    [
        ({"text": " ", "evidence": []}, "text", "Write an answer."),
        ({"text": " "}, "text", "Write an answer."),
        ({"sureness": ""}, "sureness", "from 0 to 100"),
        ({"sureness": "101"}, "sureness", "from 0 to 100"),
        ({"sureness": "-1"}, "sureness", "from 0 to 100"),
        ({"sureness": "70.5"}, "sureness", "from 0 to 100"),
        ({"evidence": [{"kind": "report", "link": "javascript:alert(1)"}]}, "evidence-0-link", "A link begins with"),
        ({"evidence": [{"kind": "rumour", "note": "heard"}]}, "evidence-0-kind", "Choose what kind"),
        ({"evidence": [{"kind": "article", "doi": "11.1/x"}]}, "evidence-0-doi", "is not a DOI"),
    ],
)
def test_what_an_answer_lacks_is_said_at_its_field_and_nothing_is_submitted(
    session, invitations, invitation, now, overrides, field, words
):
    save(session, invitations, invitation, make_draft(invitation, **overrides), now=now)
    with pytest.raises(Incomplete) as refused:
        service.submit_answers(session, actor=invitations.actor(invitation), invitation=invitation, now=now)
    (fault,) = refused.value.faults
    assert fault.field == f"q{invitation.consultation.questions[0].id}_{field}"
    assert words in str(fault)
    assert session.scalar(sa.select(sa.func.count()).select_from(Answer)) == 0


@pytest.mark.parametrize(("sureness", "percent"), [("0", 0), ("100", 100), ("７０", 70), ("70 %", 70)])
def test_sureness_is_read_from_end_to_end_and_in_either_width(session, invitation, now, sureness, percent):
    submit(session, invitation, now=now, sureness=sureness)
    (answer,) = queries.find_contributor(session, invitation=invitation).answers
    assert answer.sureness_percent == percent


def test_a_second_window_is_told_and_overwrites_nothing(session, invitations, invitation, now):
    question = str(invitation.consultation.questions[0].id)
    save(session, invitations, invitation, {question: {"text": "first window"}}, now=now)
    with pytest.raises(DraftOverwritten) as refused:
        save(session, invitations, invitation, {question: {"text": "second window"}}, now=now)
    assert refused.value.saved[question]["text"] == "first window"
    contributor = queries.find_contributor(session, invitation=invitation)
    assert contributor.draft[question]["text"] == "first window"
    same = save(session, invitations, invitation, {question: {"text": "first window"}}, now=now)
    assert same.draft_version == 1


def test_a_withdrawn_answer_is_not_read_and_can_be_submitted_again(session, invitations, invitation, now):
    submit(session, invitation, now=now)
    actor = invitations.actor(invitation)
    service.withdraw_answers(session, actor=actor, invitation=invitation, now=now)
    assert not invitation.has_answered
    (part,) = queries.list_answers(session, actor=invitations.desk, consultation=invitation.consultation)
    assert part.answers == ()
    service.submit_answers(session, actor=actor, invitation=invitation, now=now)
    (part,) = queries.list_answers(session, actor=invitations.desk, consultation=invitation.consultation)
    assert len(part.answers) == 1


def test_only_the_invited_expert_writes(session, invitations, invitation, now):
    other = invitations.actor(own(session, invitations.invitation(InvitationState.ACCEPTED)))
    for actor in (other, invitations.desk):
        with pytest.raises(Forbidden):
            service.save_draft(session, actor=actor, invitation=invitation, draft={}, seen_version=0, now=now)
    with pytest.raises(NotFound):
        queries.get_invitation_to_answer(session, invitation.id, actor=other)


def test_the_log_of_an_answer_names_the_invitation_only(session, invitation, now):
    submit(session, invitation, now=now)
    columns = (AuditEntry.subject_type, AuditEntry.subject_id, AuditEntry.detail)
    events = session.execute(sa.select(*columns).where(AuditEntry.event == "answer:submitted")).all()
    assert [tuple(row) for row in events] == [("invitation", invitation.id, {})]
