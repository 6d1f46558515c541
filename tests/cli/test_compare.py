"""The comparison as a table and as JSON."""

from __future__ import annotations

import json

import pytest

ASKED = ("exposure", "JPN", "--mineral", "magnets", "--from", "CHN", "--against", "2015", "--against", "IND")


def test_a_comparison_for_a_person(monazite):
    done = monazite(*ASKED, "--with", "AUS")
    assert done.code == 0, done.err
    for told in ("JPN 2024", "JPN 2015", "IND 2024", "JPN+AUS 2024", "27.6%", "Philippines", "net import reliance"):
        assert told in done.out
    assert "baci-extract: CEPII, BACI" in done.out
    assert "an estimate" in done.out


def test_a_comparison_as_json(monazite):
    found = json.loads(monazite(*ASKED, "--json").out)
    (one,) = found["comparisons"]
    assert one["measures"] == [r["name"] for r in one["sides"][0]["stages"][0]["readings"]]
    assert {s["id"] for s in found["sources"]} == set(one["sources"])


def test_a_reason_for_no_data_is_told_once(monazite):
    done = monazite("exposure", "JPN", "--mineral", "rare-earths", "--from", "CHN", "--against", "1999")
    assert done.out.count("no data for 1999: years there are 2002-2024") == 1


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--through", "CHN"), "Name the country with --from"),
        (("--firm", "x.csv"), "got a comparison too"),
        (("--png", "x.png"), "--from, --against was asked for too"),
    ],
)
def test_what_does_not_go_together_is_refused(monazite, more, says):
    done = monazite(*ASKED, *more)
    assert done.code == 2
    assert says in done.err


def test_no_way_round_is_said(monazite):
    done = monazite("exposure", "quad", "--mineral", "nickel", "--from", "IDN")
    assert done.code == 0, done.err
    rows = [line.split("│")[3:-1] for line in done.out.splitlines() if "of that by way of" in line]
    assert rows
    assert all(cell.strip() for row in rows for cell in row)
    assert any(cell.strip() == "none" for row in rows for cell in row)
