"""Copies among 2,000 reports: 500 stories, told by three more outlets with another head, a cut and a correction."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import combinations

import pytest

from monazite.ledger.claims.copies import SHARED, marked, shingles
from monazite.ledger.values import Report

FIRST = date(2025, 1, 1)
FORM = "Reporting by our desks in several cities, editing by the desk at home. Our standards are those of the house."


def stories(count: int) -> tuple[list[Report], dict[str, str | None]]:
    """Made-up reports of about 400 words, all with one closing form, and which of them copy which."""
    chance = random.Random(11)
    words = ["".join(chance.choices("aeiourstnlmdp", k=chance.randint(3, 9))) for _ in range(8_000)]
    made, truth = [], dict[str, str | None]()
    for number in range(count):
        sentences = [" ".join(chance.choices(words, k=chance.randint(12, 28))) + "." for _ in range(20)]
        first = f"s{number:04}-0"
        for outlet in range(4):
            kept = [s for s in sentences if outlet == 0 or chance.random() > 0.15]
            head = " ".join(chance.choices(words, k=8))
            text = "\n\n".join([head, *kept, *(["Corrects a figure."] if outlet == 3 else []), FORM])
            name = f"s{number:04}-{outlet}"
            made.append(Report(name, "", "", None, FIRST + timedelta(number + min(outlet, 1)), "en", text))
            truth[name] = first if outlet else None
    chance.shuffle(made)
    return made, truth


@pytest.mark.parametrize("count", [50, 500])
def test_copies(benchmark, count: int):
    reports, truth = stories(count)
    found = benchmark.pedantic(marked, (reports,), rounds=1)
    benchmark.extra_info |= {"reports": len(reports)}
    assert {r.id: r.copy_of for r in found} == truth


def test_the_index_finds_what_all_pairs_find():
    reports, _ = stories(40)
    runs = {r.id: shingles(r.text) for r in reports}
    pairs = {
        frozenset((a, b))
        for a, b in combinations(runs, 2)
        if len(runs[a] & runs[b]) >= SHARED * min(len(runs[a]), len(runs[b]))
    }
    original = {r.id: r.copy_of for r in marked(reports)}
    assert all(frozenset((copy, of)) in pairs for copy, of in original.items() if of)
    assert all(original[a] or original[b] for a, b in map(tuple, pairs))
