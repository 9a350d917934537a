"""The vocabulary in the database: loaded without undoing anybody's work, searched by any of its words."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from advnet.accounts.model import VISITOR, Role, system_actor
from advnet.audit.model import AuditEntry
from advnet.errors import Forbidden, NotFound
from advnet.experts.model import Expert, ExpertSkill, Standing
from advnet.experts.vocabulary import file as vocabulary_file
from advnet.experts.vocabulary.loading import load_shipped_vocabulary, load_vocabulary
from advnet.experts.vocabulary.model import Concept
from advnet.experts.vocabulary.queries import (
    by_word,
    count_skills,
    get_any_concept,
    list_all_concepts,
    list_tree,
    search_concepts,
)
from advnet.jobs.model import IndexChange

SYSTEM = system_actor("test")
SEA = vocabulary_file.Concept("oceans", "area", None, "Oceans", "海洋", ("sea",), ("海",))
ICE = vocabulary_file.Concept("sea-ice", "area", "oceans", "Sea ice", "海氷", ("pack ice",), ("流氷", "シーアイス"))
AI = vocabulary_file.Concept("ai", "field", None, "Artificial intelligence", "人工知能", ("AI",), ("エーアイ",))
FILE = (SEA, ICE, AI)


def load(session, now, *concepts):
    return load_vocabulary(session, actor=SYSTEM, concepts=concepts or FILE, now=now)


def concept(session, code: str) -> Concept:
    return session.scalars(sa.select(Concept).where(Concept.code == code)).one()


def declare(session, now, code: str, *, standing: Standing | None = Standing.ACTIVE) -> Expert:
    dates = {"approved_at": now, "vetted_until": now} if standing else {}
    expert = Expert(family_en="Sample", standing=standing, created_at=now, changed_at=now, **dates)
    expert.skills = [ExpertSkill(concept_id=concept(session, code).id, level=3)]
    session.add(expert)
    session.flush()
    return expert


def changes(session) -> list[int]:
    return list(session.scalars(sa.select(IndexChange.expert_id).order_by(IndexChange.number)))


# Loading


def test_the_shipped_file_is_loaded_whole_and_a_second_load_changes_nothing(session, now):
    shipped = vocabulary_file.read_vocabulary()
    assert len(load_shipped_vocabulary(session, actor=SYSTEM, now=now).added) == len(shipped)
    rows = list_all_concepts(session)
    codes = {row.id: row.code for row in rows}
    assert [(row.code, codes.get(row.parent_id), row.label_en, row.label_ja) for row in rows] == [
        (one.code, one.parent, one.en, one.ja) for one in shipped
    ]
    session.commit()
    again = load_shipped_vocabulary(session, actor=SYSTEM, now=now)
    assert again.is_empty
    assert again.kept == []
    assert session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 1


def test_only_who_keeps_the_vocabulary_may_load_it(session, people, now):
    with pytest.raises(Forbidden):
        load_vocabulary(session, actor=people.make(Role.ADVISOR).actor, concepts=FILE, now=now)


def test_a_newer_file_changes_adds_and_retires_and_a_later_one_brings_back(session, now):
    load(session, now)
    summary = load(session, now, SEA, replace(AI, en="AI research"), replace(ICE, code="ice", en="Ice"))
    assert (summary.added, summary.changed, summary.retired, summary.kept) == (["ice"], ["ai"], ["sea-ice"], [])
    assert concept(session, "ai").label_en == "AI research"
    assert concept(session, "sea-ice").retired_at == now
    assert load(session, now, *FILE).changed == ["sea-ice", "ai"]
    assert concept(session, "sea-ice").retired_at is None


def test_what_an_administrator_edited_is_kept_and_named(session, now):
    load(session, now)
    edited = concept(session, "ai")
    edited.label_en, edited.edited_at = "Machine intelligence", now
    session.flush()
    summary = load(session, now, SEA)
    assert (summary.retired, summary.kept) == (["sea-ice"], [])
    assert edited.retired_at is None
    assert load(session, now).kept == ["ai"]
    assert edited.label_en == "Machine intelligence"


def test_a_load_makes_no_circle_with_what_an_administrator_moved(session, now):
    load(session, now, replace(ICE, parent=None), SEA)
    moved = concept(session, "oceans")
    moved.parent_id, moved.edited_at = concept(session, "sea-ice").id, now
    session.flush()
    assert load(session, now, SEA, ICE).kept == ["oceans", "sea-ice"]
    assert concept(session, "sea-ice").parent_id is None


def test_a_concept_may_move_below_one_that_is_new(session, now):
    load(session, now, replace(ICE, parent=None))
    assert load(session, now, SEA, ICE).changed == ["sea-ice"]
    assert concept(session, "sea-ice").parent_id == concept(session, "oceans").id


def test_a_change_of_words_reaches_the_index_for_the_concept_and_all_below_it(session, now):
    load(session, now)
    below, elsewhere = declare(session, now, "sea-ice"), declare(session, now, "ai")
    declare(session, now, "oceans", standing=None)
    load(session, now, replace(SEA, synonyms_en=("marine",)), ICE, AI)
    assert changes(session) == [below.id]
    load(session, now, replace(SEA, synonyms_en=("marine",)), ICE, replace(AI, ja="ＡＩ"))
    assert changes(session) == [below.id, elsewhere.id]


# Finding


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("sea ice", ["sea-ice"]),
        ("ＳＥＡ", ["oceans", "sea-ice"]),
        ("海", ["oceans", "sea-ice"]),
        ("しーあいす", ["sea-ice"]),
        ("ｼｰｱｲｽ", ["sea-ice"]),
        ("intelligence", ["ai"]),
        ("  ", []),
        ("nothing of the kind", []),
    ],
)
def test_a_concept_is_found_by_any_word_in_any_writing(session, now, text, codes):
    load(session, now)
    assert [hit.concept.code for hit in search_concepts(session, text)] == codes


def test_what_has_the_word_comes_before_what_only_begins_with_it(session, now):
    land = vocabulary_file.Concept("iceland", "area", None, "Iceland", "アイスランド")
    load(session, now, land, *FILE, replace(SEA, code="ice", en="Ice", ja="氷", synonyms_en=(), synonyms_ja=()))
    assert [hit.concept.code for hit in search_concepts(session, "ICE")] == ["ice", "sea-ice", "iceland"]


def test_a_hit_names_the_word_by_which_it_was_found_and_its_parent(session, now):
    load(session, now)
    (hit,) = search_concepts(session, "流氷")
    assert hit.word == "流氷"
    assert hit.concept.parent.code == "oceans"


def test_a_search_is_narrowed_by_facet_and_limit_and_leaves_out_what_is_retired(session, now):
    load(session, now)
    assert search_concepts(session, "sea", facet="field") == []
    assert len(search_concepts(session, "sea", limit=1)) == 1
    concept(session, "sea-ice").retired_at = now
    session.flush()
    assert [hit.concept.code for hit in search_concepts(session, "sea")] == ["oceans"]
    assert len(search_concepts(session, "sea", is_retired_shown=True)) == 2


def test_the_tree_has_every_concept_before_its_narrower_ones(session, now):
    load(session, now)
    assert [(branch.concept.code, branch.depth) for branch in list_tree(session, facet="area")] == [
        ("oceans", 0),
        ("sea-ice", 1),
    ]


def test_a_concept_whose_parent_is_retired_stays_in_the_tree(session, now):
    load(session, now)
    concept(session, "oceans").retired_at = now
    session.flush()
    assert [branch.concept.code for branch in list_tree(session, facet="area")] == ["sea-ice"]


def test_code_label_and_synonym_lead_to_the_concept(session, now):
    load(session, now)
    words = by_word(list_all_concepts(session))
    assert {words[word][0].code for word in ("sea-ice", "sea ice", "海氷", "pack ice", "しーあいす")} == {"sea-ice"}


def test_profiles_are_counted_by_concept(session, now):
    load(session, now)
    declare(session, now, "ai")
    declare(session, now, "ai")
    ids = [row.id for row in list_all_concepts(session)]
    assert count_skills(session, ids) == {concept(session, "ai").id: 2}


def test_a_concept_is_loaded_only_for_who_keeps_the_vocabulary(session, people, now):
    load(session, now)
    found = concept(session, "ai")
    assert get_any_concept(session, found.id, actor=people.make(Role.ADMINISTRATOR).actor) is found
    for actor in (VISITOR, people.make(Role.ADVISOR).actor):
        with pytest.raises(NotFound):
            get_any_concept(session, found.id, actor=actor)
