"""Words for actors -> codes: countries, coalitions, offices and people found in a text, and whom a noun phrase means.

Codes are ISO 3166 alpha-3 for countries and the short name for coalitions ("EU", "G7").
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType

from monazite.core.gazetteer import Coalition, Gazetteer, fold
from monazite.ledger.vocabulary import Vocabulary

__all__ = [
    "Name",
    "Names",
    "Person",
    "coalition_code",
    "find_names",
    "find_people",
    "in_office",
    "name_index",
    "parties_of",
]

_WORD = re.compile(r"[^\W_]+(?:\.[^\W_]+)*")
# a full stop ends a name, but not an initial's: "J. D. Vance", "met Biden. Modi left"
_PART = r"(?:(?:al|el|ul)-)?[A-ZÀ-Ž](?:[\w’'-]|\.(?=\w)|(?<=\b\w)\.)*"
_NAME = (
    r"(?:(?:Dr|Mr|Mrs|Ms|Gen|Lt)\.?\s+)?"
    rf"(?P<name>{_PART}(?:\s+(?:(?:bin|al|de|da|van|von|der|del)\s+)*{_PART})*)"
)
_NAMED_AFTER = re.compile(rf",?\s+{_NAME}")
_NAMED_BEFORE = re.compile(rf"{_NAME},\s+(?:the\s+|his\s+|her\s+)?$")
_OF = re.compile(r"\s+of\s+(?:the\s+)?")
_TITLE_GAP = re.compile(r"(?:['’]s?)?\s+(?:(?!(?:and|with|to|said|the|that|in|by)\b)[\w-]+,?\s+){0,3}")
_JOIN = re.compile(r"(?:['’]s)?\s*(?:-|–|—|/|&|,|,?\s*\band\b(?:,\s[^,.;]{1,30},)?|,?\s*\bwith\b)\s*(?:the\s+)?")
_NEXT_PERSON = re.compile(r",\s+(?:(?!who|said)[\w-]+\s+){0,5}")


@dataclass(frozen=True, slots=True)
class Name:
    """A known name at characters [start:end].

    `kind` is country, demonym, capital, coalition, office, person, mineral, or elsewhere (a sea, a newspaper).
    `codes` is empty for names that only look like a country's; for minerals it holds the mineral's id.
    """

    start: int
    end: int
    codes: tuple[str, ...]
    kind: str

    @property
    def acts(self) -> bool:
        """Whether it is the name of somebody who can act."""
        return bool(self.codes) and self.kind != "mineral"


@dataclass(frozen=True, slots=True)
class Person:
    """A person named with a title at characters [start:end] (title and name), speaking for `code`."""

    start: int
    end: int
    name: str
    role: str
    code: str | None


@dataclass(frozen=True, slots=True)
class Names:
    """All names to look for: key -> (codes, kind), the keys that must be written in capitals, first word -> how many
    words its longest key has, and when those who lead a government did so."""

    index: Mapping[str, tuple[tuple[str, ...], str]]
    capitals: frozenset[str]
    longest: Mapping[str, int]
    titles: re.Pattern[str]
    members: Mapping[str, tuple[str, ...]]
    terms: Mapping[str, tuple[tuple[str, str], ...]]


@lru_cache(maxsize=50_000)
def _fold_word(word: str) -> str:
    return fold(word).replace(".", "")


def _key(name: str) -> str:
    return " ".join(_fold_word(w) for w in _WORD.findall(name))


def coalition_code(coalition: Coalition) -> str:
    """The short name a coalition goes by as an actor: its shortest all-capital name, else its id."""
    names = (*coalition.aliases, coalition.name)
    short = [n for n in names if n.isupper() and n.isalnum()] or [n for n in names if n.isalnum() and n[:1].isupper()]
    return min(short, key=lambda n: (len(n), n)) if short else coalition.id


def _entries(gazetteer: Gazetteer, vocabulary: Vocabulary) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Every name with its codes and kind; where two share a name, the later one holds it."""
    for mineral in gazetteer.minerals:
        yield from ((name, (mineral.id,), "mineral") for name in (mineral.name, *mineral.aliases))
    for country in gazetteer.countries:
        yield from ((name, (country.iso3,), "capital") for name in country.capital.split("|"))
    for group in gazetteer.coalitions:
        yield from ((name, (coalition_code(group),), "coalition") for name in (group.name, *group.aliases))
    for country in gazetteer.countries:
        yield from ((name, (country.iso3,), "demonym") for name in country.demonyms)
        yield from ((name, (country.iso3,), "country") for name in (country.name, *country.aliases))
    for table in ("capital", "office", "person", "demonym", "group"):
        kind = "coalition" if table == "group" else table
        yield from ((name, tuple(code.split("|")), kind) for name, code in vocabulary.maps[f"names.{table}"].items())
    yield from ((name, (), "elsewhere") for name in vocabulary["elsewhere.names"])


# "US$50 million", "120 million US dollars", "Swiss francs"; "San Salvador de Jujuy"
_OTHER_NAME = re.compile(
    r"[$€£¥]|\s(?:de|del|da|do) [A-Z]"
    r"|[\s-]+(?:(?:dollar|pound|franc|rupee|rupiah|peso|rouble|ruble|dirham|riyal|dinar|tenge|ringgit|rand|naira|shilling)s?"
    r"|yen|yuan|renminbi|baht|won|dong|reais|real|kron(?:er|or|a|e)|lira|zloty|forint)\b"
)


def name_index(gazetteer: Gazetteer, vocabulary: Vocabulary) -> Names:
    """What `find_names` looks for, made once for a gazetteer and a vocabulary."""
    index: dict[str, tuple[tuple[str, ...], str]] = {}
    capitals: set[str] = set()
    for name, codes, kind in _entries(gazetteer, vocabulary):
        if key := _key(name):
            index[key] = (codes, kind)
            if name.replace(".", "").isupper() and len(key) <= 5:
                capitals.add(key)
    longest: dict[str, int] = {}
    for words in (key.split() for key in index):
        longest[words[0]] = max(len(words), longest.get(words[0], 0))
    titles = "|".join(sorted(map(re.escape, vocabulary["roles.titles"]), key=len, reverse=True))
    fields = "|".join(sorted(vocabulary["roles.portfolios"]))
    charge = rf"(?:[A-Z]\w+,?\s+(?:and\s+)?){{0,4}}(?:{fields})\b(?=\s+[A-Z])"
    other = r"[A-Z][\w ]{2,40}?(?=\s+[A-Z][a-z]+\s+[A-Z])"
    return Names(
        MappingProxyType(index),
        frozenset(capitals),
        MappingProxyType(longest),
        re.compile(rf"\b(?i:{titles})\b(?:\s+(?i:for|of)\s+(?:the\s+)?(?:{charge}|{other}))?"),
        MappingProxyType({coalition_code(c): tuple(sorted(c.members)) for c in gazetteer.coalitions}),
        MappingProxyType({_key(name): terms for name, terms in vocabulary.terms.items()}),
    )


def in_office(names: Names, day: date | None) -> Names:
    """The names without those who lead no government on that day; all of them where no day is known.

    A term's first and last day may be known to the month or the year only, and then counts whole.
    """
    if day is None:
        return names
    told = day.isoformat()
    out = {
        key
        for key, terms in names.terms.items()
        if not any(since <= told and (not until or told[: len(until)] <= until) for since, until in terms)
    }
    return replace(names, index=MappingProxyType({k: v for k, v in names.index.items() if k not in out}))


def find_names(text: str, names: Names) -> tuple[Name, ...]:
    """The known names in a text, longest first at each place, in order."""
    words = [(m.start(), m.end(), _fold_word(m.group())) for m in _WORD.finditer(text)]
    found: list[Name] = []
    i = 0
    while i < len(words):
        for n in range(min(names.longest.get(words[i][2], 0), len(words) - i), 0, -1):
            key = " ".join(w[2] for w in words[i : i + n])
            start, end = words[i][0], words[i + n - 1][1]
            if (
                key in names.index
                and not _OTHER_NAME.match(text, end)
                and _written_as_name(text[start:end], key, names)
            ):
                codes, kind = names.index[key]
                found.append(Name(start, end, codes, kind))
                i += n - 1
                break
        i += 1
    return tuple(found)


def _written_as_name(raw: str, key: str, names: Names) -> bool:
    if names.index[key][1] == "mineral":
        return key not in names.capitals or raw.isupper()
    if key in names.capitals:
        return raw.replace(".", "").isupper()
    return raw[:1].isupper()


def find_people(text: str, found: tuple[Name, ...], names: Names) -> Iterator[Person]:
    """The people named with their title: "Japan's Foreign Minister Toshimitsu Motegi", "Ali, the Malaysian premier"."""
    for title in names.titles.finditer(text):
        code, left = _code_before(text, title.start(), found)
        inside = (n for n in found if n.start < title.end() and title.start() < n.end)
        own = next((n.codes[0] for n in inside if n.kind in ("office", "country", "coalition")), None)
        after = _NAMED_AFTER.match(text, title.end())
        if after is None and (of := _OF.match(text, title.end())):  # "President of Chile Gabriel Boric"
            place = next((n for n in found if n.start == of.end() and n.codes), None)
            code, after = (place.codes[0], _NAMED_AFTER.match(text, place.end)) if place else (code, None)
        before = _NAMED_BEFORE.search(text[max(0, left - 60) : left])
        if after and not _is_place(after.start("name"), found):
            name = re.sub(r"[’']s$", "", after["name"]).rstrip(".,’'")
            yield Person(left, after.start("name") + len(name), name, title.group(), code or own)
        elif before:
            start = max(0, left - 60) + before.start("name")
            yield Person(start, title.end(), before["name"], title.group(), code or own)


def _code_before(text: str, start: int, found: tuple[Name, ...]) -> tuple[str | None, int]:
    """The country whose name stands right before a title, and where that phrase begins."""
    for name in found:
        gap = text[name.end : start]
        if name.end <= start and name.codes and name.kind not in ("mineral", "person") and _TITLE_GAP.fullmatch(gap):
            return name.codes[0], name.start
    return None, start


def _is_place(start: int, found: tuple[Name, ...]) -> bool:
    places = ("country", "demonym", "capital", "coalition", "elsewhere")
    return any(n.start <= start < n.end and n.kind in places for n in found)


def parties_of(texts: Sequence[tuple[str, tuple[Name, ...]]], home: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The parties of a report whose first text is its headline, sorted; empty where it is about one country, or many.

    Of the sets named side by side ("India and Japan", "Japan's minister A and his Indian counterpart B") and the two
    most named, the one that covers most of what is named with the fewest members. It must hold `home` or the most
    named, and three fifths of all mentions. Where a longer list with the same members is given once, it is that.
    """
    heading = [n for n in texts[0][1] if n.acts] if texts else []
    if heading and {n.kind for n in heading} == {"coalition"} and {n.codes for n in heading} != {("EU",)}:
        return tuple(sorted({c for n in heading for c in n.codes}))  # "What G7 leaders agreed"
    counts = _mentions(texts)
    top = sorted(counts, key=lambda c: (-counts[c], c))[:2]
    most = {c for c in counts if counts[c] == counts[top[0]]}
    groups = Counter(_groups(texts))
    several = {*(g for g in groups if len(g) > 1), *([frozenset(top)] if len(top) == 2 else [])}
    together = max(1, sum(groups[g] for g in several))

    def cover(group: frozenset[str]) -> float:
        return sum(counts[c] for c in group) / sum(counts.values())

    def often(group: frozenset[str]) -> bool:
        listed = len(group) >= _LIST or (groups[group] and cover(group) >= _ALMOST_ALL)
        return all(counts[c] >= (1 if listed else 2) for c in group)

    likely = [g for g in several if g & {*most, *home} and often(g) and cover(g) >= _MOST]
    if not likely:
        return ()
    best = max(likely, key=lambda g: (groups[g] / together + cover(g) - _EACH * len(g), tuple(sorted(g))))
    longer = (g for g in several if g >= best and (len(g) >= _LIST or groups[g] * 2 > groups[best]) and groups[g])
    whole = max(longer, key=len, default=best)
    return tuple(sorted(whole))


# the least share of all mentions that the parties have; from how many members a group is a list; what each member costs
_MOST, _LIST, _EACH = 0.6, 4, 0.12
_ALMOST_ALL = 0.85  # the share from which two named once side by side are the parties


def _mentions(texts: Sequence[tuple[str, tuple[Name, ...]]]) -> Counter[str]:
    """How much each country is named: thrice for the headline, less where one name stands for several."""
    counts: Counter[str] = Counter()
    for number, (_, found) in enumerate(texts):
        for name in (n for n in found if n.acts):
            for code in name.codes:
                counts[code] += (3 if number == 0 else 1) / math.sqrt(len(name.codes))  # type: ignore[assignment]
    return counts


def _groups(texts: Sequence[tuple[str, tuple[Name, ...]]]) -> Iterator[frozenset[str]]:
    """The sets of countries named side by side."""
    for text, found in texts:
        actors = [n for n in found if n.acts]
        run = {*actors[0].codes} if actors else set[str]()
        for left, right in pairwise(actors):
            if not _side_by_side(text[left.end : right.start], left, right):
                yield frozenset(run)
                run = set()
            run.update(right.codes)
        yield frozenset(run)


def _side_by_side(gap: str, left: Name, right: Name) -> bool:
    if _JOIN.fullmatch(gap):
        return True
    if left.kind == right.kind == "person" and _NEXT_PERSON.fullmatch(gap):
        return True
    people = right.kind in ("person", "demonym") and left.kind in ("person", "office")
    return people and len(gap) < 70 and re.search(r"\b(?:and|with)\b", gap) is not None
