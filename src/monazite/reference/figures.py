"""Tables -> figures ready for arrays: labels once, rows as integer positions in them."""

from __future__ import annotations

import numpy as np

from monazite.core.errors import UnknownCode
from monazite.core.values import Columns
from monazite.reference.store import Store
from monazite.reference.values import Figures

__all__ = ["material_figures", "mineral_figures"]


def mineral_figures(store: Store, mineral: str) -> Figures:
    """All figures of one mineral: its codes' trade in every year, its production, and political stability."""
    codes = store.query(
        "SELECT hs92, stage, goods, content_low, content_mid, content_high, content_of, content_source_id, note "
        "FROM commodities WHERE mineral = ? ORDER BY hs92",
        [mineral],
    )
    material = store.query(
        "SELECT material, unit FROM minerals JOIN materials USING (material) WHERE mineral = ?", [mineral]
    )
    if not len(material["material"]):
        raise UnknownCode("mineral", mineral)
    first, last = store.years("trade")
    goods = tuple(str(c) for c in codes["hs92"])
    membership = [(code, i) for i, code in enumerate(goods)]
    production = [(str(material["material"][0]), 0)]
    attributes = {**codes, "material": material["material"], "unit": material["unit"]}
    return _figures(store, goods, (first, last), membership, (production, attributes))


def material_figures(store: Store, first: int, last: int, material: str = "") -> Figures:
    """All materials of World Mining Data over some years, or one, each with the codes that GeoPolRisk counts for it."""
    columns = f"material, heading, unit, coalesce(hs92, '') AS hs92, {_or_nan('eol_rir_share')}"
    chosen = "WHERE material = ?" if material else ""
    sql = f"SELECT {columns} FROM materials {chosen} ORDER BY material"
    materials = store.query(sql, [material] if material else [])
    goods = tuple(str(m) for m in materials["material"])
    membership = [(c, i) for i, joined in enumerate(materials["hs92"]) for c in str(joined).split("|") if c]
    production = [(m, i) for i, m in enumerate(goods)]
    return _figures(store, goods, (first, last), membership, (production, materials))


def _figures(
    store: Store,
    goods: tuple[str, ...],
    span: tuple[int, int],
    membership: list[tuple[str, int]],
    rest: tuple[list[tuple[str, int]], Columns],
) -> Figures:
    production_goods, attributes = rest
    years = tuple(range(span[0], span[1] + 1))
    countries = tuple(str(a) for a in store.query("SELECT DISTINCT area FROM areas ORDER BY area")["area"])
    place = "(SELECT area, (row_number() OVER (ORDER BY area) - 1)::INT AS spot FROM (SELECT DISTINCT area FROM areas))"
    trade = store.query(
        f"WITH place AS {place}, member(code, good) AS (VALUES {_values(membership)}) "
        "SELECT good::INT AS good, (year - ?)::INT AS year, e.spot AS exporter, i.spot AS importer, value_usd, "
        f"{_or_nan('gross_t')} "
        "FROM trade JOIN member ON hs92 = code JOIN place e ON exporter = e.area JOIN place i ON importer = i.area "
        f"WHERE hs92 IN ({', '.join(repr(c) for c, _ in membership) or chr(39) * 2}) AND year BETWEEN ? AND ?",
        [span[0], *span],
    )
    made = store.query(
        f"WITH place AS {place}, member(name, good) AS (VALUES {_values(production_goods)}) "
        "SELECT good::INT AS good, (year - ?)::INT AS year, spot, "
        f"{_or_nan('quantity')} FROM mining_production "
        "JOIN member ON material = name JOIN place ON country = area WHERE year BETWEEN ? AND ?",
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
    return Figures(goods, years, countries, trade, production, stability, attributes, ("baci", "wmd", "wgi"))


def _or_nan(column: str) -> str:
    """A number that is NaN where there is none: masked arrays cost a tenth of a second only to be imported."""
    return f"coalesce({column}, 'NaN'::DOUBLE) AS {column}"


def _values(pairs: list[tuple[str, int]]) -> str:
    # Codes and names come from the project's own tables; quotes are doubled all the same.
    return ", ".join("('{}', {})".format(name.replace("'", "''"), at) for name, at in pairs) or "('', -1)"
