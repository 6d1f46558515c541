"""Two reviewers decide on the same claim, each on a page of their own: both are on record, and the second is told."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from datetime import date

import pytest
from starlette.testclient import TestClient

from monazite.web.app import create_app
from monazite.web.settings import Settings
from monazite.workbench.reports.record import stand

from .conftest import ADDRESS, on_postgresql

PAGE = "/commitments?as_of=2026-11-22"


@pytest.fixture(params=["sqlite", "postgresql"])
def own(request, record, tmp_path) -> str:
    """A copy of the record, in a file or on PostgreSQL."""
    if request.param == "sqlite":
        return str(shutil.copy(record, tmp_path / "record.sqlite"))
    return on_postgresql(record, request.getfixturevalue("database"))


@pytest.fixture
def reviewers(own, tmp_path) -> Iterator[tuple[TestClient, ...]]:
    """Two servers over one record, a reviewer at each."""
    made = [create_app(Settings(own, tmp_path / "web")) for _ in range(2)]
    yield tuple(TestClient(app, base_url=ADDRESS) for app in made)
    for app in made:
        app.state.service.jobs.close()


def form(client: TestClient, nth: int = 0) -> dict[str, str]:
    """What the page's form sends about a claim that is ticked."""
    page = client.get(PAGE).text
    names = re.findall(r'type="checkbox" name="names" value="([^"]+)"', page)
    (seen,) = set(re.findall(r'name="seen" value="([^"]+)"', page))
    return {"names": names[nth], "seen": seen, "view": "as_of=2026-11-22", "why": "as told"}


def decide(client: TestClient, given: dict[str, str], kind: str, who: str):
    return client.post("/commitments/decide", data={**given, "kind": kind, "who": who}, headers={"Accept": "text/html"})


def test_the_second_is_told_what_the_first_did(own, reviewers) -> None:
    ana, ben = reviewers
    forms = form(ana), form(ben)
    assert forms[0] == forms[1]
    assert "Decided since" not in decide(ana, forms[0], "reject", "Ana <i>").text
    told = decide(ben, forms[1], "accept", "Ben")
    assert "since=0" in str(told.url)
    lines = re.findall(r"<li>([^<]* decided on .*?)</li>", told.text)
    assert [line.split(" decided")[0] for line in lines] == ["Ana &lt;i&gt;", "Ben"]
    assert "to reject it: as told" in lines[0]
    found = stand(own, date(2026, 11, 22))
    assert [(d.kind, d.who) for d in found.decisions] == [("reject", "Ana <i>"), ("accept", "Ben")]
    assert forms[0]["names"] in {c.id for c in found.state.ledger.claims}  # what was decided last holds
    other = form(ben, 1)
    assert "since" not in str(decide(ben, other, "accept", "Ben").url)


def test_what_cannot_be_decided_any_more_says_who_was_first(own, reviewers) -> None:
    ana, ben = reviewers
    forms = form(ana), form(ben)
    decide(ana, forms[0], "reject", "Ana")
    late = decide(ben, forms[1], "reject", "Ben")
    assert late.status_code == 400
    assert "Meanwhile Ana decided on" in html.unescape(late.text)
    assert "to reject it: as told" in late.text
    assert len(stand(own, date(2026, 11, 22)).decisions) == 1
