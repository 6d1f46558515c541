"""A page of HTML -> PDF, by the browser that is on the machine: its own print layout, links, outline and tags.

The page is a file of ours without a script; the browser has a profile of its own and nobody to ask.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from datetime import date
from pathlib import Path
from threading import Semaphore

from monazite import __version__
from monazite.core.errors import MonaziteError

__all__ = ["browser", "pdf_of"]

_BROWSERS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)  # fmt: skip
_HOW = (
    "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--proxy-server=127.0.0.1:9", "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
)  # fmt: skip
_SECONDS, _BYTES = 120.0, 32_000_000
_AT_ONCE = Semaphore(2)
_TOLD = re.compile(rb"^/(Creator|CreationDate|ModDate) \((.*)\)", re.MULTILINE)


def browser() -> str:
    """The program that prints: the one MONAZITE_BROWSER names, else Chromium, Chrome or Edge.

    :raises MonaziteError: if there is none.
    """
    named = os.environ.get("MONAZITE_BROWSER", "")
    found = next(filter(None, map(shutil.which, [named] if named else _BROWSERS)), None)
    if found is None:
        what = f"MONAZITE_BROWSER={named} is no program" if named else "no Chromium, Chrome or Edge is installed"
        mend = "install one (Debian: apt-get install chromium), or name its program in MONAZITE_BROWSER"
        raise MonaziteError("PDF", what, mend)
    return found


def pdf_of(page: str, made_on: date | None = None) -> bytes:
    """The page as PDF. The same page and day give the same bytes with the same browser; without a day it tells none.

    :raises MonaziteError: if there is no browser, or it makes no PDF within its bounds of time and size.
    """
    program, text = browser(), page.encode()
    if len(text) > _BYTES:
        raise MonaziteError("PDF", f"the page has {len(text):,} bytes, expected {_BYTES:,} at most", "ask for less")
    with _AT_ONCE, tempfile.TemporaryDirectory(prefix="monazite-pdf-", ignore_cleanup_errors=True) as name:
        scratch = Path(name)
        (scratch / "page.html").write_bytes(text)
        told = _print(program, scratch)
        made = scratch / "page.pdf"
        if not made.is_file() or not 0 < made.stat().st_size <= 2 * _BYTES:
            mend = "see whether it starts by itself, or name another in MONAZITE_BROWSER"
            raise MonaziteError("PDF", f"{program} printed nothing: {told or 'no reason given'}", mend)
        return _signed(made.read_bytes(), made_on)


def _print(program: str, scratch: Path) -> str:
    """Have the page printed in a folder; comes out the last that the browser said."""
    rootly = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []  # as root it starts no other way
    files = [f"--user-data-dir={scratch / 'profile'}", f"--print-to-pdf={scratch / 'page.pdf'}"]
    home = {"HOME": str(scratch), "XDG_CONFIG_HOME": str(scratch), "XDG_CACHE_HOME": str(scratch)}
    with (scratch / "said").open("w+", encoding="utf-8", errors="replace") as said:
        try:
            working = subprocess.Popen(  # noqa: S603  the words are ours, and no shell reads them
                [program, *_HOW, *rootly, *files, (scratch / "page.html").as_uri()],
                stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=scratch, env={**os.environ, **home},
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            return str(error)
        try:
            working.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            return f"it took more than {_SECONDS:.0f} s"
        finally:
            _end(working)
        said.seek(0)
        return (said.read()[-2000:].strip().splitlines() or [""])[-1]


def _end(working: subprocess.Popen[bytes]) -> None:
    """End a browser with all processes it started, which would go on writing into its folder."""
    with suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(working.pid, signal.SIGKILL)
        else:
            working.kill()
    working.wait()


def _signed(data: bytes, made_on: date | None) -> bytes:
    """The PDF with its author in place of the browser's name and the day in place of the second, length for length."""

    def told(found: re.Match[bytes]) -> bytes:
        if found[1] == b"Creator":
            mark = f"/Author (Monazite {__version__})".encode()
        else:
            mark = b"/%s (D:%s000000Z)" % (found[1], f"{made_on:%Y%m%d}".encode()) if made_on else b""
        return mark.ljust(len(found[0])) if len(mark) <= len(found[0]) else found[0]

    head, end, rest = data.partition(b"endobj")
    return _TOLD.sub(told, head) + end + rest
