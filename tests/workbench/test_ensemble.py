"""Ensembles on disk: whoever does the work, and however often it is broken off, the bytes are the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from numpy.typing import NDArray

from monazite.core.errors import MonaziteError, UsageError
from monazite.core.values import Band
from monazite.simulation.ensemble import Design
from monazite.simulation.values import Model, Parameter, Variable
from monazite.workbench.shock.ensemble import run_ensemble

Arrays = Mapping[str, NDArray[np.float64]]
COVER = Parameter("cover", Band(2, 4, 8), "weeks", "assumption")
RATE = Parameter("rate", Band(0.1, 0.2, 0.4), "1/week", "assumption")
SETTINGS = {"scenario": 'title = "A halt"'}


def played(values: Arrays) -> Arrays:
    """A tank that runs dry: how long it lasts at two places, and what is missing by week."""
    cover, rate = values["cover"][:, None], values["rate"][:, None]
    weeks = np.arange(3.0)
    return {"lasts": cover / (rate * [1.0, 2.0]), "missing": np.clip(rate * weeks[None] - 1 / cover, 0, None)}


MODEL = Model(
    (COVER, RATE),
    {"place": ("JPN", "IND"), "week": ("0", "1", "2")},
    {
        "lasts": Variable(("place",), "weeks", "how long stocks last"),
        "missing": Variable(("week",), "1", "share of use that is missing"),
    },
    played,
)
DESIGN = Design((COVER, RATE), 256, seed=7)


def bytes_of(store: Path) -> str:
    """A digest of all files of a store and of their names."""
    files = sorted(p for p in store.rglob("*") if p.is_file())
    return sha256(b"".join(str(p.relative_to(store)).encode() + p.read_bytes() for p in files)).hexdigest()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole") / "halt.zarr"
    run_ensemble(MODEL, DESIGN, out, SETTINGS)
    return out


def test_what_is_written_has_names_and_units(whole: Path) -> None:
    with xr.open_zarr(whole, consolidated=False, chunks=None) as found:
        assert dict(found.sizes) == {"draw": 1024, "place": 2, "week": 3, "part": 4}
        assert found.lasts.attrs == {"units": "weeks", "long_name": "how long stocks last"}
        assert found.cover.attrs["units"] == "weeks"
        assert found.attrs["seed"] == 7
        assert found.attrs["scenario"] == 'title = "A halt"'
        assert found.place.values.tolist() == ["JPN", "IND"]
        np.testing.assert_array_equal(found.lasts.sel(place="IND"), found.cover / (2 * found.rate))


def test_outcomes_in_short(tmp_path: Path) -> None:
    found = run_ensemble(MODEL, DESIGN, tmp_path / "a.zarr", SETTINGS)
    lasts, *_ = (o for o in found.outcomes if o.at == ("IND",))
    assert lasts.band.mid == pytest.approx(10, rel=0.02)
    assert lasts.first is not None
    assert lasts.total is not None
    assert lasts.first == pytest.approx({"cover": 0.5, "rate": 0.5}, abs=0.1)
    assert all(lasts.total[p] >= lasts.first[p] - 0.02 for p in ("cover", "rate"))
    never = next(o for o in found.outcomes if o.variable == "missing" and o.at == ("0",))
    assert never.band == Band(0, 0, 0)
    assert never.first is None


def broken_off(after: int) -> Callable[[str], None]:
    """A progress that ends the run when so many parts are done, as Ctrl-C does."""
    left = [after]

    def progress(_: str) -> None:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt

    return progress


def test_a_broken_off_run_goes_on_where_it_was(whole: Path, tmp_path: Path) -> None:
    out, told = tmp_path / "c.zarr", list[str]()
    with pytest.raises(KeyboardInterrupt):
        run_ensemble(MODEL, DESIGN, out, SETTINGS, progress=broken_off(2))
    run_ensemble(MODEL, DESIGN, out, SETTINGS, progress=told.append)
    assert told == [f"part {n} of 4 of the ensemble" for n in (3, 4)]
    assert bytes_of(out) == bytes_of(whole)


def test_netcdf_has_the_same_and_leaves_nothing_beside(whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "d.nc"
    with pytest.raises(KeyboardInterrupt):
        run_ensemble(MODEL, DESIGN, out, SETTINGS, progress=broken_off(3))
    assert [p.name for p in tmp_path.iterdir()] == ["d.nc.part"]
    run_ensemble(MODEL, DESIGN, out, SETTINGS)
    assert [p.name for p in tmp_path.iterdir()] == ["d.nc"]
    with xr.open_dataset(out, engine="scipy") as a, xr.open_zarr(whole, consolidated=False, chunks=None) as b:
        xr.testing.assert_equal(a.load(), b.drop_vars("done").load())
        assert a.missing.attrs["units"] == "1"
    first = out.read_bytes()
    run_ensemble(MODEL, DESIGN, out := tmp_path / "e.nc", SETTINGS)
    assert out.read_bytes() == first


def test_a_finished_ensemble_is_looked_at_again(whole: Path) -> None:
    before = bytes_of(whole)
    told: list[str] = []
    found = run_ensemble(MODEL, DESIGN, whole, SETTINGS, progress=told.append)
    assert not told
    assert len(found.outcomes) == 5
    assert bytes_of(whole) == before


def test_other_settings_are_not_mixed_in(whole: Path, tmp_path: Path) -> None:
    before = bytes_of(whole)
    with pytest.raises(UsageError, match="made with other scenario"):
        run_ensemble(MODEL, DESIGN, whole, {"scenario": "another"})
    with pytest.raises(UsageError, match="made with other seed"):
        run_ensemble(MODEL, replace(DESIGN, seed=8), whole, SETTINGS)
    assert bytes_of(whole) == before
    (tmp_path / "mine.zarr").mkdir()
    (tmp_path / "mine.zarr" / "letter.txt").write_text("dear")
    with pytest.raises(UsageError, match="no ensemble"):
        run_ensemble(MODEL, DESIGN, tmp_path / "mine.zarr", SETTINGS)
    assert (tmp_path / "mine.zarr" / "letter.txt").read_text() == "dear"
    (tmp_path / "there.nc").write_bytes(b"mine")
    with pytest.raises(UsageError, match="is there already"):
        run_ensemble(MODEL, DESIGN, tmp_path / "there.nc", SETTINGS)
    assert (tmp_path / "there.nc").read_bytes() == b"mine"


def test_names_and_places_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no name of an ensemble"):
        run_ensemble(MODEL, DESIGN, tmp_path / "x.csv", SETTINGS)
    (tmp_path / "file").write_text("")
    with pytest.raises(MonaziteError, match="cannot be written"):
        run_ensemble(MODEL, DESIGN, tmp_path / "file" / "x.zarr", SETTINGS)
