"""Reports, readings and decisions <-> the notes of a log, as JSON with the number of its format.

A field that a newer version adds to one of the values needs a default, so that an old record still opens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import TypeVar

import msgspec

from monazite.core.errors import RecordError
from monazite.ledger.claims.decisions import Decision
from monazite.ledger.drafts import Reading
from monazite.record.log import Entry, Note, problems

__all__ = ["Kept", "checked", "decision_note", "document_note", "exported", "imported", "kept", "reading_note"]

T = TypeVar("T")
FORMAT = 1
_SHOWN = 5


class _Document(msgspec.Struct):
    """A report as it was read: name, hash of the file, and the text its quotations count in."""

    id: str
    sha256: str
    text: str
    format: int = FORMAT


class _Read(msgspec.Struct):
    """What a version of the reader made of a document; the text stays with the document."""

    reader: str
    reading: Reading
    format: int = FORMAT


class _File(msgspec.Struct):
    """A whole log, to be handed over."""

    entries: tuple[Entry, ...]
    format: int = FORMAT


class _Decided(msgspec.Struct):
    """A decision; who and when are the entry's own."""

    decision: Decision
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Kept:
    """What a record held at a moment: the newest reading of each document, and all decisions in their order.

    `added` is the day each report was added, by its id; `last` the number of the last entry.
    """

    readings: tuple[Reading, ...]
    decisions: tuple[Decision, ...]
    added: Mapping[str, date]
    last: int


def document_note(reading: Reading) -> Note:
    """The note of the document a reading is of."""
    report = reading.report
    return _note("document", _Document(report.id, report.sha256, report.text))


def reading_note(reading: Reading, reader: str) -> Note:
    """The note of a reading by a version of the reader."""
    return _note("reading", _Read(reader, replace(reading, report=replace(reading.report, text=""))))


def decision_note(decision: Decision) -> Note:
    """The note of a decision."""
    return _note("decision", _Decided(decision))


def kept(entries: Sequence[Entry], known_at: datetime | None = None) -> Kept:
    """What a log held at a moment, or holds now.

    :raises RecordError: when an entry is not what was written, or of a format this version does not know.
    """
    checked("the record", entries)
    until = known_at.astimezone(UTC).isoformat(timespec="microseconds") if known_at else ""
    texts: dict[str, str] = {}
    added: dict[str, date] = {}
    readings: dict[str, Reading] = {}
    decisions: list[Decision] = []
    last = 0
    for entry in entries:
        if until and entry.at > until:
            break
        last = entry.number
        if entry.kind == "document":
            document = _decoded(entry, _Document)
            texts[document.sha256] = document.text
            added[document.id] = datetime.fromisoformat(entry.at).date()
        elif entry.kind == "reading":
            found = _decoded(entry, _Read).reading
            if found.report.sha256 not in texts:
                raise _unknown(entry, "reads a document that is not in the record")
            readings[found.report.id] = replace(found, report=replace(found.report, text=texts[found.report.sha256]))
        elif entry.kind == "decision":
            decisions.append(_decoded(entry, _Decided).decision)
        else:
            raise _unknown(entry, f"is of the kind {entry.kind!r}")
    return Kept(tuple(readings.values()), tuple(decisions), MappingProxyType(added), last)


def checked(where: str, entries: Sequence[Entry]) -> None:
    """Refuse a chain that does not hold.

    :raises RecordError: naming the entries that are wrong.
    """
    if wrong := problems(entries):
        shown = "; ".join(wrong[:_SHOWN]) + (f"; and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else "")
        raise RecordError(where, shown, "go back to a copy or an export that holds")


def exported(entries: Sequence[Entry]) -> bytes:
    """The log as one JSON document, to be imported elsewhere."""
    return msgspec.json.format(msgspec.json.encode(_File(tuple(entries))))


def imported(where: str, data: bytes) -> tuple[Entry, ...]:
    """The log in an exported document.

    :raises RecordError: when it is no such document, or its chain does not hold.
    """
    try:
        found = msgspec.json.decode(data, type=_File).entries
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RecordError(where, f"is no exported record: {error}", "name a file of monazite record export") from error
    checked(where, found)
    return found


def _note(kind: str, content: msgspec.Struct) -> Note:
    return Note(kind, msgspec.json.encode(content, order="deterministic").decode())


def _decoded(entry: Entry, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(entry.payload, type=kind)
    except msgspec.MsgspecError as error:
        raise _unknown(entry, str(error)) from error


def _unknown(entry: Entry, what: str) -> RecordError:
    mend = "open it with the version of Monazite that wrote it, or a newer one"
    return RecordError(f"entry {entry.number} of the record", what, mend)
