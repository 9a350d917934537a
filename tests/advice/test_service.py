"""The way of a brief: who may do what when, what is told to whom, what is never told."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from advnet.accounts.model import Actor, Role
from advnet.advice import queries, service
from advnet.advice.document import code_of
from advnet.advice.issuing import ReadAgain
from advnet.advice.model import BriefState
from advnet.advice.service import AlreadyBegun
from advnet.answers.model import AnswerState, Contributor, ContributorIdentity
from advnet.audit.model import AuditEntry
from advnet.consultations.model import ConsultationState, Mode, Tlp
from advnet.consultations.progress import cancel_consultation
from advnet.errors import EditedMeanwhile, Forbidden, Invalid, NotFound, Unsound, WrongState
from advnet.jobs.model import Job
from advnet.mail.render import MailRenderer
from advnet.permissions import TABLE, Permission, allows
from tests.builders_advice import Advice


@pytest.fixture
def advice(session, people, now) -> Advice:
    return Advice(session, people, now)


def mails(session, message: str) -> list[Job]:
    jobs = session.scalars(sa.select(Job).where(Job.kind == "mail:send").order_by(Job.id))
    return [job for job in jobs if job.payload["message"] == message]


def entries(session, event: str) -> list[AuditEntry]:
    return list(session.scalars(sa.select(AuditEntry).where(AuditEntry.event == event)))


# beginning


def test_beginning_takes_a_closed_consultation_into_synthesis_and_keeps_the_first_revision(session, advice, now):
    consultation = advice.consultation()
    brief = service.start_brief(session, actor=advice.secretary.actor, consultation=consultation, now=now)
    assert (consultation.state, brief.state, brief.title_en) == ("synthesis", "drafting", consultation.title_en)
    assert [revision.version for revision in queries.list_revisions(session, brief=brief).items] == [1]


def test_a_second_brief_is_refused(session, advice, now):
    brief, _ = advice.brief()
    with pytest.raises(AlreadyBegun):
        service.start_brief(session, actor=advice.advisor.actor, consultation=brief.consultation, now=now)


@pytest.mark.parametrize("state", ["open", "inviting", "review", "issued", "cancelled"])
def test_no_brief_is_begun_before_the_answers_are_in_or_after_the_synthesis(session, advice, now, state):
    consultation = advice.consultation(state)
    with pytest.raises(WrongState):
        service.start_brief(session, actor=advice.advisor.actor, consultation=consultation, now=now)


# saving


def test_every_saved_version_is_kept_and_the_same_text_is_not_saved_again(session, advice):
    brief, _ = advice.brief()
    assert advice.save(brief, body_ja="本文").version == 3
    assert advice.save(brief, body_ja="本文\r\n") is None
    kept = [queries.get_revision(session, brief=brief, version=number) for number in (3, 2, 1)]
    assert [(revision.version, revision.body_ja) for revision in kept] == [(3, "本文"), (2, ""), (1, "")]


def test_citations_are_those_of_both_texts_as_they_stand_now(session, advice):
    brief, _ = advice.brief()
    three, five = (advice.answer_of(brief.consultation, number=number).id for number in (3, 5))
    advice.save(brief, body_ja=f"{code_of(five)} {code_of(five)}")
    assert {one.answer_id for one in queries.list_citations(session, brief_id=brief.id)} == {three, five}
    advice.save(brief, body_en="Nothing is cited.")
    session.flush()
    assert [one.answer_id for one in queries.list_citations(session, brief_id=brief.id)] == [five]


def test_bad_citations_are_all_named_on_their_field_with_the_line_and_nothing_is_saved(session, advice):
    brief, _ = advice.brief()
    elsewhere = advice.consultation()
    advice.contributor(elsewhere, number=1)
    foreign = advice.answer_of(elsewhere, number=1).id
    with pytest.raises(Unsound) as refused:
        advice.save(brief, body_ja=f"よい。\n{code_of(foreign)}", body_en="[[answer:12]]\n\n\n[[answer:abc]]")
    faults = [(fault.field, fault.params["line"], fault.params["code"]) for fault in refused.value.faults]
    assert faults == [("body_ja", 2, str(foreign)), ("body_en", 1, "12"), ("body_en", 4, "abc")]
    session.refresh(brief)
    assert (brief.version, brief.body_ja) == (2, "")


def test_titles_and_bodies_have_limits(session, advice):
    brief, _ = advice.brief()
    advice.save(brief, title_ja="題" * 200, title_en="t" * 300, body_ja="字" * service.LONGEST_BODY)
    with pytest.raises(Unsound) as refused:
        advice.save(
            brief, title_ja="題" * 201, title_en="t" * 301, body_ja="字" * (service.LONGEST_BODY + 1), body_en=""
        )
    assert [fault.field for fault in refused.value.faults] == ["title_ja", "title_en", "body_ja"]
    with pytest.raises(Unsound) as refused:
        advice.save(brief, title_ja="一\n二")
    assert [fault.field for fault in refused.value.faults] == ["title_ja"]


def test_a_stale_editor_is_refused_and_changes_nothing(session, advice):
    brief, _ = advice.brief()
    seen = brief.version
    advice.save(brief, body_en="The colleague's text.")
    with pytest.raises(EditedMeanwhile):
        advice.save(brief, version=seen, body_en="Mine.")
    assert brief.body_en == "The colleague's text."


def test_an_issued_brief_and_that_of_a_cancelled_consultation_stand_still(session, advice, now):
    issued, _ = advice.brief(state="issued")
    cancelled, _ = advice.brief(state="in_review")
    cancel_consultation(
        session, actor=advice.advisor.actor, consultation=cancelled.consultation, reason="No need.", now=now
    )
    for brief in (issued, cancelled):
        with pytest.raises(WrongState):
            advice.save(brief, body_en="Later.")
        with pytest.raises(WrongState):
            service.send_to_review(session, actor=advice.advisor.actor, brief=brief, now=now)
        with pytest.raises(WrongState):
            advice.issue(brief)


# review


def test_review_and_back_takes_the_consultation_along_and_keeps_the_reason(session, advice, now):
    brief, _ = advice.brief(state="in_review")
    assert brief.consultation.state == ConsultationState.REVIEW
    service.return_from_review(session, actor=advice.advisor.actor, brief=brief, reason=" Say who acts. ", now=now)
    assert (brief.state, brief.review_reason) == (BriefState.DRAFTING, "Say who acts.")
    assert brief.consultation.state == ConsultationState.SYNTHESIS
    service.send_to_review(session, actor=advice.secretary.actor, brief=brief, now=now)
    assert (brief.state, brief.review_reason) == (BriefState.IN_REVIEW, "")


def test_returning_needs_a_reason_and_a_review(session, advice, now):
    brief, _ = advice.brief()
    with pytest.raises(WrongState):
        service.return_from_review(session, actor=advice.advisor.actor, brief=brief, reason="Why not.", now=now)
    service.send_to_review(session, actor=advice.secretary.actor, brief=brief, now=now)
    with pytest.raises(Invalid) as refused:
        service.return_from_review(session, actor=advice.advisor.actor, brief=brief, reason="  ", now=now)
    assert refused.value.field == "reason"


def test_an_empty_brief_or_a_text_without_title_does_not_go_to_review(session, advice, now):
    brief, _ = advice.brief()
    advice.save(brief, body_en="", body_ja="")
    with pytest.raises(Unsound) as refused:
        service.send_to_review(session, actor=advice.secretary.actor, brief=brief, now=now)
    assert [fault.field for fault in refused.value.faults] == ["body_ja"]
    advice.save(brief, body_ja="本文", title_ja="")
    with pytest.raises(Unsound) as refused:
        service.send_to_review(session, actor=advice.secretary.actor, brief=brief, now=now)
    assert [fault.field for fault in refused.value.faults] == ["title_ja"]


# issuing


def test_issuing_freezes_the_text_releases_the_answers_and_tells_everybody_once(session, advice, people, now):
    requester = people.make(Role.REQUESTER)
    brief, users = advice.brief(state="in_review", requester=requester)
    advice.issue(brief)
    assert (brief.state, brief.issued_at, brief.issued_by_id) == ("issued", now, advice.advisor.id)
    assert (brief.consultation.state, brief.consultation.issued_at) == ("issued", now)
    states = session.scalars(sa.select(Contributor.state).execution_options(populate_existing=True)).all()
    assert set(states) == {AnswerState.RELEASED}
    told = mails(session, "brief_issued_contributor")
    assert sorted(job.payload["to"]["email"] for job in told) == sorted(user.email for user in users)
    assert {job.key for job in told} == {f"mail:brief:{brief.id}:issued:contributor:{user.id}" for user in users}
    (word,) = mails(session, "brief_issued_requester")
    assert word.payload["to"]["email"] == requester.email


def test_only_the_advisor_issues(session, advice, people):
    brief, _ = advice.brief(state="in_review")
    others = [role for role in Role if role != Role.ADVISOR]
    for user in [advice.secretary, *(people.make(role) for role in others)]:
        with pytest.raises(Forbidden):
            advice.issue(brief, actor=user)
    assert brief.state == BriefState.IN_REVIEW
    assert mails(session, "brief_issued_contributor") == []


def test_what_is_not_in_review_or_was_changed_since_it_was_read_is_not_issued(session, advice):
    brief, _ = advice.brief()
    with pytest.raises(WrongState):
        advice.issue(brief)
    brief, _ = advice.brief(state="in_review")
    read = brief.version
    advice.save(brief, body_en="One more word.")
    with pytest.raises(ReadAgain):
        advice.issue(brief, version=read)
    advice.issue(brief)
    with pytest.raises(WrongState):
        advice.issue(brief)
    assert len(mails(session, "brief_issued_contributor")) == 2


def test_an_advisor_who_filed_the_request_gets_no_mail_about_the_own_act(session, advice, people):
    both = people.make(Role.ADVISOR, Role.REQUESTER)
    brief, _ = advice.brief(state="in_review", requester=both)
    advice.issue(brief, actor=both)
    assert mails(session, "brief_issued_requester") == []


@pytest.mark.parametrize(
    "marking", [{"tlp": Tlp.RED}, {"tlp": Tlp.AMBER_STRICT}, {"confidentiality": 3}, {"confidentiality": 2}]
)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_mail_names_the_title_only_where_the_marking_lets_it(
    session, advice, people, settings, now, marking, language
):
    requester = people.make(Role.REQUESTER, language=language)
    brief, _ = advice.brief(
        state="issued", requester=requester, user_language=language, **{"tlp": Tlp.AMBER, **marking}
    )
    renderer = MailRenderer(settings)
    for job in mails(session, "brief_issued_contributor") + mails(session, "brief_issued_requester"):
        text = renderer.render(job.payload, now=now).as_string()
        mail = renderer.render(job.payload, now=now)
        words = "".join(part.get_content() for part in mail.walk() if part.get_content_type().startswith("text/"))
        words += mail["Subject"]
        assert brief.consultation.reference in mail["Subject"]
        assert f"http://localhost/briefs/{brief.id}" in words
        title = brief.consultation.title_ja if language == "ja" else brief.consultation.title_en
        assert (title in words) == (marking == {"confidentiality": 2})
        assert "Deploy buoys" not in words + text
    assert len(mails(session, "brief_issued_contributor")) == 2


def test_nothing_ties_an_anonymous_contributor_to_an_answer(session, advice, now):
    brief, users = advice.brief(state="issued", mode=Mode.ANONYMOUS)
    identities = list(session.scalars(sa.select(ContributorIdentity)))
    secret = {str(one.contributor_id) for one in identities} | {one.reference for one in identities}
    jobs = mails(session, "brief_issued_contributor")
    for job in jobs:
        assert not [one for one in secret if one in job.key + json.dumps(job.payload)]
    assert [job.payload["to"]["email"] for job in jobs] == [user.email for user in sorted(users, key=lambda u: u.id)]
    (entry,) = entries(session, "brief:issued")
    assert entry.detail == {"consultation": brief.consultation_id, "version": 2, "contributors_told": 2}
    for entry in session.scalars(sa.select(AuditEntry).where(AuditEntry.subject_type == "brief")):
        said = json.dumps([entry.actor_name, entry.reason, entry.detail])
        assert not [user for user in users if user.name in said or user.email in said]


def test_every_move_is_in_the_audit_log_without_text(session, advice, now):
    brief, _ = advice.brief(state="in_review")
    service.return_from_review(session, actor=advice.advisor.actor, brief=brief, reason="Shorter.", now=now)
    service.send_to_review(session, actor=advice.secretary.actor, brief=brief, now=now)
    advice.issue(brief)
    log = list(
        session.scalars(sa.select(AuditEntry).where(AuditEntry.subject_type == "brief").order_by(AuditEntry.number))
    )
    assert [entry.event for entry in log] == [
        "brief:begun",
        "brief:saved",
        "brief:sent-to-review",
        "brief:returned",
        "brief:sent-to-review",
        "brief:issued",
    ]
    assert not [entry for entry in log if "buoys" in json.dumps(entry.detail) or "Arctic" in json.dumps(entry.detail)]


# reading


def test_desk_always_contributors_and_requester_once_issued_nobody_else(session, advice, people):
    requester, stranger = people.make(Role.REQUESTER), people.make(Role.REQUESTER)
    brief, users = advice.brief(state="in_review", requester=requester)
    outsider = people.make(Role.EXPERT)
    circle = [requester, *users]
    never = [
        stranger,
        outsider,
        people.make(Role.ADMINISTRATOR),
        people.make(Role.AUDITOR),
        people.make(Role.APPLICANT),
    ]

    def readers(asked):
        reading = []
        for user in asked:
            page = queries.list_briefs(session, actor=user.actor, page=1)
            try:
                assert queries.get_brief(session, brief.id, actor=user.actor) is brief
            except NotFound:
                assert page.total == 0
            else:
                assert page.items == [brief]
                assert allows(Permission.BRIEF_READ, user.actor, brief)
                reading.append(user)
        return reading

    assert readers([advice.advisor, advice.secretary]) == [advice.advisor, advice.secretary]
    assert readers([*circle, *never]) == []
    assert not [user for user in circle if allows(Permission.BRIEF_READ, user.actor, brief)]
    advice.issue(brief)
    assert readers([*circle, *never]) == circle
    with pytest.raises(NotFound):
        queries.get_brief(session, brief.id, actor=Actor(None))


def test_who_was_barred_after_answering_does_not_read_the_brief(session, advice):
    brief, users = advice.brief(state="issued")
    session.execute(
        sa.text(
            "UPDATE invitation SET state = 'barred', screening_verdict = 'barred' WHERE expert_id = ("
            "SELECT id FROM expert WHERE user_id = :user)"
        ),
        {"user": users[0].id},
    )
    with pytest.raises(NotFound):
        queries.get_brief(session, brief.id, actor=users[0].actor)
    assert queries.get_brief(session, brief.id, actor=users[1].actor) is brief


@pytest.mark.parametrize(
    "permission",
    [Permission.DESK_READ, Permission.BRIEF_START, Permission.BRIEF_WRITE, Permission.BRIEF_RETURN],
)
def test_what_the_desk_does_nobody_else_does(permission, people):
    allowed = {role for role in Role if any(row(people.make(role).actor, None) for row in TABLE[permission])}
    assert allowed == {Role.ADVISOR, Role.SECRETARIAT}


def test_the_list_is_cut_into_pages_latest_first(session, advice, now):
    briefs = [advice.brief()[0] for _ in range(3)]
    for age, brief in enumerate(briefs):
        brief.updated_at = now - timedelta(days=age)
    session.flush()
    page = queries.list_briefs(session, actor=advice.advisor.actor, page=2, size=2)
    assert (page.total, page.items) == (3, [briefs[2]])
