"""What people bring is kept by content, bounded in number and time, and only what a shelf named is ever found on it."""

from __future__ import annotations

import os
import time

from monazite.web.shelf import Shelf, forget_old, is_id, kept, put, read, remove


def test_what_is_put_is_found_by_content_until_it_is_removed(tmp_path):
    shelf = Shelf(tmp_path, 3)
    one, same, other = put(shelf, "a.csv", b"1"), put(shelf, "a.csv", b"1"), put(shelf, "a.csv", b"2")
    assert one == same != other
    assert is_id(one)
    (found,) = kept(shelf, one)
    assert (found.id, found.name, read(shelf, one)) == (one, "a.csv", ("a.csv", b"1"))
    assert {k.id for k in kept(shelf)} == {one, other}
    remove(shelf, one)
    assert (kept(shelf, one), read(shelf, one)) == ([], None)


def test_no_name_leads_off_the_shelf(tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key").write_text("x")
    shelf = Shelf(tmp_path / "lists", 3)
    for name in ("../secret", str(tmp_path / "secret"), "*", "?" * 32, "."):
        assert (kept(shelf, name), read(shelf, name)) == ([], None)
        remove(shelf, name)
    assert (tmp_path / "secret" / "key").exists()


def test_the_oldest_goes_when_there_are_too_many_and_all_goes_in_time(tmp_path):
    shelf = Shelf(tmp_path, 2, 60.0)
    first, second = put(shelf, "a", b"1"), put(shelf, "a", b"2")
    for age, id_ in ((50, first), (40, second)):
        os.utime(tmp_path / id_, (time.time() - age,) * 2)
    third = put(shelf, "a", b"3")
    assert [k.id for k in kept(shelf)] == [third, second]
    assert 50 < kept(shelf, third)[0].until - time.time() <= 60
    os.utime(tmp_path / second, (time.time() - 61,) * 2)
    assert kept(shelf, second) == []
    assert (tmp_path / second).exists()
    forget_old(shelf)
    assert not (tmp_path / second).exists()
    assert [k.id for k in kept(shelf)] == [third]


def test_a_shelf_that_servers_share_is_one(tmp_path, database):
    one, other = (Shelf(tmp_path / n / "lists", 2, 60.0, database) for n in "ab")
    scenarios = Shelf(tmp_path / "a" / "scenarios", 2, shared=database)
    first, second = put(one, "a.csv", b"\x001"), put(other, "b.csv", b"2")
    assert put(scenarios, "a.csv", b"\x001") == first
    assert read(other, first) == ("a.csv", b"\x001")
    assert [k.id for k in kept(one)] == [second, first]
    assert put(other, "a.csv", b"\x001") == first  # is the newest now
    third = put(other, "c", b"3")
    assert [k.id for k in kept(one)] == [third, first]
    assert 0 < kept(one, third)[0].until - time.time() <= 60
    remove(one, third)
    assert (kept(other, third), read(other, third)) == ([], None)
    for name in ("../secret", "*", "' OR 1=1 --", "x" * 10_000):
        assert (kept(one, name), read(one, name)) == ([], None)
        remove(one, name)
    short = Shelf(tmp_path / "a" / "lists", 2, 0.0, database)
    assert (kept(short), read(short, first)) == ([], None)
    forget_old(short)
    assert kept(one) == []
    assert [k.id for k in kept(scenarios)] == [first]
    assert not list(tmp_path.iterdir())
