"""Files of ratings and of Excalibur: what is read, what is refused with file and row, and that nothing is lost."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from advnet.answers.aggregation import Ratings, UnsoundRatings, round_of, standardised
from advnet.answers.aggregation.cooke import Case
from advnet.answers.aggregation.excalibur import read_case, write_case
from advnet.answers.aggregation.files import Study, UnsoundFile, read_study, write_ratings
from advnet.answers.aggregation.mixture import Background
from tests.answers.aggregation.studies import EXTRACT, studies

HEAD = "round,paper_id,user_name,question,element,value"


def ratings(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "ratings.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return path


def three(
    low: object, best: object, high: object, who: str = "ann", what: str = "c1", when: str = "round_1"
) -> list[str]:
    named = zip(("lower", "best", "upper"), (low, best, high), strict=True)
    return [f"{when},{what},{who},direct_replication,three_point_{name},{value}" for name, value in named]


def test_ratings_that_are_written_are_read_again(tmp_path: Path):
    before = read_study(EXTRACT / "ratings.csv")
    write_ratings(tmp_path / "again.csv", before)
    after = read_study(tmp_path / "again.csv")
    assert set(after.experts) == set(before.experts)
    order = [after.experts.index(name) for name in before.experts]
    columns = [after.items.index(name) for name in before.items]
    for one, other in ((before.ratings.last, after.ratings.last), (before.ratings.first, after.ratings.first)):
        for name in ("low", "best", "high"):
            assert np.array_equal(getattr(other, name)[order][:, columns], getattr(one, name))
    assert np.array_equal(after.ratings.comprehension[order][:, columns], before.ratings.comprehension)


@given(studies())
def test_any_ratings_survive_a_file(tmp_path_factory, study: Ratings):
    path = tmp_path_factory.mktemp("file") / "ratings.csv"
    if np.isnan(study.last.best).all() or np.isnan(study.first.best).all():
        return
    experts = tuple(f"e{row}" for row in range(study.experts))
    items = tuple(f"i{column}" for column in range(study.items))
    write_ratings(path, Study(experts, items, study, "round_2"))
    again = read_study(path)
    place = np.ix_([again.experts.index(n) for n in experts if n in again.experts],
                   [again.items.index(n) for n in items if n in again.items])  # fmt: skip
    known = np.ix_([n in again.experts for n in experts], [n in again.items for n in items])
    assert np.array_equal(again.ratings.last.best[place], study.last.best[known], equal_nan=True)


def test_missing_answers_are_no_answers_and_other_elements_are_passed_over(tmp_path: Path):
    path = ratings(
        tmp_path,
        *three(10, 20, 30),
        *three("", "", "NA", who="bob"),
        "round_1,c1,bob,involved_binary,binary_question,-1",
    )
    study = read_study(path)
    assert study.experts == ("ann", "bob")
    assert study.ratings.last.best[:, 0].tolist() == [0.2, pytest.approx(np.nan, nan_ok=True)]
    assert (study.ratings.first, study.ratings.comprehension) == (None, None)


def test_two_rounds_with_different_people_name_those_who_left(tmp_path: Path):
    study = read_study(ratings(tmp_path, *three(1, 2, 3), *three(4, 5, 6, who="bob", when="round_2")))
    assert (study.round, study.only_first) == ("round_2", ("ann",))
    assert np.isnan(study.ratings.last.best[0, 0])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (three(40, 30, 50), "row 3: ann on c1 in round_1: 40, 30, 50. The lowest value must not be above"),
        (three(10, 60, 50), "row 3: ann on c1 in round_1: 10, 60, 50. The lowest value must not be above"),
        (three(10, 101, 102), "row 3: ann on c1 in round_1: 10, 101, 102. A probability lies between"),
        (three(-1, 1, 2), "row 3: ann on c1 in round_1: -1, 1, 2. A probability lies between"),
        (three(1, "", 2), "row 3: ann on c1 in round_1: 1, –, 2. An interval needs a best value"),
        (three(1, 2, ""), "row 3: ann on c1 in round_1: 1, 2, –. An interval has a lowest and a highest"),
        (three(1, "two", 3), "row 3: value is “two”, which is no number"),
        (three(1, "inf", 3), "row 3: value is “inf”, which is no number"),
        (three(1, 2, 3) + three(1, 2, 3), "row 5: three_point_lower is given twice, first in row 2"),
        (three(1, 2, 3, when="round_3"), "row 2: “round_3” is no round"),
        (three(1, 2, 3, who=""), "row 2: needs a paper_id and a user_name"),
        (["round_1,c1,ann,comprehension,likert_binary,-1"], "row 2: comprehension must not be below 0"),
        (["round_1,c1,ann"], "row 2: has more or fewer columns"),
        ([], "there is no rating in it"),
    ],
)
def test_a_fault_is_named_with_file_and_row(tmp_path: Path, rows: list[str], message: str):
    path = ratings(tmp_path, *rows)
    with pytest.raises(UnsoundFile) as refusal:
        read_study(path)
    assert str(path) in str(refusal.value)
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("option", "text", "message"),
    [
        ("quiz", "user_name,points\nann,3\n", "there is no column quiz_score"),
        ("quiz", "user_name,quiz_score\nann,-3\n", "row 2: quiz_score must not be below 0"),
        ("quiz", "user_name,quiz_score\nann,3\nann,4\n", "row 3: ann is given twice"),
        ("reasons", "paper_id,user_name\nc1,ann\n", "no column for a kind of reason"),
        ("reasons", "paper_id,user_name,RW1\nc1,ann,1\nc1,ann,1\n", "row 3: ann on c1 is given twice"),
        ("reasons", "paper_id,user_name,RW1\nc1,ann,-1\n", "row 2: a count must not be below 0"),
        ("reasons", "paper_id,user_name,RW1\n", "there is no row in it"),
        ("justifications", "paper_id,user_name\nc1,ann\n", "there is no column justification"),
    ],
)
def test_a_fault_in_another_file_is_named_as_well(tmp_path: Path, option: str, text: str, message: str):
    other = tmp_path / "other.csv"
    other.write_text(text, encoding="utf-8")
    with pytest.raises(UnsoundFile, match=message):
        read_study(ratings(tmp_path, *three(1, 2, 3)), **{option: other})


def test_what_is_no_text_is_refused(tmp_path: Path):
    path = tmp_path / "ratings.csv"
    path.write_bytes(b"\xff\xfe\x00round")
    with pytest.raises(UnsoundFile, match="not text in UTF-8"):
        read_study(path)


def test_words_reasons_and_quiz_find_their_expert_and_item(tmp_path: Path):
    path = ratings(tmp_path, *three(1, 2, 3), *three(4, 5, 6, who="bob"))
    (tmp_path / "q.csv").write_text("user_name,quiz_score\nbob,7\nann,NA\ncarl,3\n")
    (tmp_path / "s.csv").write_text("paper_id,user_name,RW1,RW2\nc1,bob,2,0\nc9,bob,1,1\n")
    (tmp_path / "j.csv").write_text('paper_id,user_name,justification\nc1,ann,"two words"\nc1,ann,one\nc1,bob,\n')
    study = read_study(path, quiz=tmp_path / "q.csv", reasons=tmp_path / "s.csv", justifications=tmp_path / "j.csv")
    assert study.ratings.quiz.tolist() == pytest.approx([np.nan, 7], nan_ok=True)
    assert study.ratings.reasons[1, 0].tolist() == [2, 0]
    assert np.isnan(study.ratings.reasons[0, 0]).all()
    assert study.ratings.words[:, 0].tolist() == [3, 0]


def test_intervals_of_different_sureness_are_made_comparable():
    given_ = round_of([0.5, 0.5, 0.1], [0.4, 0.4, 0.05], [0.6, 0.6, 0.9])
    wider = standardised(given_, [0.9, 0.45, 0.45])
    assert wider.low[:, 0].tolist() == pytest.approx([0.4, 0.3, 0.0])
    assert wider.high[:, 0].tolist() == pytest.approx([0.6, 0.7, 1.0])
    for sureness in (0.0, np.nan, 1.2):
        with pytest.raises(UnsoundRatings, match="how sure"):
            standardised(given_, [0.9, sureness, 0.9])


def test_a_fault_in_an_array_names_its_field_and_place():
    with pytest.raises(UnsoundRatings) as refusal:
        round_of([[0.5, 0.5]], [[0.4, 0.6]], [[0.6, 0.7]])
    assert (refusal.value.field, refusal.value.expert, refusal.value.item) == ("best", 0, 1)


CASE = Case(
    experts=("A", "B C"),
    items=("rain, mm", "cost"),
    levels=np.array([0.05, 0.5, 0.95]),
    quantiles=np.array([[[1, 2, 3], [10, 20, 40]], [[-1.5, 0, 1e-7], [np.nan] * 3]]),
    realisations=np.array([2.5, np.nan]),
    backgrounds=(Background.UNIFORM, Background.LOG),
)


def test_a_case_that_is_written_is_read_again(tmp_path: Path):
    write_case(CASE, tmp_path / "c.dtt", tmp_path / "c.rls")
    again = read_case(tmp_path / "c.dtt", tmp_path / "c.rls")
    assert (again.experts, again.items, again.backgrounds) == (CASE.experts, CASE.items, CASE.backgrounds)
    assert again.quantiles == pytest.approx(CASE.quantiles, nan_ok=True)
    assert again.realisations == pytest.approx(CASE.realisations, nan_ok=True)
    assert again.levels == pytest.approx(CASE.levels)


def test_a_name_too_long_for_its_columns_is_refused_before_anything_is_written(tmp_path: Path):
    long = Case(("Somebody else",), *(getattr(CASE, n) for n in ("items", "levels", "quantiles", "realisations",
                                                                 "backgrounds")))  # fmt: skip
    with pytest.raises(UnsoundFile, match="1 to 8 letters"):
        write_case(long, tmp_path / "c.dtt", tmp_path / "c.rls")
    assert list(tmp_path.iterdir()) == []


DTT = "* CLASS ASCII OUTPUT FILE. NQ=   3   QU=   5  50  95"


@pytest.mark.parametrize(
    ("dtt", "rls", "message"),
    [
        ("", "", "c.dtt: there is nothing in it"),
        ("NQ= 3", "", "c.dtt, row 1: the heading must name the quantiles"),
        ("NQ= 2 QU= 5 50 95", "", "c.dtt, row 1: NQ=2, but 3 quantiles"),
        (DTT, "", "c.dtt: there is no expert in it"),
        (f"{DTT}\nnothing", "", "c.dtt, row 2: not an expert"),
        (f"{DTT}\n1 A 1 x UNI 1 2", "", "c.dtt, row 2: 2 values, but 3 quantiles"),
        (f"{DTT}\n1 A 1 x UNI 1 3 2", "", "c.dtt, row 2: the quantiles of A for x must rise: 1 3 2"),
        (f"{DTT}\n1 A 1 x UNI 1 2 -999.6", "", "c.dtt, row 2: some quantiles are there"),
        (f"{DTT}\n1 A 1 x UNI 1 2 3\n1 A 1 x UNI 1 2 3", "", "c.dtt, row 3: A has answered item 1 before"),
        (f"{DTT}\n1 A 1 x UNI 1 2 3\n1 B 2 y UNI 1 2 3", "", "c.dtt, row 3: expert 1 is A before, and B here"),
        (f"{DTT}\n1 A 1 x UNI 1 2 3\n2 B 1 x LOG 1 2 3", "", "c.dtt, row 3: item 1 is x (UNI) before, and x (LOG)"),
        (f"{DTT}\n1 A 1 x UNI 1 2 3\n2 A 1 x UNI 1 2 3", "", "c.dtt: two experts have the same name"),
        (f"{DTT}\n1 A 1 x UNI 1 2 3", "1 x UNI", "c.rls, row 1: not an item"),
        (f"{DTT}\n1 A 1 x UNI 1 2 3", "2 y 4 UNI", "c.rls, row 1: no expert was asked item 2"),
        (f"{DTT}\n1 A 1 x UNI 1 2 3", "1 x 4 UNI\n1 x 4 UNI", "c.rls, row 2: item 1 has an answer before"),
    ],
)  # fmt: skip
def test_a_fault_of_a_case_is_named_with_file_and_row(tmp_path: Path, dtt: str, rls: str, message: str):
    (tmp_path / "c.dtt").write_text(dtt)
    (tmp_path / "c.rls").write_text(rls)
    with pytest.raises(UnsoundFile) as refusal:
        read_case(tmp_path / "c.dtt", tmp_path / "c.rls")
    assert message in str(refusal.value)
