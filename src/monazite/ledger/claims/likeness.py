"""Two drafts -> how much speaks for their telling of one thing, slot by slot; above nothing they do.

Each slot that agrees adds, each that differs takes away, silence does neither. What surely differs (other parties, an
export and an import) decides alone. A number given with three figures, or a word that few undertakings have, says more
than a round one or a common one: the weights are in the order of how seldom chance alone makes a slot agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from monazite.ledger.claims.life import SAME_DAYS, apart
from monazite.ledger.drafts import Pledge, Step
from monazite.ledger.reading.quantities import Quantity, quantities, rounded, slipped
from monazite.ledger.values import UNCLEAR, Window
from monazite.ledger.vocabulary import load_vocabulary

__all__ = [
    "FAR", "MEETINGS", "SIGNS", "TAXES", "VETO", "common_stems", "held_office", "kinds_of", "one_occasion",
    "pledge_likeness", "same_goods", "stems", "step_likeness",
]  # fmt: skip

VETO = -99.0
FAR = timedelta(400)
"""Reports this far apart tell of two measures."""
_FAR_END = timedelta(5 * 365)
SIGNS = frozenset(
    [
        "sign",
        "ink",
        "conclude",
        "seal",
        "exchange",
        "strike",
        "finalise",
        "finalize",
        "clinch",
        "adopt",
        "endorse",
        "initial",
        "put",
        "reach",
    ]
)
MEETINGS = frozenset(
    ["summit", "meeting", "round", "dialogue", "talk", "negotiation", "conference", "forum", "session", "consultation"]
)
# a summit is no round of talks
_SORTS = frozenset({"summit", "round", "dialogue", "forum", "conference", "committee", "commission", "council"})
_PLEDGE_BAR, _STEP_BAR = 4.0, 4.2
_CHANCE = 1.0
"""What chance alone adds where two pledges have a common word in common, and no more."""
_NEXT = re.compile(r"\b(?:next|following) (?:one|round|edition|summit|meeting|session|dialogue|ministerial|talks)\b")
_OFFICE = re.compile(r"\b(?:chair|chairmanship|presidency|helm|host|hosting|seat|headquarters)\b")
_WORD = re.compile(r"[a-z0-9][a-z0-9+]+")
_CAPITAL = re.compile(r"\b[A-Z][a-z]+")
# classes of verbs that say how something is undertaken, not what
_HOW = ("deliver", "fund", "build", "meet", "found", "deepen", "free", "settle", "make", "speed", "buy")
TAXES = frozenset({"import_tariff", "anti_dumping", "safeguard"})
_LOOSE = frozenset({"restriction", "licence"})
_SAME_WORDS = 1.5
_BORROWED = 0.8
"""What goods in common say at most where one of two measures has them from another sentence."""


@dataclass(frozen=True, slots=True)
class _Traits:
    """What of a pledge is compared: `telling` words tell it from others, `bare` is its mechanism without its sort."""

    sides: frozenset[str]
    actors: frozenset[str]
    telling: frozenset[str]
    weight: float
    sentence: frozenset[str]
    bare: frozenset[str]
    body: frozenset[str]
    sorts: frozenset[str]
    office: frozenset[str]
    figures: tuple[Quantity, ...]
    signed: bool
    meets: bool
    next_one: bool


@lru_cache(maxsize=2**16)
def _traits(pledge: Pledge) -> _Traits:
    words, bodies, telling = load_vocabulary(), _bodies(), _telling(pledge)
    kinds = words.maps["kind"]
    return _Traits(
        sides=frozenset((*pledge.actors, *pledge.partners)),
        actors=frozenset(pledge.actors),
        telling=telling,
        weight=_weight(telling),
        sentence=stems(_WORD.findall(pledge.evidence.text.lower())),
        bare=pledge.key - bodies,
        body=frozenset("meeting" if k in MEETINGS else kinds.get(k, k) for k in pledge.key & bodies),
        sorts=(pledge.key | pledge.heads) & _SORTS,
        office=held_office(pledge),
        figures=tuple(quantities(pledge.object)) or tuple(quantities(pledge.evidence.text)),
        signed=pledge.act in SIGNS and pledge.status == "agreed",
        meets=bool(pledge.key & MEETINGS) or pledge.act in words["class.meet"],
        next_one=_NEXT.search(pledge.object.lower()) is not None,
    )


def pledge_likeness(a: Pledge, b: Pledge) -> float:
    """How much speaks for one undertaking told by two reports; above nothing it is one.

    :returns: a sum of slots less what chance may bring together; `VETO` where the parties are others.
    """
    one, two = _traits(a), _traits(b)
    sides = _sides(one, two)
    if sides == VETO:
        return VETO
    act, words = _act(a, b, one, two), _words(one, two)
    telling = (
        _mechanism(a, b, one, two),
        _names(a.names, b.names),
        _figures(one.figures, two.figures),
        _times(a.due, b.due),
        1.0 if a.venue and a.venue == b.venue else 0.0,
    )
    like = sides + _days(a.day, b.day) + words + sum(telling) + act - _PLEDGE_BAR
    # of two of one day by the same parties, "work" in both tells nothing
    shared = _weight(one.telling & two.sentence | two.telling & one.sentence)
    chance = max(telling) <= 0 and shared < 0.5 and act < 1
    return like - _CHANCE if chance else like + _sentences(one, two)


def one_occasion(a: Pledge, b: Pledge) -> bool:
    """Whether two reports may tell of one thing to be held: at one time, or in the same telling words at no other."""
    if a.due is not None and b.due is not None:
        return a.due.end is not None and (a.due.start, a.due.end) == (b.due.start, b.due.end)
    return _words(_traits(a), _traits(b)) > _SAME_WORDS


def step_likeness(a: Step, b: Step) -> float:
    """How much speaks for one trade measure told by two reports, or twice by one; above nothing it is one."""
    kind, goods = _kind(a, b), same_goods(a, b)
    if a.evidence.report == b.evidence.report:
        return 1.0 if kind > VETO and _retold(a, b) else VETO
    imposer = _imposer(a, b)
    if VETO in (kind, imposer) or (a.target and b.target and not {*a.target} & {*b.target}):
        return VETO
    if a.day is not None and b.day is not None and abs(a.day - b.day) > FAR:
        return VETO
    near = _days(a.day, b.day)
    # two reports that differ in the goods can mean one measure only where a telling number says so
    known = {None: 0.0, True: 1.6 + 0.8 * _goods_share(a, b), False: -2.0}[goods]
    known = min(known, _BORROWED) if a.borrowed or b.borrowed else known
    figures = _figures(_quantities(a.evidence.text), _quantities(b.evidence.text))
    figures = 0.5 if figures < 0 and kind == 2.0 else figures  # the rate of one duty, in dispute
    # what begins or ends on other days is told of anew, unless it is what reports of one week differ in
    other = apart(a.effective, b.effective) or apart(a.ended, b.ended) or _put_back(a, b) or _put_back(b, a)
    renewed = -2.0 if near < 1 and other else 0.0
    return imposer + kind + near + known + figures + renewed - _STEP_BAR


def _put_back(a: Step, b: Step) -> bool:
    """Whether one is told to stand after the other was told to end."""
    later = a.day is not None and b.day is not None and a.day < b.day
    return later and a.status == "ended" and b.status in ("in_force", "announced")


def _imposer(a: Step, b: Step) -> float:
    """Who imposes: one more name beside the right one, or none at all, leaves it to the other slots."""
    one, two = {*a.imposer}, {*b.imposer}
    if one == two:
        return 1.0
    return 0.0 if not one or not two else 0.5 if one < two or two < one else VETO


def _retold(a: Step, b: Step) -> bool:
    """Whether one report tells of one measure in two sentences; what it says is lifted is not what stands."""
    if {*a.imposer} != {*b.imposer} or (a.target and b.target and not {*a.target} & {*b.target}):
        return False
    if _other_amounts(a.amounts, b.amounts) or _long_apart(a, b):
        return False
    # "the oil" is the palm oil, canola is not the canola seed
    same = any(x.endswith(y) or y.endswith(x) for x in a.goods for y in b.goods)
    same = same if a.goods and b.goods else abs(a.passage - b.passage) <= 2
    # "dropped a plan to ban exports"; "the suspension of the ban runs until November"
    beside = abs(a.passage - b.passage) <= 1 or _begun_before(a, b) or _begun_before(b, a)
    again = (a.goods, a.target, a.measure) == (b.goods, b.target, b.measure) and beside
    return same and (again or (a.status == "ended") == (b.status == "ended"))


def _long_apart(a: Step, b: Step) -> bool:
    """Whether two measures on other goods take effect half a year or more apart: "ore since 2022", "concentrate from
    2027"."""
    one, two = ((s.effective.start or s.effective.end) if s.effective else None for s in (a, b))
    # "lithium ore" tells more than "lithium" and "ore" beside it
    told, again = ({g for g in s.goods if not any(g != o and g in o for o in s.goods)} for s in (a, b))
    own = not (told & again or a.borrowed or b.borrowed)
    return own and one is not None and two is not None and abs(one - two) > timedelta(183)


def _begun_before(a: Step, b: Step) -> bool:
    """Whether one began before the other is told to end, and no end of its own is told."""
    if a.ended is not None or a.effective is None or b.ended is None or b.ended.start is None:
        return False
    begun = a.effective.end or a.effective.start
    return begun is not None and begun < b.ended.start


def _other_amounts(a: frozenset[tuple[str, float]], b: frozenset[tuple[str, float]]) -> bool:
    """Whether two sentences give numbers of one unit and none in common: two rates, two quotas."""
    return bool({unit for unit, _ in a} & {unit for unit, _ in b}) and not a & b


def _sides(a: _Traits, b: _Traits) -> float:
    if not a.sides or not b.sides:
        return 0.0
    if a.sides == b.sides:
        return VETO if len(a.sides) > 1 and not a.actors & b.actors else min(len(a.sides), 2.0)
    if a.sides & b.sides:
        return 1.0 if a.sides <= b.sides or b.sides <= a.sides else 0.5 if a.actors == b.actors else -1.0
    # who takes a chair, or is host, is the one thing that can differ
    return 0.0 if len(a.office & b.office) > 1 else VETO


def held_office(pledge: Pledge) -> frozenset[str]:
    """The names of the body whose chair is taken, or which is host to a meeting; empty where it is no office."""
    return pledge.names if _OFFICE.search(pledge.object) else frozenset()


def _days(a: date | None, b: date | None) -> float:
    """Reports of the same days may tell of one event, of months that lie apart hardly."""
    if a is None or b is None:
        return 0.8
    return 1.0 if abs(a - b) <= SAME_DAYS else 0.0 if abs(a - b) <= timedelta(31) else -1.0


def _mechanism(a: Pledge, b: Pledge, one: _Traits, two: _Traits) -> float:
    if not one.bare or not two.bare:
        return 0.0
    if (
        a.key == b.key
        or stems(a.key) == stems(b.key) != frozenset()
        or (min(len(a.key), len(b.key)) >= 3 and (a.key <= b.key or b.key <= a.key))
    ):
        return 3.0 if ("session" in a.key) == ("session" in b.key) else 1.0  # a body, and its first meeting
    if one.body and two.body and not one.body & two.body and not (one.signed and two.signed):
        return -1.5  # a panel is no working group; what is signed has many names
    if stems(one.bare) <= two.sentence or stems(two.bare) <= one.sentence:
        return 1.0  # named in full somewhere in the other's sentence
    if one.signed and two.signed and _titled(a) != _titled(b):
        return 0.0  # the Lunna House Agreement is a defence agreement, for all one knows
    return 0.5 if one.bare & two.bare else -2.0


def _titled(pledge: Pledge) -> bool:
    """Whether what is undertaken goes by a name of its own."""
    return len(_CAPITAL.findall(pledge.object)) > 2


@lru_cache(maxsize=1)
def _bodies() -> frozenset[str]:
    """Words for a sort of body or paper, and others that tell none from another."""
    words = load_vocabulary()
    return MEETINGS.union(words["likeness.plain"], words["mechanism.heads"], words.maps["kind"].values())


def _words(a: _Traits, b: _Traits) -> float:
    """The words of what is undertaken, by weight; those that the other's sentence has elsewhere count half."""
    if not a.telling or not b.telling:
        return 0.0
    both = _weight(a.telling & b.telling)
    beside = _weight((a.telling & b.sentence) - b.telling), _weight((b.telling & a.sentence) - a.telling)
    shared, union = both + sum(beside) / 2, a.weight + b.weight - both
    odd = min(a.weight - both - beside[0], b.weight - both - beside[1], 2.0)
    return 3 * shared / union + min(shared, 2.0) / 2 - odd / 2


def _sentences(a: _Traits, b: _Traits) -> float:
    """What the two sentences have in common beside the words of what is undertaken: who signed, where, what for.

    Where those words speak for two undertakings it says no more than that both are of one meeting.
    """
    beside = 0.5 * (min(_weight((a.sentence & b.sentence) - (a.telling & b.telling)), 5.0) - 0.3)
    return beside if _words(a, b) > 0 else min(beside, 0.0)


def _names(a: frozenset[str], b: frozenset[str]) -> float:
    """Proper words that are no country: an asset, a bank, a town."""
    return 0.75 * min(len(a & b), 2) if a & b else -0.75 if a and b else 0.0


def _figures(a: tuple[Quantity, ...], b: tuple[Quantity, ...]) -> float:
    """One number told twice says more the more figures it has; shares and counts say less than money and masses."""
    best = 0.0
    for x in a:
        for y in b:
            counted = x.unit[0] == y.unit[0] == "#"
            dollars = x.unit[-1] == y.unit[-1] == "$" and "$" in (x.unit, y.unit)  # which ones goes without saying
            if (x.unit == y.unit or counted or dollars) and x.number == y.number:
                weight = {1: 1.0, 2: 2.5}.get(max(x.figures, y.figures), 3.5)
                best = max(best, weight / 2 if x.unit in ("%", "points") or counted else weight)
    if best:
        return best
    alone = [{q.unit: q for q in qs if q.unit[0] != "#" and not q.former} for qs in (a, b)]
    for unit in alone[0].keys() & alone[1].keys():
        x, y = alone[0][unit], alone[1][unit]
        return 1.0 if rounded(x, y) or slipped(x, y) else -0.5
    return 0.0


def _times(a: Window | None, b: Window | None) -> float:
    if a is None or b is None or not (a.start and a.end and b.start and b.end):
        return 0.0
    if min(a.end - a.start, b.end - b.start) > _FAR_END and "until" in a.text and "until" in b.text:
        return 1.25  # few undertakings end in ten years
    if apart(a, b):
        return -0.5  # may be what they differ in
    within = (a.start >= b.start and a.end <= b.end) or (b.start >= a.start and b.end <= a.end)
    return 1.0 if abs(a.end - b.end) <= SAME_DAYS else 0.5 if within else 0.0


def _act(a: Pledge, b: Pledge, one: _Traits, two: _Traits) -> float:
    signed, shared = one.signed and two.signed, a.classes & b.classes
    kind = 1.25 if "speed" in shared else 0.75 if shared or signed else -0.25 if a.classes and b.classes else 0.0
    other = bool(one.sorts) and bool(two.sorts) and not one.sorts & two.sorts
    renewed = a.status == b.status == "reaffirmed"
    one_next = one.next_one and two.next_one and not other
    met = one.meets and two.meets
    return kind + 0.25 * (a.act == b.act) + 0.75 * signed + 0.5 * met + renewed + 1.5 * one_next - 1.0 * other


def _telling(pledge: Pledge) -> frozenset[str]:
    """The words that tell one undertaking from another: no number, time, country or person, nor the verb itself."""
    shown, proper = stems(_CAPITAL.findall(pledge.object)), stems(pledge.names | pledge.key)
    verb = frozenset((pledge.act,)) - load_vocabulary().maps["likeness.one"].keys()
    return stems(pledge.heads | pledge.key) - (shown - proper) - stems(verb)


@lru_cache(maxsize=2**14)
def _quantities(text: str) -> tuple[Quantity, ...]:
    return tuple(quantities(text))


def stems(words: Iterable[str]) -> frozenset[str]:
    """Words in a form that plurals and synonyms share, without those that tell nothing."""
    return frozenset(s for w in words if (s := _stem(w.lower())))


@lru_cache(maxsize=2**16)
def _stem(word: str) -> str:
    """A word as far as its forms share it, one word for those that mean one thing; empty for what tells nothing."""
    words = load_vocabulary()
    plain = word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word
    if {word, plain} & words["likeness.plain"] or word.isdigit():
        return ""
    plain = words.maps["likeness.one"].get(plain, plain)
    return re.sub(r"(?:ing|ed|e|ie)$", "", plain) if len(plain) > 5 else plain


def _weight(stems: frozenset[str]) -> float:
    return len(stems) - 0.7 * len(stems & common_stems())


@lru_cache(maxsize=1)
def common_stems() -> frozenset[str]:
    """Words that stand in many undertakings, as `stems` gives them."""
    words = load_vocabulary()
    return stems(words["likeness.common"].union(*(words[f"class.{kind}"] for kind in _HOW))) - stems(
        words.maps["likeness.one"]
    )


def _kind(a: Step, b: Step) -> float:
    """How well two types of measure agree; `VETO` for an export and an import, or a ban and a licence.

    One restriction told as a ban and as a restriction is found by more than its goods and days.
    """
    if a.measure == b.measure:
        return 2.0
    if UNCLEAR in (a.measure, b.measure):
        return 0.0
    flow_a, _, kind_a = a.measure.partition("_")
    flow_b, _, kind_b = b.measure.partition("_")
    if {a.measure, b.measure} <= TAXES:
        return 1.5
    if flow_a != flow_b:
        return VETO
    return 2.0 if {kind_a, kind_b} <= _LOOSE else -0.5 if "restriction" in (kind_a, kind_b) else VETO


def same_goods(a: Step, b: Step) -> bool | None:
    """Whether two measures cover a good in common; None where one of them names none.

    One name may hold the other ("whisky", "Scotch whisky"), be its initials ("EVs"), its kind ("grains", "wheat"), or
    stand in the other's sentence.
    """
    if not a.goods or not b.goods:
        return None
    if any(_one_good(x, y) for x in a.goods for y in b.goods):
        return True
    said = a.evidence.text.lower(), b.evidence.text.lower()
    vague = load_vocabulary()["likeness.plain"] | load_vocabulary()["measures.goods.generic"]
    named = any(
        re.search(rf"\b{re.escape(good)}", text) is not None
        for goods, text in ((a.goods, said[1]), (b.goods, said[0]))
        for good in goods
        if good not in vague and len(good) > 3
    )
    # "the unprocessed nut" may be the raw shea nuts
    heads = (
        ({good.split()[-1].rstrip("s") for good in s.goods if " " in good} - vague, t)
        for s, t in ((a, said[1]), (b, said[0]))
    )
    return True if named else None if any(re.search(rf"\b{re.escape(h)}", t) for hs, t in heads for h in hs) else False


def _goods_share(a: Step, b: Step) -> float:
    one, two = (_goods_words(step.goods) for step in (a, b))
    return len(one & two) / max(1, len(one | two))


@lru_cache(maxsize=2**12)
def _goods_words(goods: tuple[str, ...]) -> frozenset[str]:
    return stems(word for good in goods for word in good.split())


@lru_cache(maxsize=2**14)
def _one_good(a: str, b: str) -> bool:
    if a in b or b in a:
        return True
    short, long = sorted((a, b), key=len)
    if short.rstrip("s") == "".join(w[0] for w in long.split()):
        return True
    if stems(short.split()) and stems(short.split()) <= stems(long.split()):
        return True
    return bool(kinds_of((a,)) & kinds_of((b,)))


@lru_cache(maxsize=2**12)
def kinds_of(goods: tuple[str, ...]) -> frozenset[str]:
    """The names of many goods that cover any of these: "grain" for wheat, "vehicle" for cars."""
    kinds = load_vocabulary().group("measures.goods.kinds").items()
    return frozenset(kind for kind, members in kinds for g in goods if kind in g or any(m in g for m in members))
