"""`monazite shock`: a scenario played through the market, the chain, and the industries and programmes behind it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import click
from click.core import ParameterSource

from monazite.brief.charts import market_charts
from monazite.brief.shortage import economy_losses, industry_losses, price_peaks, programme_parts, short_places
from monazite.cli.show import print_grounds, print_json, print_parameters, progress
from monazite.cli.table import print_chart, print_table
from monazite.core.errors import MonaziteError, UsageError
from monazite.core.gazetteer import Gazetteer
from monazite.core.text import printable
from monazite.core.values import Band, Stage
from monazite.scenario.files import to_toml
from monazite.scenario.reach import minerals_of
from monazite.scenario.schema import json_schema
from monazite.scenario.values import ExportCut, Scenario, Window
from monazite.scenario.words import said
from monazite.simulation.economy.shortage import EconomyOutcome
from monazite.simulation.track import told as track_said
from monazite.simulation.weekly.outcome import WeeklyOutcome
from monazite.workbench.history.track import market_tracks
from monazite.workbench.shock.play import Asked, Played, named_scenarios, scenario_from_options, scenario_of, shock
from monazite.workbench.shock.told import in_short, told

__all__ = ["band_of", "command"]


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
    "--draws", type=click.IntRange(2, 10_000), default=200, show_default=True, help="Draws of the weekly chain."
)
@click.option("--programme", "programmes", multiple=True, help="Programme whose deliveries to follow; see --built-in.")
@click.option("--built-in", default="", metavar="COUNTRY", help="Where a programme's parts are made.")
@click.option(
    "--units-per-week", type=click.FloatRange(0, min_open=True), default=1.0, show_default=True, help="Its plan."
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
    programmes: tuple[str, ...],
    built_in: str,
    units_per_week: float,
    to_show: str | None,
    as_json: bool,
) -> None:
    """Play a SCENARIO, a file (TOML) or a name, or a cut from options: who goes short, who steps in, at what price.

    In the year's market, in the chain week by week, in the industries behind it and, where asked for, in programmes.

    Results are ranges over the model's parameters; each parameter's range and source is part of the result.

    \b
    Example:
      monazite shock --from China --to Japan --mineral rare-earths --cut 1.0 --start 2026-01-06 --weeks 26
      monazite shock scenario.toml --json
      monazite shock rare-earths-2010
      monazite shock hormuz --mineral aluminium
      monazite shock rare-earths-2026 --programme electric-car --built-in Japan
    """
    if to_show in ("schema", "list"):
        print_json(json_schema()) if to_show == "schema" else _list(named_scenarios(), as_json)
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
        window = Window(start.date() if start else None, weeks)
        part = Stage(stage) if stage else None
        made, names = scenario_from_options(ExportCut((imposer,), targets, mineral, cut, window, part))
    else:
        raise UsageError("shock", "neither a scenario nor --from and --mineral were given", "see monazite shock --help")
    if to_show == "toml":
        click.echo(to_toml(made), nl=False)
        return
    minerals = (names.mineral(mineral).id,) if mineral else ()
    asked = Asked(draws, minerals, programmes, _place(built_in, programmes, names), units_per_week)
    with progress() as step:
        played = shock(made, step, asked)
    if as_json:
        print_json(told(made, played, names))
    else:
        _print(played, names)


def _place(built_in: str, programmes: tuple[str, ...], names: Gazetteer) -> str:
    """The country that makes a programme's parts."""
    if bool(programmes) != bool(built_in):
        raise UsageError("shock", "--programme and --built-in go together", "give both, or neither")
    places = names.members(built_in) if built_in else ("",)
    if len(places) > 1:
        raise UsageError("--built-in", f"{built_in} is more than one country", "name one")
    return places[0]


def _print(played: Played, names: Gazetteer) -> None:
    click.echo("In short")
    for sentence in in_short(played, names):
        click.echo(printable(f"- {sentence}"))
    click.echo("")
    for outcome in played.outcomes:
        goods = f"{outcome.stage}, HS {', '.join(outcome.hs)}, base year {outcome.base_year}"
        click.echo(printable(f"{outcome.scenario.title} ({goods}): tonnes gross, 10th, 50th and 90th percentile"))
        for _, chart in market_charts(outcome, names):
            print_chart(chart)
        print_grounds(outcome)
    for track in market_tracks(o.mineral for o in played.outcomes):
        click.echo(f"the model's record: {track_said(track)} (monazite backtest)\n")
    if played.weekly:
        _print_weekly(played.weekly, names)
    if played.economy:
        _print_economy(played.economy, names)
    for name, late in played.programmes.items():
        print_chart(programme_parts(name, late, names))
        print_parameters(late.parameters)
    for left_out, reason in played.not_shown:
        click.echo(printable(f"not in these figures: {said(left_out, names)}: {reason}"))
    for reason in filter(None, (played.no_weekly, played.no_economy)):
        click.echo(printable(f"not in these figures: {reason}"))


def _print_weekly(found: WeeklyOutcome, names: Gazetteer) -> None:
    day = f" from {found.first_day}" if found.first_day else ""
    click.echo(f"Week by week, {found.weeks} weeks{day}; the last shock is over after {found.last_week}")
    print_chart(short_places("When use runs short", found, found.uses, names))
    print_chart(short_places("Who makes less", found, found.makers, names))
    print_chart(price_peaks(found, names))
    for one in found.not_shown:
        click.echo(printable(f"not in the weeks: {said(one.shock, names)}: {one.reason}"))
    print_grounds(found)


def _print_economy(found: EconomyOutcome, names: Gazetteer) -> None:
    print_chart(economy_losses(found, names))
    if any(i.lost_musd.high > 0 for i in found.industries):
        print_chart(industry_losses(found, names))
    if found.uncovered:
        missing = ", ".join(map(names.name_of, found.uncovered))
        click.echo(f"not counted, no data: {missing} (short of it, and not in the inter-country table)")
    print_parameters(found.parameters)
    click.echo(f"{found.draws} draws; sources: {', '.join(found.sources)} (monazite data show sources)\n")


def _list(named: Mapping[str, Scenario], as_json: bool) -> None:
    if as_json:
        print_json({"scenarios": [{"name": name, "scenario": s} for name, s in named.items()]})
        return
    rows = (
        (name, s.certainty, s.title, ", ".join((*s.grounds.measures, *s.grounds.sources))) for name, s in named.items()
    )
    print_table("Scenarios by name", ("name", "certainty", "what", "rests on"), rows)
