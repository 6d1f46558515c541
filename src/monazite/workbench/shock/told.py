"""What a scenario did -> what is told of it: the JSON of the command, of the page and of programs."""

from __future__ import annotations

from typing import Any

from monazite.scenario.values import Scenario
from monazite.workbench.history.track import market_tracks
from monazite.workbench.shock.play import Played

__all__ = ["told"]


def told(scenario: Scenario, played: Played) -> dict[str, Any]:
    """Everything: the year's market, the weeks, industries and programmes, or why there is none."""
    return {
        "scenario": scenario,
        "outcomes": played.outcomes,
        "not_shown": [{"shock": s, "reason": reason} for s, reason in played.not_shown],
        "record": market_tracks(o.mineral for o in played.outcomes),
        "weekly": played.weekly or {"reason": played.no_weekly},
        "economy": played.economy or {"reason": played.no_economy or played.no_weekly},
        "programmes": played.programmes,
    }
