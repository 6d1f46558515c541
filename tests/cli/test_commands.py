"""Every command: help that ends in an example, JSON as agreed, and clear refusals without a traceback."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from monazite import __version__
from monazite.cli.main import COMMANDS

FEW = ("--draws", "2")
"""Of the weekly chain: enough where its figures are not looked at."""
DATA = ("list", "show", "coverage", "compare", "mirror", "verify")
SUBCOMMANDS = [(name,) for name in COMMANDS] + [("data", sub) for sub in DATA]


def test_version(monazite):
    assert monazite("--version").out.strip().endswith(__version__)


def test_the_top_help_loads_no_room():
    code = "import sys; from monazite.cli.main import cli; cli(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.rsplit("\n", 2)[-2].split()
    assert not {"numpy", "duckdb", "spacy", "rich"} & set(loaded)
    for name, line in COMMANDS.items():
        assert name in done.stdout
        assert line.split()[0] in done.stdout


def test_exposure_loads_nothing_that_only_pictures_and_workbooks_need():
    code = "import sys, monazite.cli.exposure; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"jinja2", "python_calamine", "quickjs", "resvg_py", "scipy", "spacy", "xlsxwriter", "monazite.brief"}
    assert not heavy & set(done.stdout.split())


@pytest.mark.parametrize("words", SUBCOMMANDS, ids=" ".join)
def test_help_ends_in_an_example_of_that_command(monazite, words):
    text = monazite(*words, "--help").out
    example = text.split("Example:")[1]
    own = " ".join(words) if words != ("data",) else "data list"
    assert f"monazite {own}" in example


def test_exposure_as_json(monazite):
    result = monazite("exposure", "Japan", "--mineral", "rare earths", "--year", "2024", "--json")
    found = json.loads(result.out)
    (exposure,) = found["exposures"]
    assert (exposure["mineral"], exposure["members"], exposure["year"]) == ("rare-earths", ["JPN"], 2024)
    assert exposure["stages"][0]["suppliers"][0]["country"] == "CHN"
    assert exposure["sources"]


def test_exposure_for_a_person(monazite):
    result = monazite("exposure", "quad", "--mineral", "germanium")
    assert result.code == 0
    assert "several metals" in result.out
    assert "no figure: no-trade" in result.out


def test_a_stage_without_trade_in_a_year_says_which_years_there_are(monazite):
    result = monazite("exposure", "Japan", "--mineral", "magnets", "--year", "1999")
    assert result.code == 0
    assert "component (850511), 1999: no data for 1999: years there are 2002-2024" in result.out


def test_shock_from_options_and_from_a_file_agree(monazite, tmp_path):
    goods = ("--mineral", "rare-earths", "--stage", "metal")
    options = ("--from", "CHN", "--to", "JPN", *goods, "--cut", "1.0", "--start", "2026-01-06")
    one = json.loads(monazite("shock", *options, "--weeks", "26", *FEW, "--json").out)
    file = tmp_path / "s.toml"
    flow = 'from = "CHN"\nto = ["JPN"]\nmineral = "rare-earths"\nstage = "metal"\n'
    file.write_text(f'[[shock]]\nkind = "cut"\n{flow}share = 1.0\nstart = 2026-01-06\nweeks = 26\n')
    other = json.loads(monazite("shock", file, *FEW, "--json").out)
    assert [o["importers"] for o in one["outcomes"]] == [o["importers"] for o in other["outcomes"]]
    assert one["scenario"]["shocks"][0]["window"]["start"] == "2026-01-06"
    band = one["outcomes"][0]["importers"][0]["shortfall_t"]
    assert 0 < band["low"] < band["mid"] < band["high"]


def test_shock_for_a_person_shows_its_assumptions(monazite):
    out = monazite("shock", "--from", "China", "--to", "Japan", "--mineral", "rare-earths", "--weeks", "26", *FEW).out
    assert "assumption: a year's trade is hit for 26 of 52 weeks" in out
    assert "parameter sigma" in out


def test_indicators_write_what_they_say(monazite, tmp_path):
    target = tmp_path / "g.parquet"
    result = monazite("indicators", "geopolrisk", "--year", "2024", "--out", target)
    ((rows, named),) = duckdb.sql(f"SELECT count(*), count(*) FILTER (status = 'ok') FROM '{target}'").fetchall()
    assert f"{rows:,} rows" in result.out
    assert 0 < named < rows
    columns = [c[0] for c in duckdb.sql(f"DESCRIBE SELECT * FROM '{target}'").fetchall()]
    assert columns[:3] == ["material", "country", "year"]
    assert columns[-1] == "status"
    table = tmp_path / "hhi.csv"
    assert monazite("indicators", "hhi", "--year", "2024", "--out", table).code == 0
    assert table.read_text().startswith("mineral,stage,year,value,largest,largest_share,status\n")


def test_data_commands(monazite):
    listed = json.loads(monazite("data", "list", "--json").out)
    trade = next(t for t in listed if t["table"] == "trade")
    assert (trade["years"], trade["publisher"], trade["licence"]) == ("1995-2024", "CEPII", "Etalab Open Licence 2.0")
    assert "BACI" in monazite("data", "show", "sources", "--rows", "3").out
    shown = json.loads(monazite("data", "show", "trade", "--rows", "2", "--json").out)
    assert len(shown["rows"]) == 2
    assert {c["unit"] for c in shown["columns"]} >= {"t", "USD"}
    assert "hold their schema" in monazite("data", "verify").out


WRONG = [
    (("exposure", "Jpan"), 2, "Did you mean Japan"),
    (("exposure", "Japan,quad"), 2, "JPN is named twice"),
    (("exposure", "JPN,IND,JPN"), 2, "JPN is named twice"),
    (("exposure", "JPN,"), 2, "a name is missing"),
    (("exposure", "Quadd"), 2, "Did you mean quad"),
    (("exposure", "Japan", "--mineral", "850599"), 2, "850511 (Permanent magnets of metal)"),
    (("exposure", "Japan", "--mineral", "811292"), 2, "gallium (metal), germanium (metal)"),
    (("exposure", "Japan", "--mineral", "gallium ore"), 1, "Stages with codes: metal"),
    (("exposure", "Japan", "--mineral", "tin", "--through", "EU"), 2, "27 countries, expected one"),
    (("exposure", "Japan", "--mineral", "tin", "--through", "JP"), 2, "one of the buyers"),
    (("exposure", "Japan", "--mineral", "magnets", "--year", "1999", "--svg", "x.svg"), 1, "years there are 2002-2024"),
    (("exposure", "Japan", "--from", "China"), 2, "Name one with --mineral"),
    (("stakes", "Japan", "--industry", "C99"), 2, "Known are: A01"),
    (("stakes", "Japan", "--programme", "shinkansen"), 2, "shinkansen-e10"),
    (("stakes", "Japan", "--bill", "none.csv"), 1, "none.csv: cannot be read"),
    (("stakes", "Japan"), 2, "--bill"),
    (("exposure", "Japan", "--mineral", "rare-erths"), 2, "rare-earths"),
    (("exposure", "Japan", "--mineral", "cobalt", "--year", "1900"), 1, "1995 to 2024"),
    (("indicators", "risk", "--out", "x.csv"), 2, "geopolrisk"),
    (("indicators", "hhi", "--out", "x.xls"), 2, ".parquet, .csv, .xlsx"),
    (("indicators", "hhi", "--out", "nowhere/x.csv"), 2, "folder does not exist"),
    (("indicators", "hhi", "--year", "2010", "--out", "x.csv"), 1, "2018 to 2024"),
    (("shock",), 2, "--from and --mineral"),
    (("shock", "a.toml", "--from", "CHN"), 2, "both a scenario and options"),
    (("shock", "missing.toml"), 1, "missing.toml"),
    (("shock", "--from", "CHN", "--to", "CHN", "--mineral", "cobalt"), 2, "both a seller and a buyer"),
    (("shock", "--from", "ISL", "--to", "JPN", "--mineral", "cobalt"), 1, "ISL has no sales"),
    (("shock", "--from", "CHN", "--mineral", "gallium"), 1, "germanium, hafnium"),
    (("shock", "--from", "CHN", "--mineral", "cobalt", "--cut", "2"), 2, "share is 2"),
    (("shock", "--from", "CHN", "--mineral", "cobalt", "--cut", "0.8,0.5"), 2, "is no number"),
    (("shock", "--from", "CHN", "--mineral", "rare-earths", "--stage", "ore"), 1, "refined, metal, component"),
    (("data", "show", "trde"), 2, "trade"),
    (("nonsense",), 2, "No such command"),
    (("brief",), 2, "Missing argument"),
    (("read", "--as-of", "soon", "x.txt"), 2, "soon"),
]


@pytest.mark.parametrize(
    ("words", "code", "says"), WRONG, ids=lambda v: " ".join(v) if isinstance(v, tuple) else str(v)
)
def test_what_is_wrong_is_said(monazite, tmp_path, monkeypatch, words, code, says):
    monkeypatch.chdir(tmp_path)
    result = monazite(*words)
    assert result.code == code
    assert says in result.err
    assert "Traceback" not in result.err
    assert not any(Path().iterdir())


def test_a_traceback_never_reaches_a_user():
    """The same from outside, where nothing catches what the command lets through."""
    command = [str(Path(sys.executable).with_name("monazite")), "exposure", "Jpan"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert re.fullmatch(r"error: country: 'Jpan' is not known\. Did you mean Japan\?\n", done.stderr)


def test_who_neither_mines_nor_trades_exceeds_nothing(monazite):
    done = monazite("exposure", "Nauru", "--mineral", "aluminium", "--json")
    assert done.code == 0, done.err
    assert "neither mine production nor net trade is on record" in done.out
    assert "exports exceed" not in done.out


def test_a_buyer_off_all_passages_is_told_so(monazite):
    done = monazite("exposure", "USA", "--mineral", "uranium", "--year", "2024")
    assert "(assumption): none of 1% or more" in done.out


def test_small_sums_are_not_zero_and_passages_go_by_name(monazite):
    told = monazite("exposure", "Chile", "--mineral", "copper").out
    assert "Strait of Magellan" in told
    assert "magellan " not in told
    assert "under 0.1" in told


def test_a_shock_that_leaves_nobody_short_prints_no_empty_table(monazite):
    told = monazite("shock", "--from", "AUS", "--mineral", "lithium", "--cut", "0.5", "--weeks", "12", *FEW).out
    assert "When use runs short: none\n" in told
    assert "Value added lost by industry" not in told
