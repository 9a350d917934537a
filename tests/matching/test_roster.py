"""The roster: whatever changed in whatever order, it is what reading everybody anew gives."""

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from advnet.experts.model import Expert, ExpertSkill, Standing
from advnet.jobs.service import note_index_change
from advnet.matching.roster import Column, Roster, load_roster
from tests.builders_consultations import make_concept
from tests.matching.network import make_expert
from tests.statements import statements


def told(roster: Roster) -> list[tuple[object, ...]]:
    """Everything that a roster says, in its order."""
    everybody = roster.rows(roster.ids)
    return [
        roster.ids.tolist(),
        [roster.countries.values[code] for code in roster.countries.codes],
        [roster.stages.values[code] for code in roster.stages.codes],
        sorted(roster.languages_counted(everybody[roster.language_fits({"ja", "en", "fr"}, everybody)]).items()),
        [roster.declaring(frozenset({concept})).tolist() for concept in range(1, 4)],
        len(everybody),
    ]


def test_a_roster_that_followed_the_changes_is_that_of_reading_everybody(session: Session, now):
    ice, fog = make_concept(session, "ice", en="Ice"), make_concept(session, "fog", en="Fog")
    kana = {"family_kana": "カ", "given_kana": "イ"}
    people = [
        make_expert(session, now=now, name="Zoe Alpha", skills=(ice,), country="NO", languages=["en"]),
        make_expert(session, now=now, name="Ai Beta", skills=(ice, fog), **kana),
        make_expert(session, now=now, name="Bo Gamma", career_stage=None, country=None),
    ]
    first = load_roster(session)
    assert first.ids.tolist() == [people[1].id, people[0].id, people[2].id]
    assert load_roster(session) is first

    people[0].family_en, people[0].country, people[0].languages = "Zulu", "FR", ["fr", "en"]
    people[1].standing = Standing.SUSPENDED
    session.add(ExpertSkill(expert_id=people[2].id, concept_id=fog.id, level=2))
    newcomer = make_expert(session, now=now, name="Aa Aa", skills=(fog,))
    for person in (*people, newcomer):
        note_index_change(session, expert_id=person.id, now=now)
    session.flush()
    followed = load_roster(session)
    assert followed.ids.tolist() == [newcomer.id, people[2].id, people[0].id]
    assert told(followed) == told(Roster().changed(followed.number, (), *everybody(session)))
    assert told(first) != told(followed)


def everybody(session: Session):
    columns = (
        Expert.id, Expert.family_kana, Expert.given_kana, Expert.family_en, Expert.given_en, Expert.country,
        sa.cast(Expert.languages, sa.Text).label("languages"), Expert.career_stage,
    )  # fmt: skip
    found = session.execute(sa.select(*columns).where(Expert.standing != Standing.SUSPENDED)).all()
    skills = session.execute(sa.select(ExpertSkill.expert_id, ExpertSkill.concept_id)).all()
    ids = {row.id for row in found}
    return found, [tuple(row) for row in skills if row.expert_id in ids]


def test_nothing_is_read_again_while_nothing_has_changed(session: Session, database, now):
    person = make_expert(session, now=now)
    note_index_change(session, expert_id=person.id, now=now)
    session.commit()
    load_roster(session)
    with statements(database) as sent:
        load_roster(session)
    assert len(sent) == 1
    note_index_change(session, expert_id=person.id, now=now)
    session.commit()
    with statements(database) as sent:
        load_roster(session)
    assert len(sent) == 4  # the number, who, their profiles, their skills


def test_a_database_that_is_behind_the_roster_is_read_anew(session: Session, now):
    one = make_expert(session, now=now, name="Aa Aa")
    note_index_change(session, expert_id=one.id, now=now)
    session.commit()
    make_expert(session, now=now, name="Bb Bb")
    note_index_change(session, expert_id=one.id, now=now)
    session.flush()
    assert len(load_roster(session).ids) == 2
    session.rollback()
    assert load_roster(session).ids.tolist() == [one.id]


def test_an_empty_network_has_an_empty_roster(session: Session):
    roster = load_roster(session)
    assert roster.rows([1, 2]).tolist() == []
    assert roster.declaring(frozenset({1})).tolist() == []
    assert roster.languages_counted(roster.rows([])) == {}


@given(st.lists(st.sampled_from("abc")), st.data())
def test_a_column_changes_as_a_list_does(values: list[str], data: st.DataObject):
    column = Column().changed([], [0] * len(values), values)
    kept = data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values)))
    left = [value for value, stays in zip(values, kept, strict=True) if stays]
    places = sorted(data.draw(st.lists(st.integers(0, len(left)), max_size=4)))
    given_ = data.draw(st.lists(st.sampled_from("bcd"), min_size=len(places), max_size=len(places)))
    changed = column.changed(kept, places, given_)
    expected = [*left]
    for offset, (place, value) in enumerate(zip(places, given_, strict=True)):
        expected.insert(place + offset, value)
    assert [changed.values[code] for code in changed.codes] == expected
