"""The sea lanes agree with published distances, and closing a passage does what a map says it does."""

from __future__ import annotations

import numpy as np
import pytest

from monazite.reference.store import Store

KM_PER_NAUTICAL_MILE = 1.852
GULF = {"AEJEA", "BHKBS", "IQUQR", "IRBND", "KWSAA", "QADOH", "SADMM"}
BLACK_SEA = {"BGBOJ", "GEPTI", "ROCND", "RUNVS", "TRSSX", "UAODS"}
BALTIC = {"DERSK", "EEMUG", "FIHEL", "FIKOK", "LTKLJ", "LVRIX", "PLGDN", "RULED", "SELLA"}
RED_SEA = {"EGAIS", "ERMSW", "ILETH", "JOAQJ", "SAJED", "SDPZU", "YEHOD"}


def lane(store: Store, one: str, other: str) -> tuple[float, set[str]]:
    sql = "SELECT km, coalesce(passages, '') FROM lanes WHERE origin = ? AND destination = ?"
    [(km, passages)] = store.rows(sql, sorted([one, other]))
    return float(str(km)), {p for p in str(passages).split("|") if p}


def detour(store: Store, one: str, other: str, closure: str) -> float | None:
    sql = "SELECT km FROM detours WHERE origin = ? AND destination = ? AND closure = ?"
    [(km,)] = store.rows(sql, [*sorted([one, other]), closure])
    return None if km is None else float(str(km))


@pytest.mark.parametrize(
    ("one", "other", "closure", "miles"),
    [
        # Notteboom, Pallis and Rodrigue, Port Economics, Management and Policy: Routing options between Shanghai,
        # Rotterdam and New York (source pemp-routes).
        ("CNSHA", "NLRTM", "", 10_600),
        ("CNSHA", "NLRTM", "suez", 13_800),
        # Drewry Shipping Consultants in Oil & Gas Journal, 28 December 1992, "How to shorten tanker voyages": half of
        # the round trips. Dammam lies beside Ras Tanura, Felixstowe at the mouth of the Thames.
        ("SADMM", "NLRTM", "", 12_698 / 2),
        ("SADMM", "NLRTM", "suez", 22_338 / 2),
        ("SADMM", "USHOU", "", 19_512 / 2),
        ("SADMM", "USHOU", "suez", 25_000 / 2),
        ("JPYOK", "GBFXT", "", 22_042 / 2),
        ("JPYOK", "GBFXT", "babelmandeb|panama|suez", 28_854 / 2),
        # Suez Canal Authority, quoted at seapace.com/scinfo/scinfo_r2.htm.
        ("SAJED", "ROCND", "", 1_698),
        ("SAJED", "ROCND", "suez", 11_771),
        # E. R. Johnson, report to the US Secretary of War, quoted in F. Bishop, Panama, Past and Present, p. 237.
        ("USNYC", "PAONX", "", 1_974),
    ],
)
def test_lanes_have_their_published_length(store: Store, one, other, closure, miles):
    km = detour(store, one, other, closure) if closure else lane(store, one, other)[0]
    assert km == pytest.approx(miles * KM_PER_NAUTICAL_MILE, rel=0.03)


def test_a_lane_lists_the_passages_a_map_shows(store: Store):
    assert {"babelmandeb", "gibraltar", "malacca", "suez"} <= lane(store, "NLRTM", "CNSHA")[1]
    assert lane(store, "USNYC", "CLANF")[1] == {"panama"}
    assert lane(store, "AUFRE", "ZADUR")[1] == set()
    assert "cape" in lane(store, "BRSSZ", "INNSA")[1]
    for port in GULF:
        for japan in ("JPYOK", "JPUKB", "JPKIJ"):
            assert {"hormuz", "malacca"} <= lane(store, port, japan)[1]


def test_a_lane_runs_the_same_both_ways_and_stands_once(store: Store):
    assert store.rows("SELECT count(*) FROM lanes WHERE origin >= destination") == [(0,)]
    pairs = "SELECT a.port, b.port FROM ports a JOIN ports b ON a.port < b.port AND a.country <> b.country"
    assert store.rows(f"{pairs} EXCEPT SELECT origin, destination FROM lanes") == []
    assert store.rows("SELECT count(*) FROM lanes") == store.rows(f"SELECT count(*) FROM ({pairs})")


def test_no_way_through_a_third_port_is_shorter(store: Store):
    lanes = store.query("SELECT origin, destination, km FROM lanes")
    ports, ends = np.unique([lanes["origin"], lanes["destination"]], return_inverse=True)
    one, other = ends.reshape(2, -1)
    km = np.full((len(ports), len(ports)), np.nan)
    km[one, other] = km[other, one] = lanes["km"]
    for through in km:
        longer = km - (through[:, None] + through[None, :])
        assert np.nanmax(longer) <= 1.5  # three lengths, each rounded to a kilometre


def test_days_follow_from_length_speed_and_two_calls(store: Store):
    for level, speed_kn, port_days in store.rows("SELECT level, speed_kn, port_days FROM sailing"):
        days = f"km / ({speed_kn} * 1.852 * 24) + 2 * {port_days}"
        assert store.rows(f"SELECT count(*) FROM lanes WHERE abs(days_{level} - ({days})) > 0.051") == [(0,)]
    # At 16 knots and without port calls, the source of that speed gives about 27 days for Shanghai to Rotterdam.
    [(low, calls)] = store.rows(
        "SELECT days_low, 2 * port_days FROM lanes, sailing "
        "WHERE level = 'low' AND origin = 'CNSHA' AND destination = 'NLRTM'"
    )
    assert low - calls == pytest.approx(27, abs=1)
    assert store.rows("SELECT count(*) FROM lanes WHERE NOT (days_low < days_mid AND days_mid < days_high)") == [(0,)]


def test_a_detour_is_longer_than_the_lane(store: Store):
    shorter = "SELECT count(*) FROM detours d JOIN lanes l USING (origin, destination) WHERE d.km <= l.km"
    assert store.rows(shorter) == [(0,)]


def test_closing_more_is_never_shorter(store: Store):
    assert store.rows("""
        SELECT count(*) FROM detours less JOIN detours more USING (origin, destination)
        WHERE list_has_all(string_split(more.closure, '|'), string_split(less.closure, '|'))
        AND coalesce(more.km, 'inf') < coalesce(less.km, 'inf')""") == [(0,)]


def test_every_passage_of_a_lane_has_its_detour_and_no_other(store: Store):
    used = "SELECT origin, destination, unnest(string_split(passages, '|')) AS p FROM lanes WHERE passages <> ''"
    alone = "SELECT origin, destination, closure FROM detours WHERE closure NOT LIKE '%|%'"
    assert store.rows(f"({used}) EXCEPT ({alone})") == store.rows(f"({alone}) EXCEPT ({used})") == []
    together = """
        SELECT DISTINCT origin, destination, closure FROM ({used})
        JOIN (SELECT DISTINCT closure FROM detours WHERE closure LIKE '%|%') ON list_has(string_split(closure, '|'), p)
    """.replace("{used}", used)
    rows = "SELECT origin, destination, closure FROM detours WHERE closure LIKE '%|%'"
    assert store.rows(f"({together}) EXCEPT ({rows})") == store.rows(f"({rows}) EXCEPT ({together})") == []


@pytest.mark.parametrize(
    ("closure", "behind"),
    [
        ("hormuz", GULF),
        ("bosporus", BLACK_SEA),
        ("dardanelles", BLACK_SEA | {"TRIST"}),
        ("danish-straits", BALTIC),
        ("babelmandeb|suez", RED_SEA),
    ],
)
def test_a_closure_cuts_off_the_ports_behind_it_and_no_others(store: Store, closure, behind):
    cut = store.query("SELECT origin, destination FROM detours WHERE closure = ? AND km IS NULL", [closure])
    inside = np.isin(np.stack([cut["origin"], cut["destination"]]), sorted(behind)).sum(axis=0)
    assert (inside == 1).all()
    outside = store.rows("SELECT count(*) FROM ports")[0][0] - len(behind)
    assert len(cut["origin"]) > 0.9 * outside * len(behind)


@pytest.mark.parametrize("closure", ["malacca", "panama", "suez", "cape", "gibraltar", "lombok|malacca|sunda"])
def test_where_the_sea_goes_around_there_is_a_way(store: Store, closure):
    assert store.rows("SELECT count(*) > 0, count(*) = count(km) FROM detours WHERE closure = ?", [closure]) == [
        (True, True)
    ]


def test_lanes_keep_to_passages_that_are_open_to_begin_with(store: Store):
    used = {
        p for (joined,) in store.rows("SELECT DISTINCT passages FROM lanes") for p in str(joined or "").split("|") if p
    }
    opened = {p for (p,) in store.rows("SELECT passage FROM passages WHERE open = 'yes'")}
    assert opened - used == {"bering"}  # it leads to the northern passages, which are closed
    assert used < opened
    closures = {p for (joined,) in store.rows("SELECT DISTINCT closure FROM detours") for p in str(joined).split("|")}
    assert closures == used


def test_every_area_that_trades_minerals_has_a_port_or_a_gateway(store: Store):
    trading = "SELECT exporter AS area FROM trade UNION SELECT importer FROM trade"
    served = "SELECT country FROM ports UNION SELECT country FROM gateways"
    left = {area for (area,) in store.rows(f"({trading}) EXCEPT ({served})")}
    assert left == {"ANT", "PUS", "SCG", "ZA1"}  # groups and former states of the trade statistics
    assert store.rows("SELECT country FROM ports GROUP BY 1 HAVING count(*) FILTER (main = 'yes') = 0") == []
    both = store.rows("SELECT DISTINCT country FROM gateways WHERE country IN (SELECT country FROM ports)")
    assert both == [("COD",)]  # its mines lie far from its own port


def test_gateways_are_ranked_and_only_sources_state_a_way_over_land(store: Store):
    assert store.rows("SELECT country FROM gateways GROUP BY 1 HAVING max(rank) <> count(*) OR min(rank) <> 1") == []
    assert store.rows("SELECT count(DISTINCT (country, rank)) = count(*) FROM gateways") == [(True,)]
    assert store.rows("SELECT count(*) FROM gateways WHERE land_km IS NOT NULL AND source_id = 'assumption'") == [(0,)]
