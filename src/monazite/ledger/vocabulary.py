"""The reader's words: files beside this module -> sets and maps of lower-case lemmas, looked up by dotted name."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

__all__ = ["Vocabulary", "load_vocabulary"]

FILES = ("acts", "measures", "actors", "topics", "navigation")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Word sets by dotted name (`agree.verbs`), word maps (`names.office`), the names of the sets each word is in.

    And goods with their chapters or headings of the Harmonized System 2022 (joined by `|`, none where too many fit),
    the weights of signs by kind of claim, and by name the first and last day of each term at the head of a government.

    A name nobody defined raises KeyError: a misspelt name must never look like an empty vocabulary.
    """

    sets: Mapping[str, frozenset[str]]
    maps: Mapping[str, Mapping[str, str]]
    classes: Mapping[str, tuple[str, ...]]
    goods: Mapping[str, str]
    weights: Mapping[str, Mapping[str, float]]
    terms: Mapping[str, tuple[tuple[str, str], ...]]

    def __getitem__(self, name: str) -> frozenset[str]:
        return self.sets[name]

    def group(self, prefix: str) -> Mapping[str, frozenset[str]]:
        """All sets below a prefix, by the rest of their name."""
        return {name[len(prefix) + 1 :]: words for name, words in self.sets.items() if name.startswith(prefix + ".")}


@cache
def load_vocabulary() -> Vocabulary:
    """The vocabulary that ships with Monazite; edit the TOML files to teach it a word."""
    sets: dict[str, frozenset[str]] = {}
    maps: dict[str, Mapping[str, str]] = {}
    folder = files("monazite.ledger") / "vocabulary"
    for name in FILES:
        # only the act and measure files hold tables whose names are meant to be read bare
        prefix = name + "." if name in ("topics", "measures", "navigation") else ""
        _collect(tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")), prefix, sets, maps)
    classes: dict[str, list[str]] = {}
    for name in sorted(sets):
        for word in sets[name]:
            classes.setdefault(word, []).append(name)
    of = MappingProxyType({word: tuple(names) for word, names in classes.items()})
    goods = MappingProxyType({row["good"]: row["hs"] for row in _rows("goods")})
    maps["names.office"] = MappingProxyType({row["name"]: row["country"] for row in _rows("offices")})
    people = [(name, row) for row in _rows("people") for name in row["names"].split("|")]
    maps["names.person"] = MappingProxyType({name: row["country"] for name, row in people})
    terms: dict[str, tuple[tuple[str, str], ...]] = {}
    for name, row in people:
        terms[name] = (*terms.get(name, ()), (row["since"], row["until"]))
    rows = _rows("belief")
    kinds = [name for name in rows[0] if name != "sign"]
    weights = {k: MappingProxyType({r["sign"]: float(r[k]) for r in rows if float(r[k])}) for k in kinds}
    words, named = MappingProxyType(sets), MappingProxyType(maps)
    return Vocabulary(words, named, of, goods, MappingProxyType(weights), MappingProxyType(terms))


def _rows(name: str) -> list[dict[str, str]]:
    with (files("monazite.ledger") / "vocabulary" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _collect(
    table: Mapping[str, Any], prefix: str, sets: dict[str, frozenset[str]], maps: dict[str, Mapping[str, str]]
) -> None:
    for name, value in table.items():
        if isinstance(value, list):
            sets[prefix + name] = frozenset(value)
        elif value and all(isinstance(v, str) for v in value.values()):
            maps[prefix + name] = MappingProxyType(dict(value))
        else:
            _collect(value, f"{prefix}{name}.", sets, maps)
