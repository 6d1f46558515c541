"""A ledger on the terminal: commitments, measures, and where the reports disagree."""

from __future__ import annotations

from monazite.cli.table import print_table
from monazite.ledger.values import Commitment, Ledger

__all__ = ["print_ledger"]


def print_ledger(ledger: Ledger) -> None:
    """Write a ledger as tables for a person to read."""
    print_table(
        f"Commitments as of {ledger.as_of}",
        ("id", "who", "with", "what", "due", "status", "standing", "reports"),
        (
            (
                c.id,
                ", ".join(c.actors),
                ", ".join(c.partners),
                c.object,
                c.due.text if c.due else "",
                c.status,
                c.standing,
                _told_by(ledger, c),
            )
            for c in ledger.commitments
        ),
    )
    print_table(
        "Measures",
        ("id", "imposer", "target", "measure", "goods", "certainty", "status"),
        (
            (m.id, ", ".join(m.imposer), ", ".join(m.target), m.measure, ", ".join(m.goods), m.certainty, m.status)
            for m in ledger.measures
        ),
    )
    print_table(
        "Where the reports disagree",
        ("id", "type", "severity", "what", "resolution"),
        ((x.id, x.type, x.severity, x.explanation, x.resolution or "open") for x in ledger.conflicts),
    )


def _told_by(ledger: Ledger, claim: Commitment) -> str:
    told, copies = ledger.told_by(claim.evidence)
    return f"{told}, {copies} of them {'a copy' if copies == 1 else 'copies'}" if copies else str(told)
