"""A firm's list and a bill of materials in a request: the answer is the command's, and what is hostile is refused."""

from __future__ import annotations

import csv
import json
import sys

import anyio
import pytest
from mcp import Client

import monazite as mz
from monazite.cli.main import main
from monazite.web.assistants import assistant_server
from monazite.web.service import Service
from monazite.web.settings import Settings

from .test_assistants import refused, told

HEAD = "material,country,amount,unit,supplier\n"
EVIL = HEAD + 'cobalt,China,5,t,"=HYPERLINK(""http://x"")"\ncobalt,Chian,=1+1,t,<script>alert(1)</script>\n'


@pytest.fixture
def lists(examples):
    return {name: examples.parent / f"{name}.csv" for name in ("firm", "bill")}


def test_the_answer_is_that_of_the_command(client, lists, monkeypatch, capsys) -> None:
    asked = {
        "firm": ({}, ["exposure", "Japan", "--firm", str(lists["firm"])]),
        "bill": ({"year": 2024}, ["stakes", "Japan", "--year", "2024", "--bill", str(lists["bill"])]),
    }
    for name, (more, words) in asked.items():
        monkeypatch.setattr(sys, "argv", ["monazite", *words, "--json"])
        with pytest.raises(SystemExit):
            main()
        said = capsys.readouterr().out.replace(lists[name].name, "list")
        answer = client.post(f"/api/v1/{name}", json={"buyer": "Japan", "list": lists[name].read_text(), **more})
        assert answer.json() == json.loads(said)
        assert "etag" not in answer.headers


def test_rows_say_what_their_text_says(lists) -> None:
    above = 1 if lists["firm"].read_text().startswith('"An') else 0
    with lists["firm"].open() as file:
        rows = list(csv.DictReader(file.readlines()[above:]))
    of_rows, of_text = mz.firm(rows, "Japan"), mz.firm(lists["firm"].read_text(), "Japan")
    assert of_rows["firm"]["materials"] == of_text["firm"]["materials"]
    assert of_rows.sources == of_text.sources
    assert "An example" not in repr(of_text)
    numbers = mz.firm([{"mineral": "cobalt", "origin": c, "kg": n} for c, n in (("China", 1500.5), ("Peru", 499.5))])
    assert [s["mass_t"] for s in numbers["firm"]["materials"][0]["suppliers"]] == [1.5005, 0.4995]
    assert len(numbers.rows) == 2
    gaps = mz.firm(
        [{"material": "tin", "country": "Peru", "t": 1}, {"material": None}, {"material": "", "t": float("nan")}]
    )
    assert (gaps["firm"]["problems"], gaps["firm"]["materials"][0]["lines"]) == ([], 1)


def test_problems_name_the_row_and_nothing_runs(client) -> None:
    found = client.post("/api/v1/firm", json={"list": EVIL}).json()["firm"]
    assert [(p["row"], p["column"]) for p in found["problems"]] == [(3, "amount"), (3, "country")]
    assert "not run" in found["problems"][0]["reason"]
    table = client.post("/api/v1/firm.csv", json={"list": EVIL})
    assert table.headers["content-type"].startswith("text/csv")
    assert ",=HYPERLINK" not in table.text
    assert "'=HYPERLINK" in table.text
    bill = {
        "buyer": "JPN",
        "list": [{"item": "=1+1", "material": "cobalt", "kg": 1}, {"item": "b", "material": "x", "kg": 1}],
    }
    (problem, *_) = client.post("/api/v1/bill", json=bill).json()["problems"]
    assert (problem["row"], problem["column"]) == (2, "material")
    assert "'=1+1" in client.post("/api/v1/bill.csv", json=bill).text


@pytest.mark.parametrize(
    ("given", "status", "part"),
    [
        ({}, 400, "list"),
        ({"list": ""}, 400, "length"),
        ({"list": []}, 400, "length"),
        ({"list": [{}]}, 400, "length"),
        ({"list": " \n"}, 400, "is empty"),
        ({"list": "a,b\n1,2"}, 400, "no column for the material"),
        ({"list": [{"material": "tin"}]}, 400, "no column for the supplier country"),
        ({"list": [{"material": {"x": 1}}]}, 400, "str"),
        ({"list": [{"material": "x" * 2001}]}, 400, "length"),
        ({"list": [{str(n): 1 for n in range(61)}]}, 400, "length"),
        ({"list": HEAD + ",Peru,1,t,A"}, 400, "material: is empty"),
        ({"list": HEAD + "tin,Peru,1,t,\ud800"}, 400, ""),
        ({"list": "PK\x03\x04" + HEAD}, 400, "is no whole workbook"),
        ({"list": HEAD, "path": "/etc/passwd"}, 400, "path"),
        ({"list": EVIL, "buyer": "Nowhere"}, 404, "Nowhere"),
        ({"list": "x" * 1_000_001}, 413, "More was sent"),
    ],
)
def test_what_is_no_list_is_refused_and_named(client, given, status, part) -> None:
    sent = client.post("/api/v1/firm", content=json.dumps(given), headers={"Content-Type": "application/json"})
    assert sent.status_code == status
    assert part in sent.json()["detail"]


def test_a_list_stands_in_no_address_and_no_answer_to_it_is_kept(record, tmp_path, client) -> None:
    assert client.get("/api/v1/firm", params={"list": EVIL}).status_code == 405
    service = Service(Settings(str(record), tmp_path))
    anyio.run(service.ask, "firm", {"list": EVIL})
    assert not service._cache
    service.jobs.close()


def test_a_bill_of_unknown_names_asks_back_for_a_bounded_number() -> None:
    lines = "".join(f"i,cobalt{chr(97 + n // 20)}{chr(97 + n % 20)},1,kg\n" for n in range(300))
    found = mz.bill("Japan", f"item,material,amount,unit\na,magnets,1,kg\n{lines}")
    assert len(found["problems"]) == 300
    assert sum("Did you mean" in p["reason"] for p in found["problems"]) == 200
    assert len(found["stakes"]) == 1


def test_an_assistant_asks_with_a_list_of_its_own(record, tmp_path, lists) -> None:
    service = Service(Settings(str(record), tmp_path))

    async def calls() -> None:
        async with Client(assistant_server(service)) as session:
            firm = told(await session.call_tool("firm", {"list": lists["firm"].read_text(), "buyer": "Japan"}))
            assert firm["answer"]["firm"]["materials"]
            assert firm["sources"]
            rows = [{"item": "rotor", "material": "magnets", "amount": 1.6, "unit": "kg"}]
            bill = told(await session.call_tool("bill", {"buyer": "Japan", "list": rows, "most": 1}))
            assert bill["answer"]["stakes"][0]["through"] == "CHN"
            assert "no column" in refused(await session.call_tool("firm", {"list": "nothing"}))

    anyio.run(calls)
    service.jobs.close()
