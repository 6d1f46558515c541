"""`monazite plan`: what partners should do about scenarios, alone and together."""

from __future__ import annotations

import shlex
import sys
from math import inf
from pathlib import Path
from typing import Any

import click

from monazite.brief.plan_charts import plan_charts
from monazite.cli.show import print_json, print_parameters, progress
from monazite.cli.table import print_chart, print_table
from monazite.core.errors import UsageError
from monazite.core.gazetteer import Gazetteer
from monazite.core.text import printable
from monazite.plan.planned import Planned
from monazite.reference.files import check_target
from monazite.workbench.lazy import function
from monazite.workbench.plan.make import PROBABILITY, Wish, plan
from monazite.workbench.plan.told import told
from monazite.workbench.spread import Workers, spreading

__all__ = ["command"]

_GAIN = "; what they gain against acting alone comes from that"

_FILE, _FOLDER = click.Path(path_type=Path, dir_okay=False), click.Path(path_type=Path, file_okay=False)


@click.command("plan")
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...")
@click.option("--partners", required=True, help="Countries or a coalition, joined by commas; at most six.")
@click.option(
    "--probability",
    "probabilities",
    type=float,
    multiple=True,
    help=f"That a scenario comes within three years, once for each; {PROBABILITY:g} shared among them if not given.",
)
@click.option(
    "--budget", type=float, default=inf, help="Most that levers may cost, million USD a year, of all partners."
)
@click.option(
    "--risk-weight", type=float, default=Wish().risk_weight, show_default=True, help="Of the worst twentieth."
)
@click.option("--cover", type=float, default=0.0, help="Share of every use that has to be met, whatever comes.")
@click.option("--front", is_flag=True, help="How far money goes: plans from no budget to enough, alone and together.")
@click.option("--draws", type=click.IntRange(0, 1000), default=0, help="Try the plan under that many other parameters.")
@click.option("--check", is_flag=True, help="Play the plan through the weekly chain and set what it avoids beside.")
@click.option(
    "--mineral", default="", help="Mineral of the plan, for scenarios of closed passages or of several minerals."
)
@click.option("--year", type=int, help="Base year; the newest of the trade table if not given.")
@click.option("--time-limit", type=click.FloatRange(0, min_open=True), default=inf, help="Seconds for each coalition.")
@click.option("--xlsx", type=_FILE, metavar="FILE", help="Write its tables as a workbook too, a sheet each.")
@click.option(
    "--charts", type=_FOLDER, metavar="DIR", help="Write its charts too, as PNG and SVG, their tables as CSV."
)
@click.option("--workers", type=int, help="Solve on so many processes of this machine.")
@click.option("--json", "as_json", is_flag=True, help="Write everything as JSON.")
def command(  # noqa: PLR0913 - one parameter for each option
    scenarios: tuple[str, ...],
    partners: str,
    probabilities: tuple[float, ...],
    budget: float,
    risk_weight: float,
    cover: float,
    front: bool,
    draws: int,
    check: bool,
    mineral: str,
    year: int | None,
    time_limit: float,
    xlsx: Path | None,
    charts: Path | None,
    workers: int | None,
    as_json: bool,
) -> None:
    """Show what PARTNERS should buy ahead of scenarios (TOML files or names), alone and together, and who pays.

    What it costs, what it saves, what to buy first and what the next tonne of each lever is worth; how partners can
    divide what acting together saves, and whether any of them would leave.

    \b
    Example:
      monazite plan rare-earths-2026 --partners JPN,IND
      monazite plan scenario.toml --partners JPN,IND --probability 0.2 --budget 10 --json
      monazite plan scenario.toml --partners JPN,IND --front --xlsx plan.xlsx --charts charts
    """
    wish = Wish(probabilities, budget, risk_weight, cover, year, time_limit, draws, front, check, mineral)
    if xlsx and xlsx.suffix.lower() != ".xlsx":
        raise UsageError(str(xlsx), "--xlsx writes another format", "let it end in .xlsx")
    if xlsx:
        check_target(xlsx)
    with progress() as step, spreading(Workers(workers)) as spread:
        planned, names = plan(scenarios, partners, wish, step, spread)
    if xlsx:
        function("monazite.workbench.plan.files:write_tables")(planned, xlsx)
    if charts:
        again = shlex.join(["monazite", *sys.argv[1:]])
        function("monazite.workbench.plan.files:write_charts")(planned, names, charts, again)
    if as_json:
        print_json(told(planned))
    else:
        _print(planned, names)


def _print(planned: Planned, names: Gazetteer) -> None:
    found, charts = told(planned), dict(plan_charts(planned, names))
    joint, bare, who = found["plan"], found["without"], [names.name_of(p) for p in found["partners"]]
    name = dict(zip(found["partners"], who, strict=True))
    click.echo(
        printable(f"{found['mineral']}, {', '.join(who)}: {found['years']:g} years, base year {found['base_year']}")
    )
    for s in found["scenarios"]:
        click.echo(printable(f"scenario, with probability {s['probability']:g}: {s['title']} ({s['certainty']})"))
    for one in found["coalitions"]:
        if one["gap"]:
            far = f"is within {100 * one['gap']:.2g}% of the best" if one["gap"] < inf else "buys nothing"
            whose = ", ".join(name[p] for p in one["partners"])
            click.echo(printable(f"time ran out: the best plan so far of {whose} {far}"))
    if "measures" in charts:
        print_chart(charts["measures"])
    else:
        click.echo("What to buy: no lever")
    print_table(
        "What it does, million USD in all years",
        ("", "levers", "expected loss", "loss in the worst twentieth"),
        (
            (
                label,
                *(
                    f"{x:,.1f}"
                    for x in (p["levers_musd_per_yr"] * found["years"], p["expected_loss_musd"], p["tail_loss_musd"])
                ),
            )
            for label, p in (("without", bare), ("with the plan", joint))
        ),
    )
    if len(who) > 1:
        click.echo(
            f"without: no lever, but partners still pass on to each other{'' if 'measures' in charts else _GAIN}"
        )
    if first := found["first"]:
        click.echo(f"first to buy: {first['lever']}; its first dollar saves {first['dollar_saves_usd']:.1f}")
    for v in sorted(joint["levers"], key=lambda v: -v["first_dollar_saves_usd"])[:6]:
        click.echo(printable(v["why"]))
    print_chart(charts["shares"])
    _print_leavers(found["core"], name)
    if "front" in charts:
        print_chart(charts["front"])
    _print_robust(found)
    _print_check(found)
    _print_grounds(found)


def _print_leavers(core: dict[str, Any], name: dict[str, str]) -> None:
    if core["empty"]:
        click.echo(f"whatever is agreed, some coalition would gain {core['epsilon_musd']:,.1f} or more by leaving")
    for rule in ("shapley", "nucleolus"):
        for one in core[f"would_leave_{rule}"]:
            who = ", ".join(name[p] for p in one["partners"])
            click.echo(printable(f"under {rule} {who} would leave: short of {one['short_of_musd']:,.1f}"))


def _print_robust(found: dict[str, Any]) -> None:
    if robust := found["robust"]:
        print_table(
            f"Under {robust['draws']} other sets of parameters and costs, seed {robust['seed']}",
            ("lever", "bought in, %", "t, 10th to 90th percentile"),
            (
                (
                    v["lever"],
                    f"{100 * v['bought_share']:.0f}",
                    f"{v['amount_t']['p10']:,.0f} to {v['amount_t']['p90']:,.0f}",
                )
                for v in robust["levers"]
                if v["bought_share"] > 0
            ),
        )


def _print_check(found: dict[str, Any]) -> None:
    if not (check := found["check"]):
        return
    chain, band = check["chain"], check["chain"]["avoided_musd"]
    print_table(
        f"The plan played week by week, {check['draws']} draws, seed {check['seed']}: unmet use and unsold goods, "
        "million USD in all years",
        ("", "without", "with the plan", "avoided"),
        (
            (name, *(f"{side[k]['p50']:,.1f}" for k in ("without_musd", "with_plan_musd")), avoided)
            for name, side, avoided in (
                ("by the programme", check["programme"], f"{check['programme']['avoided_musd']:z,.1f}"),
                ("by the weekly chain", check["central"], f"{check['central']['avoided_musd']:z,.1f}"),
                ("by the chain over draws", chain, f"{band.mid:z,.1f} ({band.low:z,.1f} to {band.high:z,.1f})"),
            )
        ),
    )
    click.echo(f"the two {'agree' if check['agrees'] else 'do not agree'} within {100 * check['tolerance']:.0f}%")
    for reason in check["reasons"]:
        click.echo(printable(reason))


def _print_grounds(found: dict[str, Any]) -> None:
    for line in found["not_shown"]:
        click.echo(printable(line))
    if found["no_loss_data"]:
        click.echo(f"no use on record, so a lost tonne counts its price only: {', '.join(found['no_loss_data'])}")
    print_parameters(found["parameters"])
    click.echo(f"sources: {', '.join(found['sources'])} (monazite data show sources; monazite data show levers)")
