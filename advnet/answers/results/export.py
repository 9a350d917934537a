"""Answers in figures as files for other programs: ratings as ``advnet evaluate aggregate`` reads them, and Excalibur's.

Experts stand in them by the numbers of their pseudonyms in every mode: a program needs no names, and a file goes
further than a page.
"""

import io
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from advnet.answers.aggregation import Ratings
from advnet.answers.aggregation.excalibur import write_case
from advnet.answers.aggregation.files import Study, write_ratings
from advnet.answers.queries import Label
from advnet.answers.results.assembling import by_round
from advnet.answers.results.estimates import case_of, round_of
from advnet.answers.results.queries import Given
from advnet.consultations.kinds import QUANTILES
from advnet.consultations.model import Question, QuestionKind

FIRST, LAST = "round_1", "round_2"


def ratings_csv(questions: Sequence[Question], given: Sequence[Given], labels: Mapping[int, Label]) -> str | None:
    """The probabilities of the first and the last round, in percent; None where nobody gave one.

    ``paper_id`` is ``Q1`` and so on by the question's number, ``user_name`` is ``Expert 3``. Where one round was
    answered it is ``round_1``; else the last one is ``round_2``, whatever its number, as the file knows two.
    """
    asked = [one for one in questions if one.kind == QuestionKind.PROBABILITY]
    ids = {one.id for one in asked}
    rounds = by_round([one for one in given if one.question_id in ids])
    there = {one.contributor_id for by in rounds.values() for of in by.values() for one in of}
    experts = [who for who in labels if who in there]
    if not experts:
        return None
    rows = {contributor_id: row for row, contributor_id in enumerate(experts)}
    numbers = list(rounds)
    parts = [round_of(asked, rounds[number], rows) for number in (numbers[0], numbers[-1])]
    if all(np.isnan(part.best).all() for part in parts):
        return None
    study = Study(
        experts=tuple(f"Expert {labels[who].number}" for who in experts),
        items=tuple(f"Q{one.position}" for one in asked),
        ratings=Ratings(last=parts[1], first=parts[0] if len(numbers) > 1 else None),
        round=LAST if len(numbers) > 1 else FIRST,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ratings.csv"
        write_ratings(path, study)
        return path.read_text(encoding="utf-8")


def excalibur_zip(
    questions: Sequence[Question], given: Sequence[Given], labels: Mapping[int, Label], *, name: str
) -> bytes | None:
    """``<name>.dtt`` and ``<name>.rls`` of the last round's percentiles; None without a seed that anybody answered.

    Experts are ``E3`` by number, items ``Q1``, since the format takes eight and fourteen letters. What the classical
    model cannot take is left out: see :func:`~advnet.answers.results.estimates.case_of`.
    """
    asked = [one for one in questions if one.kind == QuestionKind.QUANTITY and one.settings.get("form") == QUANTILES]
    rounds = by_round(given)
    if not asked or not rounds:
        return None
    names = {contributor_id: f"E{label.number}" for contributor_id, label in labels.items()}
    case = case_of(asked, list(rounds.values())[-1], experts=names)
    if case is None:
        return None
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        dtt, rls = Path(folder) / f"{name}.dtt", Path(folder) / f"{name}.rls"
        write_case(case, dtt, rls)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in (dtt, rls):
                archive.writestr(zipfile.ZipInfo(file.name), file.read_bytes())
    return packed.getvalue()
