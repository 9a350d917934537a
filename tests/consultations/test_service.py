"""Writing, judging and leading a consultation: what holds afterwards, what is refused, who is told."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from advnet.accounts.model import Role
from advnet.config import Settings
from advnet.consultations import progress, service
from advnet.consultations.details import Option, QuestionDetails
from advnet.consultations.handlers import close_at_deadline
from advnet.consultations.model import Consultation, QuestionKind, Tlp
from advnet.errors import EditedMeanwhile, Forbidden, Invalid, Unsound, WrongState
from advnet.jobs.model import Job
from advnet.mail.render import MailRenderer
from tests.builders_consultations import (
    CHOICE,
    FREE_TEXT,
    make_bare_expert,
    make_bare_invitation,
    make_concept,
    make_consultation,
    make_details,
)

SECOND = timedelta(seconds=1)


@pytest.fixture
def advisor(people):
    return people.make(Role.ADVISOR)


def mails(session) -> list[tuple[str, str, dict]]:
    """Message, address and values of every queued mail, in order."""
    jobs = session.scalars(sa.select(Job).where(Job.kind == "mail:send").order_by(Job.id))
    return [(job.payload["message"], job.payload["to"]["email"], job.payload["values"]) for job in jobs]


def faults(raised) -> list[tuple[str, str]]:
    return [(fault.field, fault.text) for fault in raised.value.faults]


def test_references_count_within_the_year_in_japan_and_beyond_999(session, advisor, now):
    first = service.draft_consultation(session, actor=advisor.actor, details=make_details(now=now), now=now)
    assert first.reference == "2026-001"
    first.reference = "2026-999"
    more = [
        service.draft_consultation(session, actor=advisor.actor, details=make_details(now=now), now=now).reference
        for _ in range(2)
    ]
    assert more == ["2026-1000", "2026-1001"]
    new_year = now.replace(month=12, day=31, hour=15)  # midnight in Japan
    later = service.draft_consultation(session, actor=advisor.actor, details=make_details(now=now), now=new_year)
    assert later.reference == "2027-001"


def test_a_draft_needs_only_a_title_and_filing_needs_all(session, people, advisor, now):
    bare = make_details(
        now=now, title_ja="", background_ja="", background_en=" ", deadline_at=None, decision_on=None, questions=()
    )
    service.draft_consultation(session, actor=advisor.actor, details=bare, now=now)
    with pytest.raises(Unsound) as raised:
        service.draft_consultation(session, actor=advisor.actor, details=replace(bare, title_en=" "), now=now)
    assert [field for field, _ in faults(raised)] == ["title_ja"]
    requester = people.make(Role.REQUESTER)
    with pytest.raises(Unsound) as raised:
        service.file_consultation(session, actor=requester.actor, details=bare, now=now)
    assert [field for field, _ in faults(raised)] == ["background_ja", "questions", "deadline_at"]


def test_the_deadline_lies_ahead_by_a_second_at_least(session, people, now):
    requester = people.make(Role.REQUESTER)
    with pytest.raises(Unsound) as raised:
        service.file_consultation(
            session, actor=requester.actor, details=make_details(now=now, deadline_at=now), now=now
        )
    assert faults(raised) == [("deadline_at", "The deadline has passed: choose a later one.")]
    details = make_details(now=now, deadline_at=now + SECOND)
    assert service.file_consultation(session, actor=requester.actor, details=details, now=now).state == "filed"


def test_the_decision_is_not_before_the_day_of_the_deadline_in_japan(session, advisor, now):
    deadline = now.replace(hour=15)  # midnight in Japan: already the next day
    day = now.date()
    with pytest.raises(Unsound) as raised:
        service.draft_consultation(
            session, actor=advisor.actor, details=make_details(now=now, deadline_at=deadline, decision_on=day), now=now
        )
    assert [field for field, _ in faults(raised)] == ["decision_on"]
    sound = make_details(now=now, deadline_at=deadline, decision_on=day + timedelta(days=1))
    assert (
        service.draft_consultation(session, actor=advisor.actor, details=sound, now=now).decision_on
        == sound.decision_on
    )


@pytest.mark.parametrize(
    ("question", "blamed"),
    [
        (QuestionDetails(), "questions-0-prompt_ja"),
        (replace(CHOICE, options=CHOICE.options[:1]), "questions-0-options_ja"),
        (replace(CHOICE, options=tuple(Option(str(n), f"{n}") for n in range(21))), "questions-0-options_ja"),
        (replace(CHOICE, options=(Option("1", "", "Same"), Option("2", "", "Same"))), "questions-0-options_en"),
        (replace(CHOICE, options=(Option("1", "甲", "A"), Option("2", "乙", ""))), "questions-0-options_en"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_on_its_field(session, advisor, now, question, blamed):
    with pytest.raises(Unsound) as raised:
        service.draft_consultation(
            session, actor=advisor.actor, details=make_details(now=now, questions=(question,)), now=now
        )
    assert [field for field, _ in faults(raised)] == [blamed]


def test_options_in_one_language_are_enough(session, advisor, now):
    question = replace(CHOICE, options=(Option("1", "", "A"), Option("2", "", "B")))
    kept = make_consultation(session, by=advisor, state="draft", now=now, questions=(question,))
    assert [option["label_en"] for option in kept.questions[0].options] == ["A", "B"]


def test_an_edit_keeps_the_questions_that_stay_and_counts_the_version(session, advisor, now):
    concept, other = make_concept(session, "ice"), make_concept(session, "sea")
    consultation = make_consultation(session, by=advisor, state="triage", now=now, facets=(concept.id,))
    before = [question.id for question in consultation.questions]
    reworded = replace(FREE_TEXT, prompt_en="Reworded?")
    service.edit_consultation(
        session,
        actor=advisor.actor,
        consultation=consultation,
        details=make_details(now=now, questions=(reworded, CHOICE, FREE_TEXT), facets=(other.id, 999_999)),
        version=1,
        now=now,
    )
    session.refresh(consultation, ["questions", "facets", "version"])
    assert [question.id for question in consultation.questions][:2] == before
    assert [question.position for question in consultation.questions] == [1, 2, 3]
    assert consultation.questions[0].prompt_en == "Reworded?"
    assert [facet.concept_id for facet in consultation.facets] == [other.id]
    assert consultation.version == 2
    service.edit_consultation(
        session, actor=advisor.actor, consultation=consultation, details=make_details(now=now, questions=(CHOICE,)),
        version=2, now=now,
    )  # fmt: skip
    session.refresh(consultation, ["questions"])
    assert [question.kind for question in consultation.questions] == [QuestionKind.CHOICE]


def test_an_edit_of_an_older_version_changes_nothing(session, advisor, now):
    consultation = make_consultation(session, by=advisor, state="triage", now=now)
    details = make_details(now=now, title_en="Second editor")
    with pytest.raises(EditedMeanwhile):
        service.edit_consultation(
            session, actor=advisor.actor, consultation=consultation, details=details, version=0, now=now
        )
    session.refresh(consultation)
    assert (consultation.version, consultation.title_en) == (1, "Observing the Arctic Ocean")


@pytest.mark.parametrize(
    "state", ["inviting", "open", "closed", "issued", "settled", "cancelled", "merged", "declined"]
)
def test_the_text_stands_once_experts_were_asked(session, advisor, now, state):
    consultation = make_consultation(session, by=advisor, state=state, now=now)
    with pytest.raises(WrongState):
        service.edit_consultation(
            session, actor=advisor.actor, consultation=consultation, details=make_details(now=now), version=1, now=now
        )


def test_a_requester_edits_the_own_request_only_while_it_waits_or_was_returned(session, people, advisor, now):
    owner, other = people.make(Role.REQUESTER), people.make(Role.REQUESTER)
    outcome = {}
    for state in ("filed", "returned", "triage", "scoped"):
        for person in (owner, other):
            consultation = make_consultation(session, by=advisor, state=state, requester=owner, now=now)
            try:
                service.edit_consultation(
                    session, actor=person.actor, consultation=consultation, details=make_details(now=now), version=1,
                    now=now,
                )  # fmt: skip
                outcome[state, person is owner] = True
            except Forbidden:
                outcome[state, person is owner] = False
    assert {key for key, allowed in outcome.items() if allowed} == {("filed", True), ("returned", True)}


def test_a_filed_request_is_told_to_everybody_at_the_desk_once(session, people, advisor, now):
    both = people.make(Role.ADVISOR, Role.SECRETARIAT)
    people.make(Role.ADMINISTRATOR)
    make_consultation(session, by=advisor, state="filed", requester=people.make(Role.REQUESTER), now=now)
    told = mails(session)
    assert {message for message, _, _ in told} == {"request_received"}
    assert sorted(to for _, to, _ in told) == sorted([advisor.email, both.email])
    assert told[0][2]["title_en"] == "Observing the Arctic Ocean"


@pytest.mark.parametrize("overrides", [{"tlp": Tlp.RED}, {"tlp": Tlp.AMBER_STRICT}, {"confidentiality": 3}])
def test_titles_and_reasons_do_not_leave_by_mail_where_the_marking_keeps_them_inside(
    session, people, advisor, now, overrides
):
    requester = people.make(Role.REQUESTER)
    consultation = make_consultation(session, by=advisor, state="triage", requester=requester, now=now, **overrides)
    service.return_consultation(session, actor=advisor.actor, consultation=consultation, reason="Say more.", now=now)
    for _, _, values in mails(session):
        assert (values["title_ja"], values["title_en"]) == ("", "")
        assert values["reference"] == consultation.reference
    assert mails(session)[-1][2]["reason"] == ""
    assert consultation.state_reason == "Say more."


def test_the_requester_reads_the_reason_in_the_mail(session, people, advisor, now):
    requester = people.make(Role.REQUESTER)
    for move, message in (
        (service.return_consultation, "consultation_returned"),
        (service.decline_consultation, "consultation_declined"),
    ):
        consultation = make_consultation(session, by=advisor, state="triage", requester=requester, now=now)
        with pytest.raises(Invalid) as raised:
            move(session, actor=advisor.actor, consultation=consultation, reason=" \n", now=now)
        assert raised.value.field == "reason"
        assert consultation.state == "triage"
        move(session, actor=advisor.actor, consultation=consultation, reason=" Say more. ", now=now)
        assert mails(session)[-1][:2] == (message, requester.email)
        assert mails(session)[-1][2]["reason"] == "Say more."


def test_a_merge_does_not_tell_the_requester_with_what(session, people, advisor, now):
    into = make_consultation(session, by=advisor, state="open", title_en="Somebody else's", now=now)
    consultation = make_consultation(
        session, by=advisor, state="triage", requester=people.make(Role.REQUESTER), now=now
    )
    service.merge_consultation(session, actor=advisor.actor, consultation=consultation, into=into, now=now)
    assert consultation.merged_into_id == into.id
    message, _, values = mails(session)[-1]
    assert message == "consultation_merged"
    assert into.reference not in str(values)
    assert "Somebody" not in str(values)


@pytest.mark.parametrize("state", ["draft", "returned", "merged", "declined", "settled", "cancelled"])
def test_nothing_is_merged_into_what_is_not_under_way(session, advisor, now, state):
    into = make_consultation(session, by=advisor, state=state, now=now)
    consultation = make_consultation(session, by=advisor, state="triage", now=now)
    with pytest.raises(Invalid) as raised:
        service.merge_consultation(session, actor=advisor.actor, consultation=consultation, into=into, now=now)
    assert raised.value.field == "into"
    assert consultation.state == "triage"


def test_nothing_is_merged_with_itself(session, advisor, now):
    consultation = make_consultation(session, by=advisor, state="triage", now=now)
    with pytest.raises(Invalid):
        service.merge_consultation(session, actor=advisor.actor, consultation=consultation, into=consultation, now=now)


@pytest.mark.parametrize("move", [progress.propose_panel, progress.begin_inviting])
@pytest.mark.parametrize("state", [None, "barred", "declined", "lapsed", "withdrawn"])
def test_a_panel_needs_somebody_on_it(session, advisor, now, move, state):
    source = "scoped" if move is progress.propose_panel else "panel_proposed"
    consultation = make_consultation(session, by=advisor, state=source, now=now)
    if state is not None:
        expert = make_bare_expert(session, now=now)
        make_bare_invitation(session, consultation=consultation, expert=expert, state=state, now=now)
    with pytest.raises(Invalid):
        move(session, actor=advisor.actor, consultation=consultation, now=now)
    make_bare_invitation(session, consultation=consultation, expert=make_bare_expert(session, now=now), now=now)
    move(session, actor=advisor.actor, consultation=consultation, now=now)


def test_opening_after_the_deadline_is_refused_and_a_later_deadline_helps(session, advisor, now):
    consultation = make_consultation(session, by=advisor, state="inviting", now=now)
    late = consultation.deadline_at
    with pytest.raises(Invalid) as raised:
        progress.open_consultation(session, actor=advisor.actor, consultation=consultation, now=late)
    assert raised.value.field == "deadline_at"
    progress.extend_deadline(
        session, actor=advisor.actor, consultation=consultation, deadline_at=late + SECOND, now=late
    )
    progress.open_consultation(session, actor=advisor.actor, consultation=consultation, now=late)
    assert consultation.opened_at == late


def test_the_worker_closes_at_the_deadline_and_not_a_second_before(session, advisor, now):
    consultation = make_consultation(session, by=advisor, state="inviting", now=now)
    progress.open_consultation(session, actor=advisor.actor, consultation=consultation, now=now)
    job = session.scalar(sa.select(Job).where(Job.kind == "consultation:close"))
    assert job.run_at == consultation.deadline_at
    close_at_deadline(session, job.payload, consultation.deadline_at - SECOND)
    assert consultation.state == "open"
    close_at_deadline(session, job.payload, consultation.deadline_at)
    assert (consultation.state, consultation.closed_at) == ("closed", consultation.deadline_at)
    close_at_deadline(session, job.payload, consultation.deadline_at)  # once more, after a crash
    assert consultation.state == "closed"


def test_a_later_deadline_gets_a_job_of_its_own_and_the_first_one_does_nothing(session, advisor, now):
    consultation = make_consultation(session, by=advisor, state="inviting", now=now)
    progress.open_consultation(session, actor=advisor.actor, consultation=consultation, now=now)
    first = consultation.deadline_at
    for wrong in (first, first - SECOND):
        with pytest.raises(Invalid):
            progress.extend_deadline(
                session, actor=advisor.actor, consultation=consultation, deadline_at=wrong, now=now
            )
    progress.extend_deadline(
        session, actor=advisor.actor, consultation=consultation, deadline_at=first + SECOND, now=now
    )
    jobs = session.scalars(sa.select(Job).where(Job.kind == "consultation:close").order_by(Job.run_at)).all()
    assert [job.run_at for job in jobs] == [first, first + SECOND]
    close_at_deadline(session, jobs[0].payload, first)
    assert consultation.state == "open"
    close_at_deadline(session, jobs[1].payload, first + SECOND)
    assert consultation.state == "closed"


@pytest.mark.parametrize("state", ["draft", "scoped", "panel_proposed", "closed", "issued", "cancelled"])
def test_a_deadline_is_put_off_only_while_experts_are_asked(session, advisor, now, state):
    consultation = make_consultation(session, by=advisor, state=state, now=now)
    with pytest.raises(WrongState):
        progress.extend_deadline(
            session, actor=advisor.actor, consultation=consultation, deadline_at=now + timedelta(days=99), now=now
        )


def test_more_time_and_cancelling_are_told_to_those_who_were_asked_and_nobody_else(session, people, advisor, now):
    consultation = make_consultation(
        session, by=advisor, state="open", requester=people.make(Role.REQUESTER, email="r@example.org"), now=now
    )
    for state in ("proposed", "interests_asked", "barred", "accepted", "declined"):
        user = people.make(Role.EXPERT, email=f"{state}@example.org")
        expert = make_bare_expert(session, user=user, now=now)
        make_bare_invitation(session, consultation=consultation, expert=expert, state=state, now=now)
    session.execute(sa.delete(Job))
    later = consultation.deadline_at + timedelta(days=1)
    progress.extend_deadline(session, actor=advisor.actor, consultation=consultation, deadline_at=later, now=now)
    assert sorted((message, to) for message, to, _ in mails(session)) == [
        ("deadline_extended", "accepted@example.org"),
        ("deadline_extended", "interests_asked@example.org"),
    ]
    session.execute(sa.delete(Job))
    progress.cancel_consultation(
        session, actor=advisor.actor, consultation=consultation, reason="The meeting is off.", now=now
    )
    told = {to: values["reason"] for message, to, values in mails(session) if message == "consultation_cancelled"}
    assert told == {
        "accepted@example.org": "",
        "interests_asked@example.org": "",
        "r@example.org": "The meeting is off.",
    }


def test_every_mail_of_consultations_can_be_read_in_both_languages(session, people, advisor, now, settings: Settings):
    renderer = MailRenderer(settings)
    for language in ("ja", "en"):
        advisor.language = language
        requester = people.make(Role.REQUESTER, language=language)
        for tlp in (Tlp.GREEN, Tlp.RED):
            for move in (service.return_consultation, service.decline_consultation, progress.cancel_consultation):
                consultation = make_consultation(
                    session, by=advisor, state="triage", requester=requester, now=now, tlp=tlp
                )
                move(session, actor=advisor.actor, consultation=consultation, reason="<b>理由</b>", now=now)
            into = make_consultation(session, by=advisor, state="triage", requester=requester, now=now, tlp=tlp)
            consultation = make_consultation(session, by=advisor, state="open", requester=requester, now=now, tlp=tlp)
            expert = make_bare_expert(session, user=people.make(Role.EXPERT, language=language), now=now)
            make_bare_invitation(session, consultation=consultation, expert=expert, state="accepted", now=now)
            service.merge_consultation(session, actor=advisor.actor, consultation=into, into=consultation, now=now)
            progress.extend_deadline(
                session, actor=advisor.actor, consultation=consultation, deadline_at=now + timedelta(days=40), now=now
            )
    payloads = [job.payload for job in session.scalars(sa.select(Job).where(Job.kind == "mail:send")) if job.payload]
    assert len({(payload["message"], payload["to"]["language"]) for payload in payloads}) == 12
    for payload in payloads:
        mail = renderer.render(payload, now=now)
        plain, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
        reference = payload["values"]["reference"]
        assert reference in mail["Subject"]
        assert reference in plain
        values = payload["values"]
        number = values.get("invitation_id")  # an expert is led to the own invitation
        assert (f"/invitations/{number}" if number else f"/consultations/{values['consultation_id']}") in plain
        assert "<b>理由</b>" not in html
        assert ("Arctic" in plain or "北極" in plain) == bool(payload["values"]["title_en"])


def test_the_database_refuses_what_no_service_writes(session, advisor, now):
    consultation = make_consultation(session, by=advisor, state="scoped", now=now)
    for values in (
        {"state": "open"}, {"state": "merged"}, {"deadline_at": None}, {"title_ja": "", "title_en": ""},
        {"confidentiality": 4}, {"wanted_answers": 0}, {"tlp": "PURPLE"}, {"state": "lost"},
    ):  # fmt: skip
        with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
            session.execute(sa.update(Consultation).where(Consultation.id == consultation.id).values(values))
