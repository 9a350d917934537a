"""What the index is told of an expert."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet.experts.model import Affiliation, Expert, Standing
from advnet.experts.works.model import Work
from advnet.matching.documents import ancestors, iterate_documents, load_documents
from tests.builders_consultations import make_concept
from tests.matching.network import make_expert, take_away
from tests.statements import statements


def test_everything_findable_of_an_expert_is_in_the_document(session: Session, now):
    ocean = make_concept(session, "ocean", ja="海洋学", en="Oceanography")
    ice = make_concept(
        session, "ice", ja="海氷", en="Sea ice", parent_id=ocean.id, synonyms_en=["pack ice"], synonyms_ja=["流氷"]
    )
    expert = make_expert(
        session,
        now=now,
        name="Kaori Example",
        family_ja="例示",
        given_ja="香",
        family_kana="レイジ",
        given_kana="カオリ",
        works=("Ice drift|Buoys in winter", "Fog"),
        skills=(ice,),
        biography_en="Studies ice.",
        biography_ja="海氷を研究。",
    )
    expert.affiliations.append(Affiliation(name_ja="見本大学", name_en="Sample University"))
    expert.affiliations.append(Affiliation(name_en="Left Institute", until_on=now.date()))
    session.flush()
    document = load_documents(session, {expert.id})[expert.id]
    assert document.id == str(expert.id)
    assert document.names == ("例示 香", "レイジ カオリ", "Kaori Example")
    assert document.affiliations == ("Sample University", "見本大学")
    assert document.biography == "Studies ice.\n海氷を研究。"
    assert [(skill.words, skill.broader) for skill in document.skills] == [
        (("Sea ice", "海氷", "pack ice", "流氷"), ("Oceanography", "海洋学"))
    ]
    assert [(work.title, work.abstract, work.year) for work in document.works] == [
        ("Ice drift", "Buoys in winter", 2024),
        ("Fog", "", 2024),
    ]
    assert {work.id for work in document.works} == {str(id) for id in session.scalars(sa.select(Work.id))}


def test_only_approved_experts_of_the_network_with_consent_are_indexed(session: Session, now):
    wanted = set()
    for standing in Standing:
        expert = make_expert(session, now=now, standing=standing, re_vetting_since=now)
        if standing in {Standing.ACTIVE, Standing.PAUSED, Standing.RE_VETTING}:
            wanted.add(expert.id)
    without_consent = make_expert(session, now=now, consent_at=None, consent_version=None)
    applicant = make_expert(session, now=now)
    take_away(applicant)
    session.flush()
    everybody = set(session.scalars(sa.select(Expert.id)))
    assert {without_consent.id, applicant.id} < everybody
    assert set(load_documents(session, everybody)) == wanted
    assert {int(document.id) for document in iterate_documents(session)} == wanted


def test_a_rebuild_reads_every_expert_once_whatever_the_batch(session: Session, now):
    for _ in range(5):
        make_expert(session, now=now)
    everybody = [str(id) for id in session.scalars(sa.select(Expert.id).order_by(Expert.id))]
    for batch in (1, 2, 5, 6):
        assert [document.id for document in iterate_documents(session, batch=batch)] == everybody


def test_the_number_of_statements_does_not_grow_with_the_experts(session: Session, database, now):
    experts = [make_expert(session, now=now, works=("One", "Two")) for _ in range(20)]
    with statements(database) as for_one:
        load_documents(session, {experts[0].id})
    with statements(database) as for_twenty:
        load_documents(session, {expert.id for expert in experts})
    assert len(for_one) == len(for_twenty)


def test_a_circle_in_the_vocabulary_ends():
    assert ancestors(1, {1: 2, 2: 3, 3: 1}) == [2, 3]
    assert ancestors(1, {1: 9}) == []
