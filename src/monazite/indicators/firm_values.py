"""A firm's list, what the tables hold around it, and its exposure, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from monazite.core.values import Reading, Status

__all__ = [
    "Basis",
    "Concentration",
    "FirmExposure",
    "FirmList",
    "FirmMaterial",
    "FirmSupplier",
    "Measure",
    "MeasureOn",
    "Problem",
    "Purchase",
    "Supply",
    "World",
]


class Basis(StrEnum):
    """What the lines of a material are weighed by."""

    MASS = "tonnes"
    SHARE = "share"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Purchase:
    """A line of the list, as far as it could be read.

    `material` is a mineral of the tables or the firm's own word, `stage` is '' where none is given, `country` (ISO3) is
    '' where it cannot be told. `share` is 0-1 of all purchases of the material at that stage; `value` is in the list's
    currency. What is not given or could not be read is None.
    """

    row: int
    material: str
    stage: str
    country: str
    share: float | None = None
    mass_t: float | None = None
    value: float | None = None
    supplier: str = ""
    part: str = ""
    hs: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be used of a list: row and column of the file, the cell's text, and the reason.

    `count` is how many problems it stands for: the last that is told of a column with very many stands for the rest.

    >>> print(Problem(4, "country", "Chian", "'Chian' is not known. Did you mean China?"))
    row 4, country: 'Chian' is not known. Did you mean China?
    """

    row: int
    column: str
    cell: str
    reason: str
    count: int = 1

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.reason}"


@dataclass(frozen=True, slots=True)
class FirmList:
    """A firm's list: where it was read from, its lines, their currency ('' if not stated), and what was not plain."""

    file: str
    sheet: str
    currency: str
    purchases: tuple[Purchase, ...]
    problems: tuple[Problem, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Supply:
    """The world's production or exports of a mineral at a stage in the newest year on record.

    `amounts` are (country, amount) in any one unit, `others` what the publisher counts for countries it does not list.
    """

    mineral: str
    stage: str
    kind: str
    year: int
    amounts: tuple[tuple[str, float], ...]
    others: float = 0.0
    sources: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A row of the table of trade measures. `targets` is empty for a measure against all."""

    measure_id: str
    imposers: tuple[str, ...]
    targets: tuple[str, ...]
    minerals: tuple[str, ...]
    stages: tuple[str, ...]
    goods: str
    type: str
    status: str
    as_of: str


@dataclass(frozen=True, slots=True)
class World:
    """What the tables hold around a list.

    `groups` names every mineral of the tables with the groups it is part of, `coded` are the minerals and stages with a
    trade code, `stability` is the World Bank's estimate by country in `stability_year`.
    """

    groups: Mapping[str, tuple[str, ...]]
    coded: frozenset[tuple[str, str]]
    supplies: tuple[Supply, ...]
    measures: tuple[Measure, ...]
    stability: Mapping[str, float]
    stability_year: int


@dataclass(frozen=True, slots=True)
class FirmSupplier:
    """A country's part in a material; `share` (0-1) is None where the total is not known, `names` are its firms."""

    country: str
    share: float | None
    mass_t: float | None
    value: float | None
    lines: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeasureOn:
    """A trade measure that bears on supplier `countries`; `why_not` says why it is listed and not counted."""

    measure_id: str
    goods: str
    status: str
    as_of: str
    countries: tuple[str, ...]
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Concentration:
    """How concentrated the world's production or exports are at a stage: the largest country and the HHI, both 0-1."""

    stage: str
    kind: str
    status: Status
    year: int | None = None
    largest: str = ""
    largest_share: float | None = None
    hhi: float | None = None
    sources: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class FirmMaterial:
    """A material at a stage: from whom, and how much hangs on the largest supplier country.

    `suppliers` come largest first. `unplaced_share` (0-1) is what the list does not place in a country; None where the
    total is not known. `value_at_stake` is the value bought from the largest supplier country, a lower bound where
    fewer than all `lines` are `valued`.
    """

    material: str
    stage: str
    basis: Basis
    lines: int
    suppliers: tuple[FirmSupplier, ...]
    unplaced_share: float | None
    mass_t: float | None
    value: float | None
    value_at_stake: float | None
    valued: int
    readings: tuple[Reading, ...]
    measures: tuple[MeasureOn, ...]
    world: tuple[Concentration, ...]
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FirmExposure:
    """A firm's exposure: materials ranked by value at stake, what could not be used, and what was taken how."""

    file: str
    sheet: str
    currency: str
    members: tuple[str, ...]
    materials: tuple[FirmMaterial, ...]
    problems: tuple[Problem, ...]
    notices: tuple[str, ...]
    sources: tuple[str, ...]
