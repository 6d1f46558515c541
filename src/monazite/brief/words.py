"""Numbers, ranges, dates and names -> the words a reader sees. Ranges stay ranges; no data stays no data."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date

from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Band, Reading, Stage, Status
from monazite.ledger.values import Window

__all__ = [
    "GOODS",
    "band",
    "countries",
    "country",
    "day",
    "label",
    "mineral",
    "named",
    "no_data",
    "number",
    "numbers",
    "one_line",
    "pct",
    "pct_band",
    "plural",
    "reading",
    "residual",
    "sentence",
    "signed_band",
    "spoken",
    "tonnes",
    "window",
]

MINUS = "−"
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]+")
_CODE = re.compile(r"\b[A-Z]{3}\b")
_WITH_ARTICLE = (
    "rest of ",
    "United ",
    "Netherlands",
    "Philippines",
    "Bahamas",
    "Gambia",
    "Maldives",
    "Czech Rep",
    "Democratic ",
)
GOODS = {Stage.ORE: "ore", Stage.REFINED: "refined goods", Stage.METAL: "metal", Stage.COMPONENT: "components"}
_LABELS = {
    "hhi": "Concentration (HHI)",
    "geopolrisk": "GeoPolRisk score",
    "sigma": "Switching of suppliers (σ)",
    "eta": "Demand by price (η)",
    "epsilon": "Supply by price (ε)",
    "spare": "Spare capacity",
    "latent": "Room for new suppliers",
    **{f"cover_{stage}": f"Stock of {goods}" for stage, goods in GOODS.items()},
    "catch_up": "Catching up",
    "contract_rate": "Pace of changing sources",
    "price_slope": "Price by shortage",
    "freight_share": "Freight between partners",
    "loss_factor": "Loss by shortage",
    "interest_share": "Interest",
    "tied": "Output tied to the mineral",
    "buffer": "Stock of finished parts",
}
_REASONS = {
    Status.NO_PRODUCTION: "no production is recorded in the tables",
    Status.NO_TRADE: "no trade is recorded in the tables",
    Status.NO_CODE: "the tables hold no trade code for this",
    Status.NO_CONTENT: "no content factor is known to compare it with production",
    Status.NO_SUPPLY: "more was exported than was mined and imported",
    Status.NO_LANE: "no sea lane is recorded in the tables",
    Status.TOO_FEW_YEARS: "too few years are on record",
    Status.NOT_PUBLISHED: "nobody publishes it",
    Status.INCOMPLETE: "the list does not tell all of it",
    Status.UNKNOWN_MATERIAL: "the tables do not know this material",
}


def one_line(text: str, width: int = 0) -> str:
    """Text on one line without control characters or direction marks; cut at a word with an ellipsis when too wide.

    >>> one_line("joint working group\\n on critical minerals", 24)
    'joint working group on…'
    """
    flat = " ".join(_UNSAFE.sub(" ", text).split())
    if not width or len(flat) <= width:
        return flat
    head = flat[: width - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[width // 2 :] else head).rstrip(" ,;:(") + "…"


def number(value: float) -> str:
    """A number with three significant figures and thousands marks.

    >>> number(12345.6), number(0.04567), number(0), number(-8.25)
    ('12,300', '0.0457', '0', '−8.25')
    """
    if value == 0:
        return "0"
    places = 2 - math.floor(math.log10(abs(value)))
    shown = f"{abs(round(value, places)):,.{max(places, 0)}f}"
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return (MINUS if value < 0 else "") + shown


def numbers(*values: float) -> tuple[str, ...]:
    """The numbers of one range, each to three significant figures; what the largest has no digit for is 0.

    >>> numbers(0.00049, 17.2, 529), numbers(-0.0003, 599), numbers(0.0, 0.004)
    (('0', '17.2', '529'), ('0', '599'), ('0', '0.004'))
    """
    least = max(map(abs, values)) / 1000
    return tuple(number(value if abs(value) >= least else 0.0) for value in values)


def pct(share: float) -> str:
    """A share (0-1) in per cent; what is not zero never shows as zero.

    >>> pct(0.625), pct(0.041), pct(0.0002), pct(0.0), pct(-0.02)
    ('62%', '4.1%', 'under 0.1%', '0%', '−2%')
    """
    value = abs(100 * share)
    if 0 < value < 0.05:
        return "under 0.1%" if share > 0 else f"over {MINUS}0.1%"
    shown = f"{value:.1f}".removesuffix(".0") if value < 9.95 else f"{value:.0f}"
    return f"{MINUS if share < 0 else ''}{shown}%"


def pct_band(shares: Band) -> str:
    """A band of shares as a range in per cent, 'about' where its ends look the same.

    >>> pct_band(Band(0.34, 0.5, 0.61)), pct_band(Band(0.0, 0.02, 0.041)), pct_band(Band(0.5, 0.5, 0.501))
    ('34–61%', '0–4.1%', 'about 50%')
    >>> pct_band(Band(-0.02, 0.0, 0.041)), pct_band(Band(0.0, 0.0001, 0.0002))
    ('−2% to 4.1%', '0–0.1%')
    """
    low, high = pct(shares.low), pct(shares.high)
    if low == high:
        return low if shares.low == shares.high or " " in low else f"about {low}"
    if MINUS in low + high:
        return f"{low} to {high}"
    return f"{'0' if ' ' in low else low.removesuffix('%')}–{high.removeprefix('under ')}"


def band(values: Band, unit: str = "") -> str:
    """A band as a range of numbers and its unit.

    >>> band(Band(1240, 1500, 2412), "t"), band(Band(2, 2, 2.001)), band(Band(0.0004, 17, 529))
    ('1,240–2,410 t', 'about 2', '0–529')
    """
    low, high = numbers(values.low, values.high)
    joint = " to " if MINUS in low + high else "–"
    shown = (low if values.low == values.high else f"about {low}") if low == high else f"{low}{joint}{high}"
    return f"{shown} {unit}".rstrip()


def signed_band(values: Band | None, unit: str = "%") -> str:
    """A band of changes, each end with its sign; per cent above ten in whole numbers. None: nothing is left to price.

    >>> signed_band(Band(-2, 18, 95.4)), signed_band(Band(0, 4, 9)), signed_band(Band(902, 1530, 2474), " t")
    ('−2% to +95%', '0% to +9%', '+902 to +2,470 t')
    """
    if values is None:
        return "no price: nothing is left to buy"
    ends = []
    for value in (values.low, values.high):
        shown = pct(value / 100).removesuffix("%") if unit == "%" else number(value)
        ends.append(f"{'+' if value > 0 and ' ' not in shown else ''}{shown}")
    if ends[0] == ends[1]:
        return f"{'' if values.low == values.high else 'about '}{ends[0]}{unit}"
    return f"{ends[0]}{unit if unit == '%' else ''} to {ends[1]}{unit}"


def tonnes(value: float | None) -> str:
    """Tonnes, or that there is no figure."""
    return "no data" if value is None else f"{number(value)} t"


def no_data(status: Status) -> str:
    """Why there is no number.

    >>> no_data(Status.NO_TRADE)
    'no data: no trade is recorded in the tables'
    """
    return f"no data: {_REASONS.get(status, status.value)}"


def reading(item: Reading) -> str:
    """A reading's number or range, or the reason why there is none; never a zero in place of no data.

    >>> reading(Reading("import reliance", 0.5, "share", band=Band(0.34, 0.5, 0.61)))
    '34–61%'
    """
    if item.value is None:
        return no_data(item.status)
    if item.unit == "share":
        return pct_band(item.band) if item.band else pct(item.value)
    return band(item.band) if item.band else number(item.value)


def label(name: str) -> str:
    """A reading's or assumption's plain name.

    >>> label("cover_refined"), label("ramp_weeks of shock 2")
    ('Stock of refined goods', 'Ramp weeks of shock 2')
    """
    return _LABELS.get(name.lower(), sentence(name.replace("_", " ")))


def day(when: date | None) -> str:
    """A date in words.

    >>> day(date(2026, 1, 6)), day(None)
    ('6 January 2026', 'no date given')
    """
    return f"{when.day} {when:%B %Y}" if when else "no date given"


def _short(when: date) -> str:
    return f"{when.day} {when:%b %Y}"


def residual(share: float) -> str:
    """A residual as a power of ten, which is what a reader needs of it.

    >>> residual(3.1e-13), residual(0.0)
    ('3·10⁻¹³', '0')
    """
    if share == 0:
        return "0"
    digits, power = f"{share:.0e}".split("e")
    return f"{digits}·10{str(int(power)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def window(due: Window | None) -> str:
    """The days a due window spans, in short.

    >>> window(Window("first half of 2026", date(2026, 1, 1), date(2026, 6, 30)))
    '1 Jan – 30 Jun 2026'
    >>> window(Window("by March", None, date(2026, 3, 31)))
    'by 31 Mar 2026'
    """
    if due is None or (due.start is None and due.end is None):
        return "no date"
    if due.start is None or due.end is None:
        return f"by {_short(due.end)}" if due.end else f"from {_short(due.start or date.min)}"
    if due.start == due.end:
        return _short(due.start)
    first = f"{due.start.day} {due.start:%b}" if due.start.year == due.end.year else _short(due.start)
    return f"{first} – {_short(due.end)}"


def sentence(text: str) -> str:
    """Text that begins with a capital, as a sentence does.

    >>> sentence("joint working group")
    'Joint working group'
    """
    return text[:1].upper() + text[1:]


def spoken(names: Iterable[str], last: str = "and") -> str:
    """Names joined as in speech.

    >>> spoken(["Japan", "India", "France"]), spoken([])
    ('Japan, India and France', '')
    """
    items = list(names)
    return f" {last} ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def plural(count: int, noun: str, nouns: str = "") -> str:
    """A count and its noun; 'no' for none.

    >>> plural(1, "country", "countries"), plural(3, "report"), plural(0, "report")
    ('1 country', '3 reports', 'no reports')
    """
    return f"{count or 'no'} {noun if count == 1 else nouns or noun + 's'}"


def country(iso3: str, gazetteer: Gazetteer) -> str:
    """A country's name as it stands in a sentence."""
    name = one_line(gazetteer.name_of(iso3))
    return f"the {name}" if name.startswith(_WITH_ARTICLE) else name


def countries(codes: Iterable[str], gazetteer: Gazetteer) -> str:
    """Country names as in speech; countries that make up a coalition go by its name."""
    named = tuple(codes)
    together = gazetteer.names_of(named) if len(named) > 1 else ""
    if together and ", " not in together:
        return f"the {one_line(together)}"
    return spoken(country(c, gazetteer) for c in named)


def named(text: str, gazetteer: Gazetteer) -> str:
    """A note with names in place of countries' codes."""
    return _CODE.sub(lambda code: one_line(gazetteer.name_of(code[0])), text)


def mineral(name: str, gazetteer: Gazetteer) -> str:
    """A mineral's plain name in lower case: 'rare earths'."""
    known = {m.id: m.name for m in gazetteer.minerals}
    return one_line(known.get(name, name.replace("-", " "))).lower()
