"""A scenario -> what the market does, the chain week by week, and the industries and programmes behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from monazite.core.errors import MonaziteError, NoDataError, ScenarioError, UnknownCode, UsageError
from monazite.core.gazetteer import Gazetteer, nearest
from monazite.core.values import Progress, Stage, silent
from monazite.network.supply import SupplyNetwork
from monazite.reference.library import library
from monazite.reference.store import Store, gazetteer, open_store
from monazite.scenario.build import make_scenario
from monazite.scenario.files import from_toml
from monazite.scenario.reach import minerals_of, shocks_of
from monazite.scenario.values import Closure, ExportCut, Scenario, Shock
from monazite.simulation.economy.shortage import EconomyOutcome
from monazite.simulation.priors import Priors
from monazite.simulation.programme import ProgrammeOutcome
from monazite.simulation.shock import play
from monazite.simulation.stated import stages_meant, stated_market
from monazite.simulation.values import MarketOutcome
from monazite.simulation.weekly.outcome import WeeklyOutcome
from monazite.simulation.weekly.play import DRAWS
from monazite.workbench.history.priors import read_priors
from monazite.workbench.network import load_economy, load_network
from monazite.workbench.shock.losses import programme_delays, value_added_lost
from monazite.workbench.shock.weekly import weekly

__all__ = [
    "MOST_BYTES",
    "Asked",
    "Played",
    "named_scenarios",
    "play_stages",
    "scenario_from_options",
    "scenario_of",
    "scenario_of_cut",
    "scenario_of_text",
    "shock",
]

MOST_BYTES = 100_000
"""Of a scenario file."""

_Priors = Mapping[tuple[int, int], Priors]


@dataclass(frozen=True, slots=True)
class Played:
    """What a scenario does to the yearly market, by mineral and stage, and week by week to all that hangs on it.

    `not_shown`: each shock that is in none of the market's outcomes, with the reason. `no_weekly` and `no_economy`: why
    there is no such outcome, if there is none. `programmes`: by programme, as asked for.
    """

    outcomes: tuple[MarketOutcome, ...]
    not_shown: tuple[tuple[Shock, str], ...] = ()
    weekly: WeeklyOutcome | None = None
    no_weekly: str = ""
    economy: EconomyOutcome | None = None
    no_economy: str = ""
    programmes: Mapping[str, ProgrammeOutcome] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a scenario beside the year's market.

    `draws` of the weekly chain. `minerals`: whose chains to play week by week if the scenario's shocks name none, since
    a passage is closed to all. `programmes`: whose deliveries to follow, whose parts are made in `built_in`,
    `units_per_week` a week.
    """

    draws: int = DRAWS
    minerals: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    built_in: str = ""
    units_per_week: float = 1.0


def shock(scenario: Scenario, progress: Progress = silent, asked: Asked = Asked()) -> Played:
    """What the scenario does to every stage its shocks reach, in the year's market, week by week, and to industries.

    :raises NoDataError: if no shock reaches anything, by market or chain.
    """
    with ThreadPoolExecutor(1) as beside, open_store() as store:
        networks = {m: load_network(store, m) for m in minerals_of(scenario) or asked.minerals}
        if networks:
            beside.submit(_read_ahead)
        played, obstacle = _market(networks, scenario, read_priors(store), progress)
        if not networks and obstacle:
            raise NoDataError(obstacle.where, obstacle.what, "name a mineral whose chain to play, with --mineral")
        progress(f"{scenario.title}: week by week")
        try:
            found, unmet = weekly(store, networks, scenario, asked.draws)
        except MonaziteError as error:
            if obstacle:
                raise obstacle from error
            return replace(played, no_weekly=str(error))
        played = replace(played, weekly=found)
        rate, place = asked.units_per_week, asked.built_in
        late = {name: programme_delays(store, unmet, name, place, rate) for name in asked.programmes}
        progress(f"{scenario.title}: the industries behind")
        try:
            return replace(played, programmes=late, economy=value_added_lost(store, unmet))
        except NoDataError as error:
            return replace(played, programmes=late, no_economy=str(error))


def _read_ahead() -> None:
    """Have the inter-country table kept by when it is asked for: reading it takes half a second of a core at rest."""
    with suppress(MonaziteError), open_store() as store:
        load_economy(store)


def play_stages(store: Store, scenario: Scenario, progress: Progress = silent) -> Played:
    """What the scenario does to the year's market at every stage its shocks reach.

    :raises NoDataError: if no shock reaches any stage the tables hold.
    """
    networks = {m: load_network(store, m) for m in minerals_of(scenario)}
    played, obstacle = _market(networks, scenario, read_priors(store), progress)
    if obstacle:
        raise obstacle
    return played


def _market(
    networks: Mapping[str, SupplyNetwork], scenario: Scenario, priors: _Priors, progress: Progress
) -> tuple[Played, NoDataError | None]:
    """The market's outcomes; without any, why there is none."""
    outcomes = tuple(o for network in networks.values() for o in _of_mineral(network, scenario, priors, progress))
    shown = {s for o in outcomes for s in o.shocks}
    obstacles = [(s, _obstacle(networks, scenario, s)) for s in scenario.shocks if s not in shown]
    played = Played(outcomes, tuple((s, str(error)) for s, error in obstacles))
    if outcomes:
        return played, None
    if len(obstacles) == 1:
        return played, obstacles[0][1]
    reasons, mend = dict.fromkeys(reason for _, reason in played.not_shown), "the yearly market shows none of it"
    return played, NoDataError(scenario.title, " ".join(reasons), mend)


def _of_mineral(
    network: SupplyNetwork, scenario: Scenario, priors: _Priors, progress: Progress
) -> Iterator[MarketOutcome]:
    meant = {stage for s in shocks_of(scenario, network.mineral) for stage in stages_meant(network, s)}
    for stage in (stage for stage in Stage if stage in meant):
        progress(f"{scenario.title}: {stage}")
        with suppress(NoDataError):
            yield play(network, scenario, stage, priors=priors)


def _obstacle(networks: Mapping[str, SupplyNetwork], scenario: Scenario, shock: Shock) -> NoDataError:
    """Why no outcome shows a shock."""
    if isinstance(shock, Closure):
        what = "the yearly market knows no ways: a closed passage makes goods late and stops none for a year"
        return NoDataError(", ".join(shock.passages), what, "its effect is felt by the week")
    network = networks[shock.mineral]
    for stage in stages_meant(network, shock):
        try:
            stated_market(network, replace(scenario, shocks=(shock,)), stage, draws=1, seed=1)
        except NoDataError as error:
            return error
        return NoDataError(shock.mineral, "a shock starts a year or more after the first on it", "play it on its own")
    return NoDataError(shock.mineral, "no trade code is its own", "try another mineral")


def named_scenarios() -> Mapping[str, Scenario]:
    """The scenarios that come with Monazite, by name."""
    with open_store() as store:
        names, rows = gazetteer(store), _rows(store)
    return {name: from_toml(text, f"{name}.toml", names, rows) for name, text in library().items()}


def scenario_of(place: str) -> tuple[Scenario, Gazetteer]:
    """The scenario of a TOML file, or of a name in the library, and the names to show it by.

    :raises ScenarioError: with all that is wrong with the file.
    :raises UnknownCode: for what is neither a file nor a name.
    """
    path, named = Path(place), library()
    is_file = path.suffix == ".toml" or path.exists()
    if not is_file and place not in named:
        near = [n for n in named if place in n] or nearest(place, named)
        raise UnknownCode("scenario", place, near, "" if near else "name a TOML file, or one of monazite shock --list")
    return scenario_of_text(*((_text(path), path.name) if is_file else (named[place], f"{place}.toml")))


def scenario_of_text(text: str, name: str) -> tuple[Scenario, Gazetteer]:
    """The scenario of a TOML text, and the names to show it by; `name` is what its errors call the text.

    :raises ScenarioError: with all that is wrong with it.
    """
    with open_store() as store:
        names, rows = gazetteer(store), _rows(store)
    return from_toml(text, name, names, rows), names


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            what = f"has {size:,} bytes, expected at most {MOST_BYTES:,}"
            raise ScenarioError(str(path), what, "pass a scenario file")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ScenarioError(str(path), f"line {line}: cannot be read: {error}", "pass a TOML file in UTF-8") from error
    except OSError as error:
        raise ScenarioError(str(path), f"cannot be read: {error}", "pass a TOML file in UTF-8") from error


def _rows(store: Store) -> dict[str, set[str]]:
    """The rows that scenarios may rest on, by table."""
    asked = {"measure": "SELECT measure_id FROM measures", "source": "SELECT source_id FROM sources"}
    return {table: {str(row[0]) for row in store.rows(sql)} for table, sql in asked.items()}


def scenario_from_options(cut: ExportCut) -> tuple[Scenario, Gazetteer]:
    """The scenario of a cut given by names as people write them: countries, coalitions and minerals."""
    with open_store() as store:
        names = gazetteer(store)
    return scenario_of_cut(cut, names), names


def scenario_of_cut(cut: ExportCut, names: Gazetteer) -> Scenario:
    """The same, by names at hand."""
    targets = tuple(code for name in cut.targets for code in names.members(name))
    known = replace(
        cut,
        imposers=names.members(",".join(cut.imposers)),
        targets=names.members(",".join(targets)) if targets else (),
        mineral=names.mineral(cut.mineral).id,
    )
    try:
        return make_scenario((known,), names, "hypothetical", "the question asked")
    except ScenarioError as error:
        raise UsageError("shock", error.what, error.mend) from error
