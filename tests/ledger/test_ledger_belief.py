"""What speaks for a claim and what against it: each learnt weight can be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.core.gazetteer import Gazetteer
from monazite.ledger.documents import report_of
from monazite.ledger.reading.actors import name_index
from monazite.ledger.reading.belief import belief, is_believed
from monazite.ledger.reading.scene import read_scene
from monazite.ledger.reading.signs import told
from monazite.ledger.values import Ledger
from monazite.ledger.vocabulary import load_vocabulary


@given(st.frozensets(st.sampled_from(sorted(load_vocabulary().weights["measure"])), max_size=40))
def test_a_likelihood_is_between_none_and_certain_and_moves_with_its_signs(signs: frozenset[str]) -> None:
    known = load_vocabulary().weights["measure"]
    whole = belief("measure", signs)
    assert 0 < whole < 1
    for sign in signs:
        without = belief("measure", signs - {sign})
        assert (whole >= without) if known[sign] > 0 else (whole <= without)


def test_a_sign_nobody_learnt_changes_nothing() -> None:
    assert belief("commitment", {"frame", "never seen"}) == belief("commitment", {"frame"})


def test_signs_tell_the_mood_the_time_and_the_place_of_a_sentence(names: Gazetteer, parser: Any) -> None:
    words = load_vocabulary()
    text = "Chile halts lithium\n\nSANTIAGO, 3 June 2025 - Chile banned exports of lithium on Monday. Prices may rise."
    first, second = told(read_scene(report_of("a", text), name_index(names, words), parser, words))
    assert {"act", "act:impose", "act:fresh", "government:VBD", "names:flow", "place:first", "mineral"} <= first.signs
    assert {"place:second", "seen", "after:act", "word:may", "headline:0"} <= second.signs
    assert is_believed("measure", first.signs)
    assert not is_believed("measure", second.signs)


@pytest.mark.parametrize(
    ("told_as", "goods"),
    [
        ("Peru banned exports of raw shea nuts, fuel oil and onions.", {"shea nuts", "fuel oil", "onions"}),
        ("Peru suspended imports of frozen chicken from Norway on Monday.", {"chicken"}),
    ],
)
def test_goods_go_by_their_plain_names_too(read: Callable[..., Ledger], told_as: str, goods: set[str]) -> None:
    (found,) = read(a="LIMA, 3 June 2025 (Agency) - Peru and Norway met.\n\n" + told_as).measures
    assert goods <= set(found.goods)
    assert found.imposer == ("PER",)
    assert all(code.isdigit() for code in found.hs)
