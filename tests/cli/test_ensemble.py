"""`ensemble`: a scenario at many points, in a file, and what is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest
import xarray as xr

SHOCK = (
    '[[shock]]\nkind = "cut"\nfrom = "CHN"\nto = "JPN"\nmineral = "rare-earths"\nweeks = 40\nshare = [0.2, 0.5, 1.0]\n'
)


def test_a_scenario_at_many_points_with_what_matters_most(monazite, tmp_path):
    file, out = tmp_path / "s.toml", tmp_path / "o.nc"
    file.write_text(SHOCK)
    told = json.loads(monazite("ensemble", file, "-o", out, "--points", "16", "--json").out)
    with xr.open_dataset(out, engine="scipy") as found:
        assert found.sizes["draw"] == 16 * (len(told["design"]["parameters"]) + 2)
        assert found.attrs["seed"] == 1
        assert "from = " in found.attrs["scenario"]
        japan = found.missing_t.sel(country="JPN")
        assert japan.attrs["units"] == "t"
        assert float(japan.max()) > 0
        assert float(found.share.min()) >= 0.2
        weekly = found.unmet_t_per_week.sum("week").values
        np.testing.assert_allclose(weekly, found.missing_t.sum("country").values, rtol=1e-9, atol=1e-9)
        for outcome in told["outcomes"]:
            if outcome["variable"] == "missing_t" and outcome["at"][1] == "JPN":
                assert outcome["band"]["high"] == np.percentile(japan.sel(good=outcome["at"][0])[:32], 90)
                assert outcome["first"] is None or "cover_ore" in outcome["first"]


def test_without_sensitivity_fewer_draws_are_shown_to_a_person(monazite, tmp_path):
    file = tmp_path / "s.toml"
    file.write_text(SHOCK)
    words = ("ensemble", file, "-o", tmp_path / "o.zarr", "--points", "4", "--no-sensitivity")
    out = monazite(*words).out
    assert "4 draws at 4 Sobol' points" in out
    assert "not told" in out
    assert monazite(*words).out == out
    assert "made with other seed" in monazite(*words, "--seed", "2").err


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("graphite-2023", "-o", "a.csv"), "end it in .zarr or .nc"),
        (("graphite-2023", "-o", "a.zarr", "--points", "100"), "take 128"),
        (("hormuz", "-o", "a.zarr"), "name one whose chain to play"),
        (("graphite-2023", "-o", "a.zarr", "--workers", "2", "--scheduler", "tcp://127.0.0.1:1"), "leave one"),
        (("nothing", "-o", "a.zarr"), "'nothing' is not known"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(monazite, tmp_path, monkeypatch, words, problem):
    monkeypatch.chdir(tmp_path)
    result = monazite("ensemble", *words)
    assert result.code in (1, 2)
    assert problem in result.err.lower().replace("\n", " ") or problem in result.err
    assert not list(tmp_path.iterdir())
