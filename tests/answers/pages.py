"""The expert's pages of answering as tests fill them in and read them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.answers.model import Answer, Contributor
from advnet.consultations.model import Consultation, ConsultationState, Question, QuestionKind
from tests.browser_less import Browser, Page
from tests.builders_invitations import Invitations

TEXT = "Radar altimetry, since cloud does not stop it.\nThe second line."
LATE = "The deadline has passed: answers can no longer be submitted or changed."
OPTIONS = [
    {"value": "a", "label_ja": "航路", "label_en": "The route"},
    {"value": "b", "label_ja": "船", "label_en": "The ship"},
]


@dataclass(frozen=True)
class Asked:
    """An accepted invitation to a consultation with one question; no transaction hangs on it."""

    id: int
    consultation_id: int
    question_id: int
    email: str


def write_page(browser: Browser, invitation: Asked) -> Page:
    return browser.get(f"/invitations/{invitation.id}/answer")


def part(invitation: Asked, name: str) -> str:
    return f"q{invitation.question_id}_{name}"


def typed(invitation: Asked, **values: Any) -> dict[str, Any]:
    """A whole answer to the first question under its fields' names."""
    return {
        part(invitation, "text"): values.get("text", TEXT),
        part(invitation, "sureness"): values.get("sureness", "70"),
    }


def value(page: Page, name: str) -> str:
    """What stands in the page's field."""
    (element,) = [found for found in page.tree.xpath("//main//*[@name]") if found.get("name") == name]
    return str((element.text or "").lstrip("\r\n") if element.tag == "textarea" else element.get("value") or "")


def contributor(session: Session) -> Contributor | None:
    return next(iter(seen(session, sa.select(Contributor))), None)


def answers(session: Session) -> list[Answer]:
    return seen(session, sa.select(Answer).order_by(Answer.revision))


def seen(session: Session, query: sa.Select[Any]) -> list[Any]:
    """What has been committed; leaves no transaction open that the pages would wait for."""
    found = list(session.scalars(query.execution_options(populate_existing=True)))
    session.expunge_all()
    session.rollback()
    return found


def make_choice(made: Invitations, invitation: Asked, *, multiple: bool, required: bool = True) -> None:
    made.session.add(
        Question(
            consultation_id=invitation.consultation_id,
            position=2,
            kind=QuestionKind.CHOICE,
            prompt_en="What limits the season?",
            options=OPTIONS,
            multiple=multiple,
            required=required,
        )
    )
    made.session.commit()


def pass_deadline(made: Invitations, invitation: Asked) -> None:
    late = {"deadline_at": datetime.now().astimezone() - timedelta(seconds=1)}
    made.session.execute(sa.update(Consultation).where(Consultation.id == invitation.consultation_id).values(late))
    made.session.commit()


def autosave(browser: Browser, page: Page, **changed: str) -> Page:
    (form,) = page.tree.xpath("//form[@data-autosave-url]")
    fields = {name: field for name, field in form.form_values() if name != "act"}
    return browser.post(form.get("data-autosave-url"), {**fields, **changed}, follow=False)


def autosave_by_script(browser: Browser, page: Page, **changed: str) -> Page:
    """As the script sends it, which says so; the answer is for the script and no page."""
    (form,) = page.tree.xpath("//form[@data-autosave-url]")
    fields = {name: field for name, field in form.form_values() if name != "act"}
    answer = browser.client.post(
        form.get("data-autosave-url"), data={**fields, **changed}, headers={"X-Autosave": "1", "Accept-Language": "en"}
    )
    return Page(browser, answer)


def given_back(page: Page) -> dict[str, str]:
    """Label → text of what the page holds for copying."""
    found = {}
    for area in page.tree.xpath("//main//textarea[@readonly]"):
        (label,) = page.tree.xpath(f"//label[@for='{area.get('id')}']")
        found[label.text_content()] = area.text.lstrip("\r\n")
    return found


def set_consultation(made: Invitations, invitation: Asked, **values: Any) -> None:
    moments = {ConsultationState.CLOSED: "closed_at", ConsultationState.CANCELLED: "cancelled_at"}
    if values["state"] in moments:
        values[moments[values["state"]]] = made.now
    elif values["state"] == ConsultationState.OPEN:
        values["opened_at"], values["round_number"] = made.now, 1
    made.session.execute(sa.update(Consultation).where(Consultation.id == invitation.consultation_id).values(**values))
    made.session.commit()
