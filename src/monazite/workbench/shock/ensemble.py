"""A model with ranges of parameters -> its outcomes at many points of them, in a file with names and units.

Outcomes go chunk by chunk into a Zarr store: memory stays bounded, a run that was broken off goes on where it was, and
whoever does a chunk, the bytes are the same. NetCDF is written from the whole store at the end.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
import zarr
from numpy.typing import NDArray

from monazite import __version__
from monazite.core.errors import MonaziteError, UsageError
from monazite.core.values import Band, Progress, silent
from monazite.reference.files import replacing
from monazite.simulation.ensemble import Design, points, variance_shares
from monazite.simulation.ranges import outcomes_at, values_at
from monazite.simulation.values import Model
from monazite.workbench.spread import Spread

__all__ = ["Ensemble", "Outcome", "run_ensemble"]

Array = NDArray[np.float64]

_CHUNK_BYTES = 1 << 23  # of the outcomes of one chunk, all variables together
_MOST_ROWS = 256
_PLACES = 16  # whose outcomes are summed up at once
_PERCENTILES = (10, 50, 90)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome at one place: its 10th, 50th and 90th percentile, and what part of its variance is whose.

    `first` and `total` go by parameter: by itself, and with all that it acts together with. Both are None where the
    points cannot tell, and for an outcome that never moves.
    """

    variable: str
    at: tuple[str, ...]
    band: Band
    first: Mapping[str, float] | None
    total: Mapping[str, float] | None


@dataclass(frozen=True, slots=True)
class Ensemble:
    """A finished ensemble: where it lies, how it was drawn, and its outcomes in short."""

    path: str
    design: Design
    outcomes: tuple[Outcome, ...]


def run_ensemble(
    model: Model,
    design: Design,
    out: Path,
    settings: Mapping[str, str],
    spread: Spread = map,
    progress: Progress = silent,
) -> Ensemble:
    """The model's outcomes at the points of a design, written to `out`: a Zarr store, or NetCDF if named `.nc`.

    What an earlier run of the same model, design and settings left in `out` is not done again; on the way to NetCDF it
    lies beside it, with `.part` behind the name.

    :param spread: who does the chunks, see `workbench.spread`.
    :param settings: what else the outcomes follow from, such as a scenario's text; kept with them.
    :raises UsageError: for a name of neither kind, and if something else is there.
    """
    if out.suffix not in (".nc", ".zarr"):
        raise UsageError(str(out), "is no name of an ensemble", "end it in .zarr or .nc")
    store = out if out.suffix == ".zarr" else out.with_name(out.name + ".part")
    if store != out and out.exists():
        raise UsageError(str(out), "is there already", "move it away, or choose another name")
    rows = _rows_of_chunk(model)
    try:
        root = _opened(model, design, store, rows, settings)
        _fill(model, design, root, rows, spread, progress)
        found = Ensemble(str(out), design, tuple(_in_short(model, design, root)))
        if store != out:
            with replacing(out) as scratch, xr.open_zarr(store, consolidated=False, chunks=None) as whole:
                names = sorted(map(str, whole.drop_vars("done").variables))  # a folder lists its files in any order
                ordered = xr.Dataset({name: whole[name].variable for name in names}, attrs=whole.attrs)
                ordered.to_netcdf(scratch, format="NETCDF3_64BIT", engine="scipy")
            shutil.rmtree(store)
    except OSError as error:
        raise MonaziteError(
            str(out), f"cannot be written: {error}", "make room, then run it again: it goes on"
        ) from error
    return found


def _rows_of_chunk(model: Model) -> int:
    """How many draws are done and written together; whoever does them, the bytes depend on it."""
    row = 8 * sum(int(np.prod([len(model.labels[d]) for d in v.dims])) for v in model.variables.values())
    return max(1, min(_MOST_ROWS, _CHUNK_BYTES // row))


def _opened(model: Model, design: Design, store: Path, rows: int, settings: Mapping[str, str]) -> Any:
    """The store, made anew or found as an earlier run of the same left it."""
    told = {
        "made_by": f"Monazite {__version__}",
        "parameters": json.dumps([asdict(p) for p in design.parameters]),
        "points": design.count,
        "seed": design.seed,
        "sensitivity": int(design.shares),
        **settings,
    }
    if store.exists():
        try:
            root = zarr.open_group(store, mode="r+")
        except (OSError, ValueError) as error:
            raise UsageError(str(store), "is there already, and no ensemble", "choose another name") from error
        if other := [key for key, value in told.items() if root.attrs.get(key) != value]:
            raise UsageError(str(store), f"was made with other {', '.join(other)}", "choose another name")
        return root
    scratch = store.with_name(f".{store.name}.{os.getpid()}")
    try:
        _laid_out(model, design, zarr.open_group(scratch, mode="w", zarr_format=2), rows, told)
        scratch.rename(store)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return zarr.open_group(store, mode="r+")


def _laid_out(model: Model, design: Design, root: Any, rows: int, told: Mapping[str, Any]) -> None:
    """An empty store with all its labels and values of parameters."""
    for name, labels in model.labels.items():
        _put(root, name, (name,), np.array(labels), {})
    drawn = values_at(design.parameters, points(design))
    for p in design.parameters:
        about = {"units": p.unit, "long_name": p.name, "source": p.source}
        _put(root, p.name, ("draw",), drawn[p.name], about)
    for name, v in model.variables.items():
        size = tuple(len(model.labels[d]) for d in v.dims)
        root.create_array(
            name,
            shape=(design.rows, *size),
            chunks=(min(rows, design.rows), *size),
            dtype="f8",
            fill_value=np.nan,
            attributes={"_ARRAY_DIMENSIONS": ["draw", *v.dims], "units": v.unit, "long_name": v.text},
        )
    parts = -(-design.rows // rows)
    root.create_array(
        "done",
        shape=(parts,),
        chunks=(1,),
        dtype="i1",
        fill_value=0,
        attributes={"_ARRAY_DIMENSIONS": ["part"], "long_name": "whether a part of the draws is done"},
    )
    root.attrs.update(told)


def _put(root: Any, name: str, dims: tuple[str, ...], values: NDArray[Any], about: Mapping[str, Any]) -> None:
    about = {"_ARRAY_DIMENSIONS": list(dims), **about}
    root.create_array(name, data=values, fill_value=None, attributes=about)


def _fill(model: Model, design: Design, root: Any, rows: int, spread: Spread, progress: Progress) -> None:
    """Do what is not done yet."""
    done, at = root["done"], points(design)
    parts, missing = done.shape[0], np.flatnonzero(done[:] == 0).tolist()
    found = spread(partial(outcomes_at, model), [at[n * rows : (n + 1) * rows] for n in missing]) if missing else ()
    for count, (n, outcomes) in enumerate(zip(missing, found, strict=True), start=1 + parts - len(missing)):
        for name in model.variables:
            root[name][n * rows : n * rows + len(outcomes[name])] = outcomes[name]
        done[n] = 1  # last: what is not marked is done again
        progress(f"part {count} of {parts} of the ensemble")


def _in_short(model: Model, design: Design, root: Any) -> Iterator[Outcome]:
    """Each outcome at each place, over the draws; one variable is in memory at a time, and copies of few places."""
    names = [p.name for p in design.parameters]
    sample = 2 * design.count if design.shares else design.count  # A and B; what is mixed of them counts one draw twice
    for name, v in model.variables.items():
        whole = root[name][:].reshape(design.rows, -1)
        places = list(product(*(model.labels[d] for d in v.dims)))
        for start in range(0, len(places), _PLACES):
            part = whole[:, start : start + _PLACES]
            low, mid, high = np.percentile(part[:sample], _PERCENTILES, axis=0).tolist()
            found = variance_shares(design, part) if design.shares else None
            for k, at in enumerate(places[start : start + _PLACES]):
                shares = [f[k].tolist() for f in (found.first, found.total)] if found else [[np.nan]] * 2
                first, total = (dict(zip(names, s, strict=True)) if np.isfinite(s).all() else None for s in shares)
                yield Outcome(name, at, Band(low[k], mid[k], high[k]), first, total)
