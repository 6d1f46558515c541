"""CEPII's BACI, as yearly CSV files or the ZIP of them -> trade.

A file has the columns t, i, j, k, v, q: year, exporter, importer, HS code, value in thousand dollars, gross tonnes.
"""

from __future__ import annotations

import re
from binascii import crc32
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from monazite.core.errors import TableError
from monazite.core.values import Source
from monazite.reference.importers.contract import Batch, Desk, Reading, imported_note, sums
from monazite.reference.importers.forms import Member, header, members, unpacked
from monazite.reference.store import quoted

__all__ = ["read"]

_NAME = re.compile(r"BACI_HS(92|96|02|07|12|17|22)_Y(\d{4})_V(\d{6}[a-z]?)\.csv")
_FORM = "BACI_HS.._Y...._V......csv or a ZIP of such files"
_TYPES = {"t": "SMALLINT", "i": "SMALLINT", "j": "SMALLINT", "k": "VARCHAR", "v": "DOUBLE", "q": "VARCHAR"}
_MOST_TOLD = 20


def read(desk: Desk, files: Sequence[Path]) -> Reading:
    """Bilateral trade of one edition of the Harmonized System and one release, for the years of the files."""
    found = members(files, _NAME, _FORM)
    told = [_NAME.fullmatch(m.name) for m in found]
    kinds = {(m[1], m[3]) for m in told if m}
    years = [int(m[2]) for m in told if m]
    if len(kinds) > 1 or len(set(years)) < len(years):
        what = f"hold {', '.join(sorted(f'HS{hs} V{release}' for hs, release in kinds))}, years {years}"
        raise TableError("the files", [what], "import one edition and one release at a time, each year once")
    ((edition, release),) = kinds
    revision = int(edition) + (1900 if int(edition) > 87 else 2000)
    span = f"{min(years)}-{max(years)}" if len(years) > 1 else str(years[0])
    name = f"baci-hs{edition}-{span}{_chosen(desk.codes)}"
    source = Source(
        name,
        "CEPII",
        f"BACI: International Trade Database at the Product-Level, HS {revision}, release V{release}, {span}",
        f"{release[:4]}-{release[4:6]}",
        "https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37",
        "Etalab Open Licence 2.0",
        sums(files),
        imported_note(desk, files) + (f"; {len(desk.codes)} codes only" if desk.codes else ""),
    )
    return Reading(name, source, _batches(desk, found, revision, name))


def _batches(desk: Desk, found: list[Member], revision: int, name: str) -> Iterator[Batch]:
    codes = ", ".join(quoted(c) for c in sorted(desk.codes))
    kept = f"WHERE hs IN ({codes})" if codes else ""
    area = "(SELECT baci_code, area FROM areas WHERE baci_code IS NOT NULL)"
    for member in found:
        desk.progress(f"reading {member.name}")
        with unpacked(member, desk.work) as path:
            columns = {n: _TYPES.get(n, "VARCHAR") for n in header(path, member.name, _TYPES)}
            lines = (
                f"(SELECT *, lpad(k, 6, '0') AS hs, nullif(nullif(trim(q), 'NA'), '') AS mass FROM read_csv("
                f"{quoted(str(path))}, auto_detect = false, header = true, delim = ',', quote = '\"', nullstr = '', "
                f"columns = {columns}, store_rejects = true, rejects_limit = {_MOST_TOLD}))"
            )
            rows = (
                f"SELECT {revision} AS revision, hs, t AS year, e.area AS exporter, m.area AS importer, "
                f"v * 1000 AS value_usd, CAST(mass AS DOUBLE) AS gross_t, {quoted(name)} AS source_id FROM {lines} "
                f"LEFT JOIN {area} e ON i = e.baci_code LEFT JOIN {area} m ON j = m.baci_code {kept}"
            )
            yield Batch("trade", rows, partial(_check, desk, member, lines))


def _check(desk: Desk, member: Member, lines: str, written: str | None) -> list[str]:
    """What is wrong with the lines of one file, by line number or by code."""
    ask = desk.store.rows
    rejects = ask("SELECT 1 FROM duckdb_tables() WHERE table_name = 'reject_errors'") and ask(
        f"SELECT line, error_message FROM reject_errors ORDER BY ALL LIMIT {_MOST_TOLD}"
    )
    found = [f"{member.name}, line {line}: {str(message).splitlines()[0]}" for line, message in rejects]
    if written is None:
        masses = f"SELECT DISTINCT mass FROM {lines} WHERE mass IS NOT NULL AND TRY_CAST(mass AS DOUBLE) IS NULL"
        found += [f"{member.name}: q is {mass!r}, no number" for (mass,) in ask(f"{masses} LIMIT {_MOST_TOLD}")]
    else:
        year = member.name.split("_Y")[1][:4]
        years = ask(f"SELECT DISTINCT year FROM ({written}) WHERE year <> {year}")
        found += [f"{member.name}: t is {t}" for (t,) in years]
        codes = ask(
            f"SELECT hs FROM (SELECT DISTINCT hs FROM ({written})) WHERE NOT regexp_full_match(hs, '[0-9]{{6}}')"
        )
        found += [f"{member.name}: k is {hs!r}, no code of six digits" for (hs,) in codes[:_MOST_TOLD]]
        if ask(f"SELECT 1 FROM ({written}) WHERE exporter IS NULL OR importer IS NULL LIMIT 1"):
            listed = f"SELECT i AS code FROM {lines} UNION SELECT j FROM {lines}"
            known = "SELECT baci_code FROM areas WHERE baci_code IS NOT NULL"
            areas = [str(c) for (c,) in ask(f"SELECT code FROM ({listed}) WHERE code NOT IN ({known}) ORDER BY 1")]
            found.append(f"{member.name}: country codes that no row of the table areas has: {', '.join(areas)}")
    for name in ("reject_errors", "reject_scans"):
        desk.connection.execute(f"DROP TABLE IF EXISTS {name}")
    return found


def _chosen(codes: frozenset[str]) -> str:
    return f"-{len(codes)}-codes-{crc32('|'.join(sorted(codes)).encode()):08x}" if codes else ""
