"""REST says what the commands say; pages, tags, tables, errors and jobs."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from monazite.cli.main import main
from monazite.web.app import create_app
from monazite.web.settings import Settings
from monazite.workbench.catalogue import CATALOGUE
from tests.web.conftest import ADDRESS, ended

DAY = {"as_of": "2026-11-21"}


@pytest.fixture
def printed(monkeypatch, capsys):
    """The JSON that a command writes."""

    def run(*words: str):
        monkeypatch.setattr(sys, "argv", ["monazite", *words, "--json"])
        with pytest.raises(SystemExit) as stop:
            main()
        assert not stop.value.code
        return json.loads(capsys.readouterr().out)

    return run


def test_every_question_has_its_route(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for one in CATALOGUE.values():
        assert f"/api/v1/{'jobs/' if one.costly else ''}{one.name}" in paths


@pytest.mark.parametrize(
    ("words", "path", "given"),
    [
        (("exposure", "Japan", "--mineral", "magnets"), "exposure", {"buyer": "Japan", "minerals": "magnets"}),
        (("data", "show", "coalitions"), "table", {"name": "coalitions"}),
        (("data", "coverage", "cobalt"), "coverage", {"mineral": "cobalt"}),
        (("data", "mirror"), "mirror", {}),
        (("record", "show", "--as-of", "2026-11-21"), "standing", DAY),
        (("record", "due", "--within", "60d", "--as-of", "2026-03-01"), "due", {"days": 60, "as_of": "2026-03-01"}),
        (
            ("record", "changes", "--since", "2026-01-01", "--as-of", "2026-11-21"),
            "changes",
            {"since": "2026-01-01", **DAY},
        ),
    ],
)
def test_says_what_the_command_says(client, printed, made, monkeypatch, words, path, given) -> None:
    monkeypatch.setenv("MONAZITE_RECORD", made.record)
    assert client.get(f"/api/v1/{path}", params=given).json() == printed(*words)


def test_a_shock_on_the_market_is_part_of_what_the_command_says(client) -> None:
    cut = {"imposer": "China", "targets": "Japan", "mineral": "rare-earths", "stage": "component", "cut": 0.5}
    found = client.get("/api/v1/market", params=cut).json()
    assert [o["stage"] for o in found["outcomes"]] == ["component"]
    assert found["scenario"]["shocks"][0]["share"] == {"low": 0.5, "mid": 0.5, "high": 0.5}
    assert found["record"]


def test_an_answer_known_is_not_sent_again(client) -> None:
    first = client.get("/api/v1/coverage")
    again = client.get("/api/v1/coverage", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/api/v1/coverage.csv", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


def test_pages_are_the_whole_list(client) -> None:
    whole = client.get("/api/v1/coverage").json()
    found, address = [], "/api/v1/coverage?limit=40"
    while address:
        page = client.get(address)
        assert page.headers["x-total-count"] == str(len(whole))
        found += page.json()
        address = page.links.get("next", {}).get("url")
    assert found == whole


def test_a_table_comes_as_csv(client) -> None:
    by_ending = client.get("/api/v1/claims.csv", params=DAY)
    by_header = client.get("/api/v1/claims", params=DAY, headers={"Accept": "text/csv"})
    assert by_ending.content == by_header.content
    rows = list(csv.DictReader(io.StringIO(by_ending.text)))
    claims = client.get("/api/v1/claims", params=DAY).json()["claims"]
    assert [(r["id"], r["text"]) for r in rows] == [(c["id"], q["text"]) for c in claims for q in c["evidence"]]


def test_claims_are_found_by_what_they_say(client) -> None:
    def ids(**given) -> set[str]:
        return {c["id"] for c in client.get("/api/v1/claims", params={**DAY, **given}).json()["claims"]}

    every, found = ids(), ids(text="rare EARTH")
    assert found
    assert found < every
    assert ids(kind="commitment") | ids(kind="measure") | ids(kind="event") == every
    assert ids(actor="Japan") == ids(actor="JPN")
    assert not ids(text="no such words anywhere")


def test_a_quotation_stands_in_its_report(client) -> None:
    claim = client.get("/api/v1/claims", params=DAY).json()["claims"][0]
    quote = claim["evidence"][0]
    report = client.get("/api/v1/report", params={"name": quote["report"]}).json()["report"]
    assert report["text"][quote["start"] : quote["end"]] == quote["text"]
    assert client.get("/api/v1/history", params={"claim": claim["id"]}).json()["claim"]["id"] == claim["id"]


@pytest.mark.parametrize(
    ("address", "status", "kind", "part"),
    [
        ("exposure?buyer=Jpan", 404, "urn:monazite:unknown-code", "Japan"),
        ("exposure", 400, "urn:monazite:usage-error", "buyer"),
        ("exposure?buyer=Japan&year=next", 400, "urn:monazite:usage-error", "year"),
        ("exposure?buyer=Japan&year=1901", 404, "urn:monazite:no-data-error", "1901"),
        ("exposure?buyer=Japan&buyer=India", 400, "urn:monazite:usage-error", "once"),
        ("exposure?buyer=Japan&colour=red", 400, "urn:monazite:usage-error", "colour"),
        ("mirror?limit=0", 400, "urn:monazite:usage-error", "limit"),
        ("market?scenario=/etc/passwd", 404, "urn:monazite:unknown-code", "/etc/passwd"),
        ("market?scenario=pyproject.toml", 404, "urn:monazite:unknown-code", "pyproject.toml"),
        ("market?scenario=nothing%0Ahere", 422, "urn:monazite:scenario-error", "scenario.toml"),
        ("market?imposer=China&mineral=rare-earths&cut=0.1&cut=0.2", 400, "urn:monazite:usage-error", "cut"),
        ("jobs/none", 404, "urn:monazite:unknown-code", "none"),
        ("nothing", 404, "about:blank", "Not Found"),
        ("decide", 405, "about:blank", "Method"),
    ],
)
def test_what_is_wrong_is_said(client, address, status, kind, part) -> None:
    answer = client.get(f"/api/v1/{address}")
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"], problem["type"]) == (status, status, kind)
    assert part in problem["detail"]


def test_without_a_record_the_others_answer(fresh) -> None:
    client = fresh()
    assert "no record" in client.get("/api/v1/claims").json()["detail"]
    assert client.get("/api/v1/tables").status_code == 200


def test_two_reviewers_at_once_lose_nothing(record, tmp_path) -> None:
    own = Path(shutil.copy(record, tmp_path / "record.sqlite"))
    client = TestClient(create_app(Settings(str(own), tmp_path / "web")), base_url=ADDRESS)
    before = client.get("/api/v1/claims", params=DAY)
    ids = [c["id"] for c in before.json()["claims"]][:4]

    def reject(given: tuple[int, str]) -> int:
        who = ("ana", "ben")[given[0] % 2]
        asked = {"kind": "reject", "names": [given[1]], "who": who, "why": "a test"}
        return client.post("/api/v1/decide", json=asked).status_code

    with ThreadPoolExecutor(4) as hands:
        assert list(hands.map(reject, enumerate(ids))) == [200] * 4
    after = client.get("/api/v1/claims", params=DAY, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert not {c["id"] for c in after.json()["claims"]} & set(ids)
    wrong = client.post("/api/v1/decide", json={"kind": "reject", "names": ["x"], "who": "ana"})
    assert (wrong.status_code, "why" in wrong.json()["detail"]) == (400, True)
    assert client.post("/api/v1/decide", content="kind=reject").status_code == 415


def test_reports_sent_are_read(client, examples) -> None:
    file = sorted(examples.glob("*.txt"))[0]
    text = file.read_text(encoding="utf-8")
    hostile = f"<html><head><title><script>alert(1)</script></title></head><body><p>{text}</p></body></html>"
    sent = [("files", (f"../../{file.name}", text.encode())), ("files", ("<img src=x>.html", hostile.encode()))]
    taken = client.post("/api/v1/jobs/read", files=sent, data=DAY)
    assert taken.status_code == 202
    assert client.post("/api/v1/jobs/read", files=sent, data=DAY).json()["id"] == taken.json()["id"]
    job = ended(client, taken.json()["id"])
    assert job["state"] == "done", job
    answer = client.get(job["links"]["result"])
    assert answer.headers["content-type"] == "application/json"
    found = answer.json()
    assert {r["origin"] for r in found["reports"]} == {file.name, "_img src_x_.html"}
    quoted = [q for c in found["claims"] for q in c["evidence"] if q["report"] == file.name]
    assert quoted
    assert all(text[q["start"] : q["end"]] == q["text"] for q in quoted)
    assert client.get(f"{job['links']['result']}.csv").text.count("\n") > len(found["claims"])
    assert [j["id"] for j in client.get("/api/v1/jobs").json()["jobs"]].count(job["id"]) == 1
