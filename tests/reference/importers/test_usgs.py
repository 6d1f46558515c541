"""The figures of USGS are read as USGS means them; a newer edition takes the place of an older one."""

from __future__ import annotations

from pathlib import Path

import pytest

from monazite.core.errors import TableError
from monazite.reference.store import open_store, verify

COLUMNS = ["MCS chapter", "Section", "Commodity", "Country", "Statistics", "Statistics_detail", "Unit", "Year"]


def mcs(
    make, folder: Path, *lines: tuple[str, str, str, int, str, str], edition: int = 2026, world: str = "World Mine"
) -> Path:
    """An edition with some lines: commodity and detail, country, unit, year, value, notes."""
    rows = [
        [
            "X",
            world,
            product.split(": ", 1)[0],
            country,
            "Production",
            product.split(": ", 1)[1],
            unit,
            year,
            value,
            note,
        ]
        for product, country, unit, year, value, note in lines
    ]
    head = [*COLUMNS, "Value", "Notes"]
    return make.table(folder / f"MCS{edition}_Commodities_Data.csv", [head, *rows], "cp1252")


RARE, GALLIUM = "Rare Earths: Mine production", "Gallium: Primary production"
T, KT, KG = "metric tons", "thousand metric tons", "kilograms"


def test_usgs_figures_are_read_as_usgs_means_them(make, holds, take, data, tmp_path):
    found = take(
        "usgs-mcs",
        mcs(
            make,
            tmp_path,
            (RARE, "China", KT, 2025, "1,270.5", "Estimated. -- Quota."),
            (RARE, "Burma", T, 2025, "W", ""),
            (RARE, "Côte d’Ivoire", T, 2025, "NA", ""),
            (RARE, "Korea, North", T, 2025, "—", ""),
            (RARE, "Congo (Kinshasa)", T, 2025, "s", ""),
            (RARE, "India", T, 2025, "100 - 200", ""),
            (RARE, "Other countries", T, 2025, "550", ""),
            (f"{RARE}: rounded", "World total", T, 2025, "390,000", "Estimated. -- Excludes U.S. production."),
            (GALLIUM, "China", KG, 2025, "900,001", ""),
            ("Unknown: Mine production", "Utopia", "buckets", 2025, "1", ""),
        ),
    )
    with open_store(data=data) as now:
        wanted = "source_id = 'usgs-mcs2026' AND product = ? AND year = 2025"
        sql = f"SELECT country, quantity, quality FROM production WHERE {wanted}"
        assert {c: (q, k) for c, q, k in now.rows(sql, [RARE])} == {
            "CHN": (1_270_500.0, "e"),
            "MMR": (None, "w"),
            "CIV": (None, "n"),
            "PRK": (0.0, "r"),
            "COD": (None, "s"),
            "IND": (None, "n"),
        }
        assert now.rows(sql, [GALLIUM]) == [("CHN", 900.001, "r")]
        totals = "SELECT quantity, others, quality, note FROM world_totals WHERE product = ? AND year = 2025"
        assert now.rows(totals, [RARE]) == [(390_000.0, 550.0, "e", "excludes the United States")]
        holds(now, "production", "world_totals")
    assert found.notes == ("1 figures that are ranges or words",)


def test_a_new_edition_takes_the_place_of_the_older_and_never_the_other_way_round(make, take, data, tmp_path, store):
    take("usgs-mcs", mcs(make, tmp_path, (RARE, "China", T, 2025, "280,000", ""), edition=2027))
    years = "SELECT source_id, count(*) FROM production WHERE product = ? AND year = ? GROUP BY 1"
    with open_store(data=data) as now:
        assert now.rows(years, [RARE, 2025]) == [("usgs-mcs2027", 1)]
        assert now.rows(years, [RARE, 2024]) == store.rows(years, [RARE, 2024])
        same = "SELECT count(*) FROM products WHERE source_id = ?"
        assert now.rows(same, ["usgs-mcs2027"]) == now.rows(same, ["usgs-mcs2026"]) != [(0,)]
        verify(now)
    take("usgs-mcs", mcs(make, tmp_path, (RARE, "China", T, 2025, "1", ""), (RARE, "China", T, 2024, "2", "")))
    with open_store(data=data) as now:
        assert now.rows(years, [RARE, 2025]) == [("usgs-mcs2027", 1)]
        assert now.rows(years, [RARE, 2024]) == [("usgs-mcs2026", 1)]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ((RARE, "Utopia", T, 2025, "1", ""), "line 2: 'Utopia' is no known country"),
        ((RARE, "China", "carats", 2025, "1", ""), "line 2: 'carats' is no unit for t"),
        ((RARE, "China", T, "soon", "1", ""), "line 2: 'soon' is no year"),
        ((RARE, "China", T, 2025, "-1", ""), "quantity is below 0"),
    ],
)
def test_usgs_lines_that_make_no_sense_are_refused(make, left, take, data, tmp_path, line, says):
    with pytest.raises(TableError, match=says):
        take("usgs-mcs", mcs(make, tmp_path, line))
    assert left(data) == []


def test_the_official_file_holds_what_was_carried_over(take, shared):
    found = take("usgs-mcs", shared / "data" / "usgs" / "MCS2026_Commodities_Data.csv")
    production = next(c for c in found.changes if c.table == "production")
    assert (production.added, production.changed, production.gone) == (0, 0, 0)
    assert production.replaced > 1000
