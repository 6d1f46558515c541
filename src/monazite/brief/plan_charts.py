"""A plan -> charts: what to buy and what it costs, who bears what alone and together, how far money goes."""

from __future__ import annotations

from collections.abc import Iterator

from monazite.brief import words
from monazite.brief.pieces import (
    CALM,
    GAIN,
    LOSS,
    MUTED,
    PALETTE,
    RULE,
    WIDTH,
    Option,
    base,
    legend_lines,
    legend_of,
    range_bars,
)
from monazite.brief.values import Chart
from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Band
from monazite.plan.planned import Planned
from monazite.plan.values import Kind, Lever, Plan

__all__ = ["bought", "front_chart", "lever_words", "measures_chart", "plan_charts", "shares_chart"]

_LEAST_T = 0.5
_KINDS = {
    Kind.STOCK: "stockpile of {goods} in {place}",
    Kind.CAPACITY: "plants for {goods} in {place}",
    Kind.RECYCLING: "{goods} won from scrap in {place}",
    Kind.OFFTAKE: "contract for {goods} of {seller} for {place}",
    Kind.THRIFT: "thrift with {goods} in {place}",
    Kind.ROUTE: "second route for {goods} to {place}",
}


def lever_words(lever: Lever, gazetteer: Gazetteer) -> str:
    """A lever as a reader knows it: 'stockpile of metal in Japan'."""
    seller = words.country(lever.supplier, gazetteer) if lever.supplier else ""
    place = words.country(lever.partner, gazetteer)
    return _KINDS[lever.kind].format(goods=words.GOODS[lever.stage], place=place, seller=seller)


def bought(plan: Plan) -> list[tuple[Lever, float, Band]]:
    """The levers a plan buys, tonnes of each and million USD a year; the first to be there first, then the dearest."""
    found = [
        (lever, tonnes, lever.cost_usd_per_t_yr.scaled(tonnes * 1e-6))
        for lever, tonnes in zip(plan.levers, plan.amount_t.tolist(), strict=True)
        if tonnes >= _LEAST_T
    ]
    return sorted(found, key=lambda row: (row[0].lead_quarters, -row[2].mid, row[0].name))


def plan_charts(planned: Planned, gazetteer: Gazetteer) -> Iterator[tuple[str, Chart]]:
    """All that is drawn of a plan, each chart by its name: what to buy, who bears what, how far money goes."""
    if bought(planned.together.joint):
        yield "measures", measures_chart(planned, gazetteer)
    yield "shares", shares_chart(planned, gazetteer)
    if planned.fronts:
        yield "front", front_chart(planned, gazetteer)


def measures_chart(planned: Planned, gazetteer: Gazetteer) -> Chart:
    """What the joint plan buys: million USD a year for each lever as a range, with tonnes and when it is there."""
    rows = bought(planned.together.joint)
    names = [words.sentence(lever_words(lever, gazetteer)) for lever, *_ in rows]
    shown = [f"{words.number(t)} t, from quarter {lever.lead_quarters + 1}" for lever, t, _ in rows]
    bars = [(name, cost, CALM) for name, (*_, cost) in zip(names, rows, strict=True)]
    return Chart(
        f"What {words.countries(planned.together.partners, gazetteer)} would buy, million USD a year",
        "Solid to the low end of the range of cost, pale to the high end, the mark is the central value. "
        + "; ".join(f"{name}: {what}" for name, what in zip(names, shown, strict=True))
        + ".",
        *range_bars(bars, shown),
        ("Lever", "Amount, t contained", "There from quarter", "Million USD a year"),
        tuple(
            (name, words.number(t), str(lever.lead_quarters + 1), f"{words.number(cost.mid)} ({words.band(cost)})")
            for name, (lever, t, cost) in zip(names, rows, strict=True)
        ),
        ("lever", "amount_t", "lead_quarters", "cost_low_musd_per_yr", "cost_musd_per_yr", "cost_high_musd_per_yr"),
        tuple((lever.name, t, lever.lead_quarters, *cost.values) for lever, t, cost in rows),
    )


def shares_chart(planned: Planned, gazetteer: Gazetteer) -> Chart:
    """What each partner bears alone, in the joint plan before payments, and after them."""
    together = planned.together
    rows = [
        (p, float(alone), float(borne), float(paid), float(alone - gain))
        for p, alone, borne, paid, gain in zip(
            together.partners,
            together.alone_musd,
            together.borne_musd,
            together.payment_musd,
            together.nucleolus_musd,
            strict=True,
        )
    ]
    bars, shown = list[tuple[str, Band, str]](), list[str]()
    for partner, alone, borne, paid, end in rows:
        name = words.one_line(gazetteer.name_of(partner), 24)
        flow = f"pays {words.number(paid)}" if paid > 0 else f"is paid {words.number(-paid)}"
        for what, value, colour, told in (
            ("alone", alone, LOSS, ""),
            ("together, own part", borne, CALM, flow if abs(paid) >= 0.05 else ""),
            ("together, in the end", end, GAIN, ""),
        ):
            bars.append((f"{name}: {what}", Band(value, value, value), colour))
            shown.append(", ".join(part for part in (words.number(value), told) if part))
    return Chart(
        f"What each bears, levers and losses in {planned.together.joint.years:g} years, million USD",
        "Alone, in the joint plan before payments, and after them (nucleolus). "
        + "; ".join(f"{bar[0]} {text}" for bar, text in zip(bars, shown, strict=True))
        + ".",
        *range_bars(bars, shown),
        (
            "Partner",
            "Alone",
            "In the joint plan",
            "Pays the others",
            "In the end",
            "Gain (nucleolus)",
            "Gain (Shapley)",
        ),
        tuple(
            (words.one_line(gazetteer.name_of(p)), *map(words.number, (*x, float(gain), float(shapley))))
            for (p, *x), gain, shapley in zip(rows, together.nucleolus_musd, together.shapley_musd, strict=True)
        ),
        ("partner", "alone_musd", "borne_musd", "pays_musd", "in_the_end_musd"),
        tuple(rows),
    )


def front_chart(planned: Planned, gazetteer: Gazetteer) -> Chart:
    """Loss by what levers cost a year: a colour for each partner alone and for all, expected and in the worst tail."""
    series, legend = list[Option](), list[str]()
    for n, plans in enumerate(planned.fronts):
        name = words.countries(plans[0].partners, gazetteer)
        legend.append(words.sentence(name))
        for kind, of, what in (
            ("solid", "expected_loss_musd", "expected loss"),
            ("dashed", "tail_loss_musd", "loss in the worst tail"),
        ):
            series.append(
                {
                    "type": "line",
                    "name": legend[-1],
                    "data": [_point(p, getattr(p, of), f"{legend[-1]}, {what}") for p in plans],
                    "symbol": "circle",
                    "symbolSize": 6,
                    "itemStyle": {"color": PALETTE[n % len(PALETTE)]},
                    "lineStyle": {"width": 2.2, "color": PALETTE[n % len(PALETTE)], "type": kind},
                }
            )
    top = 16 + 22 * legend_lines(legend)
    option = base(grid={"left": 76, "right": 30, "top": top + 26, "bottom": 52})
    option["legend"] = legend_of(legend)
    axis = {
        "type": "value",
        "min": 0,
        "nameLocation": "middle",
        "nameTextStyle": {"color": MUTED, "fontSize": 12},
        "splitLine": {"lineStyle": {"color": RULE}},
        "axisLabel": {"color": MUTED, "fontSize": 12, "hideOverlap": True},
    }
    option["xAxis"] = {**axis, "name": "levers, million USD a year", "nameGap": 28}
    option["yAxis"] = {**axis, "name": "loss in all years, million USD", "nameGap": 56}
    option["series"] = series
    rows = tuple(
        (name, p.levers_musd_per_yr, p.expected_loss_musd, p.tail_loss_musd, float(p.missing_weeks.max()))
        for name, plans in zip(legend, planned.fronts, strict=True)
        for p in plans
    )
    worst = words.pct(planned.problem.choices.tail_share)
    return Chart(
        "How far money goes",
        "The plan for each budget, of each partner alone and of all together: its loss by what its levers cost. "
        + "; ".join(
            f"{name}: expected loss {words.number(plans[0].expected_loss_musd)} without a lever, "
            f"{words.number(plans[-1].expected_loss_musd)} for {words.number(plans[-1].levers_musd_per_yr)} a year"
            for name, plans in zip(legend, planned.fronts, strict=True)
        )
        + ".",
        option,
        WIDTH,
        top + 330,
        ("Partners", "Levers a year", "Expected loss", "Loss in the worst tail", "Weeks of a use missing, at worst"),
        tuple((name, *map(words.number, x)) for name, *x in rows),
        ("partners", "levers_musd_per_yr", "expected_loss_musd", "tail_loss_musd", "missing_weeks"),
        rows,
        notes=(
            f"Solid: expected loss. Dashed: the mean loss in the worst {worst} of what may happen.",
            "Weeks of a use missing: all that goes unmet, of the partner and stage with most, in the worst scenario.",
        ),
    )


def _point(plan: Plan, loss_musd: float, of: str) -> Option:
    levers = plan.levers_musd_per_yr
    tip = f"{of}\n{words.number(loss_musd)} for levers of {words.number(levers)} million USD a year"
    return {"value": [round(levers, 4), round(loss_musd, 4)], "tip": tip}
