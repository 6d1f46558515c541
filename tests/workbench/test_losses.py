"""From weeks without a mineral and the shipped tables to value added lost and late programmes."""

from __future__ import annotations

import numpy as np
import pytest

from monazite.core.errors import NoDataError, UnknownCode
from monazite.core.values import Stage
from monazite.reference.figures import economy_figures
from monazite.reference.store import Store, open_store
from monazite.simulation.economy.shortage import losses
from monazite.simulation.unmet import Unmet
from monazite.workbench.network import load_economy
from monazite.workbench.plan.make import PARAMETERS, plan
from monazite.workbench.shock.losses import programme_delays, uses_on_record, value_added_lost

GALLIUM = ("gallium", Stage.METAL)


def short(share: float, draws: int = 40, weeks: int = 30, key: tuple[str, Stage] = GALLIUM) -> Unmet:
    found = np.zeros((draws, weeks, 3))
    found[:, 4:20, 0] = share
    found[:, 4:20, 2] = share
    return Unmet(("JPN", "USA", "QAT"), {key: found})


def test_japans_electronics_lose_most_when_japan_lacks_gallium(store: Store):
    found = value_added_lost(store, short(0.5, draws=16))
    assert found.draws == 16
    assert found.weeks == 30 + 26
    assert found.economies[0].economy == "JPN"
    assert (found.industries[0].economy, found.industries[0].industry) == ("JPN", "C26")
    assert 0 < found.economies[0].lost_share.low < found.economies[0].lost_share.high < 0.05
    assert found.uncovered == ("QAT",)
    assert found.sources == ("icio",)
    assert [(p.name, p.source) for p in found.parameters] == [("tied, gallium", "usgs-ofr-2024-1057")]


@pytest.mark.parametrize("mineral", ["gallium", "germanium"])
def test_what_an_industry_relies_on_is_fitted_to_published_losses(store: Store, mineral: str):
    """A year without it costs the United States what the USGS finds, billion USD (Open-File Report 2024-1057)."""
    published = {"gallium": [1.7, 3.1, 8.2], "germanium": [0.01, 0.4, 1.1]}[mineral]
    fitted = store.rows(f"SELECT share_low, share_mid, share_high FROM reliance WHERE mineral = '{mineral}'")[0]
    economy = economy_figures(store, np.float32)
    uses = [use for use in uses_on_record(store) if use.mineral == mineral]
    forms = {(mineral, use.stage): np.ones((3, 52, 1)) for use in uses}
    found = losses(economy, ("USA",), uses, Unmet(("USA",), forms), {mineral: np.array(fitted, dtype=float)})
    assert found.lost_musd[:, 0].sum(axis=1) / 1e3 == pytest.approx(published, rel=0.03)


@pytest.mark.parametrize(
    ("at", "missing", "published"), [("low", 1.0, 0.0043), ("mid", 1.0, 0.013), ("high", 0.8, 0.018)]
)
def test_what_industries_rely_on_rare_earths_is_fitted_to_published_losses(
    store: Store, at: str, missing: float, published: float
):
    """A year without them costs Japan 0.43% (Nomura) or 1.3% (Daiwa) of its GDP, one with 80% less 1.8% (IMF)."""
    fitted = dict(store.rows(f"SELECT mineral, share_{at} FROM reliance WHERE mineral LIKE '%rare-earths'"))
    economy = economy_figures(store, np.float32)
    uses = [use for use in uses_on_record(store) if use.mineral in fitted]
    forms = {(use.mineral, use.stage): np.full((1, 52, 1), missing) for use in uses}
    tied = {str(mineral): np.array([float(str(share))]) for mineral, share in fitted.items()}
    found = losses(economy, ("JPN",), uses, Unmet(("JPN",), forms), tied)
    year = found.normal_musd[0].sum() * 52 / (52 + 26)
    assert found.lost_musd[0, 0].sum() / year == pytest.approx(published, rel=0.05)


def test_magnets_that_are_missing_stop_who_uses_magnets(store: Store):
    """The chain of rare earths ends in magnets, whose uses are on record for the rare earths in them."""
    chain, own = (
        value_added_lost(store, short(0.5, draws=16, key=(mineral, Stage.COMPONENT)))
        for mineral in ("rare-earths", "magnet-rare-earths")
    )
    assert {i.industry for i in chain.industries if i.direct_musd.mid > 0} == {"C26", "C27", "C28", "C29"}
    assert chain.industries == own.industries


def test_a_country_that_hardly_uses_a_mineral_hardly_loses_for_want_of_it(store: Store):
    """Of two that go short alike, one uses as much as its industries would at the world's average, one a hundredth."""
    key = ("antimony", Stage.METAL)
    share = np.zeros((8, 20, 3))
    share[:, 4:16, :2] = 0.5
    output = economy_figures(store).output_musd.reshape(-1, len(economy_figures(store).industries)).sum(axis=1)
    of = dict(zip(economy_figures(store).economies, output, strict=True))
    use = np.array([of["KOR"], of["NZL"] / 100, of["CHN"]])
    known, unknown = (
        {
            e.economy: e.lost_share.mid
            for e in value_added_lost(store, Unmet(("KOR", "NZL", "CHN"), {key: share}, t)).economies
        }
        for t in ({key: use}, {})
    )
    assert known["KOR"] > 0.5 * unknown["KOR"]
    assert 0 < known["NZL"] < 0.1 * unknown["NZL"]


def test_who_buys_oxide_goes_short_with_the_metal_it_is_made_from(store: Store):
    """The chain of antimony follows its metal; more than half of it is used as an oxide, in plastics and textiles."""
    found = value_added_lost(store, short(0.5, draws=16, key=("antimony", Stage.METAL)))
    uses = [u for u in uses_on_record(store) if u.mineral == "antimony"]
    assert {u.stage for u in uses} == {Stage.REFINED, Stage.METAL}
    assert {i.industry for i in found.industries if i.direct_musd.mid > 0} == {u.industry for u in uses}


def test_uses_are_of_one_region_and_have_an_industry(store: Store):
    uses = uses_on_record(store)
    assert {use.industry for use in uses if use.mineral == "cobalt"} == {"C20", "C24B", "C25", "C27"}
    assert all(use.industry for use in uses)
    shares = [sum(u.share for u in uses if u.mineral == m) for m in {u.mineral for u in uses}]
    assert max(shares) < 1.02


def test_a_mineral_no_industry_is_on_record_for_has_no_figure(store: Store):
    with pytest.raises(NoDataError, match="no industry is on record that buys gallium"):
        value_added_lost(store, short(0.5, key=("gallium", Stage.ORE)))


def test_a_programme_waits_for_what_holds_the_mineral(store: Store):
    found = programme_delays(store, short(0.9), "unicorn-mast", "JPN")
    assert found.first == "transmit and receive chips (GaN, GaAs)"
    assert found.late_share > 0.9
    assert found.first_week is not None
    assert found.first_week.low >= 4 + 26
    assert programme_delays(store, short(0.9), "unicorn-mast", "USA").late_share == 0


def test_a_programme_nobody_knows_is_refused(store: Store):
    with pytest.raises(UnknownCode, match="Known are: chip-packaging-line, electric-car"):
        programme_delays(store, short(0.5), "electric-cars", "JPN")


def test_the_table_is_kept_while_the_tables_are_the_same(store):
    assert load_economy(store) is load_economy(store)
    assert not load_economy(store).flows_musd.flags.writeable


def test_the_plan_prices_a_year_without_rare_earths_at_the_low_end_of_what_is_published():
    """0.43% (Nomura) to 1.8% (IMF) of Japan's GDP: the middle factor is near the first, the highest near the last."""
    made, _ = plan(["rare-earths-2026"], "JPN")
    chain = made.problem.chain
    with open_store() as store:
        economy = economy_figures(store)
    value_added = economy.other_inputs_musd.reshape(len(economy.economies), -1)[economy.economies.index("JPN")].sum()
    priced = float((chain.use_t * chain.loss_usd_per_t).sum()) * 1e-6 / value_added
    factor = next(p.band for p in PARAMETERS if p.name == "loss_factor")
    assert priced == pytest.approx(0.0043, rel=0.15)
    assert factor.high * priced == pytest.approx(0.018, rel=0.15)
