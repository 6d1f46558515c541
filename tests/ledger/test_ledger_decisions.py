"""Reviewers' decisions on claims, ids that stay when reports are added, and what changed between two states."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.core.gazetteer import Gazetteer
from monazite.ledger.claims.changes import changes
from monazite.ledger.claims.decisions import Decision, Kind, quotation_ids, regrouped
from monazite.ledger.claims.state import State, state_of
from monazite.ledger.documents import report_of
from monazite.ledger.drafts import Pledge, Reading
from monazite.ledger.read import read_each
from monazite.ledger.values import Evidence, Window

AS_OF = date(2026, 6, 1)
HEAD = "SEOUL, {} (Agency) - South Korea and Australia held talks in Seoul.\n\n"
TEXTS = {
    "agreed": HEAD.format("January 5, 2026") + "They agreed to set up a working group on lithium by June 2026.",
    "other": HEAD.format("January 6, 2026").replace("in Seoul", "in Canberra")
    + "The two sides agreed to establish a lithium working group. China banned exports of gallium to Korea.",
    "third": HEAD.format("January 7, 2026") + "They agreed to set up a lithium panel. They launched an AI Dialogue.",
    "launched": HEAD.format("March 20, 2026") + "South Korea and Australia launched the working group on lithium.",
}
Readings = dict[str, Reading]


@pytest.fixture(scope="module")
def readings(names: Gazetteer, parser: Any) -> Readings:
    found = read_each([report_of(n, t) for n, t in TEXTS.items()], names, parser)
    return {r.report.id: r for r in found}


def decide(kind: Kind, *quotations: str, **more: Any) -> Decision:
    return Decision(kind, quotations, "ana", datetime(2026, 5, 1, tzinfo=UTC), "because", **more)


def whole(state: State, word: str, kind: str = "commitment") -> tuple[str, ...]:
    """The quotations of the claim that has a word in one of them."""
    claims = (c for c in state.ledger.claims if c.kind == kind and any(word in e.text for e in c.evidence))
    return state.quotations[next(claims).id]


def told(state: State) -> list[tuple[str, list[str]]]:
    return [(c.status, sorted({e.report for e in c.evidence})) for c in state.ledger.commitments]


def test_ids_stay_when_reports_are_added(readings: Readings) -> None:
    alone = state_of([readings["agreed"]], AS_OF)
    every = state_of(readings.values(), AS_OF)
    (claim,) = alone.ledger.commitments
    assert claim.id in {c.id for c in every.ledger.commitments}
    assert set(alone.quotations[claim.id]) < set(every.quotations[claim.id])
    ids = list(every.quotations)
    assert len(ids) == len(set(ids))


def test_a_rejected_claim_is_gone_until_a_later_report_tells_it(readings: Readings) -> None:
    before = [r for n, r in readings.items() if n != "launched"]
    rejected = decide("reject", *whole(state_of(before, AS_OF), "working group"))
    assert told(state_of(before, AS_OF, [rejected])) == [("agreed", ["third"]), ("launched", ["third"])]
    after = state_of(readings.values(), AS_OF, [rejected])
    assert ("launched", ["launched"]) in told(after)
    taken_back = decide("accept", *rejected.quotations)
    assert told(state_of(before, AS_OF, [rejected, taken_back])) == told(state_of(before, AS_OF))


def test_merged_and_split_again(readings: Readings) -> None:
    plain = state_of(readings.values(), AS_OF)
    panel, group = whole(plain, "panel"), whole(plain, "working group")
    merged = decide("merge", *panel, *group)
    state = state_of(readings.values(), AS_OF, [merged])
    assert ("launched", ["agreed", "launched", "other", "third"]) in told(state)
    apart = decide("split", *panel)
    assert told(state_of(readings.values(), AS_OF, [merged, apart])) == told(plain)
    assert told(state_of(readings.values(), AS_OF, [apart])) == told(plain)


def test_a_correction_goes_to_the_claim_it_was_made_of(readings: Readings) -> None:
    plain = state_of(readings.values(), AS_OF)
    group = whole(plain, "working group")
    window = Window("July 2026", date(2026, 7, 1), date(2026, 7, 31))
    fixed = decide("correct", *group, fields=(("due", window), ("level", "ministers"), ("status", "agreed")))
    split = decide("split", group[-1])
    state = state_of(readings.values(), AS_OF, [fixed, split])
    (claim,) = (c for c in state.ledger.commitments if c.id == group[0])
    assert (claim.due, claim.level, claim.status, claim.standing) == (window, "ministers", "agreed", "open")
    assert [c.level for c in state.ledger.commitments if c.id == group[-1]] == [None]


@pytest.mark.parametrize(("as_of", "status"), [(date(2026, 5, 9), "launched"), (date(2026, 5, 10), "done")])
def test_what_a_reviewer_found_out_holds_from_its_day(readings: Readings, as_of: date, status: str) -> None:
    group = whole(state_of(readings.values(), AS_OF), "working group")
    done = decide("correct", *group, fields=(("status", "done"),), on=date(2026, 5, 10))
    state = state_of(readings.values(), as_of, [done])
    assert [c.status for c in state.ledger.commitments if c.id == group[0]] == [status]
    assert [m.source for m in state.histories[group[0]]][-1] == ("ana" if status == "done" else "launched")


def test_a_resolution_stays_while_both_sides_were_seen(readings: Readings) -> None:
    some = [readings["agreed"], readings["other"]]
    state = state_of(some, AS_OF)
    (conflict,) = state.ledger.conflicts
    settled = decide("resolve", *state.quotations[conflict.id], fields=(("type", "place"), ("resolution", "Seoul")))
    for held in (some, list(readings.values())):
        (now,) = state_of(held, AS_OF, [settled]).ledger.conflicts
        assert now.resolution == "Seoul (ana, 2026-05-01: because)"
    unseen = decide("resolve", *state.quotations[conflict.id][:1], fields=settled.fields)
    assert state_of(some, AS_OF, [unseen]).ledger.conflicts == state.ledger.conflicts


def test_what_changed(readings: Readings) -> None:
    steps = [state_of(list(readings.values())[:n], AS_OF) for n in range(5)]
    told = [[(c.kind, c.detail) for c in changes(a, b)] for a, b in pairwise(steps)]
    assert ("new", "told by agreed") in told[0]
    assert {("confirmed", "by other")} < set(told[1])
    assert [k for k, _ in told[1]].count("contradicted") == 2
    assert ("moved", "status: agreed -> launched") in told[3]
    late = state_of([readings["agreed"]], date(2026, 7, 1))
    (fallen,) = (c for c in changes(steps[1], late))
    assert (fallen.kind, fallen.detail.endswith("June 2026")) == ("fallen-due", True)
    gone = state_of([readings["agreed"]], AS_OF, [decide("reject", *steps[1].quotations)])
    assert {c.kind for c in changes(steps[1], gone)} == {"gone"}
    assert changes(steps[4], steps[4]) == ()


def test_merging_is_told_as_one_with_another(readings: Readings) -> None:
    plain = state_of(readings.values(), AS_OF)
    panel, group = whole(plain, "panel"), whole(plain, "working group")
    merged = state_of(readings.values(), AS_OF, [decide("merge", *group, *panel)])
    assert ("gone", f"it is one with {group[0]} now") in {(c.kind, c.detail) for c in changes(plain, merged)}


def pledge(number: int) -> Pledge:
    none: frozenset[str] = frozenset()
    return Pledge(
        Evidence("r", number, number + 1, "x"), 0, (), (), "", "", None, none, none, none, none, (), None, None,
        "agreed", None, None, None, frozenset(), False,
    )  # fmt: skip


DECISIONS = st.lists(
    st.tuples(
        st.sampled_from(["accept", "reject", "merge", "split"]),
        st.lists(st.integers(0, 9), min_size=1, max_size=4, unique=True),
    ),
    max_size=8,
)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8), DECISIONS, st.randoms(use_true_random=False))
def test_no_quotation_is_lost_or_doubled_by_regrouping(
    groups: list[int], steps: list[tuple[Kind, list[int]]], draw: Any
) -> None:
    drafts = [pledge(n) for n in range(len(groups))]
    made: list[list[Pledge]] = [[d for d, g in zip(drafts, groups, strict=True) if g == k] for k in set(groups)]
    decisions = [decide(kind, *map(str, named)) for kind, named in steps]

    def name(draft: Pledge) -> str:
        return str(draft.evidence.start)

    found = regrouped(made, name, decisions)
    kept = [d.evidence.start for group in found for d in group]
    last = {q: d.kind for d in decisions for q in d.quotations if d.kind in ("accept", "reject")}
    assert sorted(kept) == [n for n in range(len(groups)) if last.get(str(n)) != "reject"]
    assert all(found)
    draw.shuffle(made)
    assert regrouped([draw.sample(g, len(g)) for g in made], name, decisions) == found


def test_two_statements_of_one_sentence_have_two_ids(names: Gazetteer, parser: Any, read: Callable[..., Any]) -> None:
    text = HEAD.format("January 5, 2026") + "They agreed to set up a lithium panel and to hold an AI Dialogue."
    found = read_each([report_of("a", text), report_of("b", text)], names, parser)
    ids = quotation_ids(found)
    assert len(set(ids.values())) == len(ids) == sum(len(r.drafts) for r in found)
    assert len(read(a=text, b=text).commitments) == 2
