"""Names -> codes: countries, coalitions, minerals and sea passages by any name people use for them."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from monazite.core.errors import UnknownCode, UsageError

__all__ = ["REST", "Coalition", "Country", "Gazetteer", "Mineral", "Passage", "fold", "nearest"]

REST = "ROW"
"""The label of all countries together that do not stand alone."""


def fold(name: str) -> str:
    """The form under which names are compared: no case, accents, hyphens or doubled spaces.

    >>> fold("Côte  d’Ivoire"), fold("rare-earths")
    ("cote d'ivoire", 'rare earths')
    """
    plain = unicodedata.normalize("NFKD", name.replace("’", "'")).encode("ascii", "ignore").decode()
    return " ".join(plain.replace("-", " ").replace("_", " ").casefold().split())


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory: ISO 3166-1 alpha-3 code, name, and how texts speak of it.

    `iso2` is its alpha-2 code. No text is read for those: too many are words (IN, IT, NO).
    """

    iso3: str
    name: str
    aliases: tuple[str, ...] = ()
    demonyms: tuple[str, ...] = ()
    capital: str = ""
    iso2: str = ""


@dataclass(frozen=True, slots=True)
class Coalition:
    """A named group of countries, members as ISO 3166 alpha-3."""

    id: str
    name: str
    members: tuple[str, ...]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mineral:
    """A material that Monazite follows through its stages, and the names it goes by.

    `hs` are the trade codes of its own, `mixed_hs` those it shares with other materials. `everyday` are those of its
    names that are ordinary words too: a text that says "lead" need not mean the metal. `part_of` is the group it
    belongs to.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    hs: tuple[str, ...] = ()
    mixed_hs: tuple[str, ...] = ()
    everyday: tuple[str, ...] = ()
    part_of: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A strait or canal that ships go through."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All names Monazite knows. Look-ups raise `UnknownCode` with the nearest names.

    >>> g = Gazetteer((Country("JPN", "Japan", demonyms=("Japanese",)),), (), ())
    >>> g.country("japan").iso3, g.country("JPN").iso3
    ('JPN', 'JPN')
    >>> g.country("Jpan")
    Traceback (most recent call last):
    monazite.core.errors.UnknownCode: country: 'Jpan' is not known. Did you mean Japan?
    """

    countries: tuple[Country, ...]
    coalitions: tuple[Coalition, ...]
    minerals: tuple[Mineral, ...]
    passages: tuple[Passage, ...] = ()
    _country: MappingProxyType[str, Country] = field(init=False, repr=False, compare=False)
    _iso2: MappingProxyType[str, Country] = field(init=False, repr=False, compare=False)
    _coalition: MappingProxyType[str, Coalition] = field(init=False, repr=False, compare=False)
    _mineral: MappingProxyType[str, Mineral] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_country = {fold(n): c for c in self.countries for n in (*c.aliases, c.name, c.iso3)}
        # NA is left out: it stands for no answer at least as often as for Namibia.
        by_iso2 = {c.iso2: c for c in self.countries if c.iso2 and c.iso2 != "NA"}
        by_coalition = {fold(n): c for c in self.coalitions for n in (*c.aliases, c.name, c.id)}
        by_mineral = {fold(n): m for m in self.minerals for n in (*m.aliases, m.name, m.id)}
        object.__setattr__(self, "_country", MappingProxyType(by_country))
        object.__setattr__(self, "_iso2", MappingProxyType(by_iso2))
        object.__setattr__(self, "_coalition", MappingProxyType(by_coalition))
        object.__setattr__(self, "_mineral", MappingProxyType(by_mineral))

    def __reduce__(self) -> tuple[Any, ...]:
        """What another process makes it of again: look-ups cannot be sent."""
        return type(self), (self.countries, self.coalitions, self.minerals, self.passages)

    def country(self, name: str) -> Country:
        """The country of a name, an alias or an ISO code, alpha-3 or alpha-2, as someone asks for it."""
        found = self.find_country(name) or self.find_iso2(name)
        if found is None and (group := self._coalition.get(fold(name))):
            raise UsageError(name, f"is {len(group.members)} countries, expected one", "name one of its members")
        if found is None:
            raise UnknownCode("country", name, nearest(name, (n for c in self.countries for n in (c.name, *c.aliases))))
        return found

    def find_country(self, name: str) -> Country | None:
        """The country of a name, an alias or an alpha-3 code as texts have it; None for another name."""
        return self._country.get(fold(name))

    def find_iso2(self, code: str) -> Country | None:
        """The country of an alpha-2 code; None for another word. Not for words of a text."""
        return self._iso2.get(code.strip().upper())

    def find_coalition(self, name: str) -> Coalition | None:
        """The coalition of a name or alias; None for another name."""
        return self._coalition.get(fold(name))

    def mineral(self, name: str) -> Mineral:
        """The mineral of a name or alias."""
        found = self.find_mineral(name)
        if found is None:
            near = nearest(name, (n for m in self.minerals for n in (m.name, m.id, *m.aliases)))
            known = ", ".join(sorted(m.id for m in self.minerals))
            raise UnknownCode("mineral", name, near, "" if near else f"known are: {known}")
        return found

    def find_mineral(self, name: str) -> Mineral | None:
        """The mineral of a name or alias; None for a name that is none, without looking for near ones."""
        return self._mineral.get(fold(name))

    def groups(self) -> dict[str, tuple[str, ...]]:
        """The groups that each mineral is part of, the smallest first.

        >>> two = Mineral("neodymium", "Neodymium", part_of="rare-earths"), Mineral("rare-earths", "Rare earths")
        >>> Gazetteer((), (), two).groups()
        {'neodymium': ('rare-earths',), 'rare-earths': ()}
        """
        above = {m.id: m.part_of for m in self.minerals}

        def around(mineral: str) -> tuple[str, ...]:
            group = above.get(mineral, "")
            return (group, *around(group)) if group else ()

        return {mineral: around(mineral) for mineral in above}

    def passage(self, name: str) -> Passage:
        """The sea passage of an id or name."""
        by_name = {fold(n): p for p in self.passages for n in (p.id, p.name)}
        if found := by_name.get(fold(name)):
            return found
        near = nearest(name, by_name)
        known = ", ".join(p.id for p in self.passages) or "none"
        raise UnknownCode("sea passage", name, near, "" if near else f"known are: {known}")

    def minerals_in(self, text: str, everyday: bool = False) -> tuple[Mineral, ...]:
        """The minerals a text names; those it names only by an everyday word count where `everyday` says so."""
        words = fold(text)
        return tuple(
            m
            for m in self.minerals
            for names in [{fold(n) for n in (m.name, *m.aliases)} - {fold(n) for n in m.everyday if not everyday}]
            if any(re.search(rf"\b{re.escape(n)}\b", words) for n in names)
        )

    def members(self, name: str) -> tuple[str, ...]:
        """The ISO3 codes behind a country, a coalition, or a list of either joined by commas or plus signs.

        Naming a country twice is refused: it would be counted twice, or nobody knows what was meant.
        """
        parts = [p.strip() for p in name.replace("+", ",").split(",")]
        if not all(parts):
            raise UsageError(repr(name), "a name is missing", "name countries or coalitions joined by commas")
        codes: list[str] = []
        for part in parts:
            coalition = self.find_coalition(part)
            codes += coalition.members if coalition else [self._party(part).iso3]
        twice = sorted({c for c in codes if codes.count(c) > 1})
        if twice:
            raise UsageError(name, f"{', '.join(twice)} is named twice", "name each country once")
        return tuple(codes)

    def _party(self, name: str) -> Country:
        """A country, where a coalition might have been named as well."""
        found = self.find_country(name) or self.find_iso2(name)
        if found is None:
            groups = (n for c in self.coalitions for n in (c.name, c.id, *c.aliases))
            known = (*(n for c in self.countries for n in (c.name, *c.aliases)), *groups)
            raise UnknownCode("country", name, nearest(name, known))
        return found

    def names_of(self, codes: tuple[str, ...]) -> str:
        """The plain names of ISO3 codes, or of the coalition they make up together.

        >>> four = Coalition("quad", "the Quad", ("AUS", "IND"))
        >>> Gazetteer((), (four,), ()).names_of(("IND", "AUS"))
        'the Quad'
        """
        together = next((c.name for c in self.coalitions if set(c.members) == set(codes)), None)
        return together or ", ".join(self.name_of(c) for c in codes)

    def name_of(self, iso3: str) -> str:
        """The plain name of an ISO3 code or of the rest of the world; the code itself for one that has no name."""
        found = self._country.get(fold(iso3))
        return found.name if found else "rest of the world" if iso3 == REST else iso3


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Up to three known names that look like a name, best first.

    >>> nearest("Jpan", ["Japan", "Peru"])
    ['Japan']
    """
    folded = {fold(k): k for k in known}
    close = difflib.get_close_matches(fold(name), folded, n=3, cutoff=0.7)
    return [folded[k] for k in close]
