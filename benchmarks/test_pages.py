"""Pages: a view anew and one known, and in a browser from a change of the form to the changed view.

`python benchmarks/test_pages.py` prints how long the first page takes to be there, and a repaint by what was changed.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Page, sync_playwright

from monazite.web.pages import PAGES
from monazite.web.settings import settings

MONAZITE = str(Path(sys.executable).with_name("monazite"))
OPENED = ("/", "/explore", "/explore", "/shock?stage=component", "/shock?stage=component", "/plan", "/data")
KEPT = settings()
# Looked at with every frame: the title of the new view, and its charts drawn as far as the window shows them.
SHOWN = """title => document.querySelector('#view h1').textContent.includes(title)
  && (!document.querySelector('.drawn') || 'drawn' in document.body.dataset)"""
ASKED = {
    "explore": ({"mineral": "cobalt"}, {"mineral": "nickel"}),
    "shock": ({"stage": "component", "weeks": "20"}, {"stage": "component", "weeks": "21"}),
    "country": ({"name": "JPN"}, {"name": "CHN"}),
}


@pytest.mark.parametrize("name", ASKED)
def test_view_anew(benchmark, name):
    page = PAGES[name]
    page.answer(page.ask(ASKED[name][0], KEPT))
    benchmark.pedantic(lambda: page.answer(page.ask(ASKED[name][1], KEPT)), rounds=1)


@pytest.mark.parametrize("name", ASKED)
def test_view_known(benchmark, name):
    page = PAGES[name]
    page.answer(page.ask(ASKED[name][0], KEPT))
    benchmark(lambda: page.answer(page.ask(ASKED[name][0], KEPT)))


def timed() -> Iterator[tuple[str, float]]:
    """What was done in a browser, and the milliseconds until the page showed it."""
    with TemporaryDirectory() as folder, sync_playwright() as driver:
        words = [MONAZITE, "serve", "--port", "0", "--record", f"{folder}/r.sqlite"]
        with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as server:
            assert server.stderr is not None
            address = server.stderr.readline().split()[3]
            browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            try:
                page = browser.new_page()
                for where in OPENED:
                    began = time.perf_counter()
                    page.goto(address + where)
                    yield f"open {where}", 1000 * (time.perf_counter() - began)
                yield from _jobs(page, address)
                yield from _changes(page, address)
            finally:
                browser.close()
                server.terminate()


def _jobs(page: Page, address: str) -> Iterator[tuple[str, float]]:
    """Until what a job makes is on its page: new, by a worker, and again."""
    for what, where, there in (
        ("a plan", "/plan?budget={}", "#levers"),
        ("the weeks", "/shock?stage=component&cut={}", "#weeks"),
    ):
        for how in ("anew", "known"):
            for value in range(7, 11):
                began = time.perf_counter()
                page.goto(address + where.format(value))
                page.locator(there).wait_for()
                yield f"{what} {how}", 1000 * (time.perf_counter() - began)


def _changes(page: Page, address: str) -> Iterator[tuple[str, float]]:
    page.goto(f"{address}/shock?stage=component")
    page.wait_for_load_state("networkidle")
    # the weeks, which come later, are left out: they would work beside what is timed
    page.route("**/shock/*", lambda route: route.abort())
    for what in ("a shock anew", "a shock known"):
        for cut in range(40, 60):
            field = page.get_by_label("How much less, %")
            field.fill(str(cut))
            began = time.perf_counter()
            field.press("Enter")
            page.wait_for_function(SHOWN, arg=f"cuts by {cut}%")
            yield what, 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    found: dict[str, list[float]] = {}
    for what, took_ms in timed():
        found.setdefault(what, []).append(took_ms)
    for what, took in found.items():
        sys.stdout.write(
            f"{what}: median {statistics.median(took):.0f} ms, largest {max(took):.0f} ms, of {len(took)}\n"
        )
