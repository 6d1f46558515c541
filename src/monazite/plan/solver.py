"""A linear programme on arrays -> its answer, or words that say why there is none. The only module that knows HiGHS.

A programme is drawn up in blocks: variables in an array of any shape, and rows (constraints) in families of any shape,

    low <= sum over terms of sum over the term's trailing axes of coefficient x variable <= high.

The solver is HiGHS (Huangfu and Hall 2018, Parallelizing the dual revised simplex method, Mathematical Programming
Computation 10).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import inf, prod

import highspy
import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NotConverged

__all__ = ["Answer", "Axes", "Draft", "OutOfTime", "Term", "lp_text", "solve"]

Array = NDArray[np.float64]
Columns = NDArray[np.intp]
Term = tuple[Columns, Array | float]
"""Variables and what each is multiplied by. The leading axes are those of the rows; axes after them are summed. A
position of -1 stands for no variable."""
Axes = tuple[Sequence[str], ...]
"""The names along each axis of a block; their numbers are its shape."""

_SHOWN = 4  # names of an axis in a message
_LOWER = 2  # how HiGHS marks a lower bound; above it upper ones and both
_GAP = 1e-6  # from the optimum, at which a search over whole numbers may stop
_RAISED = 1e-3
_PIVOT_S = 60.0  # for the smallest set of limits that contradict each other


class OutOfTime(NotConverged):
    """No answer at all was found in time."""


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """One block of variables or rows: its name, the names along its axes, where it begins."""

    name: str
    axes: Axes
    first: int

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(a) for a in self.axes)

    def label(self, at: int) -> str:
        """The name of one member, by its position among all variables or rows."""
        where = np.unravel_index(at - self.first, self.shape) if self.axes else ()
        names = ", ".join(axis[int(i)] for axis, i in zip(self.axes, where, strict=True))
        return f"{self.name}[{names}]" if names else self.name


@dataclass(slots=True, eq=False)
class Draft:
    """A programme as it is being drawn up; `solve` reads it."""

    _columns: list[_Block] = field(default_factory=list)
    _bounds: list[Array] = field(default_factory=list)  # (4, size) each: low, high, cost, whether whole
    _rows: list[_Block] = field(default_factory=list)
    _limits: list[Array] = field(default_factory=list)  # (2, size) each: low, high
    _cells: list[tuple[Columns, Columns, Array]] = field(default_factory=list)  # row, column, value

    def variables(
        self,
        name: str,
        axes: Axes = (),
        low: Array | float = 0.0,
        high: Array | float = inf,
        cost: Array | float = 0.0,
        whole: Array | bool = False,
    ) -> Columns:
        """New variables between `low` and `high`; where they stand, in the shape of their axes.

        `cost` is what one unit adds to the sum that is made least; `whole` says which may take whole numbers only.
        """
        block = _Block(name, axes, sum(b.shape[1] for b in self._bounds))
        self._columns.append(block)
        self._bounds.append(np.stack([_filled(part, block.shape) for part in (low, high, cost, whole)]))
        return np.asarray(block.first + np.arange(prod(block.shape)).reshape(block.shape))

    def rows(
        self, family: str, axes: Axes, terms: Sequence[Term], low: Array | float = -inf, high: Array | float = inf
    ) -> None:
        """A family of constraints. A variable stands in a row once at most."""
        block = _Block(family, axes, sum(b.shape[1] for b in self._limits))
        self._rows.append(block)
        self._limits.append(np.stack([_filled(part, block.shape) for part in (low, high)]))
        number = np.arange(prod(block.shape)).reshape(block.shape)
        parts = []
        for columns, coefficients in terms:
            summed = columns.ndim - len(block.axes)
            row = number.reshape(block.shape + (1,) * summed)
            at, column, value = np.broadcast_arrays(row, columns, coefficients)
            used = (column >= 0) & (value != 0)
            parts.append((at[used], column[used], value[used]))
        row, column, found = (np.concatenate(p) for p in zip(*parts, strict=True))
        order = np.argsort(row, kind="stable")
        self._cells.append((block.first + row[order], column[order], found[order]))

    @property
    def size(self) -> tuple[int, int]:
        """How many rows and variables there are."""
        return sum(b.shape[1] for b in self._limits), sum(b.shape[1] for b in self._bounds)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The least cost, the values that reach it, and what each limit is worth.

    `duals` has for each family, in its shape, by how much the cost rises when both its limits are raised by one.
    `gap` is 0 for a proven optimum; after a time limit it is how far the cost may be above the optimum, relative to it.
    """

    cost: float
    values: Array
    duals: Mapping[str, Array]
    gap: float


def solve(
    draft: Draft, where: str, time_limit_s: float = inf, raised: str = "", words: Mapping[str, str] | None = None
) -> Answer:
    """The answer of a programme; with whole variables, its duals are those with these held at their values.

    :param where: what is solved, for messages.
    :param raised: a family whose duals are wanted to the right: where a limit's worth changes at its very value, the
        duals are those with the family's limits a little higher.
    :param words: what families and variables are called in messages, the ones to name first; "" for those not to name.
    :raises NotConverged: if nothing can hold all limits at once, with the limits that contradict each other; if the
        cost has no lower bound.
    :raises OutOfTime: if no answer was found in time.
    """
    bounds, limits = np.hstack(draft._bounds), np.hstack(draft._limits)
    whole = bounds[3] > 0
    solver = _solver(draft, bounds, limits, time_limit_s)
    solver.setOptionValue("mip_rel_gap", _GAP)
    solver.run()
    status, kinds = solver.getModelStatus(), highspy.HighsModelStatus
    if status == kinds.kUnboundedOrInfeasible:  # which of the two is known without presolve only
        solver.setOptionValue("presolve", "off")
        solver.run()
        status = solver.getModelStatus()
    if status == kinds.kInfeasible:
        raise _contradiction(solver, draft, where, words or {})
    info = solver.getInfo()
    in_time = status == kinds.kOptimal
    if not in_time and not (status == kinds.kTimeLimit and info.primal_solution_status == 2):
        if status == kinds.kTimeLimit:
            raise OutOfTime(where, f"no answer within {time_limit_s:g} s", "allow more time, or ask for less at once")
        raise NotConverged(where, "the cost has no lower bound", "see that no lever earns more than it costs")
    cost, found = info.objective_function_value, np.array(solver.getSolution().col_value)
    left = float(info.mip_gap) if whole.any() else (0.0 if in_time else inf)
    if whole.any():
        fixed = bounds.copy()
        fixed[:2, whole], fixed[3] = np.rint(found[whole]), 0.0
        solver = _solver(draft, fixed, limits, inf)
    if raised:
        (block,) = (b for b in draft._rows if b.name == raised)
        for i in range(block.first, block.first + prod(block.shape)):
            solver.changeRowBounds(i, *(limits[:, i] + _RAISED))
    if whole.any() or raised:
        solver.run()
    dual = np.array(solver.getSolution().row_dual)
    duals = {b.name: dual[b.first : b.first + prod(b.shape)].reshape(b.shape) for b in draft._rows}
    return Answer(cost, found, duals, left)


def _solver(draft: Draft, bounds: Array, limits: Array, time_limit_s: float) -> highspy.Highs:
    row, column, value = (np.concatenate(p) for p in zip(*draft._cells, strict=True))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = bounds.shape[1], limits.shape[1]
    lp.col_lower_, lp.col_upper_, lp.col_cost_ = bounds[:3]
    lp.row_lower_, lp.row_upper_ = limits
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.searchsorted(row, np.arange(limits.shape[1] + 1)).astype(np.int32)
    lp.a_matrix_.index_, lp.a_matrix_.value_ = column.astype(np.int32), value
    if (bounds[3] > 0).any():
        lp.integrality_ = [highspy.HighsVarType.kInteger if w else highspy.HighsVarType.kContinuous for w in bounds[3]]
    solver: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)  # the same answer on every machine
    solver.setOptionValue("time_limit", time_limit_s)
    if solver.passModel(lp) == highspy.HighsStatus.kError:
        raise ValueError("the programme is malformed: a number that is not finite, or a variable twice in a row")
    return solver


def _contradiction(solver: highspy.Highs, draft: Draft, where: str, words: Mapping[str, str]) -> NotConverged:
    """The smallest set of limits found that cannot hold together, family by family."""
    solver.setOptionValue("iis_strategy", 6)  # from the elastic programme, then thinned until none can be spared
    solver.setOptionValue("iis_time_limit", _PIVOT_S)
    _, found = solver.getIis()
    low = np.hstack(draft._bounds)[0]
    held = [(_block(draft._rows, i), i) for i in sorted(found.row_index_)]
    for at, side in sorted(zip(found.col_index_, map(int, found.col_bound_), strict=True)):
        if side > _LOWER or (side == _LOWER and low[at] != 0):  # that an amount is not below zero explains nothing
            held.append((_block(draft._columns, at), at))
    order = list(words)
    held.sort(key=lambda pair: order.index(pair[0].name) if pair[0].name in order else len(order))
    told = []
    for block, group in groupby(held, key=lambda pair: pair[0]):
        if name := words.get(block.name, block.name):
            told.append(name + _places(block, [at for _, at in group]))
    return NotConverged(where, f"these limits cannot hold together: {'; '.join(told)}", "loosen one of them")


def _places(block: _Block, members: Sequence[int]) -> str:
    """The names along each axis at which some members stand."""
    if not block.axes:
        return ""
    at = np.unravel_index(np.array(members) - block.first, block.shape)
    parts = []
    for axis, where in zip(block.axes, at, strict=True):
        names = [axis[i] for i in np.unique(where).tolist()]
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        parts.append(", ".join(names[:_SHOWN]) + more)
    return f" ({'; '.join(parts)})"


def _block(blocks: Sequence[_Block], at: int) -> _Block:
    return next(b for b in reversed(blocks) if b.first <= at)


def lp_text(draft: Draft, family: str) -> str:
    """The rows of one family as text, one on a line: its label, its sum, its limits.

    >>> draft = Draft()
    >>> x = draft.variables("x", (("a", "b"),), high=3.0)
    >>> draft.rows("most", (("a", "b"),), [(x, np.array([1.0, 2.0]))], high=4.0)
    >>> print(lp_text(draft, "most"))
    most[a]: x[a] <= 4
    most[b]: 2 x[b] <= 4
    """
    at = [b.name for b in draft._rows].index(family)
    block, (row, column, value), limits = draft._rows[at], draft._cells[at], draft._limits[at]
    lines = []
    for i in range(prod(block.shape)):
        own = row == block.first + i
        cells = zip(column[own], value[own], strict=True)
        total = " ".join(_product(v, _block(draft._columns, c).label(c)) for c, v in cells)
        lines.append(f"{block.label(block.first + i)}: {total.removeprefix('+ ')} {_limit(*limits[:, i])}")
    return "\n".join(lines)


def _product(value: float, name: str) -> str:
    size = "" if abs(value) == 1 else f"{abs(value):.6g} "
    return f"{'-' if value < 0 else '+'} {size}{name}"


def _limit(low: float, high: float) -> str:
    if low == high:
        return f"= {low:.6g}"
    return " and ".join(f"{sign} {x:.6g}" for sign, x in ((">=", low), ("<=", high)) if abs(x) < inf)


def _filled(part: Array | float, shape: tuple[int, ...]) -> Array:
    return np.broadcast_to(np.asarray(part, dtype=float), shape).ravel()
