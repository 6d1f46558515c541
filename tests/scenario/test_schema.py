"""The JSON schema of scenario files takes what the reader takes, and refuses the same keys, types and ranges."""

from __future__ import annotations

import json
import tomllib

import pytest
from jsonschema import Draft202012Validator

from monazite.core.errors import ScenarioError
from monazite.reference.library import library
from monazite.scenario.files import from_toml
from monazite.scenario.keys import KINDS
from monazite.scenario.schema import json_schema

SCHEMA = Draft202012Validator(json_schema())
HEAD = '[[shock]]\nmineral = "cobalt"\n'


def taken(text: str) -> bool:
    return SCHEMA.is_valid(json.loads(json.dumps(tomllib.loads(text), default=str)))


def test_it_is_a_schema_with_every_kind_and_says_what_each_key_holds():
    Draft202012Validator.check_schema(SCHEMA.schema)
    kinds = SCHEMA.schema["properties"]["shock"]["items"]["oneOf"]
    assert [k["properties"]["kind"]["const"] for k in kinds] == [*KINDS]
    assert all(key["description"] for k in kinds for key in k["properties"].values())


@pytest.mark.parametrize("name", library())
def test_the_scenarios_of_the_library_hold_it(name):
    assert taken(library()[name])


@pytest.mark.parametrize(
    ("table", "good"),
    [
        ('kind = "ban"\nfrom = "CHN"', True),
        ('kind = "cut"\nfrom = ["CHN"]\nshare = [0.1, 0.2, 1]\nstart = 2026-01-06\nstage = "ore"', True),
        ('kind = "tariff"\nrate_pct = 5\nfrom = "CHN"\nlevied_by = "exporter"', True),
        ('kind = "quota"\nfrom = "CHN"\nlimit_t_per_yr = 0', True),
        ('kind = "bann"\nfrom = "CHN"', False),
        ('kind = "ban"', False),
        ('kind = "ban"\nfrom = "CHN"\nshare = 1', False),
        ('kind = "ban"\nfrom = []', False),
        ('kind = "ban"\nfrom = ""', False),
        ('kind = "ban"\nfrom = "CHN"\nstage = "mine"', False),
        ('kind = "ban"\nfrom = "CHN"\nweeks = 0', False),
        ('kind = "ban"\nfrom = "CHN"\nweeks = 2.5', False),
        ('kind = "ban"\nfrom = "CHN"\nramp_weeks = "2"', False),
        ('kind = "cut"\nfrom = "CHN"\nshare = 0', False),
        ('kind = "cut"\nfrom = "CHN"\nshare = 1.1', False),
        ('kind = "cut"\nfrom = "CHN"\nshare = [0.1, 0.2]', False),
        ('kind = "tariff"\nrate_pct = 5\nfrom = "CHN"\nlevied_by = "both"', False),
    ],
)
def test_it_agrees_with_the_reader(names, table, good):
    assert taken(HEAD + table) == good
    try:
        from_toml(HEAD + table, "x.toml", names)
    except ScenarioError:
        assert not good
