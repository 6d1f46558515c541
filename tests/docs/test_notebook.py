"""The example notebook opens, and the page that runs it shows what its cells show."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "examples" / "notebook.ipynb"


@pytest.fixture(scope="module")
def executed() -> ModuleType:
    spec = importlib.util.spec_from_file_location("executed", ROOT / "docs" / "executed.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def written(folder, *cells):
    body = [{"cell_type": kind, "id": f"c{n}", "source": source} for n, (kind, source) in enumerate(cells)]
    (folder / "n.ipynb").write_text(json.dumps({"cells": body}), encoding="utf-8")
    return folder / "n.ipynb"


def test_the_notebook_tells_the_whole_story_and_keeps_no_output():
    book = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in book["cells"]}) == len(book["cells"])
    code = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] for cell in book["cells"] if cell["cell_type"] == "code")
    called = [n.attr for n in ast.walk(ast.parse("\n".join(code))) if isinstance(n, ast.Attribute)]
    story = ["exposure", "market", "plan_for", "add", "due", "contradictions"]
    assert sorted((name for name in called if name in story), key=story.index) == story
    assert "notebook.ipynb" in (ROOT / "docs" / "notebook.md").read_text(encoding="utf-8")


def test_cells_run_in_the_notebooks_folder_and_show_their_last_value_as_rich_as_they_can(executed, tmp_path):
    (tmp_path / "near.txt").write_text("<near>", encoding="utf-8")
    drawn = "class D:\n    def _repr_svg_(self): return '<svg><title>T</title></svg>'\nD()"
    table = "class T:\n    def _repr_html_(self): return '<table></table>'\nT()"
    near = "from pathlib import Path\na = Path('near.txt').read_text()"
    page = executed.page(
        written(tmp_path, ("markdown", ["# A\n", "b"]), ("code", near), ("code", "print(a)\n1"),
                ("code", drawn), ("code", table), ("code", "None"))
    )  # fmt: skip
    assert page.startswith("# A\nb\n\n```python\n" + near + "\n```\n\n```python")
    assert re.search(r"<pre[^>]*>&lt;near&gt;</pre>\n<pre[^>]*>1</pre>", page)
    assert '<img alt="T" src="data:image/svg+xml;base64,' in page
    assert "<table></table>" in page
    assert page.endswith("```python\nNone\n```")


def test_a_cell_that_fails_is_named(executed, tmp_path):
    with pytest.raises(RuntimeError, match=r"n\.ipynb, cell 2: ZeroDivisionError"):
        executed.page(written(tmp_path, ("markdown", "a"), ("code", "1 / 0")))
