"""A scenario -> what the market does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from monazite.core.errors import NoDataError, ScenarioError, UsageError
from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Progress, Stage, silent
from monazite.network.supply import SupplyNetwork, stages_traded
from monazite.reference.store import Store, gazetteer, open_store
from monazite.scenario.build import make_scenario
from monazite.scenario.files import from_toml
from monazite.scenario.values import ExportCut, Scenario
from monazite.simulation.shock import play
from monazite.simulation.values import MarketOutcome
from monazite.workbench.network import load_network

__all__ = ["play_stages", "scenario_from_file", "scenario_from_options", "shock"]

_MOST_BYTES = 100_000


def shock(scenario: Scenario, progress: Progress = silent) -> tuple[MarketOutcome, ...]:
    """What the scenario does to every stage at which the exporter sells to a target."""
    with open_store() as store:
        return play_stages(store, scenario, progress)


def play_stages(store: Store, scenario: Scenario, progress: Progress = silent) -> tuple[MarketOutcome, ...]:
    """`shock` with the tables at hand.

    :raises NoDataError: if the exporter sells nothing to the targets at any stage the tables hold.
    """
    network = load_network(store, scenario.cut.mineral)
    outcomes, reasons = [], []
    for stage in _stages(network, scenario.cut):
        progress(f"{scenario.title}: {stage}")
        try:
            outcomes.append(play(network, scenario, stage))
        except NoDataError as error:
            reasons.append(error)
    if not outcomes:
        raise (
            reasons[0]
            if reasons
            else NoDataError(scenario.cut.mineral, "no trade code is its own", "try another mineral")
        )
    return tuple(outcomes)


def _stages(network: SupplyNetwork, cut: ExportCut) -> tuple[Stage, ...]:
    """The stages a cut is of: the one it names, or those of its trade codes, else all.

    :raises ScenarioError: for a stage without a code, and for some codes of a stage: the model plays a stage's trade.
    """
    codes = {s: {c.hs for c in network.codes if c.stage == s} for s in stages_traded(network)}
    chosen = {s: own for s, own in codes.items() if cut.stage in (None, s) and not (cut.hs and own.isdisjoint(cut.hs))}
    for stage, own in chosen.items():
        if cut.hs and (more := own - set(cut.hs)):
            what = f"the stage is traded under {', '.join(sorted(more))} too"
            raise ScenarioError(f"{cut.mineral}, {stage}", what, "name all of its codes, or the stage")
    if cut.stage and codes and not chosen:
        what, have = "no trade code meant is of this stage", ", ".join(codes)
        raise ScenarioError(f"{cut.mineral}, {cut.stage}", what, f"stages with codes: {have}")
    return tuple(chosen)


def scenario_from_file(path: Path) -> tuple[Scenario, Gazetteer]:
    """The scenario a TOML file describes, with the names to show it by."""
    try:
        size = path.stat().st_size
        if size > _MOST_BYTES:
            raise ScenarioError(
                str(path), f"has {size:,} bytes, expected at most {_MOST_BYTES:,}", "pass a scenario file"
            )
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(str(path), f"cannot be read: {error}", "pass a TOML file in UTF-8") from error
    with open_store() as store:
        names = gazetteer(store)
    return from_toml(text, path.name, names), names


def scenario_from_options(cut: ExportCut) -> tuple[Scenario, Gazetteer]:
    """The scenario of a cut given by names as people write them: countries, coalitions and minerals."""
    with open_store() as store:
        names = gazetteer(store)
    targets = tuple(code for name in cut.targets for code in names.members(name))
    known = replace(
        cut,
        imposers=names.members(",".join(cut.imposers)),
        targets=names.members(",".join(targets)) if targets else (),
        mineral=names.mineral(cut.mineral).id,
    )
    try:
        return make_scenario(known, names, "hypothetical", "the command line"), names
    except ScenarioError as error:
        raise UsageError("shock", error.what, error.mend) from error
