"""Apparent consumption and self-sufficiency: published figures, and silence where trade is not on record."""

from __future__ import annotations

import numpy as np
import pytest

from monazite.core.values import Stage
from monazite.indicators.chain_rows import apparent_consumption_rows, self_sufficiency_rows
from monazite.indicators.registry import indicator
from monazite.network.balance import prior
from monazite.reference.store import Store
from monazite.workbench.network import load_network


def rows(store: Store, name: str, mineral: str) -> list[dict[str, object]]:
    make = {"apparent-consumption": apparent_consumption_rows, "self-sufficiency": self_sufficiency_rows}[name]
    return [dict(zip(indicator(name).columns, row, strict=True)) for row in make(load_network(store, mineral), 2024)]


def test_consumption_is_production_and_imports_less_exports(store: Store):
    before = prior(load_network(store, "rare-earths"), 2024)
    at, jpn = before.at(Stage.METAL), before.countries.index("JPN")
    (japan,) = (
        r for r in rows(store, "apparent-consumption", "rare-earths") if (r["stage"], r["country"]) == ("metal", "JPN")
    )
    arriving, leaving = before.flow_t[at][:, jpn].sum(), before.flow_t[at][jpn].sum()
    assert japan["value"] == pytest.approx(before.production_t[at, jpn] + arriving - leaving)
    assert (japan["imported_t"], japan["exported_t"], japan["status"]) == (arriving, leaving, "ok")


def test_more_sold_than_had_is_no_consumption_and_says_so(store: Store):
    found = rows(store, "apparent-consumption", "cobalt")
    short = [r for r in found if r["produced_t"] + r["imported_t"] < r["exported_t"]]
    assert short
    assert all(np.isnan(r["value"]) and r["status"] == "no-supply" for r in short)
    assert all(r["value"] >= 0 for r in found if r["status"] == "ok")


@pytest.mark.parametrize("name", ["apparent-consumption", "self-sufficiency"])
@pytest.mark.parametrize(("mineral", "stage"), [("gallium", Stage.METAL), ("cobalt", Stage.METAL)])
def test_a_stage_whose_trade_is_not_on_record_has_no_row(store: Store, name: str, mineral: str, stage: Stage):
    before = prior(load_network(store, mineral), 2024)
    assert before.untraded[before.at(stage)]
    assert before.production_t[before.at(stage)].sum() > 0
    assert stage not in {r["stage"] for r in rows(store, name, mineral)}
