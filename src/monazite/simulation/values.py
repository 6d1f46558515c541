"""What a shock does, as values that charts, tables and plans read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monazite.core.values import Band
from monazite.scenario.values import Scenario, Shock

__all__ = ["FlowChange", "Foretold", "ImporterOutcome", "MarketOutcome", "Model", "Parameter", "Taker", "Variable"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A model parameter: its range, its unit, and its source or the word 'assumption'."""

    name: str
    band: Band
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Variable:
    """An outcome of a model: its dimensions after the draws, its unit, and what it is in words."""

    dims: tuple[str, ...]
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class Model:
    """What gives outcomes for values of its parameters, draws as axis 0: a plain value that any worker can be sent.

    `labels` names the places along each dimension of the `variables`; `run` takes the values of each parameter,
    (draws,), and gives each variable, draws first and then its dimensions.
    """

    parameters: tuple[Parameter, ...]
    labels: Mapping[str, tuple[str, ...]]
    variables: Mapping[str, Variable]
    run: Callable[[Mapping[str, NDArray[np.float64]]], Mapping[str, NDArray[np.float64]]]


@dataclass(frozen=True, slots=True)
class ImporterOutcome:
    """What one importer loses, gets instead and goes without, in tonnes gross a year.

    What it wants on top, to use or to stock, counts as lost until someone sells it; what comes out of stocks, as got.
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
class Taker:
    """An exporter's share (0-1) of what others are expected to sell an importer on top; `base_t` is what it sold it."""

    exporter: str
    importer: str
    base_t: float
    share: float


@dataclass(frozen=True, slots=True)
class Foretold:
    """What falls of other suppliers, up to `learned_to`, teach of this one.

    `bought_t`: what each importer hit as those were buys in all in `year`, tonnes gross, with its 80% interval: what
    else moves trade from year to year is in it. `takers`: who takes up what is lost, by importer.
    """

    year: int
    learned_to: int
    bought_t: Mapping[str, Band]
    takers: tuple[Taker, ...]


@dataclass(frozen=True, slots=True)
class MarketOutcome:
    """The market's answer to a scenario for one stage of one mineral over one year.

    `residual_share` is the largest unbalanced part of any exporter's sales over all draws: the certificate of
    convergence. `shocks` are those of the scenario that reach this stage. `importers` are those they reach; `gains` the
    flows to them that change most, largest first; `others` the importers outside the scenario that are hit through
    prices. `assumptions` are the scenario's and what the market takes for granted on top. `foretold` is what earlier
    falls teach; None where they teach nothing.
    """

    scenario: Scenario
    shocks: tuple[Shock, ...]
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
    assumptions: tuple[str, ...]
    sources: tuple[str, ...]
    foretold: Foretold | None = None
