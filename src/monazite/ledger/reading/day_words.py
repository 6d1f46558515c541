"""The words around a time -> what of a trade measure it is the time of: announced, effective, ended; by place alone."""

from __future__ import annotations

import re
from typing import Literal

from monazite.ledger.reading.dates import Dated

__all__ = ["Role", "is_after", "is_put_off", "role_of"]

Role = Literal["announced", "effective", "ended", "former"]

# what may stand between such a word and its time
_STEP = (
    r"(?:[\s,(]+(?:on|in|at|of|from|for|since|as|only|again|early|late|at\s+least|the|midnight|noon|both|first"
    r"|dates?d?|a\.?m\.?|p\.?m\.?|\d{1,2}(?:[:.]\d\d)?|local\s+time)){0,5}[\s,(]*$"
)
_ENDED = (
    r"until|till|thru|through|up\s+to|no\s+later|expir\w+|laps(?:e[sd]?|ing)|r[au]n(?:s|ning)?\s+out|ends?|ended|ending"
    r"|ceas\w+|valid\s+(?:to|until)|beyond|clos(?:es|ed)"
)
_EFFECTIVE = (
    r"from|as\s+of|as\s+from|w\.?\s?e\.?\s?f\.?|effective|(?:into|in|with)\s+(?:effect|force|place)|since|with\s+the"
    r"|tak(?:es?|en|ing)\s+(?:effect|hold)|took\s+(?:effect|hold)|entry\s+into\s+force|start(?:s|ed|ing)?|commenc\w+"
    r"|beg[iau]n(?:s|ning)?|appl(?:y|ies|ied|icable)|kick(?:s|ed|ing)?\s+in|bit(?:es?|ing)"
)
_ANNOUNCED = (
    r"sa(?:id|ys?)|announc\w+|declar\w+|told|tells|sign(?:s|ed|ing)|publish\w*|dated|approv\w+|adopt(?:s|ed|ing|ion)"
    r"|decid\w+|decision|decree\w*|order(?:s|ed)?|ruled|ruling|issu(?:e|es|ed|ing)|notif\w+|notice|circular|statement"
    r"|resolution|gazette\w*|disclos\w+|unveil\w*|pass(?:es|ed)|confirm\w*|wrote|writes|post(?:s|ed)|proclaim\w*"
    r"|assented|agreed|backing|promulgat\w+|revealed|inform(?:s|ed)|voted|memo|letter|message|broadcast|speech|address"
    r"|briefing|press"
)
_BESIDE: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("ended", re.compile(rf"\b(?:{_ENDED}){_STEP}", re.IGNORECASE)),
    ("effective", re.compile(rf"\b(?:{_EFFECTIVE}){_STEP}", re.IGNORECASE)),
    ("announced", re.compile(rf"\b(?:{_ANNOUNCED}){_STEP}", re.IGNORECASE)),
)
# what was to happen and is told to have come otherwise
_FORMER = re.compile(
    r"(?:\b(?:was|were|had\s+been|that\s+is|which\s+is)|,)\s+(?:(?:originally|initially|first)\s+)?"
    r"(?:due|set|scheduled|meant|supposed|planned)?\s*to\s+(?:have\s+)?\w+"
    rf"(?:\s+(?:out|in|effect|into\s+(?:force|effect)))?{_STEP}|\bshould\s+have\b[^.;]*$",
    re.IGNORECASE,
)
# these may stand far before their day: "announced the ban in a speech to the nation last Friday"
_FAR = re.compile(
    r"(?P<effective>\b(?:into|in)\s+(?:force|effect)\b|\bt(?:akes?|aking|ook)\s+effect\b|\bentry\s+into\s+force\b)"
    rf"|\b(?:{_ANNOUNCED})\b",
    re.IGNORECASE,
)
_FAR_LETTERS = 80
# "On Monday the ministry announced", "Monday saw the entry into force"
_LEADS = re.compile(r"[\s\"“'‘(]*(?:(?:but|and|late|early|only|already|just|on|in)\s+){0,3}(?:the\s+)?$", re.IGNORECASE)
_AFTER = re.compile(
    r"[\s,]*(?:(?P<begins>(?:saw|marked|brought)\s+(?:the\s+)?(?:entry|coming|start)|as\s+(?:the\s+)?start"
    rf"|as\s+the\s+(?:date|day)\s+(?:of|on|from))|\w[^.;]{{0,90}}?\b(?:{_ANNOUNCED})\b)",
    re.IGNORECASE,
)
_PUT_OFF = re.compile(
    r"\b(?:put|push|mov|shift|set)\w*\s+(?:[\w-]+\s+){0,4}?(?:back|out|off)\b|\b(?:defer|delay|postpon)\w*\b|\bfrozen\b",
    re.IGNORECASE,
)
# "put off from July to October", "brought forward to July from October"
_MOVED = re.compile(rf"{_PUT_OFF.pattern}|\bbr(?:ing|ought)\w* forward\b", re.IGNORECASE)
_PROLONGED = re.compile(r"\b(?:extend|prolong|renew|roll\w* over|carr\w+ (?:forward|over))\w*\b", re.IGNORECASE)
_REST = re.compile(r"for the (?:rest|remainder)\b")
_OVER = re.compile(r"\bafter\s+(?:the\s+)?$", re.IGNORECASE)
_NO_MORE = re.compile(r"\bno (?:more|longer)\b|\b(?:will|may|shall|must|can) ?not\b", re.IGNORECASE)
_TO = re.compile(r"\b(?:to|until|till)\s+(?:(?:at least|the|on)\s+)*$", re.IGNORECASE)
# "contracts signed before June": of what the measure is on
_OF_GOODS = re.compile(
    r"\b(?:signed|concluded|loaded|shipped|contracted|ordered|registered|produced|purchased|bought|mined|paid)\s+"
    r"(?:on\s+or\s+)?(?:before|prior\s+to)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_DONE_BY = re.compile(
    r"\b(?:must|shall|should|ha(?:s|ve)\s+to)\b[^.;]{0,60}\b(?:complet|leave|shipp?|export|load|sail|clear)\w*[^.;]{0,20}$",
    re.IGNORECASE,
)
_BY = re.compile(r"\b(?:by|before|(?:no|not)\s+later\s+than)\s+(?:the\s+)?$", re.IGNORECASE)


def role_of(text: str, start: int, dated: Dated) -> Role | None:
    """What a time is the time of, by the nearest word before it in its sentence, which begins at `start`; None if open.

    >>> from datetime import date
    >>> from monazite.ledger.reading.dates import find_dates
    >>> text = "The order, signed on 17 May, comes into force on 1 June and expires at the end of the year."
    >>> [role_of(text, 0, d) for d in find_dates(text, date(2025, 5, 20))]
    ['announced', 'effective', 'ended']
    """
    clause, words = re.split(r"[;:–—]\s", text[start : dated.start])[-1], dated.window.text.lower()
    if (
        _FORMER.search(clause)
        or _OF_GOODS.search(clause)
        or (_MOVED.search(clause) and (words.startswith("from") or clause.endswith("from ")))
    ):
        return "former"
    if _REST.match(words):
        return "ended"
    if is_after(clause) and text[dated.end : dated.end + 1] not in ("'", "’"):  # "after today's sitting"
        return "effective" if _NO_MORE.search(clause) else "former"
    if words.startswith(("for ", "within ", "over ", "in ")):
        return None
    if _BY.search(clause) and _DONE_BY.search(clause):
        return "ended"
    if _BY.search(clause) or words.startswith(("from ", "between ", "by ")):
        return "effective"
    if _TO.search(clause) and (_MOVED.search(clause) or _PROLONGED.search(clause)):
        return "effective" if _MOVED.search(clause) else "ended"
    return next((role for role, near in _BESIDE if near.search(clause)), None) or _by_far(text, clause, dated)


def _by_far(text: str, clause: str, dated: Dated) -> Role | None:
    """What a time is the time of by words after it or farther before it."""
    after, far = _AFTER.match(text, dated.end), list(_FAR.finditer(clause))
    if after is not None and (after["begins"] or _LEADS.fullmatch(clause)):
        return "effective" if after["begins"] else "announced"
    if far and far[-1].end() > len(clause) - _FAR_LETTERS:
        return "effective" if far[-1]["effective"] else "announced"
    return None


def is_after(clause: str) -> bool:
    """Whether what a clause tells begins, or began, when the time it leads to is over."""
    return _OVER.search(clause) is not None


def is_put_off(clause: str) -> bool:
    """Whether a clause tells that something is put off: its "until" is a beginning."""
    return _PUT_OFF.search(clause) is not None
