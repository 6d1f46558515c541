"""The ledger as plain data: the JSON of `monazite read --json`, dates ISO 8601, places as codes."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from monazite.ledger.values import Claim, Conflict, Evidence, Ledger, Window

__all__ = ["to_json"]


def to_json(ledger: Ledger) -> dict[str, Any]:
    """`{"as_of", "reports", "claims", "conflicts"}`; every claim and conflict carries its verbatim evidence."""
    return {
        "as_of": ledger.as_of.isoformat(),
        "reports": [
            {
                "id": r.id,
                "sha256": r.sha256,
                "title": r.title,
                "publisher": r.publisher,
                "published": _plain(r.published),
                "language": r.language,
            }
            for r in ledger.reports
        ],
        "claims": [_fields(c) for c in ledger.claims],
        "conflicts": [_fields(c) for c in ledger.conflicts],
    }


def _fields(item: Claim | Conflict) -> dict[str, Any]:
    names = [f.name for f in fields(item)]
    first = [n for n in ("id", "kind") if n in names]
    return {name: _plain(getattr(item, name)) for name in (*first, *(n for n in names if n not in first))}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Window):
        return {"text": value.text, "start": _plain(value.start), "end": _plain(value.end)}
    if isinstance(value, Evidence):
        return {"report": value.report, "start": value.start, "end": value.end, "text": value.text}
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return value
