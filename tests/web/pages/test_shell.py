"""The shell: what pages are made of, and that nothing of others changed."""

from __future__ import annotations

import hashlib
import re
import threading
from importlib import resources

import pytest

from monazite.brief.draw import svg
from monazite.brief.values import Chart, Sheet
from monazite.core.errors import UsageError
from monazite.web.pages.figures import drawings, exported, table
from monazite.web.pages.shell import asset, rendered, static
from monazite.web.pages.values import Figure, View


def test_htmx_is_the_file_its_readme_names():
    folder = resources.files("monazite.web.pages") / "static"
    noted = re.search(r"`([0-9a-f]{64})`", (folder / "README.md").read_text("utf-8"))
    assert noted[1] == hashlib.sha256((folder / "htmx.min.js").read_bytes()).hexdigest()


def test_static_files_have_an_address_that_changes_with_them():
    style, kind = static("monazite.css")
    assert kind == "text/css"
    assert asset("inter-latin-400.woff2").encode() in style
    assert static("../shell.py") is None


def test_a_text_is_never_markup_and_a_cell_never_a_formula():
    hostile = '<img src=x onerror="alert(1)">'
    sheet = table("t", hostile, (hostile, "n"), [(hostile, "=1+1"), ("@SUM(A1)", "+1")]).sheet
    page = rendered(
        "late.html.j2",
        view=View("", "", figures=((Figure("x", sheet),),)),
        page={"name": "explore"},
        query="",
        sources=(),
    )
    assert "<img" not in page
    assert "&lt;img" in page
    assert exported(sheet, "csv").decode().splitlines()[1:] == [
        '"<img src=x onerror=""alert(1)"">",\'=1+1',
        "'@SUM(A1),'+1",
    ]
    with pytest.raises(UsageError, match="not handed on so"):
        exported(sheet, "png")


def test_pictures_are_drawn_from_any_thread():
    option = {"graphic": [{"type": "text", "style": {"text": "<b>&amp;", "fontSize": 12, "fill": "#000000"}}]}
    chart = Chart("a title", "a summary", option, 100, 50, (), ())
    found = set()
    threads = [threading.Thread(target=lambda: found.add(svg(chart, "x"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {svg(chart, "x")}
    assert "style=" not in drawings([Figure("x", Sheet(chart, (), "", ""))])["x"]
