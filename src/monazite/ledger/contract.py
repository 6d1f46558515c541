"""The ledger as plain data: the JSON of `monazite read --json`, dates ISO 8601, places as codes."""

from __future__ import annotations

from typing import Any

from monazite.core.jsonable import jsonable
from monazite.ledger.values import Claim, Conflict, Ledger

__all__ = ["to_json"]


def to_json(ledger: Ledger) -> dict[str, Any]:
    """`{"as_of", "reports", "claims", "conflicts"}`; every claim and conflict carries its verbatim evidence."""
    return {
        "as_of": ledger.as_of.isoformat(),
        "reports": [{k: v for k, v in jsonable(r).items() if k != "text"} for r in ledger.reports],
        "claims": [_fields(c) for c in ledger.claims],
        "conflicts": [_fields(c) for c in ledger.conflicts],
    }


def _fields(item: Claim | Conflict) -> dict[str, Any]:
    """The fields of a claim or conflict, what it is first."""
    told = jsonable(item)
    return {key: told[key] for key in sorted(told, key=lambda k: k not in ("id", "kind"))}
