"""`monazite stakes --bill`: the user's own bill of materials at the command line."""

from __future__ import annotations

import json
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "bill.csv"


def test_a_bill_for_a_person_and_as_json(monazite):
    shown = monazite("stakes", "Japan", "--bill", EXAMPLE)
    assert shown.code == 0, shown.err
    assert "rotor magnets" in shown.out
    assert "0.0004 kg" in shown.out
    found = json.loads(monazite("stakes", "Japan", "--bill", EXAMPLE, "--json").out)
    assert found["stakes"][0]["need"]["name"] == "rotor magnets"
    assert found["problems"] == []


def test_problems_are_named_row_by_row_and_the_rest_is_done(monazite, tmp_path):
    path = tmp_path / "bill.csv"
    path.write_text("item,material,amount,unit\na,tin,1,\nb,cobalt,2,kg\n")
    done = monazite("stakes", "Japan", "--bill", path)
    assert done.code == 1
    assert "cobalt, refined" in done.out
    assert "has no unit" in done.out
    assert "bill.csv: 1 problem, the first in row 2, amount" in done.err
    assert monazite("stakes", "Japan", "--bill", path, "--industry", "C29").code == 2
    assert monazite("stakes", "Japan", "--bill", tmp_path / "none.csv").code == 1
