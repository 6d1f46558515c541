"""What every coalition is worth -> who gets what: Shapley value, nucleolus, core. Games with transferable utility.

A game of n players is an array `value` of 2^n worths; position S counts the members by bits, so `value[0]` is 0,
`value[0b101]` what the first and the third player reach together. Up to 8 players.

- Shapley (1953, A value for n-person games): each player's mean addition over all orders of joining,
  `phi_i = sum over S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S))`.
- Core (Gillies 1959, Solutions to general non-zero-sum games): shares x with x(N) = v(N) and x(S) >= v(S) for all S.
  Least core (Maschler, Peleg and Shapley 1979): the least e for which x(S) >= v(S) - e has a solution, S neither
  empty nor all.
- Nucleolus (Schmeidler 1969, The nucleolus of a characteristic function game): the shares, none below what the player
  has alone, whose largest complaint v(S) - x(S) is least, then the next largest, and so on. Found by successive linear
  programmes (Kopelowitz 1967; Maschler, Peleg and Shapley 1979): a coalition is settled once its complaint is the same
  in all optima.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import MonaziteError
from monazite.plan.solver import Draft, solve

__all__ = ["Core", "core", "members", "nucleolus", "shapley"]

Array = NDArray[np.float64]

MOST_PLAYERS = 8
_TIGHT = 1e-7  # of the largest worth: below it two complaints are one


@dataclass(frozen=True, slots=True, eq=False)
class Core:
    """Whether every coalition can be content.

    `epsilon` is the least core's: above 0 the core is empty, and in every sharing some coalition is short of at least
    that much. `leavers` are the coalitions (as bits) that shares proposed leave with less than they have on their own,
    the worst off first, and `complaint` is what each is short of.
    """

    epsilon: float
    empty: bool
    leavers: tuple[int, ...]
    complaint: tuple[float, ...]


def members(players: int) -> NDArray[np.bool_]:
    """Who belongs to which coalition, (2^n, n).

    >>> members(2).astype(int).tolist()
    [[0, 0], [1, 0], [0, 1], [1, 1]]
    """
    belongs: NDArray[np.bool_] = (np.arange(1 << players)[:, None] >> np.arange(players)) & 1 == 1
    return belongs


def shapley(value: Array) -> Array:
    """The Shapley value of each player, (n,).

    Gloves: the first two own a left one each, the third a right one; a pair is worth 1.

    >>> print(shapley(np.array([0, 0, 0, 0, 0, 1, 1, 1.0])).round(4))
    [0.1667 0.1667 0.6667]
    """
    n = _players(value)
    size = members(n).sum(axis=1)
    weight = np.array([factorial(s) * factorial(n - s - 1) / factorial(n) for s in range(n)])
    without = [np.flatnonzero(~members(n)[:, i]) for i in range(n)]
    return np.array([weight[size[s]] @ (value[s | 1 << i] - value[s]) for i, s in enumerate(without)])


def nucleolus(value: Array) -> Array:
    """The nucleolus, (n,): no sharing makes the coalition that has most to complain of better off.

    :raises MonaziteError: if all together are worth less than each alone: then no sharing gives each what it has.

    The garment of the Talmud: one claims all of 200, the other half of it (Aumann and Maschler 1985).

    >>> print(nucleolus(np.array([0, 100, 0, 200.0])).round(4))
    [150.  50.]
    """
    n = _players(value)
    alone = value[1 << np.arange(n)]
    scale = max(float(np.abs(value).max()), 1e-300)
    if alone.sum() > value[-1] + _TIGHT * scale:
        what = f"all together reach {value[-1]:g}, each alone {alone.sum():g} in sum"
        raise MonaziteError("the nucleolus", what, "share only what coalitions add")
    who, worth = members(n), value / scale
    complaint = np.full(len(value), np.nan)  # of those settled
    open_ = np.ones(len(value), dtype=bool)
    open_[[0, -1]] = False
    complaint[-1] = 0.0
    settled = [who[-1]]
    while np.linalg.matrix_rank(np.array(settled)) < n:
        # Coalitions that those settled add up to are settled with them.
        least, prices = _least_complaint(worth, complaint, open_)
        tight = np.flatnonzero(open_)[prices > _TIGHT]
        complaint[tight], open_[tight] = least, False
        settled += list(who[tight])
        open_ &= ~_spanned(who, np.array(settled))
    shares = np.linalg.lstsq(np.array(settled, dtype=float), _owed(worth, complaint, np.array(settled), n), rcond=None)
    found: Array = shares[0] * scale
    return found


def _owed(worth: Array, complaint: Array, settled: NDArray[np.bool_], n: int) -> Array:
    at = settled @ (1 << np.arange(n))
    owed: Array = worth[at] - complaint[at]
    return owed


def _spanned(who: NDArray[np.bool_], settled: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which coalitions are linear combinations of the settled ones."""
    basis = np.linalg.svd(settled.astype(float))[2][: np.linalg.matrix_rank(settled)]
    rest = who - (who @ basis.T) @ basis
    spanned: NDArray[np.bool_] = np.abs(rest).max(axis=1) < 1e-9
    return spanned


def _least_complaint(worth: Array, complaint: Array, open_: NDArray[np.bool_]) -> tuple[float, Array]:
    """The least e with v(S) - x(S) <= e for open coalitions, and the price of each of these limits.

    A limit with a price above 0 holds with equality in all optima (complementary slackness), and some always have one,
    since the prices add up to 1.
    """
    n = _players(worth)
    names = tuple(map(str, range(len(worth))))
    draft = Draft()
    x = draft.variables("share", (names[:n],), low=worth[1 << np.arange(n)])
    e = draft.variables("complaint", low=-np.inf, cost=1.0)
    for family, which in (("open", open_), ("settled", np.isfinite(complaint))):
        labels = tuple(np.array(names)[which])
        columns = np.where(members(n)[which], x, -1)
        if family == "open":
            draft.rows(family, (labels,), [(columns, 1.0), (np.full(len(labels), e), 1.0)], low=worth[which])
        else:
            owed = worth[which] - complaint[which]
            draft.rows(family, (labels,), [(columns, 1.0)], low=owed, high=owed)
    answer = solve(draft, "the nucleolus")
    return float(answer.values[e]), answer.duals["open"]


def core(value: Array, shares: Array) -> Core:
    """Whether the core is empty, and which coalitions would leave rather than take these shares, (n,).

    Any two of three win 1: whatever is agreed, two can do better.

    >>> majority = core(np.array([0, 0, 0, 1, 0, 1, 1, 1.0]), np.full(3, 1 / 3))
    >>> majority.empty, round(majority.epsilon, 4), majority.leavers
    (True, 0.3333, (3, 5, 6))
    """
    n = _players(value)
    scale = max(float(np.abs(value).max()), 1e-300)
    epsilon = 0.0
    if n > 1:
        within = slice(1, len(value) - 1)
        draft = Draft()
        x = draft.variables("share", (tuple(map(str, range(n))),), low=-np.inf)
        e = draft.variables("epsilon", low=-np.inf, cost=1.0)
        labels = tuple(map(str, range(1, len(value) - 1)))
        columns = np.where(members(n)[within], x, -1)
        draft.rows("coalition", (labels,), [(columns, 1.0), (np.full(len(labels), e), 1.0)], low=value[within] / scale)
        draft.rows("all", (), [(x, 1.0)], low=value[-1] / scale, high=value[-1] / scale)
        epsilon = solve(draft, "the core").cost * scale
    complaint = value - members(n) @ shares
    complaint[-1] = 0.0
    worst = np.argsort(-complaint, kind="stable")
    leavers = tuple(int(s) for s in worst if complaint[s] > _TIGHT * scale)
    return Core(epsilon, epsilon > _TIGHT * scale, leavers, tuple(float(complaint[s]) for s in leavers))


def _players(value: Array) -> int:
    n = len(value).bit_length() - 1
    if len(value) != 1 << n or not 1 <= n <= MOST_PLAYERS or value[0] != 0 or not np.isfinite(value).all():
        what = f"{len(value)} worths, the first {value[0] if len(value) else None}"
        raise MonaziteError("a game", what, f"give 2^n finite worths for 1 to {MOST_PLAYERS} players, the first 0")
    return n
