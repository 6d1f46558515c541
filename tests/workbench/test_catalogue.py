"""Every question is described and checked; Python asks them by name."""

from __future__ import annotations

import inspect
import pkgutil
import subprocess
import sys
from datetime import date

import pytest
from jsonschema import Draft202012Validator
from rich.console import Console

import monazite as mz
from monazite.core.errors import UnknownCode, UsageError
from monazite.workbench.catalogue import CATALOGUE, asked, canonical, question, schema
from monazite.workbench.python import NAMES


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_question_is_described(name) -> None:
    one, found = CATALOGUE[name], schema(name)
    Draft202012Validator.check_schema(found)
    assert one.text.endswith(".")
    assert one.limits.endswith(".")
    wanted = list(inspect.signature(one.function).parameters)[1:]
    assert list(found["properties"]) == wanted
    assert all(about.get("description") or n in ("mineral", "kind") for n, about in found["properties"].items())


def test_a_question_is_the_same_however_it_is_asked() -> None:
    short = asked("exposure", {"buyer": "Japan"})
    long = asked("exposure", {"year": None, "minerals": [], "through": "", "buyer": "Japan"})
    texts = asked("exposure", {"buyer": "Japan", "year": "2024"}, strict=False)
    assert canonical("exposure", short) == canonical("exposure", long)
    assert canonical("exposure", texts) == canonical("exposure", asked("exposure", {"buyer": "Japan", "year": 2024}))


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({}, "buyer"),
        ({"buyer": "Japan", "colour": "red"}, "colour"),
        ({"buyer": "Japan", "year": "2024"}, "year"),
        ({"buyer": ""}, "buyer"),
    ],
)
def test_what_is_wrong_is_named(given, part) -> None:
    with pytest.raises(UsageError, match=part):
        asked("exposure", given)


def test_an_unknown_question_names_the_nearest() -> None:
    with pytest.raises(UnknownCode, match="exposure"):
        question("exposures")


def test_no_question_has_the_name_of_a_room() -> None:
    rooms = {found.name for found in pkgutil.iter_modules(mz.__path__)}
    assert not rooms & set(NAMES)
    assert set(NAMES) <= set(dir(mz))


def test_python_asks_by_name() -> None:
    found = mz.table("coalitions", rows=3, today=date(2026, 11, 21))
    assert [list(row) for row in found.rows] == [[c["column"] for c in found["columns"]]] * 3
    assert repr(found) == "<table(name='coalitions', rows=3): 3 rows>"
    assert "rows" in inspect.signature(mz.table).parameters
    assert ":param rows: How many of its first rows." in mz.table.__doc__
    with pytest.raises(TypeError, match="mineral"):
        mz.exposure("Japan", mineral="magnets")
    with pytest.raises(AttributeError, match="nothing"):
        mz.nothing  # noqa: B018 - asking for it is the test


def test_an_answer_shows_itself() -> None:
    found = mz.differences("cobalt")
    page = found._repr_html_()
    assert page.startswith("<table><caption>differences(mineral=&#39;cobalt&#39;)</caption>")
    assert found.limits in page
    console = Console(width=200)
    with console.capture() as drawn:
        console.print(found)
    assert "no data is not zero" in drawn.get()


def test_sources_of_an_answer_are_whole() -> None:
    found = mz.coverage("cobalt")
    assert {"wmd", "baci"} <= {s.id for s in mz.exposure("Japan", ["cobalt"]).sources}
    assert all(r["mineral"] == "cobalt" for r in found.rows)


def test_the_package_stays_light() -> None:
    code = (
        "import sys, monazite; assert not hasattr(monazite, '_x'); print([m for m in sys.modules if 'workbench' in m])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_an_ensemble_is_bands_by_place() -> None:
    found = mz.ensemble("graphite-2023", points=2)
    assert found["design"]["count"] == 2
    assert {r["variable"] for r in found.rows} >= {"missing_t", "price_peak_pct"}
    assert all(r["band_low"] <= r["band_mid"] <= r["band_high"] for r in found.rows)
    with pytest.raises(UnknownCode, match="graphite-2023"):
        mz.ensemble("graphite")
