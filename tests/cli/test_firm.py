"""`monazite exposure --firm`: a list that is whole, one with problems, and every refusal."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def example(examples):
    return examples.parent / "firm.csv"


@pytest.fixture
def faulty(tmp_path):
    path = tmp_path / "faulty.csv"
    lines = [
        "material,country,share,supplier",
        "cobalt,China,0.6,[bold]A\x1b[31m",
        "cobalt,Chian,0.4,B",
        "tin,Peru,40,C",
    ]
    path.write_text("\n".join(lines))
    return path


def test_a_list_as_json(monazite, example):
    result = monazite("exposure", "JPN", "--firm", example, "--json")
    found = json.loads(result.out)["firm"]
    assert (result.code, found["currency"], found["members"], found["problems"]) == (0, "USD", ["JPN"], [])
    first = found["materials"][0]
    assert (first["material"], first["stage"], first["basis"]) == ("copper", "metal", "tonnes")
    assert first["suppliers"][0] == {
        "country": "CHL", "share": 0.5, "mass_t": 1100.0, "value": 10450000.0, "lines": 1, "names": ["Trader H"],
    }  # fmt: skip
    assert {r["name"] for r in first["readings"]} >= {"supplier HHI", "share from countries with a measure in force"}
    assert first["world"][0]["sources"] == ["usgs-mcs2026"]
    assert "wgi" in found["sources"]


def test_a_list_for_a_person(monazite, example):
    result = monazite("exposure", "--firm", example)
    assert result.code == 0
    assert "What hangs on one country: firm.csv" in result.out
    assert "binds buyers in JPN only" in result.out
    assert "no data: the tables do not know this material" in result.out
    assert not result.err


def test_problems_are_shown_and_the_rest_is_done(monazite, faulty):
    result = monazite("exposure", "--firm", faulty)
    assert result.code == 1
    assert "2 problems, the first in row 3, country: 'Chian' is no country that is known" in result.err
    assert "A share is 0 to 1" in result.out
    assert "0.52 (0.36 to 1.00)" in result.out
    assert "[bold]A\ufffd[31m" in result.out
    assert "\x1b" not in result.out + result.err


def test_problems_as_json(monazite, faulty):
    result = monazite("exposure", "--firm", faulty, "--json")
    found = json.loads(result.out)["firm"]
    assert result.code == 1
    assert [(p["row"], p["column"], p["cell"]) for p in found["problems"]] == [
        (3, "country", "Chian"),
        (4, "share", "40"),
    ]
    cobalt = next(m for m in found["materials"] if m["material"] == "cobalt")
    assert cobalt["unplaced_share"] == pytest.approx(0.4)
    assert cobalt["readings"][0]["band"] == {"low": 0.36, "mid": pytest.approx(0.52), "high": pytest.approx(1.0)}


def test_the_suppliers_as_a_file(monazite, example, tmp_path):
    target = tmp_path / "suppliers.csv"
    assert f"{target}: 15 rows" in monazite("exposure", "--firm", example, "--out", target).out
    assert target.read_text().startswith(
        "rank,material,stage,country,share,mass_t,value,currency,suppliers,measures,hhi,"
    )


def test_a_long_list_is_cut_for_a_person_only(monazite, tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("material,country,t\n" + "".join(f"stuff {i},China,1\n" for i in range(50)))
    assert "and 10 more: --json has them all" in monazite("exposure", "--firm", path).out
    assert len(json.loads(monazite("exposure", "--firm", path, "--json").out)["firm"]["materials"]) == 50


WRONG = [
    ((), 2, "neither a buyer nor --firm"),
    (("firm.csv",), 2, "firm.csv is a file, expected a buyer"),
    (("JPN", "--out", "x.csv"), 2, "--out without --firm"),
    (("--firm", "EXAMPLE", "--year", "2024"), 2, "got --mineral, --year or --through too"),
    (("--firm", "EXAMPLE", "--through", "China"), 2, "got --mineral, --year or --through too"),
    (("--firm", "EXAMPLE", "--mineral", "cobalt"), 2, "got --mineral, --year or --through too"),
    (("--firm", "EXAMPLE", "--out", "x.xlsx"), 2, "ends in .xlsx"),
    (("--firm", "EXAMPLE", "--out", "nowhere/x.csv"), 2, "folder does not exist"),
    (("Jpan", "--firm", "EXAMPLE"), 2, "Did you mean Japan?"),
    (("--firm", "missing.csv"), 1, "missing.csv: cannot be read: No such file"),
    (("--firm", "."), 1, "is no file"),
]


@pytest.mark.parametrize(
    ("words", "code", "says"), WRONG, ids=lambda v: " ".join(v) if isinstance(v, tuple) else str(v)
)
def test_what_is_wrong_is_said(monazite, example, tmp_path, monkeypatch, words, code, says):
    monkeypatch.chdir(tmp_path)
    result = monazite("exposure", *(example if w == "EXAMPLE" else w for w in words))
    assert (result.code, result.out) == (code, "")
    assert says in result.err
    assert not list(tmp_path.iterdir())
