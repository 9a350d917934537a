"""How the demo's consultations came to where they stand: each story goes the way of a real one, move by move."""

import re
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from advnet.accounts.model import system_actor
from advnet.advice import issuing
from advnet.advice import service as advice
from advnet.advice.document import code_of
from advnet.answers import queries as answer_queries
from advnet.answers import service as answers
from advnet.answers.grounds import GROUNDS
from advnet.cli.demo_panels import Desk, Panel
from advnet.cli.demo_timeline import Story, at_work, together
from advnet.consultations import progress, service
from advnet.consultations.details import Details, Option, QuestionDetails
from advnet.consultations.invitations.model import Invitation
from advnet.consultations.kinds import rule_of
from advnet.consultations.model import Consultation, Mode, QuestionKind, Tlp
from advnet.days import JAPAN, day_in_japan

WORKER = system_actor("worker")
ROAD = (
    "scoped", "panel_proposed", "inviting", "open", "closed", "synthesis", "review", "issued", "in_use", "settled",
)  # fmt: skip
FILED_DAYS = {
    "draft": -1,
    "filed": -2,
    "triage": -6,
    "merged": -4,
    "scoped": -9,
    "panel_proposed": -11,
    "inviting": -11,
}
"""When what is still young was written; the rest: 24 days ago, or 40 before a deadline that has passed."""

CITED = re.compile(r"\[\[answer:(expert\d+):q(\d+)\]\]")


def tell_consultation(session: Session, *, plan: dict[str, Any], desk: Desk, now: datetime, order: int) -> Story:
    """From the first word to the state that the plan names."""
    state, minutes = plan["target_state"], order * 17
    first = FILED_DAYS.get(state, plan["deadline_days"] - 40 if plan["deadline_days"] < 0 else -24)
    yield (at := at_work(now, days=first, minutes=minutes))
    is_request = plan["filed_by"] == "requester"
    write, author = (
        (service.file_consultation, desk.requester) if is_request else (service.draft_consultation, desk.advisor)
    )
    consultation = write(session, actor=author, details=_details(plan, desk, now), now=at)
    desk.consultations[plan["key"]] = consultation
    if state in {"draft", "filed"}:
        return
    yield (at := at_work(now, days=first + 2, minutes=minutes))
    service.submit_to_triage(session, actor=desk.secretariat, consultation=consultation, now=at)
    if state == "triage":
        return
    if state not in ROAD:
        yield (at := at_work(now, days=first + 3, minutes=minutes))
        _end_early(session, plan, consultation, desk, at)
        return
    yield (at := at_work(now, days=first + 4, minutes=minutes))
    service.scope_consultation(session, actor=desk.secretariat, consultation=consultation, now=at)
    if state == "scoped":
        return
    yield (at := at_work(now, days=first + 6, minutes=minutes))
    panel = Panel(session, plan, desk)
    panel.propose(consultation, at)
    if state == "panel_proposed":
        return
    yield (at := at_work(now, days=first + 8, minutes=minutes))
    progress.begin_inviting(session, actor=desk.advisor, consultation=consultation, now=at)
    yield from panel.invite(at)
    if state == "inviting":
        return
    yield (at := at_work(now, days=first + 12, minutes=minutes))
    progress.open_consultation(session, actor=desk.advisor, consultation=consultation, now=at)
    answers_come = _answer(session, plan, consultation, panel.seats, desk, now=now, opened=at)
    yield from together(answers_come, panel.join_late(at_work(now, days=-2, minutes=minutes)))
    if state != "open":
        yield from _conclude(session, plan, consultation, panel.seats, desk, now=now)


def _end_early(session: Session, plan: dict[str, Any], consultation: Consultation, desk: Desk, at: datetime) -> None:
    reason = f"{plan['state_reason']['ja']} / {plan['state_reason']['en']}"
    if plan["target_state"] == "returned":
        service.return_consultation(session, actor=desk.secretariat, consultation=consultation, reason=reason, now=at)
    elif plan["target_state"] == "declined":
        service.decline_consultation(session, actor=desk.advisor, consultation=consultation, reason=reason, now=at)
    elif plan["target_state"] == "cancelled":
        progress.cancel_consultation(session, actor=desk.requester, consultation=consultation, reason=reason, now=at)
    else:
        into = desk.consultations[plan["merged_into"]]
        service.merge_consultation(
            session, actor=desk.secretariat, consultation=consultation, into=into, reason=reason, now=at
        )


def _answer(
    session: Session,
    plan: dict[str, Any],
    consultation: Consultation,
    seats: dict[str, Invitation],
    desk: Desk,
    *,
    now: datetime,
    opened: datetime,
) -> Story:
    until = min(_deadline(plan, now), now)
    given = plan.get("answers", [])
    for number, one in enumerate(given, start=1):
        yield (at := opened + (until - opened) * number / (len(given) + 1))
        actor = desk.actor(one["expert"])
        invitation = answer_queries.get_invitation_to_answer(session, seats[one["expert"]].id, actor=actor)
        draft = {str(consultation.questions[answer["question"] - 1].id): _typed(answer) for answer in one["answers"]}
        answers.save_draft(session, actor=actor, invitation=invitation, draft=draft, seen_version=0, now=at)
        yield (at := min(at + timedelta(minutes=15), now))
        answers.submit_answers(session, actor=actor, invitation=invitation, now=at)


def _conclude(
    session: Session,
    plan: dict[str, Any],
    consultation: Consultation,
    seats: dict[str, Invitation],
    desk: Desk,
    *,
    now: datetime,
) -> Story:
    """After the deadline: closed by the worker, drawn together, reviewed, issued, used."""
    left = ROAD.index(plan["target_state"]) - ROAD.index("closed")
    end = _deadline(plan, now)
    yield (at := end)
    progress.close_consultation(session, actor=WORKER, consultation=consultation, now=at)
    if left >= 1:
        yield (at := end + timedelta(days=1, hours=-4))
        brief = advice.start_brief(session, actor=desk.secretariat, consultation=consultation, now=at)
        yield (at := end + timedelta(days=2, hours=-2))
        text = _brief_text(session, plan, consultation, seats)
        advice.save_brief(session, actor=desk.secretariat, brief=brief, text=text, version=brief.version, now=at)
    if left >= 2:
        yield (at := end + timedelta(days=4, hours=-3))
        advice.send_to_review(session, actor=desk.secretariat, brief=brief, now=at)
    if left >= 3:
        yield (at := end + timedelta(days=6, hours=-5))
        issuing.issue_brief(session, actor=desk.advisor, brief=brief, version=brief.version, now=at)
    if left >= 4:
        yield (at := end + timedelta(days=25, hours=-1))
        progress.put_in_use(session, actor=desk.secretariat, consultation=consultation, now=at)
    if left >= 5:
        yield (at := end + timedelta(days=80, hours=-1))
        progress.settle(session, actor=desk.advisor, consultation=consultation, now=at)


def _brief_text(
    session: Session, plan: dict[str, Any], consultation: Consultation, seats: dict[str, Invitation]
) -> advice.BriefText:
    """The text of the plan, its citations pointing at the answers as they are numbered here."""
    cited: dict[tuple[str, str], int] = {}
    for one in plan["answers"]:
        contributor = answer_queries.find_contributor(session, invitation=seats[one["expert"]])
        for answer in contributor.answers if contributor else ():
            position = next(q.position for q in consultation.questions if q.id == answer.question_id)
            cited[one["expert"], str(position)] = answer.id

    def with_codes(text: str) -> str:
        return CITED.sub(lambda found: code_of(cited[found[1], found[2]]), text)

    brief = plan["brief"]
    return advice.BriefText(
        brief["title_ja"], brief["title_en"], with_codes(brief["body_ja"]), with_codes(brief["body_en"])
    )


def _details(plan: dict[str, Any], desk: Desk, now: datetime) -> Details:
    source = plan["source"]
    return Details(
        title_ja=plan["title_ja"],
        title_en=plan["title_en"],
        background_ja=plan["background_ja"],
        background_en=plan["background_en"],
        decision_ja=plan["decision_ja"],
        decision_en=plan["decision_en"],
        deadline_at=_deadline(plan, now),
        tlp=Tlp(plan["marking"]["tlp"]),
        chatham_house=plan["marking"]["chatham_house"],
        confidentiality=plan["marking"]["class"],
        mode=Mode(plan["mode"]),
        wanted_answers=plan["wanted_answers"],
        source_note=f"{source['name_ja']} {source['note_ja']} / {source['name_en']} {source['note_en']}"[:500],
        facets=tuple(desk.concepts[code].id for code in plan["skills"]),
        questions=tuple(_question(one, now) for one in plan["questions"]),
    )


def _question(one: dict[str, Any], now: datetime) -> QuestionDetails:
    kind = QuestionKind(one["kind"])
    rule = rule_of(kind)
    settings = rule.settings(one)
    pairs = list(zip(one.get("options_ja", []), one.get("options_en", []), strict=True))
    return QuestionDetails(
        kind,
        one["prompt_ja"],
        one["prompt_en"],
        options=tuple(Option(str(number), *label) for number, label in enumerate(rule.options(settings, pairs), 1)),
        multiple=one.get("multiple", False),
        settings=settings,
        resolves_on=day_in_japan(now + timedelta(days=one["resolves_days"])) if "resolves_days" in one else None,
        resolution_rule_ja=one.get("resolution_rule_ja", ""),
        resolution_rule_en=one.get("resolution_rule_en", ""),
    )


def _typed(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer as its expert typed it, in the shape of a draft."""
    places = {str(option + 1): str(place) for place, option in enumerate(answer.get("order", []), start=1)}
    return {
        "text": answer.get("text", ""),
        "choices": [str(position + 1) for position in answer.get("choice", [])],
        "values": places or answer.get("values", {}),
        "sureness": str(answer.get("sureness_percent", "")),
        "language": answer["language"],
        "evidence": [
            {"kind": item["kind"], "link": item.get("link", ""), "doi": "", "note": item.get("note", "")}
            for item in answer["evidence"]
        ],
        **{name: answer[name] for name in GROUNDS if name in answer},
    }


def _deadline(plan: dict[str, Any], now: datetime) -> datetime:
    """Five in the afternoon in Japan."""
    day = day_in_japan(now + timedelta(days=plan["deadline_days"]))
    return datetime.combine(day, time(17), JAPAN)
