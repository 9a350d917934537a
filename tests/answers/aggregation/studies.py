"""Where real and made-up judgements for these tests come from."""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from advnet.answers.aggregation import Ratings, Round

EXTRACT = Path(__file__).parent / "data"
SHARED = Path(__file__).parents[4] / "shared" / "data" / "elicitation"
WHY_SKIPPED = "the data sets are not beside the project"


def published(path: Path) -> dict[str, dict[str, float]]:
    """Rule → item → the figure that aggreCAT's authors published."""
    figures: dict[str, dict[str, float]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            figures[row["method"]][row["paper_id"]] = float(row["cs"])
    return figures


@st.composite
def rounds(draw: st.DrawFn, experts: int, items: int, *, gaps: bool = True) -> Round:
    """Percents, whole or halves, in order; now and then no answer, no width, nothing or certainty."""
    return _round(np.random.default_rng(draw(SEEDS)), experts, items, gaps=gaps)


@st.composite
def studies(draw: st.DrawFn, *, gaps: bool = True) -> Ratings:
    """One to six experts, one to four items, and everything that any rule needs."""
    experts, items = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    random = np.random.default_rng(draw(SEEDS))
    quiz = random.integers(0, 17, experts).astype(float)
    return Ratings(
        last=_round(random, experts, items, gaps=gaps),
        first=_round(random, experts, items, gaps=gaps),
        comprehension=random.integers(0, 8, (experts, items)).astype(float),
        quiz=np.where(quiz == 0, np.nan, quiz) if gaps else quiz,
        reasons=random.integers(0, 3, (experts, items, 3)).astype(float),
        words=random.integers(0, 3, (experts, items)) * 20.0,
    )


SEEDS = st.integers(0, 2**32 - 1)
"""Arrays are drawn by numpy from a seed: cell by cell they would take minutes."""


def _round(random: np.random.Generator, experts: int, items: int, *, gaps: bool) -> Round:
    most = random.choice([2, 20, 200])  # coarse values meet more often
    points = np.sort(random.integers(0, most + 1, (3, experts, items)), axis=0) / most
    if gaps:
        points[:, random.random((experts, items)) < 0.1] = np.nan
    return Round(*points)
