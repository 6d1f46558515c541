"""`monazite backtest`: the market model held against past disruptions."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import click

from monazite.cli.show import print_json, progress
from monazite.cli.table import print_table
from monazite.core.errors import UsageError
from monazite.workbench.history.backtest import Record, backtest, own_record, write_predictions
from monazite.workbench.history.weekly import WeeklyRecord, weekly_record

__all__ = ["command"]


@click.command("backtest")
@click.argument("episodes", required=False, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="A .parquet or .csv file of predictions.")
@click.option("--weekly", is_flag=True, help="The weekly chain's record: exports foretold by month, and what came.")
@click.option("--json", "as_json", is_flag=True, help="Write the record as JSON.")
def command(episodes: Path | None, out: Path | None, weekly: bool, as_json: bool) -> None:
    """Hold the market model, or the weekly chain, against past disruptions.

    With EPISODES, a JSON file of histories and stated shocks, the predicted flows of the year of the shock and the year
    after go to the file of --out. Without, the project's own documented episodes are played, and what was predicted
    stands beside what came and beside simple rules. No year after an episode's base year is read to predict it. With
    --weekly, exports by month or year stand beside what came.

    \b
    Example:
      monazite backtest
      monazite backtest --weekly
      monazite backtest episodes.json --out predicted.parquet
    """
    if (episodes is None) != (out is None) or (episodes and (weekly or as_json)):
        what = "EPISODES and --out go together, without --json or --weekly"
        raise UsageError("backtest", what, "give both, or neither")
    if weekly:
        with progress() as step:
            found = weekly_record(step)
        print_json({"record": found}) if as_json else _print_weekly(found)
        return
    with progress() as step:
        if episodes is None or out is None:
            record = own_record(step)
        else:
            rows = write_predictions(backtest(episodes, step), out)
            click.echo(f"{out}: {rows:,} rows")
            return
    if as_json:
        print_json({"record": record})
        return
    _print(record)


def _print(record: tuple[Record, ...]) -> None:
    print_table(
        "Imports of the affected importers, thousand tonnes: foretold, what came, and two simple rules",
        ("episode", "year", "before", "lost", "foretold", "came", "unchanged", "a tenth made good", "in 80% interval"),
        (
            (r.episode, str(r.year), *(f"{t / 1e3:,.1f}" for t in _tonnes(r)), f"{r.within} of {r.importers}")
            for r in record
        ),
    )
    print_table(
        "Who gains and who loses, %: direction right, by tonnes moved; gains foretold of the wrong supplier",
        ("episode", "right: model", "right: a tenth made good", "misplaced: model", "misplaced: a tenth made good"),
        ((r.episode, *(_percent(v) for v in _shares(r))) for r in record),
    )
    for name in ("monazite", "proportional", "capacity"):
        right, misplaced = (
            _mean(getattr(r, field)[name] for r in record) for field in ("right_share", "misplaced_share")
        )
        click.echo(f"{name}: direction right {right}, gains misplaced {misplaced}, mean of the episodes")


def _print_weekly(record: tuple[WeeklyRecord, ...]) -> None:
    for r in record:
        print_table(
            f"{r.scenario}: exports of {r.hs} by {r.exporter}, times those before, {r.before_t_per_day:,.0f} t a day",
            ("", "10th", "50th", "90th", "came", "in the band"),
            (
                (
                    span,
                    *(f"{x:.2f}" for x in (*f.values, came)),
                    "yes" if f.low <= came <= f.high else "no",
                )
                for span, f, came in zip(r.spans, r.foretold, r.came, strict=True)
            ),
        )
        click.echo(
            f"in the band {r.within} of {len(r.spans)}; mean error {r.mean_error:.2f}, "
            f"{r.mean_error_unchanged:.2f} had nothing changed; {r.draws} draws, seed {r.seed}\n"
        )


def _tonnes(r: Record) -> tuple[float, ...]:
    return (r.before_t, r.lost_t, r.total_t["monazite"], r.actual_t, r.total_t["unchanged"], r.total_t["proportional"])


def _shares(r: Record) -> tuple[float, ...]:
    return tuple(by[name] for by in (r.right_share, r.misplaced_share) for name in ("monazite", "proportional"))


def _mean(values: Iterable[float]) -> str:
    known = [v for v in values if math.isfinite(v)]
    return _percent(sum(known) / len(known)) + "%"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}" if math.isfinite(share) else "none moved"
