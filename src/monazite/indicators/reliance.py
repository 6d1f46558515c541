"""Production and trade -> how much of what a country uses comes from abroad."""

from __future__ import annotations

from monazite.core.errors import NoDataError

__all__ = ["import_reliance"]


def import_reliance(production_t: float, imports_t: float, exports_t: float, stock_release_t: float = 0.0) -> float:
    """Net import reliance, 0-1: net imports over apparent consumption.

    ``IR = max(0, M - X + dS) / (P + M - X + dS)`` (US Geological Survey, Mineral Commodity Summaries, appendix B).

    :param production_t: domestic production from primary and old scrap, t contained a year.
    :param imports_t: imports, t contained a year.
    :param exports_t: exports, t contained a year.
    :param stock_release_t: what left stocks, t contained a year; negative if stocks grew.
    :raises NoDataError: if apparent consumption is not positive: more was exported than there was.

    >>> import_reliance(production_t=20, imports_t=90, exports_t=10)
    0.8
    """
    net = imports_t - exports_t + stock_release_t
    consumption = production_t + net
    if not consumption > 0:
        raise NoDataError("import reliance", f"apparent consumption is {consumption:g} t", "check trade and stocks")
    return max(0.0, net / consumption)
