"""The few sentences at the head of what a scenario did."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monazite.brief import words
from monazite.brief.short import chain_in_short, market_in_short
from monazite.core.values import Band
from monazite.reference.store import gazetteer, open_store
from monazite.scenario.values import exactly
from monazite.workbench.shock.play import Asked, Played, scenario_of, shock
from monazite.workbench.shock.told import in_short, told


@pytest.fixture(scope="module")
def played() -> Played:
    made, _ = scenario_of("gallium-germanium-antimony-2023")
    return shock(made, asked=Asked(20))


@pytest.fixture(scope="module")
def names():
    with open_store() as store:
        return gazetteer(store)


def test_who_loses_most_tonnes_is_named_and_not_who_buys_next_to_nothing(played, names) -> None:
    first, *_ = market_in_short(played.outcomes, names)
    for outcome in played.outcomes:
        most = max(outcome.importers, key=lambda i: i.shortfall_t.mid)
        assert names.name_of(most.importer) in first
    assert "Angola" not in first


def test_an_outcome_that_hits_nobody_says_so(played, names) -> None:
    nobody = [replace(o, importers=()) for o in played.outcomes]
    assert list(market_in_short(nobody, names)) == ["No importer is hit by it in the year's market."]


def test_a_chain_without_shortage_is_no_loss(played, names) -> None:
    assert played.weekly is not None
    (told,) = chain_in_short(replace(played.weekly, uses=()), None, names)
    draws = f"in any of {played.weekly.draws} draws"
    assert told == f"Week by week, no use that counts in the world misses more than 1% in a week, {draws}."


def test_of_the_buyers_of_one_good_who_goes_without_most_tonnes_comes_first(played, names) -> None:
    outcome = played.outcomes[0]
    first, second = outcome.importers[:2]
    small = replace(second, importer="ZMB", shortfall_t=exactly(1.0), shortfall_share=exactly(0.99))
    large = replace(first, importer="CHN", shortfall_t=exactly(1e6), shortfall_share=exactly(0.5))
    told, *_ = market_in_short([replace(outcome, importers=(small, large))], names)
    assert told.index("China") < told.index("Zambia")


def test_a_loss_over_orders_of_magnitude_names_its_assumption_and_a_grave_one_the_models_limit(played, names) -> None:
    economy = played.economy
    assert economy is not None
    wide = replace(economy, weeks=227, world_musd=Band(10.0, 200.0, 9e6))
    assert any("nobody publishes what part" in sentence for sentence in chain_in_short(None, wide, names))
    fitted = replace(wide, parameters=(replace(economy.parameters[0], source="usgs-2024|imf-2026"),))
    assert any("(fitted to published losses: usgs-2024, imf-2026)" in s for s in chain_in_short(None, fitted, names))
    assert not any("limit of the model" in sentence for sentence in chain_in_short(None, wide, names))
    grave = replace(wide, economies=(replace(economy.economies[0], lost_share=Band(0.0, 0.01, 0.2)),))
    assert any("limit of the model" in sentence for sentence in chain_in_short(None, grave, names))
    assert len(list(chain_in_short(None, replace(wide, world_musd=Band(100.0, 200.0, 300.0)), names))) == 1


def test_the_sentences_are_in_the_answer_of_programs(played, names) -> None:
    made, _ = scenario_of("gallium-germanium-antimony-2023")
    assert told(made, played, names)["in_short"] == in_short(played, names)
    assert any("value added" in sentence for sentence in in_short(played, names))


def test_a_place_that_uses_next_to_nothing_is_not_told(played) -> None:
    assert played.weekly is not None
    assert played.weekly.uses
    assert all(p.before_t_per_week > 1e-3 for p in (*played.weekly.uses, *played.weekly.makers))


def test_industries_are_named(played) -> None:
    assert played.economy is not None
    assert all(i.name and i.name != i.industry for i in played.economy.industries)


def test_what_does_not_stand_alone_is_the_rest_of_the_world(names) -> None:
    assert words.country("ROW", names) == "the rest of the world"
    assert words.country("JPN", names) == "Japan"
