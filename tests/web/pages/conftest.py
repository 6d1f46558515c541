"""A served workbench and a browser: Debian's Chromium, driven from here. Without one these tests are left out."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from monazite.web.app import create_app
from monazite.web.settings import settings


@pytest.fixture(scope="package")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the record of the served workbench is, in a data folder of its own."""
    folder = tmp_path_factory.mktemp("served")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONAZITE_DATA", str(folder))
        yield str(folder / "record.sqlite")


@pytest.fixture(scope="package")
def address(record: str) -> Iterator[str]:
    """A server in this process."""
    with served(create_app(settings(record=record))) as where:
        yield where


@contextmanager
def served(app: object) -> Iterator[str]:
    config = uvicorn.Config(app, port=0, log_config=None, ws="none")  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    sock = config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        sock.close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield found
        found.close()


@dataclass
class Seen:
    """What a page did besides showing itself."""

    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Callable[..., tuple[Page, Seen]]]:
    """A function that opens an address of the workbench and gives the page when all of it is there.

    At the end nothing was asked of anyone else, and the page had nothing to complain of.
    """
    contexts, seen = [], Seen()

    def open_page(
        where: str, width: int = 1280, scheme: str = "light", script: bool = True, touch: bool = False
    ) -> tuple[Page, Seen]:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=script,
            has_touch=touch,
        )
        context.set_default_timeout(120_000)  # a busy machine is slow, not wrong
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: seen.asked.append(request.url))
        page.on("console", lambda message: seen.said.append(message.text))
        page.on("pageerror", lambda error: seen.said.append(str(error)))
        page.goto(address + where)
        if script:
            page.locator(".late").first.wait_for(state="detached")
            page.wait_for_load_state("networkidle")
            if page.locator(".drawn").count():
                page.locator("body[data-drawn=all]").wait_for()
        return page, seen

    yield open_page
    for context in contexts:
        context.close()
    assert not [url for url in seen.asked if not url.startswith((address, "data:", "blob:"))]
    assert not [line for line in seen.said if "status of 4" not in line]


def violations(page: Page) -> list[str]:
    """What axe finds wrong with a page, with the elements."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{v['id']}: {n['html'][:120]}" for v in found for n in v["nodes"]]


def overlaps(page: Page) -> list[str]:
    """Texts of the page's frame, and those of each of its pictures, that cover one another, and what sticks out of the
    page to the right."""
    return page.evaluate(  # type: ignore[no-any-return]
        """() => {
          const texts = "h1, h2, label, .tiles b, .tiles span, nav a, .files a, .links a, button";
          const boxes = [...document.querySelectorAll(texts)]
            .filter(e => e.checkVisibility()).map(e => [e, e.getBoundingClientRect()]);
          const bad = boxes.filter(([e, r]) => r.right > innerWidth + 1).map(([e]) => "sticks out: " + e.textContent);
          const clash = (boxes, slack) => boxes.forEach(([a, r], i) => boxes.slice(i + 1).forEach(([b, s]) => {
            if (!a.contains(b) && !b.contains(a) && Math.min(r.right, s.right) - Math.max(r.left, s.left) > slack
                && Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top) > slack)
              bad.push(a.textContent + " x " + b.textContent);
          }));
          clash(boxes, 1);
          for (const picture of document.querySelectorAll(".picture")) {  // a line's box is higher than its letters
            clash([...picture.querySelectorAll("text")].map(e => [e, e.getBoundingClientRect()]), 4);
          }
          if (document.documentElement.scrollWidth > innerWidth) bad.push("the page is wider than the window");
          return bad;
        }"""
    )


def shot(page: Page, name: str) -> None:
    """Leave a picture of the whole page where MONAZITE_SHOTS says, for a person to look at."""
    if folder := os.environ.get("MONAZITE_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
