"""`monazite data import`, `pull` and `remove`, from the command line to the tables and back."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

BACI = "BACI_HS92_Y2024_V202701.csv"
TEXT = "t,i,j,k,v,q\n2024,156,392,284690,1.5,2.25\n2024,156,842,284690,4,NA\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / BACI
    path.write_text(TEXT)
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_an_import_tells_what_changes(monazite, file, data):
    result = monazite("data", "import", "baci", file, "--data", data)
    assert result.code == 0
    assert "imported baci-hs92-2024: CEPII, BACI: International Trade Database" in result.out
    assert "trade: 0 rows added, 2 replaced, 2 of them with other figures" in result.out
    assert "Largest changes of value_usd" in result.out
    assert "checking" in result.err
    listed = monazite("data", "list", "--data", data)
    assert "baci-hs92-2024" in listed.out
    assert "hold their schema" in monazite("data", "verify", "--data", data).out
    removed = monazite("data", "remove", "baci-hs92-2024", "--data", data)
    assert removed.out == "removed baci-hs92-2024: 2 rows of trade\n"
    assert "baci-hs92-2024" not in monazite("data", "list", "--data", data).out


def test_an_import_as_json(monazite, file, data):
    found = json.loads(monazite("data", "import", "baci", file, "--data", data, "--json").out)
    (change,) = found["changes"]
    assert (found["part"], change["table"], change["replaced"]) == ("baci-hs92-2024", "trade", 2)
    assert change["years"][0]["total_after"] == 5500.0
    assert {"key", "before", "after"} == set(change["largest"][0])
    assert len(found["source"]["sha256"]) == 64


def test_imported_figures_reach_every_command_and_the_inputs(monazite, file, data, monkeypatch, examples, tmp_path):
    monkeypatch.setenv("MONAZITE_DATA", str(data))
    file.write_text(TEXT.replace("284690", "280530"))
    assert monazite("data", "import", "baci", file).code == 0
    found = json.loads(monazite("exposure", "JPN", "--mineral", "rare-earths", "--year", "2024", "--json").out)
    metal = next(s for s in found["exposures"][0]["stages"] if s["stage"] == "metal")
    assert [(s["country"], s["value_usd"], s["share"]) for s in metal["suppliers"]] == [("CHN", 1500.0, 1.0)]
    assert "baci-hs92-2024" in metal["readings"][0]["sources"]
    assert "baci-hs92-2024" in found["exposures"][0]["sources"]
    page = tmp_path / "brief.html"
    reports = sorted(examples.glob("*.txt"))
    assert monazite("brief", *reports, "--as-of", "2026-11-21", "-o", page).code == 0
    assert "imported baci-hs92-2024.trade." in page.read_text()


def test_only_some_codes(monazite, file, data):
    result = monazite("data", "import", "baci", file, "--data", data, "--codes", "010121")
    assert result.code == 1
    assert "nothing in it to import" in result.err
    assert monazite("data", "import", "baci", file, "--data", data, "--codes", "284690,010121").code == 0


def test_a_pull_fetches_and_imports(monazite, server, data):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(BACI, TEXT)
    server.files["/BACI_HS92_V202701.zip"] = packed.getvalue()
    words = ("data", "pull", "baci", "--url", server.url, "--release", "202701", "--data", data)
    result = monazite(*words)
    assert result.code == 0
    assert "fetching BACI_HS92_V202701.zip" in result.err
    assert "2 replaced" in result.out
    stood = sorted(p.name for p in data.iterdir())
    server.files["/BACI_HS92_V202701.zip"] = packed.getvalue()[:-30]
    assert monazite(*words).code == 1
    server.files.clear()
    result = monazite(*words)
    assert (result.code, "answers 404" in result.err) == (1, True)
    assert sorted(p.name for p in data.iterdir()) == stood


WRONG = [
    (("import", "bacy", "x.csv"), 2, "'bacy' is not one of"),
    (("import", "baci"), 2, "Missing argument"),
    (("import", "baci", "nowhere.csv"), 1, "cannot be read"),
    (("import", "baci", "x.csv", "--codes", "2846"), 2, "2846 is no code of six digits"),
    (("pull", "wmd"), 2, "'wmd' is not one of"),
    (("pull", "baci", "--url", "ftp://here"), 1, "no address of a web server"),
    (("pull", "comtrade"), 2, "needs --codes, --reporters, --years, a key in the variable COMTRADE_KEY"),
    (("pull", "comtrade", "--years", "2024-2020"), 2, "'2024-2020' is no year"),
    (("pull", "comtrade", "--reporters", "Jpan"), 2, "Did you mean Japan"),
    (("remove", "nothing"), 2, "known are: none"),
]


@pytest.mark.parametrize(
    ("words", "code", "says"), WRONG, ids=lambda v: " ".join(v) if isinstance(v, tuple) else str(v)
)
def test_what_is_wrong_is_said(monazite, tmp_path, monkeypatch, words, code, says):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COMTRADE_KEY", raising=False)
    result = monazite("data", *words, "--data", "data")
    assert (result.code, says.casefold() in result.err.casefold()) == (code, True), result.err
    assert not list(Path().rglob("*.parquet"))


def test_the_key_is_told_to_nobody(monazite, server, data, monkeypatch):
    monkeypatch.setenv("COMTRADE_KEY", "secret")
    words = ("--codes", "850511", "--reporters", "JPN", "--years", "2024", "--data", data, "--url", f"{server.url}/x")
    result = monazite("data", "pull", "comtrade", *words)
    assert result.code == 1
    assert "secret" not in result.err + result.out
    assert server.asked[0][1]["Ocp-Apim-Subscription-Key"] == "secret"


def test_what_fetches_is_loaded_only_when_it_is_called():
    code = (
        "import sys; from monazite.cli.main import cli; cli(['data', 'show', 'areas', '--rows', '1'], "
        "standalone_mode=False); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"urllib3", "python_calamine"} & set(done.stdout.rsplit("\n", 2)[-2].split())
