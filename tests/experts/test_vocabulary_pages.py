"""The administrator's pages of the vocabulary, used as a person would."""

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from advnet.accounts.model import Role, system_actor
from advnet.experts.vocabulary import file as vocabulary_file
from advnet.experts.vocabulary.loading import load_vocabulary
from advnet.experts.vocabulary.model import Concept
from tests.browser_less import Browser

SYSTEM = system_actor("test")
CONCEPTS = (
    vocabulary_file.Concept("oceans", "area", None, "Oceans", "海洋", ("sea",)),
    vocabulary_file.Concept("sea-ice", "area", "oceans", "Sea ice", "海氷", (), ("流氷",)),
    vocabulary_file.Concept("physics", "field", None, "Physics", "物理学"),
)
NEW = {"label_en": "Ocean acidification", "label_ja": "海洋酸性化", "synonyms_ja": "酸性化\n\nＯＡ"}


@pytest.fixture
def admin(session, people, now, browser: Browser) -> Browser:
    user = people.make(Role.ADMINISTRATOR)
    load_vocabulary(session, actor=SYSTEM, concepts=CONCEPTS, now=now)
    session.commit()
    browser.sign_in(user.email)
    return browser


def concept(session, code: str) -> Concept:
    """As it is committed; the session is left without a transaction, so that the browser may write."""
    session.expire_all()
    found = session.scalars(sa.select(Concept).where(Concept.code == code)).one()
    session.commit()
    return found


def page_of(session, code: str) -> str:
    return f"/admin/vocabulary/{concept(session, code).id}"


def test_a_facet_is_shown_from_the_top_down(admin):
    page = admin.get("/admin/vocabulary", query={"facet": "area"})
    words = page.words()
    assert words.index("Oceans") < words.index("– Sea ice")
    assert "Physics" not in words
    assert "Physics" in page.link("Fields of science and technology").words()


@pytest.mark.parametrize(("text", "found"), [("ｓｅａ", ["Oceans", "Sea ice"]), ("流氷", ["Sea ice"]), ("x", [])])
def test_a_word_is_found_in_all_facets_by_any_writing(admin, text, found):
    page = admin.get("/admin/vocabulary", query={"q": text})
    assert page.tree.xpath("//tbody//th//a/text()") == found
    assert ("No concept has this word." in page.words()) == (not found)


def test_a_concept_is_added_and_found(admin, session):
    page = admin.get("/admin/vocabulary", query={"facet": "area"}).link("Add a concept")
    page = page.submit({**NEW, "parent_id": concept(session, "oceans").id}, button="Add")
    assert page.status == 200
    assert "Its code is ocean-acidification." in page.text
    added = concept(session, "ocean-acidification")
    assert (added.facet, added.parent_id, added.synonyms_ja) == (
        "area",
        concept(session, "oceans").id,
        ["酸性化", "ＯＡ"],
    )


def test_a_refused_concept_keeps_what_was_typed_and_names_the_clash(admin):
    page = admin.get("/admin/vocabulary/new", query={"facet": "area"})
    page = page.submit({**NEW, "synonyms_en": "fine\nSEA ICE"}, button="Add")
    assert page.status == 422
    assert page.errors() == ["“SEA ICE” already stands for “Sea ice” (海氷). Remove it from one of them."]
    assert "Ocean acidification" in page.text
    page = page.submit({"label_ja": ""}, button="Add")
    assert page.errors() == ["Enter a label."]


def test_a_narrower_concept_begins_below_the_one_it_was_asked_from(admin, session):
    page = admin.get(page_of(session, "oceans")).link("Add a narrower concept")
    page.submit(NEW, button="Add")
    assert concept(session, "ocean-acidification").parent_id == concept(session, "oceans").id


def test_a_concept_is_changed(admin, session):
    page = admin.get(page_of(session, "sea-ice"))
    page = page.submit(
        {"label_en": "Sea ice and glaciers", "synonyms_ja": "流氷\n氷河", "parent_id": ""}, button="Save"
    )
    assert "“Sea ice and glaciers” has been saved." in page.text
    changed = concept(session, "sea-ice")
    assert (changed.label_en, changed.synonyms_ja, changed.parent_id) == (
        "Sea ice and glaciers",
        ["流氷", "氷河"],
        None,
    )


def test_the_second_of_two_editors_sees_both_versions_and_decides(admin, session, people):
    other = admin.another()
    user = people.make(Role.ADMINISTRATOR, email="second@example.org")
    session.commit()
    other.sign_in(user.email)
    mine, theirs = (one.get(page_of(session, "sea-ice")) for one in (admin, other))
    theirs.submit({"label_en": "Theirs"}, button="Save")
    page = mine.submit({"label_en": "Mine"}, button="Save")
    assert page.status == 422
    assert page.errors()[0].startswith("Somebody has changed this since you opened it.")
    assert "As it stands now" in page.words()
    assert "Theirs" in page.words()
    assert concept(session, "sea-ice").label_en == "Theirs"
    assert page.submit(button="Save").status == 200
    assert concept(session, "sea-ice").label_en == "Mine"


def test_a_concept_cannot_be_put_below_itself(admin, session):
    page = admin.get(page_of(session, "oceans")).submit({"parent_id": concept(session, "sea-ice").id}, button="Save")
    assert page.errors() == ["A concept cannot stand below itself. Choose another broader one."]


def test_a_concept_is_retired_and_restored(admin, session):
    page = admin.get(page_of(session, "oceans")).submit(button="Retire this concept")
    assert page.status == 422
    assert page.errors() == ["Retire its narrower concepts first, or give them another broader one."]
    page = admin.get(page_of(session, "sea-ice")).submit(button="Retire this concept")
    assert "“Sea ice” can no longer be chosen." in page.text
    assert concept(session, "sea-ice").retired_at is not None
    page = admin.get(page_of(session, "sea-ice"))
    assert "This concept is retired" in page.words()
    page.submit(button="Restore this concept")
    assert concept(session, "sea-ice").retired_at is None


def test_a_button_of_an_old_page_does_nothing(admin, session):
    old = admin.get(page_of(session, "sea-ice"))
    admin.get(page_of(session, "sea-ice")).submit({"note": "x"}, button="Save")
    page = old.submit(button="Retire this concept")
    assert page.errors()[0].startswith("Somebody has changed this")
    assert concept(session, "sea-ice").retired_at is None


def test_a_concept_that_is_not_there_and_a_facet_that_is_not_known(admin):
    assert admin.get("/admin/vocabulary/999").status == 404
    assert admin.get("/admin/vocabulary", query={"facet": "nonsense"}).status == 200


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.EXPERT, Role.AUDITOR])
def test_others_do_not_see_these_pages(admin, session, people, role):
    other = admin.another()
    user = people.make(role, email="other@example.org")
    session.commit()
    other.sign_in(user.email)
    assert other.get("/admin/vocabulary").status == 403
    assert other.get(page_of(session, "oceans")).status == 404


def test_a_long_facet_takes_no_more_statements_than_a_short_one(admin, session, now):
    def statements() -> int:
        seen: list[str] = []
        engine = admin.app.extensions["advnet.database"].engine
        listener = lambda *arguments: seen.append(arguments[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        admin.get("/admin/vocabulary", query={"facet": "area"})
        event.remove(engine, "before_cursor_execute", listener)
        return len(seen)

    few = statements()
    more = [vocabulary_file.Concept(f"c{n}", "area", "oceans", f"Concept {n}", f"概念{n}") for n in range(20)]
    load_vocabulary(session, actor=SYSTEM, concepts=[*CONCEPTS, *more], now=now)
    session.commit()
    assert statements() == few
