"""N-1 against the International Energy Agency: its own countries' figures of 2024, and what it published for 2035."""

from __future__ import annotations

import csv
from collections import defaultdict

import pytest

from monazite.core.values import Stage
from monazite.indicators.concentration import n_minus_1
from monazite.indicators.rows import n_minus_1_rows
from monazite.reference.store import Store
from monazite.workbench.network import load_network

SAME = {
    ("cobalt", Stage.METAL): "Cobalt: refining",
    ("copper", Stage.ORE): "Copper: mining",
    ("copper", Stage.METAL): "Copper: refining",
    ("graphite", Stage.REFINED): "Graphite: refining",
    ("lithium", Stage.ORE): "Lithium: mining",
    ("lithium", Stage.REFINED): "Lithium: refining",
    ("magnet-rare-earths", Stage.ORE): "Rare Earth Elements: mining",
    ("magnet-rare-earths", Stage.REFINED): "Rare Earth Elements: refining",
    ("nickel", Stage.ORE): "Nickel: mining",
    ("nickel", Stage.METAL): "Nickel: refining",
    ("rare-earths", Stage.REFINED): "Rare Earth Elements: refining",
}
"""Mineral and stage -> the Agency's count of the same year and scope."""
APART = {
    # World Mining Data counts 75% of the world's cobalt in the Congo, the Agency 67%, the US Geological Survey 77%.
    ("cobalt", Stage.ORE): ("Cobalt: mining", -8.0),
    # World Mining Data and the US Geological Survey count 1.3 million t of graphite in China, the Agency 1.6.
    ("graphite", Stage.ORE): ("Graphite: mining", 9.6),
    # All rare earths here, the four of magnets there: of these China mines less.
    ("rare-earths", Stage.ORE): ("Rare Earth Elements: mining", -6.8),
}
"""Another publisher or scope: the difference in points."""


def ours(store: Store, mineral: str, stage: Stage) -> float:
    rows = n_minus_1_rows(load_network(store, mineral), 2024)
    return next(float(row[3]) for row in rows if row[1] == f"{stage} production")  # type: ignore[arg-type]


def theirs(store: Store, product: str) -> float:
    """N-1 of the Agency's own countries and total of 2024."""
    where = "source_id = 'iea-2025' AND product = ? AND year = 2024"
    ((largest,),) = store.rows(f"SELECT max(quantity) FROM production WHERE {where}", [product])
    ((total,),) = store.rows(f"SELECT quantity FROM world_totals WHERE {where}", [product])
    return 1 - float(str(largest)) / float(str(total))


@pytest.mark.parametrize("case", SAME, ids=" ".join)
def test_same_year_and_scope_is_within_five_points(store: Store, case):
    assert ours(store, *case) == pytest.approx(theirs(store, SAME[case]), abs=0.05)


@pytest.mark.parametrize("case", APART, ids=" ".join)
def test_another_publisher_or_scope_is_off_by_what_the_docs_say(store: Store, case):
    product, points = APART[case]
    assert 100 * (ours(store, *case) - theirs(store, product)) == pytest.approx(points, abs=0.5)


def test_of_what_is_published_for_2035_two_follow_from_the_agencys_own_figures(shared):
    # Published, as a share of demand: graphite and rare earths 35-40%, nickel below 55%, lithium and cobalt 65%, copper
    # nearly all. With the world's demand of the stated-policies scenario:
    supply, demand = defaultdict(dict), {}
    with (shared / "data" / "iea" / "iea2025_supply_by_country.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["year"] == "2035" and row["kt"]:
                supply[row["mineral"], row["stage"]][row["country"]] = float(row["kt"])
    with (shared / "data" / "iea" / "iea2025_demand_by_sector.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if (row["sector"], row["scenario"], row["year"]) == ("totalDemand", "STEPS", "2035"):
                demand[row["mineral"]] = float(row["kt"])
    found = {}
    for (mineral, stage), kt in supply.items():
        total, rest = kt.pop("TOTAL"), kt.pop("Rest of world")
        largest = max(kt.values())
        assert sum(kt.values()) + rest == pytest.approx(total, rel=0.035)
        found[mineral, stage] = round(100 * n_minus_1([largest], demand[mineral], rest=total - largest))
    assert found == {
        ("Copper", "mining"): 46,
        ("Copper", "refining"): 50,
        ("Cobalt", "mining"): 34,
        ("Cobalt", "refining"): 24,
        ("Graphite", "mining"): 7,
        ("Graphite", "refining"): 6,
        ("Lithium", "mining"): 47,
        ("Lithium", "refining"): 26,
        ("Nickel", "mining"): 24,
        ("Nickel", "refining"): 46,
        ("Rare Earth Elements", "mining"): 37,
        ("Rare Earth Elements", "refining"): 20,
    }
