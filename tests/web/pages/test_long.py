"""What takes long is a job: its page tells how far it is, lets it be cancelled, and is drawn from what comes of it."""

from __future__ import annotations

import re
import threading
from dataclasses import replace

import msgspec
import pytest
from playwright.sync_api import expect
from starlette.testclient import TestClient

from monazite.core.values import Source
from monazite.record.jobs import JobBook
from monazite.web.app import create_app
from monazite.web.jobs import Jobs
from monazite.web.pages import PAGES, long
from monazite.web.pages.figures import exported, table
from monazite.web.pages.values import Figure, Late, Long, Tile, View
from monazite.web.problems import stated
from monazite.web.settings import Limits, Settings

from .conftest import served, violations

SOURCE = Source("a", "publisher", "title", "2026", "https://example.org", "CC0")
MADE = View(
    "A plan that was made",
    "It is there.",
    (Tile("7", "things"),),
    ((table("levers", "Levers", ("a", "b"), [("<b>", "=1+1")], [SOURCE]), Late("front", "The front", True)),),
    ("a limit",),
)


@pytest.fixture
def limits() -> Limits:
    return Limits(running_jobs=0, page_seconds=0.05, file_seconds=0.05)  # the test is the one who works on them


@pytest.fixture
def client(tmp_path, limits):
    return TestClient(
        create_app(Settings(str(tmp_path / "r.sqlite"), tmp_path, limits=limits)), base_url="http://[::1]"
    )


@pytest.fixture
def book(tmp_path):
    found = JobBook(str(tmp_path / "jobs.sqlite"))
    yield found
    found.close()


def done(book: JobBook, view: View = MADE) -> None:
    """Do the job that waits, as a worker does."""
    book.end(book.claim().id, "done", result=msgspec.json.encode(view, enc_hook=str))


def test_a_page_tells_how_far_its_job_is_until_it_is_there(client, book):
    asked = "/plan?partners=JPN"
    first = client.get(asked)
    assert (first.status_code, "Waiting for its turn" in first.text) == (202, True)
    assert '<noscript><meta http-equiv="refresh"' in first.text
    job = book.claim()
    assert (job.name, job.asked) == ("/plan/", '{"partners":"JPN"}')
    book.tell(job.id, "Making plans: <b>")
    told = client.get(asked)
    assert "Making plans: &lt;b&gt;" in told.text
    waiting = client.get("/plan/levers.csv?partners=JPN")
    assert (waiting.status_code, waiting.headers["retry-after"]) == (503, "10")
    book.end(job.id, "done", result=msgspec.json.encode(MADE))
    there = client.get(asked)
    assert (there.status_code, "A plan that was made" in there.text, "refresh" in there.text) == (200, True, False)
    assert client.get("/plan/levers.csv?partners=JPN").text.splitlines()[1] == "<b>,'=1+1"
    assert client.get("/plan/brief.html?partners=JPN").status_code == 200
    assert client.get("/api/v1/jobs").json()["jobs"][0]["links"] == {"self": f"/api/v1/jobs/{job.id}"}


def test_what_was_cancelled_stays_so_until_it_is_asked_for_again(client, book):
    form = {"view": "budget=5", "part": "front"}
    assert "Waiting" in client.get("/plan/front?budget=5", headers={"HX-Request": "true"}).text
    back = client.post("/plan/work", data={**form, "do": "cancel"}, follow_redirects=False)
    assert (back.status_code, back.headers["location"]) == (303, "/plan?budget=5")
    for _ in range(2):
        assert "Cancelled" in client.get("/plan/front?budget=5").text
    assert book.claim() is None
    client.post("/plan/work", data={**form, "do": "again"}, follow_redirects=False)
    assert book.claim().name == "/plan/front"
    assert client.post("/plan/work", data={**form, "do": "anything"}).status_code == 400
    foreign = client.post("/plan/work", data={**form, "do": "cancel"}, headers={"Origin": "https://elsewhere.example"})
    assert foreign.status_code == 403


def test_a_restart_loses_nothing_and_the_same_question_has_one_job(client, book, tmp_path, limits):
    client.get("/shock/weeks")
    client.get("/shock/weeks?")
    client.get("/shock/matters.csv")
    assert [j.name for j in book.newest(9)] == ["/shock/weeks"]
    done(book)
    other = TestClient(
        create_app(Settings(str(tmp_path / "r.sqlite"), tmp_path, limits=limits)), base_url="http://[::1]"
    )
    assert "A plan that was made" in other.get("/shock/weeks").text
    assert "Levers" in other.get("/shock/weeks", headers={"HX-Request": "true"}).text


def test_who_leaves_a_page_lets_its_job_go_and_who_comes_back_begins_it(client, book, monkeypatch):
    monkeypatch.setattr(long, "_LEFT_SECONDS", -1.0)
    client.get("/plan?budget=5")
    assert book.claim() is None
    monkeypatch.setattr(long, "_LEFT_SECONDS", 3600.0)
    assert "Waiting for its turn" in client.get("/plan?budget=5").text
    assert book.tell(book.claim().id, "goes on")
    assert "goes on" in client.get("/plan?budget=5").text


@pytest.mark.parametrize(("status", "is_again"), [(404, False), (500, True)])
def test_what_failed_says_why(client, book, status, is_again):
    client.get("/plan")
    book.end(book.claim().id, "failed", problem=stated(status, "it is <i> so", "mend it").json().decode())
    failed = client.get("/plan")
    assert failed.status_code == status
    assert "It is &lt;i&gt; so. Mend it." in failed.text
    assert ('value="again"' in failed.text) is is_again
    assert client.get("/plan/levers.csv").status_code == status


def test_too_many_jobs_are_refused_with_a_page(client, tmp_path):
    made = Settings(str(tmp_path / "r.sqlite"), tmp_path / "other", limits=Limits(running_jobs=0, waiting_jobs=0))
    busy = TestClient(create_app(made), base_url="http://[::1]").get("/plan", headers={"Accept": "text/html"})
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "30")
    assert "<h1>" in busy.text


def test_what_a_worker_leaves_is_what_it_made():
    option = {"graphic": [{"type": "text", "style": {"text": "<b>", "fontSize": 12, "fill": "#000000"}}]}
    sheet = table("t", "t", ("a",), [("1",)], [SOURCE]).sheet
    drawn = Figure("x", replace(sheet, chart=replace(sheet.chart, option=option, width=9, height=9)))
    one = replace(PAGES["plan"], long={"x": Long("title", lambda *_: View("t", "s", figures=((drawn,),)))})
    left = msgspec.json.decode(long.made(one, "x", None, print), type=View)
    assert left == View("t", "s", figures=((drawn,),))
    assert exported(left.drawn[0].sheet, "svg") == exported(drawn.sheet, "svg")


def test_a_worker_makes_the_front(tmp_path):
    """For real, in a process of its own, cancelled and asked for again."""
    jobs = Jobs(Settings(str(tmp_path / "r.sqlite"), tmp_path))
    address = {"partners": "JPN", "budget": "5"}
    asked = long.Asked(PAGES["plan"], "front", PAGES["plan"].ask(address, ""), address)
    long.again(jobs, asked)
    long.cancel(jobs, asked)
    long.again(jobs, asked)
    jobs.begin()
    try:
        while (view := long._found(jobs, asked)).work is not None:
            assert view.work.status == 202, view.work
            threading.Event().wait(0.05)
    finally:
        jobs.close()
    assert [f.name for f in view.drawn] == ["front"]
    assert len(view.drawn[0].sheet.chart.rows) > 1


def test_few_views_are_made_at_once(tmp_path, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()

    def slow(_: object) -> View:
        begun.set()
        assert go_on.wait(60)
        return View("made", "")

    monkeypatch.setitem(PAGES, "data", replace(PAGES["data"], answer=slow))
    made = Settings(str(tmp_path / "r.sqlite"), tmp_path, limits=Limits(running_jobs=0, at_once=1, room_seconds=0.1))
    with TestClient(create_app(made), base_url="http://[::1]") as client:
        first: list[int] = []
        thread = threading.Thread(target=lambda: first.append(client.get("/data").status_code))
        thread.start()
        assert begun.wait(60)
        refused = client.get("/country", headers={"Accept": "text/html"})
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "10")
        assert "ask again" in refused.text
        assert client.get("/static/monazite.css").status_code == 200
        go_on.set()
        thread.join()
        assert first == [200]
        assert client.get("/country").status_code == 200


def test_progress_cancel_and_the_view_come_into_the_page(browser, tmp_path, limits, book):
    app = create_app(Settings(str(tmp_path / "r.sqlite"), tmp_path, limits=limits))
    with served(app) as address:
        page = browser.new_page()
        page.goto(f"{address}/plan")
        job = book.claim()
        book.tell(job.id, "Making plans: JPN")
        expect(page.get_by_role("status").filter(has_text="Making plans: JPN")).to_be_visible(timeout=60_000)
        assert violations(page) == []
        page.get_by_role("button", name="Cancel").click()
        page.get_by_text("Cancelled").wait_for()
        page.get_by_role("button", name="Make it").click()
        page.get_by_text("Waiting for its turn").wait_for()
        page.get_by_label("Budget").fill("12")  # not yet asked: what comes meanwhile leaves it alone
        done(book)
        page.get_by_role("heading", level=1, name="A plan that was made").wait_for()
        assert page.get_by_label("Budget").input_value() == "12"
        assert page.locator("#levers td").text_content() == "=1+1"
        plain = browser.new_context(java_script_enabled=False).new_page()
        plain.goto(f"{address}/plan?budget=3")
        done(book)
        plain.get_by_role("heading", level=1, name=re.compile("was made")).wait_for()  # the page loads itself anew
        page.close()
        plain.context.close()
