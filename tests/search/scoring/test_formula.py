"""What a match may and may not do; the scores themselves against the formula, written down a second time and slowly."""

from collections import Counter
from dataclasses import replace
from math import log, sqrt
from operator import mul
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advnet.search import (
    Evidence,
    ExpertDeletion,
    ExpertDocument,
    ExpertIndex,
    MatchQuestion,
    SkillDocument,
    Vocabulary,
    WorkDocument,
)
from advnet.search.glossary import gloss, gloss_for_index
from advnet.search.scoring.weighing import learned_weights
from advnet.search.terms.analysis import MixedAnalyzer, counts_in_matching, is_pair, is_told_in_words_too
from tests.search.conftest import NETWORK, SATO, YAMADA

SEA = MatchQuestion(
    "Plastic in the Arctic Ocean", "How do microplastics reach the sea floor? 海洋プラスチック汚染について"
)
WORD = st.sampled_from(["ocean", "ice", "plastic", "policy", "the", "海洋", "汚染", "気候変動", "サーバー", "rare"])
TEXT = st.lists(WORD, max_size=8).map(" ".join)
WORKS = st.lists(st.tuples(TEXT, TEXT), max_size=5)
PEOPLE = st.lists(st.tuples(TEXT, st.lists(TEXT, max_size=3), WORKS), min_size=1, max_size=5)


def expert(number: int, biography: str, skills: list[str], works: list[tuple[str, str]]) -> ExpertDocument:
    return ExpertDocument(
        str(number),
        names=("ocean ice",),  # a name says nothing about what somebody knows
        affiliations=("Institute of plastic policy",),
        biography=biography,
        skills=tuple(SkillDocument((skill,), id=str(at)) for at, skill in enumerate(skills)),
        works=tuple(WorkDocument(str(at), title, abstract) for at, (title, abstract) in enumerate(works)),
    )


def expected_scores(people: list[ExpertDocument], text: str) -> dict[str, float]:
    """The formula of the module, for one question, without an index."""

    def terms(*texts: str) -> Counter[str]:
        counted: Counter[str] = Counter()
        for one in (*texts, gloss_for_index("\n".join(texts))):
            for term, positions in MixedAnalyzer().positions(one).items():
                if counts_in_matching(term):
                    counted[term] += len(positions)
        return counted

    units = [(one.id, "biography", terms(one.biography)) for one in people if one.biography]
    units += [(one.id, "skills", terms(*skill.words)) for one in people for skill in one.skills]
    units += [(one.id, "work", terms(work.title, work.abstract)) for one in people for work in one.works]
    used = Counter(term for _, _, counted in units for term in counted)
    weights = learned_weights()
    asked: dict[str, float] = {}
    for meant in [] if is_told_in_words_too(text) else gloss(text):
        for term in MixedAnalyzer().positions(meant.english):
            asked[term] = max(asked.get(term, 0.0), sqrt(meant.weight))
    written = Counter(term for one in MixedAnalyzer().tokens(text) if counts_in_matching(term := one.term))
    asked |= {term: 1 + log(often) for term, often in written.items()}
    parts: dict[str, list[float]] = {one.id: [] for one in people}
    best_skill: Counter[str] = Counter()
    for expert_id, kind, counted in units:
        said = [0.0]
        for language in (True, False):
            query = {
                term: amount * (1 + log((len(units) + 1) / (used[term] + 1)))
                for term, amount in asked.items()
                if term in used and is_pair(term) is language
            }
            length = sqrt(sum(weight**2 for weight in query.values())) or 1.0
            spoken = {term: 1 + log(often) for term, often in counted.items() if is_pair(term) is language}
            norm = sqrt(sum(value**2 for value in spoken.values())) or 1.0
            said.append(
                weights.lexical_alone
                * sum(query.get(term, 0.0) / length * value / norm for term, value in spoken.items())
            )
        if kind == "skills":
            best_skill[expert_id] = max(best_skill[expert_id], weights.levels[3] * max(said))
        else:
            parts[expert_id].append(max(said))
    found = {}
    for one in people:
        best = sorted([*parts[one.id], best_skill[one.id]], reverse=True)
        evidence = sum(map(mul, (5, 4, 3, 2, 1), best)) / 30
        found[one.id] = evidence**2.4 / (evidence**2.4 + 0.28**2.4)
    return found


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(PEOPLE, TEXT, st.integers(0, 4))
def test_scores_are_those_of_the_formula(people, text: str, deleted: int):
    """After some experts came later and one went, so that several segments and deleted documents are in play."""
    documents = [expert(number, *one) for number, one in enumerate(people)]
    with TemporaryDirectory() as folder:
        index = ExpertIndex(Path(folder, "index"))
        index.rebuild([*documents[:2], expert(99, "ocean plastic", [], [("ice", "ice")])], reached=0)
        index.apply(documents[1:], reached=1)
        index.apply([ExpertDeletion("99"), ExpertDeletion(str(deleted))], reached=2)
        left = [one for one in documents if one.id != str(deleted)]
        hits = index.scores(MatchQuestion("", text))
        index.close()
    expected = {expert_id: score for expert_id, score in expected_scores(left, text).items() if score > 0}
    assert {hit.expert_id: hit.score for hit in hits} == pytest.approx(expected, abs=1e-6)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_the_expert_whose_works_speak_of_it_comes_first(index: ExpertIndex):
    assert [one.expert_id for one in index.match(SEA)] == ["1", "2"]


def test_scores_lie_between_nothing_and_one_and_a_perfect_match_is_one(empty: ExpertIndex):
    text = "plastic reaches arctic waters"
    works = tuple(WorkDocument(str(number), text) for number in range(3))
    empty.rebuild(
        [ExpertDocument("1", biography=text, skills=(SkillDocument((text,)),), works=works), *NETWORK[1:]], reached=0
    )
    best, *others = empty.match(MatchQuestion(text))
    assert best.score > 0.9
    assert all(0 < one.score < 1 for one in others)


def test_the_same_order_and_scores_come_with_and_without_reasons(index: ExpertIndex):
    with_reasons = [(one.expert_id, one.score) for one in index.match(SEA, limit=None)]
    assert with_reasons == [tuple(hit) for hit in index.scores(SEA)]


def test_nobody_without_evidence_is_proposed(index: ExpertIndex):
    assert "3" not in {one.expert_id for one in index.match(SEA, limit=None)}
    for nothing in ("", "the of and", "について", "qwertyuiop", "?!"):
        assert index.match(MatchQuestion(nothing)) == []


def test_names_and_addresses_are_no_evidence(index: ExpertIndex):
    assert index.match(MatchQuestion("Yamada Taro, 東京海洋大学の山田、ヤマダ タロウ")) == index.match(
        MatchQuestion("東京海洋大学の")
    )
    assert index.match(MatchQuestion("Yamada Taro Hanako Kyoto")) == []


def test_only_candidates_are_proposed_and_at_most_as_many_as_asked_for(index: ExpertIndex):
    question = MatchQuestion("ocean policy for cities")
    everybody = [one.expert_id for one in index.match(question)]
    assert set(everybody) == {"1", "2", "3"}
    assert [one.expert_id for one in index.match(question, limit=2)] == everybody[:2]
    assert index.match(question, limit=0) == []
    assert {one.expert_id for one in index.match(question, candidates={"2", "3", "99"})} == {"2", "3"}
    assert index.match(question, candidates=set()) == []


def test_equal_experts_stand_in_the_order_of_their_ids(empty: ExpertIndex):
    empty.rebuild([ExpertDocument(name, biography="volcanoes") for name in ("b", "c", "a")], reached=0)
    empty.apply([ExpertDocument("0", biography="volcanoes")], reached=1)
    assert [one.expert_id for one in empty.match(MatchQuestion("volcano"), limit=3)] == ["0", "a", "b"]


@pytest.mark.parametrize(
    "title",
    ["海洋プラスチックの汚染", "海洋ﾌﾟﾗｽﾁｯｸの汚染", "海洋ぷらすちっくの汚染"],
)
def test_width_and_kana_do_not_matter_to_a_question(index: ExpertIndex, title: str):
    (best, *_) = index.match(MatchQuestion(title))
    assert best.expert_id == "1"
    assert best.score == pytest.approx(index.match(MatchQuestion("海洋プラスチックの汚染"))[0].score, rel=0.1)


def test_unrelated_works_do_not_push_an_expert_down(empty: ExpertIndex):
    """What one document per expert would do."""
    others = tuple(WorkDocument(f"x{number}", f"Volcano number {number}", "Lava and ash.") for number in range(30))
    empty.rebuild([YAMADA, replace(YAMADA, id="9", works=(*YAMADA.works, *others)), SATO], reached=0)
    first, second, *_ = empty.match(SEA)
    assert first.score == pytest.approx(second.score)


def test_works_in_the_explanation_are_the_best_ones_and_carry_what_is_to_be_shown(index: ExpertIndex):
    evidence = index.match(SEA)[0]
    work, *_ = evidence.works
    assert (work.work_id, work.title, work.year) == ("a", "Microplastics in the Arctic Ocean", 2020)
    assert {term.term for term in work.terms} >= {"Arctic", "Ocean", "microplastics", "sea"}


def test_terms_are_words_of_the_question_and_japanese_pairs_are_joined_again(index: ExpertIndex):
    terms = {term.term for term in index.match(SEA)[0].terms}
    assert "海洋プラスチック汚染" in terms or "海洋プラスチック" in terms
    assert not any(
        term in "海洋プラスチック汚染" and term not in ("海洋", "プラスチック", "汚染")
        for term in terms - {"海洋プラスチック汚染"}
    )


def test_skills_that_speak_for_an_expert_are_named_as_declared(index: ExpertIndex):
    profile = index.match(MatchQuestion("ocean policy"))[0].profile
    assert ("skills", "Ocean policy") in {(one.field, one.text) for one in profile}


def every_share(evidence: Evidence) -> list[float]:
    shares = [term.share for term in evidence.terms]
    for one in (*evidence.works, *evidence.profile):
        shares += [one.share, *(term.share for term in one.terms)]
    return shares


@pytest.mark.parametrize("question", [SEA, MatchQuestion("ocean policy"), MatchQuestion("気候変動の影響と航路")])
def test_shares_are_parts_of_the_score(index: ExpertIndex, question: MatchQuestion):
    for evidence in index.match(question):
        assert all(0 < share <= 1 for share in every_share(evidence))
        assert sum(work.share for work in evidence.works) <= 1.000001
        assert sum(term.share for term in evidence.terms) <= 1.000001


CROWD = tuple(
    ExpertDocument(f"crowd{number}", biography=f"volcano lava ash {number}", works=(WorkDocument("w", "Lava"),))
    for number in range(60)
) + tuple(
    ExpertDocument(f"other{number}", biography=biography)  # so that no word is the concern of one person alone
    for number, biography in enumerate(
        (
            "Plastic, arctic policy.",
            "Microplastics reach the sea floor.",
            "海洋プラスチック汚染",
            "気候変動と北極海の航路",
        )
    )
)


def score_of(index: ExpertIndex, document: ExpertDocument, question: MatchQuestion) -> float:
    index.apply([document], reached=2)
    return {hit.expert_id: hit.score for hit in index.scores(question)}.get(document.id, 0.0)


@pytest.mark.parametrize("question", [SEA, MatchQuestion("ocean policy"), MatchQuestion("気候変動と北極海の航路")])
def test_without_a_reason_that_is_shown_the_score_is_lower(empty: ExpertIndex, question: MatchQuestion):
    empty.rebuild([*NETWORK, *CROWD], reached=1)
    (evidence,) = empty.match(question, candidates=[YAMADA.id])
    document = YAMADA
    shown = 0
    for work in evidence.works:
        left = tuple(one for one in document.works if one.id != work.work_id)
        assert score_of(empty, replace(document, works=left), question) < evidence.score
        shown += 1
    for one in evidence.profile:
        if one.field == "skills":
            left = replace(document, skills=tuple(skill for skill in document.skills if skill.id != one.skill_id))
        else:
            left = replace(document, biography="")
        assert score_of(empty, left, question) < evidence.score
        shown += 1
    assert shown
    assert sum(one.share for one in (*evidence.works, *evidence.profile)) == pytest.approx(1)
    for work in evidence.works:
        for term in work.terms:
            changed = tuple(
                replace(one, title=_without(one.title, term.term), abstract=_without(one.abstract, term.term))
                if one.id == work.work_id
                else one
                for one in document.works
            )
            if changed == document.works:  # the word stands there in the other language
                continue
            assert score_of(empty, replace(document, works=changed), question) < evidence.score


def _without(text: str, word: str) -> str:
    """The text without a word, and without what it means in English."""
    stems = MixedAnalyzer().positions(f"{word} {gloss_for_index(word)}")
    if not text.isascii():
        return text.replace(word, " ")
    return " ".join(one for one in text.split() if not stems.keys() & MixedAnalyzer().positions(one).keys())


def test_a_very_long_question_is_read_up_to_its_limit(index: ExpertIndex):
    long = MatchQuestion("ocean", " ".join(f"word{number}" for number in range(10_000)) + " floods")
    assert [one.expert_id for one in index.match(long)] == ["1", "2"]


def test_a_declared_skill_counts_by_its_level(empty: ExpertIndex):
    people = [
        ExpertDocument(str(level), skills=(SkillDocument(("Ocean policy",), "policy", level),)) for level in range(1, 5)
    ]
    empty.rebuild([*people, *CROWD], reached=1)
    assert [hit.expert_id for hit in empty.scores(MatchQuestion("ocean policy"))][:4] == ["4", "3", "2", "1"]


def test_of_many_declared_skills_only_the_best_counts(empty: ExpertIndex):
    one, two = (
        ExpertDocument(str(number), skills=tuple(SkillDocument(("Ocean policy",), str(at)) for at in range(number)))
        for number in (1, 2)
    )
    empty.rebuild([one, two, *CROWD], reached=1)
    scores = {hit.expert_id: hit.score for hit in empty.scores(MatchQuestion("ocean policy"))}
    assert scores["1"] == scores["2"]


def test_where_age_counts_the_newer_of_two_works_counts_more(folder: Path):
    works = {"old": 2000, "new": 2020, "unknown": None}
    people = [
        ExpertDocument(name, works=(WorkDocument("w", "Ocean policy", year=year),)) for name, year in works.items()
    ]
    index = ExpertIndex(folder, half_life_years=10)
    index.rebuild([*people, *CROWD], reached=1)
    asked = MatchQuestion("ocean policy", year=2020)
    said = {hit.expert_id: hit.score for hit in index.scores(asked)}
    assert said["old"] < said["new"] == said["unknown"]
    (evidence,) = index.match(asked, candidates=["old"])
    assert evidence.works[0].share == pytest.approx(1)
    assert len({hit.score for hit in index.scores(replace(asked, year=0)) if hit.expert_id in works}) == 1
    index.close()


def test_translations_that_people_made_win_over_the_dictionary(empty: ExpertIndex):
    empty.rebuild([ExpertDocument("1", works=(WorkDocument("w", "Zeolite whisperers"),)), *CROWD], reached=1)
    asked = MatchQuestion("海洋の研究")
    assert "1" not in {hit.expert_id for hit in empty.scores(asked)}
    ours = replace(asked, vocabulary=Vocabulary({"海洋": ["zeolite whisperers"]}))
    (evidence,) = empty.match(ours, candidates=["1"])
    assert {one.term for one in evidence.terms} == {"zeolite", "whisperers"}


def test_what_a_question_says_in_both_languages_is_not_translated_again(empty: ExpertIndex):
    empty.rebuild([ExpertDocument("1", works=(WorkDocument("w", "Ocean"),)), *CROWD], reached=1)
    asked = MatchQuestion("A study of the deep seas and of their trenches and vents", "海洋の研究")
    assert "1" not in {hit.expert_id for hit in empty.scores(asked)}
    assert "1" in {hit.expert_id for hit in empty.scores(MatchQuestion("海洋の研究"))}


def test_only_words_that_tell_something_are_shown_as_reasons(tmp_path: Path):
    network = [
        ExpertDocument(str(number), works=(WorkDocument("w", f"Policy for important new use of {matter}"),))
        for number, matter in enumerate(["glaciers"] + 40 * ["volcanoes"])
    ]
    index = ExpertIndex(tmp_path / "index")
    index.rebuild(network, reached=1)
    (best, *_) = index.match(MatchQuestion("Which important new use does the policy have for glaciers?"))
    assert best.expert_id == "0"
    assert {one.term for one in best.terms} == {one.term for one in best.works[0].terms} == {"glaciers"}
    index.close()
