"""What people bring is kept by content, bounded in number and time, and what is removed is gone from the disk."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from monazite.record.shelf import Shelf, is_id


def age(file: Path, id_: str, seconds: float) -> None:
    """Let something on a shelf of a file have been put there earlier."""
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE monazite_shelf SET put_at = put_at - ? WHERE id = ?", (seconds, id_))


@pytest.fixture
def shelved(where: str) -> Iterator[Callable[..., Shelf]]:
    """A shelf by its name and bounds, at a place in each of the two databases; closed after the test."""
    with ExitStack() as stack:
        yield lambda *asked: stack.enter_context(closing(Shelf(where, *asked)))


def test_what_is_put_is_found_by_content_until_it_is_removed(shelved):
    shelf = shelved("lists", 3)
    one, same, other = shelf.put("a.csv", b"1"), shelf.put("a.csv", b"1"), shelf.put("a.csv", b"2")
    assert one == same != other
    assert is_id(one)
    (found,) = shelf.kept(one)
    assert (found.id, found.name, shelf.read(one)) == (one, "a.csv", ("a.csv", b"1"))
    assert {k.id for k in shelf.kept()} == {one, other}
    shelf.remove(one)
    assert (shelf.kept(one), shelf.read(one)) == ([], None)


def test_no_name_leads_off_the_shelf(shelved):
    shelf, beside = shelved("lists", 3), shelved("scenarios", 3)
    secret = beside.put("key", b"x")
    for name in (secret, "../secret", "*", "%", "?" * 32, ".", "' OR 1=1 --", "x" * 10_000):
        assert (shelf.kept(name), shelf.read(name)) == ([], None)
        shelf.remove(name)
    assert beside.read(secret) == ("key", b"x")


def test_the_oldest_goes_when_there_are_too_many_and_all_goes_in_time(tmp_path):
    file = tmp_path / "shelves.sqlite"
    shelf = Shelf(str(file), "lists", 2, 60.0)
    first, second = shelf.put("a", b"1"), shelf.put("a", b"2")
    age(file, first, 50)
    age(file, second, 40)
    third = shelf.put("a", b"3")
    assert [k.id for k in shelf.kept()] == [third, second]
    assert 50 < shelf.kept(third)[0].until - time.time() <= 60.1
    age(file, second, 21)
    assert shelf.kept(second) == []
    shelf.forget_old()
    assert [k.id for k in shelf.kept()] == [third]


def test_what_is_removed_is_not_left_in_the_file(tmp_path):
    shelf = Shelf(str(tmp_path / "shelves.sqlite"), "lists", 2)
    id_ = shelf.put("mine.csv", b"cobalt of a supplier nobody is to know " * 1000)
    shelf.remove(id_)
    assert not any(b"nobody is to know" in f.read_bytes() for f in tmp_path.iterdir())


def test_a_shelf_that_servers_share_is_one(shelved):
    one, other = (shelved("lists", 2, 60.0) for _ in "ab")
    scenarios = shelved("scenarios", 2)
    first, second = one.put("a.csv", b"\x001"), other.put("b.csv", b"2")
    assert scenarios.put("a.csv", b"\x001") == first
    assert other.read(first) == ("a.csv", b"\x001")
    assert [k.id for k in one.kept()] == [second, first]
    assert other.put("a.csv", b"\x001") == first  # is the newest now
    third = other.put("c", b"3")
    assert [k.id for k in one.kept()] == [third, first]
    assert 0 < one.kept(third)[0].until - time.time() <= 60.1
    one.remove(third)
    assert (other.kept(third), other.read(third)) == ([], None)
    short = shelved("lists", 2, 0.0)
    assert (short.kept(), short.read(first)) == ([], None)
    short.forget_old()
    assert one.kept() == []
    assert [k.id for k in scenarios.kept()] == [first]
