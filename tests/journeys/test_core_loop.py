"""The whole story: who registers is vetted, found, asked and heard, and learns what came of it."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Browser, expect

from advnet.days import JAPAN
from tests.journeys.person import Album, Person
from tests.journeys.site import Site, running
from tests.people import PASSWORD

pytestmark = pytest.mark.browser

EXPERT = "shiori.himuro@university.example"
PASSPHRASE = "a walk along the frozen shore"
VARIANTS = [
    *((language, width, True) for language in ("en", "ja") for width in (390, 1280)),
    ("en", 390, False),
    ("ja", 1280, False),
]
"""Language, width in pixels, with scripts."""

ENGLISH = {
    "name": "Shiori Himuro",
    "skill": "Sea ice",
    "work": "Drifting buoys and sea-ice thickness on the northern routes",
    "title": "Sea ice on the northern routes",
    "question": "What do the observations of sea ice lack?",
    "choice": "With whom should Japan observe first?",
    "option": "Norway",
    "answer": "Thickness in winter. Satellites see the extent, only buoys the thickness, and they are few.",
    "reason": "It keeps the largest number of buoys.",
    "brief": "Observe sea ice in winter",
}
JAPANESE = {
    "name": "氷室 汐里",
    "skill": "海氷",
    "work": "北方航路における漂流ブイと海氷の厚さ",
    "title": "北方航路の海氷",
    "question": "海氷の観測に何が足りないか。",
    "choice": "日本はまずどの国と観測すべきか。",
    "option": "ノルウェー",
    "answer": "冬の厚さである。衛星は広がりを見るが、厚さを測るのはブイだけで、その数が足りない。",
    "reason": "最も多くのブイを持っている。",
    "brief": "冬の海氷を観測する",
}


@pytest.fixture(params=VARIANTS, ids=lambda v: f"{v[0]}-{v[1]}-{'scripts' if v[2] else 'plain'}")
def variant(request: pytest.FixtureRequest) -> tuple[str, int, bool]:
    return request.param


@pytest.fixture
def site(variant: tuple[str, int, bool], tmp_path: Path) -> Iterator[Site]:
    with running(tmp_path / "instance", language=variant[0]) as site:
        yield site


@pytest.fixture
def person(chromium: Browser, site: Site, variant: tuple[str, int, bool]) -> Iterator[Callable[[str], Person]]:
    """Makes somebody with a browser of their own."""
    language, width, scripts = variant
    album = Album(f"{language}-{width}-{'scripts' if scripts else 'plain'}")
    everybody: list[Person] = []

    def make(who: str) -> Person:
        someone = Person(chromium, site, who=who, language=language, width=width, scripts=scripts, album=album)
        everybody.append(someone)
        return someone

    yield make
    for someone in everybody:
        someone.close()


def test_from_registration_to_the_word_back(site: Site, person: Callable[[str], Person]) -> None:
    expert, admin, advisor = person("expert"), person("administrator"), person("advisor")
    story = ENGLISH if expert.language == "en" else JAPANESE
    make_account(expert)
    register(expert, story)
    vet(admin, story)
    advisor.sign_in("advisor@example.org", PASSWORD)
    consultation = draft(advisor, story)
    take_up(advisor)
    put_on_panel(advisor, story)
    ask(advisor)
    accept(expert, story)
    move(advisor, consultation, "Open the consultation")
    answer(expert, story)
    move(advisor, consultation, "Close the consultation")
    code = read_answers(advisor, story)
    write_brief(advisor, story, code)
    issue(advisor, story)
    hear_back(expert, story)


def make_account(expert: Person) -> None:
    expert.open(expert.site.address)
    expert.follow("Register as an expert")
    expert.fill("Your name", "Shiori Himuro")
    expert.fill("E-mail address", EXPERT)
    expert.fill("Password", PASSPHRASE)
    expert.press("Make an account")
    expert.is_on("Check your mail")
    expert.open(expert.site.link_from_mail(EXPERT, "/confirm/"))
    expert.press("Confirm")
    expert.sign_in(EXPERT, PASSPHRASE)


def register(expert: Person, story: dict[str, str]) -> None:
    expert.go_to("Registration")
    expert.press("Start the registration")
    if expert.language == "ja":
        for label, text in (("Family name in kanji", "氷室"), ("Given name in kanji", "汐里")):
            expert.fill(label, text)
        for label, text in (("Family name in kana", "ひむろ"), ("Given name in kana", "しおり")):
            expert.fill(label, text)
    expert.fill("Family name in Latin letters", "Himuro")
    expert.fill("Given name in Latin letters", "Shiori")
    expert.field("Country in which you work").select_option("JP")
    expert.choose_value("Languages in which you can answer", "ja")
    expert.choose_value("Languages in which you can answer", "en")
    expert.choose("Career stage", expert.t("Mid career"))
    expert.press("Save and go on")

    expert.fill("Organisation in Japanese", "北辺大学")
    expert.fill("Organisation in English", "Hokuhen University")
    expert.fill("From (month)", "2019-04")
    expert.press("Save and go on")

    expert.fill("Look for a skill", story["skill"])
    expert.press("Search")
    expert.follow(story["skill"])
    expert.choose("Level", expert.t("4 – Recognised authority: others turn to me for it"))
    expert.fill("Evidence", "2012–2026")
    expert.press("Add the skill")
    expert.follow("Go on")

    expert.follow("Add a work by hand")
    expert.fill("Title", story["work"])
    expert.fill("Year", "2024")
    expert.fill("Abstract", story["answer"])
    expert.press("Add the work")
    expert.follow("Go on")

    expert.fill("Biography in Japanese" if expert.language == "ja" else "Biography in English", story["work"])
    expert.press("Save and go on")
    expert.press("Save and go on")
    expert.is_on("Consent")
    expert.tick("I have read this and agree.")
    expert.press("Agree")
    expert.is_on("Review and submit")
    expert.press("Submit the registration")
    expert.sees_words("Your registration has been submitted.")


def vet(admin: Person, story: dict[str, str]) -> None:
    admin.sign_in("administrator@example.org", PASSWORD)
    admin.go_to("Registrations")
    admin.follow_to(story["name"])
    admin.press("Take into hand")
    for check in admin.part("Checks").get_by_role("checkbox").all():
        check.check()
    admin.press("Approve")
    admin.sees_words("The registration is approved.")


def draft(advisor: Person, story: dict[str, str]) -> str:
    """The address of the new consultation."""
    language = "Japanese" if advisor.language == "ja" else "English"
    advisor.follow("Draft a consultation")
    advisor.fill(f"Title in {language}", story["title"])
    advisor.fill(f"Background in {language}", story["work"])
    advisor.fill(f"What is decided with the advice, in {language}", story["brief"])
    deadline = datetime.now(UTC).astimezone(JAPAN) + timedelta(days=14)
    advisor.fill("Deadline for answers", f"{deadline:%Y-%m-%dT%H:%M}")
    for _ in range(2 - advisor.part("What the experts are asked").locator("[data-row]").count()):
        advisor.add_row("Add a question")
    first, second = advisor.part("What the experts are asked").locator("[data-row]").all()
    advisor.fill(f"Question in {language}", story["question"], within=first)
    advisor.fill(f"Question in {language}", story["choice"], within=second)
    advisor.field("Kind of answer", within=second).select_option("choice")
    others = "カナダ\n韓国" if advisor.language == "ja" else "Canada\nRepublic of Korea"
    if not advisor.scripts:
        second.get_by_text(advisor.t("Options (choice, ranking, appraisal, points of your own)")).click()
    advisor.fill(f"Options in {language}", f"{story['option']}\n{others}", within=second)
    advisor.fill("Look for a field, an area, a region or an instrument", story["skill"])
    advisor.press("Look")
    advisor.choose("Chosen and found", story["skill"])
    advisor.fill("Wanted number of answers", "1")
    advisor.press("Save the draft")
    advisor.sees(story["title"])
    return advisor.page.url


def take_up(advisor: Person) -> None:
    advisor.follow("Submit to triage")
    advisor.press("Submit to triage")
    advisor.is_on("Triage")
    advisor.follow("Take up")
    advisor.press("Take up")
    advisor.sees_words("The consultation has been taken up. Experts can be looked for now.")


def put_on_panel(advisor: Person, story: dict[str, str]) -> None:
    advisor.follow("Candidates")
    candidate = advisor.field_of(story["name"])
    advisor.reload_until(candidate, "the new expert among the candidates")
    advisor.sees(story["work"])
    candidate.check()
    advisor.press("Add to the proposed experts")
    advisor.follow("Consultation")
    for step in ("Finish the selection", "Begin inviting"):
        advisor.follow(step)
        advisor.press(step)


def ask(advisor: Person) -> None:
    advisor.follow("Panel")
    advisor.press("Ask all proposed")
    advisor.follow("Consultation")


def accept(expert: Person, story: dict[str, str]) -> None:
    expert.open(expert.site.link_from_mail(EXPERT, "/invitations/"))
    expect(expert.main).not_to_contain_text(story["question"])
    expert.follow("Declare interests")
    expert.choose("Do you have interests that touch this consultation?", expert.t("No, I have none"))
    expert.press("Declare")
    expert.sees(story["question"])
    expert.press("Accept")
    expert.sees_words("Thank you: you have accepted the invitation.")


def move(advisor: Person, consultation: str, step: str) -> None:
    advisor.open(consultation)
    advisor.follow(step)
    advisor.press(step)


def answer(expert: Person, story: dict[str, str]) -> None:
    expert.go_to("Invitations")
    expert.follow_to(story["title"])
    expert.follow("Answer")
    writing = expert.page.url
    first = expert.part("Question %(number)s", number=1)
    expert.fill("Your answer", story["answer"], within=first)
    if expert.scripts:
        saved = re.escape(expert.t("Draft saved at %(time)s", time="TIME")).replace("TIME", r"\d\d:\d\d")
        expect(expert.main.get_by_role("status").filter(has_text=re.compile(saved))).to_be_visible()
    else:
        expert.press("Save draft")
    expert.sign_out()
    expert.sign_in(EXPERT, PASSPHRASE)
    expert.open(writing)
    first, second = (expert.part("Question %(number)s", number=number) for number in (1, 2))
    expect(expert.field("Your answer", within=first)).to_have_value(story["answer"])
    expert.fill("How sure are you that this answer holds?", "80", within=first)
    first.get_by_text(expert.t("Evidence, doubts and what may be quoted")).click()
    expert.fill("Note", story["work"], within=first)
    expert.choose("Your choice", story["option"], within=second)
    expert.fill("Reasons", story["reason"], within=second)
    expert.fill("How sure are you that this answer holds?", "65", within=second)
    expert.press("Review your answer")
    expert.is_on("Review your answer")
    for text in (story["answer"], re.compile(r"80\s?%"), story["option"], re.compile(r"65\s?%")):
        expert.sees(text)
    expert.press("Submit your answer")
    expert.is_on("Your answer has been submitted")
    expert.sees_words("Reference")


def read_answers(advisor: Person, story: dict[str, str]) -> str:
    """The code that cites the answer to the first question."""
    advisor.follow("Answers")
    first = advisor.part("Question %(number)s", number=1)
    expect(first).to_contain_text(story["name"])
    expect(first).to_contain_text(story["answer"])
    expect(advisor.part("Question %(number)s", number=2)).to_contain_text(story["option"])
    return first.locator("code").inner_text()


def write_brief(advisor: Person, story: dict[str, str], code: str) -> None:
    language = "Japanese" if advisor.language == "ja" else "English"
    advisor.page.go_back()
    advisor.follow("Go to the brief")
    advisor.press("Begin the brief")
    expect(advisor.field("Code to cite it")).to_have_value(code)
    advisor.fill(f"Title in {language}", story["brief"])
    advisor.fill(f"Text in {language}", f"# {story['title']}\n\n{story['answer']} {code}\n\n- **{story['option']}**\n")
    advisor.press("Preview")
    advisor.sees_words("Preview: not saved yet")
    advisor.press("Save and read")
    advisor.sees(story["name"])
    advisor.press("Send to review")
    advisor.sees_words("The brief is in review.")


def issue(advisor: Person, story: dict[str, str]) -> None:
    advisor.follow("Issue the brief")
    advisor.press("Issue the brief")
    advisor.sees_words("The brief is issued. Everybody who contributed is told by mail.")
    with advisor.page.expect_download() as download:
        advisor.main.get_by_role("link", name=advisor.t("Download for Word"), exact=True).click()
    written = docx.Document(str(download.value.path()))
    text = "\n".join(paragraph.text for paragraph in written.paragraphs)
    for expected in (story["brief"], story["answer"], story["name"]):
        assert expected in text


def hear_back(expert: Person, story: dict[str, str]) -> None:
    expert.open(expert.site.link_from_mail(EXPERT, "/briefs/"))
    expert.is_called(story["brief"])
    expert.sees(story["answer"])
