"""Reference tables on disk -> columns in memory, names, sources. DuckDB reads the Parquet and CSV files in place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NoDataError, TableError, UnknownCode
from monazite.core.gazetteer import Coalition, Country, Gazetteer, Mineral
from monazite.core.values import Columns, Source
from monazite.reference.files import replacing
from monazite.reference.schema import TABLES, Table

__all__ = [
    "Store",
    "TableSummary",
    "check_year",
    "gazetteer",
    "open_store",
    "sources",
    "summaries",
    "verify",
    "write_columns",
]

TableSummary = dict[str, str | int | None]
"""What `data list` shows of one table."""


class Store:
    """A read-only set of reference tables. Close it, or use it in a `with` block."""

    def __init__(self, folder: Path) -> None:
        missing = [f for t in TABLES for f in t.files if not (folder / f).is_file()]
        if missing:
            raise TableError(str(folder), [f"{f} is missing" for f in missing], "run scripts/build_reference")
        self.folder = folder
        self._connection = duckdb.connect()
        for t in TABLES:
            self._connection.execute(f"CREATE VIEW {t.name} AS SELECT * FROM {_scan(t, folder)}")

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()

    def query(self, sql: str, parameters: Sequence[object] = ()) -> Columns:
        """The columns of a query, as read-only arrays; an empty number is NaN, an empty text ''."""
        fetched = self._connection.execute(sql, list(parameters)).fetchnumpy()
        return {name: _plain(column) for name, column in fetched.items()}

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """The rows of a query that returns few of them; fixed decimals come as floats, as they do in `query`."""
        found = self._connection.execute(sql, list(parameters)).fetchall()
        return [tuple(float(v) if isinstance(v, Decimal) else v for v in row) for row in found]

    def years(self, name: str, source_id: str = "") -> tuple[int, int]:
        """First and last year of a table, or of what one source gave to it."""
        only = "WHERE source_id = ?" if source_id else ""
        first, last = self.rows(f"SELECT min(year), max(year) FROM {name} {only}", [source_id] if source_id else [])[0]
        return int(str(first)), int(str(last))


def open_store(folder: Path | None = None) -> Store:
    """The reference tables that come with Monazite, or those of another `folder` of the same form."""
    return Store(folder or Path(str(files("monazite.reference"))) / "data")


def check_year(store: Store, name: str, year: int | None, source_id: str = "") -> int:
    """The year itself if the table has it, the newest one for None."""
    first, last = store.years(name, source_id)
    if year is None:
        return last
    if not first <= year <= last:
        raise NoDataError(f"table {name}", f"there is nothing for {year}", f"ask for a year from {first} to {last}")
    return year


def write_columns(columns: Columns, target: Path) -> None:
    """Write a table as Parquet or CSV, by the ending of the file's name. NaN is written as no value.

    The old file stays until the new one is whole.
    """
    how = "FORMAT csv, HEADER" if target.suffix == ".csv" else "FORMAT parquet, COMPRESSION zstd"
    arrays = {n: a.astype(object) if a.dtype.kind == "U" else a for n, a in columns.items()}
    with replacing(target) as scratch, duckdb.connect() as db:
        db.register("arrays", arrays)
        path = str(scratch).replace("'", "''")
        try:
            db.execute(f"COPY (SELECT * FROM arrays) TO '{path}' ({how})")
        except duckdb.IOException as error:
            raise OSError(str(error)) from error


def gazetteer(store: Store) -> Gazetteer:
    """All countries, coalitions and minerals with the names they go by."""
    countries = store.rows("SELECT iso3, name, aliases, demonyms, capital FROM countries ORDER BY iso3")
    codes = store.rows(
        "SELECT mineral, string_agg(DISTINCT hs, '|' ORDER BY hs) FILTER (mixed_with IS NULL), "
        "string_agg(DISTINCT hs, '|' ORDER BY hs) FILTER (mixed_with IS NOT NULL) FROM commodities GROUP BY mineral"
    )
    hs = {str(mineral): (_split(own), _split(mixed)) for mineral, own, mixed in codes}
    areas = store.rows(
        "SELECT area, any_value(name) FROM areas WHERE area NOT IN (SELECT iso3 FROM countries) GROUP BY 1"
    )
    return Gazetteer(
        (
            *(Country(str(c), str(n), _split(a), _split(d), str(k or "")) for c, n, a, d, k in countries),
            *(Country(str(area), str(name)) for area, name in areas),
        ),
        tuple(
            Coalition(str(i), str(n), _split(m), _split(a))
            for i, n, m, a in store.rows("SELECT id, name, members, aliases FROM coalitions ORDER BY id")
        ),
        tuple(
            Mineral(str(m), str(n), _split(a), *hs.get(str(m), ((), ())), _split(e))
            for m, n, a, e in store.rows("SELECT mineral, name, aliases, everyday FROM minerals ORDER BY mineral")
        ),
    )


def sources(store: Store, ids: Iterable[str]) -> tuple[Source, ...]:
    """The sources of the given ids, in the order of the table; an unknown id raises."""
    columns = (
        "source_id, publisher, title, published, coalesce(url, ''), licence, coalesce(sha256, ''), coalesce(note, '')"
    )
    known = {str(r[0]): Source(*map(str, r)) for r in store.rows(f"SELECT {columns} FROM sources")}
    wanted = set(ids)
    if unknown := wanted - set(known):
        raise UnknownCode("source", ", ".join(sorted(unknown)), mend="add it to sources.csv")
    return tuple(source for id_, source in known.items() if id_ in wanted)


def summaries(store: Store) -> list[TableSummary]:
    """One line a table: what it holds, years, rows, publishers, licences, newest publication."""
    found: list[TableSummary] = []
    for t in TABLES:
        years = "min(year), max(year)" if t.year_column else "NULL, NULL"
        rows, first, last = store.rows(f"SELECT count(*), {years} FROM {t.name}")[0]
        line: TableSummary = {"table": t.name, "title": t.title, "rows": int(str(rows))}
        line["years"] = f"{first}-{last}" if first is not None else None
        line["publisher"] = line["licence"] = line["published"] = None
        if any(c.name == "source_id" and c.parent for c in t.columns):
            publisher, licence, published = store.rows(
                "SELECT string_agg(DISTINCT publisher, '; '), string_agg(DISTINCT licence, '; '), max(published) "
                f"FROM sources WHERE source_id IN (SELECT source_id FROM {t.name})"
            )[0]
            line |= {"publisher": str(publisher), "licence": str(licence), "published": str(published)}
        found.append(line)
    return found


def verify(store: Store) -> None:
    """Hold every table against its schema; all problems of all tables are reported together."""
    problems = [f"{t.name}: {problem}" for t in TABLES for problem in _problems(store, t)]
    if problems:
        raise TableError(str(store.folder), problems, "mend the rows, or the schema if the meaning changed")


def _problems(store: Store, t: Table) -> list[str]:
    key = ", ".join(t.key)
    checks = [(f"{key} is not unique", f"SELECT {key} FROM {t.name} GROUP BY ALL HAVING count(*) > 1")]
    for c in t.columns:
        where = f"SELECT {key} FROM {t.name} WHERE"
        if not c.empty:
            checks.append((f"{c.name} is empty", f"{where} {c.name} IS NULL"))
        if c.low is not None:
            checks.append((f"{c.name} is below {c.low}", f"{where} {c.name} < {c.low}"))
        if c.high is not None:
            checks.append((f"{c.name} is above {c.high}", f"{where} {c.name} > {c.high}"))
        if c.one_of:
            checks.append((f"{c.name} is none of {', '.join(c.one_of)}", f"{where} {c.name} NOT IN {c.one_of}"))
        if c.parent:
            parent, column = c.parent.split(".")
            known = f"SELECT {column} FROM {parent}"
            checks.append((f"{c.name} is not in {c.parent}", f"{where} {c.name} NOT IN ({known})"))
    found = []
    for problem, sql in checks:
        bad = store.rows(f"SELECT *, count(*) OVER () FROM ({sql}) LIMIT 1")
        if bad:
            found.append(f"{problem} in {bad[0][-1]} rows, first at {', '.join(map(str, bad[0][:-1]))}")
    return found


def _scan(t: Table, folder: Path) -> str:
    return " UNION ALL BY NAME SELECT * FROM ".join(_scan_file(t, folder / file) for file in t.files)


def _scan_file(t: Table, file: Path) -> str:
    path = str(file).replace("'", "''")
    if file.suffix == ".parquet":
        return f"read_parquet('{path}')"
    types = ", ".join(f"'{c.name}': '{c.type}'" for c in t.columns)
    form = "auto_detect = false, header = true, delim = ',', quote = '\"', nullstr = ''"
    return f"read_csv('{path}', {form}, columns = {{{types}}})"


def _plain(column: NDArray[np.generic]) -> NDArray[np.generic]:
    if hasattr(column, "filled"):  # a masked array; naming its class would import it
        column = column.filled("" if column.dtype.kind == "O" else np.nan)
    if column.dtype.kind == "O":
        column = np.asarray(column, dtype=np.str_)
    column.setflags(write=False)
    return column


def _split(joined: object) -> tuple[str, ...]:
    return tuple(str(joined).split("|")) if joined else ()
