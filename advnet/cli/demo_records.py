"""Consultations of the demo whose claims have come true or not, so that experts and the advisor see a track record."""

import json
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from importlib.resources import files
from typing import Any

from sqlalchemy.orm import Session

from advnet.accounts.model import system_actor
from advnet.advice import issuing
from advnet.advice import service as advice
from advnet.answers import queries as answer_queries
from advnet.answers import service as answers
from advnet.cli.demo_panels import Desk, Panel
from advnet.cli.demo_timeline import Story, at_work
from advnet.consultations import progress, service
from advnet.consultations.details import Details, QuestionDetails
from advnet.consultations.invitations.model import Invitation
from advnet.consultations.kinds import rule_of
from advnet.consultations.model import Consultation, Mode, QuestionKind
from advnet.consultations.resolving.service import resolve_question
from advnet.days import JAPAN, day_in_japan

WORKER = system_actor("worker")


def read_records() -> list[dict[str, Any]]:
    """The consultations with outcomes, as demo_data/README.md describes them."""
    text = (files("advnet.cli") / "demo_data" / "records.json").read_text(encoding="utf-8")
    plans: list[dict[str, Any]] = json.loads(text)["consultations"]
    return plans


def tell_records(session: Session, *, plan: dict[str, Any], desk: Desk, now: datetime, order: int) -> Story:
    """From the draft to issued advice, and on to the days on which it became known what was true."""
    first, minutes = plan["deadline_days"] - 40, 60 + order * 23
    yield (at := at_work(now, days=first, minutes=minutes))
    consultation = service.draft_consultation(session, actor=desk.advisor, details=_details(plan, desk, now), now=at)
    yield (at := at_work(now, days=first + 2, minutes=minutes))
    service.submit_to_triage(session, actor=desk.secretariat, consultation=consultation, now=at)
    service.scope_consultation(session, actor=desk.secretariat, consultation=consultation, now=at)
    yield (at := at_work(now, days=first + 6, minutes=minutes))
    seats = {**plan, "panel": list(plan["answers"]), "target_state": "open"}
    panel = Panel(session, {**seats, "answers": [{"expert": who} for who in plan["answers"]]}, desk)
    panel.propose(consultation, at)
    progress.begin_inviting(session, actor=desk.advisor, consultation=consultation, now=at)
    yield from panel.invite(at)
    yield (at := at_work(now, days=first + 14, minutes=minutes))
    progress.open_consultation(session, actor=desk.advisor, consultation=consultation, now=at)
    for who, figures in plan["answers"].items():
        yield (at := at + timedelta(days=1))
        _answer(session, consultation, panel.seats[who], desk, who, figures, at)
    yield from _issue(session, plan, consultation, desk, _deadline(plan, now))
    yield from _resolve(session, plan, consultation, desk, now=now, minutes=minutes)


def _issue(
    session: Session, plan: dict[str, Any], consultation: Consultation, desk: Desk, end: datetime
) -> Iterator[datetime]:
    yield end
    progress.close_consultation(session, actor=WORKER, consultation=consultation, now=end)
    yield (at := end + timedelta(days=1, hours=-4))
    brief = advice.start_brief(session, actor=desk.secretariat, consultation=consultation, now=at)
    text = advice.BriefText(plan["title_ja"], plan["title_en"], plan["brief_ja"], plan["brief_en"])
    advice.save_brief(session, actor=desk.secretariat, brief=brief, text=text, version=brief.version, now=at)
    yield (at := at + timedelta(days=2))
    advice.send_to_review(session, actor=desk.secretariat, brief=brief, now=at)
    yield (at := at + timedelta(days=1))
    issuing.issue_brief(session, actor=desk.advisor, brief=brief, version=brief.version, now=at)


def _resolve(
    session: Session, plan: dict[str, Any], consultation: Consultation, desk: Desk, *, now: datetime, minutes: int
) -> Iterator[datetime]:
    """On its day each question that has an outcome; one without waits on the desk."""
    known = [(one["resolves_days"], position, one) for position, one in enumerate(plan["questions"], start=1)]
    for days, position, one in sorted(known, key=lambda each: each[:2]):
        if one["outcome"] is not None:
            yield (at := at_work(now, days=days, minutes=minutes))
            resolve_question(
                session,
                actor=desk.secretariat,
                consultation=consultation,
                position=position,
                outcome=float(one["outcome"]),
                source=f"{plan['source_ja']} / {plan['source_en']}",
                now=at,
            )


def _answer(
    session: Session,
    consultation: Consultation,
    seat: Invitation,
    desk: Desk,
    who: str,
    figures: list[Any],
    at: datetime,
) -> None:
    actor = desk.actor(who)
    invitation = answer_queries.get_invitation_to_answer(session, seat.id, actor=actor)
    draft = {str(one.id): _typed(given) for one, given in zip(consultation.questions, figures, strict=True)}
    answers.save_draft(session, actor=actor, invitation=invitation, draft=draft, seen_version=0, now=at)
    answers.submit_answers(session, actor=actor, invitation=invitation, now=at)


def _typed(given: Any) -> dict[str, Any]:
    """A percent, or of a quantity lowest, best, highest and how sure; in the shape of a draft."""
    low, best, high, sure = given if isinstance(given, list) else (max(0, given - 15), given, min(100, given + 10), "")
    return {
        "text": "",
        "choices": [],
        "values": {"low": str(low), "best": str(best), "high": str(high)},
        "sureness": str(sure),
        "language": "ja",
        "evidence": [],
    }


def _details(plan: dict[str, Any], desk: Desk, now: datetime) -> Details:
    names = ("title_ja", "title_en", "background_ja", "background_en", "decision_ja", "decision_en")
    texts = {name: plan[name] for name in names}
    return Details(
        **texts,
        deadline_at=_deadline(plan, now),
        mode=Mode(plan["mode"]),
        wanted_answers=plan["wanted_answers"],
        facets=tuple(desk.concepts[code].id for code in plan["skills"]),
        questions=tuple(_question(one, plan, now) for one in plan["questions"]),
    )


def _question(one: dict[str, Any], plan: dict[str, Any], now: datetime) -> QuestionDetails:
    kind = QuestionKind(one["kind"])
    return QuestionDetails(
        kind,
        one["prompt_ja"],
        one["prompt_en"],
        settings=rule_of(kind).settings(one),
        resolves_on=day_in_japan(now + timedelta(days=one["resolves_days"])),
        resolution_rule_ja=plan["rule_ja"],
        resolution_rule_en=plan["rule_en"],
    )


def _deadline(plan: dict[str, Any], now: datetime) -> datetime:
    """Five in the afternoon in Japan."""
    return datetime.combine(day_in_japan(now + timedelta(days=plan["deadline_days"])), time(17), JAPAN)
