"""The questions that every door takes, a function each: from plain parameters to what the command's JSON says.

What is loaded for a question is loaded when it is asked. Parameters carry their meaning and bounds (`msgspec.Meta`), so
that REST, assistants and Python describe and check them alike (`workbench.catalogue`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

from msgspec import Meta

from monazite.core.errors import TableError, UnknownCode, UsageError
from monazite.core.gazetteer import nearest
from monazite.core.values import Band, Progress, Stage, silent
from monazite.workbench.lazy import function

__all__ = ["Desk"]

_Json = dict[str, Any]
_Short = Annotated[str, Meta(max_length=200)]
_Buyer = Annotated[
    str, Meta(min_length=1, max_length=400, description="A country, a coalition, or several joined by commas.")
]
_Minerals = Annotated[
    tuple[_Short, ...], Meta(max_length=50, description="Minerals, goods or HS codes; all minerals if none is given.")
]
_Year = Annotated[
    Annotated[int, Meta(ge=1900, le=2200)] | None, Meta(description="Year of the trade table; the newest if not given.")
]
_Day = Annotated[date | None, Meta(description="State on this day; today if not given.")]
_Moment = Annotated[
    Annotated[datetime, Meta(tz=True)] | None, Meta(description="By what was on record then; now if not given.")
]
_Text = Annotated[str, Meta(max_length=100_000)]
_Scenario = Annotated[
    str,
    Meta(max_length=100_000, description="A scenario's name (see scenarios), or the text of a scenario file (TOML)."),
]
_Imposer = Annotated[str, Meta(max_length=400, description="In place of a scenario: who sells less.")]
_Targets = Annotated[
    tuple[_Short, ...], Meta(max_length=50, description="To whom it sells less; everyone if none is given.")
]
_Mineral = Annotated[
    str, Meta(max_length=200, description="Mineral it sells less of; or whose chain a passage closes.")
]
_Stage = Annotated[
    Literal["", "ore", "refined", "metal", "component"], Meta(description="Stage of the chain; all if not given.")
]
_Share = Annotated[float, Meta(ge=0, le=1)]
_Cut = Annotated[
    tuple[_Share, ...], Meta(min_length=1, max_length=3, description="Share refused, or low, middle and high of it.")
]
_Start = Annotated[date | None, Meta(description="First day.")]
_Weeks = Annotated[int, Meta(ge=1, le=520, description="How long it lasts.")]
_Ids = Annotated[tuple[_Short, ...], Meta(min_length=1, max_length=200, description="Ids, or their beginnings.")]
_Cell = Annotated[str, Meta(max_length=2_000)] | float | None
_Row = Annotated[dict[_Short, _Cell], Meta(min_length=1, max_length=60)]
_List = Annotated[
    Annotated[str, Meta(min_length=1, max_length=25_000_000)]
    | Annotated[tuple[_Row, ...], Meta(min_length=1, max_length=200_000)],
    Meta(description="The list: the text of a CSV file with a header, or rows, each an object of cells by column."),
]
_Reports = Annotated[tuple[str, ...], Meta(min_length=1, description="Files, folders, patterns or addresses.")]


@dataclass(frozen=True, slots=True)
class Desk:
    """What an answer needs beside its parameters: where the record is, what day it is, and whom to tell of progress."""

    record: str
    today: date
    progress: Progress = silent


def exposure(
    desk: Desk,
    buyer: _Buyer,
    minerals: _Minerals = (),
    year: _Year = None,
    through: Annotated[
        str, Meta(max_length=200, description="Whose part in the chain to follow; the largest producer if not given.")
    ] = "",
) -> _Json:
    """Whom a country or coalition depends on for minerals, stage by stage, directly and through others."""
    follow = through or ("largest" if minerals else "")
    found, _ = function("monazite.workbench.exposure.network:exposures")(buyer, minerals, year, follow, desk.progress)
    return {"buyer": buyer, "exposures": found}


def compare(  # noqa: PLR0913 - one parameter for each part of the question
    desk: Desk,
    buyer: _Buyer,
    minerals: Annotated[
        tuple[_Short, ...], Meta(min_length=1, max_length=20, description="Minerals, goods or HS codes.")
    ],
    on: Annotated[
        str, Meta(max_length=200, description="Dependence on this country; the largest producer if empty.")
    ] = "",
    against: Annotated[tuple[_Short, ...], Meta(max_length=12, description="Other years, or other buyers.")] = (),
    partners: Annotated[
        tuple[_Short, ...], Meta(max_length=12, description="Partners who join as one coalition.")
    ] = (),
    year: _Year = None,
) -> _Json:
    """How far a buyer depends on one country, beside other years, other buyers, or itself with partners."""
    question = function("monazite.workbench.question:Question")(buyer, year, on, against, partners)
    found, sources, _ = function("monazite.workbench.exposure.compare:compare")(question, minerals, desk.progress)
    return {"comparisons": found, "sources": sources}


def stakes(
    desk: Desk,
    buyer: _Buyer,
    industry: Annotated[str, Meta(max_length=20, description="An industry of the inter-country table: C29.")] = "",
    programme: Annotated[str, Meta(max_length=80, description="A programme: electric-car.")] = "",
    year: _Year = None,
) -> _Json:
    """What an industry or a programme of a buyer would miss first if one country stopped."""
    if bool(industry) == bool(programme):
        raise UsageError("stakes", "an industry or a programme is asked for", "name one of the two")
    chosen, name = ("industry", industry.upper()) if industry else ("programme", programme)
    title, found, _ = function(f"monazite.workbench.exposure.stakes:{chosen}_stakes")(buyer, name, year, desk.progress)
    return {"buyer": buyer, "name": title, "stakes": found}


def firm(
    desk: Desk,
    list: _List,
    buyer: Annotated[str, Meta(max_length=400, description="Where the firm buys; may be left out.")] = "",
) -> _Json:
    """What a firm depends on by its own list of purchases (material, country, amount), and all problems of it."""
    with _own(list) as sent:
        found, _ = function("monazite.workbench.firm.exposure:exposure_of_firm")(sent, buyer)
    return {"firm": found}


def bill(
    desk: Desk,
    buyer: _Buyer,
    list: _List,
    year: _Year = None,
) -> _Json:
    """Which line of one's own bill of materials (item, material, amount, unit) would stop first, and its problems."""
    with _own(list) as sent:
        of, found, _ = function("monazite.workbench.exposure.stakes:bill_stakes")(buyer, sent, year, desk.progress)
    return {"buyer": buyer, "name": of.file, "stakes": found, "problems": of.problems, "notices": of.notices}


def indicator(
    desk: Desk,
    name: Annotated[str, Meta(max_length=80, description="An indicator: hhi, geopolrisk, import-reliance; or all.")],
    year: _Year = None,
    trend: Annotated[bool, Meta(description="The slope of every series over the years, in place of figures.")] = False,
) -> _Json:
    """An indicator for every mineral, country and year, with a status where there is no number."""
    if trend and year is not None:
        raise UsageError("trend", f"year {year} leaves one year", "give one of the two")
    asked = (name, desk.progress) if trend else (name, year, desk.progress)
    made = "trend_table" if trend else "indicator_table"
    columns = function(f"monazite.workbench.exposure.indicators:{made}")(*asked)
    return {
        "indicator": name,
        "columns": list(columns),
        "rows": list(zip(*(c.tolist() for c in columns.values()), strict=True)),
    }


def scenarios(desk: Desk) -> _Json:
    """The scenarios that have a name, with their grounds and assumptions."""
    named = function("monazite.workbench.shock.play:named_scenarios")()
    return {"scenarios": [{"name": name, "scenario": s} for name, s in named.items()]}


def market(  # noqa: PLR0913 - one parameter for each part of a cut
    desk: Desk,
    scenario: _Scenario = "",
    imposer: _Imposer = "",
    targets: _Targets = (),
    mineral: _Mineral = "",
    stage: _Stage = "",
    cut: _Cut = (1.0,),
    start: _Start = None,
    weeks: _Weeks = 52,
) -> _Json:
    """What a disruption does to the year's trade: who goes short, who steps in, at what price."""
    made, names = _scenario(scenario, (imposer, targets, mineral, stage, cut, start, weeks))
    with function("monazite.reference.store:open_store")() as store:
        played = function("monazite.workbench.shock.play:play_stages")(store, made, desk.progress)
    told = function("monazite.workbench.shock.told:told")(made, played, names)
    return {key: told[key] for key in ("scenario", "in_short", "outcomes", "not_shown", "record")}


def shock(  # noqa: PLR0913 - one parameter for each part of a cut and of what hangs on it
    desk: Desk,
    scenario: _Scenario = "",
    imposer: _Imposer = "",
    targets: _Targets = (),
    mineral: _Mineral = "",
    stage: _Stage = "",
    cut: _Cut = (1.0,),
    start: _Start = None,
    weeks: _Weeks = 52,
    draws: Annotated[int, Meta(ge=2, le=10_000, description="Draws of the weekly chain.")] = 200,
    programmes: Annotated[tuple[_Short, ...], Meta(max_length=10, description="Programmes to follow.")] = (),
    built_in: Annotated[str, Meta(max_length=200, description="The country that makes the programmes' parts.")] = "",
    units_per_week: Annotated[float, Meta(gt=0, le=1e6, description="The programmes' plan.")] = 1.0,
) -> _Json:
    """What a disruption does: the year's trade, the chain week by week, industries, programmes."""
    made, names = _scenario(scenario, (imposer, targets, mineral, stage, cut, start, weeks))
    if bool(programmes) != bool(built_in):
        raise UsageError("shock", "programmes and the country they are built in go together", "give both, or neither")
    places = names.members(built_in) if built_in else ("",)
    if len(places) > 1:
        raise UsageError("built_in", f"{built_in} is more than one country", "name one")
    chosen = (names.mineral(mineral).id,) if mineral else ()
    asked = function("monazite.workbench.shock.play:Asked")(draws, chosen, programmes, places[0], units_per_week)
    played = function("monazite.workbench.shock.play:shock")(made, desk.progress, asked)
    told: _Json = function("monazite.workbench.shock.told:told")(made, played, names)
    return told


def ensemble(
    desk: Desk,
    scenario: _Scenario,
    mineral: _Mineral = "",
    points: Annotated[int, Meta(ge=2, le=4096, description="Sobol' points, a power of 2.")] = 64,
    seed: Annotated[int, Meta(ge=0, lt=2**31, description="Seed of the points.")] = 1,
    sensitivity: Annotated[bool, Meta(description="What part of the variance is whose.")] = False,
) -> _Json:
    """A disruption week by week at many points of all assumptions: bands, and which assumption matters most."""
    try:
        design = function("monazite.simulation.ensemble:Design")
        run = function("monazite.workbench.shock.ensemble:run_ensemble")
    except ImportError as error:
        raise UsageError("ensemble", f"{error.name} is missing", "run: pip install 'monazite[ensemble]'") from error
    made, names = _scenario(scenario, ("", (), mineral, "", (1.0,), None, 52))
    chosen = (names.mineral(mineral).id,) if mineral else ()
    model = function("monazite.workbench.shock.weekly:weekly_model")(made, chosen)
    settings = {"scenario": function("monazite.scenario.files:to_toml")(made)}
    with TemporaryDirectory(prefix="monazite-") as folder:
        drawn = design(model.parameters, points, seed, sensitivity)
        found = run(model, drawn, Path(folder) / "outcomes.zarr", settings, progress=desk.progress)
    return {"design": found.design, "outcomes": found.outcomes}


def plan(  # noqa: PLR0913 - one parameter for each wish
    desk: Desk,
    scenarios: Annotated[
        tuple[_Text, ...], Meta(min_length=1, max_length=8, description="Scenarios, by name or as TOML.")
    ],
    partners: Annotated[str, Meta(min_length=1, max_length=200, description="Countries or a coalition, at most six.")],
    probabilities: Annotated[tuple[_Share, ...], Meta(max_length=8, description="Of each within three years.")] = (),
    budget: Annotated[
        Annotated[float, Meta(ge=0)] | None, Meta(description="Most that levers may cost, million USD a year.")
    ] = None,
    risk_weight: Annotated[float, Meta(ge=0, le=1, description="Of the worst twentieth.")] = 0.3,
    cover: Annotated[float, Meta(ge=0, le=1, description="Share of every use that has to be met.")] = 0.0,
    front: Annotated[bool, Meta(description="How far money goes, from no budget to enough.")] = False,
    draws: Annotated[int, Meta(ge=0, le=1000, description="Try the plan under so many other parameters.")] = 0,
    check: Annotated[
        bool, Meta(description="Play the plan through the weekly chain, and set what it avoids beside.")
    ] = False,
    year: _Year = None,
    time_limit: Annotated[float, Meta(gt=0, le=3600, description="Seconds for each coalition.")] = 600.0,
    mineral: _Mineral = "",
) -> _Json:
    """What partners should buy ahead of disruptions, alone and together, and who pays."""
    most = inf if budget is None else budget
    wish = function("monazite.workbench.plan.make:Wish")(
        probabilities, most, risk_weight, cover, year, time_limit, draws, front, check, mineral
    )
    given = [s if _is_name(s) else _of_text(s)[0] for s in scenarios]
    planned, _ = function("monazite.workbench.plan.make:plan")(given, partners, wish, desk.progress)
    told: _Json = function("monazite.workbench.plan.told:told")(planned)
    return told


def backtest(desk: Desk, weekly: Annotated[bool, Meta(description="The weekly chain's record.")] = False) -> _Json:
    """The models held against documented disruptions, beside what simple rules say."""
    if weekly:
        return {"record": function("monazite.workbench.history.weekly:weekly_record")(desk.progress)}
    return {"record": function("monazite.workbench.history.backtest:own_record")(desk.progress)}


def read(desk: Desk, reports: _Reports, as_of: _Day = None) -> _Json:
    """What reports say, claim by claim with quotations, and where they disagree; nothing is put on record."""
    found = function("monazite.workbench.reports.read:read")(_given(reports), as_of or desk.today, desk.progress)
    told: _Json = function("monazite.ledger.contract:to_json")(found.ledger)
    return told | {"failed": found.failed}


def add(
    desk: Desk,
    reports: _Reports,
    who: Annotated[str, Meta(min_length=1, max_length=200, description="Who adds them.")],
    again: Annotated[bool, Meta(description="Read those on record again.")] = False,
) -> Any:
    """Read reports and put them on record: which are new, known, or could not be read."""
    asked = function("monazite.workbench.reports.record:Adding")(who, datetime.now(UTC), again)
    return function("monazite.workbench.reports.record:add")(desk.record, _given(reports), asked, desk.progress)


def standing(desk: Desk, as_of: _Day = None, known_at: _Moment = None) -> _Json:
    """What stands on record on a day: reports, claims, conflicts, and what reviewers decided."""
    found = _stand(desk, as_of, known_at)
    state = found.state
    told: _Json = function("monazite.ledger.contract:to_json")(state.ledger)
    return told | {"quotations": dict(state.quotations), "decisions": dict(state.decisions), "lost": found.lost}


def claims(  # noqa: PLR0913 - one parameter for each thing to look by
    desk: Desk,
    text: Annotated[
        str, Meta(max_length=200, description="Words that all have to be in the claim or a quotation.")
    ] = "",
    kind: Annotated[Literal["", "commitment", "measure", "event"], Meta(description="One kind only.")] = "",
    actor: Annotated[str, Meta(max_length=200, description="A country or coalition among those who act.")] = "",
    status: Annotated[str, Meta(max_length=40, description="Its status or standing: agreed, overdue-unverified.")] = "",
    as_of: _Day = None,
    known_at: _Moment = None,
) -> _Json:
    """The claims on record, all or those that fit: commitments, measures and events, each with quotations."""
    found = standing(desk, as_of, known_at)
    words = text.casefold().split()
    code = _actor(actor) if actor else ""
    fitting = [
        c
        for c in found["claims"]
        if kind in ("", c["kind"])
        and status in ("", c.get("status"), c.get("standing"))
        and (not code or code in (*c.get("actors", ()), *c.get("partners", ()), *c.get("imposer", ())))
        and all(word in _words(c) for word in words)
    ]
    return {"as_of": found["as_of"], "claims": fitting}


def contradictions(desk: Desk, as_of: _Day = None, known_at: _Moment = None) -> _Json:
    """Where reports on record disagree, with the quotations of both sides and what a reviewer answered."""
    found = standing(desk, as_of, known_at)
    return {"as_of": found["as_of"], "conflicts": found["conflicts"]}


def report(desk: Desk, name: Annotated[str, Meta(max_length=400, description="The report's id.")]) -> _Json:
    """A report on record with its whole text, in which quotations count characters."""
    found = {r.id: r for r in _stand(desk, date.max, None).state.ledger.reports}
    if name not in found:
        raise UnknownCode("report", name, nearest(name, found), "see which are on record: monazite record show")
    return {"report": found[name]}


def history(
    desk: Desk,
    claim: Annotated[str, Meta(min_length=1, max_length=40, description="A claim's id, or its beginning.")],
    as_of: _Day = None,
    known_at: _Moment = None,
) -> _Json:
    """Who said what of a claim and when, and what reviewers decided of it."""
    state = _stand(desk, as_of, known_at).state
    found = function("monazite.workbench.reports.review:find_claim")(state, claim)
    return {"claim": found, "history": state.histories[found.id], "decisions": state.decisions.get(found.id, ())}


def due(
    desk: Desk,
    days: Annotated[int, Meta(ge=0, le=20_000, description="How far ahead.")] = 30,
    as_of: _Day = None,
) -> Any:
    """The commitments that are overdue or fall due next, the first due first."""
    return function("monazite.workbench.reports.record:due")(desk.record, as_of or desk.today, timedelta(days))


def changes(
    desk: Desk,
    since: Annotated[date, Meta(description="What the reports tell of the days after this one.")],
    as_of: _Day = None,
) -> Any:
    """What is new, confirmed, contradicted, moved or fallen due since a day."""
    return function("monazite.workbench.reports.record:changed")(desk.record, since, as_of or desk.today)


def decide(  # noqa: PLR0913 - one parameter for each part of a decision
    desk: Desk,
    kind: Literal["accept", "reject", "merge", "split", "resolve", "correct"],
    names: _Ids,
    who: Annotated[str, Meta(min_length=1, max_length=200, description="Who decides.")],
    why: Annotated[str, Meta(min_length=1, max_length=4000, description="The reason, the source.")],
    answer: Annotated[str, Meta(max_length=4000, description="What holds, for resolve.")] = "",
    fields: Annotated[dict[str, str], Meta(max_length=20, description="What correct sets, by field.")] = {},  # noqa: B006 - never changed
    on: Annotated[date | None, Meta(description="The day from which a correction holds.")] = None,
) -> Any:
    """Put a reviewer's decision on record: accept, reject, merge, split, resolve or correct."""
    asked = function("monazite.workbench.reports.review:Request")(
        kind, names, who, why, answer, tuple(fields.items()), on
    )
    return function("monazite.workbench.reports.review:decide")(desk.record, asked, datetime.now(UTC))


def tables(desk: Desk) -> Any:
    """The reference tables: what each holds, years, rows, publishers, licences, age."""
    return function("monazite.workbench.data:list_tables")(desk.today)


def table(
    desk: Desk,
    name: Annotated[str, Meta(max_length=80, description="A table's name (see tables).")],
    rows: Annotated[int, Meta(ge=0, le=10_000, description="How many of its first rows.")] = 10,
) -> _Json:
    """The columns of a table with their units, and its first rows."""
    columns, found = function("monazite.workbench.data:show_table")(name, rows)
    return {"table": name, "columns": columns, "rows": found}


def coverage(desk: Desk, mineral: _Short = "") -> Any:
    """What is on record of each mineral, or of one, at each stage: years and who published them."""
    return function("monazite.workbench.data:show_coverage")(mineral)


def differences(desk: Desk, mineral: _Short = "") -> Any:
    """Where two publishers differ on who produces a mineral, the widest apart first."""
    return function("monazite.workbench.data:compare_publishers")(mineral)


def mirror(desk: Desk) -> Any:
    """The trade table held against exporters' own customs reports, the widest gap first."""
    return function("monazite.workbench.data:mirror")()


def _stand(desk: Desk, as_of: date | None, known_at: datetime | None) -> Any:
    return function("monazite.workbench.reports.record:stand")(desk.record, as_of or desk.today, known_at)


def _given(reports: Sequence[str]) -> list[Path | str]:
    is_address = function("monazite.ledger.documents:is_address")
    return [place if is_address(place) else Path(place) for place in reports]


@contextmanager
def _own(given: str | tuple[Any, ...]) -> Iterator[Any]:
    """A list as it stands in a question, as the reader of files takes it; what is wrong is for the asker to mend."""
    try:
        data = given.encode("utf-8", "replace") if isinstance(given, str) else given
        yield function("monazite.workbench.firm.file:Sent")("list", data)
    except TableError as error:
        raise UsageError(error.where, error.what, error.mend) from error


def _words(claim: _Json) -> str:
    """All that a claim says, in small letters."""
    quoted = " ".join(q["text"] for q in claim["evidence"])
    plain = (v for k, v in claim.items() if k not in ("evidence", "context"))
    return f"{' '.join(map(str, plain))} {quoted}".casefold()


def _actor(name: str) -> str:
    with function("monazite.reference.store:open_store")() as store:
        names = function("monazite.reference.store:gazetteer")(store)
    group = names.find_coalition(name)
    return str(group.id if group else names.country(name).iso3)


def _scenario(scenario: str, cut: tuple[Any, ...]) -> tuple[Any, Any]:
    """The scenario of a name, of a file's text, or of the parts of a cut; and the names to show it by."""
    imposer, targets, mineral, stage, share, start, weeks = cut
    if bool(scenario) == bool(imposer):
        raise UsageError("shock", "a scenario, or who sells less, is asked for", "give one of the two")
    if scenario:
        find = function("monazite.workbench.shock.play:scenario_of") if _is_name(scenario) else _of_text
        made, names = find(scenario)
        if mineral and function("monazite.scenario.reach:minerals_of")(made):
            raise UsageError("shock", "the scenario names its minerals", "leave out mineral")
        return made, names
    kind, window = (function(f"monazite.scenario.values:{n}") for n in ("ExportCut", "Window"))
    if not mineral:
        raise UsageError("shock", "no mineral is named", "name what is sold less")
    if len(share) == 2:
        raise UsageError("cut", "two numbers", "give one share, or low, middle and high")
    refused = Band(*(share if len(share) == 3 else share * 3))
    asked = kind((imposer,), targets, mineral, refused, window(start, weeks), Stage(stage) if stage else None)
    made, names = function("monazite.workbench.shock.play:scenario_from_options")(asked)
    return made, names


def _is_name(scenario: str) -> bool:
    """Whether it is a name of the library, and no text of a scenario file; never a path that a caller names."""
    named = function("monazite.reference.library:library")()
    if scenario not in named and "\n" not in scenario:
        near = [one for one in named if scenario in one] or nearest(scenario, named)
        raise UnknownCode("scenario", scenario, near, "" if near else "name one of the list, or give a file's text")
    return scenario in named


def _of_text(text: str) -> Any:
    return function("monazite.workbench.shock.play:scenario_of_text")(text, "scenario.toml")
