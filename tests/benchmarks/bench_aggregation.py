"""How long pooling takes: every rule on 500 experts × 50 questions, beside numpy's mean of the same array, in one run.

python tests/benchmarks/bench_aggregation.py
"""

import time
from collections.abc import Callable

import numpy as np

from advnet.answers.aggregation import RULES, Ratings, Round, pool
from advnet.answers.aggregation.agreement import Scale, kendalls_w, krippendorffs_alpha
from advnet.answers.aggregation.cooke import Case, combine
from advnet.answers.aggregation.groups import opinion_groups
from advnet.answers.aggregation.mixture import Background

EXPERTS, ITEMS, KINDS, TIMES = 500, 50, 11, 7


def made_up(seed: int = 4) -> Ratings:
    random = np.random.default_rng(seed)

    def one_round() -> Round:
        points = np.sort(random.integers(0, 101, (3, EXPERTS, ITEMS)), axis=0) / 100
        points[:, random.random((EXPERTS, ITEMS)) < 0.05] = np.nan
        return Round(*points)

    return Ratings(
        last=one_round(),
        first=one_round(),
        comprehension=random.integers(1, 8, (EXPERTS, ITEMS)).astype(float),
        quiz=random.integers(0, 17, EXPERTS).astype(float),
        reasons=random.integers(0, 3, (EXPERTS, ITEMS, KINDS)).astype(float),
        words=random.integers(0, 300, (EXPERTS, ITEMS)).astype(float),
    )


def milliseconds(act: Callable[[], object]) -> float:
    """The least of several, by the clock: what others do on the machine only adds."""
    taken = []
    for _ in range(TIMES):
        start = time.perf_counter()
        act()
        taken.append(time.perf_counter() - start)
    return min(taken) * 1000


def main() -> None:
    ratings = made_up()
    best = ratings.last.best
    peer = milliseconds(lambda: np.nanmean(best, axis=0))
    print(f"{EXPERTS} experts, {ITEMS} questions; least of {TIMES}, ms, and as a multiple of numpy.nanmean")
    print(f"  {'numpy.nanmean':<18}{peer:>9.2f}{1:>8.1f}")
    total = 0.0
    for name in RULES:
        taken = milliseconds(lambda name=name: pool(ratings, name))  # type: ignore[misc]
        total += taken
        print(f"  {name:<18}{taken:>9.2f}{taken / peer:>8.1f}")
    print(f"  {'all rules':<18}{total:>9.2f}{total / peer:>8.1f}")
    random = np.random.default_rng(5)
    quantiles = np.cumsum(random.random((30, 40, 3)), axis=2)
    known = np.where(np.arange(40) < 10, 1.5, np.nan)
    case = Case(tuple(map(str, range(30))), tuple(map(str, range(40))), np.array([0.05, 0.5, 0.95]), quantiles, known,
                (Background.UNIFORM,) * 40)  # fmt: skip
    for name, act in (
        ("classical model, 30 experts × 40 items, cut-off chosen", lambda: combine(case)),
        ("Kendall's W", lambda: kendalls_w(np.nan_to_num(best))),
        ("Krippendorff's alpha", lambda: krippendorffs_alpha(best, Scale.INTERVAL)),
        ("opinion groups", lambda: opinion_groups(best * 2 - 1)),
    ):
        print(f"  {name:<54}{milliseconds(act):>9.2f}")


if __name__ == "__main__":
    main()
