"""Work over chunks: the same results by this process, by processes beside it and by a scheduler's workers, one lost."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from monazite.core.errors import FetchError, UsageError
from monazite.core.gazetteer import Gazetteer
from monazite.core.jsonable import jsonable
from monazite.core.values import Band
from monazite.ledger.contract import to_json
from monazite.simulation.values import Model, Parameter, Variable
from monazite.workbench import lazy, spread
from monazite.workbench.reports import read
from monazite.workbench.reports.read import LedgerRead, reports_at
from monazite.workbench.spread import Workers, chunked, spreading

AS_OF = read.date(2026, 11, 21)


def squared(chunk: tuple[int, ...]) -> tuple[list[int], int]:
    """The squares of some numbers, and which process made them."""
    if 13 in chunk:
        raise UsageError("thirteen", "is not wanted", "take another")
    return [n * n for n in chunk], os.getpid()


@pytest.fixture(scope="module")
def two() -> Iterator[spread.Spread]:
    """Two worker processes for all tests here; they find this module as this process does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parents[2]))
        with spreading(Workers(2)) as spread_over:
            yield spread_over


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Path:
    """A folder of reports of many kinds: dated by themselves and by others, pages, empty, an image, German."""
    folder = tmp_path_factory.mktemp("archive")
    reports = Path(__file__).parents[1] / "ledger" / "data" / "reports"
    for file in [*sorted((reports / "dev").glob("*.txt"))[:3], *examples.glob("*.txt")]:
        (folder / file.name).write_bytes(file.read_bytes())
    page = "<html><body><p>LIMA, March 4, 2025 - Peru and Chile agreed to create a copper council.</p></body></html>"
    (folder / "page.html").write_text(page)
    (folder / "empty.txt").write_bytes(b"")
    (folder / "image.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2000))
    (folder / "german.txt").write_text("Die Minister wollen bis zum Ende des Jahres eine Arbeitsgruppe einsetzen.")
    (folder / "friday.txt").write_text("Peru and Chile agreed on Friday to create a working group on tin by Sunday.")
    return folder


def shown(found: LedgerRead) -> str:
    return json.dumps([jsonable(to_json(found.ledger)), found.failed])


@pytest.mark.parametrize("count", [0, 1, 40])
def test_results_come_in_the_order_of_the_chunks(two, count: int) -> None:
    chunks = [(n, n + 100) for n in range(count) if n != 13]
    assert [made for made, _ in two(squared, chunks)] == [made for made, _ in map(squared, chunks)]


def test_chunks_are_taken_as_they_are_needed(two) -> None:
    taken = list[int]()

    def endless() -> Iterator[tuple[int]]:
        for n in range(20, 10_000):
            taken.append(n)
            yield (n,)

    results = two(squared, endless())
    assert next(results)[0] == [400]
    assert len(taken) < 100
    results.close()


def test_an_error_comes_as_it_is_and_at_its_place(two) -> None:
    results = two(squared, [(11,), (12,), (13,), (14,)])
    assert [next(results)[0], next(results)[0]] == [[121], [144]]
    with pytest.raises(UsageError, match=r"thirteen: is not wanted\. Take another\."):
        next(results)


def test_a_worker_lost_on_the_way_costs_no_result(two) -> None:
    made, ended = [], 0
    for squares, process in two(squared, [(n,) for n in range(100, 200)]):
        if len(made) == 10:
            ended = process
            os.kill(ended, signal.SIGKILL)
        made += squares
    assert ended not in (0, os.getpid())
    assert made == [n * n for n in range(100, 200)]


def test_work_that_ends_every_worker_is_given_up() -> None:
    error = lazy.function("distributed:KilledWorker")("task", None, 3)
    with pytest.raises(
        FetchError, match=r"--workers 2: worker after worker ended at one chunk\. Give them more memory"
    ):
        spread._result(Workers(2), "error", (type(error), error, None))


def test_a_scheduler_lost_on_the_way_is_said() -> None:
    with pytest.raises(FetchError, match="the connection was lost on the way"):
        spread._result(Workers(scheduler="tcp://127.0.0.1:1"), "cancelled", CancelledError())


def test_reports_are_read_alike_by_workers_one_of_which_is_lost(two, monkeypatch, archive, names) -> None:
    monkeypatch.setattr(read, "_CHUNK_CHARS", 1)
    monkeypatch.setattr(read, "spreading", lambda _: lent(two))
    ((_, process),) = two(squared, [(1,)])
    steps = list[str]()

    def progress(message: str) -> None:
        steps.append(message)
        if message.startswith("read ") and sum(s.startswith("read ") for s in steps) == 4:
            os.kill(process, signal.SIGKILL)

    serial = read.read([archive], AS_OF)
    spread_out = read.read([archive], AS_OF, progress, workers=Workers(2))
    assert shown(spread_out) == shown(serial)
    assert {name for name, _ in serial.failed} >= {"empty.txt", "image.png", "german.txt"}
    assert sum(s.startswith("read friday.txt") for s in steps) == 2, "it speaks from the day of a report read elsewhere"


@contextmanager
def lent(spread_over: spread.Spread) -> Iterator[spread.Spread]:
    yield spread_over


def halved(values: Mapping[str, NDArray[np.float64]]) -> Mapping[str, NDArray[np.float64]]:
    """A model for an ensemble: half of each cover, at two places."""
    return {"half": values["cover"][:, None] * [0.5, 0.25]}


def test_an_ensemble_has_the_same_bytes_by_workers_one_of_which_is_lost(two, tmp_path: Path) -> None:
    # Loaded here: workers load this module, and not what they do not need.
    design, run = (
        lazy.function(f"monazite.{f}") for f in ("simulation.ensemble:Design", "workbench.shock.ensemble:run_ensemble")
    )
    cover = Parameter("cover", Band(2, 4, 8), "weeks", "assumption")
    model = Model((cover,), {"place": ("JPN", "IND")}, {"half": Variable(("place",), "weeks", "half")}, halved)
    ((_, process),) = two(squared, [(1,)])

    def progress(message: str) -> None:
        if message.startswith("part 2 "):
            os.kill(process, signal.SIGKILL)

    for out, hands, told in (("one.zarr", map, lambda _: None), ("two.zarr", two, progress)):
        run(model, design((cover,), 1024, seed=1), tmp_path / out, {}, hands, told)
    one, others = (
        {p.relative_to(tmp_path / out): p.read_bytes() for p in (tmp_path / out).rglob("*") if p.is_file()}
        for out in ("one.zarr", "two.zarr")
    )
    assert others == one


def test_one_unreadable_report_fails_alike(two, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    told = []
    for over in (map, two):
        with pytest.raises(read.MonaziteError) as raised:
            reports_at([tmp_path], spread=over)
        told.append((type(raised.value), str(raised.value)))
    assert told[0] == told[1]


def test_documents_travel_as_values(two, tmp_path: Path) -> None:
    """What is sent holds no path that a worker would open: it is gone before any does."""
    (tmp_path / "a.txt").write_text("India and Japan agreed on Friday to create a working group on tin.")

    def sent_away(function: Callable, chunks) -> Iterator:
        ready = list(chunks)
        (tmp_path / "a.txt").unlink()
        return two(function, ready)

    (report,), failed = reports_at([tmp_path / "a.txt"], spread=sent_away)
    assert (report.id, failed) == ("a.txt", [])


@contextmanager
def started(*words: str, until: str) -> Iterator[subprocess.Popen[str]]:
    """A program of Dask's that says so when it is ready; ended in the end."""
    command = [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        said = threading.Event()

        def listen() -> None:
            for line in process.stderr or ():
                if until in line:
                    said.set()

        listener = threading.Thread(target=listen)
        listener.start()
        assert said.wait(60)
        yield process
        process.terminate()
        process.wait()
        listener.join()


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_a_scheduler_of_ones_own(archive: Path, names: Gazetteer, port: int) -> None:
    address = f"tcp://127.0.0.1:{port}"
    quiet = ("--no-dashboard", "--dashboard-address", "127.0.0.1:0")
    with started("dask_scheduler", "--host", "127.0.0.1", "--port", str(port), *quiet, until="Scheduler at"):
        with pytest.raises(FetchError, match="has workers"), spreading(Workers(scheduler=address, seconds=2)):
            pass
        with started("dask_worker", address, "--nthreads", "2", "--no-nanny", "--no-dashboard", until="Registered to"):
            found = read.read([archive], AS_OF, workers=Workers(scheduler=address))
    assert shown(found) == shown(read.read([archive], AS_OF))


def test_a_scheduler_that_is_none_is_said_in_time(server, port: int) -> None:
    for address in (f"tcp://127.0.0.1:{port}", server.url.replace("http", "tcp")):
        with pytest.raises(FetchError, match=f"{address}: nothing works there within 1 s. Check the address"):
            spreading(Workers(scheduler=address, seconds=1)).__enter__()
    with pytest.raises(UsageError, match="no address of a scheduler"):
        spreading(Workers(scheduler="here")).__enter__()


def test_a_missing_package_is_named(monkeypatch) -> None:
    def missing(path: str) -> None:
        raise ModuleNotFoundError(f"No module named {path!r}", name="distributed")

    monkeypatch.setattr(lazy, "function", missing)
    with pytest.raises(UsageError, match=r"distributed is missing. Run: pip install 'monazite\[cluster\]'"):
        spreading(Workers(1)).__enter__()


def nowhere(chunk: object) -> None:
    """A function of a module that no worker has."""


def test_what_workers_cannot_load_is_said(two, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "nowhere", sys.modules[__name__])
    monkeypatch.setattr(nowhere, "__module__", "nowhere")
    with pytest.raises(FetchError, match="a worker cannot take the work: No module named 'nowhere'"):
        list(two(nowhere, [(1,)]))


@pytest.mark.parametrize("local", [0, -1, 100_000])
def test_a_number_of_workers_out_of_range_is_refused(local: int) -> None:
    with pytest.raises(UsageError, match=f"{local} processes, expected 1 to"):
        Workers(local)


def test_workers_and_a_scheduler_are_one_too_many() -> None:
    with pytest.raises(UsageError, match="Leave one of the two out"):
        Workers(2, "tcp://127.0.0.1:8786")


def test_chunks_keep_all_items_in_order() -> None:
    items = [3, 1, 1, 9, 2, 2, 2, 1]
    parts = list(chunked(items, int, 4))
    assert [n for part in parts for n in part] == items
    assert all(sum(part) <= 4 or len(part) == 1 for part in parts)
    assert list(chunked(items, int, 0)) == [(n,) for n in items]
