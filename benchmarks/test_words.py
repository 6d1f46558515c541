"""The names of actors and minerals in a million characters of made-up text."""

from __future__ import annotations

import random

import pytest

from monazite.ledger.reading.actors import find_names, name_index
from monazite.ledger.vocabulary import load_vocabulary
from monazite.reference.store import gazetteer, open_store


@pytest.fixture(scope="module")
def text() -> str:
    """Words that begin as listed ones do, with a listed one in ten."""
    chance, words = random.Random(7), load_vocabulary()
    listed = [*words.goods, *words.maps["names.office"], *words.maps["names.person"]]
    told: list[str] = []
    length = 0
    while length < 1_000_000:
        word = chance.choice(listed)
        told.append(word if chance.random() < 0.1 else word[:3] + "".join(chance.choices("aeiourstnl", k=5)))
        length += len(told[-1]) + 1
    return " ".join(told)


def test_names(benchmark, text: str):
    with open_store() as store:
        names = name_index(gazetteer(store), load_vocabulary())
    found = benchmark.pedantic(find_names, (text, names), rounds=1)
    assert len(found) > 1_000
