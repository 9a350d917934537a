"""What each kind takes, what it keeps, and what it refuses at which field; without a database."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advnet.answers.drafts import Incomplete, checked
from advnet.answers.forms import answer_form
from advnet.answers.grounds import Confidence, find_confidence
from advnet.answers.kinds import KINDS, kind_of
from advnet.answers.kinds.appraisal import weighted_means
from advnet.answers.model import Agreement, EvidenceBase, Release
from advnet.consultations.kinds import INTERVAL, QUANTILES, RULES, WORDS
from advnet.consultations.model import Question, QuestionKind
from tests.answers.kinds import GOOD, appraisal, make_question, quantity

each_good = pytest.mark.parametrize(("kind", "row", "typed"), GOOD.values(), ids=GOOD)


def answered(question: Question, typed: dict[str, Any]) -> Any:
    (answer,) = checked({str(question.id): typed}, [question])
    return answer


def faults(question: Question, typed: dict[str, Any]) -> dict[str, str]:
    """Part of the form → what is said there."""
    with pytest.raises(Incomplete) as refused:
        checked({str(question.id): typed}, [question])
    assert len({fault.field for fault in refused.value.faults}) == len(refused.value.faults)
    return {fault.field.removeprefix(f"q{question.id}_"): str(fault) for fault in refused.value.faults}


def test_every_kind_has_a_rule_and_an_answer():
    assert set(RULES) == set(KINDS) == set(QuestionKind)


@each_good
def test_a_good_answer_of_each_kind_is_taken(kind, row, typed):
    assert answered(make_question(kind, id=7, **row), typed).question_id == 7


@pytest.mark.parametrize(
    ("name", "choices", "values"),
    [
        ("ranking", ("2", "3", "1"), {}),
        ("likert", ("4",), {}),
        ("probability", (), {"low": 10, "best": 12.5, "high": 60}),
        ("interval", (), {"low": 1200, "best": 1500, "high": 3000}),
        ("quantiles", (), {"q05": -5, "q50": 8, "q95": 40}),
        ("appraisal", (), {"ratings": {"1": {"1": 7, "2": 5, "3": 0}, "2": {"1": 3, "2": 10, "3": 8}}}),
        ("ask back", (), {}),
    ],
)
def test_figures_and_places_are_kept_in_one_shape(name, choices, values):
    kind, row, typed = GOOD[name]
    answer = answered(make_question(kind, id=1, **row), typed)
    assert (answer.choices, answer.values) == (choices, values)


@pytest.mark.parametrize(
    ("name", "percent"), [("probability", None), ("quantiles", None), ("ask back", None), ("interval", 80)]
)
def test_sureness_is_kept_only_where_it_is_asked(name, percent):
    kind, row, typed = GOOD[name]
    assert answered(make_question(kind, id=1, **row), {"sureness": "3", **typed}).sureness_percent == percent


@each_good
def test_nothing_typed_is_one_refusal_where_the_answer_begins(kind, row, typed):
    question = make_question(kind, id=1, **row)
    assert list(faults(question, {})) == [kind_of(question).begin_field(question)]
    with pytest.raises(Incomplete):
        checked({}, [make_question(kind, id=1, **{**row, "required": False})])


LOW_HIGH_BEST = ("low", "high", "best")
Q = ("q05", "q95", "q50")


@pytest.mark.parametrize(
    ("form", "figures", "part", "words"),
    [
        (INTERVAL, ("5", "3", "4"), "value_high", "The highest estimate lies below the lowest."),
        (INTERVAL, ("5", "9", "4"), "value_best", "The best estimate lies below the lowest."),
        (INTERVAL, ("5", "9", "10"), "value_best", "The best estimate lies above the highest."),
        (INTERVAL, ("5", "", "7"), "value_high", "Give this figure too."),
        (INTERVAL, ("5", "9", "about 7"), "value_best", "Give one number"),
        (INTERVAL, ("5", "9", "7 km"), "value_best", "in the unit asked for (億円)"),
        (INTERVAL, ("5", "9", "7 million"), "value_best", "in the unit asked for (億円)"),
        (INTERVAL, ("-1", "9", "7"), "value_low", "It cannot be below 0."),
        (INTERVAL, ("1", "1,000.5", "7"), "value_high", "It cannot be above 1,000."),
        (QUANTILES, ("5", "3", "4"), "value_q95", "The 95th percentile lies below the 5th."),
        (QUANTILES, ("5", "9", "4"), "value_q50", "The 50th percentile lies below the 5th."),
        (QUANTILES, ("5", "9", "10"), "value_q50", "The 50th percentile lies above the 95th."),
    ],
)
def test_a_quantity_out_of_order_bounds_or_unit_is_refused_at_its_field(form, figures, part, words):
    question = make_question(QuestionKind.QUANTITY, id=1, settings=quantity(form, minimum=0, maximum=1000))
    names = Q if form == QUANTILES else LOW_HIGH_BEST
    said = faults(question, {"values": dict(zip(names, figures, strict=True)), "sureness": "80"})
    assert list(said) == [part]
    assert words in said[part]


@pytest.mark.parametrize(
    ("sureness", "is_taken"), [("", False), ("49", False), ("50", True), ("100", True), ("101", False)]
)
def test_an_interval_needs_a_sureness_of_half_or_more(sureness, is_taken):
    question = make_question(QuestionKind.QUANTITY, id=1)
    typed = {**GOOD["interval"][2], "sureness": sureness}
    if is_taken:
        assert answered(question, typed).sureness_percent == int(sureness)
    else:
        assert "from 50 to 100" in faults(question, typed)["sureness"]


@pytest.mark.parametrize(
    ("figures", "part"),
    [(("-1", "60", "30"), "value_low"), (("1", "100.1", "30"), "value_high"), (("1", "60", "70"), "value_best")],
)
def test_a_probability_lies_from_0_to_100_and_between_its_ends(figures, part):
    question = make_question(QuestionKind.PROBABILITY, id=1)
    assert list(faults(question, {"values": dict(zip(LOW_HIGH_BEST, figures, strict=True))})) == [part]


def test_equal_figures_and_both_ends_are_an_answer():
    question = make_question(QuestionKind.PROBABILITY, id=1)
    for figure in ("0", "100"):
        assert answered(question, {"values": dict.fromkeys(LOW_HIGH_BEST, figure)}).values["best"] == float(figure)


@pytest.mark.parametrize(
    ("places", "part", "words"),
    [
        (("1", "2", "2"), "value_3", "Place 2 is taken"),
        (("1", "2", ""), "value_3", "Give this option a place too."),
        (("1", "2", "4"), "value_3", "from 1 to 3"),
        (("1", "0", "3"), "value_2", "from 1 to 3"),
        (("1", "2", "2.5"), "value_3", "from 1 to 3"),
    ],
)
def test_a_ranking_gives_each_option_a_place_of_its_own(places, part, words):
    question = make_question(QuestionKind.RANKING, id=1)
    said = faults(question, {"values": dict(zip("123", places, strict=True)), "sureness": "70"})
    assert words in said[part]
    assert list(said) == [part]


@pytest.mark.parametrize(
    ("scale", "points", "words"),
    [("points", "11", "from 0 to 10"), (WORDS, "0", "from 1 to 5"), (WORDS, "6", "from 1 to 5"), (WORDS, "", "too")],
)
def test_an_appraisal_leaves_no_pair_out_and_keeps_to_its_scale(scale, points, words):
    question = make_question(QuestionKind.APPRAISAL, id=1, settings=appraisal(scale))
    typed = dict.fromkeys(GOOD["appraisal"][2]["values"], "3") | {"2_3": points}
    said = faults(question, {"values": typed, "sureness": "70"})
    assert list(said) == ["value_2_3"]
    assert words in said["value_2_3"]


def test_an_appraisal_is_averaged_by_the_weights_of_its_criteria():
    kind, row, typed = GOOD["appraisal"]
    question = make_question(kind, id=1, **row)
    means = weighted_means(question, answered(question, typed).values)
    assert means == {"1": (3 * 7 + 3) / 4, "2": (3 * 5 + 10) / 4, "3": 8 / 4}


@each_good
def test_any_question_may_be_asked_back_instead_but_not_as_well(kind, row, typed):
    question = make_question(kind, id=1, **row)
    if kind == QuestionKind.ASK_BACK:
        assert not kind_of(question).takes_ask_back
        return
    answer = answered(question, {"ask_back": "Which year?"})
    assert (answer.values, answer.choices, answer.sureness_percent) == ({"missing": "Which year?"}, (), None)
    assert "ask_back" in faults(question, {**typed, "ask_back": "Which year?"})


def test_grounds_are_kept_and_bad_ones_refused_at_their_field():
    question = make_question(QuestionKind.TEXT, id=1)
    grounds = {
        "against": " Ice ",
        "assumptions": "Peace",
        "evidence_base": "robust",
        "agreement": "low",
        "distance": "near",
    }
    rows = [{"kind": "report", "note": "Table 3", "grade": "very_low"}]
    answer = answered(question, {"text": "a", "sureness": "1", **grounds, "release": "kept", "evidence": rows})
    assert (answer.against, answer.assumptions, answer.evidence_base) == ("Ice", "Peace", "robust")
    assert (answer.release, answer.evidence[0].grade) == (Release.KEPT, "very_low")
    bad = dict.fromkeys(("evidence_base", "agreement", "distance", "release"), "x")
    rows = [{"kind": "report", "grade": "high"}, {"kind": "report", "note": "a", "grade": "best"}]
    said = faults(question, {"text": "a", "sureness": "1", **bad, "against": "a" * 5001, "evidence": rows})
    assert set(said) == {*bad, "against", "evidence-0-note", "evidence-1-grade"}


def test_confidence_rises_with_evidence_and_with_agreement():
    steps = [[find_confidence(base, agreed) for agreed in Agreement] for base in EvidenceBase]
    assert steps[0][0] == Confidence.VERY_LOW
    assert steps[2][2] == Confidence.VERY_HIGH
    order = list(Confidence)
    for row in (*steps, *map(list, zip(*steps, strict=True))):
        assert [order.index(one) for one in row] == sorted({order.index(one) for one in row})
    assert find_confidence("robust", "") is None


words = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)


@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_is_the_same_after_a_form(app, data):
    """Draft → form → draft: not one character of it is judged, changed or lost."""
    questions = tuple(
        make_question(kind, id=place, position=place, **row) for place, (kind, row, _) in enumerate(GOOD.values(), 1)
    )
    with app.test_request_context():
        blank = answer_form(questions, {}, 0).draft()
        draft = {}
        for question in questions:
            shape = blank[str(question.id)]
            draft[str(question.id)] = {
                part: [{name: data.draw(words) for name in row} for row in value]
                if part == "evidence"
                else data.draw(st.lists(words.filter(bool), max_size=2 if question.multiple else 1))
                if isinstance(value, list)
                else {name: data.draw(words) for name in value}
                if isinstance(value, dict)
                else data.draw(words.filter(bool) if part == "release" else words)
                for part, value in shape.items()
            }
        assert answer_form(questions, draft, 0).draft() == draft
