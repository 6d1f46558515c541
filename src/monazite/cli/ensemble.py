"""`monazite ensemble`: a scenario at many points of all its ranges, in a file, and which assumption matters most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monazite.cli.show import band, print_json, progress
from monazite.cli.table import print_table
from monazite.core.errors import UsageError
from monazite.core.gazetteer import Gazetteer
from monazite.scenario.files import to_toml
from monazite.workbench.lazy import function
from monazite.workbench.shock.play import scenario_of
from monazite.workbench.shock.weekly import weekly_model
from monazite.workbench.spread import Workers, spreading

if TYPE_CHECKING:
    from monazite.workbench.shock.ensemble import Ensemble, Outcome

__all__ = ["command"]

_SHOWN = 12
_LISTED = {
    "missing_t": "Use that is missing, t over all weeks",
    "price_peak_pct": "Price at its highest, % more than before",
}


@click.command("ensemble")
@click.argument("scenario")
@click.option(
    "-o", "--out", required=True, type=click.Path(path_type=Path), help="Where outcomes go: NAME.zarr or NAME.nc."
)
@click.option("--points", type=int, default=256, show_default=True, help="Sobol' points, a power of 2.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Seed of the points.")
@click.option("--mineral", help="Whose chain to play, if the scenario names no mineral.")
@click.option(
    "--sensitivity/--no-sensitivity",
    default=True,
    show_default=True,
    help="Play (parameters + 2) times the points, to tell the parameters' parts apart.",
)
@click.option("--workers", type=int, help="Play on so many processes of this machine.")
@click.option("--scheduler", help="Play on the workers of a Dask scheduler at this address.")
@click.option("--json", "as_json", is_flag=True, help="Write outcomes in short as JSON.")
def command(  # noqa: PLR0913 - one parameter for each option
    scenario: str,
    out: Path,
    points: int,
    seed: int,
    mineral: str | None,
    sensitivity: bool,
    workers: int | None,
    scheduler: str | None,
    as_json: bool,
) -> None:
    """Play a SCENARIO, a file (TOML) or a name, week by week at many points of the ranges of all assumptions.

    Outcomes by draw go to a file with names and units; shown are bands and what part of the variance is whose. A run
    that was broken off goes on where it was; the same seed gives the same bytes, whoever does the work.

    \b
    Example:
      monazite ensemble graphite-2023 -o graphite.zarr --points 512
      monazite ensemble scenario.toml -o outcomes.nc --workers 2
    """
    try:
        design = function("monazite.simulation.ensemble:Design")
        run = function("monazite.workbench.shock.ensemble:run_ensemble")
    except ImportError as error:
        raise UsageError("ensemble", f"{error.name} is missing", "run: pip install 'monazite[ensemble]'") from error
    made, names = scenario_of(scenario)
    minerals = (names.mineral(mineral).id,) if mineral else ()
    hands = Workers(workers, scheduler)
    model = weekly_model(made, minerals, threads=1 if hands else 0)
    settings = {"scenario": to_toml(made)}
    with progress() as step, spreading(hands) as spread:
        found = run(model, design(model.parameters, points, seed, sensitivity), out, settings, spread, step)
    if as_json:
        print_json(found)
    else:
        _print(found, names)


def _print(found: Ensemble, names: Gazetteer) -> None:
    """The largest outcomes, and which parameters they follow."""
    for variable, title in _LISTED.items():
        largest = sorted((o for o in found.outcomes if o.variable == variable), key=lambda o: -o.band.high)[:_SHOWN]
        print_table(
            f"{title}, 10th to 90th percentile",
            ("good", "country", "outcome", "by itself (first order)", "with others (total)"),
            (
                (o.at[0], names.name_of(o.at[1]) if len(o.at) > 1 else "all", band(o.band, digits=1), *_shares(o))
                for o in largest
                if o.band.high > o.band.low
            ),
        )
    design = found.design
    click.echo(f"{design.rows:,} draws at {design.count:,} Sobol' points, seed {design.seed}, in {found.path}")


def _shares(outcome: Outcome) -> Iterator[str]:
    """The three parameters that account for most, by each index."""
    for shares in (outcome.first, outcome.total):
        yield _largest(shares) if shares else "not told"


def _largest(shares: Mapping[str, float]) -> str:
    order = sorted(shares.items(), key=lambda item: -item[1])[:3]
    return ", ".join(f"{name} {share:.0%}" for name, share in order if share > 0.005) or "none"
