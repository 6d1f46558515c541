"""Reports read and put on record, in any batches, beside other writers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from monazite.ledger.claims.state import state_of
from monazite.ledger.drafts import Reading
from monazite.record.keep import document_note, kept, reading_note
from monazite.record.log import append, entries, open_log
from monazite.workbench.reports.record import Adding, add, stand

NOW = Adding("ana", datetime(2026, 5, 1, tzinfo=UTC))
AS_OF = date(2026, 6, 1)


@pytest.fixture
def files(readings: tuple[Reading, ...], tmp_path: Path) -> list[Path]:
    """The reports of the readings, as files of the same names."""
    folder = tmp_path / "reports"
    folder.mkdir()
    for reading in readings:
        (folder / reading.report.id).write_text(reading.report.text, encoding="utf-8")
    return [folder / r.report.id for r in readings]


def test_batches_give_the_state_of_the_whole(where: str, files: list[Path], readings: tuple[Reading, ...]) -> None:
    """A report without a day takes that of another, and loses it when a third speaks from another month."""
    agreed, other, launched, plain = files
    told = [add(where, batch, NOW) for batch in ([plain], [agreed], [other, launched])]
    assert [(len(t.new), t.again) for t in told] == [(1, ()), (1, ("plain",)), (2, ("plain",))]
    state, whole = stand(where, AS_OF).state, state_of(readings, AS_OF)
    assert (state.ledger.claims, state.ledger.conflicts) == (whole.ledger.claims, whole.ledger.conflicts)
    assert (state.quotations, state.histories) == (whole.quotations, whole.histories)


def test_another_writer_in_between(where: str, files: list[Path], readings: tuple[Reading, ...]) -> None:
    def meanwhile(message: str) -> None:
        if message == "loading the language model" and readings[1].report.id not in seen:
            seen.append(readings[1].report.id)
            with open_log(where) as log:
                append(log, [document_note(readings[1]), reading_note(readings[1], "0")], "bo", NOW.at)

    seen: list[str] = []
    told = add(where, files[:2], NOW, meanwhile)
    assert (told.new, told.known) == ((readings[0].report.id,), (readings[1].report.id,))
    with open_log(where) as log:
        assert [e.who for e in entries(log)] == ["bo", "bo", "ana", "ana"]


def test_what_is_on_record_can_be_read_again(tmp_path: Path, files: list[Path], readings: tuple[Reading, ...]) -> None:
    place = str(tmp_path / "r.sqlite")
    older = replace(readings[0], pledges=())
    with open_log(place, create=True) as log:
        append(log, [document_note(older), reading_note(older, "0")], "bo", NOW.at)
    assert add(place, files[:1], NOW).again == ()
    assert add(place, files[:1], replace(NOW, again=True)).again == (readings[0].report.id,)
    with open_log(place) as log:
        assert [r.pledges for r in kept(entries(log)).readings] == [readings[0].pledges]
    assert add(place, files[:1], replace(NOW, again=True)).again == ()
