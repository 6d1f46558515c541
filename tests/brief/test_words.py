"""Words: what readers see in place of the models' own names."""

from __future__ import annotations

from monazite.brief import words
from monazite.core.gazetteer import Gazetteer
from monazite.simulation import programme, shock
from monazite.simulation.economy.shortage import TIED
from monazite.simulation.weekly import habits
from monazite.workbench.plan import make


def test_every_assumption_has_words_of_its_own():
    every = {p.name for room in (shock, habits, programme, make) for p in room.PARAMETERS} | {TIED.name}
    told = {name: words.label(name) for name in every}
    assert len(set(told.values())) == len(every)
    assert [n for n, label in told.items() if label == words.sentence(n.replace("_", " "))] == []


def test_codes_in_a_note_become_names_and_other_capitals_stay(names: Gazetteer):
    assert words.named("without CHN, HHI in USD", names) == "without China, HHI in USD"
