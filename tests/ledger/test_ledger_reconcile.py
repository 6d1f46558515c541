"""Several reports of one thing: told once with every quotation, contradictions shown, look-alikes left alone."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.core.gazetteer import Gazetteer
from monazite.ledger.claims import conflicts
from monazite.ledger.claims.likeness import pledge_likeness, step_likeness
from monazite.ledger.claims.merge import grouped
from monazite.ledger.claims.reconcile import group_facts
from monazite.ledger.documents import report_of
from monazite.ledger.drafts import Fact
from monazite.ledger.read import read_each
from monazite.ledger.values import Evidence, Ledger

A = "South Korea and Australia held the 5th Resources Dialogue in Seoul on Tuesday (June 3, 2025).\n\n"
B = "Officials of South Korea and Australia met in Seoul on Tuesday (June 3, 2025) for the 5th Resources Dialogue.\n\n"


def told(ledger: Ledger) -> list[list[str]]:
    return [sorted({e.report for e in c.evidence}) for c in ledger.commitments]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (
            "They agreed to set up a working group on lithium.",
            "The two sides decided to establish a lithium working group.",
        ),
        (
            "The ministers launched an AI Dialogue.",
            "They agreed to create an Artificial Intelligence Strategic Dialogue.",
        ),
        (
            "They agreed to accelerate the Perth–Albany rail project.",
            "The two sides agreed to expedite the railway from Albany to Perth.",
        ),
        (
            "Korea will provide K9 howitzers to Australia.",
            "Korea reaffirmed its commitment to supply Australia with K9 howitzers.",
        ),
        (
            "They agreed to hold a private-sector dialogue.",
            "The two sides agreed to arrange a dialogue between companies of both countries.",
        ),
        (
            "Korea will withdraw the complaint it filed at the World Trade Organization.",
            "Seoul is to drop its WTO case.",
        ),
        (
            "Korea pledged to invest $45 million in a kiln.",
            "Korea will put some 45 million dollars into the brickworks.",
        ),
        (
            "Korea will lend $310 million for the Dampier quay.",
            "Korea is to grant Dampier port a loan of $310m.",
        ),
        (
            "Korea and Australia signed a Framework on Securing Supplies in the Processing of Battery Minerals.",
            "The ministers of Korea and Australia signed a battery minerals agreement.",
        ),
        (
            "The next round of the talks will be held in Perth from 8 to 12 September.",
            "Negotiators meet again in Perth in the second week of September.",
        ),
        ("The next summit will be held in 2027.", "Australia will host the following summit in 2027."),
        (
            "The two sides agreed to set up a ceiling of $4 billion a year on purchases of cobalt in cash.",
            "Purchases of cobalt in cash will be limited to $4 billion a year, the two countries agreed.",
        ),
        (
            "The first meeting of the joint smelter board is set for March in Perth.",
            "The joint smelter board will hold its inaugural session in Perth in March.",
        ),
        (
            "Each side will provide at least $1 billion to smelters within six months.",
            "Both governments will put more than a billion dollars each into smelters over the next six months.",
        ),
        (
            "The Busan Bay Agreement was signed by the Korean and Australian defence ministers on Tuesday.",
            "Korea and Australia signed a far-reaching defence agreement.",
        ),
    ],
)
def test_one_undertaking_told_twice_is_one_claim(read: Callable[..., Ledger], one: str, two: str) -> None:
    assert told(read(a=A + one, b=B + two)) == [["a", "b"]]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("They agreed to hold an AI Dialogue.", "The two sides agreed to hold a private-sector dialogue."),
        ("They agreed to hold an AI Dialogue.", "The two sides agreed to hold an economic security dialogue."),
        ("They agreed to set up a working group on lithium.", "They agreed to set up a working group on hydrogen."),
        ("They agreed to build a lithium plant in Perth.", "They agreed to build a port in Busan."),
        ("Korea will provide howitzers to Australia.", "Australia will provide coal to Korea."),
        ("They agreed to set up a panel on lithium.", "They agreed to set up a working group on lithium."),
        ("Korea will invest $45 million in a kiln.", "Korea will invest $70 million in a shipyard."),
        ("The next summit will be held in May 2026.", "The next round of talks will be held in March 2026."),
    ],
)
def test_different_undertakings_stay_apart(read: Callable[..., Ledger], one: str, two: str) -> None:
    assert len(told(read(a=A + one, b=B + two))) == 2


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("China suspended its ban on exports of gallium.", "China halted the export ban on gallium."),
        (
            "Canada cut its tariff on Chinese EVs to 6.1%.",
            "Canada lowers the duty on electric vehicles to 6.1%.",
        ),
        ("China will remove the anti-dumping duties on barley.", "China has scrapped the tariff on barley."),
        ("Russia banned exports of grains.", "Russia has banned exports of wheat."),
    ],
)
def test_one_measure_told_twice_is_one_claim(read: Callable[..., Ledger], one: str, two: str) -> None:
    measures = read(a="June 3, 2025\n\n" + one, b="June 4, 2025\n\n" + two).measures
    assert [sorted({e.report for e in m.evidence}) for m in measures] == [["a", "b"]]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("China banned exports of gallium to Japan.", "China banned exports of gallium to Poland."),
        ("China banned exports of gallium.", "China banned exports of tungsten."),
        ("China lifted its ban on gallium exports.", "China requires licences for exports of gallium."),
        ("China banned exports of cobalt.", "China banned imports of cobalt."),
    ],
)
def test_different_measures_stay_apart(read: Callable[..., Ledger], one: str, two: str) -> None:
    measures = read(a="June 3, 2025\n\n" + one, b="June 4, 2025\n\n" + two).measures
    assert all(len({e.report for e in m.evidence}) == 1 for m in measures)
    assert len(measures) >= 2


def test_a_ban_and_its_end_months_later_are_one_measure_with_a_life(read: Callable[..., Ledger]) -> None:
    ledger = read(
        a="April 2, 2025\n\nZimbabwe banned exports of chrome ore on Tuesday.",
        b="October 1, 2025\n\nZimbabwe lifted its ban on exports of chrome ore on Tuesday.",
    )
    (measure,) = ledger.measures
    assert measure.status == "ended"
    assert not ledger.conflicts


def test_two_things_of_one_report_are_not_joined_by_another(read: Callable[..., Ledger]) -> None:
    ledger = read(
        a=A + "They signed an agreement on lithium. They signed an agreement on hydrogen.",
        b=B + "The two sides signed an agreement.",
    )
    assert all(sum(e.report == "a" for e in c.evidence) <= 1 for c in ledger.commitments)


def test_a_sentence_printed_twice_is_one_quotation(read: Callable[..., Ledger]) -> None:
    line = "The two sides agreed to set up a working group on lithium."
    (claim,) = read(a=f"{A}{line}\n\n{line}").commitments
    assert len(claim.evidence) == 1


@pytest.mark.parametrize(
    ("one", "two", "kind", "severity"),
    [
        ("They met in Seoul.", B.replace("in Seoul", "in Canberra"), "place", "hard"),
        ("", B.replace("Tuesday (June 3, 2025)", "Thursday (June 5, 2025)"), "date", "hard"),
        ("", B.replace("5th", "6th"), "round", "hard"),
        ("", B.replace("Tuesday (", "Friday ("), "weekday", "hard"),
        (
            "The next AI Dialogue will be held in March 2026.",
            B + "The next AI Dialogue will be held in May 2026.",
            "date",
            "hard",
        ),
        (
            "Korea pledged $2 billion for a plant in Perth.",
            B + "Korea pledged $3 billion for a plant in Perth.",
            "amount",
            "hard",
        ),
        (
            "Korea will supply K9 howitzers to Australia.",
            B + "Korea expressed interest in supplying K9 howitzers to Australia.",
            "status",
            "soft",
        ),
        (
            "China banned exports of gallium to Korea.",
            B + "China denied that it had banned exports of gallium to Korea.",
            "status",
            "hard",
        ),
        (
            "China set a quota of 30,000 tonnes on exports of coke.",
            B + "China set a quota of 35,000 tonnes on exports of coke.",
            "amount",
            "hard",
        ),
        (
            "The joint smelter board will hold its first session in Perth in March.",
            B + "The first session of the joint smelter board in Perth will be held in April.",
            "date",
            "hard",
        ),
        (
            "China imposed a duty of 550 dollars per tonne on exports of onions.",
            B + "China put a duty of 800 dollars a tonne on exports of onions.",
            "amount",
            "hard",
        ),
        (
            "China allowed exports of no more than 30,000 tonnes of coke this year.",
            B + "China set a quota of 35,000 tonnes on exports of coke for the rest of the year.",
            "amount",
            "hard",
        ),
        (
            "",
            B.replace("for the 5th Resources Dialogue", "for their Resources Dialogue, the sixth of its kind"),
            "round",
            "hard",
        ),
        ("", B.replace("in Seoul", "in the Australian capital"), "place", "hard"),
        (
            "Korea will lend $553 million for the Dampier quay.",
            B + "Korea is to grant the port of Dampier a loan of $535 million.",
            "amount",
            "hard",
        ),
        (
            "China suspended its export ban on gallium until December 31, 2025.",
            B + "China lifted the ban on exports of gallium until June 30, 2026.",
            "date",
            "hard",
        ),
        (
            "China has dropped a plan to prohibit exports of tin ore.",
            B + "China will ban exports of tin ore from June 2030.",
            "status",
            "hard",
        ),
        (
            "Korea and Australia concluded negotiations on a copper agreement.",
            B + "Korea and Australia signed a copper agreement.",
            "status",
            "hard",
        ),
        (
            "Australia will take over the presidency of the Minerals Compact in May.",
            B + "New Zealand will take over the presidency of the Minerals Compact in May.",
            "actor",
            "hard",
        ),
        (
            "They launched a Smelter Board. Australia will host a Smelter Investment Ministerial within 180 days.",
            B + "They launched a Smelter Board. Korea will host the investment ministerial for smelters.",
            "actor",
            "hard",
        ),
    ],
)
def test_a_contradiction_is_shown(read: Callable[..., Ledger], one: str, two: str, kind: str, severity: str) -> None:
    conflicts = read(a=A + one, b=two).conflicts
    assert (kind, severity) in {(c.type, c.severity) for c in conflicts}
    assert all(c.explanation and c.evidence for c in conflicts)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("The AI Dialogue will meet in early 2026.", "The AI Dialogue will meet early next year."),
        ("They agreed to accelerate the Perth–Albany railway.", "They agreed to expedite the Albany–Perth railway."),
        ("Canberra said it would lend ships.", "Australia said it would lend ships."),
        ("China banned exports of gallium to Korea.", "China banned exports of gallium to Korea on Monday."),
        ("They recalled the 4th Trade Summit held in Canberra last year.", "They met the press."),
        ("Korea pledged about $550 million for a plant in Perth.", "Korea pledged $553 million for a plant in Perth."),
        ("China cut its tariff on wine to 40%.", "China cut its tariff on wine from 75% to 40%."),
        ("China set a quota of 30,000 tonnes on coke exports.", "China set a quota of 30 kt on exports of coke."),
        ("They will sign a lithium agreement on June 5.", "They will sign a lithium agreement this week."),
        ("China lifted its ban on tin exports on Monday.", "China lifted its ban on tin exports on June 3."),
        (
            "China suspended its tin export ban until July 31.",
            "China put its tin export ban on hold to the end of July.",
        ),
        ("The third Resources Dialogue was held in Perth five years ago.", "They met the press."),
        ("The AI Dialogue will meet by the end of April 2026.", "The AI Dialogue will meet before May 2026."),
        ("Tokyo will lend Korea ships. They met in Tokyo Square in Seoul.", "Japan will lend Korea ships."),
        ("The AI Dialogue will meet in the second week of July.", "The AI Dialogue will meet from 8 to 12 July."),
    ],
)
def test_look_alikes_are_no_contradiction(read: Callable[..., Ledger], one: str, two: str) -> None:
    assert not [c for c in read(a=A + one, b=B + two).conflicts if c.severity == "hard"]


def test_all_who_give_a_disputed_number_are_quoted(read: Callable[..., Ledger]) -> None:
    line = "Korea pledged {} million for a smelter in Perth."
    more = read(
        a=A + line.format("$240"), b=B + line.format("$420"), c=B + "Seoul will put $420 million into it in Perth."
    )
    (conflict,) = (c for c in more.conflicts if c.type == "amount")
    assert {e.report for e in conflict.evidence} == {"a", "b", "c"}


def test_a_meeting_is_on_the_day_of_the_talks_not_of_the_telling(read: Callable[..., Ledger]) -> None:
    text = (
        "PERTH, 6 June 2025 (Agency) - South Korea and Australia will build a kiln, a ministry said on Thursday. "
        "It was decided in talks held in Perth on Tuesday."
    )
    assert [e.value["resolved"] for e in read(a=text).events if e.fact == "date"] == ["2025-06-03"]


def test_independent_reports_decide_the_place(read: Callable[..., Ledger]) -> None:
    wrong = B.replace("in Seoul", "in Canberra")
    (conflict,) = (c for c in read(a=A, b=wrong, c=B + "The press was there.").conflicts if c.type == "place")
    assert conflict.resolution is not None
    assert conflict.resolution.startswith("Seoul")


def test_independent_reports_decide_a_sum_and_copies_do_not(read: Callable[..., Ledger]) -> None:
    line = "Korea pledged {} million for a smelter in Perth."
    more = read(
        a=A + line.format("$240"),
        b=B + line.format("$420"),
        c=B + "Seoul will put $240 million into that Perth smelter.",
    )
    (conflict,) = (c for c in more.conflicts if c.type == "amount")
    assert conflict.resolution == "$240 million: 2 of 3 reports"
    (undecided,) = (c for c in read(a=A + line.format("$240"), b=B + line.format("$420")).conflicts)
    assert undecided.resolution is None


def test_two_ends_of_a_stay_though_one_report_also_tells_only_its_beginning(read: Callable[..., Ledger]) -> None:
    ledger = read(
        a="LONDON, July 8, 2025 - President Emmanuel Macron began a visit to Britain on Tuesday. "
        "He will be in London from July 8 to July 10.\n\nFrance and the United Kingdom agreed to create a joint fund.",
        b="9 July 2025. Emmanuel Macron is on a state visit to the United Kingdom from July 8 to July 11. "
        "London and Paris agreed to set up a joint fund.",
    )
    (conflict,) = ledger.conflicts
    assert "2025-07-10" in conflict.explanation
    assert "2025-07-11" in conflict.explanation


def test_where_a_signing_took_place(read: Callable[..., Ledger]) -> None:
    head = "June 3, 2025 - South Korea and Australia signed a cobalt agreement on Tuesday."
    ledger = read(
        a=head + " The ceremony took place at the Trade Ministry in Seoul.",
        b=head.replace("agreement", "agreement in Canberra"),
        c=head + " Minister Anna Bell had flown to Seoul for the ceremony.",
    )
    (conflict,) = (c for c in ledger.conflicts if c.type == "place")
    assert conflict.resolution == "Seoul: 2 of 3 reports"


def test_a_town_and_a_place_in_it_are_one(read: Callable[..., Ledger]) -> None:
    head = "June 3, 2025 - South Korea and Australia held talks"
    ledger = read(a=head + " in Seogwipo, Jeju, on Tuesday.", b=head + " in Jeju on Tuesday.")
    assert not ledger.conflicts


def test_meetings_months_apart_are_two_meetings(read: Callable[..., Ledger]) -> None:
    later = B.replace("Tuesday (June 3, 2025)", "Wednesday (December 3, 2025)").replace("in Seoul", "in Perth")
    assert not [c for c in read(a=A.replace("5th ", ""), b=later.replace("5th ", "")).conflicts if c.severity == "hard"]


def test_likeness_is_the_same_from_both_sides(development: list[dict[str, Any]], names: Gazetteer, parser: Any) -> None:
    readings = read_each([report_of(r["id"], r["text"]) for r in development[:20]], names, parser)
    pledges, steps = ([d for r in readings for d in getattr(r, kind)] for kind in ("pledges", "steps"))
    assert all(pledge_likeness(a, b) == pytest.approx(pledge_likeness(b, a)) for a in pledges for b in pledges)
    assert all(step_likeness(a, b) == pytest.approx(step_likeness(b, a)) for a in steps for b in steps)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), unique=True, max_size=25), st.randoms())
def test_groups_do_not_hang_on_the_order(items: list[tuple[int, int]], draw: Random) -> None:
    def signs(item: tuple[int, int]) -> tuple[int, int]:
        return item[0] // 2, (item[0] + 1) // 2 + 100

    def groups(given_: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
        return grouped(
            sorted(given_), lambda a, b: 1.5 - abs(a[0] - b[0]), signs,
            teller=lambda i: i[1],
        )  # fmt: skip

    found = groups(items)
    assert groups(draw.sample(items, len(items))) == found
    # what one teller says in two groups is two things to it
    assert all(
        [a for a in g if a[1] == t] == [a for a in near if a[1] == t]
        for g in found
        for t in {a[1] for a in g}
        for near in grouped([a for a in g if a[1] == t], lambda a, b: 1.5 - abs(a[0] - b[0]), signs)
    )


CITIES = [{"city": "Seoul", "iso3": "KOR"}, {"city": "Perth", "iso3": "AUS"}, {"city": None, "iso3": "AUS"}]
TOLD = st.tuples(st.integers(0, 11), st.sampled_from("AB"), st.none() | st.integers(0, 120), st.integers(0, 2))


@given(st.lists(TOLD, max_size=14))
def test_meetings_far_apart_need_no_comparison(told: list[tuple[int, str, int | None, int]]) -> None:
    facts = []
    for n, (report, parties, day, city) in enumerate(told):
        quote, about = Evidence(f"r{report}", 10 * n, 10 * n + 9, f"quote {n}"), frozenset({parties, "C"})
        resolved = None if day is None else str(date(2025, 1, 1) + timedelta(day))
        when = {"date": resolved, "resolved": resolved, "weekday": None}
        facts += [Fact(quote, "date", when, about), Fact(quote, "place", CITIES[city], about)]
        facts.append(Fact(quote, "round", 5 + city, about))
    groups = group_facts(facts)
    found = list(conflicts.fact_clashes(groups, {}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conflicts, "_near", lambda same, *_: itertools.combinations(same, 2))
        assert found == list(conflicts.fact_clashes(groups, {}))
