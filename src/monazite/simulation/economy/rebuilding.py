"""Destroyed capital -> who is asked to rebuild how much, and what capacity is still lost.

What node j still needs from supplier i is `M_ij = sector_p share_ij damage_j left_i`: each supplier works off the same
part of all it is asked for, so that only `left` (scenarios, n) has to be kept, no matrix.
"""

from __future__ import annotations

from typing import Any

from monazite.simulation.economy.values import YEAR_DAYS, Rebuilding, Table

__all__ = ["asked_share", "lost_share"]


def asked_share(table: Table, event: Rebuilding, xp: Any) -> Any:
    """What a step asks of each node while nothing is rebuilt yet, over its normal output of a step, (scenarios, n)."""
    damage = xp.asarray(table.by_product(event.destroyed_share) * table.capital_musd)
    r, n = table.regions, table.nodes
    found = xp.zeros((damage.shape[0], n))
    for p in _sectors(event):
        asked = xp.matmul(damage, xp.matrix_transpose(xp.asarray(table.shares[p])))
        found[:, p * r : (p + 1) * r] = float(event.sectors[p]) * asked
    output = xp.asarray(table.output_musd)
    return xp.where(output > 0, found / xp.where(output > 0, output, 1.0), 0.0) * (YEAR_DAYS / event.days)


def lost_share(table: Table, event: Rebuilding, left: Any, xp: Any) -> Any:
    """The share of capital that is still lost, `left` (scenarios, n) being the part each supplier has yet to deliver.

    What a node buys from nobody is rebuilt by nobody.
    """
    r = table.regions
    rebuilt = 0.0
    for p in _sectors(event):
        done = 1.0 - left[:, p * r : (p + 1) * r]
        rebuilt = rebuilt + float(event.sectors[p]) * xp.matmul(done, xp.asarray(table.shares[p]))
    return xp.asarray(table.by_product(event.destroyed_share)) * (1.0 - rebuilt)


def _sectors(event: Rebuilding) -> list[int]:
    return [int(p) for p in event.sectors.nonzero()[0]]
