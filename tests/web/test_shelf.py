"""What people bring is kept by content, bounded in number and time, and only what a shelf named is ever found on it."""

from __future__ import annotations

import os
import time

from monazite.web.shelf import Shelf, forget_old, is_id, kept, put, remove, until


def test_what_is_put_is_found_by_content_until_it_is_removed(tmp_path):
    shelf = Shelf(tmp_path, 3)
    one, same, other = put(shelf, "a.csv", b"1"), put(shelf, "a.csv", b"1"), put(shelf, "a.csv", b"2")
    assert one == same != other
    assert is_id(one)
    (file,) = kept(shelf, one)
    assert (file.name, file.read_bytes()) == ("a.csv", b"1")
    assert {f.parent.name for f in kept(shelf)} == {one, other}
    remove(shelf, one)
    assert kept(shelf, one) == []


def test_no_name_leads_off_the_shelf(tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key").write_text("x")
    shelf = Shelf(tmp_path / "lists", 3)
    for name in ("../secret", str(tmp_path / "secret"), "*", "?" * 32, "."):
        assert kept(shelf, name) == []
        remove(shelf, name)
    assert (tmp_path / "secret" / "key").exists()


def test_the_oldest_goes_when_there_are_too_many_and_all_goes_in_time(tmp_path):
    shelf = Shelf(tmp_path, 2, 60.0)
    first, second = put(shelf, "a", b"1"), put(shelf, "a", b"2")
    for age, id_ in ((50, first), (40, second)):
        os.utime(tmp_path / id_, (time.time() - age,) * 2)
    third = put(shelf, "a", b"3")
    assert [f.parent.name for f in kept(shelf)] == [third, second]
    assert 50 < until(shelf, kept(shelf, third)[0]) - time.time() <= 60
    os.utime(tmp_path / second, (time.time() - 61,) * 2)
    assert kept(shelf, second) == []
    assert (tmp_path / second).exists()
    forget_old(shelf)
    assert not (tmp_path / second).exists()
    assert [f.parent.name for f in kept(shelf)] == [third]
