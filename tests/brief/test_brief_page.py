"""The page as a whole: nothing loaded, nothing unescaped, every reference arrives somewhere."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from monazite.brief.assets import world
from monazite.brief.index import index
from monazite.brief.page import render_html
from monazite.brief.values import Brief
from monazite.core.errors import MonaziteError
from monazite.ledger.values import Evidence, Report

VOID = {"meta", "link", "br", "col", "img", "input", "hr"}


class Page(HTMLParser):
    """Ids, links, tags and text of a page, and whether its elements close in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.misnested: list[str] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append((tag, values))
        if values.get("id"):
            self.ids.append(values["id"] or "")
        if tag == "a":
            self.links.append(values.get("href") or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and (not self.open or self.open.pop() != tag):
            self.misnested.append(tag)

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text.append(data)


def words_of(html: str) -> str:
    return " ".join(" ".join(Page(html).text).split())


@pytest.fixture(scope="module")
def html(full: Brief) -> str:
    return render_html(full)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_elements_close_in_order(page: Page) -> None:
    assert page.misnested == []
    assert page.open == []


def test_the_same_brief_gives_the_same_bytes(full: Brief, html: str) -> None:
    assert render_html(full) == html


def test_ids_are_unique_and_every_link_within_the_page_arrives(page: Page) -> None:
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


def test_nothing_is_loaded_and_no_script_runs(html: str, page: Page) -> None:
    assert {tag for tag, _ in page.tags} & {"script", "img", "iframe", "object", "embed"} == set()
    for tag, attrs in page.tags:
        assert "src" not in attrs
        if tag != "a":
            assert not re.match(r"(https?:)?//", attrs.get("href") or "")
    assert set(re.findall(r"url\((\w+:)", html)) == {"data:"}
    assert "@import" not in html
    assert "default-src 'none'" in html


def test_the_page_is_small(html: str) -> None:
    assert len(html.encode()) < 400_000


def test_every_quotation_stands_in_the_appendix_with_a_way_back(full: Brief, html: str) -> None:
    appendix = html[html.index('id="quotations"') :]
    known = index(full)
    for quote in known.quotes:
        entry = re.search(rf'<li id="{known.quote[quote].anchor}">(.*?)</li>', appendix, re.DOTALL)
        assert entry
        assert quote.text in entry[1]
        assert f"characters {quote.start}–{quote.end}" in entry[1]
        assert all(f'href="#{ref.anchor}"' in entry[1] for ref in known.uses[quote])


def test_every_claim_links_to_its_quotations(full: Brief, html: str) -> None:
    known = index(full)
    for claim in full.ledger.claims:
        row = re.search(rf'<tr id="{known.claim[claim.id].anchor}">(.*?)</tr>', html, re.DOTALL)
        assert row
        assert all(f'href="#{known.quote[e].anchor}"' in row[1] for e in claim.evidence)


def test_key_points_link_to_quotations_or_sources(html: str) -> None:
    points = re.search(r'<ol class="points">(.*?)</ol>', html, re.DOTALL)
    assert points
    items = points[1].split("</li>")[:-1]
    assert len(items) == 8
    assert all(re.search(r'href="#[qs]\d+"', item) for item in items)


def test_every_figure_has_a_source_and_a_table(html: str) -> None:
    figures = re.findall(r"<figure.*?</figure>", html, re.DOTALL)
    assert len(figures) == 10
    for figure in figures:
        assert re.search(r'<figcaption>.*?href="#[qs]\d+".*?</figcaption>', figure, re.DOTALL)
        assert 'role="img"' in figure
        assert "<details>" in figure
        assert '<th scope="row">' in figure


def test_a_map_says_whose_boundaries_it_shows(html: str) -> None:
    (figure,) = (f for f in re.findall(r"<figure.*?</figure>", html, re.DOTALL) if "Imports of rare earths into" in f)
    assert world().view in figure
    assert "imply no opinion" in figure
    assert '<th scope="row">China</th><td>Japan</td><td>60%</td><td>6</td>' in figure


def test_several_minerals_of_a_buyer_are_compared_in_one_picture(full: Brief, html: str) -> None:
    assert "Where the imports of" not in html
    (one,) = full.exposures
    nothing = replace(one, mineral="cobalt", stages=one.stages[:1])
    assert "Where the imports of" not in render_html(replace(full, exposures=(one, nothing)))
    several = render_html(replace(full, exposures=(one, replace(one, mineral="tin"), nothing)))
    (figure,) = (f for f in re.findall(r"<figure.*?</figure>", several, re.DOTALL) if "Where the imports of" in f)
    assert '<th scope="row">Tin</th><td>60%</td><td>30%</td><td>10%</td>' in figure
    assert '<th scope="row">Cobalt</th><td>no data</td>' in figure
    assert several.count("Imports of rare earths into") == html.count("Imports of rare earths into")
    assert [int(n) for n in re.findall(r"<b>Figure (\d+)\.</b>", several)] == list(range(1, 14))


def test_a_commitments_row(html: str) -> None:
    row = re.search(r'<tr id="c1">.*?</tr>', html, re.DOTALL)
    assert row
    assert words_of(row[0]) == (
        "C1 Convene a working group [Q2] [Q5] India and Japan not stated early 2026 1 Jan – 30 Apr 2026 agreed "
        "Overdue, unverified 2 of 3"
    )


def test_hard_conflicts_come_first_with_both_quotations(html: str) -> None:
    first, second = re.findall(r"<article.*?</article>", html, re.DOTALL)
    assert words_of(first) == (
        "Cannot both be true X2 · Place The same talks in two places [F1] [F2] held in Tokyo [Q1] R1 a.txt, characters "
        "15–28 held in New Delhi [Q4] R2 b.txt, characters 15–32 Suggested resolution. New Delhi"
    )
    assert "Differs X1 · Status" in words_of(second)
    assert "None: ask the ministries concerned." in words_of(second)


def test_what_is_overdue_says_by_how_much(html: str) -> None:
    section = html[html.index('id="due"') : html.index('id="exposure"')]
    assert "C1 Convene a working group early 2026 1 Jan – 30 Apr 2026 205 past" in words_of(section)
    assert "none of them bears a date of publication" in section


def test_no_data_says_why_and_is_never_zero(html: str) -> None:
    section = html[html.index('id="exposure"') : html.index('id="shock"')]
    row = next(r for r in re.findall(r"<tr>.*?</tr>", section) if "GeoPolRisk" in r)
    assert words_of(row) == (
        "GeoPolRisk score Viet Nam is not rated no data: more was exported than was mined and imported 0–1 "
        "no-supply 2024 [S1]"
    )
    assert "no data: no imports are recorded" in words_of(section)


def test_a_reading_with_a_range_shows_the_range(html: str) -> None:
    assert "Net import reliance 34–61% share ok 2024 [S1]" in words_of(html)


def test_the_shock_shows_ranges_certainty_and_certificate(html: str) -> None:
    section = words_of(html[html.index('id="shock"') : html.index('id="methods"')])
    assert "Japan 1,000 t 600 t 150–390 t 210–450 t 21–45% +41% to +152%" in section
    assert "reported, not confirmed" in section
    assert "Measure m-1 of the ledger [M1]" in section
    assert "assumption No stocks" in section
    assert "Switching of suppliers (σ) 2 4 8 elasticity of substitution assumption centre from past cuts" in section
    assert "over all 256 draws (seed 7)" in section
    assert "3·10⁻¹³" in section


def test_the_plan_shows_levers_what_they_do_and_what_is_assumed(html: str) -> None:
    section = words_of(html[html.index('id="plan"') : html.index('id="methods"')])
    for part in (
        "“China stops exports” comes within 1 years with a probability of 50% assumption",
        "what Japan and India would buy of rare earths",
        "Stockpile of components in Japan 150 t 1.5 1 50,000 assumption [S1]",
        "Without 0 20 ",
        "With the plan 9.5 2.6 ",
        "is paid 8.95",
        "assumption Spare share: 0 (0), over present output",
        "A tariff of India is not in the plan",
    ):
        assert part in section


def test_a_brief_without_a_plan_says_why(full: Brief) -> None:
    bare = render_html(replace(full, plan=None, no_plan="no lever of IND is on record"))
    assert "No lever of India is on record" in words_of(bare[bare.index('id="plan"') : bare.index('id="methods"')])


def test_sources_inputs_and_the_command_are_there(html: str) -> None:
    text = words_of(html[html.index('id="sources"') :])
    for part in ("CEPII, BACI", "Etalab 2.0", "f" * 64, "broken.txt : holds no text", "--as-of 2026-11-21", "0.1.0"):
        assert part in text
    assert '<a href="https://www.cepii.fr/"' in html


def test_an_empty_brief_says_so_section_by_section(empty: Brief) -> None:
    text = words_of(render_html(empty))
    for sentence in (
        "Nothing was found that a source stands behind.",
        "No commitment was found in 3 reports.",
        "No disagreement was found.",
        "Nothing with a date is open as of 21 November 2026.",
        "No exposure was computed",
        "No shock was computed",
        "No figures from outside the reports are shown.",
    ):
        assert sentence in text
    assert not Page(render_html(empty)).misnested


def test_a_brief_without_reports_is_still_a_page(empty: Brief) -> None:
    bare = replace(empty, ledger=replace(empty.ledger, reports=()))
    text = words_of(render_html(bare))
    assert "No report was read." in text
    assert "There is nothing to quote." in text


def test_commitments_without_dates_have_no_timeline(full: Brief) -> None:
    undated = tuple(replace(c, due=None, standing="no-date") for c in full.ledger.commitments)
    text = words_of(render_html(replace(full, ledger=replace(full.ledger, claims=undated, conflicts=()), outcomes=())))
    assert "None of them names a date, so there is no timeline to draw." in text
    assert "3 further commitments name no date" in text


EVIL = '<script>alert("1")</script><img src=x onerror=y> {{ 7*7 }} {% raw %} & \' ]]> --> </title></style>'


def test_text_of_reports_is_never_markup(full: Brief) -> None:
    report = Report(EVIL, "0" * 64, EVIL, EVIL, None, EVIL, EVIL)
    quote = (Evidence(EVIL, 0, len(EVIL), EVIL),)
    old = full.ledger
    claims = (
        *(
            replace(c, object=EVIL, mechanism=EVIL + "m", level=EVIL, attribution=EVIL, asset=EVIL + "a",
                    due=c.due and replace(c.due, text=EVIL), evidence=quote)
            for c in old.commitments
        ),
        *(replace(m, goods=(EVIL,), attribution=EVIL, evidence=quote) for m in old.measures),
        *(replace(e, fact=EVIL, value={"x": [EVIL]}, evidence=quote) for e in old.events),
    )  # fmt: skip
    conflicts = tuple(replace(c, type=EVIL, explanation=EVIL, resolution=EVIL, evidence=quote) for c in old.conflicts)
    (outcome,) = full.outcomes
    scenario = replace(outcome.scenario, title=EVIL, origin=EVIL, certainty=EVIL, assumptions=(EVIL,))
    evil = replace(
        full,
        ledger=replace(old, reports=(report,), claims=claims, conflicts=conflicts),
        outcomes=(replace(outcome, scenario=scenario),),
        command=EVIL,
        failed=((EVIL, EVIL),),
        inputs=((EVIL, EVIL),),
        sources=tuple(replace(s, title=EVIL, url="javascript:alert(1)") for s in full.sources),
    )
    html = render_html(evil)
    page = Page(html)
    assert {tag for tag, _ in page.tags} & {"script", "img"} == set()
    assert page.misnested == []
    assert "49" not in words_of(html[html.index('id="agreed"') : html.index('id="conflicts"')])
    assert not any(link.startswith("javascript") for link in page.links)
    assert "{{ 7*7 }}" in html


def test_a_quotation_that_is_not_verbatim_is_refused(full: Brief) -> None:
    first = full.ledger.claims[0]
    wrong = replace(first, evidence=(Evidence("a.txt", 0, 5, "Other"), Evidence("z.txt", 0, 1, "x")))
    ledger = replace(full.ledger, claims=(wrong, *full.ledger.claims[1:]))
    with pytest.raises(MonaziteError) as error:
        render_html(replace(full, ledger=ledger))
    assert "a.txt [0:5] does not hold the words quoted from it" in str(error.value)
    assert "'z.txt', which is no report" in str(error.value)


def test_a_source_that_is_cited_must_be_listed(full: Brief) -> None:
    with pytest.raises(MonaziteError, match="source 'baci' is cited but not listed"):
        render_html(replace(full, sources=()))


def test_a_conflict_about_an_unknown_claim_is_refused(full: Brief) -> None:
    conflicts = tuple(replace(c, claims=("gone",)) for c in full.ledger.conflicts)
    with pytest.raises(MonaziteError, match="names 'gone', which is no claim"):
        render_html(replace(full, ledger=replace(full.ledger, conflicts=conflicts)))


def test_a_measure_that_was_not_played_says_why(full: Brief) -> None:
    measure = full.ledger.measures[0]
    page = render_html(
        replace(full, outcomes=(), unplayed=((measure.id, "measure: an export licence of <unstated> size."),))
    )
    assert "Measures not played" in page
    assert "an export licence of &lt;unstated&gt; size" in page


def test_stages_that_no_code_covers_are_named(full: Brief) -> None:
    exposures = tuple(replace(e, untraded=("ore", "component")) for e in full.exposures)
    assert "no trade code of the tables covers rare earths as ore, component" in render_html(
        replace(full, exposures=exposures)
    )
    assert "Not seen" not in render_html(full)


def test_what_is_only_discussed_stands_apart_from_what_was_agreed(full: Brief) -> None:
    first, *rest = full.ledger.commitments
    talked = replace(first, status="under_discussion", standing="under-discussion")
    others = tuple(c for c in full.ledger.claims if c.kind != "commitment")
    page = render_html(replace(full, ledger=replace(full.ledger, claims=(talked, *rest, *others))))
    section = page[page.index('id="agreed"') : page.index('id="conflicts"')]
    heading = section.index("Under discussion: not agreed")
    assert section.index(rest[0].object[1:]) < heading < section.index(first.object[1:])
    assert "Under discussion: not agreed" not in render_html(full)
