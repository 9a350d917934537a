import json
import re
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from advnet.consultations.kinds import rule_of
from advnet.consultations.model import Consultation, ConsultationState, Mode, QuestionKind, Tlp
from advnet.experts.model import SKILL_LEVELS, CareerStage
from advnet.experts.registration.model import RegistrationState
from advnet.experts.vocabulary.file import read_vocabulary
from advnet.experts.works.model import WorkKind
from advnet.text import normalise

DATA = files("advnet.cli") / "demo_data"
VOCABULARY = {concept.code: concept for concept in read_vocabulary()}

STATES = set(ConsultationState)
WITH_PANEL = {"panel_proposed", "inviting", "open", "closed", "synthesis", "review", "issued", "in_use", "settled"}
WITH_ANSWERS = WITH_PANEL - {"panel_proposed", "inviting"}
WITH_BRIEF = WITH_ANSWERS - {"open", "closed"}
WITH_REASON = {"returned", "merged", "declined", "cancelled", "in_use", "settled"}
CITATION = re.compile(r"\[\[answer:(expert\d+):q(\d+)\]\]")
JAPANESE = re.compile("[ぁ-ヺ一-鿿]")
LINK = re.compile(r"https?://[^\s)\"]+")


def has_japanese(text: str) -> bool:
    return JAPANESE.search(text) is not None


def read_lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


EXPERTS = read_lines("experts.jsonl")
APPLICANTS = read_lines("applicants.jsonl")
CONSULTATIONS = json.loads((DATA / "consultations.json").read_text(encoding="utf-8"))["consultations"]
EXPERT_IDS = {expert["id"] for expert in EXPERTS}

each_person = pytest.mark.parametrize("person", [*EXPERTS, *APPLICANTS], ids=lambda one: one["id"])
each_expert = pytest.mark.parametrize("expert", EXPERTS, ids=lambda one: one["id"])
each_consultation = pytest.mark.parametrize("consultation", CONSULTATIONS, ids=lambda one: one["key"])


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every string of a JSON value with the keys that lead to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, path)


def answers_of(consultation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for one in consultation.get("answers", []):
        for answer in one["answers"]:
            yield one["expert"], answer


# Experts and applicants


def test_there_are_forty_experts_in_order():
    assert [expert["id"] for expert in EXPERTS] == [f"expert{number}" for number in range(1, 41)]


@each_person
def test_addresses_belong_to_nobody(person):
    assert person["email"] in {f"{person['id']}@demo.example", "applicant@demo.example"}


@pytest.mark.parametrize("script", ["name_ja", "name_kana", "name_en"])
def test_no_two_experts_have_the_same_name_in_any_script(script):
    names = Counter(normalise(f"{one[script]['family']} {one[script]['given']}") for one in EXPERTS)
    assert [name for name, count in names.items() if count > 1] == []


@each_person
def test_names_are_in_their_scripts(person):
    for part in ("family", "given"):
        assert has_japanese(person["name_ja"][part])
        assert re.fullmatch("[ァ-ヶー]+", person["name_kana"][part])
        assert re.fullmatch("[A-Za-z]+", person["name_en"][part])


@each_person
def test_skills_are_of_the_vocabulary_and_each_is_given_once(person):
    codes = [skill["code"] for skill in person["skills"]]
    assert set(codes) <= set(VOCABULARY)
    assert len(set(codes)) == len(codes)
    for skill in person["skills"]:
        assert skill["level"] in SKILL_LEVELS
        assert skill["evidence"].strip()


def test_the_experts_cover_every_key_area():
    def top(code: str) -> str:
        parent = VOCABULARY[code].parent
        return code if parent is None else top(parent)

    covered = {top(skill["code"]) for expert in EXPERTS for skill in expert["skills"] if skill["level"] >= 3}
    assert {one.code for one in VOCABULARY.values() if one.facet == "area" and one.parent is None} <= covered


@each_person
def test_codes_of_country_language_and_career_are_of_their_lists(person):
    assert re.fullmatch("[A-Z]{2}", person["country"])
    assert person["languages"]
    assert all(re.fullmatch("[a-z]{2}", language) for language in person["languages"])
    assert person["career_stage"] in set(CareerStage)


@each_person
def test_affiliations_have_both_names_and_dates_in_order(person):
    assert any(one["to"] is None for one in person["affiliations"])
    for one in person["affiliations"]:
        assert has_japanese(one["name_ja"])
        assert not has_japanese(one["name_en"])
        assert re.fullmatch(r"\d{4}-\d{2}", one["from"])
        assert one["to"] is None or one["from"] < one["to"]


@each_expert
def test_an_expert_has_three_to_five_works_and_a_biography_in_both_languages(expert):
    assert 3 <= len(expert["works"]) <= 5
    assert has_japanese(expert["biography"]["ja"])
    assert "架空の人物" in expert["biography"]["ja"]
    assert not has_japanese(expert["biography"]["en"])
    assert "Fictional person" in expert["biography"]["en"]


@each_person
def test_works_are_dated_of_a_known_kind_and_written_in_the_language_they_name(person):
    for work in person["works"]:
        assert 2012 <= work["year"] <= 2026
        assert work["kind"] in set(WorkKind)
        assert has_japanese(work["title"]) == has_japanese(work["abstract"]) == (work["language"] == "ja")


@each_expert
def test_an_expert_accepts_one_to_four_invitations_at_a_time(expert):
    assert 1 <= expert["availability"]["max_invitations"] <= 4
    assert all(pause["from_days"] < pause["until_days"] for pause in expert["availability"]["pauses"])


def test_applicants_are_in_different_states_and_only_the_rejected_has_a_reason():
    states = [one["state"] for one in APPLICANTS]
    assert set(states) <= set(RegistrationState)
    assert set(states) == {"started", "submitted", "in_review", "more_asked", "rejected"}
    for one in APPLICANTS:
        assert (one["reason"] is not None) == (one["state"] == "rejected")
        assert has_japanese(one["notes"]["ja"])
        assert one["notes"]["en"].strip()


def test_one_applicant_looks_like_an_expert_by_name_and_work():
    twin, first = APPLICANTS[5], EXPERTS[0]
    assert twin["name_kana"] == first["name_kana"]
    assert {work["title"] for work in twin["works"]} & {work["title"] for work in first["works"]}


# Consultations


def test_a_consultation_stands_in_every_state():
    assert {one["target_state"] for one in CONSULTATIONS} == STATES


def test_keys_and_titles_are_unique():
    for key in ("key", "title_en", "title_ja"):
        assert len({one[key] for one in CONSULTATIONS}) == len(CONSULTATIONS)


def test_the_sources_are_those_that_the_attribution_names():
    kinds = Counter(one["source"]["kind"] for one in CONSULTATIONS)
    assert kinds == {"network_record": 13, "uk_written_question": 8, "sangiin_title": 3}
    attribution = (DATA / "ATTRIBUTION.md").read_text(encoding="utf-8")
    assert all(kind in attribution for kind in kinds)
    for statement in ("Open Parliament Licence v3.0", "CC BY 4.0", "MIT Licence", "not official"):
        assert statement in attribution


@each_consultation
def test_the_source_stands_with_every_consultation_in_both_languages(consultation):
    source = consultation["source"]
    assert has_japanese(source["name_ja"])
    assert has_japanese(source["note_ja"])
    assert source["licence"].strip()
    assert ("quote" in source) == (source["kind"] == "uk_written_question")
    for language in ("en", "ja"):
        parts = [source[f"name_{language}"], source.get("quote", ""), source[f"note_{language}"], source["licence"]]
        assert len(" ".join(parts)) <= Consultation.__table__.c.source_note.type.length


@each_consultation
def test_each_text_is_there_in_the_language_that_its_name_promises(consultation):
    for path, text in texts(consultation):
        assert text.strip(), path
        if path.endswith(("_ja", "/ja")):
            assert has_japanese(text), path
        elif path.endswith(("_en", "/en")):
            assert not has_japanese(text), path
    names = {path for path, _ in texts(consultation)}
    for name in ("title", "background", "decision"):
        assert {f"/{name}_en", f"/{name}_ja"} <= names


@each_consultation
def test_markings_modes_and_skills_are_known(consultation):
    assert consultation["marking"]["tlp"] in set(Tlp)
    assert consultation["marking"]["class"] in {1, 2, 3}
    assert isinstance(consultation["marking"]["chatham_house"], bool)
    assert consultation["mode"] in set(Mode)
    assert set(consultation["skills"]) <= set(VOCABULARY)
    assert consultation["filed_by"] in {"advisor", "requester"}
    assert consultation["wanted_answers"] >= 1


def test_every_mode_occurs():
    assert {one["mode"] for one in CONSULTATIONS} == set(Mode)


@each_consultation
def test_choices_offer_the_same_options_in_both_languages(consultation):
    assert consultation["questions"]
    for question in consultation["questions"]:
        fewest = rule_of(question["kind"]).fewest
        if fewest and "scale" not in question:
            assert len(question["options_en"]) == len(question["options_ja"]) >= fewest
        else:
            assert "options_en" not in question
        assert isinstance(question.get("multiple"), bool) == (question["kind"] == QuestionKind.CHOICE)


@pytest.mark.parametrize("state", ["open", "closed", "issued"])
def test_one_consultation_that_is_open_closed_or_issued_asks_for_figures_and_orders(state):
    asked = [{one["kind"] for one in plan["questions"]} for plan in CONSULTATIONS if plan["target_state"] == state]
    assert any({"likert", "ranking", "probability", "quantity", "appraisal"} <= kinds for kinds in asked)


@each_consultation
def test_a_consultation_holds_what_its_state_needs_and_no_more(consultation):
    state = consultation["target_state"]
    assert ("panel" in consultation) == (state in WITH_PANEL)
    assert ("answers" in consultation) == (state in WITH_ANSWERS)
    assert ("brief" in consultation) == (state in WITH_BRIEF)
    assert ("state_reason" in consultation) == (state in WITH_REASON)
    assert (consultation["deadline_days"] < 0) == (state in WITH_ANSWERS - {"open"})
    assert state != "draft" or consultation["filed_by"] == "advisor"
    assert state not in {"filed", "returned", "declined", "merged"} or consultation["filed_by"] == "requester"


def test_a_merged_consultation_names_one_that_goes_on():
    goes_on = {one["key"] for one in CONSULTATIONS if one["target_state"] not in {"draft", "cancelled", "declined"}}
    for one in CONSULTATIONS:
        assert ("merged_into" in one) == (one["target_state"] == "merged")
        assert one.get("merged_into", "health") in goes_on - ({one["key"]} if "merged_into" in one else set())


@each_consultation
def test_only_members_of_the_panel_answer_or_decline(consultation):
    panel = consultation.get("panel", [])
    assert len(set(panel)) == len(panel)
    assert set(panel) <= EXPERT_IDS
    answering = {expert for expert, _ in answers_of(consultation)}
    declining = {one["expert"] for one in consultation.get("declined", [])}
    assert answering | declining <= set(panel)
    assert not answering & declining
    assert {one["suggests"] for one in consultation.get("declined", [])} <= EXPERT_IDS


@each_consultation
def test_answers_fit_their_questions(consultation):
    given = [(expert, answer["question"]) for expert, answer in answers_of(consultation)]
    assert len(set(given)) == len(given)
    for _, answer in answers_of(consultation):
        question = consultation["questions"][answer["question"] - 1]
        assert 0 <= answer.get("sureness_percent", 0) <= 100
        if question["kind"] == "choice":
            assert set(answer["choice"]) <= set(range(len(question["options_en"])))
            assert len(set(answer["choice"])) == len(answer["choice"])
            assert question["multiple"] or len(answer["choice"]) == 1
        elif question["kind"] == "text":
            assert has_japanese(answer["text"]) == (answer["language"] == "ja")
            assert answer["evidence"]


def test_there_are_full_answers_in_both_languages():
    languages = Counter(
        answer["language"]
        for one in CONSULTATIONS
        for _, answer in answers_of(one)
        if len(answer.get("text", "")) > 180
    )
    assert languages["ja"] >= 8
    assert languages["en"] >= 12


@each_consultation
def test_every_answer_cited_in_a_brief_exists_and_both_versions_cite_the_same(consultation):
    brief = consultation.get("brief")
    if brief is None:
        return
    given = {(expert, str(answer["question"])) for expert, answer in answers_of(consultation)}
    cited = [set(CITATION.findall(brief[key])) for key in ("body_en", "body_ja")]
    assert cited[0] == cited[1] <= given
    assert {expert for expert, _ in cited[0]} == {expert for expert, _ in given}


# All files


def test_links_lead_only_to_addresses_that_are_reserved_for_examples():
    for _, text in texts([EXPERTS, APPLICANTS, CONSULTATIONS]):
        for link in LINK.findall(text):
            assert re.match(r"https://(example\.org|[a-z.]+\.example)/", link), link


def test_no_identifier_is_given_that_could_belong_to_a_real_work_or_person():
    for path, text in texts([EXPERTS, APPLICANTS, CONSULTATIONS]):
        assert "doi" not in path.lower()
        assert "orcid" not in path.lower()
        assert not re.search(r"\b10\.\d{4,9}/|\b\d{4}-\d{4}-\d{4}-\d{3}[\dX]\b", text), text
