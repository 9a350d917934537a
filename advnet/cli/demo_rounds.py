"""Two consultations of the demo that ask in rounds: one between its rounds, one in its second."""

import json
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from sqlalchemy.orm import Session

from advnet.accounts.model import system_actor
from advnet.answers import queries as answer_queries
from advnet.answers import service as answers
from advnet.answers.discussion.service import add_facilitator_remark, add_remark
from advnet.cli.demo_panels import Desk, Panel
from advnet.cli.demo_timeline import Story, at_work
from advnet.consultations import progress, service
from advnet.consultations.details import Details, Option, QuestionDetails
from advnet.consultations.invitations.model import Invitation
from advnet.consultations.model import Consultation, Mode, QuestionKind
from advnet.consultations.rounds.service import close_round, open_round, write_summary

WORKER = system_actor("worker")


def read_plans() -> list[dict[str, Any]]:
    """The consultations in rounds, as demo_data/README.md describes them."""
    text = (files("advnet.cli") / "demo_data" / "rounds.json").read_text(encoding="utf-8")
    plans: list[dict[str, Any]] = json.loads(text)["consultations"]
    return plans


def tell_rounds(session: Session, *, plan: dict[str, Any], desk: Desk, now: datetime, order: int) -> Story:
    """From the draft to the second round, or to the discussion before it."""
    minutes = 200 + order * 13
    yield (at := at_work(now, days=-30, minutes=minutes))
    deadline_at = at_work(now, days=-2, minutes=minutes)
    consultation = service.draft_consultation(
        session, actor=desk.advisor, details=_details(plan, desk, deadline_at), now=at
    )
    yield (at := at_work(now, days=-28, minutes=minutes))
    service.submit_to_triage(session, actor=desk.secretariat, consultation=consultation, now=at)
    service.scope_consultation(session, actor=desk.secretariat, consultation=consultation, now=at)
    yield (at := at_work(now, days=-26, minutes=minutes))
    panel = Panel(session, _panel_of(plan), desk)
    panel.propose(consultation, at)
    progress.begin_inviting(session, actor=desk.advisor, consultation=consultation, now=at)
    yield from panel.invite(at)
    yield (at := at_work(now, days=-16, minutes=minutes))
    progress.open_consultation(session, actor=desk.advisor, consultation=consultation, now=at)
    for place, one in enumerate(plan["answers"]):
        yield (at := at + timedelta(days=1, hours=3 * (place % 2)))
        _answer(session, panel.seats[one["expert"]], desk, one, at)
    yield (at := deadline_at)
    close_round(session, actor=WORKER, consultation=consultation, now=at)
    yield (at := at + timedelta(hours=4))
    write_summary(
        session,
        actor=desk.secretariat,
        consultation=consultation,
        number=1,
        summary_ja=plan["summary_ja"],
        summary_en=plan["summary_en"],
        version=1,
        now=at,
    )
    for who, position, text in plan.get("remarks", []):
        yield (at := at + timedelta(hours=2))
        _say(session, consultation, panel, desk, who, position, text)
    if plan["state"] == "round_2":
        yield (at := at + timedelta(hours=2))
        open_round(
            session,
            actor=desk.secretariat,
            consultation=consultation,
            deadline_at=at_work(now, days=7, minutes=minutes),
            now=at,
        )
        for one in plan["round_2"]:
            yield (at := at + timedelta(hours=3))
            _answer_again(session, panel.seats[one["expert"]], desk, one, at)


def _answer(session: Session, seat: Invitation, desk: Desk, one: dict[str, Any], at: datetime) -> None:
    actor = desk.actor(one["expert"])
    invitation = answer_queries.get_invitation_to_answer(session, seat.id, actor=actor)
    text, choice = invitation.consultation.questions
    common = {"sureness": str(one["sureness_percent"]), "language": one["language"], "evidence": []}
    draft = {
        str(text.id): {**common, "text": one["text"], "choices": []},
        str(choice.id): {**common, "text": one["text"], "choices": [one["choice"]]},
    }
    answers.save_draft(session, actor=actor, invitation=invitation, draft=draft, seen_version=0, now=at)
    answers.submit_answers(session, actor=actor, invitation=invitation, now=at)


def _answer_again(session: Session, seat: Invitation, desk: Desk, one: dict[str, Any], at: datetime) -> None:
    """The former answer is confirmed, or another option chosen for a reason."""
    actor = desk.actor(one["expert"])
    invitation = answer_queries.get_invitation_to_answer(session, seat.id, actor=actor)
    _text, choice = invitation.consultation.questions
    if "choice" in one:
        contributor = answers.open_contributor(session, invitation=invitation)
        changed = {**contributor.draft[str(choice.id)], "choices": [one["choice"]]}
        draft = {**contributor.draft, str(choice.id): changed}
        answers.save_draft(
            session,
            actor=actor,
            invitation=invitation,
            draft=draft,
            seen_version=contributor.draft_version,
            now=at,
        )
    reasons = {choice.id: one["reason"]} if "reason" in one else {}
    answers.submit_answers(session, actor=actor, invitation=invitation, now=at, change_reasons=reasons)


def _say(
    session: Session, consultation: Consultation, panel: Panel, desk: Desk, who: str, position: int, text: str
) -> None:
    if not who:
        add_facilitator_remark(session, actor=desk.secretariat, consultation=consultation, position=position, text=text)
        return
    actor = desk.actor(who)
    invitation = answer_queries.get_invitation_to_answer(session, panel.seats[who].id, actor=actor)
    add_remark(session, actor=actor, invitation=invitation, position=position, text=text)


def _panel_of(plan: dict[str, Any]) -> dict[str, Any]:
    """As ``demo_panels`` reads a plan: everybody who answers accepts."""
    return {**plan, "panel": [one["expert"] for one in plan["answers"]], "target_state": "open"}


def _details(plan: dict[str, Any], desk: Desk, deadline_at: datetime) -> Details:
    texts = {
        name: plan[name]
        for name in ("title_ja", "title_en", "background_ja", "background_en", "decision_ja", "decision_en")
    }
    return Details(
        **texts,
        deadline_at=deadline_at,
        mode=Mode(plan["mode"]),
        wanted_answers=plan["wanted_answers"],
        planned_rounds=plan["planned_rounds"],
        has_discussion=plan["has_discussion"],
        source_note=f"{plan['source']['name_ja']} / {plan['source']['name_en']}",
        facets=tuple(desk.concepts[code].id for code in plan["skills"]),
        questions=tuple(_question(one) for one in plan["questions"]),
    )


def _question(one: dict[str, Any]) -> QuestionDetails:
    pairs = zip(one.get("options_ja", []), one.get("options_en", []), strict=True)
    return QuestionDetails(
        QuestionKind(one["kind"]),
        one["prompt_ja"],
        one["prompt_en"],
        options=tuple(Option(str(number), *labels) for number, labels in enumerate(pairs, start=1)),
    )
