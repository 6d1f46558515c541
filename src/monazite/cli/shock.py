"""`monazite shock`: an export cut played through the market."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import click
from click.core import ParameterSource

from monazite.cli.show import band, print_json, progress
from monazite.cli.table import print_table
from monazite.cli.weekly import print_weekly
from monazite.core.errors import MonaziteError, UsageError
from monazite.core.gazetteer import Gazetteer
from monazite.core.text import printable
from monazite.core.values import Band, Stage
from monazite.scenario.files import to_toml
from monazite.scenario.reach import minerals_of
from monazite.scenario.schema import json_schema
from monazite.scenario.values import ExportCut, Scenario, Window
from monazite.scenario.words import said
from monazite.simulation.values import MarketOutcome
from monazite.workbench.shock import named_scenarios, scenario_from_options, scenario_of, shock

__all__ = ["band_of", "command"]

_SHOWN = 12


def band_of(value: str) -> Band:
    """A number, or its range as LOW,MID,HIGH."""
    try:
        parts = [float(part) for part in value.split(",")]
        low, mid, high = parts if len(parts) == 3 else parts * 3
        return Band(low, mid, high)
    except (ValueError, MonaziteError):
        raise click.BadParameter(f"{value!r} is no number; write 0.5, or low, middle and high as 0.2,0.5,0.8") from None


@click.command("shock")
@click.argument("scenario", required=False)
@click.option("--from", "imposer", help="Country or coalition that sells less.")
@click.option("--to", "targets", multiple=True, help="Country or coalition it sells less to; everyone if not given.")
@click.option("--mineral", help="Mineral it sells less of; or whose chain a closed passage is played on.")
@click.option(
    "--stage", type=click.Choice([s.value for s in Stage]), help="Stage of the chain; all that are traded if not given."
)
@click.option(
    "--cut",
    type=band_of,
    metavar="SHARE",
    default="1.0",
    show_default=True,
    help="Share refused; or LOW,MID,HIGH.",
)
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help="First day.")
@click.option("--weeks", type=int, default=Window().weeks, show_default=True, help="How long it lasts.")
@click.option(
    "--draws", type=click.IntRange(2, 100_000), default=200, show_default=True, help="Draws of the weekly chain."
)
@click.option("--list", "to_show", flag_value="list", help="List the scenarios that have a name, and play none.")
@click.option("--schema", "to_show", flag_value="schema", help="Write the JSON schema of scenario files.")
@click.option("--toml", "to_show", flag_value="toml", help="Write the scenario as a file, and do not play it.")
@click.option("--json", "as_json", is_flag=True, help="Write everything as JSON.")
def command(  # noqa: PLR0913 - one parameter for each option
    scenario: str | None,
    imposer: str | None,
    targets: tuple[str, ...],
    mineral: str | None,
    stage: str | None,
    cut: Band,
    start: datetime | None,
    weeks: int,
    draws: int,
    to_show: str | None,
    as_json: bool,
) -> None:
    """Play a SCENARIO, a file (TOML) or a name, or a cut from options: who goes short, who steps in, at what price.

    Results are ranges over the model's parameters; each parameter's range and source is part of the result.

    \b
    Example:
      monazite shock --from China --to Japan --mineral rare-earths --cut 1.0 --start 2026-01-06 --weeks 26
      monazite shock scenario.toml --json
      monazite shock rare-earths-2010
      monazite shock hormuz --mineral aluminium
    """
    if to_show == "schema":
        print_json(json_schema())
        return
    if to_show == "list":
        _list(named_scenarios(), as_json)
        return
    given = click.get_current_context().get_parameter_source
    options = ("imposer", "targets", "stage", "cut", "start", "weeks")
    if scenario and any(given(o) is ParameterSource.COMMANDLINE for o in options):
        raise UsageError("shock", "both a scenario and options were given", "use one of the two")
    if scenario:
        made, names = scenario_of(scenario)
        if mineral and minerals_of(made):
            raise UsageError("shock", "the scenario names its minerals", "leave out --mineral")
    elif imposer and mineral:
        day = start.date() if start else None
        part = Stage(stage) if stage else None
        made, names = scenario_from_options(ExportCut((imposer,), targets, mineral, cut, Window(day, weeks), part))
    else:
        raise UsageError("shock", "neither a scenario nor --from and --mineral were given", "see monazite shock --help")
    if to_show == "toml":
        click.echo(to_toml(made), nl=False)
        return
    with progress() as step:
        minerals = (names.mineral(mineral).id,) if mineral else ()
        played = shock(made, step, draws, minerals)
    if as_json:
        not_shown = [{"shock": s, "reason": reason} for s, reason in played.not_shown]
        told = {"scenario": made, "outcomes": played.outcomes, "not_shown": not_shown}
        print_json({**told, "weekly": played.weekly or {"reason": played.no_weekly}})
        return
    for outcome in played.outcomes:
        _print(outcome, names)
    if played.weekly:
        print_weekly(played.weekly, names)
    for left_out, reason in played.not_shown:
        click.echo(printable(f"not in these figures: {said(left_out, names)}: {reason}"))


def _list(named: Mapping[str, Scenario], as_json: bool) -> None:
    if as_json:
        print_json({"scenarios": [{"name": name, "scenario": s} for name, s in named.items()]})
        return
    rows = (
        (name, s.certainty, s.title, ", ".join((*s.grounds.measures, *s.grounds.sources))) for name, s in named.items()
    )
    print_table("Scenarios by name", ("name", "certainty", "what", "rests on"), rows)


def _print(outcome: MarketOutcome, names: Gazetteer) -> None:
    goods = f"{outcome.stage}, HS {', '.join(outcome.hs)}, base year {outcome.base_year}"
    click.echo(printable(f"{outcome.scenario.title} ({goods})"))
    print_table(
        "Who goes short, tonnes gross a year, 10th to 90th percentile",
        ("importer", "before", "lost", "replaced", "short", "short, %", "price paid, %"),
        (
            (
                names.name_of(i.importer),
                f"{i.base_t:,.0f}",
                band(i.lost_t),
                band(i.replaced_t),
                band(i.shortfall_t),
                band(i.shortfall_share, scale=100),
                band(i.price_change_pct) if i.price_change_pct else "no price",
            )
            for i in outcome.importers[:_SHOWN]
        ),
    )
    if (more := len(outcome.importers) - _SHOWN) > 0:
        click.echo(f"and {more} more, all in --json")
    print_table(
        "Who steps in, tonnes gross a year",
        ("exporter", "to", "before", "more"),
        (
            (names.name_of(g.exporter), names.name_of(g.importer), f"{g.base_t:,.0f}", band(g.change_t))
            for g in outcome.gains
        ),
    )
    for line in outcome.assumptions:
        click.echo(f"assumption: {line}")
    for p in outcome.parameters:
        click.echo(
            f"parameter {p.name}: {p.unit}, {p.band.low:g} to {p.band.high:g}, centre {p.band.mid:g} ({p.source})"
        )
    click.echo(
        f"{outcome.draws} draws, seed {outcome.seed}, largest residual {outcome.residual_share:.0e}; "
        f"sources: {', '.join(outcome.sources)} (monazite data show sources)\n"
    )
