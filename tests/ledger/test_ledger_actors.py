"""Words for actors: countries by any name, capitals as metonyms, people by title, both parties by "the two sides"."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from monazite.core.gazetteer import Coalition, Gazetteer
from monazite.ledger.reading.actors import coalition_code, find_names, find_people, name_index, parties_of
from monazite.ledger.values import Ledger
from monazite.ledger.vocabulary import load_vocabulary


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("South Korea and the DRC", ["KOR", "COD"]),
        ("U.S. officials told us", ["USA"]),
        ("talks in the South China Sea", []),
        ("Beijing and Brussels", ["CHN", "EU"]),
        ("the Indian Navy", ["IND"]),
        ("the Indian Ocean", []),
        ("India-Japan ties", ["IND", "JPN"]),
        ("Viet Nam's ministry", ["VNM"]),
        ("turkey and chad with georgia", []),
        ("The White House said", ["USA"]),
    ],
)
def test_names(names: Gazetteer, text: str, codes: list[str]) -> None:
    found = find_names(text, name_index(names, load_vocabulary()))
    assert [c for n in found for c in n.codes if n.kind != "mineral"] == codes


@pytest.mark.parametrize(
    ("text", "person", "code"),
    [
        ("Japanese Foreign Minister Toshimitsu Motegi said", "Toshimitsu Motegi", "JPN"),
        ("Chile's Mining Minister Aurora Williams said", "Aurora Williams", "CHL"),
        ("External Affairs Minister S. Jaishankar met", "S. Jaishankar", "IND"),
        ("President of Indonesia Prabowo Subianto said", "Prabowo Subianto", "IDN"),
        ("Penny Wong, Australia's foreign minister, said", "Penny Wong", "AUS"),
        ("a letter from US President Joe Biden. Modi said", "Joe Biden", "USA"),
        ("Colombia's Foreign Minister Claudia Blum also said", "Claudia Blum", "COL"),
        ("US Vice President J. D. Vance said", "J. D. Vance", "USA"),
    ],
)
def test_people(names: Gazetteer, text: str, person: str, code: str) -> None:
    index = name_index(names, load_vocabulary())
    assert (person, code) in {(p.name, p.code) for p in find_people(text, find_names(text, index), index)}


def test_parties_are_those_named_side_by_side(names: Gazetteer) -> None:
    index = name_index(names, load_vocabulary())
    texts = ["India and Japan met. China was not there.", "The India-Japan dialogue", "China and Russia"]
    assert parties_of([(t, find_names(t, index)) for t in texts]) == ("IND", "JPN")
    assert parties_of([("China said", find_names("China said", index))]) == ()


def test_a_coalition_goes_by_its_short_name() -> None:
    assert coalition_code(Coalition("eu27", "European Union", (), ("EU", "EU-27"))) == "EU"
    assert coalition_code(Coalition("quad", "Quadrilateral Security Dialogue", (), ("Quad",))) == "Quad"


@pytest.mark.parametrize(
    ("sentence", "actors", "partners"),
    [
        ("The two sides agreed to open a hotline.", ("AUS", "KOR"), ()),
        ("The Ministers agreed to open a hotline.", ("AUS", "KOR"), ()),
        ("Wong agreed to open a hotline.", ("AUS",), ()),
        ("Seoul pledged to supply ships to Australia.", ("KOR",), ("AUS",)),
        ("Australia agreed with Chile to share mine data.", ("AUS",), ("CHL",)),
        ("Canberra will provide lithium for Korean batteries.", ("AUS",), ("KOR",)),
        ("Australia undertook to open a hotline by the end of May.", ("AUS",), ()),
        ("On Wednesday Australia and the Republic of Korea agreed to open a hotline.", ("AUS", "KOR"), ()),
        ("The two ministries agreed to open a hotline.", ("AUS", "KOR"), ()),
    ],
)
def test_who_undertakes(
    read: Callable[..., Ledger], sentence: str, actors: tuple[str, ...], partners: tuple[str, ...]
) -> None:
    lead = "South Korea and Australia held talks in Seoul. Australian Foreign Minister Penny Wong met reporters.\n\n"
    (found,) = read(a=lead + sentence).commitments
    assert (found.actors, found.partners) == (actors, partners)
