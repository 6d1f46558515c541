"""All stages of a chain week by week: stocks run down, goods in transit arrive, orders move, for many draws at once.

Each country holds a stock of each good; it is made from the stage before and bought from other countries, and goes to
the next stage, to use and abroad. Stocks and orders follow the inventory models of Hallegatte (2008, 2014) and the
order-up-to rule of Sterman (1989); ways and rationing are close to DisruptSC (Colon, Hallegatte and Rozenberg 2021).
"""

from monazite.simulation.weekly.run import CHUNK, Kernel, runs
from monazite.simulation.weekly.values import Chain, Drivers, Habits, Run

__all__ = ["CHUNK", "Chain", "Drivers", "Habits", "Kernel", "Run", "runs"]
