"""How good the pooled figures were: tables for docs/elicitation.md, and its picture.

    python tests/benchmarks/judgement.py ../shared/data/elicitation docs/elicitation.svg

Twelve claims have an outcome. Weights are taken over all 25, scores over the twelve, and intervals from drawing claims
with replacement: twelve are few, and an interval over them is about these claims, not about rules in general.
"""

import csv
import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np

from advnet.answers.aggregation import DEFAULT, RULES, Need, Ratings, pool
from advnet.answers.aggregation.cooke import Weighting, combine, score
from advnet.answers.aggregation.excalibur import read_case
from advnet.answers.aggregation.files import Study, read_study
from advnet.answers.aggregation.ratings import Array

DRAWS = 10_000
ONE_ROUND = [name for name, rule in RULES.items() if not rule.needs & {Need.TWO_ROUNDS, Need.COMPREHENSION}]


@dataclass(frozen=True)
class Line:
    """Scores of one way to answer: a Brier score for each claim, after and before discussion."""

    name: str
    last: Array
    first: Array | None


def lines(study: Study, outcomes: dict[str, float]) -> list[Line]:
    places = [study.items.index(item) for item in outcomes]
    truth = np.array(list(outcomes.values()))
    after = study.ratings
    assert after.first is not None
    before = replace(after, last=after.first, first=None)

    def brier(ratings: Ratings, rule: str) -> Array:
        return (pool(ratings, rule).values[places] - truth) ** 2

    experts = [((given.best[:, places] - truth) ** 2).mean(axis=0) for given in (after.last, after.first)]
    found = [Line("mean expert", experts[0], experts[1])]
    found += [Line(name, brier(after, name), brier(before, name) if name in ONE_ROUND else None) for name in RULES]
    return found


def interval(values: Array, seed: int = 0) -> tuple[float, float]:
    """95 of 100 means over claims drawn with replacement."""
    random = np.random.default_rng(seed)
    means = values[random.integers(0, len(values), (DRAWS, len(values)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def told(values: Array | None, form: str = "{:.3f}") -> str:
    if values is None:
        return "–"
    low, high = interval(values)
    return f"{form.format(values.mean())} [{form.format(low)}, {form.format(high)}]"


def brier_table(found: list[Line]) -> None:
    plain = next(line for line in found if line.name == "ArMean")
    print("| | after discussion (round 2) | before (round 1) | round 2 less round 1 | round 2 less plain mean |")
    print("|---|---|---|---|---|")
    for line in sorted(found, key=lambda one: float(one.last.mean())):
        moved = None if line.first is None else line.last - line.first
        less = None if line is plain else line.last - plain.last
        name = f"**{line.name}** (default)" if line.name == DEFAULT else line.name
        print(
            f"| {name} | {told(line.last)} | {told(line.first)} | {told(moved, '{:+.3f}')} | {told(less, '{:+.3f}')} |"
        )
    rules = [line for line in found if line.name in RULES]
    scores = np.array([line.last for line in rules])
    chosen = [int(np.delete(scores, claim, axis=1).mean(axis=1).argmin()) for claim in range(scores.shape[1])]
    honest = scores[chosen, range(scores.shape[1])]
    names = sorted({rules[place].name for place in chosen})
    print(f"\nBest rule chosen on the other eleven claims ({', '.join(names)}): {told(honest)}")


def cooke_tables(folder: Path) -> None:
    oracle = json.loads((folder / "cooke_oracle.json").read_text(encoding="utf-8"))
    for name, known in oracle.items():
        case = read_case(folder / f"{name}.dtt", folder / f"{name}.rls")
        scores = score(case)
        print(f"\n{name}\n\n| expert | calibration | Excalibur | information | Excalibur |\n|---|---|---|---|---|")
        for row, expert in enumerate(case.experts):
            of = known["experts"][expert]
            print(f"| {expert} | {scores.calibration[row]:.6g} | {of['calibration']:.6g} "
                  f"| {scores.information_seed_items[row]:.5f} | {of['information_seed_items']:.5f} |")  # fmt: skip
        for weighting in Weighting:
            one = combine(case, weighting)
            print(f"| {weighting} weights, cut-off {one.cutoff:.3g} | {one.scores.calibration[0]:.4f} | "
                  f"| {one.scores.information_seed_items[0]:.4f} | |")  # fmt: skip


LEFT, TOP, STEP, WIDTH, MOST = 150, 54, 22, 760, 0.30


def picture(found: list[Line]) -> str:
    """Score and interval of each line, both rounds: full dots after discussion, hollow ones before."""
    ordered = sorted(found, key=lambda one: float(one.last.mean()))
    height = TOP + STEP * len(ordered) + 46

    def x(value: float) -> float:
        return round(LEFT + (WIDTH - LEFT - 20) * value / MOST, 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'aria-labelledby="title desc" font-family="sans-serif" font-size="12" fill="#1a1a1c">',
        '<title id="title">Brier score of each rule on 12 claims</title>',
        '<desc id="desc">One line a rule, best first; the dot is the mean, the bar 95 of 100 draws of claims. '
        "All bars overlap. The table in elicitation.md has the figures.</desc>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="{LEFT}" y="18" font-weight="bold">Brier score, less is better (12 claims, 25 experts)</text>',
        f'<circle cx="{LEFT + 6}" cy="34" r="4" fill="#0017c1"/><text x="{LEFT + 16}" y="38">after discussion</text>',
        f'<circle cx="{LEFT + 136}" cy="34" r="3.5" fill="#fff" stroke="#b35900" stroke-width="1.5"/>'
        f'<text x="{LEFT + 146}" y="38">before</text>',
    ]
    bottom = TOP + STEP * len(ordered)
    for tick in (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3):
        dash = "" if tick != 0.25 else ' stroke-dasharray="4 3"'
        colour = "#949494" if tick == 0.25 else "#e6e6e6"
        parts.append(f'<line x1="{x(tick)}" x2="{x(tick)}" y1="{TOP - 6}" y2="{bottom}" stroke="{colour}"{dash}/>')
        parts.append(f'<text x="{x(tick)}" y="{bottom + 16}" text-anchor="middle">{tick:g}</text>')
    parts.append(f'<text x="{x(0.25)}" y="{bottom + 34}" text-anchor="middle">always one half</text>')
    for place, line in enumerate(ordered):
        y = TOP + STEP * place + STEP / 2
        weight = ' font-weight="bold"' if line.name == DEFAULT else ""
        parts.append(f'<text x="{LEFT - 10}" y="{y + 4}" text-anchor="end"{weight}>{escape(line.name)}</text>')
        low, high = interval(line.last)
        parts.append(f'<line x1="{x(low)}" x2="{x(min(high, MOST))}" y1="{y}" y2="{y}" stroke="#0017c1" opacity="0.45" '
                     'stroke-width="3"/>')  # fmt: skip
        if line.first is not None:
            parts.append(f'<circle cx="{x(float(line.first.mean()))}" cy="{y}" r="3.5" fill="#fff" stroke="#b35900" '
                         'stroke-width="1.5"/>')  # fmt: skip
        parts.append(f'<circle cx="{x(float(line.last.mean()))}" cy="{y}" r="4" fill="#0017c1"/>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def main() -> None:
    folder, target = Path(sys.argv[1]), Path(sys.argv[2])
    study = read_study(
        folder / "aggrecat_ratings.csv",
        quiz=folder / "aggrecat_supp_quiz.csv",
        reasons=folder / "aggrecat_supp_reasons.csv",
        justifications=folder / "aggrecat_justifications.csv",
    )
    with (folder / "aggrecat_outcomes.csv").open(encoding="utf-8", newline="") as file:
        outcomes = {row["paper_id"]: float(row["outcome"]) for row in csv.DictReader(file)}
    found = lines(study, outcomes)
    brier_table(found)
    cooke_tables(folder)
    target.write_text(picture(found), encoding="utf-8")


if __name__ == "__main__":
    main()
