"""The words firms write in their lists: names of columns, units, stages -> what Monazite calls them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monazite.core.gazetteer import fold
from monazite.core.text import printable
from monazite.core.values import Stage

__all__ = ["BILL", "CURRENCIES", "FIRM", "STAGES", "TONNES", "Form", "Header", "header_of", "missing"]

_LONGEST = 60  # characters kept of a name
_CURRENCIES = "aud brl cad chf cny dkk eur gbp inr jpy krw mxn myr nok nzd pln sek sgd twd usd zar"
CURRENCIES = frozenset(_CURRENCIES.split())
"""Codes that are read as a currency in the name of a column; the cells of a currency column may hold any other."""

TONNES: Mapping[str, float] = {
    **dict.fromkeys(("t", "tonne", "tonnes", "metric ton", "metric tons", "metric tonne", "metric tonnes"), 1.0),
    **dict.fromkeys(("kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "kilogramme", "kilogrammes"), 1e-3),
    **dict.fromkeys(("g", "gram", "grams", "gramme", "grammes"), 1e-6),
    **dict.fromkeys(("kt", "kilotonne", "kilotonnes"), 1e3),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), 0.45359237e-3),
}
"""Tonnes in one unit of mass. 'ton' and 'mt' are none: they mean different masses to different people."""

_STAGES = {
    Stage.ORE: "ore ores concentrate concentrates mine mined mining",
    Stage.REFINED: "refined refining oxide oxides compound compounds chemical chemicals salt salts carbonate hydroxide",
    Stage.METAL: "metal metals alloy alloys unwrought ingot ingots cathode cathodes",
    Stage.COMPONENT: "component components magnet magnets wafer wafers",
}
STAGES: Mapping[str, str] = {word: str(stage) for stage, words in _STAGES.items() for word in words.split()}
"""What a stage is called."""

_NAMES = {
    "material": "material, materials, mineral, commodity, raw material, substance, element",
    "country": "country, origin, supplier country, country of supplier, country of origin, origin country, "
    "source country, country of supply, sourced from, country code, iso3, iso",
    "share": "share, share of purchases, share of supply, purchase share, supply share, fraction",
    "percent": "percent, percentage, per cent, pct, %, share %, share pct, share percent, % of purchases, % of supply",
    "amount": "amount, quantity, qty, volume, mass, weight, tonnage",
    "unit": "unit, units, uom, unit of measure",
    "value": "value, spend, spending, cost, purchase value, annual spend, annual value",
    "currency": "currency, currency code",
    "stage": "stage, form, processing stage",
    "supplier": "supplier, supplier name, vendor, vendor name, company",
    "part": "part, use, part/use, use/part, component, application, product, used in",
    "hs": "hs, hs code, hs6, hs number, tariff code, customs code, commodity code",
}
_BILL_NAMES = {
    **{column: _NAMES[column] for column in ("material", "stage", "unit", "hs")},
    "amount": f"{_NAMES['amount']}, content",
    "part": f"item, line, {_NAMES['part']}",
    "weeks": "weeks, lead time weeks, lead weeks, lead time in weeks",
}
_WANTED = {
    "material": "the material (material, mineral, commodity, raw material)",
    "country": "the supplier country (country, origin, supplier country, sourced from)",
    "amount": "how much is bought (share, percent, amount or tonnes with a unit, or value)",
}
_WANTED_OF_BILL = {
    "part": "the item (item, part, component, line)",
    "material": _WANTED["material"],
    "amount": "how much of it one unit holds (amount, mass or weight with a unit, or kg)",
}


@dataclass(frozen=True, slots=True)
class Header:
    """Where each column stands and what it is called in the file; unit and currency as far as names tell them.

    `at` has 'share' for shares and percents alike; `percent` says which. `width` counts the columns up to the last one
    with a name, `twice` are those that mean the same.
    """

    at: Mapping[str, int]
    called: Mapping[str, str]
    width: int = 0
    percent: bool = False
    unit: str = ""
    currency: str = ""
    twice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """What the columns of a kind of list are called, and those it needs with what each is; `any_of` needs one."""

    columns: Mapping[str, str]
    wanted: Mapping[str, str]
    any_of: tuple[str, ...]


def _form(names: Mapping[str, str], wanted: Mapping[str, str], any_of: tuple[str, ...]) -> Form:
    return Form({name: column for column, of in names.items() for name in of.split(", ")}, wanted, any_of)


FIRM = _form(_NAMES, _WANTED, ("share", "amount", "value"))
"""A firm's list of purchases."""

BILL = _form(_BILL_NAMES, _WANTED_OF_BILL, ("amount",))
"""A bill of materials."""


def header_of(cells: Sequence[str], form: Form = FIRM) -> Header:
    """The columns that a row names, whatever their case.

    >>> found = header_of(["Raw material", "Origin", "Quantity (kg)", "value_usd"])
    >>> found.called, found.unit, found.currency
    ({'material': 'Raw material', 'country': 'Origin', 'amount': 'Quantity (kg)', 'value': 'value_usd'}, 'kg', 'USD')
    """
    at: dict[str, int] = {}
    called: dict[str, str] = {}
    told: dict[str, str] = {}
    twice = []
    for i, raw in enumerate(cells):
        cell = " ".join(printable(raw).split())[:_LONGEST]
        column, suffix = _column(cell, form.columns)
        if not column:
            continue
        kept = "share" if column == "percent" else column
        if kept in at:
            twice.append(f"{called[kept]!r} and {cell!r} are both {form.wanted.get(kept, kept)}")
            continue
        at[kept], called[kept], told[column] = i, cell, suffix
    width = max((i for i, cell in enumerate(cells, start=1) if cell.strip()), default=0)
    unit, currency = told.get("amount", ""), told.get("value", "").upper()
    return Header(at, called, width, "percent" in told, unit, currency, tuple(twice))


def missing(header: Header, form: Form = FIRM) -> list[str]:
    """What a header lacks, in words."""
    lacks = [k for k in form.wanted if k not in header.at and k != "amount"]
    lacks += [] if set(form.any_of) & set(header.at) else ["amount"]
    return [f"no column for {form.wanted[k]}" for k in lacks]


def _column(cell: str, columns: Mapping[str, str]) -> tuple[str, str]:
    """The column a name stands for, with the unit or currency it carries."""
    name = fold(re.sub(r"[()\[\],:*]", " ", cell))
    if name in columns:
        return columns[name], ""
    if name in TONNES:
        return "amount", name
    if name in CURRENCIES:
        return "value", name
    words = name.split()
    for last in (1, 2):
        base, suffix = columns.get(" ".join(words[:-last])), " ".join(words[-last:])
        if base == "amount" and suffix in TONNES:
            return base, suffix
        if base in ("amount", "value") and suffix in CURRENCIES:
            return "value", suffix
    return "", ""
