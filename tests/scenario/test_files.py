"""Scenario files: what is written reads back equal, and what is wrong with one is said, all of it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.core.errors import ScenarioError
from monazite.core.gazetteer import Country, Gazetteer, Mineral
from monazite.core.values import Band, Stage
from monazite.scenario.build import make_scenario
from monazite.scenario.files import from_toml, to_toml
from monazite.scenario.values import UNITS, Assumption, ExportCut, Grounds, Mechanism, Quotation

CODES = ("CHN", "JPN", "IND", "USA")
NAMES = Gazetteer(
    tuple(Country(c, c.title()) for c in CODES), (), (Mineral("cobalt", "Cobalt", hs=("260500", "282200")),)
)
GOOD = 'from = "CHN"\nto = ["JPN"]\nmineral = "cobalt"\ncut = 1.0\n'

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
numbers = st.floats(-1e9, 1e9)
shares = st.floats(1e-6, 1.0)
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


@st.composite
def mechanisms(draw) -> Mechanism:
    kind = draw(st.sampled_from([*UNITS]))
    return Mechanism(kind, draw(st.none() | st.floats(0, 1e9)) if UNITS[kind] else None)


@st.composite
def scenarios(draw):
    sides = draw(st.lists(st.sampled_from(CODES), min_size=1, unique=True))
    many = draw(st.integers(1, len(sides)))
    band = draw(st.none() | st.tuples(shares, shares, shares).map(lambda s: Band(*sorted(s))))
    cut = ExportCut(
        tuple(sides[:many]),
        tuple(sides[many:]),
        "cobalt",
        band.mid if band else draw(shares),
        draw(st.none() | st.dates()),
        draw(st.integers(1, 520)),
        band,
        draw(st.none() | st.sampled_from([*Stage])),
        tuple(draw(st.lists(st.sampled_from(("260500", "282200")), unique=True))),
    )
    grounds = Grounds(
        draw(st.text("abcdef234567", max_size=11)),
        draw(st.none() | st.dates()),
        draw(st.none() | mechanisms()),
        tuple(draw(st.lists(quotations(), max_size=3))),
        tuple(draw(st.lists(assumptions(), max_size=3))),
    )
    return make_scenario(cut, NAMES, draw(texts), draw(texts), draw(texts | st.just("")), grounds)


@given(scenarios())
def test_a_scenario_written_and_read_is_the_same(scenario):
    assert from_toml(to_toml(scenario), "x.toml", NAMES) == scenario


def test_every_country_can_be_written_by_its_code(names):
    for country in names.countries:
        other = "JPN" if country.iso3 != "JPN" else "IND"
        cut = ExportCut((country.iso3,), (other,), "cobalt", 1.0, None, 52)
        assert from_toml(to_toml(make_scenario(cut, names, "x", "y")), "x.toml", names).cut == cut


def test_everything_a_file_may_say_arrives(names):
    scenario = from_toml(
        """
from = ["China"]
to = "Japan, India"
mineral = "rare earths"
stage = "component"
hs = "850511"
cut = [0.2, 0.5, 0.8]
start = 2026-01-06
weeks = 60
claim = "m1"
as_of = 2026-02-01
[mechanism]
kind = "licence"
amount = 9
unit = "weeks"
[[evidence]]
report = "a.txt"
sha256 = "%s"
start = 4
end = 7
text = "ban"
[[assumption]]
what = "cut"
why = "nobody says how much"
value = 0.5
low = 0.2
high = 0.8
source = "a trader"
"""
        % ("0" * 64),
        "x.toml",
        names,
    )
    assert scenario.cut == ExportCut(
        ("CHN",),
        ("JPN", "IND"),
        "rare-earths",
        0.5,
        date(2026, 1, 6),
        60,
        Band(0.2, 0.5, 0.8),
        Stage("component"),
        ("850511",),
    )
    assert scenario.grounds.mechanism == Mechanism("licence", 9)
    assert scenario.grounds.evidence == (Quotation("a.txt", "0" * 64, 4, 7, "ban"),)
    assert scenario.assumptions == ("nobody says how much (cut: 0.5, 0.2 to 0.8) [a trader]",)
    assert (scenario.grounds.claim, scenario.grounds.as_of) == ("m1", date(2026, 2, 1))


EVIDENCE = '[[evidence]]\nreport = "a.txt"\nsha256 = "%s"\nstart = %d\nend = 7\ntext = "ban"\n'


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("week = 3", "unknown key 'week', did you mean weeks"),
        ('stage = "mine"', "stage is 'mine', expected ore, refined, metal, component"),
        ('start = "2026-01-06"', "start is '2026-01-06', of the wrong type: expected a date as 2026-01-06"),
        ("start = 2026-01-06T10:00:00", "start is datetime"),
        ("start = 2026-02-30", "not readable as TOML"),
        ("weeks = 2.5", "weeks is 2.5, of the wrong type: expected a number"),
        ("weeks = true", "weeks is True"),
        ('hs = ["850511"]', "hs 850511 is no code of cobalt, whose codes are 260500, 282200"),
        ('hs = [["260500"]]', "is no code of cobalt"),
        ("evidence = 3", "evidence is 3, of the wrong type: expected a list"),
        ("evidence = [3]", "evidence 1: 3 is no table"),
        ("mechanism = 3", "mechanism: 3 is no table"),
        ('[mechanism]\nunit = "weeks"', "mechanism: kind is missing"),
        ('[mechanism]\nkind = "qouta"', "mechanism: kind is 'qouta', expected quota"),
        ('[mechanism]\nkind = "ban"\namount = 3', "mechanism: a ban has no amount"),
        ('[mechanism]\nkind = "quota"\namount = 3', "mechanism: unit is None, the amount of a quota is in t_per_yr"),
        ('[mechanism]\nkind = "tax"\namount = 3\nunit = "weeks"', "mechanism: unit is 'weeks', the amount of a tax"),
        ('[mechanism]\nkind = "tax"\namount = nan\nunit = "percent"', "mechanism: amount is nan"),
        ('[[evidence]]\nreport = "a.txt"', "evidence 1: sha256 is missing"),
        (EVIDENCE % ("0" * 64, 5), r"evidence 1: text has 3 characters, \[5:7\] has others"),
        (EVIDENCE % ("x", 4), "evidence 1: sha256 is 'x'"),
        ('[[assumption]]\nwhat = "cut"', "assumption 1: why is missing"),
        ('[[assumption]]\nwhat = "cut"\nwhy = "so"\nlow = 1', "assumption 1: low, value and high"),
        ('[[assumption]]\nwhat = "cut"\nwhy = "so"\nvalue = nan', "assumption 1: low, value and high"),
        ('[[assumption]]\nwhat = "cut"\nwhy = "so"\nlow = 2\nvalue = 1\nhigh = 3', "assumption 1: low, value and high"),
    ],
)
def test_what_is_wrong_is_said(more, problem):
    from_toml(GOOD, "x.toml", NAMES)
    with pytest.raises(ScenarioError, match=problem) as error:
        from_toml(GOOD + more, "x.toml", NAMES)
    assert error.value.where == "x.toml"


@pytest.mark.parametrize(
    ("cut", "problem"),
    [
        ("[0.5, 0.2, 0.8]", "out of order"),
        ("[0.5, nan, 0.8]", "out of order"),
        ("[0.5]", "expected one share or"),
        ('["a", "b", "c"]', "expected one share or"),
        ("[0.0, 0.2, 2.0]", "cut is 0, expected more than 0.*cut is 2"),
        ("nan", "cut is nan"),
    ],
)
def test_a_cut_out_of_range_is_refused(cut, problem):
    with pytest.raises(ScenarioError, match=problem):
        from_toml(f'from = "CHN"\nmineral = "cobalt"\ncut = {cut}', "x.toml", NAMES)


def test_the_key_of_a_wrong_name_is_said():
    with pytest.raises(ScenarioError, match=r"to: JPN,Jpn: JPN is named twice") as error:
        from_toml('from = "Chnn"\nto = ["JPN", "Jpn"]\nmineral = "cobolt"\ncut = 1', "x.toml", NAMES)
    assert "from: country: 'Chnn' is not known. Did you mean Chn" in str(error.value)
    assert "Did you mean cobalt" in str(error.value)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text):
    for given_ in (text, GOOD + text):
        with suppress(ScenarioError):
            assert from_toml(given_, "x.toml", NAMES).cut.imposers
