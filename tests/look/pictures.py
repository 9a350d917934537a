"""Sample data of every picture in all its states, invented."""

from collections.abc import Callable
from random import Random
from typing import Any

from advnet.pictures.agreement import Statement, agreement_bars, choice_bars
from advnet.pictures.calibration import Bin, calibration_curve
from advnet.pictures.intervals import Judgement, Span, interval_plot, letter
from advnet.pictures.opinions import Opinion, opinion_map
from advnet.pictures.ranking import RankedRound, ranking_flow
from advnet.pictures.strip import strip

FIGURES = [
    (5, 20, 40, 10, 30, 45), (15, 35, 60, 20, 35, 50), (0, 5, 10, 5, 15, 35), (30, 55, 80, 30, 45, 60),
    (10, 40, 90, 20, 40, 70), (60, 80, 95, 40, 60, 85),
]  # fmt: skip


def sample_pictures(locale: str) -> dict[str, Any]:
    """Name → object, for the page of pictures in this language."""

    def say(english: str, japanese: str) -> str:
        return japanese if locale == "ja" else english

    return {
        **_intervals(say, locale),
        **_agreement(say),
        **_ranking(say),
        **_records(),
        **_maps(say),
        **_strips(locale),
    }


def _intervals(say: Callable[[str, str], str], locale: str) -> dict[str, Any]:
    name = say("Expert ", "専門家")
    experts = [
        Judgement(f"{name}{letter(place)}", Span(*six[3:]), Span(*six[:3]), is_own=place == 1)
        for place, six in enumerate(FIGURES)
    ]
    experts += [
        Judgement(f"{name}G", None, Span(20, 30, 70)),
        Judgement(f"{name}H", Span(25, 50, 75), None),
    ]
    pooled = [
        Judgement(say("Mean", "平均"), Span(21.4, 39.29, 60), Span(20, 37.857, 63.57)),
        Judgement(
            say(
                "Mean of the log odds, weighted by the width of the interval", "対数オッズの平均（区間の幅による重み）"
            ),
            Span(22, 38.1, 58.3),
            Span(14, 33.4, 61),
        ),
    ]
    spans = [Span(4, 9.5, 22), Span(1.2, 3, 6), Span(6, 12, 30), Span(3, 8, 15), Span(10, 16, 41)]
    resolved = [Judgement(f"{name}{letter(place)}", span) for place, span in enumerate(spans)]
    cooke = [Judgement(say("Performance-weighted", "成績による重み付け"), Span(3.1, 8.4, 17))]
    large = [
        Judgement(f"{name}A", Span(-2.5e9, 1e9, 7.2e9)),
        Judgement(f"{name}B", Span(1e8, 1e8, 1e8)),
        Judgement(f"{name}C", Span(-4e9, -5e8, 0)),
    ]
    return {
        "two_rounds": interval_plot(experts, pooled=pooled, low=0, high=100, unit="%", locale=locale),
        "resolved": interval_plot(resolved, pooled=cooke, outcome=5.2, low=0, unit="GW", locale=locale),
        "huge": interval_plot(large, unit="USD", locale=locale),
        "no_intervals": interval_plot([], low=0, high=100),
    }


def _agreement(say: Callable[[str, str], str]) -> dict[str, Any]:
    certified = say(
        "Certification must be in force before subsidies are paid.",
        "補助金の支給前に認証制度を発効させるべきである。",
    )
    several = say(
        "Japan should buy from several regions even at a higher price, because a supplier can be lost overnight.",
        "調達先が一夜で失われることもあるため、割高でも複数の地域から調達すべきである。",
    )
    statements = [
        Statement(certified, (0, 1, 2, 5, 4), own=3),
        Statement(several, (1, 3, 3, 4, 1), own=1),
        Statement(say("Cracking will be cheap by 2035.", "2035年までに分解は安価になる。"), (5, 4, 2, 1, 0), own=2),
        Statement(say("Ports are ready.", "港湾の準備は整っている。"), (12, 0, 0, 0, 0), own=0),
        Statement(say("A statement that nobody rated", "誰も評価していない記述"), (0, 0, 0, 0, 0)),
    ]
    options = [
        (say("Fund a pilot plant with partners in the region", "域内のパートナーと実証プラントに資金を提供する"), 7),
        (say("Wait for the review", "レビューを待つ"), 3),
        (say("Call for common standards", "共通の標準を呼びかける"), 2),
        (say("Nothing", "何も表明しない"), 0),
    ]
    return {
        "statements": agreement_bars(statements, levels=5),
        "even": agreement_bars([Statement(say("Leakage", "漏えい"), (1, 2, 3, 4, 5, 2))], levels=6),
        "silent": agreement_bars([], levels=5),
        "chosen": choice_bars(options, answered=12, own=[options[1][0]], is_single=True),
        "unchosen": choice_bars([(label, 0) for label, _ in options], answered=0),
    }


def _ranking(say: Callable[[str, str], str]) -> dict[str, Any]:
    ports = say("Make ports ready", "港湾を整備する")
    rules = say("Agree on certification with the main suppliers", "主な供給国と認証制度に合意する")
    people = say("Train people", "人材を育成する")
    research = say("Research on cracking", "分解技術を研究する")
    stocks = say("Keep stocks", "備蓄を持つ")
    means = [
        {ports: 1.8, rules: 2.3, people: 2.9, research: 3.0},
        {ports: 2.1, rules: 1.7, people: 3.6, research: 3.6, stocks: 4.0},
        {ports: 2.4, rules: 1.3, people: 4.4, research: 3.1, stocks: 3.8},
    ]
    rounds = [
        RankedRound(say(f"Round {number + 1}", f"第{number + 1}回"), places, w, 12 - number)
        for number, (places, w) in enumerate(zip(means, (0.18, 0.44, 0.71), strict=True))
    ]
    many = [RankedRound(say(f"Round {n}", f"第{n}回"), means[n % 2 + 1], 0.3 + n / 20, 9) for n in range(1, 9)]
    return {
        "flow": ranking_flow(rounds),
        "one_round": ranking_flow([RankedRound(rounds[0].label, means[0], None, 1)]),
        "wide_flow": ranking_flow(many),
        "unranked": ranking_flow([]),
    }


def _records() -> dict[str, Any]:
    bins = [
        Bin(4, 22, 1),
        Bin(17, 15, 2),
        Bin(32, 9, 4),
        Bin(51, 12, 5),
        Bin(68, 14, 6),
        Bin(86, 21, 15),
        Bin(97, 8, 8),
    ]
    return {
        "record": calibration_curve(bins),
        "short_record": calibration_curve([Bin(30, 2, 0), Bin(80, 2, 2)]),
        "no_record": calibration_curve([]),
    }


def _maps(say: Callable[[str, str], str]) -> dict[str, Any]:
    chance = Random(4)
    middles = [(-2, 1.2), (1.6, 1.8), (1.2, -1.7), (-1.5, -1.6), (0.1, 0.2), (2.6, 0.1)]
    groups = [say(f"Group {letter(n)}", f"グループ{letter(n)}") for n in range(6)]
    experts = [
        Opinion(round(chance.gauss(x, 0.5), 1), round(chance.gauss(y, 0.4), 1), group, is_own=(group, n) == (2, 0))
        for group, (x, y) in enumerate(middles)
        for n in range(4)
    ]
    experts += [Opinion(-2, 1.2, 0)] * 3
    return {
        "map": opinion_map(experts, groups, fewest=5),
        "small_map": opinion_map(experts[:3], groups, fewest=5),
        "no_map": opinion_map([], groups, fewest=5),
    }


def _strips(locale: str) -> dict[str, Any]:
    chance = Random(7)
    crowd = [round(100 * chance.betavariate(5, 3)) for _ in range(300)]
    sure = [20, 55, 60, 60, 62, 75, 80, 80, 80, 81, 95]
    return {
        "sure": strip(sure, own=55, low=0, high=100, unit="%", locale=locale),
        "alike": strip([480.0] * 9, own=520, unit="USD", locale=locale),
        "crowd": strip(crowd, low=0, high=100, unit="%", locale=locale),
        "blank": strip([], low=0, high=100),
    }
