"""``advnet evaluate aggregate`` and ``cooke``: the product's own rules on judgements from elsewhere."""

import csv
import json
import math
from pathlib import Path
from typing import Any

import click
import numpy as np

from advnet.answers.aggregation import DEFAULT, RULES, Need, missing, pool
from advnet.answers.aggregation.cooke import Case, Combination, Scores, Weighting, combine, score
from advnet.answers.aggregation.excalibur import read_case
from advnet.answers.aggregation.files import Study, UnsoundFile, read_study
from advnet.cli.learning import evaluate as evaluate

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OPTION_FOR = {
    Need.QUIZ: "--quiz",
    Need.REASONS: "--reasons",
    Need.WORDS: "--justifications",
    Need.TWO_ROUNDS: "ratings of two rounds",
    Need.INTERVAL: "lower and upper values",
    Need.COMPREHENSION: "answers to “comprehension”",
}


@evaluate.command("aggregate")
@click.option("--ratings", "ratings_path", required=True, type=_FILE,
              help="CSV: round, paper_id, user_name, question, element, value; a row for each figure.")  # fmt: skip
@click.option("--quiz", "quiz_path", type=_FILE, help="CSV: user_name and points in a quiz.")
@click.option("--quiz-column", default="quiz_score", show_default=True, help="The column with the points.")
@click.option("--reasons", "reasons_path", type=_FILE,
              help="CSV: paper_id, user_name, and a column for each kind of reason.")  # fmt: skip
@click.option("--justifications", "justifications_path", type=_FILE,
              help="CSV: round, paper_id, user_name, justification.")  # fmt: skip
@click.option("--rule", "rules", multiple=True, type=click.Choice(list(RULES)), metavar="NAME",
              help=f"Only this rule; may be given again. The default on pages is {DEFAULT}.")  # fmt: skip
@click.option("--shares", is_flag=True, help="Values are shares from 0 to 1, not percent.")
@click.option("--list", "is_listing", is_flag=True, is_eager=True, expose_value=False,
              callback=lambda context, _, chosen: _list_rules(context) if chosen else None,
              help="Name all rules, with what each needs, and stop.")  # fmt: skip
@click.option("--out", "out_path", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path),
              help="Written: method, paper_id, cs (a share).")  # fmt: skip
def aggregate(
    ratings_path: Path,
    quiz_path: Path | None,
    quiz_column: str,
    reasons_path: Path | None,
    justifications_path: Path | None,
    rules: tuple[str, ...],
    shares: bool,
    out_path: Path,
) -> None:
    """Pool foreign ratings by every rule whose needs are met, one figure for each rule and item.

    The last round is pooled, the one before it serves the rules that look at change. What was left out, and why, is
    told on standard error.
    """
    study = _read(
        ratings_path,
        quiz=quiz_path,
        quiz_column=quiz_column,
        reasons=reasons_path,
        justifications=justifications_path,
        full=1.0 if shares else 100.0,
    )
    _remark(study, shares=shares, ratings_path=ratings_path)
    lines: list[tuple[str, str, str]] = []
    for name in [name for name in RULES if name in rules or not rules]:
        lacking = missing(RULES[name], study.ratings)
        if lacking:
            needs = ", ".join(sorted(_OPTION_FOR[need] for need in lacking))
            if rules:
                raise click.ClickException(f"{name} needs {needs}.")
            click.echo(f"Left out: {name} (needs {needs})", err=True)
            continue
        pooled = pool(study.ratings, name)
        for item, value, fell_back in zip(study.items, pooled.values, pooled.fell_back, strict=True):
            if math.isnan(value):
                click.echo(f"Left out: {name} for {item} (nobody has what it needs)", err=True)
                continue
            if fell_back:
                click.echo(f"Without weights: {name} for {item} (nobody has one)", err=True)
            lines.append((name, item, repr(float(value))))
    with out_path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("method", "paper_id", "cs"))
        writer.writerows(lines)


@evaluate.command("cooke")
@click.argument("dtt", type=_FILE)
@click.argument("rls", type=_FILE)
@click.option("--weights", "weighting", type=click.Choice([one.value for one in Weighting]),
              default=Weighting.GLOBAL.value, show_default=True, help="How experts are weighed.")  # fmt: skip
@click.option("--cutoff", type=click.FloatRange(0.0, 1.0),
              help="Calibration below which an expert has no weight; the best one when left out.")  # fmt: skip
@click.option("--overshoot", type=click.FloatRange(0.0, 10.0, min_open=True), default=0.1, show_default=True,
              help="By which share the range of an item is widened on each side.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def cooke(dtt: Path, rls: Path, weighting: str, cutoff: float | None, overshoot: float, as_json: bool) -> None:
    """Judge the experts of an Excalibur case by its questions with known answers, and combine them by it."""
    try:
        case = read_case(dtt, rls)
    except UnsoundFile as error:
        raise click.ClickException(str(error)) from error
    scores = score(case, overshoot=overshoot)
    combined = combine(case, Weighting(weighting), cutoff=cutoff, overshoot=overshoot)
    if as_json:
        click.echo(json.dumps(_as_values(case, scores, combined), ensure_ascii=False))
        return
    click.echo(f"{'':<16}{'calibration':>14}{'information':>13}{'all items':>11}{'weight':>9}")
    shares = combined.weights.mean(axis=1)
    rows = [*zip(case.experts, range(len(case.experts)), [scores] * len(case.experts), shares, strict=True)]
    for name, row, of, share in [*rows, (f"{weighting} weights", 0, combined.scores, None)]:
        figures = (of.calibration[row], of.information_seed_items[row], of.information_all_items[row])
        told = f"{figures[0]:>14.6g}{figures[1]:>13.5f}{figures[2]:>11.5f}"
        click.echo(f"{name:<16}{told}{'' if share is None else f'{share:>9.4f}'}")
    click.echo(f"\nCut-off {combined.cutoff:.6g}; quantiles of the combination:")
    for item, name in enumerate(case.items):
        values = "".join(f"{value:>14.6g}" for value in combined.quantiles[item])
        known = "" if np.isnan(case.realisations[item]) else f"   known {case.realisations[item]:g}"
        click.echo(f"  {name:<16}{values}{known}")


def _read(path: Path, **others: Any) -> Study:
    try:
        return read_study(path, **others)
    except UnsoundFile as error:
        raise click.ClickException(str(error)) from error


def _list_rules(context: click.Context) -> None:
    for name, rule in RULES.items():
        needs = ", ".join(sorted(need.value.replace("_", " ") for need in rule.needs)) or "best values alone"
        click.echo(f"{name:<16}{rule.title}; {needs}{'. ' + rule.caveat if rule.caveat else ''}")
    context.exit()


def _remark(study: Study, *, shares: bool, ratings_path: Path) -> None:
    best = study.ratings.last.best
    if not shares and np.nanmax(best) <= 0.01:
        click.echo(f"{ratings_path}: no value is above 1 percent. If they are shares, say --shares.", err=True)
    if study.only_first:
        click.echo(f"Not in {study.round}, and so left out: {', '.join(study.only_first)}", err=True)


def _as_values(case: Case, scores: Scores, combined: Combination) -> dict[str, Any]:
    return {
        "quantiles": [float(level) for level in case.levels],
        "experts": {name: _figures(scores, row) for row, name in enumerate(case.experts)},
        "combination": {
            "weights": combined.weighting.value,
            "cutoff": combined.cutoff,
            **_figures(combined.scores, 0),
            "expert_weights": {
                name: float(share) for name, share in zip(case.experts, combined.weights.mean(axis=1), strict=True)
            },
            "items": [
                {
                    "name": name,
                    "quantiles": [None if math.isnan(value) else float(value) for value in combined.quantiles[item]],
                    "realisation": float(case.realisations[item]) if case.is_seed[item] else None,
                }
                for item, name in enumerate(case.items)
            ],
        },
    }


def _figures(scores: Scores, row: int) -> dict[str, float]:
    return {
        "calibration": float(scores.calibration[row]),
        "information_seed_items": float(scores.information_seed_items[row]),
        "information_all_items": float(scores.information_all_items[row]),
    }
