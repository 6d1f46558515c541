"""`shock`, week by week: what is written, and closed passages on the chain of a mineral."""

from __future__ import annotations

import json


def test_the_weeks_stand_beside_the_market(monazite, tmp_path):
    file = tmp_path / "s.toml"
    file.write_text(
        '[[shock]]\nkind = "ban"\nfrom = "CHN"\nto = "JPN"\nmineral = "rare-earths"\nstart = 2026-01-06\nweeks = 26\n'
        '[[shock]]\nkind = "closure"\npassages = "malacca"\nstart = 2026-05-01\nweeks = 3\n'
    )
    weekly = json.loads(monazite("shock", file, "--draws", "16", "--json").out)["weekly"]
    assert (weekly["first_day"], weekly["weeks"], weekly["last_week"]) == ("2026-01-06", 78, 26)
    assert (weekly["draws"], weekly["years"], weekly["not_shown"]) == (16, {"rare-earths": 2024}, [])
    assert weekly["residual_share"] < 1e-9
    japan = [p for p in weekly["uses"] if p["country"] == "JPN"]
    assert {"refined", "metal"} <= {p["stage"] for p in japan}
    for place in weekly["uses"] + weekly["makers"]:
        assert len(place["missing_trail"]["mid"]) == 78
        assert 0 <= place["missing_share"]["low"] <= place["missing_share"]["high"] <= 1
    assert {p["name"] for p in weekly["parameters"]} >= {"cover_ore", "spare", "contract_rate", "price_slope"}
    assert "searoute" in weekly["sources"]


def test_a_passage_is_closed_on_the_chain_of_a_mineral(monazite):
    told = monazite("shock", "hormuz", "--mineral", "aluminium", "--draws", "16").out
    assert "United Arab Emirates" in told
    assert "the yearly market knows no ways" in told
    assert "name a mineral whose chain to play" in monazite("shock", "hormuz").err.replace("Name", "name")
    refused = monazite("shock", "nickel-ore-2014", "--mineral", "tin")
    assert (refused.code, refused.out) == (2, "")
    assert "the scenario names its minerals" in refused.err
