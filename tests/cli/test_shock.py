"""`shock`: scenarios by file, by name and from options; what a year cannot show; bad files."""

from __future__ import annotations

import json
import tomllib

import pytest

FEW = ("--draws", "2")
GOOD = '[[shock]]\nkind = "ban"\nfrom = "CHN"\nto = "JPN"\nmineral = "rare-earths"\nstage = "metal"\n'


def test_a_scenario_is_played_by_its_name(monazite):
    told = json.loads(monazite("shock", "nickel-ore-2014", *FEW, "--json").out)
    assert told["scenario"]["grounds"]["measures"] == ["idn-2014-nickel-bauxite-ban"]
    (outcome,) = told["outcomes"]
    assert (outcome["base_year"], outcome["importers"][0]["importer"]) == (2013, "CHN")
    assert told["not_shown"] == []


def test_what_earlier_falls_tell_stands_beside_the_market(monazite):
    out = monazite("shock", "nickel-ore-2014", *FEW).out
    assert "What earlier falls of suppliers tell to expect in 2014" in out
    assert "Learned from falls up to 2013" in out
    assert "Philippines 92% and Australia 6.7%" in out
    assert "within that of earlier falls" in out


def test_the_scenarios_with_a_name_are_listed(monazite):
    out = monazite("shock", "--list").out
    for word in ("rare-earths-2010", "chn-2010-rare-earth-halt-japan", "hypothetical"):
        assert word in out
    listed = json.loads(monazite("shock", "--list", "--json").out)["scenarios"]
    assert {"rare-earths-2010", "suez-2021"} <= {s["name"] for s in listed}


def test_a_name_nobody_knows_is_refused_with_the_nearest(monazite):
    result = monazite("shock", "suez")
    assert (result.code, result.out) == (2, "")
    assert "Did you mean suez-2021?" in result.err
    assert "file" in monazite("shock", "nothing-like-it").err


def test_a_scenario_is_written_as_a_file_that_is_played_alike(monazite, tmp_path):
    options = (
        "--from",
        "China",
        "--to",
        "Japan",
        "--mineral",
        "rare earths",
        "--stage",
        "metal",
        "--cut",
        "0.2,0.5,0.8",
    )
    file = tmp_path / "s.toml"
    file.write_text(monazite("shock", *options, "--toml").out)
    assert tomllib.loads(file.read_text())["shock"][0]["share"] == [0.2, 0.5, 0.8]
    one, other = (
        json.loads(monazite("shock", *words, *FEW, "--json").out)["outcomes"][0] for words in ((file,), options)
    )
    assert one["importers"] == other["importers"]
    assert 'kind = "closure"' in monazite("shock", "malacca", "--toml").out


def test_the_schema_is_written(monazite):
    assert json.loads(monazite("shock", "--schema").out)["properties"]["shock"]["minItems"] == 1


def test_what_a_year_cannot_show_is_said_and_never_no_change(monazite, tmp_path):
    result = monazite("shock", "suez-2021", "--json")
    assert (result.code, result.out) == (1, "")
    assert "suez: the yearly market knows no ways" in result.err
    file = tmp_path / "s.toml"
    file.write_text(
        GOOD + '[[shock]]\nkind = "closure"\npassages = "malacca"\n'
        '[[shock]]\nkind = "ban"\nfrom = "CHN"\nmineral = "gallium"\n'
    )
    told = json.loads(monazite("shock", file, *FEW, "--json").out)
    assert [o["stage"] for o in told["outcomes"]] == ["metal"]
    assert [n["shock"]["kind"] for n in told["not_shown"]] == ["closure", "cut"]
    assert "germanium" in told["not_shown"][1]["reason"]
    shown = monazite("shock", file, *FEW).out
    assert "not in these figures: no ship passes Strait of Malacca" in shown
    file.write_text(
        '[[shock]]\nkind = "ban"\nfrom = "CHN"\nmineral = "gallium"\n[[shock]]\nkind = "closure"\npassages = "suez"\n'
    )
    result = monazite("shock", file, *FEW)
    assert result.code == 1
    assert "germanium" in result.err
    assert "knows no ways" in result.err


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (GOOD.encode() + b"# \xff\n", "line 7: cannot be read"),
        (GOOD.encode() + b"#" * 100_000, "bytes, expected at most 100,000"),
        (b"\x00", "line 1: not readable as TOML"),
        (GOOD.encode("utf-16"), "line 1: cannot be read"),
        (b"", "line 1: shock is missing"),
        (GOOD.replace("JPN", "CHN").encode(), "line 4: to CHN is both a seller and a buyer"),
        (
            GOOD.encode() + b'share = 1\nweeks = -1\n[[shock]]\nkind = "closure"\npassages = "melaka"',
            "line 7.*line 8.*line 11",
        ),
        (b'measures = "nobody"\n' + GOOD.encode(), "line 1: measures: measure: 'nobody' is no row of the table"),
    ],
)
def test_a_bad_file_is_refused_with_its_lines_and_nothing_is_played(monazite, tmp_path, content, problem):
    file = tmp_path / "bad.toml"
    file.write_bytes(content)
    result = monazite("shock", file, "--json")
    assert (result.code, result.out) == (1, "")
    assert "bad.toml" in result.err
    assert all(part in result.err for part in problem.split(".*"))


def test_a_byte_order_mark_is_no_part_of_a_file(monazite, tmp_path):
    file = tmp_path / "bom.toml"
    file.write_text(GOOD, encoding="utf-8-sig")
    assert monazite("shock", file, "--toml").code == 0


def test_neither_and_both_are_refused(monazite, tmp_path):
    assert "neither a scenario nor" in monazite("shock").err
    assert "both a scenario and options" in monazite("shock", "malacca", "--cut", "0.5").err
    assert monazite("shock", tmp_path / "none.toml").code == 1
