"""The server: from its start to the first answer, an answer anew, one known, and many users at once.

`python benchmarks/test_web.py 60` lets 50 users ask for 60 s and prints how long they waited, and how memory grew;
`python benchmarks/test_web.py runs 1000` asks so many different shocks, by REST and as pages, and prints how it grew.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import pytest
import urllib3

MONAZITE = str(Path(sys.executable).with_name("monazite"))
ASKED = (
    "/",
    "/api/v1/tables",
    "/api/v1/coverage.csv?mineral=cobalt",
    "/api/v1/exposure?buyer=Japan&minerals=magnets",
    "/api/v1/market?imposer=China&targets=Japan&mineral=rare-earths&stage=component",
)


@contextmanager
def served() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server of its own, and its address."""
    with TemporaryDirectory() as folder:
        words = [MONAZITE, "serve", "--port", "0", "--record", f"{folder}/record.sqlite"]
        with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as server:
            assert server.stderr is not None
            address = server.stderr.readline().split()[3]
            threading.Thread(target=drained, args=(server.stderr,), daemon=True).start()
            try:
                yield address, server
            finally:
                server.terminate()


def drained(log: IO[str]) -> None:
    """A log read until it is closed: a full pipe would stop its writer."""
    with suppress(ValueError):
        deque(log, maxlen=0)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as (found, _):
        yield found


def test_first_answer(benchmark):
    def first() -> None:
        with served() as (address, _):
            assert urllib3.request("GET", f"{address}/").status == 200

    benchmark.pedantic(first, rounds=1)


@pytest.mark.parametrize("asked", ASKED)
def test_known_answer(benchmark, address, asked):
    pool = urllib3.PoolManager()
    assert benchmark(pool.request, "GET", address + asked).status == 200


def test_changed_shock_on_the_market(benchmark, address):
    """What a page waits for when a slider moves: another cut each time."""
    pool, cut = urllib3.PoolManager(), iter(n / 1000 for n in range(1, 1000))

    def changed() -> int:
        return pool.request("GET", f"{address}{ASKED[-1]}&cut={next(cut)}").status

    assert benchmark.pedantic(changed, rounds=5, warmup_rounds=1) == 200


def test_many_users(benchmark, address):
    waited, wrong = benchmark.pedantic(users, (address, 10, 1.0), rounds=1)
    assert waited
    assert not wrong


def users(address: str, count: int, seconds: float, pause_s: float = 0.5) -> tuple[list[float], int]:
    """How long each answer took, in seconds, to users who ask, read a while and ask again; and how many were none."""
    waited: list[float] = []
    wrong, until = 0, time.monotonic() + seconds

    def user(first: int) -> None:
        nonlocal wrong
        pool = urllib3.PoolManager()
        for n in range(first, 10**9):
            began = time.monotonic()
            if began > until:
                return
            wrong += pool.request("GET", address + ASKED[n % len(ASKED)], retries=False).status != 200
            waited.append(time.monotonic() - began)
            time.sleep(pause_s)

    threads = [threading.Thread(target=user, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(waited), wrong


def runs(address: str, count: int) -> Iterator[int]:
    """Ask different shocks on the market, by REST and as pages in turn; how many were asked, after each hundredth."""
    pool = urllib3.PoolManager()
    for n in range(count):
        cut, weeks = 1 + n % 100, 26 + n // 100
        asked = f"{ASKED[-1]}&cut={cut / 100}&weeks={weeks}"
        if n % 2:
            asked = f"/shock?from=CHN&to=JPN&mineral=rare-earths&stage=component&cut={cut}&weeks={weeks}"
        assert pool.request("GET", address + asked).status == 200
        if (n + 1) % 100 == 0:
            yield n + 1


def resident_mb(pid: int) -> float:
    """Memory a process holds (Linux)."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 1e6


if __name__ == "__main__":
    with served() as (where, process):
        for one in ASKED:
            urllib3.request("GET", where + one)
        before = resident_mb(process.pid)
        if sys.argv[1] == "runs":
            for done in runs(where, int(sys.argv[2])):
                sys.stdout.write(f"{done:,} shocks: {resident_mb(process.pid):.0f} MB\n")
                sys.stdout.flush()
        else:
            took, failed = users(where, 50, float(sys.argv[1]))
            at = {q: 1000 * took[int(q * (len(took) - 1))] for q in (0.5, 0.95, 0.99)}
            told = ", ".join(f"{q:.0%} {ms:.0f} ms" for q, ms in at.items())
            sys.stdout.write(f"{len(took):,} answers, {failed} wrong; {told}\n")
        sys.stdout.write(f"memory {before:.0f} MB before, {resident_mb(process.pid):.0f} MB after\n")
