"""Sentences that tell several measures, or several undertakings with times of their own, and lists that are one."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from monazite.ledger.values import Ledger

HEAD = "LIMA, 3 June 2025 (Agency) - Peru and Norway held talks in Lima on Tuesday.\n\n"


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        # a verb each
        (
            "China banned exports of gallium to the United States and tightened licences for graphite.",
            {("CHN", "export_ban", "gallium", "in_force"), ("CHN", "export_licence", "graphite", "in_force")},
        ),
        (
            "Peru will prolong the embargo on fishmeal exports until December and bring in a ban on squid exports.",
            {("PER", "export_ban", "fishmeal", "announced"), ("PER", "export_ban", "squid", "announced")},
        ),
        (
            "Kenya scrapped the duty on wheat, introduced a quota on sugar imports and banned exports of scrap metal.",
            {
                ("KEN", "import_tariff", "wheat", "ended"),
                ("KEN", "import_quota", "sugar", "in_force"),
                ("KEN", "export_ban", "scrap metal", "in_force"),
            },
        ),
        (
            "The ministry said it had suspended exports of wheat flour and lowered the import duty on maize to zero.",
            {("PER", "export_ban", "wheat flour", "in_force"), ("PER", "import_tariff", "maize", "in_force")},
        ),
        # a noun each
        (
            "Peru imposed a 25% tariff on steel and a quota on imports of aluminium.",
            {("PER", "import_tariff", "steel", "in_force"), ("PER", "import_quota", "aluminium", "in_force")},
        ),
        (
            "Peru announced a ban on exports of scrap and the lifting of its quotas on exports of tin.",
            {("PER", "export_ban", "scrap", "announced"), ("PER", "export_quota", "tin", "ended")},
        ),
        (
            "Norway stopped all exports of timber to, and all imports of fruit from, Peru.",
            {("NOR", "export_ban", "timber", "in_force"), ("NOR", "import_ban", "fruit", "in_force")},
        ),
        (
            "Both the ban on exports of maize and the quota on fertiliser imports were lifted on Monday.",
            {("PER", "export_ban", "maize", "ended"), ("PER", "import_quota", "fertiliser", "ended")},
        ),
        # "that", "one", "own" for a noun told before
        (
            "Norway lifted its ban on exports of cod but kept that on herring.",
            {("NOR", "export_ban", "cod", "ended"), ("NOR", "export_ban", "herring", "in_force")},
        ),
        (
            "Bangladesh withdrew the 25% export duty on jute, while Pakistan imposed one of 10% on raw leather.",
            {("BGD", "export_tax", "jute", "ended"), ("PAK", "export_tax", "raw leather", "in_force")},
        ),
        (
            "Norway ended its ban on imports of beef, whereas Peru extended its own on pork.",
            {("NOR", "import_ban", "beef", "ended"), ("PER", "import_ban", "pork", "in_force")},
        ),
        (
            "Exports of tin are banned, and those of zinc need a licence.",
            {("PER", "export_ban", "tin", "in_force"), ("PER", "export_licence", "zinc", "in_force")},
        ),
        # a subject each
        (
            "The European Union raised duties on bicycles to 20% while India suspended exports of rice.",
            {("EU", "import_tariff", "bicycles", "in_force"), ("IND", "export_ban", "rice", "in_force")},
        ),
        (
            "Norway suspended its tariffs on Peruvian grapes, but avocados from Peru still face a duty of 13 percent.",
            {("NOR", "import_tariff", "grapes", "ended"), ("NOR", "import_tariff", "avocados", "in_force")},
        ),
        (
            "The export of live sheep remains open under a quota of 350,000 head; bulls may not be exported.",
            {("PER", "export_quota", "sheep", "in_force"), ("PER", "export_ban", "bulls", "in_force")},
        ),
        # a rate each
        (
            "The United States raised tariffs on electric cars to 100 percent and on semiconductors to 50 percent.",
            {("USA", "import_tariff", "cars", "in_force"), ("USA", "import_tariff", "semiconductors", "in_force")},
        ),
    ],
)  # fmt: skip
def test_several_measures_in_a_sentence(
    read: Callable[..., Ledger], sentence: str, told: set[tuple[str, str, str, str]]
) -> None:
    measures = read(a=HEAD + sentence).measures
    found = {
        (m.imposer[0], m.measure, good, m.status)
        for m in measures
        for good in (good for *_, good, _ in told)
        if any(good in g for g in m.goods)
    }
    assert (len(measures), found) == (len(told), told)
    assert {m.evidence[0].text for m in measures} == {sentence}


@pytest.mark.parametrize(
    "sentence",
    [
        "Peru banned exports of tin, zinc and copper.",
        "Peru banned exports of tin and zinc and of copper scrap.",
        "Peru banned exports of tin to Norway and to Chile.",
        "Peru imposed a 25% tariff on steel, aluminium and copper.",
        "Peru suspended its ban on gallium, germanium and antimony exports.",
        "Peru imposed a ban on exports of tin, suspending shipments from Callao.",
        "Peru banned exports of tin on Monday and said that the ban would last until July.",
        "Peru introduced export controls on tin and zinc, requiring exporters to obtain licences.",
        "Peru prohibited the export and re-export of tin.",
        "Peru has freed shipments of tin, years after it placed them under individual licences.",
        "Norway lifted its ban on imports of Peruvian grapes, which it imposed in 2020.",
        "Norway tightened its quota on imports of tin, in force since May 27, 2025, to 50 tonnes.",
    ],
)
def test_a_list_under_one_act_is_one_measure(read: Callable[..., Ledger], sentence: str) -> None:
    assert len(read(a=HEAD + sentence).measures) == 1


@pytest.mark.parametrize(
    ("sentence", "field", "days"),
    [
        (
            "Peru banned exports of tin ore on 1 May and of zinc concentrates from 1 July.",
            "effective",
            {"tin ore": "2025-05-01", "zinc concentrates": "2025-07-01"},
        ),
        (
            "Indonesia will ban exports of bauxite from July and of copper concentrate from September.",
            "effective",
            {"bauxite": "2025-07-01", "copper concentrate": "2025-09-01"},
        ),
        (
            "Norway will lift its ban on Peruvian beef from 1 July and that on poultry from 1 September.",
            "ended",
            {"beef": "2025-07-01", "poultry": "2025-09-01"},
        ),
    ],
)
def test_each_measure_has_its_own_day(
    read: Callable[..., Ledger], sentence: str, field: str, days: dict[str, str]
) -> None:
    measures = read(a=HEAD + sentence).measures
    assert {good: str(getattr(m, field).start) for m in measures for good in days if good in m.goods} == days


@pytest.mark.parametrize(
    ("sentence", "due"),
    [
        (
            "By December the two countries will sign a fisheries accord, open a port and launch a training fund.",
            ["2025-12-31", "2025-12-31", "2025-12-31"],
        ),
        (
            "The two sides agreed to set up a working group, to build a pier and to open a consulate by 2027.",
            ["2027-12-31", "2027-12-31", "2027-12-31"],
        ),
        (
            "Norway will sign the accord in July, open a port in 2026 and lend 40 million dollars by 2027.",
            ["2025-07-31", "2026-12-31", "2027-12-31"],
        ),
        (
            "In July Norway will open an office in Lima, and in September it will send experts.",
            ["2025-07-31", "2025-09-30"],
        ),
        (
            "Norway will grant Peru fishing rights in July, and a Norwegian consortium will build a pier by 2027.",
            ["2025-07-31", "2027-12-31"],
        ),
    ],
)
def test_items_share_a_time_or_have_their_own(read: Callable[..., Ledger], sentence: str, due: list[str]) -> None:
    found = [c for c in read(a=HEAD + sentence).commitments if c.evidence[0].text == sentence]
    assert sorted(str(c.due and c.due.end) for c in found) == due


def test_what_only_stays_is_background_in_force(read: Callable[..., Ledger]) -> None:
    sentence = "Norway banned imports of Peruvian grapes; its ban on anchovies, in place since 2020, is not affected."
    told = {m.goods[0]: m.status for m in read(a=HEAD + sentence).measures}
    assert told["grapes"] == "in_force"
    assert told.get("anchovies", "in_force") == "in_force"


def test_words_joined_at_random_are_read_and_quoted_letter_for_letter(read: Callable[..., Ledger]) -> None:
    words = [
        "Peru banned exports of tin",
        "and",
        ",",
        ";",
        "but",
        "while",
        "that on",
        "those of",
        "its own on",
        "on 1 May",
        "from June 2026",
        "to 20 percent",
        "a quota on",
        "imports of steel",
        "Norway",
        "will",
        "lifted",
        "it",
        "the minister said",
        "as well as",
        "exports to",
        "from",
        "pay 35",
        "one of",
        "may not be exported",
        "which",
        "had been imposed",
        "that",
        "in September",
        '"',
        "(",
        ")",
        "—",
        "!",
    ]
    chance = random.Random(7)
    texts = [HEAD + " ".join(chance.choice(words) for _ in range(chance.randint(3, 60))) for _ in range(60)]
    ledger = read(**{f"t{n}": f"{text}. This is a note in plain English." for n, text in enumerate(texts)})
    assert ledger.measures
    for quotation in (e for claim in ledger.measures for e in claim.evidence):
        text = next(r.text for r in ledger.reports if r.id == quotation.report)
        assert text[quotation.start : quotation.end] == quotation.text
