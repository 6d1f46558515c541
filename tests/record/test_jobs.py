"""A book of jobs is one for all who use it, in a file or on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from monazite.core.errors import RecordError, UsageError
from monazite.record import jobs
from monazite.record.jobs import JobBook


@pytest.fixture
def books(where) -> Iterator[tuple[JobBook, JobBook]]:
    """The book as two servers have it open."""
    both = JobBook(where), JobBook(where)
    yield both
    for book in both:
        book.close()


def test_what_one_puts_another_finds_tells_and_ends(books) -> None:
    one, other = books
    assert one.put("a", "table", '{"name":"x"}', 10).state == "waiting"
    assert other.put("a", "table", "{}", 10).asked == '{"name":"x"}'
    claimed = other.claim()
    assert (claimed.id, claimed.state, one.claim()) == ("a", "running", None)
    assert other.tell("a", "half way")
    assert (one.find("a").told, one.find("b")) == ("half way", None)
    one.end("a", "cancelled")
    assert not other.tell("a")
    other.end("a", "done", result=b"too late")
    assert (one.find("a").state, one.result("a")) == ("cancelled", None)
    assert one.put("a", "table", "{}", 10).state == "waiting"
    other.end(other.claim().id, "done", result=b"\x00")
    assert one.result("a") == b"\x00"
    assert one.find("a").heard >= one.find("a").made > 1.7e9


def test_what_nobody_wants_any_more_is_forgotten_unless_it_has_ended(books) -> None:
    one, other = books
    for name in ("running", "done", "waiting", "unasked"):
        one.put(name, "table", "{}", 10)
    for name in ("running", "done"):
        assert one.claim().id == name
        one.want(name, 3600)
    one.end("done", "done", result=b"kept")
    assert other.tell("running")
    for name in ("running", "done", "waiting"):
        other.want(name, -1)
    assert not one.tell("running", "half way")
    assert (one.find("running"), one.find("waiting"), one.result("done")) == (None, None, b"kept")
    assert one.put("waiting", "table", "{}", 10).state == "waiting"  # who comes back has it begun anew
    assert [other.claim().id, other.claim().id] == ["unasked", "waiting"]


def test_no_more_run_than_are_to_whoever_claims_them(books, monkeypatch) -> None:
    one, other = books
    for n in range(3):
        one.put(str(n), "table", "{}", 10)
    assert (one.claim(2).id, other.claim(2).id) == ("0", "1")
    assert (one.claim(2), other.claim(2)) == (None, None)
    one.end("1", "done", result=b"")
    assert other.claim(2).id == "2"
    monkeypatch.setattr(jobs, "SILENT_SECONDS", -1.0)  # whose runners are gone keep nobody from running
    assert one.claim(1).id == "0"


def test_each_job_is_claimed_by_one(where, books) -> None:
    for n in range(24):
        books[0].put(str(n), "table", "{}", 100)

    def claims(_: int) -> list[str]:
        book = JobBook(where)
        found = []
        while job := book.claim():
            found.append(job.id)
        book.close()
        return found

    with ThreadPoolExecutor(4) as servers:
        found = [id_ for each in servers.map(claims, range(4)) for id_ in each]
    assert sorted(found, key=int) == [str(n) for n in range(24)]


def test_a_job_whose_runner_is_gone_is_taken_over(books, monkeypatch) -> None:
    one, other = books
    one.put("a", "table", "{}", 10)
    assert one.claim().id == "a"
    assert other.claim() is None
    monkeypatch.setattr(jobs, "SILENT_SECONDS", -1.0)
    assert other.claim().id == "a"
    other.end("a", "done", result=b"{}")
    one.end("a", "failed")
    assert one.find("a").state == "done"


def test_jobs_are_bounded_and_old_ones_forgotten(books) -> None:
    book, _ = books
    assert [book.put(str(n), "table", "{}", 3) is None for n in range(5)] == [False, False, False, True, True]
    for n in range(3):
        book.end(str(n), "cancelled")
    book.prune(1)
    assert [j.id for j in book.newest(9)] == ["2"]
    assert not book.tell("2", "too late")


def test_files_are_with_their_job_until_it_ends(books) -> None:
    one, other = books
    files = {"a.txt": b"\x00\xff" * 1000, "b.txt": b""}
    one.put("a", "read", "{}", 10, files)
    one.put("b", "read", "{}", 10, files)
    assert other.files("a") == files
    other.again(other.claim().id)
    assert other.files("a") == files
    one.end("a", "cancelled")
    assert (other.files("a"), other.files("b")) == ({}, files)
    one.put("a", "read", "{}", 10, {"a.txt": b"new"})
    assert other.files("a") == {"a.txt": b"new"}


def test_where_no_book_can_be_it_is_said(server, tmp_path) -> None:
    with pytest.raises(UsageError, match="no record is kept there"):
        JobBook("mysql://localhost/x")
    with pytest.raises(RecordError, match=r"monazite:\*\*\*@.*Check that it runs"):
        JobBook(f"postgresql://monazite:secret@/none?unix_sock={server}")
    (tmp_path / "jobs.sqlite").write_text("no database")
    with pytest.raises(RecordError, match=r"jobs.sqlite: .*--folder"):
        JobBook(str(tmp_path / "jobs.sqlite"))
