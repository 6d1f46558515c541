"""The ledger as plain data: the JSON of `monazite read --json`, dates ISO 8601, places as codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from monazite.core.jsonable import jsonable
from monazite.ledger.values import Claim, Commitment, Conflict, Evidence, Ledger, Measure, Window

__all__ = ["COLUMNS", "headline", "rows", "to_json"]

COLUMNS = (
    "id", "kind", "who", "with", "what", "status", "standing", "from", "to", "when", "resolution", "report", "start",
    "end", "quotation",
)  # fmt: skip
"""The columns of the ledger as one table; `from`, `to` and `when` are the time a thing is due or in effect."""

_STATE = ("status", "standing")


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


def headline(claim: Claim) -> str:
    """What a claim is about, in a few words."""
    if isinstance(claim, Commitment):
        return claim.object or claim.mechanism or claim.act
    if isinstance(claim, Measure):
        toward = f" toward {', '.join(claim.target)}" if claim.target else ""
        return f"{', '.join(claim.imposer)}: {claim.measure.replace('_', ' ')} on {', '.join(claim.goods)}{toward}"
    value = claim.value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    words = (p.get("name") if isinstance(p, dict) else p for p in parts)
    return f"{claim.fact.replace('_', ' ')}: {', '.join(dict.fromkeys(str(w) for w in words if w is not None))}"


def rows(ledger: Ledger) -> Iterator[tuple[str, ...]]:
    """Claims and conflicts as rows of `COLUMNS`, one for each quotation; several names in a cell are joined by `|`."""
    for claim in ledger.claims:
        state = claim.id, claim.kind, *_sides(claim), headline(claim), *(getattr(claim, f, "") for f in _STATE)
        window = claim.due if isinstance(claim, Commitment) else getattr(claim, "effective", None)
        for quote in claim.evidence:
            yield (*state, *_days(window), "", *_quoted(quote))
    for conflict in ledger.conflicts:
        state = conflict.id, "conflict", "", "", conflict.explanation, conflict.type, conflict.severity
        for quote in conflict.evidence:
            yield (*state, "", "", "", conflict.resolution or "", *_quoted(quote))


def _sides(claim: Claim) -> tuple[str, str]:
    if isinstance(claim, Commitment):
        return "|".join(claim.actors), "|".join(claim.partners)
    return ("|".join(claim.imposer), "|".join(claim.target)) if isinstance(claim, Measure) else ("", "")


def _days(window: Window | None) -> tuple[str, str, str]:
    start, end = (window.start, window.end) if window else (None, None)
    return start.isoformat() if start else "", end.isoformat() if end else "", window.text if window else ""


def _quoted(quote: Evidence) -> tuple[str, ...]:
    return quote.report, str(quote.start), str(quote.end), quote.text
