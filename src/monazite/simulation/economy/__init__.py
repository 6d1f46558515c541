"""The economy behind a shortage: ARIO with inventories over an inter-country table, for many scenarios at once.

Every industry of every economy holds stocks of what it buys, makes the least of what is ordered, what it can and what
its stocks allow, shares a shortage among its clients in proportion, and reorders from whoever can deliver (Hallegatte
2008, 2014; Guan et al. 2020).
"""

from monazite.simulation.economy.table import REST, grouped, traded
from monazite.simulation.economy.values import BOARIO, Habits, Rebuilding, Run, Shock, Table

__all__ = ["BOARIO", "REST", "Habits", "Rebuilding", "Run", "Shock", "Table", "grouped", "traded"]
