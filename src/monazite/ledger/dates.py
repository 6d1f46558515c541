"""Words for time -> windows of days: a small grammar with an anchor, the day the report speaks from.

Nothing is guessed: without an anchor, "Friday" or "next year" keep their words and have no days.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from monazite.ledger.values import Window

__all__ = ["MONTHS", "Dated", "anchor_of", "find_dates", "ordinal", "weekday_name"]

MONTHS = (
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
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?"
    r"|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_NUMBER = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
}
_ORDINAL = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_SEASON = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 12)}


# a date after these words lies ahead of the report, or long behind it
_AHEAD = re.compile(
    r"\b(?:effective|from|by|until|till|starting|beginning|before|since|due|scheduled|expires?|ends?|in force)\s+"
    r"(?:(?:on|in|for|from|at)\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A time expression at characters [start:end] of a text, with what it means.

    `explicit` where the words name their year; `mismatch` where they name a weekday the date does not have.
    """

    start: int
    end: int
    window: Window
    weekday: str | None = None
    explicit: bool = False
    mismatch: bool = False

    @property
    def day(self) -> date | None:
        """The day, where the words mean a single one."""
        return self.window.start if self.window.start and self.window.start == self.window.end else None


_Span = tuple[date, date]
_Rule = tuple[re.Pattern[str], Callable[[re.Match[str], "date | None"], "_Span | None"]]


def ordinal(word: str) -> int:
    """The number an ordinal names.

    >>> ordinal("18th"), ordinal("Second")
    (18, 2)
    """
    names = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
    return names.index(word.lower()) + 1 if word.lower() in names else int(re.sub(r"\D", "", word))


def weekday_name(day: date) -> str:
    """The English name of a day's weekday."""
    return WEEKDAYS[day.weekday()].capitalize()


def find_dates(text: str, anchor: date | None = None) -> tuple[Dated, ...]:
    """The time expressions of a text, in order, none inside another.

    >>> [str(d.window.end) for d in find_dates("The second round is due in the first half of 2026.")]
    ['2026-06-30']
    """
    found: list[Dated] = []
    for pattern, read in _RULES:
        for match in pattern.finditer(text):
            if any(match.start() < d.end and d.start < match.end() for d in found):
                continue
            if (match.groupdict().get("month") or "X")[0].islower():  # "may" and "march" are verbs
                continue
            try:
                span = read(match, anchor)
            except (ValueError, OverflowError):  # 30 February, the year 2099 + 9000
                continue
            found.append(_dated(match, span))
    return tuple(sorted(found, key=lambda d: d.start))


def anchor_of(texts: Iterable[str]) -> date | None:
    """The day a report speaks from, where only its own words tell: its first consistent full date.

    A date whose weekday is wrong is no anchor, nor one from or until which something holds.
    """
    dated = [
        d
        for text in texts
        for d in find_dates(text)
        if d.day and d.explicit and not d.mismatch and not _AHEAD.search(text[max(0, d.start - 24) : d.start])
    ]
    with_weekday = [d for d in dated if d.weekday]
    best = with_weekday or dated
    return best[0].day if best else None


def _dated(match: re.Match[str], span: _Span | None) -> Dated:
    words = match.group()
    weekday = re.search(_WEEKDAY, words)
    single = span is not None and span[0] == span[1]
    named = weekday.group() if weekday else None
    mismatch = bool(named and single and span and weekday_name(span[0]) != named and re.search(r"\d", words))
    start, end = span or (None, None)
    explicit = re.search(_YEAR, words) is not None
    return Dated(match.start(), match.end(), Window(words, start, end), named, explicit, mismatch)


def _month(name: str) -> int:
    return next(i for i, m in enumerate(MONTHS, 1) if m.startswith(name.lower().rstrip(".")[:3]))


def _number(day: str) -> int:
    return int(re.match(r"\d+", day).group())  # type: ignore[union-attr]


def _months(year: int, first: int, last: int) -> _Span:
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _nearest(anchor: date | None, month: int, day: int) -> date | None:
    """The date without a year that lies nearest to the anchor."""
    if anchor is None:
        return None
    options = [
        date(y, month, day) for y in (anchor.year - 1, anchor.year, anchor.year + 1) if day <= monthrange(y, month)[1]
    ]
    return min(options, key=lambda d: abs((d - anchor).days)) if options else None


def _year_of(words: str | None, anchor: date | None) -> int | None:
    """The year that "2026", "this year", "next year" or "the year" names."""
    if words and (explicit := re.search(_YEAR, words)):
        return int(explicit.group())
    if anchor is None:
        return None
    lower = (words or "").lower()
    return anchor.year + (
        1 if "next" in lower or "following" in lower else -1 if "last" in lower or "previous" in lower else 0
    )


def _full(match: re.Match[str], anchor: date | None) -> _Span | None:
    month, day = _month(match["month"]), _number(match["day"])
    year = match["year"]
    one = date(int(year), month, day) if year else _nearest(anchor, month, day)
    return (one, one) if one else None


def _range(match: re.Match[str], anchor: date | None) -> _Span | None:
    groups = match.groupdict()
    last_month = _month(groups.get("month2") or groups["month"])
    end = (
        date(int(groups["year"]), last_month, _number(groups["day2"]))
        if groups.get("year")
        else _nearest(anchor, last_month, _number(groups["day2"]))
    )
    if end is None:
        return None
    first_month = _month(groups["month"])
    start = date(end.year - (first_month > last_month), first_month, _number(groups["day"]))
    return (start, end) if start <= end else None


def _part(match: re.Match[str], anchor: date | None) -> _Span | None:
    year = _year_of(match["year"], anchor)
    if year is None:
        return None
    part = match["part"].lower()
    if "half" in part:
        return _months(year, 1, 6) if re.match(r"first|1st|h1", part) else _months(year, 7, 12)
    if quarter := re.match(r"(first|second|third|fourth|last|1st|2nd|3rd|4th|final)", part):
        n = _ORDINAL.get(quarter.group(), 4)
        return _months(year, 3 * n - 2, 3 * n)
    if half := re.match(r"([hq])\s?(\d)", part):
        width = 6 if half[1] == "h" else 3
        return _months(year, width * (int(half[2]) - 1) + 1, width * int(half[2]))
    months = {
        "early": (1, 4),
        "begin": (1, 2),
        "start": (1, 1),
        "mid": (5, 8),
        "late": (9, 12),
        "end": (12, 12),
        "later": (9, 12),
    }
    return _months(year, *next(v for k, v in months.items() if part.startswith(k)))


def _end_of(match: re.Match[str], anchor: date | None) -> _Span | None:
    year = _year_of(match["year"], anchor)
    return (
        None if year is None else (anchor if anchor and anchor.year == year else date(year, 1, 1), date(year, 12, 31))
    )


def _later(match: re.Match[str], anchor: date | None) -> _Span | None:
    return (anchor, date(anchor.year, 12, 31)) if anchor else None


def _month_of(match: re.Match[str], anchor: date | None) -> _Span | None:
    month = _month(match["month"])
    year = _year_of(match["year"], anchor) if match["year"] else None
    if year is None:
        near = _nearest(anchor, month, 15)
        if near is None:
            return None
        year = near.year
    first, last = _months(year, month, month)
    part = (match["part"] or "").lower()
    if part.startswith(("early", "begin")):
        return first, first.replace(day=10)
    if part.startswith("mid"):
        return first.replace(day=11), first.replace(day=20)
    if part.startswith(("late", "end")):
        return first.replace(day=21), last
    return first, last


def _season(match: re.Match[str], anchor: date | None) -> _Span | None:
    year = _year_of(match["year"], anchor)
    return None if year is None else _months(year, *_SEASON[match["season"].lower()])


def _next_season(match: re.Match[str], anchor: date | None) -> _Span | None:
    if anchor is None:
        return None
    span = _months(anchor.year, *_SEASON[match["season"].lower()])
    return span if span[1] >= anchor else _months(anchor.year + 1, *_SEASON[match["season"].lower()])


def _bare_year(match: re.Match[str], anchor: date | None) -> _Span:
    return _months(int(match["year"]), 1, 12)


def _relative_year(match: re.Match[str], anchor: date | None) -> _Span | None:
    year = _year_of(match.group(), anchor)
    return None if year is None else _months(year, 1, 12)


def _relative_month(match: re.Match[str], anchor: date | None) -> _Span | None:
    if anchor is None:
        return None
    step = {"next": 1, "this": 0, "last": -1, "coming": 1}[match["which"].lower()]
    month = anchor.month - 1 + step
    return _months(anchor.year + month // 12, month % 12 + 1, month % 12 + 1)


def _relative_week(match: re.Match[str], anchor: date | None) -> _Span | None:
    if anchor is None:
        return None
    monday = (
        anchor
        - timedelta(anchor.weekday())
        + timedelta(7 * {"next": 1, "this": 0, "last": -1, "coming": 1}[match["which"].lower()])
    )
    return monday, monday + timedelta(6)


def _within(match: re.Match[str], anchor: date | None) -> _Span | None:
    if anchor is None:
        return None
    words = match["n"].lower()
    n = int(words) if words.isdigit() else _NUMBER.get(words, 1)
    days = {"day": 1, "week": 7, "month": 30.44, "year": 365.25}[match["unit"].lower()]
    return anchor, anchor + timedelta(round(n * days))


def _weekday(match: re.Match[str], anchor: date | None) -> _Span | None:
    if anchor is None:
        return None
    back = (anchor.weekday() - WEEKDAYS.index(match["weekday"].lower())) % 7
    # a bare weekday in a report is the last one; "next Friday" and "on Friday week" look ahead
    day = (
        anchor - timedelta(back)
        if (match["which"] or "").lower() not in ("next", "coming")
        else anchor + timedelta(7 - back)
    )
    return day, day


def _today(match: re.Match[str], anchor: date | None) -> _Span | None:
    if anchor is None:
        return None
    day = anchor + timedelta({"today": 0, "yesterday": -1, "tomorrow": 1}[match.group().lower()])
    return day, day


def _iso(match: re.Match[str], anchor: date | None) -> _Span:
    day = date.fromisoformat(match["iso"])
    return day, day


def _rule(pattern: str, read: Callable[[re.Match[str], date | None], _Span | None]) -> _Rule:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w])", re.IGNORECASE), read


_THE_YEAR = rf"(?:{_YEAR}|(?:this|next|the|last|the following|the current|the coming) year)"
# Longest first: a rule's match hides every shorter one inside it.
_RULES: tuple[_Rule, ...] = (
    _rule(
        rf"(?:from\s+|between\s+)?(?P<month>{_MONTH})\s+(?P<day>{_DAY})(?:,?\s+{_YEAR})?\s*(?:to|until|till|through|and|-|–|—)\s*(?:(?P<month2>{_MONTH})\s+)?(?P<day2>{_DAY})(?:,?\s+(?P<year>{_YEAR}))?",
        _range,
    ),
    _rule(
        rf"(?:from\s+|between\s+)?(?P<day>{_DAY})(?:\s+(?P<month>{_MONTH}))(?:,?\s+{_YEAR})?\s*(?:to|until|till|through|and|-|–|—)\s*(?P<day2>{_DAY})\s+(?P<month2>{_MONTH})(?:,?\s+(?P<year>{_YEAR}))?",
        _range,
    ),
    _rule(
        rf"(?:from\s+|between\s+)?(?P<day>{_DAY})\s*(?:to|until|till|through|and|-|–|—)\s*(?P<day2>{_DAY})\s+(?P<month>{_MONTH})(?:,?\s+(?P<year>{_YEAR}))?",
        _range,
    ),
    _rule(
        rf"(?:{_WEEKDAY}\s*[,(]?\s*(?:the\s+)?)(?P<month>{_MONTH})\s+(?P<day>{_DAY})(?:,?\s+(?P<year>{_YEAR}))?\)?",
        _full,
    ),
    _rule(
        rf"(?:{_WEEKDAY}\s*[,(]?\s*(?:the\s+)?)(?P<day>{_DAY})\s+(?:of\s+)?(?P<month>{_MONTH})(?:,?\s+(?P<year>{_YEAR}))?\)?",
        _full,
    ),
    _rule(
        rf"(?P<month>{_MONTH})\s+(?P<day>{_DAY})(?:,?\s+(?P<year>{_YEAR}))?"
        r"(?!\s*(?:percent|per cent|%|tonnes|tons|billion|million))",
        _full,
    ),
    _rule(rf"(?P<day>{_DAY})\s+(?:of\s+)?(?P<month>{_MONTH})(?:,?\s+(?P<year>{_YEAR}))?", _full),
    _rule(r"(?P<iso>(?:19|20)\d\d-[01]\d-[0-3]\d)", _iso),
    _rule(
        rf"(?:the\s+)?(?P<part>(?:first|second|1st|2nd|latter)\s+half|(?:first|second|third|fourth|last|final|1st|2nd|3rd|4th)\s+quarter)\s+(?:of\s+)?(?P<year>{_THE_YEAR})",
        _part,
    ),
    _rule(rf"(?P<part>[HQ]\s?[1-4])\s+(?:of\s+)?(?P<year>{_YEAR})", _part),
    _rule(rf"by\s+(?:the\s+)?(?:(?:end|close)\s+of\s+(?P<year>{_THE_YEAR})|year[- ]end)", _end_of),
    _rule(
        rf"(?:(?:the\s+)?(?P<part>early|early\s+in|beginning\s+of|start\s+of|mid|middle\s+of|late|late\s+in|end\s+of|the\s+end\s+of))[\s-]+(?P<year>{_THE_YEAR})",
        _part,
    ),
    _rule(rf"(?:the\s+)?(?P<season>spring|summer|autumn|fall|winter)\s+(?:of\s+)?(?P<year>{_THE_YEAR})", _season),
    _rule(
        rf"(?:(?P<part>early|mid|late|(?:the\s+)?(?:beginning|middle|end)\s+of)[\s-]+)?(?P<month>{_MONTH})(?:,?\s+(?:of\s+)?(?P<year>{_THE_YEAR}))?",
        _month_of,
    ),
    _rule(r"(?<=in )the\s+(?P<season>spring|summer|autumn|fall|winter)(?!\s+(?:of|in)\b)", _next_season),
    _rule(r"later\s+(?:this|in\s+the)\s+year", _later),
    _rule(r"(?P<rel>(?:this|next|last|the\s+following|the\s+coming|the\s+previous)\s+year)", _relative_year),
    _rule(r"(?P<which>this|next|last|coming)\s+month", _relative_month),
    _rule(r"(?P<which>this|next|last|coming)\s+week", _relative_week),
    _rule(
        r"(?:within|in|over|for)\s+(?:the\s+)?(?:next\s+|coming\s+)?(?P<n>\d{1,3}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|twelve)\s+(?P<unit>day|week|month|year)s?",
        _within,
    ),
    _rule(rf"(?:(?P<which>next|last|this|coming)\s+)?(?P<weekday>{_WEEKDAY})", _weekday),
    _rule(r"today|yesterday|tomorrow", _today),
    _rule(rf"(?P<year>{_YEAR})", _bare_year),
)
