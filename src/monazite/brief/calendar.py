"""Commitments with a due time -> an iCalendar file (RFC 5545): each window of days is an entry, with its quotations."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Event

from monazite import __version__
from monazite.ledger.contract import headline
from monazite.ledger.values import Commitment, Ledger

__all__ = ["calendar"]


def calendar(ledger: Ledger) -> bytes:
    """The calendar of what is due: commitments whose window has days and that are not settled.

    An entry keeps its UID from one export to the next, so that a calendar program updates it.
    """
    shown = Calendar()
    shown.add("prodid", f"-//Monazite//{__version__}//EN")
    shown.add("version", "2.0")
    shown.add("x-wr-calname", "Monazite: what is due")
    for claim in ledger.commitments:
        if claim.standing in ("open", "due-soon", "overdue-unverified") and claim.due and claim.due.end:
            shown.add_component(_entry(claim, claim.due.start or claim.due.end, claim.due.end, ledger.as_of))
    return bytes(shown.to_ical())


def _entry(claim: Commitment, first: date, last: date, as_of: date) -> Event:
    entry = Event()
    entry.add("uid", f"{claim.id}@monazite")
    entry.add("dtstamp", datetime.combine(as_of, time(), UTC))
    entry.add("summary", f"{', '.join((*claim.actors, *claim.partners))}: {headline(claim)}")
    entry.add("dtstart", first)
    entry.add("dtend", last + timedelta(1))
    quotes = "\n".join(f"“{e.text}” ({e.report})" for e in claim.evidence)
    due = claim.due.text if claim.due else ""
    entry.add("description", f"Due {due}; {claim.status}, {claim.standing} as of {as_of}.\n{quotes}")
    entry.add("categories", ["monazite", *claim.topics])
    entry.add("transp", "TRANSPARENT")
    return entry
