"""The words around a time -> what it is the time of, for a trade measure: told, begins, ends; by place, not by grammar."""

from __future__ import annotations

import re
from typing import Literal

from monazite.ledger.reading.dates import Dated

__all__ = ["Role", "is_put_off", "role_of"]

Role = Literal["announced", "effective", "ended", "former"]

_STEP = (
    r"(?:[\s,(]+(?:on|in|at|of|from|for|since|as|only|again|early|late|at\s+least|the|midnight|noon|both|first"
    r"|date|dates?d?|a\.?m\.?|p\.?m\.?|\d{1,2}(?:[:.]\d\d)?|local\s+time)){0,5}[\s,(]*$"
)
# what was to happen and is told to have come otherwise
_FORMER = re.compile(
    r"(?:\b(?:was|were|had\s+been|that\s+is|which\s+is)|,)\s+(?:(?:originally|initially|first)\s+)?"
    rf"(?:due|set|scheduled|meant|supposed|planned)?\s*to\s+(?:have\s+)?\w+(?:\s+(?:out|in|effect|into\s+(?:force|effect)))?{_STEP}"
    r"|\bshould\s+have\b[^.;]*$",
    re.IGNORECASE,
)
_WORDS: dict[Role, str] = {
    "ended": r"until|till|thru|through|up\s+to|no\s+later|expir\w+|laps(?:e[sd]?|ing)|r[au]n(?:s|ning)?\s+out|ends?|ended|ending"
    r"|ceas\w+|valid\s+(?:to|until)|beyond|clos(?:es|ed)",
    "effective": r"from|as\s+of|as\s+from|effective|(?:into|in|with)\s+(?:effect|force|place)|tak(?:es?|en|ing)\s+(?:effect|hold)"
    r"|took\s+(?:effect|hold)|entry\s+into\s+force|since|start(?:s|ed|ing)?|beg[iau]n(?:s|ning)?|commenc\w+"
    r"|appl(?:y|ies|ied|icable)|kick(?:s|ed|ing)?\s+in|bit(?:es?|ing)|with\s+the",
    "announced": r"sa(?:id|ys?)|announc\w+|declar\w+|told|tells|sign(?:s|ed|ing)|publish\w*|dated|approv\w+|adopt(?:s|ed|ing|ion)"
    r"|decid\w+|decision|decree\w*|order(?:s|ed)?|ruled|ruling|issu(?:e|es|ed|ing)|notif\w+|notice|circular|statement|resolution"
    r"|gazette\w*|disclos\w+|unveil\w*|pass(?:es|ed)|confirm\w*|wrote|writes|post(?:s|ed)|proclaim\w*|assented|agreed|backing"
    r"|promulgat\w+|informed|revealed|inform(?:s|ed)|voted|memo|letter|message|broadcast|speech|address|briefing|press",
}
_BESIDE = {role: re.compile(rf"\b(?:{words}){_STEP}", re.IGNORECASE) for role, words in _WORDS.items()}
# these may stand far before their day: "announced the ban in a speech to the nation last Friday"
_FAR = re.compile(
    r"(?P<effective>\b(?:into|in)\s+(?:force|effect)\b|\btak(?:es?|ing)\s+effect\b|\btook\s+effect\b|\bentry\s+into\s+force\b)"
    rf"|(?P<announced>\b(?:{_WORDS['announced']})\b)",
    re.IGNORECASE,
)
_LEADS = re.compile(r"[\s\"“'‘(]*(?:(?:but|and|late|early|only|already|just|on|in)\s+){0,3}(?:the\s+)?$", re.IGNORECASE)
_AFTER = re.compile(
    r"[\s,]*(?:(?P<begins>(?:saw|marked|brought)\s+(?:the\s+)?(?:entry|coming|start)|as\s+the\s+(?:date|day)\s+(?:of|on|from)"
    r"|as\s+(?:the\s+)?start)|\w[^.;]{0,90}?\b(?:" + _WORDS["announced"] + r")\b)",
    re.IGNORECASE,
)
_PUT_OFF = re.compile(
    r"\b(?:put|push|mov|shift|set)\w*\s+(?:[\w-]+\s+){0,4}?(?:back|out|off)\b|\b(?:defer|delay|postpon)\w*\b|\bfrozen\b", re.IGNORECASE
)
_PROLONGED = re.compile(r"\b(?:extend|prolong|renew|roll\w* over|carr\w+ (?:forward|over))\w*\b", re.IGNORECASE)
_TO = re.compile(r"\b(?:to|until|till)\s+(?:(?:at least|the|on)\s+)*$", re.IGNORECASE)
_BY = re.compile(r"\b(?:by|before|(?:no|not)\s+later\s+than)\s+(?:the\s+)?$", re.IGNORECASE)


def role_of(text: str, start: int, dated: Dated) -> Role | None:
    """What a time is the time of, by the nearest word before it in its sentence, which begins at `start`; None if open.

    >>> from datetime import date
    >>> from monazite.ledger.reading.dates import find_dates
    >>> text = "The order, signed on 17 May, comes into force on 1 June and expires at the end of the year."
    >>> [role_of(text, 0, d) for d in find_dates(text, date(2025, 5, 20))]
    ['announced', 'effective', 'ended']
    """
    clause = re.split(r"[;:–—]\s", text[start : dated.start])[-1]
    if _FORMER.search(clause):
        return "former"
    if is_put_off(clause) and _TO.search(clause):
        return "effective"
    if _BY.search(clause):
        return "effective"
    if _PROLONGED.search(clause) and _TO.search(clause):
        return "ended"
    if dated.window.text.lower().startswith("from"):
        return "effective"
    if beside := next((role for role, words in _BESIDE.items() if words.search(clause)), None):
        return beside
    if _LEADS.fullmatch(clause) and (after := _AFTER.match(text, dated.end)):
        return "effective" if after["begins"] else "announced"
    if after := _AFTER.match(text, dated.end):
        if after["begins"]:
            return "effective"
    far = list(_FAR.finditer(clause))
    if far and far[-1].end() > len(clause) - 80:
        return "effective" if far[-1]["effective"] else "announced"
    return None


def is_put_off(clause: str) -> bool:
    """Whether a clause tells that something is put off: its "until" is a beginning."""
    return _PUT_OFF.search(clause) is not None
