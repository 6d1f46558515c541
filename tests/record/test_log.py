"""The log keeps what was written, in both databases, and names whatever was altered."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from monazite.core.errors import RecordError, UsageError
from monazite.record.log import Entry, Log, Note, append, entries, open_log, problems, restore

TABLE = "monazite_entries"
AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
WRITER = """
import sys
from datetime import UTC, datetime
from monazite.record.log import Note, append, open_log
with open_log(sys.argv[1], create=True) as log:
    for n in range(int(sys.argv[3])):
        append(log, [Note("a", f"{sys.argv[2]} {n}"), Note("b", "x" * 20000)], sys.argv[2], datetime.now(UTC))
        print(n, flush=True)
"""


def written(where: str, count: int = 5) -> tuple[Entry, ...]:
    with open_log(where, create=True) as log:
        append(log, [Note("note", f"entry {n} é") for n in range(1, count + 1)], "ana", AT)
        return entries(log)


def force(log: Log, *statements: str) -> None:
    """Change what the triggers protect, as somebody with all rights could."""
    with log.engine.begin() as connection:
        if log.engine.dialect.name == "sqlite":
            for name in ("monazite_no_update", "monazite_no_delete", "monazite_next"):
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("ALTER TABLE monazite_entries DISABLE TRIGGER ALL")
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_what_is_written_is_read(where: str) -> None:
    found = written(where)
    assert [(e.number, e.who, e.kind, e.payload) for e in found][-1] == (5, "ana", "note", "entry 5 é")
    assert problems(found) == []
    with open_log(where) as log:
        assert entries(log) == found


def test_an_entry_is_never_older_than_the_one_before(where: str) -> None:
    written(where)
    with open_log(where) as log:
        (late,) = append(log, [Note("note", "")], "ana", AT - timedelta(1)) or ()
    assert late.at == "2026-05-01T12:00:00.000000+00:00"


def test_who_expects_another_end_writes_nothing(where: str) -> None:
    written(where, 2)
    with open_log(where) as log:
        assert append(log, [Note("note", "")], "ana", AT, after=1) is None
        assert append(log, [Note("note", "")], "ana", AT, after=2) is not None
        assert len(entries(log)) == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE monazite_entries SET who = 'eve'",
        "DELETE FROM monazite_entries WHERE number = 3",
        f"INSERT INTO {TABLE} SELECT number, at, 'eve', kind, payload, hash FROM {TABLE} WHERE number = 3",
    ],
)
def test_the_database_refuses_changes(where: str, statement: str) -> None:
    before = written(where)
    with open_log(where) as log:
        with pytest.raises(DBAPIError), log.engine.begin() as connection:
            connection.exec_driver_sql(statement)
        assert entries(log) == before


def test_each_database_refuses_its_own_way_round(tmp_path: Path, database: str) -> None:
    for place, statement in (
        (str(tmp_path / "a.sqlite"), "INSERT OR REPLACE INTO monazite_entries VALUES (3, '', 'eve', '', '', '')"),
        (database, "TRUNCATE monazite_entries"),
    ):
        before = written(place)
        with open_log(place) as log:
            with pytest.raises(DBAPIError, match="append-only"), log.engine.begin() as connection:
                connection.exec_driver_sql(statement)
            assert entries(log) == before


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        (["UPDATE monazite_entries SET payload = 'entry 9' WHERE number = 3"], ["entry 3 "]),
        (["UPDATE monazite_entries SET at = '2026-05-01 12:00:00.000000+00:00' WHERE number = 1"], ["entry 1 "]),
        (["UPDATE monazite_entries SET hash = '00' WHERE number = 2"], ["entry 2 ", "entry 3 "]),
        (["DELETE FROM monazite_entries WHERE number = 3"], ["entry 3 is missing"]),
        (["DELETE FROM monazite_entries WHERE number = 1"], ["entry 1 is missing"]),
        (
            [
                "UPDATE monazite_entries SET number = 6 WHERE number = 5",
                f"INSERT INTO {TABLE} SELECT 5, at, 'eve', kind, payload, hash FROM {TABLE} WHERE number = 4",
            ],
            ["entry 5 ", "entry 6 "],
        ),
        (
            [
                "UPDATE monazite_entries SET number = 9 WHERE number = 2",
                "UPDATE monazite_entries SET number = 2 WHERE number = 3",
                "UPDATE monazite_entries SET number = 3 WHERE number = 9",
            ],
            ["entry 2 ", "entry 3 "],
        ),
    ],
    ids=["payload", "time", "hash", "removed", "first removed", "inserted", "reordered"],
)
def test_whatever_was_altered_is_named(where: str, statements: list[str], named: list[str]) -> None:
    written(where)
    with open_log(where) as log:
        force(log, *statements)
        told = problems(entries(log))
    assert told
    for name in named:
        assert any(p.startswith(name) for p in told)
    assert len(told) <= len(named) + 1


def test_a_copy_takes_over_what_it_lacks_and_no_other_history(where: str, tmp_path: Path) -> None:
    found = written(where)
    copy = str(tmp_path / "copy.sqlite")
    with open_log(copy, create=True) as log:
        assert [restore(log, found[:2]), restore(log, found), restore(log, found)] == [2, 3, 0]
        assert entries(log) == found
    other = str(tmp_path / "other.sqlite")
    with open_log(other, create=True) as log:
        append(log, [Note("note", "mine")], "bo", AT)
        with pytest.raises(UsageError, match="other entries"):
            restore(log, found)


def test_two_writers_keep_one_chain(where: str) -> None:
    with open_log(where, create=True):
        pass
    command = [sys.executable, "-c", WRITER, where]
    writers = [subprocess.Popen([*command, name, "15"], stdout=subprocess.DEVNULL) for name in ("one", "two")]
    assert [w.wait(120) for w in writers] == [0, 0]
    with open_log(where) as log:
        found = entries(log)
    assert problems(found) == []
    assert [sorted(e.payload for e in found if e.who == w and e.kind == "a") for w in ("one", "two")] == [
        sorted(f"{w} {n}" for n in range(15)) for w in ("one", "two")
    ]


def test_a_killed_writer_leaves_no_half_entry(where: str) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, where, "one", "100000"], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    told = [next(writer.stdout) for _ in range(20)]
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    with open_log(where) as log:
        found = entries(log)
        assert problems(found) == []
        assert len(found) % 2 == 0
        assert len(found) >= 2 * len(told)
        assert append(log, [Note("note", "")], "two", datetime.now(UTC))


def test_errors_say_what_to_do(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = tmp_path / "text.sqlite"
    text.write_text("this is no database " * 100, encoding="utf-8")
    for place, kind, words in (
        (str(tmp_path / "none.sqlite"), UsageError, "monazite record add"),
        (database, UsageError, "there is no record"),
        ("mysql://ana:secret@host/x", UsageError, "postgresql://"),
        ("no such://place", UsageError, "no URL"),
        (str(text), RecordError, "not a database"),
        (database.replace(".s.PGSQL.5432", "nowhere"), RecordError, "the database says"),
    ):
        with pytest.raises(kind, match=words), open_log(place):
            pass
    assert not (tmp_path / "none.sqlite").exists()
    monkeypatch.setitem(sys.modules, "pg8000", None)
    with pytest.raises(RecordError, match=r"monazite\[postgres\]"), open_log(database):
        pass


def test_a_password_is_never_shown() -> None:
    with pytest.raises(RecordError) as told, open_log("postgresql://ana:secret@127.0.0.1:1/x"):
        pass
    assert "secret" not in str(told.value)
