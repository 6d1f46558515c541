"""Flows between countries -> a world map: an arc for each flow, shares as shades, the passages of the sea."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monazite.brief import globe, words
from monazite.brief.globe import World
from monazite.brief.pieces import INK, MUTED, WIDTH, Option, base, box_at, shade, shade_key, text_px, words_at
from monazite.brief.values import Arc, Chart, FlowView
from monazite.core.errors import NoDataError
from monazite.core.gazetteer import Gazetteer
from monazite.core.pictures import DE_FACTO

__all__ = ["BOUNDARIES", "boundaries_told", "flow_map"]

_NO_OPINION = "Boundaries and names imply no opinion on the status of any country or territory."
BOUNDARIES = (
    "Boundaries: {view}. They show who governs, not what is right; Crimea is drawn in Ukraine and Western Sahara "
    "apart. Both are hatched, as are other areas under dispute that Natural Earth lists and this scale shows. "
    + _NO_OPINION
)
UNDRAWN = (
    "Boundaries: {view}, without lines where there is a dispute that Natural Earth lists and this scale shows. Those "
    "areas, Crimea and Western Sahara among them, are grey and hatched and drawn as nobody’s. " + _NO_OPINION
)
CLAIMED = (
    "Boundaries: {view}, but areas under dispute that {who} claims, as Natural Earth 5.1.1 notes it, are drawn as part "
    "of {who}: {drawn}. This is no official map. Other areas under dispute are drawn as governed; all that this scale "
    "shows are hatched. The figures are by the countries and territories of the tables. " + _NO_OPINION
)
"""What has to stand below every map; `view` names whose boundaries it shows, `who` whose claims."""

PASSAGES = (
    "Beside a passage stands the share of the value whose sea lane between main ports goes through it, if all goes by "
    "sea (assumption)."
)

LAND, COAST, BUYER, ARC, GATE = "#f0f2f4", "#b9c1ca", "#f3c98b", "#b84a00", "#5b2a86"
_TOP, _LEAST, _MOST, _GAP = 34, 0.8, 13.0, 5.0
_NAMED = 0.01
"""The share from which a flow is named, and names the passages on its way."""
_SCALE = WIDTH / (globe.FRAME[2] - globe.FRAME[0])
_HIGH = round((globe.FRAME[3] - globe.FRAME[1]) * _SCALE)

Spot = tuple[float, float]
_Parts = Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class _Box:
    """A rectangle of the picture in px."""

    left: float
    top: float
    wide: float
    high: float

    def shared(self, other: _Box) -> float:
        """The area that two rectangles share."""
        across = min(self.left + self.wide, other.left + other.wide) - max(self.left, other.left)
        down = min(self.top + self.high, other.top + other.high) - max(self.top, other.top)
        return max(0.0, across) * max(0.0, down)

    def nearest(self, spot: Spot) -> Spot:
        """The point of the rectangle that is nearest to a spot."""
        x, y = spot
        return max(self.left, min(x, self.left + self.wide)), max(self.top, min(y, self.top + self.high))

    def holds(self, spot: Spot) -> bool:
        """Whether a spot lies in it."""
        return 0 <= spot[0] - self.left <= self.wide and 0 <= spot[1] - self.top <= self.high


def flow_map(view: FlowView, world: World, gazetteer: Gazetteer, most: int = 12) -> Chart:
    """Exporters and importers on a map: the `most` largest flows as arcs as wide as their share, all as shades.

    Shades are each exporter's share of everything; beside a passage stands the share whose lane goes through it. The
    map is the one of two that fewer arcs leave; an arc that leaves it comes in again on the other side. A flow whose
    country has no place on the map is named below it.

    :raises NoDataError: if there is no flow.
    """
    total = sum(a.value for a in view.arcs)
    if not total > 0:
        raise NoDataError(view.title, "there is no flow to show", "ask for another year or mineral")
    ordered = sorted(view.arcs, key=lambda a: (-a.value, a.exporter, a.importer))
    placed = [a for a in ordered if {a.exporter, a.importer} <= world.points.keys()]
    drawn = [a for a in placed if a.value >= total / 1000][:most]
    name = _ground(placed, world.points)
    names = _Gazette(world, gazetteer, globe.CENTRES[name])
    name += f" {world.boundaries}" if world.boundaries != DE_FACTO else ""
    part = {(a.exporter, a.importer): a.value / total for a in ordered}
    ways = [_way(a, world.points, names.centre, total) for a in drawn]
    option = base(grid={})
    option["geo"] = _geo(part, names, name)
    told = [
        f"{names.name(a.exporter)} to {names.name(a.importer)}\n"
        f"{words.pct(a.value / total)}, {words.number(a.value / 1e6)} million {view.unit}"
        for a in drawn
    ]
    option["series"] = [_hatching(world, names.centre), _arcs(ways, told)]
    option["graphic"] = _marks(view, drawn, ways, part, names)
    return Chart(
        title=view.title,
        summary=_summary(view, ordered, total, gazetteer),
        option=option,
        width=WIDTH,
        height=_TOP + _HIGH,
        header=("Exporter", "Importer", "Share", f"Value, million {view.unit}"),
        rows=tuple(
            (words.one_line(gazetteer.name_of(a.exporter)), words.one_line(gazetteer.name_of(a.importer)),
             words.pct(a.value / total), words.number(a.value / 1e6))
            for a in ordered
        ),
        columns=("exporter", "importer", f"value_{view.unit.lower()}", "share"),
        figures=tuple((a.exporter, a.importer, a.value, a.value / total) for a in ordered),
        notes=_notes(view, world, ordered, drawn, names),
        ground=name,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Way:
    """An arc as it is drawn: its pieces on the plane of the map, the corners of its head and its width in px."""

    pieces: tuple[list[Spot], ...]
    head: list[Spot]
    wide: float

    @property
    def foot(self) -> Spot:
        """Where the line ends and the head begins, in px."""
        return _pixel(self.pieces[-1][-1])


@dataclass(frozen=True, slots=True)
class _Gazette:
    """What places need to be named: where they are, what they are called, which meridian is in the middle."""

    world: World
    gazetteer: Gazetteer
    centre: float

    def spot(self, code: str) -> Spot:
        """Where a country's point is in the picture."""
        return _spot(*self.world.points[code], self.centre)

    def name(self, code: str) -> str:
        """A country's name, short enough for a map."""
        return words.one_line(self.gazetteer.name_of(code), 22)


def _ground(arcs: Iterable[Arc], points: Mapping[str, Spot]) -> str:
    """The map whose edge less of the flow crosses; the first where they are alike."""
    left = dict.fromkeys(globe.CENTRES, 0.0)
    for arc in arcs:
        line = globe.way(points[arc.exporter], points[arc.importer], steps=4)
        for name, centre in globe.CENTRES.items():
            left[name] += arc.value * (len(globe.cut_line(line, centre)) > 1)
    return min(left, key=lambda name: left[name])


def _spot(longitude: float, latitude: float, centre: float) -> Spot:
    return _pixel(globe.project(globe.turned(longitude, centre), latitude))


def _pixel(at: Spot) -> Spot:
    return (at[0] - globe.FRAME[0]) * _SCALE, _TOP + (globe.FRAME[3] - at[1]) * _SCALE


def _way(arc: Arc, points: Mapping[str, Spot], centre: float, total: float) -> _Way:
    """An arc's pieces on the map, the last without the bit that its head takes."""
    line = globe.way(points[arc.exporter], points[arc.importer])
    pieces = [[globe.project(x, y) for x, y in piece] for piece in globe.cut_line(line, centre)]
    wide = max(_LEAST, _MOST * arc.value / total)
    last, head = _headed(pieces[-1], wide)
    return _Way((*pieces[:-1], last), head, wide)


def _sold(part: _Parts) -> dict[str, float]:
    """Each exporter's share of everything."""
    sold: dict[str, float] = {}
    for (exporter, _), share in part.items():
        sold[exporter] = sold.get(exporter, 0.0) + share
    return sold


def _geo(part: _Parts, names: _Gazette, name: str) -> Option:
    sold, bought = _sold(part), _sold({(b, a): share for (a, b), share in part.items()})
    fill = {code: shade(share)[0] for code, share in sold.items()} | dict.fromkeys(bought, BUYER)
    drawn = {str(f["id"]) for f in names.world.features}
    regions = [
        {
            "name": code,
            "itemStyle": {"areaColor": fill[code]},
            "tip": "\n".join(
                (
                    names.name(code),
                    *(f"{did} {words.pct(by[code])}" for by, did in ((sold, "sells"), (bought, "buys")) if code in by),
                )
            ),
        }
        for code in sorted(fill.keys() & drawn)
    ]
    west, south, east, north = globe.FRAME
    return {
        "map": name,
        "left": 0,
        "top": _TOP,
        "width": WIDTH,
        "height": _HIGH,
        "boundingCoords": [[west, north], [east, south]],
        "aspectScale": 1,
        "roam": "scale",
        "scaleLimit": {"min": 1, "max": 16},
        "emphasis": {"disabled": True},
        "itemStyle": {"areaColor": LAND, "borderColor": COAST, "borderWidth": 0.5},
        "regions": regions + ([_NOBODYS] if globe.NOBODY in drawn else []),
    }


# As wide as its neighbours' lines, which it covers.
_NOBODYS = {
    "name": globe.NOBODY,
    "itemStyle": {"areaColor": "#dde1e6", "borderColor": "#dde1e6", "borderWidth": 1.2},
}


def _hatching(world: World, centre: float) -> Option:
    lines = [p for line in world.hatching for p in globe.cut_line(line, centre)]
    return _lines(
        [{"coords": [globe.project(x, y) for x, y in line]} for line in lines], {"color": MUTED, "width": 0.6}
    )


def _arcs(ways: Sequence[_Way], told: Sequence[str]) -> Option:
    data = [
        {"coords": piece, "lineStyle": {"width": round(w.wide, 2)}, "tip": tip}
        for w, tip in zip(ways, told, strict=True)
        for piece in w.pieces
    ]
    return {**_lines(data, {"color": ARC, "opacity": 0.82, "cap": "butt"}), "silent": False}


def _lines(data: list[Option], style: Option) -> Option:
    for item in data:
        item["coords"] = [[round(x, 2), round(y, 2)] for x, y in item["coords"]]
    return {
        "type": "lines",
        "coordinateSystem": "geo",
        "polyline": True,
        "silent": True,
        "data": data,
        "lineStyle": style,
    }


def _headed(piece: list[Spot], wide: float) -> tuple[list[Spot], list[Spot]]:
    """A piece of an arc without its last bit, on the plane, and the corners of the head that takes its place, in px."""
    tip, length = piece[-1], (_GAP + 5 + 0.9 * wide) / _SCALE
    kept = [p for p in piece if math.dist(p, tip) > length]
    line = kept if len(kept) > 1 else piece[:2]
    foot = _pixel(line[-1])
    end = _pixel(tip)
    far = math.dist(foot, end) or 1.0
    along = ((end[0] - foot[0]) / far, (end[1] - foot[1]) / far)
    point = (end[0] - _GAP * along[0], end[1] - _GAP * along[1]) if far > 2 * _GAP else end
    half = 2.6 + 0.75 * wide
    sides = [(foot[0] - k * half * along[1], foot[1] + k * half * along[0]) for k in (1, -1)]
    return line, [sides[0], point, sides[1]]


def _marks(view: FlowView, drawn: Sequence[Arc], ways: Sequence[_Way], part: _Parts, names: _Gazette) -> list[Option]:
    """All that stands at a place in px: heads, dots, passages, names and the key to the shades."""
    ends = dict.fromkeys((*(a.importer for a in drawn), *(a.exporter for a in drawn)))
    share = _sold(part)
    passages = [
        (p.name, _spot(p.longitude, p.latitude, names.centre), sum(part.get(pair, 0.0) for pair in p.pairs))
        for p in view.passages
    ]
    marks = [_bound(_polygon(way.head, ARC), way.foot) for way in ways]
    marks += [_bound(_diamond(at, 4.5 if passes >= _NAMED else 2.5), at) for _, at, passes in passages]
    marks += [_bound(_dot(at), at) for at in map(names.spot, ends)]
    key = shade_key(0, 4, [(BUYER, "importer")])
    if passages:
        left = WIDTH - 24 - text_px("sea passage", 12)
        key += [_diamond((left, 10.5), 4.5), words_at(left + 10, 10.5, "sea passage", 12, INK)]
    wanted = [
        *((names.spot(c), names.name(c), 12.5) for c in dict.fromkeys(a.importer for a in drawn)),
        *((names.spot(c), f"{names.name(c)} {words.pct(share[c])}", 12.0) for c in _sellers(drawn, share)),
        *((at, f"{words.one_line(name, 26)} {words.pct(n)}", 11.0) for name, at, n in passages if n >= _NAMED),
    ]
    traces = [_pixel(at) for way in ways for piece in way.pieces for at in piece[::2]]
    return [*marks, *_names(wanted, traces, [*map(names.spot, ends), *(at for _, at, _ in passages)]), *key]


def _sellers(drawn: Sequence[Arc], share: Mapping[str, float]) -> list[str]:
    """The exporters of the flows drawn that are worth a name, and are no importers as well."""
    buyers = {a.importer for a in drawn}
    sellers = dict.fromkeys(a.exporter for a in drawn)
    return [code for code in sellers if code not in buyers and share[code] >= _NAMED]


def _names(wanted: Sequence[tuple[Spot, str, float]], traces: Sequence[Spot], spots: Sequence[Spot]) -> list[Option]:
    """The names on white, with a line to their spot where they stand apart from it; small ones are passages."""
    marks: list[Option] = []
    for chip, (spot, text, size) in zip(_placed(wanted, traces, spots), wanted, strict=True):
        if chip:
            colour = GATE if size < 12 else INK
            named = _leader(chip, spot, colour)
            named.append(box_at(chip.left, chip.top, chip.wide, chip.high, "#ffffff"))
            named.append(words_at(chip.left + 3, chip.top + chip.high / 2, text, size, colour))
            marks += [_bound(mark, spot, chip) for mark in named]
    return marks


def _bound(mark: Option, spot: Spot, chip: _Box | None = None) -> Option:
    """A mark that keeps its size and its distance from a spot of the map when that is zoomed.

    The marks of a name have its box too: of two that cover each other then, the later one is left out.
    """
    box = {"box": [round(v, 1) for v in (chip.left, chip.top, chip.wide, chip.high)]} if chip else {}
    return {**mark, "info": {"at": [round(v, 1) for v in spot], **box}}


def _placed(
    wanted: Sequence[tuple[Spot, str, float]], traces: Sequence[Spot], spots: Sequence[Spot]
) -> list[_Box | None]:
    """A box for each text near its spot, the first ones first; None where all room is taken.

    A box covers no other box; of those that are left, the one that hides least of arcs and spots and is near is taken.
    """
    taken: list[_Box] = []
    found: list[_Box | None] = []
    for spot, text, size in wanted:
        wide, high = text_px(text, size) + 6, size + 4
        free = [
            box for box in _around(spot, wide, high)
            if box.left >= 0 and box.left + wide <= WIDTH and _TOP <= box.top <= _TOP + _HIGH - high
            and not any(box.shared(other) for other in taken)
        ]  # fmt: skip
        cost = {
            box: sum(box.holds(t) for t in traces)
            + 10 * sum(math.dist(box.nearest(s), s) < 4 for s in spots)
            + math.dist(box.nearest(spot), spot) / 4
            for box in free
        }
        best = min(free, key=lambda box: cost[box], default=None)
        found.append(best)
        taken += [best] if best else []
    return found


def _around(spot: Spot, wide: float, high: float) -> list[_Box]:
    """Places for a box beside, above and below a spot, near ones and some farther off."""
    x, y = spot
    return [
        _Box(x - wide / 2 + across * (wide / 2 + gap), y - high / 2 + down * (high / 2 + gap), wide, high)
        for gap in (5.0, 9.0, 15.0, 23.0, 33.0)
        for across, down in ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))
    ]


def _leader(box: _Box, spot: Spot, colour: str) -> list[Option]:
    """A thin line from a spot to a box that does not stand right beside it."""
    x, y = box.nearest(spot)
    if math.dist((x, y), spot) < 12:
        return []
    shape = {"x1": round(spot[0], 1), "y1": round(spot[1], 1), "x2": round(x, 1), "y2": round(y, 1)}
    return [{"type": "line", "silent": True, "z": 15, "shape": shape, "style": {"stroke": colour, "lineWidth": 0.7}}]


def _polygon(corners: Sequence[Spot], colour: str) -> Option:
    points = [[round(x, 1), round(y, 1)] for x, y in corners]
    return {"type": "polygon", "silent": True, "z": 15, "shape": {"points": points}, "style": {"fill": colour}}


def _diamond(at: Spot, half: float) -> Option:
    x, y = at
    return _polygon([(x, y - half), (x + 0.8 * half, y), (x, y + half), (x - 0.8 * half, y)], GATE)


def _dot(at: Spot) -> Option:
    shape = {"cx": round(at[0], 1), "cy": round(at[1], 1), "r": 2.6}
    style = {"fill": INK, "stroke": "#ffffff", "lineWidth": 0.8}
    return {"type": "circle", "silent": True, "z": 16, "shape": shape, "style": style}


def _summary(view: FlowView, ordered: Sequence[Arc], total: float, gazetteer: Gazetteer) -> str:
    largest = "; ".join(
        f"{words.one_line(gazetteer.name_of(a.exporter))} to {words.one_line(gazetteer.name_of(a.importer))} "
        f"{words.pct(a.value / total)}"
        for a in ordered[:5]
    )
    return f"World map of {words.plural(len(ordered), 'flow')}. The largest: {largest}."


def _notes(
    view: FlowView, world: World, ordered: Sequence[Arc], drawn: Sequence[Arc], names: _Gazette
) -> tuple[str, ...]:
    rest = [a for a in ordered if a not in drawn]
    told = f"Arcs are as wide as their share of the value; {words.plural(len(drawn), 'flow')} of {len(ordered)} drawn"
    if rest:
        share = sum(a.value for a in rest) / sum(a.value for a in ordered)
        told += f", the others are {words.pct(share)} together and stand in the table"
    lost = dict.fromkeys(c for a in rest for c in (a.exporter, a.importer) if c not in world.points)
    return (
        told + ".",
        *([f"Not on the map: {words.spoken(map(names.name, lost))}."] if lost else []),
        *([PASSAGES] if view.passages else []),
        *view.notes,
        boundaries_told(world, names.gazetteer),
    )


def boundaries_told(world: World, gazetteer: Gazetteer) -> str:
    """Whose boundaries a map shows, in the words that have to stand below it."""
    if world.boundaries in (DE_FACTO, "undrawn"):
        return (BOUNDARIES if world.boundaries == DE_FACTO else UNDRAWN).format(view=world.view)
    who = words.one_line(gazetteer.name_of(world.boundaries))
    return CLAIMED.format(view=world.view, who=who, drawn="; ".join(world.drawn))
