"""A scenario: who sells less of what to whom, from when, for how long, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["ExportCut", "Scenario"]


@dataclass(frozen=True, slots=True)
class ExportCut:
    """Exporters, one or a coalition's members together, sell a share less to some importers.

    `cut_share` is the share of the pre-shock flow that is refused (1 = a ban). An empty `targets` means everyone.
    """

    imposers: tuple[str, ...]
    targets: tuple[str, ...]
    mineral: str
    cut_share: float
    start: date | None
    weeks: int


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named disruption, its origin, and the assumptions a reader must know of.

    `origin` says where it comes from: a claim of the ledger, a file, the command line.
    """

    title: str
    cut: ExportCut
    certainty: str
    origin: str
    assumptions: tuple[str, ...] = ()
