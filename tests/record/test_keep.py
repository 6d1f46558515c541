"""What is kept comes back the same, in any order of adding, at any moment, and from the records of older versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monazite.core.errors import RecordError
from monazite.ledger.claims.decisions import KINDS, Decision, lost, quotation_ids
from monazite.ledger.claims.state import State, state_of
from monazite.ledger.drafts import Fact, Reading
from monazite.ledger.values import Evidence, Report, Window
from monazite.record.keep import Kept, decision_note, document_note, exported, imported, kept, reading_note
from monazite.record.log import Entry, Note, append, entries, open_log, restore

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
AS_OF = date(2026, 6, 1)
OLD = Path(__file__).parent / "data" / "format1.json"
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def notes(reading: Reading) -> list[Note]:
    return [document_note(reading), reading_note(reading, "0.1.0")]


def write(place: str, steps: list[list[Note]]) -> tuple[Entry, ...]:
    """A log with the steps, an hour between them."""
    with open_log(place, create=True) as log:
        for hour, step in enumerate(steps):
            append(log, step, "ana", AT + timedelta(hours=hour))
        return entries(log)


def shown(held: Kept) -> State:
    return state_of(held.readings, AS_OF, held.decisions)


def decision(kind: Any, quotations: tuple[str, ...], **more: Any) -> Decision:
    return Decision(kind, quotations, "ana", AT, "because", **more)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none() | st.integers(-(10**6), 10**6) | TEXT, lambda v: st.lists(v, max_size=3) | st.dictionaries(TEXT, v)
)


@settings(max_examples=50, deadline=None)
@given(text=TEXT, value=VALUES, anchor=st.none() | st.dates(), about=st.frozensets(TEXT, max_size=3))
def test_any_reading_comes_back(text: str, value: Any, anchor: date | None, about: frozenset[str]) -> None:
    report = Report("a.txt", "00", text, None, anchor, "en", text)
    reading = Reading(report, (text,), anchor, (), (), (Fact(Evidence("a.txt", 0, 1, text), text, value, about),), ())
    with TemporaryDirectory() as folder:
        found = kept(write(f"{folder}/r", [notes(reading)]))
    assert found.readings == (reading,)
    assert found.added == {"a.txt": AT.date()}


def test_readings_of_reports_come_back(where: str, readings: tuple[Reading, ...]) -> None:
    found = kept(write(where, [notes(r) for r in readings]))
    assert found.readings == readings
    assert (found.last, found.decisions) == (2 * len(readings), ())


@SLOW
@given(data=st.data())
def test_any_order_of_adding_gives_one_ledger_and_every_past_state(data: Any, readings: tuple[Reading, ...]) -> None:
    names = sorted(quotation_ids(readings).values())
    decided = [
        decision(kind, tuple(named))
        for kind, named in data.draw(
            st.lists(
                st.tuples(
                    st.sampled_from(["accept", "reject", "merge", "split"]),
                    st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True),
                ),
                max_size=5,
            )
        )
    ]
    steps = [notes(r) for r in data.draw(st.permutations(readings))]
    for one in decided:
        at = data.draw(st.integers(0, len(steps)))
        place = max([n + 1 for n, s in enumerate(steps) if s[0].kind == "decision"], default=0)
        steps.insert(max(at, place), [decision_note(one)])
    with TemporaryDirectory() as folder:
        found = write(f"{folder}/one", steps)
        assert shown(kept(found)) == state_of(readings, AS_OF, decided)
        for number in range(len(steps)):
            then = write(f"{folder}/{number}", steps[:number])
            now = kept(found, AT + timedelta(hours=number, microseconds=-1))
            assert now == kept(then)
        with open_log(f"{folder}/copy", create=True) as log:
            restore(log, imported("file", exported(found)))
            assert entries(log) == found


def test_a_newer_reading_takes_the_place_of_the_older(tmp_path: Path, readings: tuple[Reading, ...]) -> None:
    again = replace(readings[0], pledges=())
    found = write(str(tmp_path / "r"), [notes(readings[0]), [reading_note(again, "0.2.0")]])
    assert kept(found).readings == (again,)
    assert kept(found, AT).readings == (readings[0],)


def test_a_decision_on_what_is_gone_is_told(readings: tuple[Reading, ...]) -> None:
    on_nothing, on_something = decision("reject", ("cgone",)), decision("accept", (*quotation_ids(readings).values(),))
    assert lost(readings, [on_nothing, on_something]) == (on_nothing,)


@pytest.mark.parametrize("kind", KINDS)
def test_decisions_come_back(tmp_path: Path, kind: str, readings: tuple[Reading, ...]) -> None:
    window = Window("2027", date(2027, 1, 1), date(2027, 12, 31))
    made = decision(kind, ("c1",), fields=(("due", window), ("actors", ("KOR",)), ("level", None)), on=AS_OF)
    assert kept(write(str(tmp_path / "r"), [[decision_note(made)]])).decisions == (made,)


def test_an_old_record_still_opens(tmp_path: Path) -> None:
    """The file was written by version 0.1.0; it is never written again."""
    found = imported("format1.json", OLD.read_bytes())
    state = shown(kept(found))
    told = [(c.id, c.status) for c in state.ledger.commitments]
    assert told == [("cpbt4vavbgh", "launched"), ("cdcuz4axf4v", "agreed"), ("cjrqw6fpwt5", "done")]
    assert [c.resolution for c in state.ledger.conflicts] == ["Seoul (ana, 2026-05-01: the ministry's page)"]


def test_what_is_no_export_is_refused(readings: tuple[Reading, ...], tmp_path: Path) -> None:
    found = write(str(tmp_path / "r"), [notes(readings[0])])
    whole = exported(found)
    for broken in (b"", b"\xff", b"[]", whole[:-20], whole.replace(b"Seoul", b"Perth")):
        with pytest.raises(RecordError):
            imported("file", broken)
    with pytest.raises(RecordError, match=r"entry 1 .* entry 2 "):
        kept((replace(found[0], who="eve"), replace(found[1], who="eve")))


@pytest.mark.parametrize(
    "note", [Note("dream", "{}"), Note("document", "{}"), Note("decision", "no JSON"), Note("reading", "{}")]
)
def test_what_a_newer_version_wrote_is_refused(tmp_path: Path, note: Note) -> None:
    with pytest.raises(RecordError, match=r"entry 1 .*newer"):
        kept(write(str(tmp_path / "r"), [[note]]))


def test_fields_that_a_newer_version_added_are_passed_over(tmp_path: Path, readings: tuple[Reading, ...]) -> None:
    document, reading = notes(readings[0])
    told = msgspec.json.decode(reading.payload) | {"colour": "red"}
    newer = Note("reading", msgspec.json.encode(told).decode())
    assert kept(write(str(tmp_path / "r"), [[document, newer]])).readings == readings[:1]
