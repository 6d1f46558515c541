"""Numbers with units as reports write them, and when two of them are one number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.ledger.reading.quantities import Quantity, quantities, rounded, slipped


def told(text: str) -> list[tuple[str, float]]:
    return [(q.unit, q.number) for q in quantities(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a loan of US$8.5 billion", [("$", 8.5e9)]),
        ("8.5 billion U.S. dollars", [("$", 8.5e9)]),
        ("EUR 75m, or €75 million", [("EUR", 75e6), ("EUR", 75e6)]),
        ("1.5 billion yuan", [("CNY", 1.5e9)]),
        ("1.27 million metric tons", [("t", 1.27e6)]),
        ("30 kt a year", [("t", 30e3)]),
        ("6.1 per cent", [("%", 6.1)]),
        ("7.5 percentage points", [("points", 7.5)]),
        ("half of its proceeds", [("%", 50.0)]),
        ("24 new contracts", [("#contracts", 24.0)]),
        ("in the spring of 2027, on 17 June 2025 and for 3 years", []),
        ("the C5+1 summit, the G20 and the 2+2 talks", []),
    ],
)
def test_quantities_in_one_unit(text: str, found: list[tuple[str, float]]) -> None:
    assert told(text) == found


def test_what_was_is_not_what_is() -> None:
    before, now = quantities("from 150% to 75%")
    assert (before.former, now.former) == (True, False)


@pytest.mark.parametrize(
    ("one", "two", "same", "slip"),
    [
        ("$553 million", "$550 million", True, True),
        ("$553 million", "$535 million", False, True),
        ("$8.5 billion", "$5.8 billion", False, True),
        ("49,000 cars", "50,000 cars", True, True),
        ("$1 billion", "$1.4 billion", False, False),
        ("12 tonnes", "12 tonnes", True, True),
        ("$2 billion", "$3 billion", False, False),
    ],
)
def test_a_rounded_number_is_the_number_and_a_slip_is_not(one: str, two: str, same: bool, slip: bool) -> None:
    a, b = next(quantities(one)), next(quantities(two))
    assert (rounded(a, b), rounded(b, a)) == (same, same)
    assert (slipped(a, b), slipped(b, a)) == (slip, slip)


@given(number=st.floats(0.001, 1e12), figures=st.integers(1, 5))
def test_any_quantity_is_itself(number: float, figures: int) -> None:
    quantity = Quantity("t", number, figures)
    assert rounded(quantity, quantity)
