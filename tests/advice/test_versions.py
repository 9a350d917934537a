"""Saved versions of a brief: listed, compared, restored, and what makes a difference readable."""

import pytest
import sqlalchemy as sa

from advnet.accounts.model import Role
from advnet.advice import queries, service
from advnet.advice.difference import Change, Line, Skipped, differences
from advnet.advice.model import BriefState, Citation
from advnet.audit.model import AuditEntry
from advnet.errors import EditedMeanwhile, Forbidden, NotFound, WrongState
from tests.builders_advice import Advice
from tests.statements import statements


@pytest.fixture
def advice(session, people, now):
    return Advice(session, people, now)


def marked(found):
    """The difference as one would write it by hand: -removed- +added+ …"""
    signs = {Change.KEPT: "", Change.REMOVED: "-", Change.ADDED: "+"}
    return [
        "".join(f"{signs[one.change]}{one.text}{signs[one.change]}" for one in line.stretches)
        if isinstance(line, Line)
        else line.lines
        for line in found
    ]


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("Same.", "Same.", []),
        ("", "First words.", ["+First words.+"]),
        ("Gone.", "", ["-Gone.-"]),
        ("Deploy ten buoys in May.", "Deploy twelve buoys in May.", ["Deploy -ten-+twelve+ buoys in May."]),
        ("氷海に観測網を設ける。", "氷海に無人の観測網を設ける。", ["氷海に+無人の+観測網を設ける。"]),
        ("One [[answer:12]].", "One [[answer:13]].", ["One -[[answer:12]]-+[[answer:13]]+."]),
        ("a\nb\nc\nd\ne\nf", "a\nb\nc\nd\ne\nF", [4, "e", "-f-", "+F+"]),
        ("x\n1\n2\n3\n4\n5\ny", "z\n1\n2\n3\n4\n5\nw", ["-x-", "+z+", "1", 3, "5", "-y-", "+w+"]),
        (
            "All of this is one thought.",
            "完全に別の文章である。",
            ["-All of this is one thought.-", "+完全に別の文章である。+"],
        ),
    ],
)
def test_a_difference_is_shown_by_words_within_changed_lines(old, new, shown):
    assert marked(differences(old, new)) == shown


def test_both_texts_can_be_read_off_a_difference():
    old = "\n".join(f"Line {number} says {number * number}." for number in range(60))
    new = old.replace("Line 7 ", "The seventh line ").replace("Line 40 says 1600.\n", "")
    found = differences(old, new)
    kept = sum(line.lines for line in found if isinstance(line, Skipped))
    for change, text in ((Change.REMOVED, old), (Change.ADDED, new)):
        rows = [
            "".join(one.text for one in line.stretches if one.change in (Change.KEPT, change))
            for line in found
            if isinstance(line, Line)
        ]
        assert len([row for row in rows if row]) + kept == len(text.split("\n"))
        assert [row for row in rows if row and row not in text] == []


def test_an_earlier_version_is_restored_as_one_more(session, advice, now):
    brief, _ = advice.brief()
    advice.save(brief, body_en="Quite another text.")
    assert session.query(Citation).count() == 0
    before = brief.version
    earlier = queries.get_revision(session, brief=brief, version=2)
    restored = service.restore_version(
        session, actor=advice.secretary.actor, brief=brief, revision=earlier, version=before, now=now
    )
    assert (restored.version, brief.version, brief.body_en) == (before + 1, before + 1, earlier.body_en)
    assert queries.get_revision(session, brief=brief, version=before).body_en == "Quite another text."
    assert session.query(Citation).count() == 1
    entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry.event == "brief:restored"
    assert entry.detail == {"consultation": brief.consultation_id, "version": before + 1, "restored_version": 2}


def test_restoring_what_stands_changes_nothing(session, advice, now):
    brief, _ = advice.brief()
    present = queries.get_revision(session, brief=brief, version=brief.version)
    entries = session.query(AuditEntry).count()
    assert (
        service.restore_version(
            session, actor=advice.advisor.actor, brief=brief, revision=present, version=brief.version, now=now
        )
        is None
    )
    assert (brief.version, session.query(AuditEntry).count()) == (present.version, entries)


def test_nobody_restores_over_a_version_not_seen_nor_another_brief_nor_an_issued_one(session, advice, people, now):
    brief, _ = advice.brief()
    other, _ = advice.brief(numbers=(4,))
    foreign = queries.get_revision(session, brief=other, version=1)
    first = queries.get_revision(session, brief=brief, version=1)

    def restore(revision, version, actor=advice.secretary.actor):
        service.restore_version(session, actor=actor, brief=brief, revision=revision, version=version, now=now)

    with pytest.raises(EditedMeanwhile):
        restore(first, brief.version - 1)
    with pytest.raises(NotFound):
        restore(foreign, brief.version)
    with pytest.raises(Forbidden):
        restore(first, brief.version, people.make(Role.REQUESTER).actor)
    with pytest.raises(NotFound):
        queries.get_revision(session, brief=brief, version=99)
    service.send_to_review(session, actor=advice.secretary.actor, brief=brief, now=now)
    advice.issue(brief)
    with pytest.raises(WrongState):
        restore(first, brief.version)
    assert brief.state == BriefState.ISSUED


def test_the_desk_reads_compares_and_restores_by_the_pages(session, advice, browser):
    brief, _ = advice.brief()
    advice.save(brief, body_en="Deploy ten buoys in May.")
    advice.save(brief, body_en="Deploy twelve buoys in May.", actor=advice.advisor)
    number, versions = brief.id, brief.version
    names = {advice.advisor.name, advice.secretary.name}
    email = advice.secretary.email
    session.commit()
    browser.sign_in(email)
    page = browser.get(f"/briefs/{number}").link("Versions")
    assert all(name in page.words() for name in names)
    assert [e.text_content() for e in page.tree.xpath("//del")] == ["[removed: ten]"]
    assert [e.text_content() for e in page.tree.xpath("//ins")] == ["[added: twelve]"]
    page = browser.get(f"/briefs/{number}/versions", query={"old": "1", "new": "1"})
    assert "The two versions are the same." in page.words()
    assert browser.get(f"/briefs/{number}/versions", query={"old": "99", "new": "x"}).status == 422
    page = browser.get(f"/briefs/{number}/versions").link(f"Version {versions - 1}")
    assert "ten buoys" in page.words()
    page = page.submit(button="Restore")
    assert f"Version {versions - 1} is restored, as version {versions + 1}." in page.text
    assert "ten buoys" in page.words()
    assert browser.get(f"/briefs/{number}/versions/99").status == 404
    old = browser.get(f"/briefs/{number}/versions/1")
    session.refresh(brief, ["version", "body_en", "title_en"])
    advice.save(brief, body_en="Meanwhile.")
    session.commit()
    refused = old.submit(button="Restore")
    assert refused.status == 422
    assert "Somebody else has saved a change" in refused.errors()[0]
    assert "is restored" in refused.submit(button="Restore").text


def test_versions_are_for_the_desk_alone(session, advice, browser):
    brief, users = advice.brief(state="issued")
    number, emails = brief.id, (users[0].email, advice.people.make(Role.AUDITOR).email)
    desk = advice.advisor.email
    session.commit()
    for email, status in zip(emails, (403, 404), strict=True):
        person = browser.another()
        person.sign_in(email)
        assert {person.get(f"/briefs/{number}/versions{rest}").status for rest in ("", "/1")} == {status}
    browser.sign_in(desk)
    assert "Restore" not in browser.get(f"/briefs/{number}/versions/1").words()


def test_listing_versions_costs_the_same_for_many(session, database, advice):
    brief, _ = advice.brief()
    with statements(database) as few:
        queries.list_revisions(session, brief=brief)
    for number in range(20):
        advice.save(brief, body_en=f"Version {number}")
    session.flush()
    brief = queries.get_brief(session, brief.id, actor=advice.advisor.actor)
    with statements(database) as many:
        assert len(queries.list_revisions(session, brief=brief).items) == 22
    assert len(many) == len(few)
