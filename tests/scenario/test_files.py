"""Scenario files: what is written reads back equal, and what is wrong with one is said, all of it, with its line."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monazite.core.errors import ScenarioError
from monazite.core.gazetteer import Country, Gazetteer, Mineral, Passage
from monazite.core.values import Band, Stage
from monazite.scenario.build import make_scenario
from monazite.scenario.files import from_toml, to_toml
from monazite.scenario.keys import KINDS, Entry, built, shock_entries
from monazite.scenario.values import (
    Assumption,
    Closure,
    ExportCut,
    Grounds,
    Licence,
    Quota,
    Quotation,
    Release,
    Tariff,
    Window,
    exactly,
)

CODES = ("CHN", "JPN", "IND", "USA")
NAMES = Gazetteer(
    tuple(Country(c, c.title()) for c in CODES),
    (),
    (Mineral("cobalt", "Cobalt", hs=("260500", "282200")),),
    (Passage("malacca", "Strait of Malacca"), Passage("suez", "Suez Canal")),
)
HEAD = '[[shock]]\nkind = "cut"\nfrom = "CHN"\nto = ["JPN"]\nmineral = "cobalt"\n'
GOOD = HEAD + "share = 0.5\n"

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
numbers = st.floats(-1e9, 1e9)
days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
triples = st.tuples(numbers, numbers, numbers).map(sorted)


@st.composite
def quotations(draw) -> Quotation:
    text, start = draw(texts), draw(st.integers(0, 10**6))
    return Quotation(
        draw(texts), draw(st.text("0123456789abcdef", min_size=64, max_size=64)), start, start + len(text), text
    )


@st.composite
def assumptions(draw) -> Assumption:
    low, mid, high = draw(st.none() | triples) or (None, draw(st.none() | numbers), None)
    return Assumption(draw(texts), draw(texts), mid, low, high, draw(texts))


def held(entry: Entry, sides: dict[str, tuple[str, ...]]) -> st.SearchStrategy:
    """Anything the key may hold."""
    number = st.floats(max(entry.key.low, 1e-6), min(entry.key.high, 1e6))
    chosen = {
        "country": st.just(sides.get(entry.name, sides["from"])),
        "mineral": st.just("cobalt"),
        "passage": st.lists(st.sampled_from(["malacca", "suez"]), min_size=1, unique=True).map(tuple),
        "hs": st.lists(st.sampled_from(["260500", "282200"]), unique=True).map(tuple),
    }
    if entry.key.names:
        return chosen[entry.key.names]
    if entry.type is Band:
        return st.tuples(number, number, number).map(lambda v: Band(*sorted(v)))
    if entry.type is int:
        return st.integers(60, 520) if entry.name == "weeks" else st.integers(0, 60)
    if entry.name == "levied_by":
        return st.sampled_from(get_args(entry.type))
    if entry.name == "start":
        return st.none() | days
    assert Stage in (entry.type, *get_args(entry.type))
    return st.sampled_from([*Stage]) if entry.needed else st.none() | st.sampled_from([*Stage])


@st.composite
def shocks(draw):
    kind = draw(st.sampled_from([*KINDS]))
    sides = draw(st.lists(st.sampled_from(CODES), min_size=2, unique=True))
    many = draw(st.integers(1, len(sides) - 1))
    ends = {"from": tuple(sides[:many]), "to": tuple(sides[many:])}
    told = {e.field: draw(held(e, ends)) for e in shock_entries(kind)}
    return built(KINDS[kind], {"share": exactly(1.0), **told})


@st.composite
def scenarios(draw):
    grounds = Grounds(
        draw(st.text("abcdef234567", max_size=11)),
        draw(st.none() | days),
        tuple(draw(st.lists(texts, max_size=2, unique=True))),
        tuple(draw(st.lists(texts, max_size=2, unique=True))),
        tuple(draw(st.lists(quotations(), max_size=3))),
        tuple(draw(st.lists(assumptions(), max_size=3))),
    )
    several = tuple(draw(st.lists(shocks(), min_size=1, max_size=4, unique=True)))
    return make_scenario(several, NAMES, draw(texts), draw(texts), draw(texts | st.just("")), grounds)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios())
def test_a_scenario_written_and_read_is_the_same(scenario):
    assert from_toml(to_toml(scenario), "x.toml", NAMES) == scenario


def test_every_country_can_be_written_by_its_code(names):
    for country in names.countries:
        other = "JPN" if country.iso3 != "JPN" else "IND"
        cut = ExportCut((country.iso3,), (other,), "cobalt", exactly(1.0))
        assert from_toml(to_toml(make_scenario((cut,), names, "x", "y")), "x.toml", names).shocks == (cut,)


def test_everything_a_file_may_say_arrives(names):
    scenario = from_toml(
        """
title = "All of it"
claim = "m1"
as_of = 2026-02-01
measures = ["one"]

[[shock]]
kind = "cut"
from = ["China"]
to = "Japan, India"
mineral = "rare earths"
stage = "component"
hs = "850511"
share = [0.2, 0.5, 0.8]
start = 2026-01-06
weeks = 60
ramp_weeks = 4

[[shock]]
kind = "licence"
from = "China"
mineral = "rare earths"
delay_weeks = 9
refused_share = 0.5

[[shock]]
kind = "tariff"
to = "Quad"
mineral = "cobalt"
rate_pct = 25
levied_by = "importer"

[[shock]]
kind = "closure"
passages = ["Strait of Malacca", "sunda"]
weeks = 3

[[evidence]]
report = "a.txt"
sha256 = "%s"
start = 4
end = 7
text = "ban"

[[assumption]]
what = "share"
why = "nobody says how much"
value = 0.5
low = 0.2
high = 0.8
source = "a trader"
"""
        % ("0" * 64),
        "x.toml",
        names,
        {"measure": {"one"}},
    )
    assert scenario.shocks == (
        ExportCut(
            ("CHN",),
            ("JPN", "IND"),
            "rare-earths",
            Band(0.2, 0.5, 0.8),
            Window(date(2026, 1, 6), 60, 4),
            Stage.COMPONENT,
            ("850511",),
        ),
        Licence(("CHN",), (), "rare-earths", exactly(9.0), exactly(0.5)),
        Tariff((), ("AUS", "IND", "JPN", "USA"), "cobalt", exactly(25.0), "importer"),
        Closure(("malacca", "sunda"), Window(weeks=3)),
    )
    assert scenario.grounds.evidence == (Quotation("a.txt", "0" * 64, 4, 7, "ban"),)
    assert scenario.assumptions == ("nobody says how much (share: 0.5, 0.2 to 0.8) [a trader]",)
    assert (scenario.grounds.claim, scenario.grounds.as_of) == ("m1", date(2026, 2, 1))
    assert (scenario.title, scenario.certainty, scenario.origin) == ("All of it", "hypothetical", "file x.toml")


@pytest.mark.parametrize(
    ("table", "shock"),
    [
        (
            'kind = "quota"\nfrom = "CHN"\nlimit_t_per_yr = [1, 2, 3]\nstage = "ore"',
            Quota(("CHN",), (), "cobalt", Band(1, 2, 3), stage=Stage.ORE),
        ),
        (
            'kind = "release"\ncountries = "JPN"\nstage = "metal"\namount_t = 5',
            Release(("JPN",), "cobalt", Stage.METAL, exactly(5.0)),
        ),
        ('kind = "ban"\nfrom = "CHN"', ExportCut(("CHN",), (), "cobalt", exactly(1.0))),
    ],
)
def test_a_table_is_its_shock(table, shock):
    assert from_toml(f'[[shock]]\n{table}\nmineral = "cobalt"', "x.toml", NAMES).shocks == (shock,)


EVIDENCE = '[[evidence]]\nreport = "a.txt"\nsha256 = "%s"\nstart = %d\nend = 7\ntext = "ban"\n'


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("week = 3", "line 7: unknown key 'week' of a cut, did you mean weeks"),
        ('stage = "mine"', "line 7: stage is 'mine', expected ore, refined, metal, component"),
        ("stage = 3", "line 7: stage is 3, expected ore"),
        ('start = "2026-01-06"', "line 7: start is '2026-01-06', of the wrong type: expected a date as 2026-01-06"),
        ("start = 2026-01-06T10:00:00", "line 7: start is datetime"),
        ("start = 2026-02-30", "line 7: not readable as TOML"),
        ("start = 0206-01-06", "line 7: start is 0206-01-06, expected a day from 1900 to 2200"),
        ("weeks = 2.5", "line 7: weeks is 2.5, of the wrong type: expected a whole number"),
        ("weeks = true", "line 7: weeks is True"),
        ("weeks = 0", "line 7: weeks is 0, expected 1 to 520"),
        ("weeks = 0x" + "f" * 5000, "line 7: weeks is 1e.18, expected 1 to 520"),
        ("weeks = " + "9" * 5000, "line 7: not readable as TOML"),
        ("weeks = 9\nramp_weeks = 10", "line 8: ramp_weeks is 10, longer than the 9 weeks"),
        ("kind = 'ban'", "line 7: not readable as TOML: Cannot overwrite a value"),
        ('hs = ["850511"]', "line 7: hs 850511 is no code of cobalt, whose codes are 260500, 282200"),
        ('hs = [["260500"]]', "line 7: hs is .*wrong type: expected a text or a list of texts"),
        ('"a b" = 1', "line 7: unknown key 'a b'"),
        ("evidence = 3", "line 7: unknown key 'evidence' of a cut"),
        ('[mechanism]\nkind = "ban"', "line 7: unknown key 'mechanism' of a scenario"),
        ('[[evidence]]\nreport = "a.txt"', "line 7: sha256 is missing"),
        (EVIDENCE % ("0" * 64, 5), r"line 7: text has 3 characters, \[5:7\] has others"),
        (EVIDENCE % ("0" * 64, -3), "line 10: start is -3, expected 0 to"),
        (EVIDENCE % ("x", 4), "line 7: sha256 is 'x'"),
        ('[[assumption]]\nwhat = "cut"', "line 7: why is missing"),
        ('[[assumption]]\nwhat = "cut"\nwhy = "so"\nlow = 1', "line 7: low, value and high"),
        ('[[assumption]]\nwhat = "cut"\nwhy = "so"\nvalue = inf', "line 7: low, value and high"),
        ('[[assumption]]\nwhat = "cut"\nwhy = "so"\nlow = 2\nvalue = 1\nhigh = 3', "line 7: low, value and high"),
        ("[[shock]]", "line 7: kind is missing, expected ban, cut, quota"),
        ('[[shock]]\nkind = "qouta"', "line 8: kind is 'qouta', expected quota"),
        ("[[shock]]\nkind = [1]", r"line 8: kind is \[1\], expected ban"),
        ("\n\n[[shock]]\n" + GOOD.partition("\n")[2], "line 9: is shock 1 told again"),
    ],
)
def test_what_is_wrong_is_said(more, problem):
    from_toml(GOOD, "x.toml", NAMES)
    with pytest.raises(ScenarioError, match=problem) as error:
        from_toml(GOOD + more, "x.toml", NAMES)
    assert error.value.where == "x.toml"


@pytest.mark.parametrize(
    ("share", "problem"),
    [
        ("[0.5, 0.2, 0.8]", "out of order"),
        ("[0.5, nan, 0.8]", "expected finite numbers"),
        ("[0.5]", "expected one number or"),
        ('["a", "b", "c"]', "of the wrong type: expected a number"),
        ("[0.0, 0.2, 2.0]", "0, 2, expected more than 0 and at most 1"),
        ("nan", "nan, expected finite numbers"),
        ("-inf", "-inf, expected finite numbers"),
        ("1e308", "1e.308, expected more than 0"),
        ("[[0.1], 0.2, 0.3]", "of the wrong type"),
        ("{ low = 1 }", "of the wrong type"),
    ],
)
def test_a_share_out_of_range_is_refused(share, problem):
    with pytest.raises(ScenarioError, match=f"line 6: share is .*{problem}"):
        from_toml(f"{HEAD}share = {share}", "x.toml", NAMES)


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ('kind = "ban"\nfrom = "CHN"\nto = "CHN, JPN"', "line 4: to CHN is both a seller and a buyer"),
        ('kind = "ban"\nfrom = []', "line 3: from is empty"),
        ('kind = "ban"\nfrom = "JPN+"', "line 3: from is empty or holds an empty name"),
        ('kind = "ban"\nfrom = [3]', "line 3: from is .*expected a text or a list of texts"),
        ('kind = "ban"\nfrom = "CHN"\nshare = 1', "line 4: unknown key 'share' of a ban"),
        ('kind = "ban"\nfrom = ["Chnn", "Jpnn"]', "line 3: from: country: 'Chnn' is not known.*line 3: .*'Jpnn'"),
        ('kind = "quota"\nfrom = "CHN"', "line 1: limit_t_per_yr is missing"),
        ('kind = "quota"\nfrom = "CHN"\nlimit_t_per_yr = -1', "line 4: limit_t_per_yr is -1, expected 0 to"),
        ('kind = "quota"\nfrom = "CHN"\nlimit_t_per_yr = 1e300', r"line 4: limit_t_per_yr is 1e\+300, expected 0 to"),
        (
            'kind = "tariff"\nfrom = "CHN"\nrate_pct = 5\nlevied_by = "both"',
            "line 5: levied_by is 'both', expected exp",
        ),
        (
            'kind = "tariff"\nfrom = "CHN"\nrate_pct = 5\nlevied_by = "importer"',
            "line 5: levied_by is 'importer', but no",
        ),
        (
            'kind = "licence"\nfrom = "CHN"\ndelay_weeks = 0\nrefused_share = 0',
            "line 4: delay_weeks is 0 and so is refused_share",
        ),
        ('kind = "outage"\ncountries = "CHN"\nlost_share = 0.5', "line 1: stage is missing"),
        (
            'kind = "closure"\npassages = ["malaca"]',
            "line 3: passages: sea passage: 'malaca' is not known. Did you mean",
        ),
        ('kind = "closure"\npassages = ["suez", "Suez Canal"]', "line 3: passages: suez is named twice"),
        (
            'kind = "surge"\ncountries = "JPN"\nstage = "ore"\nmore_share = 0',
            "line 5: more_share is 0, expected more than",
        ),
    ],
)
def test_each_kind_has_its_own_bounds(table, problem):
    goods = "" if "closure" in table else '\nmineral = "cobalt"'
    with pytest.raises(ScenarioError, match=problem):
        from_toml(f"[[shock]]\n{table}{goods}", "x.toml", NAMES)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1: shock is missing"),
        ("shock = []", "line 1: 0 shocks are given"),
        ("shock = 3", r"line 1: shock is 3, expected \[\[shock\]\] tables"),
        ("\n[shock]\nkind = 'ban'", "line 2: shock is {'kind': 'ban'}, expected"),
        ("shock = [3]", "line 1: shock 1: 3 is no table"),
        ('shock = [{kind = "ban", from = "CHN"}]', "line 1: shock 1: mineral is missing"),
        ('from = "CHN"\n' + GOOD, r"line 1: 'from' belongs into a \[\[shock\]\] table"),
        (GOOD * 101, "101 shocks are given, expected 1 to 100"),
        ("a = " + "[" * 5000, "line 1: not readable as TOML"),
        ('title = """\n[[shock]]\n"""\nnonsense = """a"b"""\n' + GOOD, "line 4: unknown key 'nonsense' of a scenario"),
        ("x = [ # [\n '}', \"]\",\n]\n# [[a]]\ny = 1\n" + GOOD, "line 1: unknown key 'x'.*line 5: unknown key 'y'"),
    ],
)
def test_a_text_that_is_no_scenario_is_refused(text, problem):
    with pytest.raises(ScenarioError, match=problem):
        from_toml(text, "x.toml", NAMES)


def test_all_problems_are_named_in_the_order_of_their_lines():
    with pytest.raises(ScenarioError) as error:
        from_toml(
            'from = "X"\n' + HEAD + 'share = 2\nweeks = 0\n[[shock]]\nkind = "ban"\nmineral = "cobolt"', "x", NAMES
        )
    lines = [problem.partition(":")[0] for problem in error.value.what.split("; ")]
    assert lines == [f"line {n}" for n in (1, 7, 8, 9, 11)]


def test_a_row_nobody_knows_is_named():
    with pytest.raises(ScenarioError, match="line 1: measures: measure: 'one' is no row of the table measures"):
        from_toml('measures = "one"\n' + GOOD, "x.toml", NAMES, {"measure": {"other"}})


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text):
    for given_ in (text, GOOD + text):
        with suppress(ScenarioError):
            assert from_toml(given_, "x.toml", NAMES).shocks
