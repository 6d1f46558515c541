"""Several servers behind one address, over one record on PostgreSQL: it is the same which of them is asked."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from monazite.web.app import create_app
from monazite.web.settings import Limits, Settings

from .conftest import ADDRESS, ended, on_postgresql

MINE = 'title = "Mine <i>"\n[[shock]]\nkind = "cut"\nfrom = "CHN"\nmineral = "gallium"\nshare = 0.5\n'
DAY = {"as_of": "2026-11-22"}


@pytest.fixture
def clients(record, database, tmp_path):
    """Clients of two servers with folders of their own, as on two machines; only the second works on jobs."""
    url = on_postgresql(record, database)
    made = [Settings(url, tmp_path / str(n), limits=Limits(running_jobs=n, page_seconds=0.05)) for n in range(2)]
    first = TestClient(create_app(made[0]), base_url=ADDRESS)
    with TestClient(create_app(made[1]), base_url=ADDRESS) as second:
        yield first, second
    first.app.state.service.jobs.close()


def test_a_report_sent_to_one_is_read_by_another(clients, examples) -> None:
    file = sorted(examples.glob("*.txt"))[0]
    first, second = clients
    job = first.post("/api/v1/jobs/read", files=[("files", (file.name, file.read_bytes()))], data=DAY).json()
    assert second.get(f"/api/v1/jobs/{job['id']}").json()["name"] == "read"
    assert ended(first, job["id"])["state"] == "done"
    asked = f"/api/v1/jobs/{job['id']}/result"
    assert first.get(asked).content == second.get(asked).content
    assert first.get(asked).json()["reports"][0]["origin"] == file.name


def test_what_people_bring_to_one_is_at_the_other_until_it_is_removed(clients, examples, tmp_path) -> None:
    first, second = clients
    scenario = first.post("/write/keep", data={"text": MINE})
    asked = scenario.url.query.decode()
    assert second.get(f"/write/scenario.toml?{asked}").text == first.get(f"/write/scenario.toml?{asked}").text
    assert "Mine &lt;i&gt;" in second.get(f"/plan?{asked}&partners=JPN").text  # a job, made by the second
    text = (examples.parent / "firm.csv").read_bytes()
    sent = first.post("/firm/send", files={"file": ("mine.csv", text)})
    where = str(sent.url).removeprefix(ADDRESS)
    assert second.get(where).text == sent.text
    assert "mine.csv hangs on" in sent.text
    second.post("/firm/remove", data={"list": sent.url.params["list"]})
    assert first.get(where).status_code == second.get(where).status_code == 404
    second.post("/write/forget", data={"id": scenario.url.params["scenario"]})
    assert first.get(f"/shock?{asked}").status_code == 404
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and b"material" in p.read_bytes().lower()]


def test_a_job_of_one_is_cancelled_by_another(clients) -> None:
    first, second = clients
    assert first.get("/plan?partners=JPN").status_code == 202
    second.post("/plan/work", data={"view": "partners=JPN", "part": "", "do": "cancel"})
    assert "Cancelled" in first.get("/plan?partners=JPN").text
    job = second.post("/api/v1/jobs/indicator", json={"name": "all"}).json()
    assert first.delete(f"/api/v1/jobs/{job['id']}").json()["state"] == "cancelled"
    assert ended(second, job["id"])["state"] == "cancelled"
