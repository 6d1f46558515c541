"""What is asked for by a good's name or a trade code: the mineral and stage it stands for, or the nearest names."""

from __future__ import annotations

import pytest

from monazite.core.errors import NoDataError, UnknownCode, UsageError
from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Stage
from monazite.reference.store import Store
from monazite.workbench.exposure.goods import asked_for
from monazite.workbench.exposure.network import exposures

FOUND = [
    ("rare-earths", "rare-earths", None),
    ("nickel ore", "nickel", None),
    ("magnets", "rare-earths", Stage.COMPONENT),
    ("Permanent Magnet", "rare-earths", Stage.COMPONENT),
    ("neodymium", "rare-earths", None),
    ("neodymium magnets", "rare-earths", Stage.COMPONENT),
    ("850511", "rare-earths", Stage.COMPONENT),
    ("8505.11", "rare-earths", Stage.COMPONENT),
    ("85051190", "rare-earths", Stage.COMPONENT),
    ("lithium carbonate", "lithium", Stage.REFINED),
    ("dysprosium metal", "rare-earths", Stage.METAL),
    ("ferro-vanadium", "vanadium", Stage.METAL),
]
WRONG = [
    ("magnetts", UnknownCode, "Did you mean magnet"),
    ("rare-erths", UnknownCode, "rare-earths"),
    ("850599", UnknownCode, r"850511 \(Permanent magnets of metal\)"),
    ("999999", UnknownCode, "data show commodities"),
    ("811292", UsageError, r"gallium \(metal\), germanium \(metal\), hafnium"),
    ("oxides", UsageError, r"cobalt \(refined\), lithium \(refined\)"),
    ("gallium ore", NoDataError, "stages with codes: metal"),
    ("", UnknownCode, "data show minerals"),
]


@pytest.mark.parametrize(("query", "mineral", "stage"), FOUND, ids=lambda v: str(v))
def test_a_name_or_code_stands_for_a_mineral_and_a_stage(store: Store, names: Gazetteer, query, mineral, stage):
    found = asked_for(store, names, query)
    assert (found.mineral, found.stage) == (mineral, stage)


@pytest.mark.parametrize(("query", "error", "says"), WRONG, ids=lambda v: str(v))
def test_what_stands_for_nothing_or_for_several_is_refused(store: Store, names: Gazetteer, query, error, says):
    with pytest.raises(error, match=f"(?i){says}"):
        asked_for(store, names, query)


def test_only_the_stage_asked_for_is_shown():
    ((magnets, whole), _) = exposures("JP", ("magnets", "neodymium"), through="China")
    assert [s.stage for s in magnets.stages] == [h.stage for h in magnets.hidden] == ["component"]
    assert "read as rare-earths, component (HS 850511)" in magnets.stages[0].note
    assert magnets.stages[0].suppliers == whole.stages[2].suppliers
    assert [s.stage for s in whole.stages] == ["refined", "metal", "component"]
    assert whole.stages[0].note.startswith("neodymium is traded within rare-earths")
