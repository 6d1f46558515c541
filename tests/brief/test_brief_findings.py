"""The title and the key sentences, word by word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monazite.brief import findings
from monazite.brief.index import index
from monazite.brief.values import Brief
from monazite.core.values import Band, Stage
from monazite.scenario.values import Licence, Quota, Shock, Surge, Tariff, exactly

POINTS = [
    "3 reports record 3 commitments, 2 of them with a date. As of 21 November 2026, 1 has passed the due window and no "
    "report read here says that it was done: convene a working group.",
    "The reports cannot all be right on 1 point (place), and differ in 1 more.",
    "1 report speaks of an export ban by China on rare earths against Japan. This is reported, not confirmed: no "
    "official source is quoted.",
    "Japan took 60% of its imports of rare earths at the refined stage, by value, from China in 2024.",
    "If China’s reported ban on exports of rare earths to Japan holds for a full year, Japan loses 600 t a year, finds "
    "150–390 t elsewhere and goes without 210–450 t (21–45% of its imports of the refined stage by weight in "
    "2024); the remaining suppliers' prices change by +41% to +152%.",
    "Most of what is found elsewhere at the refined stage comes from Viet Nam (+100 to +260 t) and France "
    "(−5 to +110 t).",
    "As earlier falls of suppliers went, Japan would buy in 2026 42–88% of the rare earths (refined) it bought in "
    "2024, with all else that moves trade; four in five came within such a range; most of what is made good would "
    "come from Viet Nam (70%) and France (20%).",
    "These ranges span 256 draws over 2 parameters, 1 of which rests on assumption; they say nothing of stocks on hand "
    "or of stages further down the chain.",
]


def test_title_states_the_loss_and_what_is_late(full: Brief) -> None:
    assert findings.title(full) == (
        "Japan would go without, by the market model, 21–45% of its imports of rare earths (refined, by weight) if "
        "China’s reported export ban holds; 1 of 2 commitments with a date is overdue or unverified"
    )


def test_title_without_a_shock_is_about_what_was_agreed(full: Brief) -> None:
    assert findings.title(replace(full, outcomes=())) == "1 of 2 commitments with a date is overdue or unverified"
    on_time = tuple(replace(c, standing="open") for c in full.ledger.commitments)
    quiet = replace(full, outcomes=(), ledger=replace(full.ledger, claims=on_time, conflicts=()))
    assert findings.title(quiet) == "None of 2 commitments with a date are overdue or unverified"


def test_title_without_claims_names_contradictions_then_nothing(full: Brief, empty: Brief) -> None:
    hard = tuple(replace(c, claims=()) for c in full.ledger.conflicts)
    torn = replace(empty, ledger=replace(empty.ledger, conflicts=hard))
    assert findings.title(torn) == "The reports contradict each other on 1 point"
    assert findings.title(empty) == "No commitment, measure or contradiction was found in 3 reports"


def test_key_sentences_read_as_written(full: Brief) -> None:
    assert [s.text for s in findings.key_sentences(full, index(full))] == POINTS


def test_every_key_sentence_has_a_reference_and_the_shock_says_assumption(full: Brief) -> None:
    points = findings.key_sentences(full, index(full))
    assert all(p.refs for p in points)
    assert [p.assumption for p in points] == [False] * 4 + [True] * 4


def test_a_sentence_without_a_source_is_left_out(full: Brief) -> None:
    bare = replace(full, outcomes=tuple(replace(o, sources=()) for o in full.outcomes))
    assert [s.text for s in findings.key_sentences(bare, index(bare))] == POINTS[:4]


def test_nothing_found_gives_no_sentence(empty: Brief) -> None:
    assert findings.key_sentences(empty, index(empty)) == ()


@pytest.mark.parametrize(
    ("certainty", "cut_share", "words"),
    [
        ("official", 1.0, "China’s announced ban on exports of rare earths to Japan"),
        ("rumoured", 0.5, "China’s rumoured cut of 50% in exports of rare earths to Japan"),
        ("my own what-if", 1.0, "China’s assumed ban on exports of rare earths to Japan"),
    ],
)
def test_the_act_says_how_sure_it_is(full: Brief, certainty: str, cut_share: float, words: str) -> None:
    (outcome,) = full.outcomes
    (cut,) = outcome.shocks
    scenario = replace(outcome.scenario, certainty=certainty)
    told = replace(outcome, scenario=scenario, shocks=(replace(cut, share=exactly(cut_share)),))
    assert findings.act_of(told, full.gazetteer) == words


@pytest.mark.parametrize(
    ("shock", "words"),
    [
        (
            Licence(("CHN",), ("JPN",), "rare-earths", exactly(8), exactly(0.2)),
            "China’s reported licensing of exports of rare earths to Japan",
        ),
        (
            Quota(("CHN",), (), "rare-earths", exactly(5000.0)),
            "China’s reported quota of 5,000 t a year on exports of rare earths to all buyers",
        ),
        (
            Tariff((), ("IND", "JPN"), "rare-earths", exactly(25), "importer"),
            "India and Japan’s reported tax of 25% on imports of rare earths from all sellers",
        ),
        (
            Surge(("JPN",), "rare-earths", Stage.REFINED, exactly(0.1)),
            "the reported case that Japan wants 10% more rare earths (refined)",
        ),
    ],
)
def test_every_kind_of_act_has_its_words(full: Brief, shock: Shock, words: str) -> None:
    (outcome,) = full.outcomes
    assert findings.act_of(replace(outcome, shocks=(shock,)), full.gazetteer) == words


def test_the_worst_target_leads(full: Brief) -> None:
    (outcome,) = full.outcomes
    (japan,) = outcome.importers
    india = replace(japan, importer="IND", shortfall_share=Band(0.5, 0.6, 0.7))
    found = findings.worst(replace(full, outcomes=(replace(outcome, importers=(japan, india)),)))
    assert found is not None
    assert found[1].importer == "IND"
