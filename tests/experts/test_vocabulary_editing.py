"""Editing the vocabulary: one word, one concept; no circles; the second editor is told."""

import pytest
import sqlalchemy as sa

from advnet.accounts.model import Role, system_actor
from advnet.audit.model import AuditEntry
from advnet.errors import Forbidden, Invalid, WrongState
from advnet.experts.model import Expert, ExpertSkill, Standing
from advnet.experts.versions import ChangedMeanwhile
from advnet.experts.vocabulary import file as vocabulary_file
from advnet.experts.vocabulary.file import MAX_DEPTH
from advnet.experts.vocabulary.loading import load_vocabulary
from advnet.experts.vocabulary.model import Concept, Facet
from advnet.experts.vocabulary.service import (
    Wording,
    add_concept,
    change_concept,
    restore_concept,
    retire_concept,
)
from advnet.jobs.model import IndexChange

SYSTEM = system_actor("test")
QUANTUM = Wording("Quantum sensing", "量子センシング", ["quantum sensors"], ["量子センサー"])


@pytest.fixture
def vocabulary(session, now) -> dict[str, Concept]:
    """Four levels: a > b > c > d, and e alone; another facet has f."""
    parents = {"a": None, "b": "a", "c": "b", "d": "c", "e": None}
    concepts = [
        vocabulary_file.Concept(code, "area", parent, f"{code} label", f"{code}の和名", (f"{code} synonym",))
        for code, parent in parents.items()
    ]
    concepts.append(vocabulary_file.Concept("f", "field", None, "f label", "fの和名"))
    load_vocabulary(session, actor=SYSTEM, concepts=concepts, now=now)
    return {concept.code: concept for concept in session.scalars(sa.select(Concept))}


def change(session, now, concept: Concept, version: int | None = None, **changes) -> None:
    same = {
        "label_en": concept.label_en,
        "label_ja": concept.label_ja,
        "synonyms_en": concept.synonyms_en,
        "synonyms_ja": concept.synonyms_ja,
        "note": concept.note or "",
        "parent_id": concept.parent_id,
    }
    change_concept(
        session,
        actor=SYSTEM,
        concept=concept,
        version=concept.version if version is None else version,
        wording=Wording(**{**same, **changes}),
        now=now,
    )


def refused_field(call) -> str | None:
    with pytest.raises(Invalid) as refused:
        call()
    return refused.value.field


def events(session) -> list[str]:
    return [entry.event for entry in session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number))][1:]


# Adding


def test_an_added_concept_has_a_code_from_its_label_and_stands_last(session, now, vocabulary):
    added = add_concept(session, actor=SYSTEM, facet=Facet.AREA, wording=QUANTUM, now=now)
    assert (added.code, added.edited_at, added.retired_at) == ("quantum-sensing", now, None)
    assert added.position > max(concept.position for concept in vocabulary.values())
    assert events(session) == ["concept:added"]


def test_a_code_that_is_taken_gets_a_number_and_a_label_without_latin_letters_the_facet(session, now, vocabulary):
    first = Wording("A", "甲")
    assert add_concept(session, actor=SYSTEM, facet=Facet.FIELD, wording=first, now=now).code == "a-2"
    second = Wording("量子", "量子")
    assert add_concept(session, actor=SYSTEM, facet=Facet.FIELD, wording=second, now=now).code == "field"


def test_white_space_is_folded_and_synonyms_are_kept_once(session, now, vocabulary):
    given = Wording(" Quantum  sensing ", "量子センシング", ["quantum sensor", "Quantum Sensor", " "], note=" x ")
    added = add_concept(session, actor=SYSTEM, facet=Facet.AREA, wording=given, now=now)
    assert (added.label_en, added.synonyms_en, added.note) == ("Quantum sensing", ["quantum sensor"], "x")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"label_en": " "}, "label_en"),
        ({"label_ja": ""}, "label_ja"),
        ({"label_en": "x" * 201}, "label_en"),
        ({"synonyms_ja": ["x" * 201]}, "synonyms_ja"),
        ({"synonyms_en": [f"word {number}" for number in range(41)]}, "synonyms_en"),
        ({"label_en": "B  SYNONYM"}, "label_en"),
        ({"label_ja": "ｂの和名"}, "label_ja"),
        ({"synonyms_en": ["fine", "e label"]}, "synonyms_en"),
        ({"parent_id": 0}, "parent_id"),
    ],
)
def test_a_concept_that_breaks_a_rule_is_refused_on_its_field(session, now, vocabulary, changes, field):
    given = {"label_en": "New", "label_ja": "新", **changes}

    def add():
        add_concept(session, actor=SYSTEM, facet=Facet.AREA, wording=Wording(**given), now=now)

    assert refused_field(add) == field
    assert events(session) == []


def test_a_clash_names_the_concept_that_has_the_word(session, now, vocabulary):
    with pytest.raises(Invalid, match="“b synonym” already stands for “b label”"):
        change(session, now, vocabulary["e"], synonyms_en=["b synonym"])


def test_a_word_may_stand_for_concepts_of_two_facets_and_for_one_that_is_retired(session, now, vocabulary):
    change(session, now, vocabulary["e"], synonyms_en=["f label"])
    retire_concept(session, actor=SYSTEM, concept=vocabulary["d"], version=vocabulary["d"].version, now=now)
    change(session, now, vocabulary["e"], synonyms_en=["d synonym"])
    with pytest.raises(Invalid, match="already stands for “e label”"):
        restore_concept(session, actor=SYSTEM, concept=vocabulary["d"], version=vocabulary["d"].version, now=now)


# Place in the tree


def test_a_concept_cannot_stand_below_itself(session, now, vocabulary):
    for below in ("a", "b", "d"):
        with pytest.raises(Invalid, match="cannot stand below itself") as refused:
            change(session, now, vocabulary["a"], parent_id=vocabulary[below].id)
        assert refused.value.field == "parent_id"


def test_the_lowest_level_can_be_reached_and_not_passed(session, now, vocabulary):
    assert MAX_DEPTH == 4
    change(session, now, vocabulary["e"], parent_id=vocabulary["c"].id)
    with pytest.raises(Invalid, match="at most 4 levels"):
        change(session, now, vocabulary["e"], parent_id=vocabulary["d"].id)


def test_a_concept_that_moves_takes_its_narrower_ones_along_within_the_levels(session, now, vocabulary):
    with pytest.raises(Invalid, match="at most 4 levels"):
        change(session, now, vocabulary["a"], parent_id=vocabulary["e"].id)
    change(session, now, vocabulary["b"], parent_id=vocabulary["e"].id)
    change(session, now, vocabulary["a"], parent_id=vocabulary["e"].id)


def test_a_broader_concept_is_of_the_same_facet_and_not_retired(session, now, vocabulary):
    with pytest.raises(Invalid, match="same facet"):
        change(session, now, vocabulary["e"], parent_id=vocabulary["f"].id)
    retire_concept(session, actor=SYSTEM, concept=vocabulary["d"], version=vocabulary["d"].version, now=now)
    with pytest.raises(Invalid, match="not retired"):
        change(session, now, vocabulary["e"], parent_id=vocabulary["d"].id)


# Changing


def test_a_change_is_recorded_and_reaches_the_index_for_all_below(session, now, vocabulary):
    dates = {"approved_at": now, "vetted_until": now, "created_at": now, "changed_at": now}
    expert = Expert(family_en="Sample", standing=Standing.ACTIVE, **dates)
    expert.skills = [ExpertSkill(concept_id=vocabulary["d"].id, level=1)]
    session.add(expert)
    change(session, now, vocabulary["a"], note="only a note")
    assert list(session.scalars(sa.select(IndexChange))) == []
    change(session, now, vocabulary["a"], label_en="Another")
    assert [row.expert_id for row in session.scalars(sa.select(IndexChange))] == [expert.id]
    assert events(session) == ["concept:changed", "concept:changed"]
    assert vocabulary["a"].edited_at == now


def test_a_change_of_nothing_leaves_no_trace(session, now, vocabulary):
    version = vocabulary["a"].version
    change(session, now, vocabulary["a"])
    assert (vocabulary["a"].version, vocabulary["a"].edited_at, events(session)) == (version, None, [])


def test_the_second_of_two_editors_is_told_and_may_decide(session, now, vocabulary):
    seen = vocabulary["a"].version
    change(session, now, vocabulary["a"], label_en="First")
    with pytest.raises(ChangedMeanwhile):
        change(session, now, vocabulary["a"], seen, label_en="Second")
    assert vocabulary["a"].label_en == "First"
    change(session, now, vocabulary["a"], label_en="Second")
    assert vocabulary["a"].label_en == "Second"


# Retiring


def test_a_concept_is_retired_from_below_and_restored_from_above(session, now, vocabulary):
    def act(move, code):
        move(session, actor=SYSTEM, concept=vocabulary[code], version=vocabulary[code].version, now=now)

    with pytest.raises(WrongState, match="narrower concepts first"):
        act(retire_concept, "c")
    act(retire_concept, "d")
    act(retire_concept, "c")
    with pytest.raises(WrongState, match="broader concept first"):
        act(restore_concept, "d")
    with pytest.raises(WrongState):
        act(retire_concept, "c")
    act(restore_concept, "c")
    act(restore_concept, "d")
    with pytest.raises(WrongState):
        act(restore_concept, "d")
    assert vocabulary["d"].retired_at is None
    assert events(session) == ["concept:retired"] * 2 + ["concept:restored"] * 2


def test_only_who_keeps_the_vocabulary_changes_it(session, people, now, vocabulary):
    advisor = people.make(Role.ADVISOR).actor
    with pytest.raises(Forbidden):
        add_concept(session, actor=advisor, facet=Facet.AREA, wording=QUANTUM, now=now)
    with pytest.raises(Forbidden):
        retire_concept(session, actor=advisor, concept=vocabulary["d"], version=1, now=now)
