"""Lists that firms and programmes send: what comes of them is the command's, nothing in them runs, and they go."""

from __future__ import annotations

import csv
import io
import time
import zipfile
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from monazite.web.pages import lists
from monazite.web.pages.firm import PAGE
from monazite.web.settings import Limits, settings
from monazite.workbench.exposure.stakes import programme_stakes
from monazite.workbench.firm.exposure import exposure_of_firm
from tests.record.test_shelf import age
from tests.workbench.test_firm_file import workbook

HEAD = "material,country,share,supplier\n"
FAULTY = HEAD + 'cobalt,China,0.6,"<script>alert(1)</script>"\ncobalt,Chian,0.4,=1+1\ntin,Peru,=2,C\n'


def sent(client, page: str, data: bytes | str, name: str = "list.csv", **form: str) -> str:
    """Where a list leads that is sent."""
    answer = client.post(f"/{page}/send", data=form, files={"file": (name, data)}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def kept_in(made) -> list[str]:
    """The ids of the lists that are there."""
    return [one.id for one in lists._shelf(made).kept()]


def test_a_list_comes_to_what_the_command_says(client, examples) -> None:
    file = examples.parent / "firm.csv"
    where = sent(client, "firm", file.read_bytes(), "firm.csv", view="buyer=JPN")
    assert parse_qs(urlsplit(where).query)["buyer"] == ["JPN"]
    page = client.get(where).text
    found, _ = exposure_of_firm(file, "JPN")
    assert f"{found.materials[0].value_at_stake:,.0f} USD" in page
    rows = list(csv.reader(io.StringIO(client.get(where.replace("/firm?", "/firm/suppliers.csv?")).text)))
    told = [(m.material, m.stage, s.country) for m in found.materials for s in m.suppliers]
    assert [tuple(r[1:4]) for r in rows[1:]] == told
    assert client.get(where.replace("/firm?", "/firm/materials.xlsx?")).content.startswith(b"PK")
    assert "firm.csv" in client.get(where.replace("/firm?", "/firm/brief.html?")).text


def test_pasted_lines_are_a_list(client) -> None:
    form = {"text": "material\tcountry\tt\r\ncobalt\tChina\t6\r\ncobalt\tFinland\t4\r\n"}
    answer = client.post("/firm/send", data=form)
    assert "columns are parted by tabs" in answer.text
    assert "60%" in answer.text


def test_what_is_wrong_is_told_row_by_row_and_nothing_runs(client) -> None:
    where = sent(client, "firm", FAULTY, "<b>.csv")
    page = client.get(where).text
    assert "<script>alert" not in page
    assert "<b>" not in page.replace("<b>1", "").replace("<b>2", "").replace("<b>3", "")
    told = unescape(page)
    assert "'Chian' is no country that is known. Did you mean China?" in told
    assert "is a formula in text, which is not run" in told
    names = client.get(where.replace("/firm?", "/firm/suppliers.csv?")).text
    assert "<script>alert(1)</script>" in names
    assert ",=1+1" not in names


def test_a_long_list_shows_its_first_rows_and_hands_on_all(client) -> None:
    rows = "".join(f"cobalt,Chian{n},0.0001,A\n" for n in range(1000))
    where = sent(client, "firm", HEAD + rows + "cobalt,China,0.1,A\n")
    page = client.get(where).text
    assert "The first 200 of 1,0" in page
    assert page.count("is no country that is known") == 200
    file = client.get(where.replace("/firm?", "/firm/problems.csv?")).text
    assert file.count("is no country that is known") == 1000
    assert "The first" not in file


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", b"x,y\n1,2\n", "no column for the material"),
        ("a.xlsx", b"PK\x03\x04 nothing", "is no whole workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0 old", "an old .xls workbook"),
        ("a.csv", b"%PDF-1.7", "is a PDF"),
        ("a.csv", HEAD.encode() + b"\x00\x00", "is no text"),
        ("a.csv", HEAD.encode("utf-8") + "cobalt,C\u00f4te d'Ivoire,1,A".encode("cp1252"), "Windows-1252"),
        ("a.csv", HEAD.encode() + b"tin,Peru,x,A\n", "is no number"),
        ("a.svg", b"<svg onload=alert(1)>", "no column for the material"),
    ],
)
def test_what_is_no_list_is_refused_as_by_the_command(client, name, data, said) -> None:
    answer = client.get(sent(client, "firm", data, name))
    assert answer.status_code == 200
    assert said in unescape(answer.text)
    assert "onload" not in answer.text


def test_merged_cells_and_bombs(client, made, tmp_path) -> None:
    rows = [["material", "country", "t"], ["cobalt", "China", 6], ["", "Finland", ""]]
    merged = workbook(tmp_path / "f.xlsx", {"s": rows}, merged="A2:A3 C2:C3").read_bytes()
    told = unescape(client.get(sent(client, "firm", merged, "f.xlsx")).text)
    assert "6 stands in cells merged over several rows" in told
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/workbook.xml", "w") as part:
        for _ in range(21):
            part.write(bytes(10_000_000))
    before = kept_in(made)
    assert client.post("/firm/send", files={"file": ("b.xlsx", bomb.getvalue())}).status_code == 413
    assert client.post("/firm/send", files={"file": ("c.csv", bytes(600_000))}).status_code == 413
    assert client.post("/firm/send", data={"text": " "}).status_code == 400
    foreign = {"Origin": "https://elsewhere.example"}
    assert client.post("/firm/send", data={"text": FAULTY}, headers=foreign).status_code == 403
    assert kept_in(made) == before


def test_a_list_is_removed_when_asked_and_in_time(tmp_path) -> None:
    kept = settings(str(tmp_path / "record.sqlite"))
    where = lists._put({"text": HEAD + "cobalt,China,1,A"}, kept)
    question = PAGE.ask({"list": where}, kept)
    assert "hangs on" in PAGE.answer(question).title
    lists.forget(kept)
    assert kept_in(kept) == [where]
    age(kept.folder / "shelves.sqlite", where, 3600 * Limits().list_hours + 1)
    with pytest.raises(Exception, match="kept no more"):
        PAGE.ask({"list": where}, kept)
    lists.forget(kept)
    assert not kept_in(kept)
    assert b"cobalt" not in (kept.folder / "shelves.sqlite").read_bytes()
    with pytest.raises(Exception, match="kept no more"):  # nor is its answer kept
        PAGE.answer(question)


def test_the_button_removes_it(client, made) -> None:
    where = sent(client, "firm", HEAD + "gallium,China,1,A\n", "mine.csv")
    (id_,) = parse_qs(urlsplit(where).query)["list"]
    assert id_ in kept_in(made)
    answer = client.post("/firm/remove", data={"list": id_})
    assert "nothing of it is left" in answer.text
    assert id_ not in kept_in(made)
    assert b"mine.csv" not in (made.folder / "shelves.sqlite").read_bytes()
    again = client.get(where)
    assert again.status_code == 404
    assert "send it again" in again.text
    client.post("/firm/remove", data={"list": "../../record.sqlite"})
    assert Path(made.record).exists()


def test_a_bill_comes_to_what_the_command_says(client, examples) -> None:
    page = client.get(sent(client, "programme", (examples.parent / "bill.csv").read_bytes(), "bill.csv")).text
    assert "Rotor magnets (rare earths) would stop first" in page
    assert "What the bill rests on" not in page
    name, found, _ = programme_stakes("JPN", "electric-car")
    rows = list(csv.DictReader(io.StringIO(client.get("/programme/lines.csv").text)))
    assert [r["line"] for r in rows if not r["line"].startswith("note: ")] == [s.need.name for s in found]
    assert float(rows[0]["one_country_share"]) == found[0].one_country_share
    page = unescape(client.get("/programme").text)
    assert name in page
    assert all(s.need.note in page for s in found)
    faulty = "item,material,amount,unit\nrotor,cobalt,1,kg\nframe,unobtainium,2,kg\n"
    assert "What could not be used" in client.get(sent(client, "programme", faulty)).text
    assert "cannot be used" in client.get(sent(client, "programme", "item,material,amount\nx,y,z\n")).text
    assert client.get("/programme?programme=nothing").status_code == 404


def test_a_server_forgets_by_itself(tmp_path, fresh) -> None:
    kept = settings(str(tmp_path / "record.sqlite"))
    file = kept.folder / "shelves.sqlite"
    age(file, lists._put({"text": HEAD}, kept), 1e9)
    with fresh():
        until = time.monotonic() + 30
        while HEAD.encode() in file.read_bytes() and time.monotonic() < until:
            time.sleep(0.01)
    assert HEAD.encode() not in file.read_bytes()
