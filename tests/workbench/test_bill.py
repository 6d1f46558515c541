"""A user's own bill of materials: what is read of it, and what is said of each row that cannot be."""

from __future__ import annotations

import pytest

from monazite.core.errors import TableError
from monazite.core.values import Stage
from monazite.workbench.exposure.bill import read_bill
from monazite.workbench.exposure.stakes import bill_stakes


@pytest.fixture
def read(store, names, tmp_path):
    def of(text: str):
        path = tmp_path / "bill.csv"
        path.write_text(text, encoding="utf-8")
        return read_bill(path, store, names)

    return of


def test_amounts_are_read_in_any_unit_of_mass(read):
    found = read("item,material,amount,unit\na,cobalt,2,kg\nb,cobalt,500,g\nc,cobalt,0.5,t\nd,cobalt,1 lb,\n")
    assert [n.amount.mid for n in found.needs] == pytest.approx([2, 0.5, 500, 0.45359237])
    assert read("Item;Material;Mass (kg)\na;cobalt;1,5\n").needs[0].amount.mid == 1.5
    assert read("part,mineral,kg\na,cobalt,3\n").needs[0].amount.mid == 3


def test_a_material_may_tell_its_stage(read):
    found = read("item,material,stage,kg\na,magnets,,1\nb,copper,ore,1\nc,dysprosium,,1\nd,282200,,1\n")
    told = [(n.mineral, n.stage) for n in found.needs]
    assert told == [
        ("rare-earths", Stage.COMPONENT),
        ("copper", Stage.ORE),
        ("dysprosium", Stage.COMPONENT),
        ("cobalt", Stage.REFINED),
    ]
    assert [n for n in found.notices if "no stage is given for dysprosium" in n]


WRONG = [
    ("a,cobalt,1,", "row 2, amount: has no unit: write kg, g, t or lb"),
    ("a,cobalt,1,pcs", "row 2, amount: the unit 'pcs' is not known"),
    ("a,cobalt,,kg", "row 2, amount: is empty"),
    ("a,cobalt,-1,kg", "row 2, amount: -1 is negative"),
    ("a,cobalt,=A1,kg", "is a formula in text, which is not run"),
    ("a,coblt,1,kg", "row 2, material: mineral or good: 'coblt' is not known. Did you mean cobalt"),
    ("a,,1,kg", "row 2, material: is empty"),
    ("a,811292,1,kg", "stands for gallium (metal), germanium (metal)"),
    ("a,850599,1,kg", "Did you mean 850511 (Permanent magnets of metal)?"),
]


@pytest.mark.parametrize(("line", "says"), WRONG, ids=lambda v: v[:24])
def test_a_row_that_cannot_be_used_is_named_and_the_rest_is_done(read, line, says):
    found = read(f"item,material,amount,unit\n{line}\nb,tin,2,kg\n")
    assert [n.mineral for n in found.needs] == ["tin"]
    assert says in str(found.problems[0])
    with pytest.raises(TableError) as refused:
        read(f"item,material,amount,unit\n{line}\n")
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("item,mass,unit\na,1,kg\n", "no column for the material"),
        ("material,kg\ncobalt,1\n", "no column for the item"),
        ("item,material\na,cobalt\n", "no column for how much of it one unit holds"),
        ("item,material,amount,unit\n", "no line below it"),
        ("", "is empty"),
    ],
)
def test_a_file_that_is_no_bill_is_refused(read, text, says):
    with pytest.raises(TableError, match=says):
        read(text)


def test_the_line_behind_one_country_most_stops_first(tmp_path):
    path = tmp_path / "drive.csv"
    path.write_text("item,material,amount,unit,weeks\nhousing,aluminium,30,kg,5\nrotor,magnets,1.5,kg,14\n")
    bill, found, _ = bill_stakes("Japan", path)
    assert [s.need.name for s in found] == ["rotor", "housing"]
    assert found[0].through == "CHN"
    assert found[0].need.lead_weeks.mid == 14
    assert bill.problems == ()


def test_a_hundred_thousand_lines_are_done(read):
    rows = "".join(f"part {n},{('cobalt', 'tin', 'magnets', 'coblt')[n % 4]},{n},g\n" for n in range(100_000))
    found = read("item,material,amount,unit\n" + rows)
    assert (len(found.needs), sum(p.count for p in found.problems)) == (75_000, 25_000)
    assert str(found.problems[-1]).endswith("material: and 23,000 more of this column")
