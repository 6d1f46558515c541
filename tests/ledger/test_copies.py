"""A copy is found through another headline, a cut and a correction; two desks on one event are no copies."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.ledger.claims.copies import marked, origins
from monazite.ledger.documents import report_of
from monazite.ledger.values import Ledger, Report

AGENCY = """LIMA, March 4, 2025 (Reuters) - The trade ministers of Peru and Chile agreed on Tuesday to set up a joint
working group on copper, the first of its kind between the two largest producers of the metal.

The group will meet in Santiago in the first half of 2026 and report to both governments every year, Peru's
ministry said. "We will not compete to the bottom on price," the Peruvian minister told reporters after four
hours of talks in Lima.

Chile, which mines about a quarter of the world's copper, has sought a common line on refining since
smelters in Asia began to offer fees below zero last autumn. Its minister said that a study of refining
capacity would be ready by June.

Neither side named a price floor. Analysts in London doubted that the two could hold one without Congo and
Indonesia. Traders took the news calmly, and copper for delivery in three months rose by half a percent to
9,420 dollars a tonne.

Peru will also lend Chile two survey ships for work on the seabed off Arica, where both states claim nodule
fields."""
OTHER = """SANTIAGO - Chile and Peru want to coordinate their copper policies more closely. After a meeting of the
ministers responsible in the Peruvian capital on Tuesday, both countries announced a bilateral body that is
to take up its work next year.

The Chilean government hopes that its smelters will become profitable again. They have suffered since
Chinese competitors pushed treatment charges into negative territory. An investigation of what new plants
would cost is under way.

"We will not compete to the bottom on price," Peru's minister was quoted as saying. Observers noted that no
date had been set for common rules on exports. Survey vessels are to be sent south under a separate
arrangement on marine research."""
SENTENCES = re.split(r"(?<=[.”\"])\s+", AGENCY)


def report(name: str, text: str, published: date | None = None) -> Report:
    return Report(name, "", "", None, published, "en", text)


def copies(*reports: Report) -> dict[str, str | None]:
    return {r.id: r.copy_of for r in marked(reports)}


@pytest.mark.parametrize(
    "text",
    [
        AGENCY,
        AGENCY.upper().replace("\n", "\r\n "),
        "COPPER GIANTS JOIN HANDS\n\nBy our correspondent\n\n" + AGENCY.partition("- ")[2],
        AGENCY.rpartition("\n\n")[0],
        "\n\n".join(AGENCY.split("\n\n")[:2]),
        AGENCY.replace("half a percent", "a quarter percent") + "\n\nCorrects the figure in the fourth paragraph.",
    ],
    ids=["exact", "signs", "headline", "cut", "short", "correction"],
)
def test_a_copy_is_recognised(text: str) -> None:
    assert copies(report("a", AGENCY), report("b", text)) in ({"a": None, "b": "a"}, {"a": "b", "b": None})


def test_two_outlets_on_one_event_are_no_copies() -> None:
    assert copies(report("a", AGENCY), report("b", OTHER)) == {"a": None, "b": None}


def test_the_first_to_publish_is_the_original_then_the_fullest() -> None:
    cut, full = AGENCY.rpartition("\n\n")[0], AGENCY + " It was a long day."
    first, later = date(2025, 3, 4), date(2025, 3, 5)
    assert copies(report("a", full, later), report("b", cut, first)) == {"a": "b", "b": None}
    assert copies(report("a", cut, first), report("b", full, first)) == {"a": "b", "b": None}
    assert copies(report("a", full), report("b", cut, first)) == {"a": "b", "b": None}
    assert copies(report("b", full), report("a", full), report("c", full)) == {"a": None, "b": "a", "c": "a"}


def test_a_form_of_words_that_returns_each_month_is_no_copy_but_the_same_words_are() -> None:
    first, later = date(2025, 3, 4), date(2025, 4, 4)
    assert copies(report("a", AGENCY, first), report("b", AGENCY + " Second batch.", later)) == {"a": None, "b": None}
    assert copies(report("a", AGENCY, first), report("b", AGENCY, later)) == {"a": None, "b": "a"}


def test_short_dispatches_that_differ_in_a_word_are_two() -> None:
    line = "The ministers of Peru and Chile met in Lima on Tuesday for their fifth round of talks on copper."
    assert copies(report("a", line), report("b", line.replace("Lima", "Arica"))) == {"a": None, "b": None}
    assert copies(report("a", ""), report("b", "")) == {"a": None, "b": "a"}


@given(st.integers(0, 10_000), st.permutations([0, 1, 2, 3]))
def test_a_fifth_of_the_sentences_cut_is_still_a_copy_in_any_order(seed: int, order: list[int]) -> None:
    chance = random.Random(seed)
    gone = set(chance.sample(range(len(SENTENCES)), len(SENTENCES) // 5))
    cut = " ".join(s for n, s in enumerate(SENTENCES) if n not in gone)
    every = [report("a", AGENCY), report("b", cut), report("c", OTHER), report("d", "Also of today.\n\n" + cut)]
    found = copies(*(every[n] for n in order))
    assert (found["a"], found["c"]) == (None, None)
    assert found["b"] == found["d"] == "a"


WORDS = st.lists(st.sampled_from(["copper", "ban", "lima", "peru", "will", "meet", "the", "of", "quota"]), max_size=120)


@given(st.lists(st.tuples(WORDS, st.integers(0, 20)), max_size=8), st.randoms())
def test_order_changes_nothing_and_no_original_is_a_copy(told: list[Any], chance: random.Random) -> None:
    day = date(2025, 3, 1)
    every = [report(f"r{n}", " ".join(words), day + timedelta(d)) for n, (words, d) in enumerate(told)]
    found = copies(*every)
    assert copies(*chance.sample(every, len(every))) == found
    assert all(found[original] is None for original in found.values() if original)
    again = marked(marked(every))
    assert {r.id: r.copy_of for r in again} == found
    assert origins(again) == {name: original or name for name, original in found.items()}


def test_the_reports_on_record_are_no_copies(development: list[dict[str, Any]]) -> None:
    """The reports that the reader was made on are independent, several on one event among them."""
    every = [report(r["id"], r["text"]) for r in development]
    assert not [r.id for r in marked(every) if r.copy_of]


def test_a_copy_is_no_second_witness(read: Callable[..., Ledger]) -> None:
    head = "South Korea and Australia held the 5th Resources Dialogue in {} on Tuesday (June 3, 2025).\n\n"
    rest = """It was a mild day. The delegations had lunch by the river, and a choir of children sang for them.
    Nobody had brought an umbrella, since the forecast had been good. The press was kept outside until late."""
    wrong, right = head.format("Canberra") + rest, head.format("Seoul") + "Flags were waved along the road."
    copied = "A long day.\n\n" + wrong.replace("held", "opened")
    (conflict,) = (c for c in read(a=wrong, b=copied, c=right).conflicts if c.type == "place")
    assert conflict.resolution is None
    ledger = read(a=wrong, b=copied, c=right, d=head.format("Seoul").replace("held", "hosted") + "A brass band played.")
    (conflict,) = (c for c in ledger.conflicts if c.type == "place")
    assert conflict.resolution == "Seoul: 2 of 3 independent reports"
    assert [r.copy_of for r in ledger.reports] == ["b", None, None, None]
    assert ledger.told_by(conflict.evidence) == (4, 1)


def test_copies_do_not_outvote(read: Callable[..., Ledger]) -> None:
    said = "Trade ministers of Korea and Australia agreed to set up a working group on lithium, {} said.\n\n"
    one, two = said.format("Reuters") + AGENCY, said.format("the ministry") + OTHER
    (claim,) = (c for c in read(a=two, b=one, c="A.\n\n" + one, d="B.\n\n" + one).commitments if "lithium" in c.object)
    (alone,) = (c for c in read(a=two, b=one).commitments if "lithium" in c.object)
    assert replace(claim, evidence=()) == replace(alone, evidence=())


def test_a_report_in_memory_is_no_copy_before_it_is_compared() -> None:
    assert report_of("a.txt", AGENCY).copy_of is None
