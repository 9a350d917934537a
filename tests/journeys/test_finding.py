"""Finding experts by keyboard alone: skill search while typing, the reasons of candidates, and why somebody is none."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Locator, expect
from sqlalchemy.orm import selectinload

from advnet.accounts.model import User
from advnet.db import Database
from advnet.experts.model import Standing
from advnet.experts.vocabulary.model import Concept
from advnet.jobs.service import note_index_change
from tests.builders_consultations import make_consultation
from tests.journeys.person import Album, Person
from tests.journeys.site import Site, running
from tests.matching.network import make_expert
from tests.people import PASSWORD

pytestmark = pytest.mark.browser

MOST_TABS = 150
WORDS = {
    "en": {"typed": "sea ic", "concept": "Sea ice", "beside": "Kei Freight", "part": "Kei Fre", "paused": "Ren Paused"},
    "ja": {"typed": "海氷", "concept": "海氷", "beside": "運賃 圭", "part": "運賃", "paused": "休止 蓮"},
}


@pytest.fixture(params=[("en", 1280), ("ja", 390)], ids=lambda v: f"{v[0]}-{v[1]}")
def desk(request: pytest.FixtureRequest, chromium: Browser, tmp_path: Path) -> Iterator[Person]:
    """The advisor, in one language and at one width, before a consultation and four experts."""
    language, width = request.param
    with running(tmp_path / "instance", language=language) as site:
        _fill(site)
        album = Album(f"finding-{language}-{width}")
        person = Person(chromium, site, who="advisor", language=language, width=width, scripts=True, album=album)
        person.sign_in("advisor@example.org", PASSWORD)
        yield person
        person.close()


def _fill(site: Site) -> None:
    now = datetime.now(UTC)
    database = Database(f"sqlite:///{site.folder / 'advnet.sqlite'}")
    with database.transaction() as session:
        ice = session.scalars(sa.select(Concept).where(Concept.label_en == "Sea ice")).one()
        advisor = session.scalars(
            sa.select(User).where(User.email == "advisor@example.org").options(selectinload(User.grants))
        ).one()
        make_consultation(session, by=advisor, state="scoped", now=now)
        people = [
            ("Aoi Frost", "霜 葵", "シモ アオイ", {"works": ("Observing the Arctic Ocean|sea ice", "北極海の海氷"),
                                                 "skills": (ice,), "biography_en": "Observing networks."}),
            ("Mei Drift", "流 芽衣", "ナガレ メイ", {"works": ("Sea ice drift", "海氷の漂流"), "skills": (ice,)}),
            ("Kei Freight", "運賃 圭", "ウンチン ケイ", {}),
            ("Ren Paused", "休止 蓮", "キュウシ レン", {"works": ("Arctic Ocean",), "standing": Standing.PAUSED}),
        ]  # fmt: skip
        for name, japanese, kana, what in people:
            family, given = japanese.split()
            reading = dict(zip(("family_kana", "given_kana"), kana.split(), strict=True))
            expert = make_expert(session, now=now, name=name, family_ja=family, given_ja=given, **reading, **what)
            note_index_change(session, expert_id=expert.id, now=now)
    database.dispose()


def test_the_desk_finds_experts_and_their_reasons_by_keyboard_alone(desk: Person) -> None:
    words = WORDS[desk.language]
    search_while_typing(desk, words)
    look_at_the_reasons(desk)
    ask_why_not(desk, words)
    look_beside_the_list_and_propose(desk, words)


def search_while_typing(desk: Person, words: dict[str, str]) -> None:
    desk.open(f"{desk.site.address}/experts")
    status = desk.main.get_by_role("status")
    box = desk.field("Words to look for")
    reach(desk, box)
    desk.page.keyboard.type(words["typed"], delay=30)
    expect(status).to_have_text(desk.words.ngettext("%(num)s expert", "%(num)s experts", 2) % {"num": 2})
    expect(box).to_be_focused()
    expect(box).to_have_value(words["typed"])
    desk.look()
    press(desk, desk.page.locator("ul[aria-labelledby=offers] a").first)
    desk.sees(words["concept"])
    expect(box).to_have_value("")
    chip = desk.main.get_by_role("list", name=desk.t("Chosen filters")).get_by_role("link")
    press(desk, chip)
    expect(status).to_have_text(desk.words.ngettext("%(num)s expert", "%(num)s experts", 4) % {"num": 4})


def look_at_the_reasons(desk: Person) -> None:
    desk.open(f"{desk.site.address}/consultations/1/candidates")
    lists = desk.main.get_by_role("list", name=desk.t("Parts of the relevance; together they are the whole"))
    desk.reload_until(lists, "candidates with their reasons")
    for parts in lists.all():
        percents = [int(text.rstrip("% ")) for text in parts.locator(".shares__percent").all_inner_texts()]
        assert sum(percents) == 100


def ask_why_not(desk: Person, words: dict[str, str]) -> None:
    reach(desk, desk.field("Name of the expert"))
    desk.page.keyboard.type(words["paused"])
    press(desk)
    desk.is_on("Why somebody is not on the list")
    desk.sees_words("The expert takes no invitations at the moment.")
    box = desk.field("Name of the expert")
    reach(desk, box)
    desk.page.keyboard.press("Control+A")
    desk.page.keyboard.type(words["part"], delay=30)
    found = desk.page.locator("#people li a")
    expect(found).to_have_text([words["beside"]])
    expect(box).to_be_focused()
    desk.look()
    press(desk, found)
    desk.sees_words("Profile")


def look_beside_the_list_and_propose(desk: Person, words: dict[str, str]) -> None:
    press(desk, desk.main.get_by_role("link", name=desk.t("Look at this expert as a candidate")))
    reach(desk, desk.field_of(words["beside"]))
    desk.page.keyboard.press("Space")
    expect(desk.field_of(words["beside"])).to_be_checked()
    press(desk, desk.main.get_by_role("button", name=desk.t("Add to the proposed experts")))
    desk.sees(desk.words.ngettext(
        "%(num)d expert has been proposed for the panel. Nobody has been told yet.",
        "%(num)d experts have been proposed for the panel. Nobody has been told yet.", 1) % {"num": 1})  # fmt: skip


def reach(desk: Person, control: Locator) -> None:
    """Press Tab until the control has the focus."""
    expect(control).to_be_visible()
    for _ in range(MOST_TABS):
        if control.evaluate("element => element === document.activeElement"):
            return
        desk.page.keyboard.press("Tab")
    raise AssertionError(f"{desk.who} cannot reach {control} by Tab")


def press(desk: Person, control: Locator | None = None) -> None:
    """Press Enter on the control, or where the focus is."""
    if control is not None:
        reach(desk, control)
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Enter")
    desk.look()
