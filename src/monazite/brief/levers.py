"""A plan -> charts: what to buy, what each partner pays, and how far money goes alone and together."""

from __future__ import annotations

from collections.abc import Sequence

from monazite.brief import words
from monazite.brief.pieces import (
    CALM,
    GAIN,
    INK,
    LOSS,
    MUTED,
    PALETTE,
    RULE,
    WIDTH,
    base,
    legend_lines,
    legend_of,
    range_bars,
)
from monazite.brief.values import Chart
from monazite.core.errors import NoDataError
from monazite.core.values import Band

__all__ = ["bars", "front_lines"]

_SYMBOLS = ("circle", "triangle", "rect", "diamond", "emptyCircle", "emptyTriangle", "emptyRect")


def bars(title: str, told: str, unit: str, values: Sequence[tuple[str, Band]]) -> Chart:
    """Named amounts as bars, ranges where they have any; what is below zero in another colour.

    :raises NoDataError: if there is none.
    """
    if not values:
        raise NoDataError(title, "there is nothing to show", "ask for other scenarios, partners or a larger budget")
    drawn = [(name, band, LOSS if band.mid < 0 else GAIN if unit.startswith("t") else CALM) for name, band in values]
    option, height = range_bars(drawn, [words.band(band) for _, band, _ in drawn])
    return Chart(
        f"{title}, {unit}",
        f"{told} " + "; ".join(f"{name} {words.band(band, unit)}" for name, band in values) + ".",
        option,
        WIDTH,
        height,
        ("What", f"Low, {unit}", f"Central, {unit}", f"High, {unit}"),
        tuple((name, *map(words.number, (band.low, band.mid, band.high))) for name, band in values),
        ("what", "low", "central", "high"),
        tuple((name, band.low, band.mid, band.high) for name, band in values),
    )


def front_lines(fronts: Sequence[tuple[str, Sequence[tuple[float, float]]]], years: float) -> Chart:
    """What is still lost for what levers cost a year: a line for each coalition, a mark for each plan.

    :param fronts: the coalition's name and its (cost of levers in million USD a year, expected loss in million USD).
    """
    names = [name for name, _ in fronts]
    top = 20 + 22 * legend_lines(names)
    option = base(grid={"left": 70, "right": 30, "top": top, "bottom": 50})
    axis = {
        "axisLabel": {"color": MUTED, "fontSize": 12, "hideOverlap": True},
        "splitLine": {"lineStyle": {"color": RULE}},
    }
    named = {"nameTextStyle": {"color": INK, "fontSize": 12.5}, "nameLocation": "middle"}
    option["legend"] = legend_of(names)
    option["xAxis"] = {"type": "value", "name": "levers, million USD a year", "nameGap": 30, **named, **axis}
    option["yAxis"] = {"type": "value", "name": f"loss in {years:g} years, million USD", "nameGap": 48, **named, **axis}
    option["series"] = [
        {
            "type": "line",
            "name": name,
            "silent": True,
            "symbol": _SYMBOLS[n % len(_SYMBOLS)],
            "symbolSize": 8,
            "lineStyle": {"width": 2.2, "color": PALETTE[n % len(PALETTE)]},
            "itemStyle": {"color": PALETTE[n % len(PALETTE)]},
            "data": [[round(cost, 3), round(loss, 3)] for cost, loss in points],
        }
        for n, (name, points) in enumerate(fronts)
    ]
    ends = "; ".join(f"{name} from {words.number(p[0][1])} to {words.number(p[-1][1])}" for name, p in fronts)
    return Chart(
        "How far money goes",
        f"Expected loss, million USD, from no levers to as many as pay: {ends}.",
        option,
        WIDTH,
        320,
        ("Who acts", "Levers, million USD a year", "Expected loss, million USD"),
        tuple((name, words.number(cost), words.number(loss)) for name, points in fronts for cost, loss in points),
        ("who", "levers_musd_per_yr", "expected_loss_musd"),
        tuple((name, cost, loss) for name, points in fronts for cost, loss in points),
    )
