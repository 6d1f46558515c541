"""A server of several processes behind one address."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
import urllib3

MONAZITE = str(Path(sys.executable).with_name("monazite"))


def workers(pid: int) -> list[int]:
    """The processes that answer, started by one."""
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with suppress(OSError):  # it has just ended
            found += [int(child)] if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text() else []
    return found


def health(address: str) -> dict[str, str]:
    """How whichever process takes a new connection is, once one does."""
    until = time.monotonic() + 60
    while True:
        try:
            with urllib3.PoolManager(retries=False) as pool:
                return pool.request("GET", f"{address}/health").json()
        except urllib3.exceptions.HTTPError:
            assert time.monotonic() < until
            time.sleep(0.1)


def metrics(address: str) -> int:
    """How often the processes have told their health, all together, as whichever of them is asked says."""
    with urllib3.PoolManager(retries=False) as pool:
        text = pool.request("GET", f"{address}/metrics").data.decode()
    lines = [line for line in text.splitlines() if line.startswith("monazite_requests_total") and '"/health"' in line]
    return int(sum(float(line.split()[-1]) for line in lines))


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_one_of_several_processes_that_dies_is_not_missed(tmp_path) -> None:
    words = [MONAZITE, "serve", "--workers", "2", "--port", "0", "--record", str(tmp_path / "record.sqlite")]
    log = tmp_path / "log"
    with log.open("w") as stderr, subprocess.Popen(words, stderr=stderr) as server:
        try:
            while len(told := log.read_text().split()) < 4:
                assert server.poll() is None
                time.sleep(0.05)
            address = told[3]
            assert health(address)["status"] == "ok"
            both = workers(server.pid)
            assert len(both) == 2
            for _ in range(4):
                health(address)
            answered = metrics(address)
            assert answered >= 5
            os.kill(both[0], signal.SIGKILL)
            assert health(address)["status"] == "ok"
            assert metrics(address) > answered  # nor is what it had counted
        finally:
            server.terminate()
    assert server.returncode == 0, log.read_text()
