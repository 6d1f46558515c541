"""Reference tables on disk -> columns in memory, names, sources. DuckDB reads the Parquet and CSV files in place.

A user's own parts (`parts.py`) lie over the shipped tables: their rows take the place of shipped ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NoDataError, TableError, UnknownCode
from monazite.core.gazetteer import Coalition, Country, Gazetteer, Mineral, Passage
from monazite.core.values import Columns, Source
from monazite.reference.files import replacing
from monazite.reference.parts import NO_PARTS, Parts, check_parts, data_folder, read_parts, sha256_of
from monazite.reference.schema import TABLES, Table

__all__ = [
    "SHIPPED",
    "Store",
    "TableSummary",
    "check_year",
    "gazetteer",
    "open_store",
    "parquet",
    "problems",
    "quoted",
    "sources",
    "summaries",
    "verify",
    "write_columns",
    "write_sums",
]

SHIPPED = Path(str(files("monazite.reference"))) / "data"
"""The folder of the tables that come with Monazite."""

_AGAIN = "install Monazite again, or run scripts/build_reference"
_SUMS = "SHA256SUMS"
_NOTHING: Mapping[str, str] = MappingProxyType({})

TableSummary = dict[str, str | int | None]
"""What `data list` shows of one table."""


class Store:
    """A read-only set of reference tables. Close it, or use it in a `with` block."""

    def __init__(
        self, folder: Path, parts: Parts = NO_PARTS, connection: duckdb.DuckDBPyConnection | None = None
    ) -> None:
        missing = [f for t in TABLES for f in t.files if not (folder / f).is_file()]
        if missing:
            raise TableError(str(folder), [f"{f} is missing" for f in missing], _AGAIN)
        self.folder, self.parts = folder, parts
        self._opened = connection
        self._unopened = {t.name: t for t in TABLES}
        self._years: dict[tuple[str, str], tuple[int, int]] = {}

    @property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        """Made when first asked: that takes 30 ms, which who finds all figures kept need not wait for."""
        if self._opened is None:
            # one thread: sums are of one order, so that the same question has the same digits
            self._opened = duckdb.connect(config={"threads": 1})
        return self._opened

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        if self._opened:
            self._opened.close()

    def query(self, sql: str, parameters: Sequence[object] = ()) -> Columns:
        """The columns of a query, as read-only arrays; an empty number is NaN, an empty text ''."""
        with self._asked(sql, parameters) as answer:
            fetched = answer.fetchnumpy()
        return {name: _plain(column) for name, column in fetched.items()}

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query that returns few of them; fixed decimals come as floats, as they do in `query`."""
        with self._asked(sql, parameters) as answer:
            found = answer.fetchall()
        return [tuple(float(v) if isinstance(v, Decimal) else v for v in row) for row in found]

    def inputs(self) -> tuple[tuple[str, str], ...]:
        """Name and SHA-256 of every file the tables are read from, a user's parts included.

        :raises TableError: when the file of a part is not what was imported.
        """
        shipped = ((f"table {f}", sha256_of(self.folder / f)) for t in TABLES for f in t.files)
        return (*shipped, *((f"imported {name}", digest) for name, digest in check_parts(self.parts)))

    def write(self, sql: str, target: Path) -> None:
        """Write the rows of a query to a Parquet file.

        :raises OSError: when the disk has no room.
        :raises duckdb.DataError: when a value does not fit its type.
        """
        self._open(sql)
        try:
            self._connection.execute(f"COPY ({sql}) TO {quoted(str(target))} (FORMAT parquet, COMPRESSION zstd)")
        except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
            raise OSError(str(error).splitlines()[0]) from error

    def _open(self, sql: str) -> None:
        """Make the tables that a query names known to the database; most commands need few of them."""
        for name in self._unopened.keys() & set(re.findall(r"\w+", re.sub(r"'[^']*'", "", sql))):
            t = self._unopened.pop(name)
            rows = _select(t, self.folder, self.parts)
            kept = "VIEW" if any(f.endswith(".parquet") for f in t.files) else "TABLE"  # text is parsed only once
            self._connection.execute(f"CREATE OR REPLACE TEMP {kept} {name} AS {rows}")

    @contextmanager
    def _asked(self, sql: str, parameters: Sequence[object]) -> Iterator[duckdb.DuckDBPyConnection]:
        try:
            self._open(sql)
            yield self._connection.execute(sql, list(parameters))
        except (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException):
            raise  # a fault of the query, not of the files
        except duckdb.Error as error:
            where = str(self.parts.folder if self.parts.parts else self.folder)
            mend = "run: monazite data verify; it names the damaged file and what to do"
            raise TableError(where, [f"a table cannot be read: {error}"], mend) from error

    def years(self, name: str, source_id: str = "") -> tuple[int, int]:
        """First and last year of a table, or of what one source gave to it."""
        if (name, source_id) not in self._years:
            only = "WHERE source_id = ?" if source_id else ""
            sql = f"SELECT min(year), max(year) FROM {name} {only}"
            first, last = self.rows(sql, [source_id] if source_id else [])[0]
            self._years[name, source_id] = int(str(first)), int(str(last))
        return self._years[name, source_id]


def open_store(folder: Path | None = None, data: Path | None = None) -> Store:
    """The reference tables that come with Monazite, and over them what the user has imported into the folder `data`.

    Without `data` that is the folder that `data_folder` names. Another `folder` of tables is read without any parts.
    """
    if folder is not None:
        return Store(folder)
    return Store(SHIPPED, read_parts(data or data_folder()))


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
    """All countries, coalitions, minerals and sea passages in use, with the names they go by."""
    countries = store.rows(
        "SELECT iso3, name, aliases, demonyms, coalesce(capital, ''), coalesce(max(iso2), '') FROM countries "
        "LEFT JOIN (SELECT area AS iso3, iso2 FROM areas) USING (iso3) GROUP BY ALL ORDER BY iso3"
    )
    codes = store.rows(
        "SELECT mineral, string_agg(DISTINCT hs, '|' ORDER BY hs) FILTER (mixed_with IS NULL), "
        "string_agg(DISTINCT hs, '|' ORDER BY hs) FILTER (mixed_with IS NOT NULL) FROM commodities GROUP BY mineral"
    )
    hs = {mineral: (_split(own), _split(mixed)) for mineral, own, mixed in codes}
    areas = "SELECT area, any_value(name) FROM areas WHERE area NOT IN (SELECT iso3 FROM countries) GROUP BY 1"
    return Gazetteer(
        (
            *(Country(iso3, name, _split(a), _split(d), capital, two) for iso3, name, a, d, capital, two in countries),
            *(Country(*area) for area in store.rows(areas)),
        ),
        tuple(
            Coalition(i, n, _split(m), _split(a))
            for i, n, m, a in store.rows("SELECT id, name, members, aliases FROM coalitions ORDER BY id")
        ),
        tuple(
            Mineral(mineral, name, _split(aliases), *hs.get(mineral, ((), ())), _split(everyday), group)
            for mineral, name, aliases, everyday, group in store.rows(
                "SELECT mineral, name, aliases, everyday, coalesce(part_of, '') FROM minerals ORDER BY mineral"
            )
        ),
        tuple(
            Passage(*row)
            for row in store.rows("SELECT passage, name FROM passages WHERE open = 'yes' ORDER BY passage")
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


def summaries(store: Store, today: date) -> list[TableSummary]:
    """One line a table: what it holds, years, rows and how many are imported, publishers, licences, newest publication.

    `age_days` is the time since that, from the first day of the month or year if no day is stated.
    """
    found: list[TableSummary] = []
    for t in TABLES:
        years = "min(year), max(year)" if t.year_column else "NULL, NULL"
        rows, first, last = store.rows(f"SELECT count(*), {years} FROM {t.name}")[0]
        line: TableSummary = {"table": t.name, "title": t.title, "rows": int(str(rows))}
        line["imported"] = sum(p.count for p in store.parts.pieces(t.name))
        line["parts"] = "|".join(p.name for p in store.parts.parts if any(x.table == t.name for x in p.pieces)) or None
        line["years"] = f"{first}-{last}" if first is not None else None
        line["publisher"] = line["licence"] = line["published"] = line["age_days"] = None
        if any(c.name == "source_id" and c.parent for c in t.columns):
            publisher, licence, published = store.rows(
                "SELECT string_agg(DISTINCT publisher, '; '), string_agg(DISTINCT licence, '; '), "
                "coalesce(max(published) FILTER (published SIMILAR TO '[0-9]{4}.*'), max(published)) "
                f"FROM sources WHERE source_id IN (SELECT source_id FROM {t.name})"
            )[0]
            line |= {"publisher": str(publisher), "licence": str(licence), "published": str(published)}
            line["age_days"] = _age_days(str(published), today)
        found.append(line)
    return found


def verify(store: Store) -> None:
    """Hold every table against its schema and every file against its checksum; all problems are reported together."""
    check_parts(store.parts)
    found = [f"{name} is damaged: its sha256 is {now}" for name, now in _damaged(store.folder)]
    if found:
        raise TableError(str(store.folder), found, _AGAIN)
    found = [f"{t.name}: {problem}" for t in TABLES for problem in problems(store, t)]
    if found:
        raise TableError(str(store.folder), found, "mend the rows, or the schema if the meaning changed")


def write_sums(folder: Path) -> None:
    """Write the checksums of all Parquet files of a folder of tables, in the form `sha256sum` reads."""
    lines = [f"{sha256_of(path)}  {path.name}\n" for path in sorted(folder.glob("*.parquet"))]
    (folder / _SUMS).write_text("".join(lines), encoding="ascii")


def problems(store: Store, t: Table, rows: str = "", beside: Mapping[str, str] = _NOTHING) -> list[str]:
    """What breaks the schema of a table: in the whole table, or in the `rows` a query gives for it.

    `beside` are queries for rows that come into other tables together with these.
    """
    key = ", ".join(t.key)
    source = f"({rows})" if rows else t.name
    checks = [(f"{key} is not unique", f"SELECT {key} FROM {source} GROUP BY ALL HAVING count(*) > 1")]
    for c in t.columns:
        where = f"SELECT {key} FROM {source} WHERE"
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
            also = f" UNION ALL SELECT {column} FROM ({beside[parent]})" if parent in beside else ""
            known = f"SELECT {column} FROM {parent} WHERE {column} IS NOT NULL{also}"
            checks.append((f"{c.name} is not in {c.parent}", f"{where} {c.name} NOT IN ({known})"))
    found = []
    for problem, sql in checks:
        bad = store.rows(f"SELECT *, count(*) OVER () FROM ({sql}) LIMIT 1")
        if bad:
            found.append(f"{problem} in {bad[0][-1]} rows, first at {', '.join(map(str, bad[0][:-1]))}")
    return found


def parquet(paths: Iterable[Path]) -> str:
    """The query text that reads some Parquet files as one table."""
    return f"read_parquet([{', '.join(quoted(str(p)) for p in paths)}])"


def quoted(text: str) -> str:
    """A text as it stands in a query.

    >>> quoted("Côte d'Ivoire")
    "'Côte d''Ivoire'"
    """
    return "'{}'".format(text.replace("'", "''"))


def _age_days(published: str, today: date) -> int | None:
    """The days since a day, month or year; None for anything else.

    >>> _age_days("2026-01", date(2026, 1, 16)), _age_days("n.d.", date(2026, 1, 16))
    (15, None)
    """
    try:
        return max((today - date.fromisoformat(published + "-01" * (2 - published.count("-")))).days, 0)
    except ValueError:
        return None


def _damaged(folder: Path) -> Iterator[tuple[str, str]]:
    if not (folder / _SUMS).is_file():
        return
    for line in (folder / _SUMS).read_text(encoding="ascii").splitlines():
        digest, name = line.split("  ", 1)
        now = sha256_of(folder / name)
        if now != digest:
            yield name, now


def _select(t: Table, folder: Path, parts: Parts) -> str:
    """The rows of a table: shipped ones that no part claims, and those of the parts."""
    shipped = " UNION ALL BY NAME ".join(f"SELECT * FROM {scan}" for scan in _scans(t, folder))
    pieces = parts.pieces(t.name)
    if not pieces:
        return shipped
    kept = f"({shipped}) AS shipped"
    for columns in dict.fromkeys(p.replaces for p in pieces):
        claims = parquet(parts.folder / p.claims for p in pieces if p.replaces == columns)
        kept += f" ANTI JOIN {claims} USING ({', '.join(columns)})"
    names = ", ".join(c.name for c in t.columns)
    own = parquet(parts.folder / p.rows for p in pieces)
    return f"SELECT {names} FROM {kept} UNION ALL SELECT {names} FROM {own}"


def _scans(t: Table, folder: Path) -> Iterator[str]:
    """What reads the files of a table: all Parquet files at once, each text by its column types."""
    columnar = [folder / name for name in t.files if name.endswith(".parquet")]
    if columnar:
        yield parquet(columnar)
    types = ", ".join(f"'{c.name}': '{c.type}'" for c in t.columns)
    form = "auto_detect = false, header = true, delim = ',', quote = '\"', nullstr = ''"
    for name in t.files:
        if name.endswith(".csv"):
            yield f"read_csv({quoted(str(folder / name))}, {form}, columns = {{{types}}})"


def _plain(column: NDArray[np.generic]) -> NDArray[np.generic]:
    if hasattr(column, "filled"):  # a masked array; naming its class would import it
        column = column.filled("" if column.dtype.kind == "O" else np.nan)
    if column.dtype.kind == "O":
        column = np.asarray(column, dtype=np.str_)
    column.setflags(write=False)
    return column


def _split(joined: object) -> tuple[str, ...]:
    return tuple(str(joined).split("|")) if joined else ()
