"""Reading a firm's list: every form it comes in, and every way it can be wrong."""

from __future__ import annotations

import codecs
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import duckdb
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monazite.core.errors import MonaziteError, TableError, UsageError
from monazite.core.gazetteer import Gazetteer
from monazite.indicators.firm_values import FirmList
from monazite.reference import workbook as books
from monazite.reference.store import Store
from monazite.workbench.firm import file as firm_file
from monazite.workbench.firm.exposure import exposure_of_firm, write_firm
from monazite.workbench.firm.file import read_sheet
from monazite.workbench.firm.lines import Names, firm_list

HEAD = "material,country,share\n"
TWO = HEAD + "cobalt,China,0.6\ncobalt,Finland,0.4\n"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


@pytest.fixture(scope="module")
def words(names: Gazetteer) -> Names:
    return Names(names, {"282200": frozenset({("cobalt", "refined")})})


@pytest.fixture
def write(tmp_path):
    def of(content: str | bytes, name: str = "firm.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return of


@pytest.fixture
def read(write, words):
    def of(content: str | bytes, name: str = "firm.csv") -> FirmList:
        return firm_list(read_sheet(write(content, name)), words)

    return of


def workbook(path: Path, sheets: dict[str, list[list[object]]], merged: str = "", tail: str = "") -> Path:
    """A small workbook; `merged` are ranges parted by blanks, `tail` rows of XML put at the end of the last sheet."""
    names = list(sheets)
    listed = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="r{i}"/>' for i, n in enumerate(names))
    links = "".join(
        f'<Relationship Id="r{i}" Type="{OFFICE}/worksheet" Target="worksheets/s{i}.xml"/>' for i in range(len(names))
    )
    ranges = "".join(f'<mergeCell ref="{r}"/>' for r in merged.split())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types"/>')
        link = f'<Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{link}</Relationships>')
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'
        )
        for i, name in enumerate(names):
            rows = "".join(f'<row r="{n}">{cells(n, row)}</row>' for n, row in enumerate(sheets[name], start=1))
            rows += tail if name == names[-1] else ""
            merges = f"<mergeCells>{ranges}</mergeCells>" if ranges else ""
            body = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{merges}</worksheet>'
            archive.writestr(f"xl/worksheets/s{i}.xml", body)
    return path


def cells(number: int, row: list[object]) -> str:
    found = []
    for letter, value in zip("ABCDEFGHIJ", row, strict=False):
        if isinstance(value, str):
            found.append(f'<c r="{letter}{number}" t="inlineStr"><is><t>{escape(value)}</t></is></c>')
        elif value is not None:
            found.append(f'<c r="{letter}{number}"><v>{value}</v></c>')
    return "".join(found)


def told(listed: FirmList) -> list[str]:
    return [str(p) for p in listed.problems]


def amounts(listed: FirmList) -> list[float | None]:
    return [p.mass_t if p.mass_t is not None else p.share for p in listed.purchases]


HEADERS = [
    ("material,country,share", "0.4", "share", 0.4),
    ("MATERIAL,Origin,Share", "0.4", "share", 0.4),
    ("Raw Material,Sourced from,Share of purchases", "0.4", "share", 0.4),
    ("commodity,supplier_country,percent", "40", "share", 0.4),
    ("mineral,country of origin,%", "40", "share", 0.4),
    ("material,country,tonnes", "4", "mass_t", 4.0),
    ("material,country,Quantity (kg)", "4", "mass_t", 0.004),
    ("material,country,qty [metric tons]", "4", "mass_t", 4.0),
    ("material,country,value_usd", "4", "value", 4.0),
    ("material,country,Spend (EUR)", "4", "value", 4.0),
]


@pytest.mark.parametrize(("header", "text", "column", "value"), HEADERS)
def test_columns_go_by_many_names(read, header, text, column, value):
    (one,) = read(f"{header}\ncobalt,China,{text}\n").purchases
    assert getattr(one, column) == pytest.approx(value)
    assert (one.material, one.country) == ("cobalt", "CHN")


def test_all_columns_of_a_line(read):
    listed = read(
        "material;country;amount;unit;value;currency;stage;supplier;part;hs code\n"
        "Cobalt;CN;1.200,5;kg;3.000,50;eur;;Refiner  D;cell;2822.00.00\n"
    )
    (p,) = listed.purchases
    assert (p.row, p.mass_t, p.value, listed.currency) == (2, pytest.approx(1.2005), 3000.5, "EUR")
    assert (p.stage, p.supplier, p.part, p.hs) == ("refined", "Refiner D", "cell", "282200")
    assert listed.notices == (
        "the columns are parted by semicolons",
        "row 2: the stage refined is taken from the code 282200",
    )
    assert not listed.problems


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_delimiter_is_found_below_a_title(read, mark):
    listed = read("A list of our own\nmaterial,country,share\ncobalt,China,1\n".replace(",", mark))
    assert [(p.row, p.share) for p in listed.purchases] == [(3, 1.0)]


NUMBERS = [
    (",", "0.4", 0.4), (",", "1e-1", 0.1), (",", ".5", 0.5), (",", '"1,200"', 1200.0), (",", '"1,200.5"', 1200.5),
    (",", "1 200", 1200.0), (",", "1’200.5", 1200.5), (",", '"0,4"', 0.4), (";", "0,4", 0.4), (";", "1.200,5", 1200.5),
    (";", "1.200", 1200.0), (";", "0.4", 0.4), (";", "0.400", 0.4), (",", "12 kg", 0.012), (",", "40%", 0.4),
]  # fmt: skip


@pytest.mark.parametrize(("mark", "text", "value"), NUMBERS)
def test_numbers_are_read_as_they_are_written(read, mark, text, value):
    listed = read("\n".join(mark.join(row) for row in (("material", "country", "t"), ("cobalt", "China", text))))
    assert not listed.problems
    assert amounts(listed) == [pytest.approx(value)]


def test_thousands_that_could_be_decimals_are_said(read):
    assert "row 2: ',' is taken to part the thousands" in read('material,country,t\ncobalt,China,"1,200"\n').notices
    assert not read("material,country,t\ncobalt,China,1.200\n").notices


def test_figures_tell_a_decimal_sign_other_than_the_usual(read):
    listed = read("material;country;t\ncobalt;China;1.5\ncobalt;Finland;1.234\n")
    assert amounts(listed) == [1.5, 1.234]
    assert "the decimal sign is taken as '.', as the figures show" in listed.notices
    both = read("material;country;t\ncobalt;China;1.5\ncobalt;Finland;1,5\n")
    assert told(both) == ["row 2, t: '1.5' is no number, written with a decimal comma"]


LINES = [
    ("cobalt,Chian,0.6", "row 2, country: 'Chian' is no country that is known. Did you mean China"),
    ("cobolt,China,0.6", "row 2, material: 'cobolt' is no material of the tables; it stands under that name"),
    ("cobolt,China,0.6", "Did you mean Cobalt?"),
    ("cobalt,Atlantis Beyond,0.6", "'Atlantis Beyond' is no country that is known. The line counts as of"),
    ("cobalt,NA,0.6", "'NA' is no country"),
    ("cobalt,,0.6", "row 2, country: is empty"),
    (",China,0.6", "row 2, material: is empty"),
    ("cobalt,China,", "row 2, amount: is empty: no share, no mass and no value"),
    ("cobalt,China,40", "row 2, share: 40 is more than everything. A share is 0 to 1"),
    ("cobalt,China,140%", "row 2, share: 140 is more than everything. A percent is 0 to 100"),
    ("cobalt,China,-0.1", "row 2, share: -0.1 is negative"),
    ("cobalt,China,few", "row 2, share: 'few' is no number, written with a decimal point"),
    ("cobalt,China,1e999", "row 2, share: 1e999 is larger than any purchase"),
    ("cobalt,China,=SUM(A1)", "row 2, share: '=SUM(A1)' is a formula in text, which is not run"),
    ("cobalt,China,0,6", "row 2, line: has 4 cells below 3 names: is a figure cut in two?"),
    ("cobalt,China,3 t", "row 2, share: '3 t' is no share"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "reason"), LINES)
def test_each_wrong_cell_is_told_with_its_row_and_column(read, line, reason):
    (problem,) = told(read(f"{HEAD}{line}\n"))
    assert reason in problem


MORE = [
    ("amount,unit", "3,ton", "row 2, amount: the unit 'ton' is not known or not to be added here: write t, kg"),
    ("amount", "3", "row 2, amount: has no unit"),
    ("share,stage", "0.4,molten", "row 2, stage: 'molten' is no stage, expected ore, refined, metal or component"),
    ("share,hs", "0.4,28", "row 2, hs: '28' is no code of six digits or more"),
    ("share,value", "0.4,-7", "row 2, value: -7 is negative"),
]


@pytest.mark.parametrize(("columns", "line", "reason"), MORE)
def test_wrong_cells_of_further_columns(read, columns, line, reason):
    (problem,) = told(read(f"material,country,{columns}\ncobalt,China,{line}\n"))
    assert reason in problem


def test_all_problems_come_together_and_nothing_is_lost(read):
    listed = read(HEAD + "".join(f"{line}\n" for line, _ in LINES))
    assert [p.row for p in listed.problems] == sorted(p.row for p in listed.problems)
    assert {p.row for p in listed.problems} == set(range(2, 2 + len(LINES)))
    assert {p.row for p in listed.purchases} == set(range(2, 2 + len(LINES))) - {8, 16}


def test_very_many_problems_of_a_column_are_told_by_the_first_and_their_number(read):
    listed = read(HEAD + "cobalt,Nowhere,0.0001\n" * 3000 + "cobalt,China,much\n")
    countries = [p for p in listed.problems if p.column == "country"]
    assert (len(countries), sum(p.count for p in countries)) == (2001, 3000)
    assert str(countries[-1]) == "row 2002, country: and 1,000 more of this column"
    assert [(p.row, p.count) for p in listed.problems if p.column == "share"] == [(3002, 1)]
    assert len(listed.purchases) == 3001


def test_a_list_of_something_else_is_refused(read):
    with pytest.raises(TableError, match="2,001 materials that the tables do not know"):
        read(HEAD + "".join(f"item {n},China,1\n" for n in range(2001)))


def test_a_second_currency_is_not_added(read):
    listed = read("material,country,value,currency\ntin,China,5,USD\ntin,Peru,6,USD\ntin,Chile,7,EUR\n")
    assert (listed.currency, [p.value for p in listed.purchases]) == ("USD", [5.0, 6.0, None])
    assert "is in EUR, other values are in USD: no rates are held" in told(listed)[0]


def test_percents_that_add_up_to_one_are_doubted(read):
    listed = read("material,country,percent\ncobalt,China,0.6\ncobalt,Finland,0.4\ntin,China,100\n")
    assert [p.material for p in listed.purchases] == ["tin"]
    assert "cobalt: the percents add up to 1. Are they shares?" in told(listed)[0]


def test_unknown_materials_are_one_whatever_their_case(read):
    listed = read(HEAD + "Quartz sand,China,0.6\nquartz SAND,Peru,0.4\n")
    assert {p.material for p in listed.purchases} == {"Quartz sand"}
    assert not listed.problems


def test_a_code_of_another_material_is_said(read):
    listed = read("material,country,share,hs\ntin,China,1,282200\n")
    assert "row 2: the code 282200 stands for cobalt in the tables, not for tin" in listed.notices


def test_text_that_steers_a_terminal_is_made_plain(read):
    (p,) = read(f"material,country,share,supplier\ncobalt,China,1,\x1b[31m{'x' * 300}\u202e\n").purchases
    assert "\x1b" not in p.supplier
    assert len(p.supplier) == 200
    assert "\x1b" not in told(read(f"{HEAD}\x1b[2Jzz,China,0.5\n{HEAD}"))[0]


ENCODINGS = [
    ("utf-8", b"", ""), ("utf-8", codecs.BOM_UTF8, ""), ("utf-16-le", codecs.BOM_UTF16_LE, "UTF-16"),
    ("utf-16-be", codecs.BOM_UTF16_BE, "UTF-16"), ("cp1252", b"", "Windows-1252"),
]  # fmt: skip


@pytest.mark.parametrize(("encoding", "mark", "said"), ENCODINGS)
def test_encodings(read, encoding, mark, said):
    listed = read(mark + f"{HEAD}cobalt,Côte d'Ivoire,1\n".encode(encoding))
    assert [p.country for p in listed.purchases] == ["CIV"]
    assert said in "".join(listed.notices)


REFUSED = [
    (b"", "is empty"), (b"\xef\xbb\xbf \n", "is empty"), (HEAD.encode(), "has a header and no line below it"),
    (b"\xff\xfe\x00\x00m\x00\x00\x00", "is in UTF-32"), ("m,c\n".encode("utf-16-le"), "UTF-16 without its mark"),
    (b"material,country,share\ncobalt,\x81,1\n", "line 2 is text in no encoding"), (b"%PDF-1.7", "is a PDF"),
    (b"\xd0\xcf\x11\xe0\xa1", "an old .xls workbook or one with a password"),
    (b"PK\x03\x04rest", "is no whole workbook"), (b'material,country,share\n"cobalt,China,1\n', "line 2 is no CSV"),
    (b"name,place\na,b\n", "no column for the material"), (b"material,share\ncobalt,1\n", "no column for the supplier"),
    (b"material,country\ncobalt,China\n", "no column for how much is bought"),
    (b"material,country\ncobalt,China\n", "found in row 1: material, country"),
    (b"material,country,origin,share\ncobalt,China,Peru,1\n", "'country' and 'origin' are both the supplier country"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "reason"), REFUSED)
def test_what_cannot_be_read_is_refused_with_the_reason(write, content, reason):
    with pytest.raises(TableError, match=r"firm\.csv: ") as error:
        read_sheet(write(content))
    assert reason in str(error.value)


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(TableError, match="No such file"):
        read_sheet(tmp_path / "none.csv")
    with pytest.raises(TableError, match="is no file"):
        read_sheet(tmp_path)


@pytest.mark.parametrize(
    ("bound", "at", "reason"),
    [("LARGEST_BYTES", 20, "the most that is read"), ("MOST_ROWS", 1, "has more than 1 lines")],
)
def test_bounds_are_stated(write, monkeypatch, bound, at, reason):
    monkeypatch.setattr(firm_file, bound, at)
    with pytest.raises(TableError, match=reason):
        read_sheet(write(TWO))


def test_a_workbook_is_read_from_the_first_sheet_that_fits(tmp_path, words):
    list_of = [["Our list"], ["Material", "Country", "Share", "HS"], ["cobalt", "China", 0.6, 282200], [],
               ["cobalt", "Finland", "40%", None, "a note"]]  # fmt: skip
    path = workbook(tmp_path / "firm.data", {"About": [["hello"]], "List": list_of, "Old": list_of})
    listed = firm_list(read_sheet(path), words)
    assert (listed.sheet, [(p.row, p.share) for p in listed.purchases]) == ("List", [(3, 0.6), (5, 0.4)])
    assert "read from the sheet 'List', the first of 3 that fits" in listed.notices
    assert listed.purchases[0].hs == "282200"
    assert not listed.problems


def test_a_value_fills_down_in_a_merged_range_only(tmp_path, words):
    rows = [["material", "country", "t"], ["cobalt", "China", 6], [None, "Finland", 4], [None, "Peru", 4]]
    listed = firm_list(read_sheet(workbook(tmp_path / "f.xlsx", {"s": rows}, "A2:A3")), words)
    assert [(p.material, p.country) for p in listed.purchases] == [("cobalt", "CHN"), ("cobalt", "FIN")]
    assert told(listed) == ["row 4, material: is empty. The line is left out"]


def test_a_figure_merged_over_rows_is_not_counted_twice(tmp_path, words):
    rows = [["material", "country", "t"], ["cobalt", "China", 6], ["cobalt", "Finland", None]]
    listed = firm_list(read_sheet(workbook(tmp_path / "f.xlsx", {"s": rows}, "C2:C3")), words)
    assert amounts(listed) == [6.0, None]
    assert "row 3, t: 6 stands in cells merged over several rows" in told(listed)[0]


def test_a_formula_that_was_never_worked_out_is_no_zero(tmp_path, words):
    with xlsxwriter.Workbook(tmp_path / "f.xlsx") as book:
        sheet = book.add_worksheet("s")
        for row, line in enumerate([["material", "country", "t"], ["cobalt", "China"], ["cobalt", "Finland"]]):
            sheet.write_row(row, 0, line)
        sheet.write_formula(1, 2, "=3+3")  # without a value, as programs write it
        sheet.write_formula(2, 2, "=2+2", None, 4)
        sheet.write_row(3, 0, ["cobalt", "Peru", 0])
    listed = firm_list(read_sheet(tmp_path / "f.xlsx"), words)
    assert amounts(listed) == [None, 4.0, 0.0]
    assert "row 2, t: is a formula saved with the value 0" in told(listed)[0]


def test_numbers_of_a_workbook_are_never_read_as_text(tmp_path, words):
    rows = [["material", "country", "t"], ["cobalt", "China", 1.234], ["cobalt", "Finland", "1,5"]]
    listed = firm_list(read_sheet(workbook(tmp_path / "f.xlsx", {"s": rows})), words)
    assert amounts(listed) == [1.234, None]
    assert told(listed) == ["row 3, t: '1,5' is no number, written with a decimal point"]


FAR = [
    '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "<row r = '1048576'><c r = 'xfd1048576'><v>1</v></c></row>",
    '<row r="3"><c r="inlineStr3"><v>1</v></c></row>',
]


@pytest.mark.parametrize("tail", FAR)
def test_a_cell_far_away_does_not_take_the_memory(tmp_path, tail):
    path = workbook(tmp_path / "f.xlsx", {"s": [["material", "country", "share"]]}, tail=tail)
    with pytest.raises(TableError, match="cells are read at most"):
        read_sheet(path)


def test_far_cells_that_are_only_styled_do_no_harm(tmp_path):
    rows = [["material", "country", "t"], ["cobalt", "China", 6]]
    tail = '<row r="1048576"><c r="XFD1" s="1"/></row>'
    assert len(read_sheet(workbook(tmp_path / "f.xlsx", {"s": rows}, tail=tail)).rows) == 1


def test_workbooks_that_do_not_fit_are_refused(tmp_path):
    with pytest.raises(TableError, match=r"no column for the supplier country.*found in sheet 'b', row 1: material"):
        read_sheet(workbook(tmp_path / "f.xlsx", {"a": [["x"]], "b": [["material", "share"]]}))
    with zipfile.ZipFile(tmp_path / "z.xlsx", "w") as archive:
        archive.writestr("list.csv", TWO)
    with pytest.raises(TableError, match=r"is a packed file and no \.xlsx"):
        read_sheet(tmp_path / "z.xlsx")
    with zipfile.ZipFile(tmp_path / "y.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "no markup")
    with pytest.raises(TableError, match="is no workbook"):
        read_sheet(tmp_path / "y.xlsx")


def test_an_unpacked_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(books, "_LARGEST_UNPACKED", 1000)
    path = workbook(tmp_path / "f.xlsx", {"s": [["material", "country", "share"], ["x" * 5000]]})
    with pytest.raises(TableError, match="unpacked"):
        read_sheet(path)


CELLS = st.sampled_from(
    ["cobalt", "China", "0.4", "40%", "1,5", "e5", "-", "=1", '"', "t", "", "material", "share", "é"]
)
LISTS = st.one_of(
    st.text(),
    st.lists(st.lists(CELLS, max_size=5).map(",".join)).map(lambda lines: HEAD + "\n".join(lines)),
    st.lists(st.text(max_size=8), max_size=12).map(lambda cells: "material;country;t;unit\n" + ";".join(cells)),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LISTS, st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_no_text_does_anything_but_a_stated_failure(tmp_path, words, text, encoding):
    path = tmp_path / "any.csv"
    path.write_bytes(text.encode(encoding, errors="replace"))
    try:
        listed = firm_list(read_sheet(path), words)
    except MonaziteError:
        return
    assert all(p.share is None or 0 <= p.share <= 1 for p in listed.purchases)
    assert all(p.mass_t is None or p.mass_t >= 0 for p in listed.purchases)


def test_the_example_has_no_problem(examples):
    found, _ = exposure_of_firm(examples.parent / "firm.csv", "Japan")
    assert not found.problems
    graphite = next(m for m in found.materials if m.material == "graphite")
    assert graphite.suppliers[0].country == "CHN"
    assert graphite.readings[-1].value == pytest.approx(640 / 700)
    assert graphite.world[0].largest == "CHN"
    assert [m.value_at_stake for m in found.materials] == sorted(
        (m.value_at_stake for m in found.materials), reverse=True
    )


def test_the_firms_country_decides_which_measures_count(examples):
    file = examples.parent / "firm.csv"
    of = {
        buyer: {m.measure_id: m.why_not for x in exposure_of_firm(file, buyer)[0].materials for m in x.measures}
        for buyer in ("", "Japan", "Germany")
    }
    ban = "chn-2026-japan-dual-use-ban"
    assert of["Japan"][ban] == ""
    assert of[""][ban] == "binds buyers in JPN only; say where the firm buys"
    assert ban not in of["Germany"]


def test_shared_trade_codes_are_said(store: Store, examples):
    found, _ = exposure_of_firm(examples.parent / "firm.csv")
    gallium = next(m for m in found.materials if m.material == "gallium")
    assert gallium.world[1].note == "811292 holds other materials too"


def test_a_list_with_no_line_to_use_is_refused_with_its_problems(write):
    with pytest.raises(TableError, match=r"row 2, material: is empty.*and 5 more"):
        exposure_of_firm(write(HEAD + ",China,0.6\n" * 25))


def test_the_table_of_suppliers(write, tmp_path):
    file = write("material,country,share,supplier\n=cmd,China,0.6,@x\n=cmd,Peru,0.4,+y\n")
    for ending, text in (("csv", "'=cmd"), ("parquet", "=cmd")):
        target = tmp_path / f"out.{ending}"
        found, _ = exposure_of_firm(file, out=target)
        rows = duckdb.sql(f"SELECT material, country, share, hhi, mass_t FROM '{target}'").fetchall()
        assert [r[:3] for r in rows] == [(text, "CHN", 0.6), (text, "PER", 0.4)]
        assert rows[0][3] == pytest.approx(0.52)
    assert "'@x" in (tmp_path / "out.csv").read_text()
    with pytest.raises(UsageError, match=r"ends in \.xlsx"):
        write_firm(found, tmp_path / "out.xlsx")
