"""The wordings that are read: one sentence each, in the words of many desks, and what it must come to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from monazite.ledger.values import Ledger

HEAD = "LIMA, 3 June 2025 (Agency) - Peru and Norway held talks in Lima on Tuesday.\n\n"


@pytest.mark.parametrize(
    ("sentence", "status", "due"),
    [
        ("A joint roadmap is to be drawn up within six months.", "planned", ("2025-06-03", "2025-12-03")),
        ("A fund for ports will be created by 2027.", "planned", ("2025-06-03", "2027-12-31")),
        ("Norway is going to lend 40 million dollars for the pier.", "will_do", None),
        ("Negotiators meet again in Oslo in the second week of September.", "planned", ("2025-09-08", "2025-09-14")),
        ("We look forward to the third summit, to be held in 2026.", "planned", ("2026-01-01", "2026-12-31")),
        ("Norway has dropped its complaint at the World Trade Organization.", "done", None),
        ("Norway took the chair of the Fisheries Partnership on Monday.", "done", None),
        ("Norway promised to impose no surcharge on fishmeal as long as the accord holds.", "agreed", None),
        ("The cabinet will decide on the licence in the coming weeks.", "will_do", ("2025-06-03", None)),
        ("The Joint Fisheries Committee will run a drill this year.", "will_do", ("2025-01-01", "2025-12-31")),
        ("The two countries elevated their ties to a strategic partnership.", "agreed", None),
        ("Peru and Norway raised relations to the level of a comprehensive partnership.", "agreed", None),
        ("The two governments have entered into an investment agreement.", "agreed", None),
        ("Peru and Norway wrapped up a free trade agreement.", "agreed", None),
        ("The two presidents witnessed the signature of a protocol on ports.", "agreed", None),
        ("A second round of talks is pencilled in for November.", "planned", ("2025-11-01", "2025-11-30")),
        ("Both governments have tasked their ministries with drawing up a list of projects.", "agreed", None),
        ("Norway withdrew its complaint at the World Trade Organization in March.", "done", None),
        ("The two governments agreed to hold their first naval drill in twelve years.", "agreed", None),
        ("Both governments agreed to open talks with miners whose licences run out in 2030.", "agreed", None),
        ("Norway is considering joining the Pacific Vision 2040 programme.", "under_discussion", None),
        (
            "The two countries will within six months take steps to fund the pier.",
            "will_do",
            ("2025-06-03", "2025-12-03"),
        ),
        ("Peru's president is expected to sign the bill in July.", "planned", ("2025-07-01", "2025-07-31")),
        ("A protocol on pilots was signed on Monday.", "agreed", None),
        ("The ministers put their signatures to a treaty on fish stocks.", "agreed", None),
        ("Norway has set aside $40 million for a cold store in Callao.", "agreed", None),
        ("Norway announced its intention to build a second pier in Callao.", "planned", None),
        ("Norway lends a research ship to Peru in September.", "planned", ("2025-09-01", "2025-09-30")),
        ("Norway will continue training pilots of tugs in Callao.", "will_do", None),
        ("Norway will help build a fish market in Paita.", "will_do", None),
        ("Norway is ready to send forty engineers to Paita.", "planned", None),
        (
            "The Norwegian minister said that her country would send divers to Paita to survey the pier.",
            "will_do",
            None,
        ),
        ("A Norwegian consortium will build a second pier in Callao.", "will_do", None),
        ("The ports dialogue will open on 9 September.", "planned", ("2025-09-09", "2025-09-09")),
        ("Norway will lend Peru 300 million dollars over 2027-2030.", "will_do", ("2027-01-01", "2030-12-31")),
        ("Norway is lending 40 million euros for the pier.", "planned", None),
        ("Norway, for its part, pledged to open a school of navigation.", "agreed", None),
        ("The ministers put their signatures under a treaty on fish stocks.", "agreed", None),
        ("Construction of the pier is scheduled to start in May 2026.", "planned", ("2026-05-01", "2026-05-31")),
        ("Recruitment is to start on 1 July.", "planned", ("2025-07-01", "2025-07-01")),
        ("President Rojas will travel to Norway in August.", "planned", ("2025-08-01", "2025-08-31")),
        ("A treaty on tuna that Peru and Norway concluded in Lima is kept in Oslo.", "agreed", None),
    ],
)
def test_commitments(
    read: Callable[..., Ledger], sentence: str, status: str, due: tuple[str, str | None] | None
) -> None:
    (found,) = [c for c in read(a=HEAD + sentence).commitments if c.evidence[0].text == sentence]
    assert found.status == status
    window = found.due and tuple(d and d.isoformat() for d in (found.due.start, found.due.end))
    assert window == due


def test_a_measure_that_will_be_taken_is_told_as_a_measure_only(read: Callable[..., Ledger]) -> None:
    ledger = read(a=HEAD + "Norway will keep out Peruvian grapes until the end of the year.")
    assert [m.target for m in ledger.measures] == [("PER",)]
    assert not ledger.commitments


def test_what_is_only_decided_on_is_no_undertaking(read: Callable[..., Ledger]) -> None:
    assert not read(a=HEAD + "Norsk Havbruk decides on Friday whether to extend its own pause.").commitments


def test_what_was_supplied_last_year_is_no_undertaking(read: Callable[..., Ledger]) -> None:
    assert not read(a=HEAD + "Peru supplied 41,700 tonnes of fishmeal to Norway last year.").commitments


def test_how_long_money_is_spent_is_not_when_an_office_opens(read: Callable[..., Ledger]) -> None:
    told = "Norway will spend 2 billion kroner over five years and open an office in Callao."
    due = {c.act: c.due and c.due.text for c in read(a=HEAD + told).commitments if c.evidence[0].text == told}
    assert due == {"spend": "over five years", "open": None}


def test_a_name_is_told_without_half_of_its_quotation_marks(read: Callable[..., Ledger]) -> None:
    told = 'The two presidents agreed on Tuesday to launch a "green partnership" and to hold talks on ports.'
    found = [c.object for c in read(a=HEAD + told).commitments if c.evidence[0].text == told]
    assert "a green partnership" in found


def test_the_day_of_one_country_s_news_is_not_that_of_another_s(read: Callable[..., Ledger]) -> None:
    told = (
        "Peru's ministry said on Thursday that exports of tin will need a licence from 15 July. "
        "Brazil's own ban on imports of Norwegian cod took effect on Sunday."
    )
    days = {m.imposer: m.announced and m.announced.text for m in read(a=f"WEEK, 7 June 2025\n\n{told}").measures}
    assert days[("PER",)] == "Thursday"
    assert days[("BRA",)] != "Thursday"


def test_a_round_is_named_with_the_talks_whose_round_it_is(read: Callable[..., Ledger]) -> None:
    told = "The ministers spoke of the Peru-Norway fisheries partnership, whose third round begins in September."
    (found,) = [c for c in read(a=HEAD + told).commitments if c.evidence[0].text == told]
    assert found.object == "third round of the Peru-Norway fisheries partnership"


@pytest.mark.parametrize(
    "told",
    [
        "Contracts for the pier are to be signed in early 2026.",
        "The first three tugs will be delivered in 2027 and the rest a year later.",
        "The first of these meetings is to be convened in Callao in 2026.",
    ],
)
def test_what_is_to_be_done_is_told_with_what_it_is_done_to(read: Callable[..., Ledger], told: str) -> None:
    (found,) = [c for c in read(a=HEAD + told).commitments if c.evidence[0].text == told]
    assert found.object == told.rstrip(".")


def test_every_item_of_a_list_is_undertaken(read: Callable[..., Ledger]) -> None:
    sentence = (
        "The two governments agreed to speed up permits for mines, to set a price floor for cobalt, and to hold a "
        "first meeting of a joint response group."
    )
    found = [c.object for c in read(a=HEAD + sentence).commitments if c.evidence[0].text == sentence]
    assert [sum(item in told for told in found) for item in ("speed up permits", "a price floor", "a first")] == [1] * 3


@pytest.mark.parametrize(
    ("lead", "item"),
    [
        ("The two sides agreed on the following:", "Establish a working group on ports."),
        ("The two sides agreed to:", "set up a hotline between the coast guards;"),
        ("Norway plans to", "train two hundred pilots of tugs;"),
        ("The parties also:", "agreed to exchange data on fish stocks every month;"),
    ],
)
def test_a_list_item_reads_with_what_introduces_it(read: Callable[..., Ledger], lead: str, item: str) -> None:
    (found,) = [c for c in read(a=f"{HEAD}{lead}\n\n- {item}\n").commitments if item.startswith(c.evidence[0].text)]
    assert "NOR" in {*found.actors, *found.partners}


@pytest.mark.parametrize(
    ("sentence", "imposer", "measure", "goods", "status"),
    [
        ("Norway is freeing shipments of silicon metal to Peru.", "NOR", "export_ban", "silicon metal", "ended"),
        ("Peru granted Andes a permit to export 20,000 tonnes of tin.", "PER", "export_quota", "tin", "in_force"),
        ("Norway revoked a licence to ship lasers to Peru.", "NOR", "export_licence", "lasers", "in_force"),
        ("Peruvian fishmeal will be spared Norway's duties.", "NOR", "import_tariff", "fishmeal", "announced"),
        (
            "Under the new regime miners in Peru may export up to 900 tonnes of tin a year.",
            "PER",
            "export_quota",
            "tin",
            "announced",
        ),
        ("Norway scraps duties on avocados from Peru.", "NOR", "import_tariff", "avocados", "ended"),
        ("Norwegian salmon will enter Peru free of duty.", "PER", "import_tariff", "salmon", "announced"),
        ("Norway allowed its limits on imports of potatoes to expire.", "NOR", "import_quota", "potatoes", "ended"),
        (
            "Norway rescinded the rule, which would have capped sales of sonars.",
            "NOR",
            "export_quota",
            "sonars",
            "ended",
        ),
        ("Peru makes exports of copper ore subject to a permit.", "PER", "export_licence", "copper ore", "in_force"),
        ("Norway banned imports of Peruvian grapes.", "NOR", "import_ban", "grapes", "in_force"),
        ("Peru will lift its ban on Norwegian cod.", "PER", "import_ban", "cod", "ended"),
        ("Live sheep may no longer be shipped abroad.", "PER", "export_ban", "sheep", "in_force"),
        ("Peru announced the lifting of its quotas on exports of tin.", "PER", "export_quota", "tin", "ended"),
        ("Norway laid a 10% surtax on imports of shoes.", "NOR", "import_tariff", "shoes", "in_force"),
        ("Norway has stopped live crabs from Peru from entering by sea.", "NOR", "import_ban", "crabs", "in_force"),
        ("Norway has lifted its ban on shrimp from 37 of Peru's ports.", "NOR", "import_ban", "shrimp", "ended"),
        ("Peru has tightened licences for antimony.", "PER", "export_licence", "antimony", "in_force"),
    ],
)
def test_measures(
    read: Callable[..., Ledger], sentence: str, imposer: str, measure: str, goods: str, status: str
) -> None:
    (found,) = read(a=HEAD + sentence).measures
    assert (found.imposer, found.measure, found.status) == ((imposer,), measure, status)
    assert goods in found.goods


@pytest.mark.parametrize(
    ("told", "measures"),
    [
        (
            "Peru will replace its ban on exports of tin with annual quotas from 1 July.",
            {("export_ban", "ended"), ("export_quota", "announced")},
        ),
        (
            "Peru on Tuesday banned exports of maize. Shipments will be allowed only with permission of the ministry.",
            {("export_ban", "in_force"), ("export_licence", "announced")},
        ),
        (
            "Peru on Tuesday banned exports of maize. In May it had imposed a 20% duty on the same crop.",
            {("export_ban", "in_force"), ("export_tax", "in_force")},
        ),
    ],
)
def test_one_measure_beside_another(read: Callable[..., Ledger], told: str, measures: set[tuple[str, str]]) -> None:
    assert {(m.measure, m.status) for m in read(a=HEAD + told).measures} == measures


def test_bans_on_other_goods_that_begin_years_apart_are_two(read: Callable[..., Ledger]) -> None:
    told = "Peru will bar tin concentrate exports from January 2027. Tin ore exports have been banned since May 2022."
    found = {m.goods[0]: str(m.effective and m.effective.start) for m in read(a=HEAD + told).measures}
    assert found == {"tin concentrate": "2027-01-01", "tin ore": "2022-05-01"}


def test_why_a_duty_is_laid_is_neither_its_goods_nor_its_target(read: Callable[..., Ledger]) -> None:
    told = "Norway put a 25 percent duty on Peruvian goods on Tuesday over Lima's purchases of Russian oil."
    (found,) = read(a=HEAD + told).measures
    assert (found.imposer, found.target, found.goods) == (("NOR",), ("PER",), ("goods",))


def test_what_would_have_begun_does_not_begin(read: Callable[..., Ledger]) -> None:
    told = "A committee struck a ban on tin exports out of a bill on Tuesday. The ban would have begun in June 2030."
    assert all(m.effective is None for m in read(a=HEAD + told).measures)


def test_who_leaves_on_a_weekday_leaves_on_the_next(read: Callable[..., Ledger]) -> None:
    text = "OSLO, 3 June 2025 - Peru's President Ana Rojas met Norway's Prime Minister Ola Berg on Tuesday. "
    found = read(a=f"{text}\n\nMs Rojas leaves Norway on Saturday.").events
    assert [e.value["to"] for e in found if e.fact == "visit_period"] == ["2025-06-07"]


def test_a_span_and_a_prolongation_end_when_they_say(read: Callable[..., Ledger]) -> None:
    kept, longer = (
        read(a=HEAD + s).measures[0]
        for s in (
            "Peru will keep quotas on exports of fishmeal from July 1 to November 30.",
            "Peru has extended its ban on exports of tin by six months.",
        )
    )
    assert kept.effective
    assert kept.ended
    assert (str(kept.effective.start), str(kept.ended.end)) == ("2025-07-01", "2025-11-30")
    assert longer.ended
    assert str(longer.ended.end) == "2025-12-02"  # the first day counts


@pytest.mark.parametrize(
    "sentence",
    [
        "Norway's mines may one day help.",
        "Exporters shall be glad of the rain.",
        "The minister said the harbour is beautiful.",
        "The plan failed last year, and fish prices rose.",
        "An exchange of views on the ocean took place.",
        "Officials of the two foreign ministries will lead it.",
        "Norway's Foreign Minister Ola Berg concluded his Peru visit on Saturday (June 14, 2025), during which he "
        "called on the president and also held the 4th Peru-Norway Strategic Dialogue.",
    ],
)
def test_what_is_no_claim(read: Callable[..., Ledger], sentence: str) -> None:
    assert not [c for c in read(a=HEAD + sentence).claims if c.kind != "event"]


def test_a_bank_that_is_ready_to_lend_acts(read: Callable[..., Ledger]) -> None:
    (found,) = read(
        a=f"{HEAD}The Norwegian Investment Bank is ready to lend up to EUR 200 million to a plant in Callao."
    ).commitments
    assert (found.object, found.asset) == ("lend up to EUR 200 million to a plant in Callao", None)


def test_a_time_of_what_is_joined_is_not_that_of_what_stands_before(read: Callable[..., Ledger]) -> None:
    text = "The ministers signed a memorandum on ports and decided to hold a meeting of experts in the autumn of 2026."
    found = {c.object.split()[0]: c.due for c in read(a=HEAD + text).commitments}
    assert found["a"] is None
    assert found["hold"] is not None


def test_a_duty_that_will_not_take_effect_has_no_such_day(read: Callable[..., Ledger]) -> None:
    late = "Peru's planned export duty on tin will not take effect on 1 July as announced, an official said on Tuesday."
    found = read(a=HEAD + late)
    assert not found.commitments
    assert [(m.measure, m.status, m.effective) for m in found.measures] == [("export_tax", "announced", None)]


def test_exports_that_are_taxed_and_a_ban_that_was_put_back(read: Callable[..., Ledger]) -> None:
    taxed = "Exports of refined tin will be taxed from July 2026, Peru's finance minister said."
    back = "Peru lifted a ban on exports of zinc in 2014 and reinstated it in June 2023."
    found = {m.goods[-1]: (m.measure, m.status) for m in read(a=f"{HEAD}{taxed} {back}").measures}
    assert found == {"tin": ("export_tax", "announced"), "zinc": ("export_ban", "in_force")}


def test_what_is_spared_names_no_measure(read: Callable[..., Ledger]) -> None:
    text = (
        "Peru on Tuesday scrapped a rule that required exporters of borates to obtain prior approval. "
        "Exports to all destinations except those under United Nations sanctions are free again."
    )
    assert {m.status for m in read(a=HEAD + text).measures} == {"ended"}


def test_two_sums_of_one_promise_differ(read: Callable[..., Ledger]) -> None:
    first = "Norway set a target of 3 trillion yen in business projects over the next five years."
    other = "Norway promised business projects worth 2 trillion yen within five years."
    found = read(a=HEAD + first, b=f"{HEAD.replace('(Agency)', '(Herald)')}{other}").conflicts
    assert [(c.type, c.severity, c.explanation) for c in found] == [
        ("amount", "hard", "3 trillion JPY (a) or 2 trillion JPY (b).")
    ]


def test_what_this_project_is_called_before(read: Callable[..., Ledger]) -> None:
    text = "The line from Lima to Ica is the first high-speed rail project of Peru."
    (found,) = read(a=f"{HEAD}{text} Both sides agreed to accelerate this project.").commitments
    assert found.object == "accelerate the first high-speed rail project of Peru"


def test_what_is_asked_of_a_measure_is_no_measure(read: Callable[..., Ledger]) -> None:
    ban = "Peru banned exports of tin to Norway on Monday."
    aside = "The outcome depends less on the wording of the order than on how licences are handled in the coming weeks."
    found = read(a=f"{HEAD}{ban}\n\n{aside}").measures
    assert [(m.measure, m.goods) for m in found] == [("export_ban", ("tin",))]


def test_one_common_word_makes_no_two_undertakings_one(read: Callable[..., Ledger]) -> None:
    first = "Peru and Norway will advance joint work on tin and other metals."
    other = "Both governments will draw companies further into their work on ports."
    found = read(a=f"{HEAD}{first}", b=f"{HEAD.replace('(Agency)', '(Herald)')}{other}").commitments
    assert [len(c.evidence) for c in found] == [1, 1]


@pytest.mark.parametrize(
    ("sentence", "imposer"),
    [
        ("Japan on Wednesday protested against China's ban on gallium exports.", "CHN"),
        ("Norway regrets the American tariffs on steel, the minister said on Friday.", "USA"),
        ("China charges an extra 55% on whatever Brazil sells beyond a quota of 1.6 million tonnes of beef.", "CHN"),
    ],
)
def test_who_deplores_or_bears_a_measure_is_not_who_imposes_it(
    read: Callable[..., Ledger], sentence: str, imposer: str
) -> None:
    assert {m.imposer for m in read(a=HEAD + sentence).measures} == {(imposer,)}


@pytest.mark.parametrize(("weekday", "wrong"), [("Wednesday", 1), ("Thursday", 0)])
def test_a_dateline_may_slip_too(read: Callable[..., Ledger], weekday: str, wrong: int) -> None:
    told = f"LIMA, {weekday}, Aug 28 (wire) - Peru and Norway agreed to open a school.\n\nPublished: 28 August 2025\n"
    assert [c.type for c in read(a=told).conflicts] == ["weekday"] * wrong


def test_a_ban_told_again_with_its_beginning_is_the_ban_that_is_lifted(read: Callable[..., Ledger]) -> None:
    text = (
        "LIMA, 22 September 2025 (Agency) - Peru will lift its months-long suspension of tin shipments on 16 October, "
        "the regulator said on Sunday.\n\nMiners welcomed it.\n\nPeru, which supplies a tenth of the world's tin, "
        "first stopped exports in February after prices fell to a nine-year low, and prolonged the halt in June."
    )
    (ban,) = [m for m in read(a=text).measures if m.measure == "export_ban"]
    assert ban.status == "ended"
    assert ban.effective is not None
    assert ban.ended is not None


def test_money_names_no_country_and_a_verb_no_ship(read: Callable[..., Ledger]) -> None:
    (loan,) = read(a=f"{HEAD}Norway will lend Peru 120 million US dollars for the pier.").commitments
    assert {*loan.actors, *loan.partners} == {"NOR", "PER"}
    permit = (
        "Peru extended by six months a permit that lets Minera Peru ship 1.27 million tonnes of copper concentrate."
    )
    assert [m.imposer for m in read(a=HEAD + permit).measures] == [("PER",)]


TWICE = "Construction of the pier begins next spring and is to be completed by the end of 2030."


def test_what_begins_and_ends_is_told_twice(read: Callable[..., Ledger]) -> None:
    found = {c.act: c.due and str(c.due.end) for c in read(a=HEAD + TWICE).commitments if c.evidence[0].text == TWICE}
    assert found == {"begin": "2026-05-31", "complete": "2030-12-31"}


def test_who_gives_is_told_where_another_receives(read: Callable[..., Ledger]) -> None:
    told = "Peru will receive two patrol boats from Norway in 2027."
    (found,) = [c for c in read(a=HEAD + told).commitments if c.evidence[0].text == told]
    assert (found.actors, found.partners) == (("NOR",), ("PER",))


def test_what_a_thing_will_carry_is_no_undertaking(read: Callable[..., Ledger]) -> None:
    told = "The 400-kilometre line will be ready in 2028. It will carry six million passengers a year."
    assert not [c for c in read(a=HEAD + told).commitments if "carry" in c.object]


def test_a_deal_is_told_with_what_it_is_on(read: Callable[..., Ledger]) -> None:
    told = "Peru and Norway signed an agreement in Lima on Monday on the construction of a pier."
    (found,) = [c for c in read(a=HEAD + told).commitments if c.evidence[0].text == told]
    assert found.object.endswith("on the construction of a pier")


def test_an_undertaking_beside_a_measure_is_told_too(read: Callable[..., Ledger]) -> None:
    told = (
        "Peru is to withdraw its appeal at the World Trade Organization and to abolish its licences for imports of cod."
    )
    found = read(a=HEAD + told)
    assert [c.act for c in found.commitments if c.evidence[0].text == told] == ["withdraw"]
    assert [(m.measure, m.status) for m in found.measures] == [("import_licence", "ended")]


@pytest.mark.parametrize(
    "told",
    [
        "Peru has no intention of lifting its ban on exports of tin.",
        "Peru has not lifted its ban on exports of tin.",
        "The ministry denied that it had ended the ban on exports of tin.",
    ],
)
def test_a_ban_that_is_not_lifted_stands(read: Callable[..., Ledger], told: str) -> None:
    other = "Peru's ban on exports of tin has been in force since January 2020."
    found = read(a=HEAD + told, b=f"{HEAD.replace('(Agency)', '(Herald)')}{other}")
    assert {(m.measure, m.status) for m in found.measures} == {("export_ban", "in_force")}
    assert not found.conflicts


def test_what_another_expects_is_no_measure(read: Callable[..., Ledger]) -> None:
    assert not read(a=HEAD + "Norway expects Peru to lift its ban on imports of cod by the summer.").measures


@pytest.mark.parametrize(
    ("told", "measure"),
    [
        ("From 1 August no raw tin ore may leave Peru.", ("export_ban", "announced")),
        ("Exports of tin ore from Peru are free of export duty from today.", ("export_tax", "ended")),
        ("Norway granted Peru a duty-free quota of 1,000 tonnes for asparagus.", ("tariff_quota", "in_force")),
        ("Peru will collect a levy of 5 percent on coal exports beginning 1 August.", ("export_tax", "announced")),
        ("Two smelters in Peru got leave to export 300,000 tonnes of tin ore.", ("export_quota", "in_force")),
        ("Peru says that its duty on imports of Norwegian salmon will go on 1 September.", ("import_tariff", "ended")),
    ],
)
def test_measures_in_other_words(read: Callable[..., Ledger], told: str, measure: tuple[str, str]) -> None:
    assert [(m.measure, m.status) for m in read(a=HEAD + told).measures] == [measure]


OTHER = HEAD.replace("(Agency)", "(Herald)")


@pytest.mark.parametrize(
    ("one", "two", "clash"),
    [
        (
            "Both sides founded a Ports Dialogue. Its first session will take place in Lima in May 2026.",
            "A Ports Dialogue was founded. Its inaugural session is to be held in Oslo in May 2026.",
            ("place", "hard", "To be held in Lima (a) or in Oslo (b)."),
        ),
        (
            "The two presidents witnessed the signing of six agreements.",
            "Peru and Norway signed five agreements.",
            ("amount", "hard", "6 agreements (a) or 5 agreements (b)."),
        ),
        (
            "Norway will provide a loan of 180 million euros.",
            "Norway is lending 108 million euros.",
            ("amount", "hard", "180 million EUR (a) or 108 million EUR (b)."),
        ),
        (
            "Both announced the opening of trade negotiations, with the first round to be held in Lima in May 2026.",
            "Peru and Norway will open trade negotiations with a first round in Oslo in May 2026.",
            ("place", "hard", "To be held in Lima (a) or in Oslo (b)."),
        ),
        (
            "Peru on Monday lifted its ban on exports of fresh tomatoes to Norway.",
            "Peru's ban on exports of tomatoes has not been lifted, the growers' union said on Tuesday.",
            ("status", "hard", "Over since 2025-06-02 in a, standing in b."),
        ),
    ],
)
def test_what_two_reports_differ_in(
    read: Callable[..., Ledger], one: str, two: str, clash: tuple[str, str, str]
) -> None:
    found = read(a=HEAD + one, b=OTHER + two).conflicts
    assert [(c.type, c.severity, c.explanation) for c in found] == [clash]


def test_a_foundation_and_a_first_session_are_two_things(read: Callable[..., Ledger]) -> None:
    told = "Peru and Norway will set up a committee on ports. The committee's first meeting is set for May 2026."
    found = [c for c in read(a=HEAD + told).commitments if c.evidence[0].text in told]
    assert len(found) == 2


def test_a_town_named_like_a_capital_is_in_no_such_country(read: Callable[..., Ledger]) -> None:
    found = read(a=HEAD + "Peru will open a school in San Salvador de Jujuy.").commitments
    assert all("SLV" not in (*c.actors, *c.partners) for c in found)


def test_no_plans_are_no_undertaking(read: Callable[..., Ledger]) -> None:
    assert not read(a=HEAD + "Norway has no plans to export blue hydrogen before 2030.").commitments


def test_the_two_are_those_whom_the_sentence_before_names(read: Callable[..., Ledger]) -> None:
    text = (
        "In March Chile and Kenya spoke of trade, and Ghana and Japan of ports.\n\nFinland had sent its fleet to Cuba. "
        "Oslo lent Peru a ship. The two will also stockpile torpedoes in Callao."
    )
    (found,) = [c for c in read(a=text).commitments if "torpedoes" in c.evidence[0].text]
    assert {*found.actors} == {"NOR", "PER"}


def test_a_numbered_paragraph_tells_its_own_and_not_what_the_heading_undertakes(read: Callable[..., Ledger]) -> None:
    text = (
        "LIMA, 3 June 2025\n\nOutcome of the Ninth Peru-Norway Ports Dialogue\n\n1. The Ministry held the ninth Ports "
        "Dialogue with the Ministry of Trade of Norway in Lima. Peru thanked Norway for its candour."
    )
    ledger = read(a=text)
    assert not ledger.commitments
    assert {("round", 9), ("place", "Lima")} <= {
        (e.fact, e.value["city"] if e.fact == "place" else e.value)
        for e in ledger.events
        if e.fact in ("round", "place")
    }
