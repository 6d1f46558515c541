"""Every reference table, written once: column, type, unit, range, meaning.

The Parquet types, the checks of `verify` and the data page of the docs are all made from here.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["TABLES", "Column", "Table", "table"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its DuckDB type, unit, meaning, whether it may be empty (no data), and its range or parent."""

    name: str
    type: str
    description: str
    unit: str = ""
    empty: bool = False
    low: float | None = None
    high: float | None = None
    one_of: tuple[str, ...] = ()
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what a row is, its key, its columns, and the file it is kept in."""

    name: str
    title: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    file: str

    @property
    def year_column(self) -> bool:
        """Whether rows belong to years."""
        return any(c.name == "year" for c in self.columns)


_SOURCE = Column("source_id", "VARCHAR", "where the row comes from", parent="sources.source_id")
_YEAR = Column("year", "SMALLINT", "calendar year", low=1995, high=2100)


def _country(name: str, what: str) -> Column:
    return Column(name, "VARCHAR", f"{what}, ISO 3166 alpha-3 or a trade area's own code", parent="areas.area")


TABLES: tuple[Table, ...] = (
    Table(
        "sources",
        "Sources",
        "a publication that figures come from",
        ("source_id",),
        (
            Column("source_id", "VARCHAR", "name of the source in all other tables"),
            Column("publisher", "VARCHAR", "who publishes it"),
            Column("title", "VARCHAR", "title and edition"),
            Column("published", "VARCHAR", "year or month of publication"),
            Column("url", "VARCHAR", "where it is published", empty=True),
            Column("licence", "VARCHAR", "terms of use"),
            Column("sha256", "VARCHAR", "checksum of the file the rows were read from", empty=True),
            Column("note", "VARCHAR", "what a reader should know", empty=True),
        ),
        "sources.csv",
    ),
    Table(
        "inputs",
        "Input files",
        "a file that tables were built from",
        ("path",),
        (
            Column("path", "VARCHAR", "path inside the package"),
            Column("package", "VARCHAR", "package and version"),
            Column("sha256", "VARCHAR", "checksum of the file"),
            Column("bytes", "BIGINT", "size", unit="bytes", low=1),
        ),
        "inputs.csv",
    ),
    Table(
        "countries",
        "Countries",
        "a country or territory",
        ("iso3",),
        (
            Column("iso3", "VARCHAR", "ISO 3166-1 alpha-3"),
            Column("name", "VARCHAR", "common English name"),
            Column("aliases", "VARCHAR", "other names, joined by |", empty=True),
            Column("demonyms", "VARCHAR", "adjectives and nouns of people, joined by |", empty=True),
            Column("capital", "VARCHAR", "capital or seat of government, joined by |", empty=True),
            _SOURCE,
        ),
        "countries.csv",
    ),
    Table(
        "coalitions",
        "Coalitions",
        "a group of countries",
        ("id",),
        (
            Column("id", "VARCHAR", "short name used on the command line"),
            Column("name", "VARCHAR", "full name"),
            Column("members", "VARCHAR", "ISO3 codes joined by |"),
            Column("aliases", "VARCHAR", "other names, joined by |", empty=True),
            _SOURCE,
        ),
        "coalitions.csv",
    ),
    Table(
        "areas",
        "Trade areas",
        "a reporting area of the trade statistics, matched to a country where there is one",
        ("area", "name"),
        (
            Column("baci_code", "SMALLINT", "numeric code in BACI, if it has one", empty=True, low=1, high=999),
            Column("area", "VARCHAR", "ISO3, or BACI's own code where no country matches"),
            Column("name", "VARCHAR", "name in BACI"),
            Column("note", "VARCHAR", "how the area was matched", empty=True),
            _SOURCE,
        ),
        "areas.csv",
    ),
    Table(
        "minerals",
        "Minerals",
        "a material that is followed through its stages",
        ("mineral",),
        (
            Column("mineral", "VARCHAR", "short name used on the command line"),
            Column("name", "VARCHAR", "plain name"),
            Column("aliases", "VARCHAR", "other names, joined by |", empty=True),
            Column("everyday", "VARCHAR", "names that are everyday words too, joined by |", empty=True),
            Column("material", "VARCHAR", "name in World Mining Data", parent="materials.material"),
            _SOURCE,
        ),
        "minerals.csv",
    ),
    Table(
        "materials",
        "Materials of World Mining Data",
        "a material with the trade codes that GeoPolRisk counts for it",
        ("material",),
        (
            Column("material", "VARCHAR", "reference name"),
            Column("heading", "VARCHAR", "heading in World Mining Data, with what is contained"),
            Column("unit", "VARCHAR", "unit of production", one_of=("t", "kg", "ct", "Mm3")),
            Column("hs92", "VARCHAR", "HS 1992 codes joined by |; empty where no code is its own", empty=True),
            Column(
                "eol_rir_share", "DOUBLE", "end-of-life recycling input rate", unit="share", empty=True, low=0, high=1
            ),
            Column("eol_rir_source_id", "VARCHAR", "source of the recycling rate", parent="sources.source_id"),
            _SOURCE,
        ),
        "materials.csv",
    ),
    Table(
        "commodities",
        "Traded commodities",
        "an HS 1992 code with its mineral, stage and content",
        ("hs92",),
        (
            Column("hs92", "VARCHAR", "six-digit code of the Harmonized System 1992"),
            Column("mineral", "VARCHAR", "the mineral it carries", parent="minerals.mineral"),
            Column("stage", "VARCHAR", "stage in the chain", one_of=("ore", "refined", "metal", "component")),
            Column("goods", "VARCHAR", "what the code holds, in short"),
            Column("content_low", "DOUBLE", "contained tonnes per gross tonne, low", empty=True, low=0, high=1.5),
            Column("content_mid", "DOUBLE", "contained tonnes per gross tonne", empty=True, low=0, high=1.5),
            Column("content_high", "DOUBLE", "contained tonnes per gross tonne, high", empty=True, low=0, high=1.5),
            Column("content_of", "VARCHAR", "what is contained, as World Mining Data counts it", empty=True),
            Column("content_source_id", "VARCHAR", "source of the content", empty=True, parent="sources.source_id"),
            Column("note", "VARCHAR", "what a reader should know", empty=True),
            _SOURCE,
        ),
        "commodities.csv",
    ),
    Table(
        "trade",
        "Bilateral trade",
        "one year's trade of one code between two areas",
        ("hs92", "year", "exporter", "importer"),
        (
            Column("hs92", "VARCHAR", "six-digit code of the Harmonized System 1992", parent="commodities.hs92"),
            _YEAR,
            _country("exporter", "exporter"),
            _country("importer", "importer"),
            Column("value_usd", "DOUBLE", "value, free on board, current dollars", unit="USD", low=0),
            Column("gross_t", "DOUBLE", "gross mass; empty where nobody reported it", unit="t", empty=True, low=0),
            _SOURCE,
        ),
        "trade.parquet",
    ),
    Table(
        "mining_production",
        "Mine production",
        "one year's production of one material in one country",
        ("material", "country", "year"),
        (
            Column("material", "VARCHAR", "reference name", parent="materials.material"),
            _country("country", "producer"),
            _YEAR,
            Column("quantity", "DOUBLE", "production in the unit of the material", empty=True, low=0),
            Column("unit", "VARCHAR", "unit", one_of=("t", "kg", "ct", "Mm3")),
            Column("quality", "VARCHAR", "r reported, e estimated, p provisional", one_of=("r", "e", "p")),
            _SOURCE,
        ),
        "mining_production.parquet",
    ),
    Table(
        "governance",
        "Political stability",
        "one country's political stability in one year",
        ("country", "year"),
        (
            _country("country", "country"),
            _YEAR,
            Column("estimate", "DOUBLE", "about -2.5 (weak) to 2.5 (strong)", empty=True, low=-5, high=5),
            Column("std_error", "DOUBLE", "standard error of the estimate", empty=True, low=0, high=5),
            _SOURCE,
        ),
        "governance.parquet",
    ),
    Table(
        "overrides",
        "Corrections",
        "a value that was corrected, and why",
        ("table_name", "key", "column_name"),
        (
            Column("table_name", "VARCHAR", "table"),
            Column("key", "VARCHAR", "which row, in the words of the input file"),
            Column("column_name", "VARCHAR", "column"),
            Column("from_value", "VARCHAR", "value in the input"),
            Column("to_value", "VARCHAR", "value used"),
            Column("why", "VARCHAR", "why"),
            _SOURCE,
        ),
        "overrides.csv",
    ),
)


def table(name: str) -> Table:
    """The table of a name.

    >>> table("trade").key
    ('hs92', 'year', 'exporter', 'importer')
    """
    return next(t for t in TABLES if t.name == name)
