"""Values refuse what cannot be; names are found under any form people use; errors say where, what and how to mend."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.core import errors
from monazite.core.errors import MonaziteError, UnknownCode, UsageError
from monazite.core.gazetteer import Gazetteer, fold
from monazite.core.jsonable import jsonable
from monazite.core.values import Band, Reading, Status


def test_every_error_class_is_drawn_in_the_tree():
    tree = errors.__doc__ or ""
    for name in errors.__all__:
        assert f"{name} " in tree


@pytest.mark.parametrize("bad", [(2.0, 1.0, 3.0), (1.0, 2.0, 1.5), (math.nan, 1.0, 2.0)])
def test_a_band_out_of_order_is_refused(bad):
    with pytest.raises(MonaziteError, match="out of order"):
        Band(*bad)


@pytest.mark.parametrize(("value", "status"), [(None, Status.OK), (0.5, Status.NO_TRADE), (math.nan, Status.OK)])
def test_a_reading_has_a_number_or_a_reason_never_both_or_neither(value, status):
    with pytest.raises(MonaziteError):
        Reading("hhi", value, "0-1", status)


@pytest.mark.parametrize(
    ("name", "iso3"),
    [
        ("Japan", "JPN"),
        ("jpn", "JPN"),
        ("Viet Nam", "VNM"),
        ("Turkey", "TUR"),
        ("Cote d'Ivoire", "CIV"),
        ("USA", "USA"),
    ],
)
def test_countries_are_found_under_common_names(names: Gazetteer, name, iso3):
    assert names.country(name).iso3 == iso3


def test_unknown_names_come_with_the_nearest(names: Gazetteer):
    with pytest.raises(UnknownCode, match="Did you mean Japan"):
        names.country("Jpan")
    with pytest.raises(UnknownCode, match="rare-earths"):
        names.mineral("rare-erths")


def test_a_country_named_twice_is_refused(names: Gazetteer):
    assert set(names.members("Quad")) == {"AUS", "IND", "JPN", "USA"}
    with pytest.raises(UsageError, match="JPN is named twice"):
        names.members("Japan, quad")


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_json_never_holds_a_number_that_is_none(value):
    found = jsonable([value])[0]
    assert found is None or found == value


def test_two_letter_codes_are_for_those_who_ask_and_not_for_texts(names: Gazetteer):
    assert names.members("JP,cn") == ("JPN", "CHN")
    assert names.country("IT").iso3 == "ITA"
    assert len(names.members("EU")) == 27
    for word in ("IN", "IT", "NO", "IS"):
        assert names.find_country(word) is None
    with pytest.raises(UnknownCode):
        names.country("NA")  # Namibia, or no answer
    with pytest.raises(UsageError, match="27 countries"):
        names.country("EU")


@pytest.mark.parametrize(("asked", "says"), [("quad,JPN", "JPN is named twice"), ("JPN,", "a name is missing")])
def test_a_list_of_countries_that_cannot_be_meant_is_refused(names: Gazetteer, asked: str, says: str):
    with pytest.raises(UsageError, match=says):
        names.members(asked)


def test_a_coalition_misspelt_comes_with_the_nearest(names: Gazetteer):
    with pytest.raises(UnknownCode, match="quad"):
        names.members("Quadd")
