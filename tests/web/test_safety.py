"""Who may ask, how much, and what a browser may do with an answer; what is sent is taken as what it is, and bounded."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import re
import zipfile
from importlib import resources
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from monazite.core.errors import UsageError
from monazite.web.app import create_app
from monazite.web.safety import COOKIE, Guard
from monazite.web.settings import Limits, Settings, settings
from monazite.workbench.rows import as_csv
from tests.web.conftest import ADDRESS, ended

TOKEN = "a token that nobody can guess"


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/api/v1/tables", "/api/v1/nothing", "/health", "/metrics", "/openapi.json"]
)
def test_every_answer_tells_browsers_what_they_may_do(client, path) -> None:
    headers = client.get(path).headers
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
    assert "server" not in headers


def test_docs_need_nothing_from_elsewhere(client) -> None:
    page = client.get("/docs").text
    assert not re.search(r"https?://|<script>|style=|onload", page)
    for address in re.findall(r'(?:src|href)="(/[^"]+)"', page):
        assert client.get(address).status_code == 200
    assert client.get("/vendor/README.md").status_code == 404


def test_what_is_vendored_is_unchanged() -> None:
    folder = resources.files("monazite.web").joinpath("vendor")
    for line in folder.joinpath("SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost", 200),
        ("[::1]:8000", 200),
        ("evil.example", 421),
        ("10.0.0.1", 421),
        ("", 421),
    ],
)
def test_it_answers_to_its_own_names_only(client, host, status) -> None:
    assert client.get("/health", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"Sec-Fetch-Site": "same-origin"}, 200),
        ("GET", {"Sec-Fetch-Site": "none"}, 200),
        ("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 200),
        ("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
        ("GET", {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}, 403),
        ("POST", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 403),
        ("POST", {"Origin": "http://evil.example"}, 403),
        ("POST", {"Origin": "null"}, 403),
        ("POST", {"Origin": ADDRESS}, 405),
        ("POST", {}, 405),
    ],
)
def test_other_sites_cannot_ask_with_a_visitors_rights(client, method, headers, status) -> None:
    assert client.request(method, "/api/v1/scenarios", headers=headers).status_code == status


def test_another_address_needs_a_token() -> None:
    for token in ("", "short"):
        with pytest.raises(UsageError, match="token"):
            settings(host="0.0.0.0", token=token)
    assert TOKEN not in repr(settings(host="0.0.0.0", token=TOKEN))


def test_where_the_record_is_does_not_hang_on_where_a_job_works():
    told = settings("team.sqlite", Path("kept"))
    assert (told.record, told.folder) == (str(Path.cwd() / "team.sqlite"), Path.cwd() / "kept")


def test_a_token_is_asked_for(fresh) -> None:
    client = fresh(token=TOKEN, host="0.0.0.0", names=("desk.example",))
    assert client.get("/health").status_code == 200
    assert client.get("/health", headers={"Host": "10.0.0.1:8000"}).status_code == 200
    assert client.get("/health", headers={"Host": "desk.example"}).status_code == 200
    refused = client.get("/api/v1/tables")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert client.get("/api/v1/tables?token=another").status_code == 401
    assert client.get("/metrics", headers={"Cookie": f"{COOKIE}={TOKEN}"}).status_code == 401
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    opened = client.get(f"{ADDRESS}//evil.example/x", params={"token": TOKEN, "a": "1"}, follow_redirects=False)
    assert (opened.status_code, opened.headers["location"]) == (303, "/evil.example/x?a=1")
    assert "HttpOnly" in opened.headers["set-cookie"]
    assert "SameSite=strict" in opened.headers["set-cookie"]
    assert TOKEN not in opened.headers["set-cookie"]
    assert client.get("/metrics").status_code == 200


def test_logs_hold_no_secret(fresh, caplog) -> None:
    caplog.set_level(logging.INFO, "monazite.web")
    client = fresh(token=TOKEN)
    client.get("/metrics", params={"token": TOKEN}, headers={"Authorization": f"Bearer {TOKEN}"})
    client.get("/a%0Ab", headers={"Authorization": f"Bearer {TOKEN}"})
    lines = [r.getMessage() for r in caplog.records if r.name == "monazite.web.requests"]
    assert [json.loads(line)["status"] for line in lines] == [200, 404]
    assert TOKEN not in caplog.text
    assert not any("\n" in line for line in lines)


def test_requests_are_counted_by_route(client) -> None:
    client.get("/api/v1/jobs/one-that-is-not")
    client.request("MADE-UP", "/nothing")
    text = client.get("/metrics").text
    assert 'monazite_requests_total{method="GET",route="/api/v1/jobs/{id}",status="404"}' in text
    assert "MADE-UP" not in text


def test_too_many_requests_are_refused(tmp_path) -> None:
    made = Settings(str(tmp_path / "r.sqlite"), tmp_path, limits=Limits(changes_per_minute=2))
    client = TestClient(create_app(made), base_url=ADDRESS)
    assert [client.post("/api/v1/decide", json={}).status_code for _ in range(3)] == [400, 400, 429]
    assert client.get("/api/v1/jobs").status_code == 200


def test_too_many_jobs_are_refused(tmp_path) -> None:
    made = Settings(str(tmp_path / "r.sqlite"), tmp_path, limits=Limits(waiting_jobs=1))
    client = TestClient(create_app(made), base_url=ADDRESS)
    one, two = (client.post("/api/v1/jobs/indicator", json={"name": name}) for name in ("hhi", "top-3"))
    assert (one.status_code, two.status_code, two.headers["retry-after"]) == (202, 429, "60")
    assert client.delete(one.headers["location"]).json()["state"] == "cancelled"
    assert client.get(f"{one.headers['location']}/result").status_code == 409


def test_large_bodies_are_refused_before_they_are_read(client) -> None:
    came = 0

    def endless():
        nonlocal came
        while True:
            came += 1
            yield b"x" * 100_000

    assert client.post("/api/v1/decide", content=b"x" * 1_500_000).status_code == 413
    whole = {"Content-Length": "100000000", "Content-Type": "multipart/form-data; boundary=x"}
    assert client.post("/api/v1/jobs/read", content=b"--x", headers=whole).status_code == 413
    assert client.post("/api/v1/jobs/read", files=[("files", ("a.txt", b"x" * 600_000))]).status_code == 413
    assert client.post("/api/v1/jobs/read", files=[("files", (f"{n}.txt", b"x")) for n in range(4)]).status_code == 413


def bomb() -> bytes:
    """A .docx of a few kilobytes that would become hundreds of megabytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("word/document.xml", b"<w:document>" + b" " * 200_000_000)
    return packed.getvalue()


HOSTILE = {
    "nothing.txt": b"",
    "binary.txt": b"\x7fELF\x02\x01\x01\x00" * 100,
    "picture.pdf": b"\x89PNG\r\n\x1a\n" + b"\x00" * 500,
    "polyglot.pdf": b"%PDF-1.4\n<script>alert(1)</script>\nPK\x03\x04" + b"\x00" * 300,
    "broken.docx": b"PK\x03\x04" + b"\xff" * 500,
}


def test_what_is_no_report_is_refused_by_its_content(client) -> None:
    sent = [*HOSTILE.items(), ("bomb.docx", bomb())]
    taken = [(one[0], client.post("/api/v1/jobs/read", files=[("files", one)]).json()) for one in sent]
    for name, answer in taken:  # some at once, some by the reader in its own process
        problem = ended(client, answer["id"])["problem"] if "id" in answer else answer
        assert (problem["status"], name in problem["detail"]) == (422, True), problem
    assert any("id" in answer for _, answer in taken)


def test_a_feed_is_not_followed(client) -> None:
    feed = b'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><item><link>http://127.0.0.1/</link></item></channel></rss>'
    answer = client.post("/api/v1/jobs/read", files=[("files", ("feed.xml", feed))])
    assert (answer.status_code, "feed" in answer.json()["detail"]) == (422, True)


def test_no_formula_leaves_in_a_table() -> None:
    lines = as_csv([{"=cmd": "=1+1", "b": "@x", "c": "-2", "d": -2.5, "e": "plain, with comma"}]).splitlines()
    assert lines == ["'=cmd,b,c,d,e", "'=1+1,'@x,'-2,-2.5,\"plain, with comma\""]


def test_the_guard_stands_outermost(client) -> None:
    assert client.app.user_middleware[0].cls is Guard
