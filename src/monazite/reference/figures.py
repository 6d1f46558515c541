"""Tables -> figures ready for arrays: labels once, rows as integer positions in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from monazite.core.errors import UnknownCode
from monazite.core.values import Columns
from monazite.reference.store import Store
from monazite.reference.values import Economy, Figures, Lanes, Ways

__all__ = [
    "areas",
    "by_products",
    "economy_figures",
    "lane_passages",
    "material_figures",
    "mineral_figures",
    "sea_lanes",
    "sea_ways",
    "stage_production",
]

_WMD = "(SELECT product, unit FROM products WHERE source_id = 'wmd')"


def mineral_figures(store: Store, mineral: str) -> Figures:
    """All figures of one mineral: its codes' trade in every year, its production, and political stability."""
    contents = ", ".join(_or_nan(f"content_{k}") for k in ("low", "mid", "high"))
    told = ("content_of", "content_source_id", "mixed_with", "note", "trade_sources")
    texts = ", ".join(f"coalesce({column}, '') AS {column}" for column in told)
    codes = store.query(
        f"SELECT revision, hs, stage, goods, {contents}, {texts} FROM commodities "
        "LEFT JOIN (SELECT revision, hs, string_agg(DISTINCT source_id, '|' ORDER BY source_id) AS trade_sources "
        "FROM trade WHERE hs IN (SELECT hs FROM commodities WHERE mineral = ?) GROUP BY ALL) USING (revision, hs) "
        "WHERE mineral = ? ORDER BY hs, revision",
        [mineral, mineral],
    )
    material = store.query(
        "SELECT coalesce(material, '') AS material, coalesce(unit, 't') AS unit "
        f"FROM minerals LEFT JOIN {_WMD} ON product = material WHERE mineral = ?",
        [mineral],
    )
    if not len(material["material"]):
        raise UnknownCode("mineral", mineral)
    first, last = store.years("trade")
    goods = tuple(str(c) for c in codes["hs"])
    membership = [(int(codes["revision"][i]), code, i) for i, code in enumerate(goods)]
    production = [(str(material["material"][0]), 0)]
    attributes = {**codes, "material": material["material"], "unit": material["unit"]}
    found = _figures(store, goods, (first, last), membership, (production, attributes))
    found = replace(found, trade=_well_declared(store, found))
    made = stage_production(store, mineral)
    at = {c: i for i, c in enumerate(found.countries)}
    placed = {"country": np.array([at[str(c)] for c in made["country"]], dtype=int), "year": made["year"] - first}
    chain = store.query(
        "WITH scrap AS (SELECT eol_rir_share, eol_rir_source_id FROM materials JOIN minerals USING (material) "
        "WHERE mineral = ? AND eol_rir_share > 0) "
        "SELECT from_stage, to_stage, yield_low, yield_mid, yield_high, onward_mid, "
        "coalesce(eol_rir_share, 0) AS recycled_share, concat_ws('|', source_id, eol_rir_source_id) AS source_id "
        "FROM chain LEFT JOIN scrap ON true WHERE from_mineral = ? AND to_mineral = ? ORDER BY from_stage, to_stage",
        [mineral, mineral, mineral],
    )
    return replace(found, stages={**made, **placed}, chain=chain)


def material_figures(store: Store, first: int, last: int, minerals: Sequence[str] = ()) -> Figures:
    """All materials of World Mining Data over some years, or those of some minerals.

    Each has the codes that GeoPolRisk counts for it.
    """
    columns = f"material, unit, coalesce(hs92, '') AS hs92, {_or_nan('eol_rir_share')}"
    chosen = "WHERE material IN (SELECT material FROM minerals WHERE list_contains(?, mineral))" if minerals else ""
    sql = f"SELECT {columns} FROM materials JOIN {_WMD} ON product = material {chosen} ORDER BY material"
    materials = store.query(sql, [list(minerals)] if minerals else [])
    goods = tuple(str(m) for m in materials["material"])
    membership = [(1992, c, i) for i, joined in enumerate(materials["hs92"]) for c in str(joined).split("|") if c]
    production = [(m, i) for i, m in enumerate(goods)]
    return _figures(store, goods, (first, last), membership, (production, materials))


def stage_production(store: Store, mineral: str) -> Columns:
    """Who produces a mineral, by stage and year, from the one publisher preferred for each stage and year.

    The rule: of the publishers with figures for a stage in a year, the one with the lowest `rank` in `products` gives
    the whole world picture; two publishers are never mixed in one year. Columns: stage, year, country, quantity and
    unit as published, contained_low_t, contained_t and contained_high_t (basis of the mineral; NaN where the publisher
    gives shares or another kind of unit), source_id, and what the publisher counts for countries it does not name in
    that stage and year: others (unit as published) and others_t (contained tonnes; 0 where it says nothing or gives
    shares), the same on each row.
    """
    contained = ", ".join(
        f"coalesce(sum(quantity * contained_{k}), 'NaN'::DOUBLE) AS {name}"
        for k, name in (("low", "contained_low_t"), ("mid", "contained_t"), ("high", "contained_high_t"))
    )
    return store.query(
        "WITH figures AS (SELECT * FROM production JOIN products USING (source_id, product) "
        "WHERE mineral = ? AND kind = 'production' AND quantity IS NOT NULL), "
        "preferred AS (SELECT stage, year, min(rank) AS rank FROM figures WHERE quantity > 0 GROUP BY ALL), "
        "unnamed AS (SELECT stage, year, rank, sum(others) AS others, sum(others * contained_mid) AS others_t "
        "FROM world_totals JOIN products USING (source_id, product) WHERE mineral = ? AND kind = 'production' "
        "GROUP BY ALL), "
        f"made AS (SELECT stage, year, rank, country, sum(quantity) AS quantity, any_value(unit) AS unit, {contained}, "
        "source_id FROM figures JOIN preferred USING (stage, year, rank) GROUP BY ALL) "
        "SELECT made.* REPLACE (year::INT AS year), coalesce(others_t, 0) AS others_t, CASE unit WHEN 'share' "
        "THEN greatest(0, 1 - sum(quantity) OVER (PARTITION BY stage, year)) ELSE coalesce(others, 0) END AS others "
        "FROM made LEFT JOIN unnamed USING (stage, year, rank) ORDER BY stage, year, country",
        [mineral, mineral],
    )


def areas(store: Store) -> tuple[str, ...]:
    """The labels of all countries and areas, in the order of every array."""
    return tuple(str(a) for a in store.query("SELECT DISTINCT area FROM areas ORDER BY area")["area"])


def sea_lanes(store: Store, countries: tuple[str, ...]) -> Lanes:
    """Between which countries a lane is known, and which sea passages it uses.

    The shortest from a main port to a main port, of which a country on two oceans has several; a landlocked country
    ships by the first of its gateways. Two countries that use one port have no lane.
    """
    n = len(countries)
    rows = store.rows(
        f"WITH {_ends(countries)}, "
        "shortest AS (SELECT least(a.spot, b.spot) AS one, greatest(a.spot, b.spot) AS other, "
        "arg_min(coalesce(passages, ''), (km, origin, destination)) AS passages "
        "FROM lanes JOIN ends a ON origin = a.port JOIN ends b ON destination = b.port GROUP BY ALL), "
        "used AS (SELECT one, other, unnest(list_append(string_split(passages, '|'), '')) AS passage FROM shortest) "
        "SELECT passage, list(one), list(other) FROM used GROUP BY passage ORDER BY passage"
    )
    # every lane stands under the passage of no name once more
    uses = {"": np.zeros((n, n), dtype=bool)}
    for passage, *ends in rows:
        one, other = np.array(ends, dtype=int)
        way = uses[str(passage)] = np.zeros((n, n), dtype=bool)
        way[one, other] = way[other, one] = True
    return Lanes(countries, uses.pop(""), uses)


def sea_ways(store: Store, countries: tuple[str, ...], closures: Collection[tuple[str, ...]] = ()) -> Ways:
    """How long goods sail between countries by container ship, and how much longer with some passages closed.

    Ports are those of `sea_lanes`; with a passage closed, goods may take another of a country's ports. A combination of
    closed passages that `detours` does not list takes the longest way round of those parts of it that are listed, which
    may be too short.
    """
    n = len(countries)

    def placed(closed: tuple[str, ...]) -> NDArray[np.float64]:
        found = store.query(
            f"WITH {_ends(countries)}, "
            "round AS (SELECT origin, destination, max(coalesce(km, 'inf'::DOUBLE)) AS km FROM detours "
            "WHERE list_has_all(?, string_split(closure, '|')) GROUP BY ALL), "
            "way AS (SELECT origin, destination, "
            "days_mid + coalesce(round.km - lanes.km, 0) / (speed_kn * 1.852 * 24) AS days "
            "FROM lanes LEFT JOIN round USING (origin, destination), sailing WHERE level = 'mid') "
            "SELECT least(a.spot, b.spot) AS one, greatest(a.spot, b.spot) AS other, min(days) AS days "
            "FROM way JOIN ends a ON origin = a.port JOIN ends b ON destination = b.port GROUP BY ALL",
            [list(closed)],
        )
        days = np.full((n, n), np.nan)
        days[found["one"], found["other"]] = days[found["other"], found["one"]] = found["days"]
        return days

    usual = placed(())
    more = {closed: np.nan_to_num(placed(closed) - usual, nan=0.0, posinf=np.inf) for closed in closures}
    for days in (usual, *more.values()):
        days.setflags(write=False)
    told = "SELECT source_id FROM lanes UNION SELECT source_id FROM sailing UNION SELECT port_source_id FROM sailing"
    sources = tuple(sorted(str(row[0]) for row in store.rows(told)))
    return Ways(countries, usual, more, sources)


def by_products(store: Store) -> Columns:
    """Which goods are won as by-products of which, and the share of their supply that is, host by host."""
    return store.query(
        "SELECT mineral, stage, host, host_stage, share_mid AS share, source_id FROM byproducts ORDER BY ALL"
    )


def _ends(countries: tuple[str, ...]) -> str:
    """Tables for WITH: `ends`, the ports by which each country ships, and its place among the countries."""
    places = _values(list(zip(countries, range(len(countries)), strict=True)))
    return (
        f"place(country, spot) AS (VALUES {places}), "
        "home AS (SELECT country, port FROM ports WHERE main = 'yes' UNION "
        "SELECT country, port FROM gateways QUALIFY row_number() OVER (PARTITION BY country ORDER BY rank) = 1 "
        "AND country NOT IN (SELECT country FROM ports WHERE main = 'yes')), "
        "ends AS (FROM home JOIN place USING (country))"
    )


def lane_passages(store: Store, countries: tuple[str, ...]) -> Mapping[str, NDArray[np.bool_]]:
    """Which sea passages the lane between two countries uses, (countries, countries) for each passage.

    Pairs without a lane are False (see `sea_lanes`).
    """
    return sea_lanes(store, countries).uses


def economy_figures(store: Store, dtype: DTypeLike = np.float64) -> Economy:
    """The inter-country table as a square of industries in economies, with what is not listed spread over its sellers.

    A cell that io_flows lists stands as published. Another, from seller r to industry j of country s for product i, is

        x_risj = unlisted_isj w_ris / (sum of w_kis over the sellers k that are not listed for i, s, j)

    so that each buyer's inputs of each product are exact and what a seller sells to a country holds to 100 USD.

    `dtype` is float64 (128 MB) or float32 (64 MB) of the square.
    """
    economies, industries = (
        tuple(str(c) for c in store.query(f"SELECT DISTINCT {key} FROM io_totals ORDER BY 1")[key])
        for key in ("economy", "industry")
    )
    trade = ("seller", "seller_industry", "buyer")
    pairs, n = (len(economies), len(industries)), len(economies) * len(industries)
    weight = np.zeros((*pairs, len(economies)), dtype=dtype)
    at, found = _placed(store, "io_trade", trade, "unlisted_weight")
    weight.ravel()[at] = found
    unlisted = np.zeros(n * len(industries), dtype=dtype)
    at, found = _placed(store, "io_imports", (*trade[1:], "buyer_industry"), "unlisted_musd")
    unlisted[at] = found
    at, found = _placed(store, "io_flows", (*trade, "buyer_industry"), "value_musd")
    flows = np.repeat(weight.ravel(), len(industries)).reshape(len(economies), -1)
    flows.ravel()[at] = 0.0
    total = flows.sum(axis=0)
    flows *= np.divide(unlisted, total, out=np.zeros_like(total), where=total > 0)
    flows.ravel()[at] = found
    flows = flows.reshape(n, n)
    flows.setflags(write=False)
    sums = store.query(
        "SELECT output_musd, final_use_musd, other_inputs_musd FROM io_totals ORDER BY economy, industry"
    )
    output, final, other = sums.values()
    return Economy(economies, industries, flows, output, final, other, ("icio",))


def _placed(store: Store, name: str, axes: tuple[str, ...], column: str) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Where a table's values stand in an array over its axes, raveled, and the values."""
    joins, spot = [], "0"
    for axis in axes:
        key = "industry" if axis.endswith("industry") else "economy"
        labels = f"(SELECT DISTINCT {key} FROM io_totals)"
        places = f"(SELECT {key}, row_number() OVER (ORDER BY {key}) - 1 AS spot FROM {labels})"
        joins.append(f"JOIN {places} AS of_{axis} ON {axis} = of_{axis}.{key}")
        spot = f"({spot}) * (SELECT count(*) FROM {labels}) + of_{axis}.spot"
    found = store.query(f"SELECT {spot} AS spot, {column} FROM {name} {' '.join(joins)}")
    return found["spot"], found[column]


def _figures(
    store: Store,
    goods: tuple[str, ...],
    span: tuple[int, int],
    membership: list[tuple[int, str, int]],
    rest: tuple[list[tuple[str, int]], Columns],
) -> Figures:
    production_goods, attributes = rest
    years = tuple(range(span[0], span[1] + 1))
    countries = areas(store)
    place = "(SELECT area, (row_number() OVER (ORDER BY area) - 1)::INT AS spot FROM (SELECT DISTINCT area FROM areas))"
    trade = store.query(
        f"WITH place AS {place}, member(edition, code, good) AS (VALUES {_values(membership, 3)}) "
        "SELECT good::INT AS good, (year - ?)::INT AS year, e.spot AS exporter, i.spot AS importer, value_usd, "
        f"{_or_nan('gross_t')} "
        "FROM trade JOIN member ON revision = edition AND hs = code "
        "JOIN place e ON exporter = e.area JOIN place i ON importer = i.area "
        f"WHERE hs IN ({', '.join(repr(c) for _, c, _ in membership) or chr(39) * 2}) AND year BETWEEN ? AND ?",
        [span[0], *span],
    )
    made = store.query(
        f"WITH place AS {place}, member(name, good) AS (VALUES {_values(production_goods)}) "
        "SELECT good::INT AS good, (year - ?)::INT AS year, spot, "
        f"{_or_nan('quantity')} FROM production "
        "JOIN member ON product = name JOIN place ON country = area WHERE source_id = 'wmd' AND year BETWEEN ? AND ?",
        [span[0], *span],
    )
    stable = store.query(
        f"WITH place AS {place} SELECT (year - ?)::INT AS year, spot, {_or_nan('estimate')} FROM governance "
        "JOIN place ON country = area WHERE year BETWEEN ? AND ?",
        [span[0], *span],
    )
    production = np.full((len(production_goods), len(years), len(countries)), np.nan)
    production[made["good"], made["year"], made["spot"]] = made["quantity"]
    stability = np.full((len(years), len(countries)), np.nan)
    stability[stable["year"], stable["spot"]] = stable["estimate"]
    for array in (production, stability):
        array.setflags(write=False)
    return Figures(goods, years, countries, trade, production, stability, attributes)


def _well_declared(store: Store, found: Figures) -> Columns:
    """The trade without flows that the table of corrections knows to be other goods than their code says."""
    rows = store.rows("SELECT key FROM overrides WHERE table_name = 'trade' AND to_value = '-'")
    at, trade = {c: i for i, c in enumerate(found.countries)}, found.trade
    kept = np.ones(len(trade["good"]), dtype=bool)
    for seller, buyer, code in (str(key).split("|") for (key,) in rows):
        of_code = np.isin(trade["good"], [i for i, hs in enumerate(found.goods) if hs == code])
        kept &= ~(of_code & (trade["exporter"] == at[seller]) & (trade["importer"] == at[buyer]))
    return {name: column[kept] for name, column in trade.items()}


def _or_nan(column: str) -> str:
    """A number that is NaN where there is none: masked arrays cost a tenth of a second only to be imported."""
    return f"coalesce({column}, 'NaN'::DOUBLE) AS {column}"


def _values(rows: Sequence[tuple[str | int, ...]], width: int = 2) -> str:
    """Rows for VALUES. Codes and names come from the project's own tables; quotes are doubled all the same."""
    cells = [["'{}'".format(v.replace("'", "''")) if isinstance(v, str) else str(v) for v in row] for row in rows]
    return ", ".join(f"({', '.join(row)})" for row in cells or [["'-1'"] * width])
