"""Writing a brief in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from advnet.advice.document import code_of
from tests.builders_advice import Advice
from tests.live import live, sign_in
from tests.people import People

pytestmark = pytest.mark.browser


def test_an_answer_is_cited_where_the_cursor_stands(
    session: Session, people: People, now, app: Flask, chromium: Chromium
) -> None:
    advice = Advice(session, people, now)
    brief, _ = advice.brief(numbers=(3, 5))
    code = code_of(advice.answer_of(brief.consultation, number=5).id)
    number, email = brief.id, advice.secretary.email
    session.commit()
    with live(app) as address:
        context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
        said: list[str] = []
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        sign_in(page, address, email)
        page.goto(f"{address}/briefs/{number}/edit")
        assert Axe().run(page).response["violations"] == []
        page.fill("#body_en", "Gliders last. Buoys do not.")
        page.locator("#body_en").evaluate("text => text.setSelectionRange(12, 12)")
        page.get_by_role("button", name="Cite Hanako5 Himuro").or_(
            page.get_by_role("button", name="Cite Expert 5")
        ).click()
        expect(page.locator("#body_en")).to_have_value(f"Gliders last {code}. Buoys do not.")
        expect(page.locator("#body_en")).to_be_focused()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("1 of 2 answers are cited.")).to_be_visible()
        context.close()
    assert said == []


def test_without_scripts_the_code_is_there_to_copy_and_no_dead_button(
    session: Session, people: People, now, app: Flask, chromium: Chromium
) -> None:
    advice = Advice(session, people, now)
    brief, _ = advice.brief(numbers=(3,))
    code = code_of(advice.answer_of(brief.consultation, number=3).id)
    number, email = brief.id, advice.secretary.email
    session.commit()
    with live(app) as address:
        context = chromium.new_context(java_script_enabled=False, locale="en-GB")
        page = context.new_page()
        sign_in(page, address, email)
        page.goto(f"{address}/briefs/{number}/edit")
        expect(page.get_by_label("Code to cite it")).to_have_value(code)
        assert page.locator("[data-cite]:visible").count() == 0
        context.close()
