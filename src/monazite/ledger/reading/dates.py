"""Words for time -> windows of days: a small grammar with an anchor, the day the report speaks from.

Nothing is guessed: without an anchor, "Friday" or "next year" keep their words and have no days.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from monazite.ledger.values import Window

__all__ = ["MONTHS", "Dated", "anchor_of", "deadline", "find_dates", "ordinal", "weekday_name"]

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "eighteen": 18, "twenty": 20, "thirty": 30, "forty": 40,
    "forty-five": 45, "fifty": 50, "sixty": 60, "ninety": 90, "a hundred": 100,
}  # fmt: skip
# first and last month of a part of the year
_PARTS = {
    "early": (1, 4), "begin": (1, 2), "start": (1, 1), "mid": (5, 8), "late": (9, 12), "later": (9, 12),
    "end": (12, 12), "spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 12),
}  # fmt: skip
_THIRDS = {"early": (1, 10), "begin": (1, 10), "start": (1, 10), "mid": (11, 20), "late": (21, 31), "end": (21, 31)}
_COUNTED = tuple(
    f"{ten}{one}"
    for ten, ones in (
        ("", (*_ORDINALS, "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth")),
        ("", ("eighteenth", "nineteenth", "twentieth")), ("twenty-", _ORDINALS[:9]), ("thirt", ("ieth", "y-first")),
    )
    for one in ones
)  # fmt: skip
_STEP = {"next": 1, "coming": 1, "following": 1, "last": -1, "previous": -1}

_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|Jun(?:e|\.)?|Jul(?:y|\.)?"
    r"|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
# the year may be told by its place: "30 June next year"
_SIDE_YEAR = r"(?:of\s+)?(?:this|next|last|the\s+following)\s+year"
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_SEASON = r"(?P<part>spring|summer|autumn|fall|winter)"
_WHICH = r"(?P<which>this|next|last|coming|(?:the\s+)?(?:following|coming|previous))"

# a weekday after these words is the next one
_BEGINS = re.compile(
    r"\b(?:from|as\s+of|effective|starting|beginning|until|till|by|before)\s+(?:on\s+)?"
    r"(?:(?:midnight|noon|\d{1,2}[:.]?\d{0,2}(?:\s*[ap]\.?m\.?)?)\s+(?:on\s+)?)?(?:this\s+)?$",
    re.IGNORECASE,
)
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


_BY = re.compile(
    r"\b(?:by|before|until|till|(?:no|not)\s+later\s+than|prior\s+to|ahead\s+of)\s+"
    r"(?:(?:at\s+)?(?:the\s+)?(?:latest|least)\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)


def deadline(text: str, dated: Dated, anchor: date | None) -> Window:
    """What a time means for something due: "by March", "until 2030" and "before the end of 2025" begin today.

    >>> text = "It will be built by June 2030."
    >>> window = deadline(text, find_dates(text)[0], date(2026, 1, 16))
    >>> window.text, str(window.start), str(window.end)
    ('by June 2030', '2026-01-16', '2030-06-30')
    """
    begins = _BY.search(text, 0, dated.start)
    if begins is None:
        return dated.window
    end, first = dated.window.end, dated.window.start
    # "before July" is over on the last of June, "before the end of July" on its last day
    within = re.search(r"\bend\b|\bclose\b|\bout\b", dated.window.text, re.IGNORECASE)
    if begins.group().lower().startswith(("before", "ahead", "prior")) and first is not None and not within:
        end = first - timedelta(1)
    start = anchor if anchor is None or end is None or anchor <= end else first and min(first, end)
    return Window(text[begins.start() : dated.end], start, end)


class _NoAnchor(Exception):
    """The words mean a time only to one who knows the day they are said."""


_Span = tuple[date, date | None]
_Reader = Callable[[re.Match[str], "date | None"], _Span]


def ordinal(word: str) -> int:
    """The number an ordinal names.

    >>> ordinal("18th"), ordinal("Second")
    (18, 2)
    """
    return _ORDINALS.index(word.lower()) + 1 if word.lower() in _ORDINALS else int(re.sub(r"\D", "", word))


def weekday_name(day: date) -> str:
    """The English name of a day's weekday."""
    return WEEKDAYS[day.weekday()].capitalize()


def find_dates(text: str, anchor: date | None = None) -> tuple[Dated, ...]:
    """The time expressions of a text, in order, none inside another.

    >>> [str(d.window.end) for d in find_dates("The second round is due in the first half of 2026.")]
    ['2026-06-30']
    """
    found: list[Dated] = []
    for match, read in _matches(text):
        if read is _same_day:
            before = [d for d in found if d.day and d.end <= match.start()]
            window = max(before, key=lambda d: d.end).window if before else None
            found += [Dated(*match.span(), replace(window, text=match.group()))] if window else []
            continue
        if any(match.start() < d.end and d.start < match.end() for d in found):
            continue
        try:
            found.append(_dated(match, read(match, anchor)))
        except _NoAnchor:
            found.append(_dated(match, None))
        except (ValueError, OverflowError):  # 30 February, the year 2099 + 9000
            continue
    return tuple(sorted(found, key=lambda d: d.start))


@lru_cache(maxsize=256)
def _matches(text: str) -> tuple[tuple[re.Match[str], _Reader], ...]:
    """What may be a time in a text, and how it is read; one text is asked after from several days."""
    found = ((match, read) for pattern, read in _RULES for match in pattern.finditer(text))
    # "may" and "march" are verbs
    return tuple((m, read) for m, read in found if not (m.groupdict().get("month") or "X")[0].islower())


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
    best = [d for d in dated if d.weekday] or dated
    return best[0].day if best else None


def _dated(match: re.Match[str], span: _Span | None) -> Dated:
    words = match.group()
    weekday = re.search(_WEEKDAY, words)
    named = weekday.group() if weekday else None
    start, end = span or (None, None)
    mismatch = bool(named and start and start == end and weekday_name(start) != named and re.search(r"\d", words))
    return Dated(
        match.start(), match.end(), Window(words, start, end), named, re.search(_YEAR, words) is not None, mismatch
    )


def _known(anchor: date | None) -> date:
    if anchor is None:
        raise _NoAnchor
    return anchor


def _month(name: str) -> int:
    return next(i for i, m in enumerate(MONTHS, 1) if m.startswith(name.lower()[:3]))


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _nearest(anchor: date | None, month: int, day: int) -> date:
    """The date without a year that lies nearest to the anchor."""
    here = _known(anchor)
    years = (y for y in (here.year - 1, here.year, here.year + 1) if day <= monthrange(y, month)[1])
    return min((date(y, month, day) for y in years), key=lambda d: abs((d - here).days))


def _on(year: str | None, month: int, day: str, anchor: date | None) -> date:
    number = int(re.sub(r"\D", "", day))
    return date(_year_of(year, anchor), month, number) if year else _nearest(anchor, month, number)


def _step(words: str) -> int:
    return next((step for word, step in _STEP.items() if word in words.lower()), 0)


def _year_of(words: str, anchor: date | None) -> int:
    """The year that "2026", "this year", "next year" or "the year" names."""
    explicit = re.search(_YEAR, words)
    return int(explicit.group()) if explicit else _known(anchor).year + _step(words)


def _full(match: re.Match[str], anchor: date | None) -> _Span:
    one = _on(match["year"] or match["side"], _month(match["month"]), match["day"], anchor)
    return one, one


def _counted(match: re.Match[str], anchor: date | None) -> _Span:
    """ "the sixteenth of October"."""
    one = _on(
        match["year"] or match["side"], _month(match["month"]), f"{_COUNTED.index(match['day'].lower()) + 1}", anchor
    )
    return one, one


def _christmas(match: re.Match[str], anchor: date | None) -> _Span:
    here = _known(anchor)
    one = date(here.year + (here > date(here.year, 12, 25)), 12, 25)
    return one, one


def _rest_of(match: re.Match[str], anchor: date | None) -> _Span:
    """ "later this month", "the rest of the year": from now to its last day."""
    here, unit = _known(anchor), match["unit"].lower()
    if unit == "week":
        return here, here + timedelta(6 - here.weekday())
    return here, date(here.year, 12, 31) if unit == "year" else _months(here.year, here.month, here.month)[1]


def _new_year(match: re.Match[str], anchor: date | None) -> _Span:
    one = _nearest(anchor, 1, 1)
    return one, one


def _range(match: re.Match[str], anchor: date | None) -> _Span:
    groups = match.groupdict()
    first, last = _month(groups["month"]), _month(groups.get("month2") or groups["month"])
    if groups["year"]:
        end = _on(groups["year"], last, groups["day2"], anchor)
        start = _on(groups.get("since") or str(end.year - (first > last)), first, groups["day"], anchor)
    else:
        start = _on(None, first, groups["day"], anchor)
        end = _on(str(start.year + (first > last)), last, groups["day2"], anchor)
    if start > end:
        raise ValueError(match.group())
    return start, end


def _part(match: re.Match[str], anchor: date | None) -> _Span:
    """ "the first half of 2026", "Q3 2026", "early next year", "the summer of 2026"."""
    year, part = _year_of(match["year"], anchor), re.sub(r"^the\s+", "", match["part"].lower())
    coded = re.fullmatch(r"([hq])\s?(\d)", part)
    if coded or "half" in part or "quarter" in part:
        return _months(year, *_half_or_quarter("half" in part or part.startswith("h"), coded[2] if coded else part))
    return _months(year, *next(months for word, months in _PARTS.items() if part.startswith(word)))


def _half_or_quarter(half: bool, words: str) -> tuple[int, int]:
    """First and last month of "the second half", "the last quarter"."""
    width, word = 6 if half else 3, words.split()[0].lower()
    n = 12 // width if word in ("last", "final", "latter") else ordinal(word)
    return width * (n - 1) + 1, width * n


def _next_season(match: re.Match[str], anchor: date | None) -> _Span:
    here, months = _known(anchor), _PARTS[match["part"].lower()]
    this = _months(here.year, *months)
    # one that is nearly over is not meant
    return this if this[1] - timedelta(31) >= here else _months(here.year + 1, *months)


def _by_end(match: re.Match[str], anchor: date | None) -> _Span:
    """ "by the end of 2026", "later this year": from now to the last day."""
    year = _year_of(match.groupdict().get("year") or "", anchor)
    return (anchor if anchor and anchor.year == year else date(year, 1, 1)), date(year, 12, 31)


def _month_of(match: re.Match[str], anchor: date | None) -> _Span:
    month = _month(match["month"])
    year = _year_of(match["year"], anchor) if match["year"] else _nearest(anchor, month, 15).year
    if match["step"]:  # "next June", said in July or in May
        here = _known(anchor)
        ahead = (month - here.month - 1) % 12 + 1 if _step(match["step"]) >= 0 else -((here.month - month - 1) % 12 + 1)
        year = (here.year * 12 + here.month - 1 + ahead) // 12
    return _third(_months(year, month, month), match["part"])


def _whole_year(match: re.Match[str], anchor: date | None) -> _Span:
    return _months(_year_of(match.group(), anchor), 1, 12)


def _relative_month(match: re.Match[str], anchor: date | None) -> _Span:
    """ "next month", "early this month", "the end of the month"."""
    months = _known(anchor).year * 12 + _known(anchor).month - 1 + _step(match["which"])
    return _third(_months(months // 12, months % 12 + 1, months % 12 + 1), match["part"])


def _third(month: tuple[date, date], part: str | None) -> tuple[date, date]:
    """The days of a part of a month."""
    named = re.sub(r"^the\s+", "", (part or "").lower())
    days = next((d for word, d in _THIRDS.items() if named.startswith(word)), (1, 31))
    return month[0].replace(day=days[0]), month[0].replace(day=min(days[1], month[1].day))


def _month_end(match: re.Match[str], anchor: date | None) -> _Span:
    """ "end-March", "September's end", "the last day of May"."""
    month = _month(match["month"])
    year = _year_of(match["year"], anchor) if match["year"] else _nearest(anchor, month, 28).year
    first, last = _third(_months(year, month, month), "end")
    return last if "last" in match.group().lower() else first, last


def _month_half(match: re.Match[str], anchor: date | None) -> _Span:
    """ "the first half of March"."""
    month = _month(match["month"])
    year = _year_of(match["year"], anchor) if match["year"] else _nearest(anchor, month, 15).year
    first, last = _months(year, month, month)
    early = match["half"].lower().startswith(("first", "1st"))
    return (first, first.replace(day=15)) if early else (first.replace(day=16), last)


def _first_of_month(match: re.Match[str], anchor: date | None) -> _Span:
    """ "from the first of the month": the next such day."""
    here = _known(anchor)
    months = here.year * 12 + here.month - (1 if here.day == 1 and not _step(match.group()) else 0)
    day = date(months // 12, months % 12 + 1, 1)
    return day, day


def _split_year(match: re.Match[str], anchor: date | None) -> _Span:
    """ "the 2026-27 fiscal year", "FY2026-27": from April to March, as in India and Japan."""
    year = int(match["year"])
    if (year + 1) % 100 != int(match["next"]) % 100:
        raise ValueError(match.group())
    return date(year, 4, 1), date(year + 1, 3, 31)


def _years(match: re.Match[str], anchor: date | None) -> _Span:
    """ "2027-2030", "between 2027 and 2030"."""
    return date(int(match["year"] or match["since"]), 1, 1), date(int(match["last"] or match["until"]), 12, 31)


def _fiscal(match: re.Match[str], anchor: date | None) -> _Span:
    """ "FY2026": which twelve months depends on whose year it is."""
    raise _NoAnchor


def _season_named(match: re.Match[str], anchor: date | None) -> _Span:
    """ "this autumn", "next spring": the next to come; "next" is never the one that runs."""
    here, months = _known(anchor), _PARTS[match["part"].lower()]
    this = _months(here.year, *months)
    if _step(match["which"]) < 0:
        return this if this[1] < here else _months(here.year - 1, *months)
    runs = this[0] <= here <= this[1] and _step(match["which"]) > 0
    return this if this[1] >= here and not runs else _months(here.year + 1, *months)


def _week_end(match: re.Match[str], anchor: date | None) -> _Span:
    """ "by the end of the week": its last working days."""
    monday = _known(anchor) - timedelta(_known(anchor).weekday())
    return monday + timedelta(3), monday + timedelta(4)


def _same_day(match: re.Match[str], anchor: date | None) -> _Span:
    """ "the same day": the day named last before it."""
    raise _NoAnchor


def _published(match: re.Match[str], anchor: date | None) -> _Span:
    """ "five days after its publication", "the day following that of publication": counted from the report's day."""
    words = (match["n"] or ("one" if match["next"] else "0")).lower()
    n = int(words) if words.isdigit() else _NUMBERS.get(words, 1)
    day = _later(_known(anchor), n, (match["unit"] or "day").lower())
    return day, day


def _bare_day(match: re.Match[str], anchor: date | None) -> _Span:
    """ "from the 14th": the nearest day of that number."""
    here, number = _known(anchor), int(re.sub(r"\D", "", match["day"]))
    months = (here.year * 12 + here.month - 1 + step for step in (-1, 0, 1))
    days = [date(m // 12, m % 12 + 1, number) for m in months if number <= monthrange(m // 12, m % 12 + 1)[1]]
    day = min(days, key=lambda d: abs((d - here).days))
    return day, day


def _relative_week(match: re.Match[str], anchor: date | None) -> _Span:
    monday = _known(anchor) + timedelta(7 * _step(match["which"]) - _known(anchor).weekday())
    return monday, monday + timedelta(6)


def _within(match: re.Match[str], anchor: date | None) -> _Span:
    words = (match["n"] or "one").lower()
    n = int(words) if words.isdigit() else _NUMBERS.get(words, 1)
    return _known(anchor), _later(_known(anchor), n, match["unit"].lower())


def _from_now(match: re.Match[str], anchor: date | None) -> _Span:
    """ "three months from now": that day."""
    day = _within(match, anchor)[1]
    return day or _known(anchor), day


def _later(day: date, n: int, unit: str) -> date:
    """The day some days, weeks, months or years later; a month's last day where it has no such day."""
    if unit in ("day", "week", "fortnight"):
        return day + timedelta(n * {"day": 1, "week": 7, "fortnight": 14}[unit])
    months = day.year * 12 + day.month - 1 + n * (12 if unit == "year" else 1)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _soon(match: re.Match[str], anchor: date | None) -> _Span:
    """ "in the coming weeks": from now, to nobody knows when."""
    return _known(anchor), None


def _part_to_come(match: re.Match[str], anchor: date | None) -> _Span:
    """ "in the third quarter": of this year, or of the next if it has passed."""
    here, months = _known(anchor), _half_or_quarter("half" in match["part"].lower(), match["part"])
    this = _months(here.year, *months)
    return this if this[1] >= here else _months(here.year + 1, *months)


def _week_of(match: re.Match[str], anchor: date | None) -> _Span:
    """ "the second week of March": its eighth to fourteenth day."""
    month = _month(match["month"])
    year = _year_of(match["year"], anchor) if match["year"] else _nearest(anchor, month, 15).year
    first, last = _months(year, month, month)
    if match["n"].lower() in ("last", "final"):
        return last - timedelta(6), last
    start = first + timedelta(7 * (ordinal(match["n"]) - 1))
    return start, min(start + timedelta(6), last)


def _part_of_week(match: re.Match[str], anchor: date | None) -> _Span:
    """ "the middle of next week": Wednesday."""
    monday = _known(anchor) + timedelta(7 * _step(match["which"]) - _known(anchor).weekday())
    first, last = {"b": (0, 1), "s": (0, 1), "e": (3, 4), "l": (3, 4)}.get(match["part"][0].lower(), (2, 2))
    return monday + timedelta(first), monday + timedelta(last)


def _weekday(match: re.Match[str], anchor: date | None) -> _Span:
    # a bare weekday in a report is the last one; "next Friday" looks ahead
    back = (_known(anchor).weekday() - WEEKDAYS.index(match["weekday"].lower())) % 7
    ahead = _step(match["which"] or "") > 0 or (back and _BEGINS.search(match.string, 0, match.start()))
    past = _step(match["which"] or "") < 0 and not back  # "last Friday", said on a Friday
    day = _known(anchor) + timedelta(7 - back if ahead else -7 if past else -back)
    return day, day


def _today(match: re.Match[str], anchor: date | None) -> _Span:
    words = match.group().lower()
    day = _known(anchor) + timedelta(1 if words == "tomorrow" else -1 if words in ("yesterday", "last night") else 0)
    return day, day


def _numbers(match: re.Match[str], anchor: date | None) -> _Span:
    """ "21/11/2025", "11/21/2025": only where one of the two can be no month."""
    one, two, year = int(match["one"]), int(match["two"]), int(match["year"])
    if (one > 12) == (two > 12):
        raise ValueError(match.group())
    day = date(year, two, one) if one > 12 else date(year, one, two)
    return day, day


def _iso(match: re.Match[str], anchor: date | None) -> _Span:
    day = date.fromisoformat(match.group())
    return day, day


def _rule(pattern: str, read: _Reader) -> tuple[re.Pattern[str], _Reader]:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w])", re.IGNORECASE), read


_THE_YEAR = rf"(?P<year>{_YEAR}|(?:this|next|the|last|the following|the current|the coming) year)"
_IN_YEAR = rf"(?:,?\s+(?P<bracket>\()?(?P<year>{_YEAR})(?(bracket)\)))?"
_IN_NAMED_YEAR = rf"(?:,?\s+(?:(?P<bracket>\()?(?P<year>{_YEAR})(?(bracket)\))|(?P<side>{_SIDE_YEAR})))?"
_TO = r"\s*(?:to|until|till|through|and|-|–|—)\s*"
_BETWEEN = r"(?:from\s+|between\s+)?"
_NAMED = rf"(?:(?P<named>{_WEEKDAY})\s*[,(]?\s*(?:the\s+)?)?"
_HALF = r"(?:first|second|1st|2nd|latter)\s+half|(?:first|second|third|fourth|last|final|1st|2nd|3rd|4th)\s+quarter"
_EARLY = r"early|early\s+in|beginning\s+of|start\s+of|mid|middle\s+of|late|late\s+in|end\s+of|end"
# Longest first: a rule's match hides every shorter one inside it.
_RULES = (
    _rule(
        rf"{_BETWEEN}(?P<month>{_MONTH})\s+(?P<day>{_DAY})(?:,?\s+(?P<since>{_YEAR}))?{_TO}(?:(?P<month2>{_MONTH})\s+)?(?P<day2>{_DAY}){_IN_YEAR}",
        _range,
    ),
    _rule(
        rf"{_BETWEEN}(?P<day>{_DAY})\s+(?P<month>{_MONTH})(?:,?\s+(?P<since>{_YEAR}))?{_TO}(?P<day2>{_DAY})\s+(?P<month2>{_MONTH}){_IN_YEAR}",
        _range,
    ),
    _rule(rf"{_BETWEEN}(?P<day>{_DAY}){_TO}(?P<day2>{_DAY})\s+(?P<month>{_MONTH}){_IN_YEAR}", _range),
    _rule(
        rf"{_NAMED}(?P<month>{_MONTH})\s+(?P<day>{_DAY}){_IN_NAMED_YEAR}(?(named)\)?)"
        r"(?!\s*(?:percent|per cent|%|tonnes|tons|billion|million))",
        _full,
    ),
    _rule(rf"{_NAMED}(?P<day>{_DAY})\s+(?:of\s+)?(?P<month>{_MONTH}){_IN_NAMED_YEAR}(?(named)\)?)", _full),
    _rule(rf"(?:the\s+)?(?P<day>{'|'.join(reversed(_COUNTED))})\s+of\s+(?P<month>{_MONTH}){_IN_NAMED_YEAR}", _counted),
    _rule(r"(?:the\s+)?New\s+Year(?:['’]s\s+Day)?(?!['’]s\s+Eve)", _new_year),
    _rule(r"Christmas(?:\s+Day)?", _christmas),
    _rule(r"later\s+this\s+(?P<unit>week|month)", _rest_of),
    _rule(r"(?:for\s+)?the\s+(?:rest|remainder)\s+of\s+(?:the|this)\s+(?P<unit>week|month|year)", _rest_of),
    _rule(r"(?:19|20)\d\d-[01]\d-[0-3]\d", _iso),
    _rule(rf"(?P<one>\d{{1,2}})[/.](?P<two>\d{{1,2}})[/.](?P<year>{_YEAR})", _numbers),
    _rule(rf"(?:the\s+)?(?P<part>{_HALF})\s+(?:of\s+)?{_THE_YEAR}", _part),
    _rule(rf"(?P<part>[HQ]\s?[1-4])\s+(?:of\s+)?(?P<year>{_YEAR})", _part),
    _rule(rf"by\s+(?:the\s+)?(?:(?:end|close)\s+of\s+{_THE_YEAR}|year[- ]end|year['’]s\s+end)", _by_end),
    _rule(r"before\s+the\s+year\s+(?:is\s+out|ends)|(?:the\s+)?year[- ]end|the\s+year['’]s\s+end", _by_end),
    _rule(rf"later\s+in\s+(?P<year>{_YEAR})", _by_end),
    _rule(
        rf"(?:FY\s?|(?:the\s+)?(?:fiscal|financial)\s+(?:year\s+)?)?(?P<year>{_YEAR})[-–/](?P<next>\d\d(?:\d\d)?)",
        _split_year,
    ),
    _rule(
        rf"(?:from\s+)?(?P<year>{_YEAR})\s*(?:to|until|through|-|–|—)\s*(?P<last>{_YEAR})"
        rf"|between\s+(?P<since>{_YEAR})\s+and\s+(?P<until>{_YEAR})",
        _years,
    ),
    _rule(rf"FY\s?{_YEAR}|(?:the\s+)?(?:fiscal|financial)\s+(?:year\s+)?{_YEAR}", _fiscal),
    _rule(rf"(?:the\s+)?(?P<part>{_EARLY})[\s-]+{_THE_YEAR}", _part),
    _rule(rf"(?:the\s+)?{_SEASON}\s+(?:of\s+)?{_THE_YEAR}", _part),
    _rule(rf"(?P<which>this|next|last|(?:the\s+)?coming)\s+{_SEASON}", _season_named),
    _rule(
        rf"(?:the\s+)?(?P<half>first|second|1st|2nd|latter)\s+half\s+of\s+(?P<month>{_MONTH}){_IN_YEAR}", _month_half
    ),
    _rule(rf"(?:end[- ](?:of[- ])?|(?:the\s+)?last\s+day\s+of\s+)(?P<month>{_MONTH}){_IN_YEAR}", _month_end),
    _rule(rf"(?P<month>{_MONTH})['’]s\s+end(?P<year>(?!))?", _month_end),
    _rule(r"(?:the\s+)?first\s+(?:day\s+)?of\s+(?:the|next)\s+month", _first_of_month),
    _rule(
        rf"(?:the\s+)?(?P<n>first|second|third|fourth|last|final)\s+week\s+(?:of|in)\s+(?P<month>{_MONTH}){_IN_YEAR}",
        _week_of,
    ),
    _rule(
        r"(?:(?P<part>early|mid|late|(?:the\s+)?(?:beginning|start|middle|end)\s+of)[\s-]+)?"
        rf"(?:(?P<step>next|last|this coming)\s+)?(?P<month>{_MONTH})(?:,?\s+(?:of\s+)?{_THE_YEAR})?",
        _month_of,
    ),
    _rule(rf"(?:(?<=in )|(?<=by )|(?<=before ))the\s+{_SEASON}(?!\s+(?:of|in)\b)", _next_season),
    _rule(r"later\s+(?:this|in\s+the)\s+year", _by_end),
    _rule(
        r"(?:in|over|within|during)\s+(?:the\s+(?:coming|next\s+few|next\s+couple\s+of)\s+)?(?:days|weeks|months|years)"
        r"(?!\s+(?:past|gone))",
        _soon,
    ),
    _rule(
        rf"(?P<n>\d{{1,3}}|an?|{'|'.join(_NUMBERS)})\s+(?P<unit>day|week|fortnight|month|year)s?\s+(?:from\s+(?:now|today)|hence)",
        _from_now,
    ),
    _rule(
        r"(?:within|in|over|for|inside)\s+(?:a\s+period\s+of\s+)?(?:at\s+least\s+|up\s+to\s+|no\s+more\s+than\s+)?(?:(?:the\s+|an?\s+)?"
        r"(?:next\s+|coming\s+|initial\s+|first\s+|further\s+|additional\s+|another\s+|maximum\s+of\s+)?"
        rf"(?P<n>\d{{1,3}}|an?|{'|'.join(_NUMBERS)})"
        r"|the\s+(?:next|coming)|another)[\s-]+(?P<unit>day|week|fortnight|month|year)s?"
        r"(?:['’]\s+time)?(?:\s+of\s+(?:this|that|today['’]s)\s+date)?",
        _within,
    ),
    _rule(
        rf"(?:(?<=in )|(?<=by )|(?<=before ))the\s+(?:end\s+of\s+the\s+)?(?P<part>{_HALF})(?!\s+(?:of|in)\b)",
        _part_to_come,
    ),
    _rule(rf"(?:the\s+)?(?P<part>beginning|start|middle|mid|end|late)[\s-]+(?:of\s+)?{_WHICH}\s+week", _part_of_week),
    _rule(rf"{_WHICH}\s+year", _whole_year),
    _rule(
        r"(?:(?P<part>early|late|mid|(?:the\s+)?(?:beginning|start|middle|end)\s+of)[\s-]+)"
        r"(?P<which>this|next|last|the|(?:the\s+)?(?:following|coming|previous))\s+month",
        _relative_month,
    ),
    _rule(rf"(?P<part>(?!))?{_WHICH}\s+month", _relative_month),
    _rule(r"the\s+end\s+of\s+the\s+week", _week_end),
    _rule(rf"{_WHICH}\s+week", _relative_week),
    _rule(rf"(?:(?P<which>next|last|this|coming)\s+)?(?P<weekday>{_WEEKDAY})", _weekday),
    _rule(
        r"today|yesterday|tomorrow|tonight|last\s+night|this\s+(?:morning|afternoon|evening)|(?<=from )now\s+on"
        r"|(?<=as of )now|(?:(?<=of )|(?<=from )|(?<=since ))midnight(?!\s+(?:on|of)\b)",
        _today,
    ),
    _rule(
        rf"(?:(?P<n>\d{{1,3}}|{'|'.join(_NUMBERS)})\s+(?P<unit>day|week|month)s?\s+(?:after|from|following)"
        r"|(?P<next>the\s+day\s+(?:after|following))(?:\s+(?:that|the\s+da(?:te|y))\s+of)?|(?:the\s+)?da(?:te|y)\s+of)\s+"
        r"(?:(?:its|the|their|official|formal)\s+){0,2}(?:publication|promulgation|gazetting)"
        r"(?!,?\s+(?:that\s+is|i\.?e\.|namely))",
        _published,
    ),
    _rule(
        r"(?:(?<=from )|(?<=since )|(?<=until ))the\s+(?P<day>\d{1,2}(?:st|nd|rd|th))"
        r"(?=[.,;)]|\s+(?:and|until|to|of\s+th(?:is|e)\s+month)\b|$)",
        _bare_day,
    ),
    _rule(_YEAR, _whole_year),
    _rule(r"(?:the|that)\s+same\s+(?:day|date|evening|morning)", _same_day),
)
