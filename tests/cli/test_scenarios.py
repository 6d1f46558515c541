"""`scenarios` and `record scenarios`: measures out as files, played by `shock` like the same options."""

from __future__ import annotations

import json
import tomllib

import pytest

DAY = ("--as-of", "2026-11-21")
MANY = ("--assume-cut", "0.2,0.5,0.8")


@pytest.fixture
def reports(examples):
    return [examples / name for name in ("export-controls.txt", "visit-wrap-up.txt")]


def test_measures_become_files_with_evidence_and_the_rest_has_reasons(monazite, reports, tmp_path):
    done = json.loads(monazite("scenarios", *reports, "-o", tmp_path, *DAY, "--json").out)
    (written,) = done["scenarios"]
    assert [p.name for p in tmp_path.iterdir()] == [f"{written['claim']}-rare-earths.toml"]
    told = tomllib.loads((tmp_path / f"{written['claim']}-rare-earths.toml").read_text(encoding="utf-8"))
    (shock,) = told["shock"]
    assert (shock["kind"], shock["from"], shock["to"]) == ("ban", ["CHN"], ["JPN"])
    for e in told["evidence"]:
        (file,) = (r for r in reports if r.name == e["report"])
        assert file.read_text(encoding="utf-8")[e["start"] : e["end"]] == e["text"]
    assert told["assumption"][0]["source"] == "assumption"
    reasons = " ".join(row["reason"] for row in done["left_out"])
    for reason in ("dual-use items", "import ban is no limit", "--assume-cut LOW,MID,HIGH"):
        assert reason in reasons


def test_a_file_is_played_like_the_same_options(monazite, reports, tmp_path):
    assert monazite("scenarios", *reports, "-o", tmp_path, *DAY, *MANY).code == 0
    assert len(list(tmp_path.iterdir())) == 2
    own = ("scenario", "assumptions")
    (file,) = (path for path in tmp_path.iterdir() if "share" in path.read_text(encoding="utf-8"))
    share = tomllib.loads(file.read_text(encoding="utf-8"))["shock"][0]["share"]
    options = ("--from", "CHN", "--to", "JPN", "--mineral", "rare-earths", "--cut", ",".join(map(str, share)))
    one, other = (json.loads(monazite("shock", *words, "--draws", "2", "--json").out) for words in ((file,), options))
    assert one["scenario"]["shocks"] == other["scenario"]["shocks"]
    for a, b in zip(one["outcomes"], other["outcomes"], strict=True):
        assert {k: v for k, v in a.items() if k not in own} == {k: v for k, v in b.items() if k not in own}


def test_a_file_somebody_changed_is_not_written_over(monazite, reports, tmp_path):
    monazite("scenarios", *reports, "-o", tmp_path, *DAY)
    assert monazite("scenarios", *reports, "-o", tmp_path, *DAY).code == 0
    (file,) = tmp_path.iterdir()
    file.write_text("cut = 0.3")
    result = monazite("scenarios", *reports, "-o", tmp_path, *DAY, *MANY)
    assert result.code == 2
    assert "is there already with another text" in result.err
    assert [p.read_text() for p in tmp_path.iterdir()] == ["cut = 0.3"]


def test_the_record_gives_the_same_files(monazite, reports, tmp_path):
    record = tmp_path / "r.sqlite"
    monazite("scenarios", *reports, "-o", tmp_path / "a", *DAY)
    assert monazite("record", "add", *reports, "--who", "ana", "--record", record).code == 0
    assert monazite("record", "scenarios", "-o", tmp_path / "b", *DAY, "--record", record).code == 0
    assert [p.read_text() for p in (tmp_path / "a").iterdir()] == [p.read_text() for p in (tmp_path / "b").iterdir()]


def test_a_stage_or_all_its_codes_can_be_named(monazite, tmp_path):
    file = tmp_path / "s.toml"
    start = '[[shock]]\nkind = "ban"\nfrom = "CHN"\nto = "JPN"\nmineral = "rare-earths"\n'
    for line in ('stage = "refined"', 'hs = ["284610", "284690"]'):
        file.write_text(start + line)
        found = json.loads(monazite("shock", file, "--draws", "2", "--json").out)
        assert [o["stage"] for o in found["outcomes"]] == ["refined"]
    options = ("--from", "CHN", "--to", "JPN", "--mineral", "rare-earths", "--stage", "refined")
    assert (
        json.loads(monazite("shock", *options, "--draws", "2", "--json").out)["outcomes"][0]["importers"]
        == found["outcomes"][0]["importers"]
    )
    file.write_text(start + 'hs = "284610"')
    result = monazite("shock", file)
    assert result.code == 1
    assert "is traded under 284690 too" in result.err
