"""What a shock does, as values that charts, tables and plans read."""

from __future__ import annotations

from dataclasses import dataclass

from monazite.core.values import Band
from monazite.scenario.values import Scenario

__all__ = ["FlowChange", "ImporterOutcome", "MarketOutcome", "Parameter"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A model parameter: its range, its unit, and its source or the word 'assumption'."""

    name: str
    band: Band
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class ImporterOutcome:
    """What one importer loses, gets instead and goes without, in tonnes gross a year.

    `price_change_pct` is the mean change of the prices of its remaining suppliers, by weight of what it still buys;
    None where nothing is left to buy.
    """

    importer: str
    base_t: float
    lost_t: Band
    replaced_t: Band
    shortfall_t: Band
    shortfall_share: Band
    price_change_pct: Band | None


@dataclass(frozen=True, slots=True)
class FlowChange:
    """How much more (or less) one exporter sells to one importer than before, tonnes gross a year."""

    exporter: str
    importer: str
    base_t: float
    change_t: Band


@dataclass(frozen=True, slots=True)
class MarketOutcome:
    """The market's answer to a scenario for one stage of one mineral over one year.

    `residual_share` is the largest unbalanced part of any exporter's sales over all draws: the certificate of
    convergence. `importers` are the targets; `gains` the flows to them that change most, largest first;
    `others` the importers outside the scenario that are hit through prices.
    """

    scenario: Scenario
    mineral: str
    stage: str
    hs: tuple[str, ...]
    base_year: int
    draws: int
    seed: int
    importers: tuple[ImporterOutcome, ...]
    others: tuple[ImporterOutcome, ...]
    gains: tuple[FlowChange, ...]
    world_price_change_pct: Band
    residual_share: float
    parameters: tuple[Parameter, ...]
    sources: tuple[str, ...]
