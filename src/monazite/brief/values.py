"""What a brief is made of: results of the other rooms, and what is needed to make it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Source
from monazite.indicators.values import Exposure
from monazite.ledger.values import Ledger
from monazite.simulation.values import MarketOutcome

__all__ = ["Brief"]


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything one brief shows. `sources` covers every source id that occurs in the results.

    `inputs` are (name, sha256) of the reports and reference tables used; `command` makes the brief again;
    `versions` are (part, version); `failed` are reports that could not be read, each with its reason; `unplayed`
    are measures (by claim id) that no outcome stands for, each with its reason; `unseen` are minerals the claims name
    that no exposure is shown for: they have no trade code of their own, or others were named more often.
    """

    ledger: Ledger
    partners: tuple[str, ...]
    exposures: tuple[Exposure, ...]
    outcomes: tuple[MarketOutcome, ...]
    sources: tuple[Source, ...]
    inputs: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    command: str
    made_on: date
    gazetteer: Gazetteer
    failed: tuple[tuple[str, str], ...] = ()
    unplayed: tuple[tuple[str, str], ...] = ()
    unseen: tuple[str, ...] = ()
