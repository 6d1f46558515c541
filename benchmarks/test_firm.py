"""From a firm's list on disk to its exposure, by the number of lines; MONAZITE_BENCH_LINES sets the largest."""

from __future__ import annotations

import os
import random

import pytest

from monazite.workbench.firm.exposure import exposure_of_firm

_MATERIALS = ("Rare earths", "cobalt", "nickel", "copper", "lithium", "graphite", "tungsten", "gallium", "tin")
_COUNTRIES = ("China", "DR Congo", "Chile", "Australia", "Japan", "USA", "Germany", "Indonesia", "Peru", "Brazil")
_STAGES = ("ore", "refined", "metal")


@pytest.mark.parametrize("lines", [100, int(os.environ.get("MONAZITE_BENCH_LINES", "1000"))])
def test_firm(benchmark, tmp_path, lines):
    draw = random.Random(1)
    rows = (
        f"{draw.choice(_MATERIALS)},{draw.choice(_STAGES)},{draw.choice(_COUNTRIES)},{draw.random():.4f},kg,"
        f"{draw.randrange(10**6)},Supplier {draw.randrange(5000)},part {draw.randrange(300)}"
        for _ in range(lines)
    )
    file = tmp_path / "firm.csv"
    file.write_text("\n".join(["material,stage,country,amount,unit,value_usd,supplier,part", *rows]))
    found, _ = benchmark(exposure_of_firm, file)
    assert sum(m.lines for m in found.materials) == lines
    assert not found.problems
