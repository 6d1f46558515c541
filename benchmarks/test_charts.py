"""How long a chart and a page take from values to SVG and HTML, with the engine loaded and from nothing."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import Any

import pytest

from monazite.brief.charts import Chart, supplier_shares
from monazite.brief.draw import png, svg
from monazite.brief.page import render_html
from monazite.brief.values import Brief
from monazite.core.gazetteer import Country, Gazetteer
from monazite.indicators.values import Exposure, StageExposure, Supplier
from monazite.ledger.values import Commitment, Evidence, Ledger, Report, Window

NAMES = ("CHN", "VNM", "MYS", "FRA", "USA", "EST", "IND", "THA", "DEU")


def a_chart(stages: int) -> Chart:
    suppliers = tuple(Supplier(code, 10.0, 1e5, 2.0 ** -(n + 1)) for n, code in enumerate(NAMES))
    rows = tuple(StageExposure(f"stage {n}", (), "goods", suppliers, 90.0, 9e5, (), ()) for n in range(stages))
    exposure = Exposure("JPN", ("JPN",), "rare-earths", 2024, rows, (), ())
    return supplier_shares(exposure, Gazetteer(tuple(Country(c, c.title()) for c in (*NAMES, "JPN")), (), ()))


@pytest.mark.parametrize("stages", [1, 4, 16])
def test_svg(benchmark: Any, stages: int) -> None:
    drawn = benchmark(lambda: svg(a_chart(stages), "f"))
    assert drawn.startswith("<svg")


def test_png(benchmark: Any) -> None:
    assert benchmark(lambda: png(a_chart(4)))[:4] == b"\x89PNG"


@pytest.mark.parametrize("commitments", [10, 100])
def test_page(benchmark: Any, commitments: int) -> None:
    day = date(2026, 1, 1)
    quotes = [Evidence("a.txt", n, n + 40, "x" * 40) for n in range(commitments)]
    claims = tuple(
        Commitment(f"c{q.start}", ("JPN",), (), "plan", f"hold meeting {q.start}", None, (), None,
                   Window("today", day, day), "planned", "overdue-unverified", None, None, (q,))
        for q in quotes
    )  # fmt: skip
    report = Report("a.txt", "0" * 64, "A report", None, None, "en", "x" * (commitments + 40))
    names = Gazetteer((Country("JPN", "Japan"),), (), ())
    brief = Brief(Ledger((report,), claims, (), day), ("JPN",), (), (), (), (), (), "monazite brief a.txt", day, names)
    assert benchmark(render_html, brief).startswith("<!doctype html>")


def test_first_chart_of_a_process(benchmark: Any) -> None:
    code = "from monazite.brief.assets import drawn; drawn('{}', 100, 100)"
    benchmark.pedantic(lambda: subprocess.run([sys.executable, "-c", code], check=True), rounds=3)
