"""What a measure takes from beyond its own sentence is quoted, and what no sentence says is left open."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from monazite.core.errors import ScenarioError
from monazite.core.gazetteer import Gazetteer
from monazite.ledger.values import UNCLEAR, Ledger
from monazite.scenario.build import from_measure

HEAD = "LIMA, 3 June 2025 (Agency) - "


def test_a_side_another_sentence_names_is_quoted_from_it(read: Callable[..., Ledger]) -> None:
    text = HEAD + "Peru met its exporters on Monday. The ministry then banned all exports of lithium to Chile."
    (found,) = read(a=text).measures
    assert (found.imposer, found.target, found.goods) == (("PER",), ("CHL",), ("lithium",))
    (named,) = found.context
    assert "Peru" in named.text
    assert text[named.start : named.end] == named.text
    assert named not in found.evidence


def test_a_measure_told_in_one_sentence_needs_no_other(read: Callable[..., Ledger]) -> None:
    (found,) = read(a=HEAD + "Peru banned exports of lithium to Chile on Monday.").measures
    assert found.context == ()


def test_goods_of_the_headline_are_quoted_and_have_their_codes(read: Callable[..., Ledger]) -> None:
    headline = "Peru puts lithium out of reach"
    text = f"{headline}\n\n{HEAD}Peru suspended all exports on Monday.\n"
    (found,) = read(a=text).measures
    assert found.goods == ("lithium",)
    assert found.hs
    assert headline in {e.text for e in found.context}


def test_where_nothing_tells_its_kind_a_measure_is_unclear_and_no_scenario(
    read: Callable[..., Ledger], names: Gazetteer
) -> None:
    text = HEAD + "A decree of the customs ministry of Peru frees cars and buses from July 1."
    (found,) = read(a=text).measures
    assert (found.measure, found.imposer, found.goods) == (UNCLEAR, ("PER",), ("cars", "buses"))
    with pytest.raises(ScenarioError, match="what kind of measure"):
        from_measure(found, names)


@pytest.mark.parametrize(
    ("told", "target"),
    [
        # a list is hit as a whole or not at all
        ("Peru raised its tariff on steel from Chile, Brazil and Bolivia.", ("BOL", "BRA", "CHL")),
        ("Peru banned imports of steel on Monday, and Chile and Bolivia took note.", ()),
        # rates and quotas by country
        ("Peru set import quotas on beef: Brazil 1,100,000 tonnes; Chile 511,000 tonnes.", ("BRA", "CHL")),
        # whose companies they are
        ("Peru banned exports of lithium to 15 U.S. companies.", ("USA",)),
    ],
)
def test_whom_a_measure_is_aimed_at(told: str, target: tuple[str, ...], read: Callable[..., Ledger]) -> None:
    found = read(a=HEAD + "Officials met on Monday.\n\n" + told).measures
    assert [m.target for m in found] == [target]


def test_one_of_two_parties_is_no_target_without_a_deal(read: Callable[..., Ledger]) -> None:
    both = HEAD + "{} Peru will cut its import tariff on whisky on July 1. Chile was told on Monday."
    deal = read(a=both.format("Peru and Chile signed a trade agreement. Peru and Chile met."))
    none = read(a=both.format("Peru and Chile met. Peru and Chile talked."))
    assert [m.target for m in deal.measures] == [("CHL",)]
    assert [m.target for m in none.measures] == [()]
