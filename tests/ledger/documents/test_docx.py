"""A .docx -> its text as it prints; bombs, entities and broken files are refused."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from monazite.core.errors import ReportError
from monazite.ledger.documents import read_report
from monazite.ledger.documents.docx import read_docx
from monazite.ledger.documents.values import Source

BODY = """
<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>Joint statement on copper</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">The ministers agreed to set up a </w:t></w:r>
 <w:r><w:rPr><w:b/></w:rPr><w:t>joint</w:t></w:r><w:del><w:r><w:delText> permanent</w:delText></w:r></w:del>
 <w:ins><w:r><w:t xml:space="preserve"> working</w:t></w:r></w:ins>
 <w:hyperlink><w:r><w:t xml:space="preserve"> group</w:t></w:r></w:hyperlink>
 <w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>
 <w:r><w:t>.</w:t><w:br/><w:t>It meets on non</w:t><w:noBreakHyphen/><w:t>work days.</w:t></w:r></w:p>
<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>Peru will lend ships.</w:t></w:r></w:p>
<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>Chile will share data.</w:t></w:r></w:p><w:p/>
<w:moveFrom><w:p><w:r><w:t>Moved away.</w:t></w:r></w:p></w:moveFrom>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Year</w:t></w:r></w:p></w:tc>
<w:tc><w:p><w:r><w:t>Tonnes</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>2024</w:t></w:r></w:p></w:tc>
<w:tc><w:p><w:r><w:t>2.7 million</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"""
TEXT = """Joint statement on copper

The ministers agreed to set up a joint working group.
It meets on non-work days.

- Peru will lend ships.
- Chile will share data.

Year\tTonnes
2024\t2.7 million"""
CORE = """<cp:coreProperties xmlns:cp="urn:cp" xmlns:dc="urn:dc"><dc:title>Statement of Lima</dc:title>
<dc:language>en-US</dc:language><created>2025-03-04T10:00:00Z</created></cp:coreProperties>"""


def source(data: bytes) -> Source:
    return Source("a.docx", "a.docx", data)


def test_the_text_as_it_prints(make_docx) -> None:
    assert read_docx(source(make_docx(BODY))).text == TEXT


def test_what_a_file_says_of_itself(make_docx, tmp_path: Path) -> None:
    data = make_docx(BODY, core=CORE, app="<Properties><Company>Ministry of Mines</Company></Properties>")
    (tmp_path / "a").write_bytes(data)
    report = read_report(tmp_path / "a")
    assert (report.kind, report.title, report.publisher) == ("docx", "Statement of Lima", "Ministry of Mines")
    assert report.published == date(2025, 3, 4)  # the day of the file, where the text has none
    dated = make_docx("<w:p><w:r><w:t>LIMA, 2 March 2025 - The ministers of Peru met.</w:t></w:r></w:p>", core=CORE)
    (tmp_path / "a").write_bytes(dated)
    assert read_report(tmp_path / "a").published == date(2025, 3, 2)


def packed(body: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", body)
    return file.getvalue()


ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "boom" * 10}">' for n in range(9))


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (packed("<p><t>" + " " * 60_000_000 + "</t></p>"), "unpacks to 60 MB, at most 50"),
        (packed(f"<!DOCTYPE d [{ENTITIES}]><d><p><r><t>&e8;</t></r></p></d>"), "no text|broken"),
        (packed('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><d><p><r><t>&x;</t></r></p></d>'), "no text"),
        (packed("<p>" * 5_000), "broken"),
        (packed("not XML"), "broken"),
        (packed("<d/>"), "no text"),
        (packed("<d/>")[:-30], "broken"),
        (packed("<d/>" * 50).replace(b"\xb3", b"\xff", 1), "broken"),
        (packed("<d/>").replace(b"\x14\0", b"\xed\0"), "broken"),
    ],
    ids=["bomb", "entities", "outside", "deep", "no xml", "empty", "cut", "bad data", "version"],
)
def test_refused(data: bytes, what: str, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(data)
    with pytest.raises(ReportError, match=what):
        read_report(tmp_path / "a.docx")


def test_a_size_that_lies_gives_no_more(make_docx) -> None:
    data = make_docx(BODY + "<w:p><w:r><w:t>" + " " * 3_000_000 + "</w:t></w:r></w:p>")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo("word/document.xml").file_size.to_bytes(4, "little")
    with pytest.raises(ReportError, match="broken"):
        read_docx(source(data.replace(size, (100).to_bytes(4, "little"))))


def test_another_office_file_is_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(ReportError, match=r"no \.docx"):
        read_report(file)
