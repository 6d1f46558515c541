"""The documented episodes, foretold by the market and by simple rules -> the table `market_record`.

The table is what `monazite backtest` finds, kept so that a scenario can be shown with the model's record in no time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from monazite.workbench.history.backtest import Record, own_record
from reference_build.writing import write_csv

__all__ = ["build_market_record", "record_rows"]


def build_market_record(folder: Path, progress: Callable[[str], None]) -> None:
    """Write the table from the shipped trade, episodes and priors."""
    write_csv(folder, "market_record", [row for record in own_record(progress) for row in record_rows(record)])


def record_rows(r: Record) -> list[tuple[object, ...]]:
    """The rows of one episode, a method each; five digits are the same on any machine."""
    within = {"monazite": r.within, "market": r.market_within}
    tonnes = (_written(r.before_t), _written(r.lost_t), _written(r.actual_t))
    return [
        (r.episode, method, r.importers, *tonnes, _written(foretold_t), within.get(method, ""),
         _written(r.right_share[method]), _written(r.misplaced_share[method]), "baci")
        for method, foretold_t in r.total_t.items()
    ]  # fmt: skip


def _written(value: float) -> str:
    return f"{value:.5g}" if math.isfinite(value) else ""
