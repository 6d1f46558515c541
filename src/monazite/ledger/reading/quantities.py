"""Words -> quantities, each in one unit, and whether two of them can be one number told by two reports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["CURRENCIES", "Quantity", "quantities", "rounded", "slipped"]

_MONEY = {
    "$": "$ US$ USD dollar dollars", "EUR": "€ EUR euro euros", "GBP": "£ GBP pound pounds", "JPY": "¥ JPY yen",
    "CNY": "CNY RMB yuan renminbi", "INR": "₹ Rs Rs. INR rupee rupees", "IDR": "Rp IDR rupiah", "KRW": "₩ KRW won",
    "A$": "A$", "C$": "C$", "S$": "S$", "NZ$": "NZ$",
}  # fmt: skip
_SIGNS = {sign: unit for unit, signs in _MONEY.items() for sign in signs.split()}
CURRENCIES = frozenset(_SIGNS)
"""How reports write currencies."""
_MEASURES = {
    "%": ("%", 1.0), "percent": ("%", 1.0), "per cent": ("%", 1.0), "percentage point": ("points", 1.0),
    "tonne": ("t", 1.0), "ton": ("t", 1.0), "mt": ("t", 1.0), "kt": ("t", 1e3), "Mt": ("t", 1e6), "kg": ("t", 1e-3),
    "barrel": ("barrels", 1.0), "kilometre": ("km", 1.0), "kilometer": ("km", 1.0), "km": ("km", 1.0),
    "MW": ("MW", 1.0), "GW": ("MW", 1e3), "megawatt": ("MW", 1.0), "gigawatt": ("MW", 1e3),
}  # fmt: skip
_UNITS = _MEASURES | {f"{u}s": v for u, v in _MEASURES.items()} | {s: (u, 1.0) for s, u in _SIGNS.items()}
_SCALES = {
    "thousand": 1e3, "lakh": 1e5, "million": 1e6, "mn": 1e6, "m": 1e6, "crore": 1e7, "billion": 1e9, "bn": 1e9,
    "trillion": 1e12,
}  # fmt: skip
_SHARES = {"half": 50.0, "a third": 33.0, "a quarter": 25.0, "a fifth": 20.0}
_TIMES = frozenset(
    [
        "year",
        "years",
        "month",
        "months",
        "week",
        "weeks",
        "day",
        "days",
        "hour",
        "hours",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "and",
        "or",
        "to",
        "of",
        "in",
        "on",
        "for",
        "by",
        "at",
        "the",
        "from",
        "than",
        "a",
    ]
)


def _one_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


_QUANTITY = re.compile(
    rf"(?P<former>\bfrom\s+)?(?P<sign>{_one_of(_SIGNS)})?\s?(?<![\w.,:+-])(?P<number>\d+(?:,\d\d\d?)*(?:\.\d+)?)(?![\d+])"
    rf"(?:[\s-]?(?P<scale>{_one_of(_SCALES)})\b)?"
    rf"(?:[\s-]*(?:U\.?S\.?\s|metric\s)?(?P<unit>{_one_of(_UNITS)})(?!\w))?"
    r"(?P<each>\s+(?:per|an?|the)\s+(?:metric\s+)?(?:tonne|ton|barrel|kilo|kg)\b)?"
    r"(?P<thing>(?:\s+[a-z]+){1,2})?"
)
_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NAMED = re.compile(rf"(?<![\w-])(?:{_one_of(_NUMBERS)})(?= [a-z])", re.IGNORECASE)
_ONE = re.compile(
    r"(?<!half )(?<!half-)\b(?:an?|one) (?P<hundred>hundred )?(?=(?:thousand|million|billion|trillion)\b)"
)
_HALF = re.compile(
    rf"\bhalf[- ]a?[- ]?(?P<scale>million|billion|trillion)[- ](?P<unit>{_one_of(_UNITS)})\b", re.IGNORECASE
)
_SHARE = re.compile(rf"\b(?P<share>{_one_of(_SHARES)}) (?:of|its|their)\b")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a unit: money by its currency, a price with "/t", shares in %, masses in t; what is only counted by
    its noun ("#ships").

    `figures` it is given with: 553 million has three, 500 one. `former` for what it was: "from 150%".
    """

    unit: str
    number: float
    figures: int
    former: bool = False

    def __str__(self) -> str:
        scale = next((name for name in ("trillion", "billion", "million") if self.number >= _SCALES[name]), "")
        number, unit = f"{self.number / _SCALES.get(scale, 1):,.10g} {scale}".strip(), self.unit.lstrip("#")
        return f"{unit}{number}" if unit.endswith("$") else f"{number} {unit}"


def quantities(text: str) -> Iterator[Quantity]:
    """The quantities of a text in order.

    >>> [(q.unit, q.number, q.figures) for q in quantities("EUR 12 billion for 24 ships, half of it at 4.5 per cent")]
    [('EUR', 12000000000.0, 2), ('#ships', 24.0, 2), ('%', 4.5, 2), ('%', 50.0, 1)]
    >>> [str(q) for q in quantities("more than a billion dollars each, and a hundred million euros")]
    ['$1 billion', '100 million EUR']
    """
    said = _ONE.sub(lambda m: "100 " if m["hundred"] else "1 ", text)
    for m in _QUANTITY.finditer(_NAMED.sub(lambda m: str(_NUMBERS.index(m.group().lower()) + 2), said)):
        unit, factor = _UNITS.get(m["unit"] or m["sign"] or "", ("", 1.0))
        unit, digits = unit or _counted(m), m["number"].replace(",", "")
        if unit:
            whole = digits.replace(".", "").lstrip("0")
            number = float(digits) * _SCALES.get(m["scale"] or "", 1.0) * factor
            figures = len(whole if "." in digits else whole.rstrip("0"))
            priced = m["each"] and unit in _MONEY
            yield Quantity(
                f"{unit}/{m['each'].split()[-1]}" if priced else unit,
                number,
                max(figures, 1),
                m["former"] is not None,
            )
    for m in _HALF.finditer(text):
        unit, factor = _UNITS[m["unit"].lower()]
        yield Quantity(unit, 0.5 * _SCALES[m["scale"].lower()] * factor, 1)
    for m in _SHARE.finditer(text):
        yield Quantity("%", _SHARES[m["share"]], 1)


def _counted(match: re.Match[str]) -> str:
    """The noun of a count, the last of two plain words; no year, day or duration is one."""
    words = (match["thing"] or "").split()
    if len(words) > 1 and words[1] in _TIMES:
        words = words[:1]
    if not words or words[0] in _TIMES or words[-1] in _TIMES or float(match["number"].replace(",", "")) < 3:
        return ""
    return f"#{words[-1]}"


def rounded(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities of one unit can be one: equal, or the one with fewer figures is the other rounded.

    >>> exact, round_, other = (next(quantities(t)) for t in ("49,000 cars", "50,000 cars", "52,000 cars"))
    >>> rounded(exact, round_), rounded(exact, other)
    (True, False)
    """
    if a.number == b.number:
        return True
    fine, coarse = (a, b) if a.figures >= b.figures else (b, a)
    gap = abs(a.number - b.number) / max(a.number, b.number)
    step = 10.0 ** (len(str(int(coarse.number))) - coarse.figures)
    return fine.figures > coarse.figures and gap <= 0.1 and abs(a.number - b.number) <= step / 2


def slipped(a: Quantity, b: Quantity) -> bool:
    """Whether one of two quantities of one unit looks like the other told wrong: figures swapped, or a tenth apart."""
    same = sorted(f"{a.number:.0f}") == sorted(f"{b.number:.0f}") and min(a.figures, b.figures) > 1
    return same or abs(a.number - b.number) <= 0.1 * max(a.number, b.number)
