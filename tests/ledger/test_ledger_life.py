"""The life of a commitment: later reports move it, those of the same days contradict each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.core.gazetteer import Gazetteer
from monazite.ledger.claims.life import STAGES, Move, course, history, spells
from monazite.ledger.documents import report_of
from monazite.ledger.drafts import Pledge
from monazite.ledger.read import read_each, to_read_again
from monazite.ledger.values import Evidence, Ledger, Window

HEAD = "SEOUL, {} (Agency) - South Korea and Australia held talks in Seoul.\n\n"
AGREED = HEAD.format("January 5, 2026") + "They agreed to set up a working group on lithium by June 2026."
LAUNCHED = HEAD.format("March 20, 2026") + "South Korea and Australia launched the working group on lithium."
DELAYED = HEAD.format("March 25, 2026") + "The working group on lithium was postponed to 2027, officials said."
DROPPED = HEAD.format("May 20, 2026") + "The two countries cancelled the working group on lithium."


def pledge(report: str, status: str, due: Window | None = None) -> Pledge:
    none: frozenset[str] = frozenset()
    return Pledge(
        Evidence(report, 0, 1, "x"), 0, ("KOR",), ("AUS",), "set", "x", None, none, none, none, none, (), None, due,
        status, None, None, None, frozenset(), False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "status", "due"),
    [
        ((AGREED,), "agreed", date(2026, 6, 30)),
        ((AGREED, LAUNCHED), "launched", date(2026, 6, 30)),
        ((LAUNCHED, AGREED), "launched", date(2026, 6, 30)),
        ((AGREED, DELAYED), "delayed", date(2027, 12, 31)),
        ((AGREED, DELAYED, DROPPED), "dropped", date(2027, 12, 31)),
    ],
)
def test_later_reports_move_it(
    read: Callable[..., Ledger], texts: tuple[str, ...], status: str, due: date | None
) -> None:
    ledger = read(**{f"r{n}": text for n, text in enumerate(texts)})
    (claim,) = ledger.commitments
    assert claim.due is not None
    assert (claim.status, claim.due.end) == (status, due)
    assert ledger.conflicts == ()


def test_reports_of_the_same_days_contradict_each_other(read: Callable[..., Ledger]) -> None:
    ledger = read(a=AGREED, b=DROPPED.replace("May 20", "January 7"))
    assert [(c.type, c.severity) for c in ledger.conflicts] == [("status", "hard")]


def test_a_delay_is_no_contradiction_of_the_time_it_gives_up(read: Callable[..., Ledger]) -> None:
    ledger = read(a=AGREED, b=DELAYED.replace("March 25", "January 9"))
    assert [(c.status, c.standing) for c in ledger.commitments] == [("delayed", "open")]
    assert ledger.conflicts == ()


DAYS = {"a": date(2026, 1, 1), "b": date(2026, 2, 1), "c": date(2026, 3, 1)}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("under_discussion agreed", "agreed"),
        ("agreed under_discussion", "agreed"),
        ("agreed planned reaffirmed", "planned"),
        ("launched agreed", "launched"),
        ("delayed planned", "delayed"),
        ("delayed launched", "launched"),
        ("planned dropped", "dropped"),
        ("dropped under_discussion", "dropped"),
        ("dropped agreed", "agreed"),
        ("done dropped", "done"),
    ],
)
def test_what_is_only_mentioned_again_does_not_go_back(said: str, status: str) -> None:
    group = [pledge(name, s) for name, s in zip("abc", said.split(), strict=False)]
    assert course(group, DAYS)[0] == status


def test_a_reviewer_moves_it_until_a_later_report_does() -> None:
    done = Move(date(2026, 2, 10), "ana", "the ministry's page", "done", None)
    late = Move(
        date(2026, 2, 10), "ana", "by telephone", "delayed", Window("2028", date(2028, 1, 1), date(2028, 12, 31))
    )
    group = [pledge("a", "agreed"), pledge("c", "launched")]
    assert course(group, DAYS, [done]) == ("done", None)
    assert course(group, DAYS, [late]) == ("launched", late.due)
    assert [m.source for m in history([("c1", p) for p in group], DAYS, [late])] == ["a", "ana", "c"]


def test_a_report_without_a_day_moves_nothing() -> None:
    group = [pledge("a", "launched"), pledge("nobody knows", "agreed")]
    assert len(spells(group, DAYS)) == 1
    assert course(group, DAYS)[0] == "launched"


@given(st.lists(st.tuples(st.sampled_from(sorted(STAGES)), st.dates()), min_size=1, max_size=8))
def test_the_order_of_reading_changes_nothing(said: list[tuple[str, date]]) -> None:
    group = [pledge(str(n), status) for n, (status, _) in enumerate(said)]
    days = {str(n): day for n, (_, day) in enumerate(said)}
    status = course(group, days)
    assert status == course(group[::-1], days)
    assert status[0] in STAGES


def test_an_undated_report_speaks_from_the_day_that_others_know_now(names: Gazetteer, parser: object) -> None:
    plain = (
        "South Korea and Australia held talks in Seoul.\n\nThey agreed to set up a working group on lithium in June."
    )
    (alone,) = read_each([report_of("plain", plain)], names, parser)  # type: ignore[arg-type]
    assert (alone.dated, alone.anchor) == (False, None)
    dated = read_each([report_of("dated", AGREED)], names, parser, [alone])  # type: ignore[arg-type]
    assert [r.id for r in to_read_again([alone, *dated])] == ["plain"]
    (again,) = read_each(to_read_again([alone, *dated]), names, parser, dated)  # type: ignore[arg-type]
    assert (again.dated, again.anchor) == (False, date(2026, 1, 5))
    assert to_read_again([again, *dated]) == ()
