"""What the tables hold of each mineral at each stage, and where two publishers differ."""

from __future__ import annotations

from dataclasses import dataclass

from monazite.reference.store import Store

__all__ = ["Cell", "Difference", "Gap", "coverage", "differences", "mirror_gaps"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One mineral at one stage: years on record as text ('' for no data), and who published them.

    `mixed` says that its only trade code holds other materials too.
    """

    mineral: str
    stage: str
    production_years: str
    production_sources: tuple[str, ...]
    trade_years: str
    codes: tuple[str, ...]
    trade_sources: tuple[str, ...]
    mixed: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """Two publishers' figures of one year in contained tonnes, with what each counts for countries it does not list.

    `preferred` is the one that is used; `other_pct` is how far the other's world is off it. `country` is where they
    differ most, with both figures; NaN where one of them does not list it.
    """

    mineral: str
    stage: str
    year: int
    preferred: str
    preferred_t: float
    other: str
    other_t: float
    other_pct: float
    country: str
    country_preferred_t: float
    country_other_t: float


@dataclass(frozen=True, slots=True)
class Gap:
    """One year's exports of a code in the trade table, over what the exporter's own customs report: 1 is agreement.

    `tonnes_ratio` is NaN where one of the two has no tonnes.
    """

    exporter: str
    hs: str
    year: int
    reported_usd: float
    value_ratio: float
    reported_t: float
    tonnes_ratio: float


def mirror_gaps(store: Store) -> tuple[Gap, ...]:
    """The trade table, made of exporters' and importers' reports, over exporters' own; the widest gap first."""
    rows = store.rows(
        """
        WITH told AS (
            SELECT exporter, hs, year, sum(value_usd) AS usd,
                sum(gross_t) FILTER (gross_t IS NOT NULL) / sum(value_usd) FILTER (gross_t IS NOT NULL)
                    * sum(value_usd) AS t
            FROM trade SEMI JOIN reported_exports USING (exporter, hs, year) GROUP BY ALL)
        SELECT exporter, hs, year::INT, r.value_usd, told.usd / r.value_usd, coalesce(r.gross_t, 'NaN'::DOUBLE),
            coalesce(told.t / r.gross_t, 'NaN'::DOUBLE)
        FROM reported_exports r JOIN told USING (exporter, hs, year)
        ORDER BY abs(ln(told.usd / r.value_usd)) DESC, exporter, hs, year"""
    )
    return tuple(Gap(*row) for row in rows)


def coverage(store: Store) -> tuple[Cell, ...]:
    """A cell for every mineral and stage with production or trade on record, in the order of the chain."""
    rows = store.rows(
        """
        WITH made AS (
            SELECT mineral, stage, min(year) AS first, max(year) AS last,
                string_agg(DISTINCT source_id, '|' ORDER BY source_id) AS sources
            FROM production JOIN products USING (source_id, product)
            WHERE kind = 'production' AND quantity IS NOT NULL AND mineral IS NOT NULL GROUP BY ALL),
        sold AS (
            SELECT mineral, stage, min(year) AS first, max(year) AS last,
                string_agg(DISTINCT hs, '|' ORDER BY hs) AS codes, bool_and(mixed_with IS NOT NULL) AS mixed,
                string_agg(DISTINCT sources, '|' ORDER BY sources) AS sources
            FROM commodities JOIN (
                SELECT revision, hs, min(year) AS year, any_value(source_id) AS sources FROM trade GROUP BY ALL
                UNION ALL SELECT revision, hs, max(year), any_value(source_id) FROM trade GROUP BY ALL)
            USING (revision, hs) GROUP BY ALL)
        SELECT mineral, stage,
            m.first, m.last, m.sources, s.first, s.last, s.codes, s.sources, coalesce(s.mixed, false)
        FROM made m FULL JOIN sold s USING (mineral, stage)
        ORDER BY mineral, list_position(['ore', 'refined', 'metal', 'component'], stage)"""
    )
    return tuple(
        Cell(str(m), str(stage), _span(a, b), _split(made), _span(c, d), _split(codes), _split(sold), bool(mixed))
        for m, stage, a, b, made, c, d, codes, sold, mixed in rows
    )


def differences(store: Store, mineral: str = "") -> tuple[Difference, ...]:
    """Every year for which two publishers count the same mineral at the same stage, the widest apart first."""
    rows = store.rows(
        """
        WITH figures AS (
            SELECT mineral, stage, year, rank, source_id, country, sum(quantity * contained_mid) AS t
            FROM production JOIN products USING (source_id, product)
            WHERE kind = 'production' AND quantity IS NOT NULL AND contained_mid IS NOT NULL AND mineral IS NOT NULL
                AND (? = '' OR mineral = ?) GROUP BY ALL),
        rest AS (
            SELECT mineral, stage, year, source_id, sum(others * contained_mid) AS t
            FROM world_totals JOIN products USING (source_id, product) WHERE kind = 'production' GROUP BY ALL),
        totals AS (
            SELECT mineral, stage, year, rank, source_id, sum(f.t) + coalesce(any_value(r.t), 0) AS t
            FROM figures f LEFT JOIN rest r USING (mineral, stage, year, source_id) GROUP BY ALL),
        best AS (SELECT * FROM totals QUALIFY rank = min(rank) OVER (PARTITION BY mineral, stage, year)),
        pairs AS (
            SELECT b.mineral, b.stage, b.year, b.source_id AS one, b.t AS one_t, o.source_id AS two, o.t AS two_t
            FROM best b JOIN totals o USING (mineral, stage, year) WHERE o.rank > b.rank),
        places AS (
            SELECT p.*, coalesce(f.country, g.country) AS country, f.t AS f, g.t AS g
            FROM pairs p
            JOIN (SELECT DISTINCT mineral, stage, year, country FROM figures) c USING (mineral, stage, year)
            LEFT JOIN figures f ON (f.mineral, f.stage, f.year, f.source_id, f.country)
                = (p.mineral, p.stage, p.year, p.one, c.country)
            LEFT JOIN figures g ON (g.mineral, g.stage, g.year, g.source_id, g.country)
                = (p.mineral, p.stage, p.year, p.two, c.country)
            WHERE f.t IS NOT NULL OR g.t IS NOT NULL)
        SELECT mineral, stage, year::INT, one, one_t, two, two_t, 100 * (two_t / nullif(one_t, 0) - 1) AS pct,
            country, coalesce(f, 'NaN'::DOUBLE), coalesce(g, 'NaN'::DOUBLE)
        FROM places
        QUALIFY row_number() OVER (
            PARTITION BY mineral, stage, year, two ORDER BY abs(coalesce(f, 0) - coalesce(g, 0)) DESC, country) = 1
        ORDER BY abs(pct) DESC NULLS LAST, mineral, stage, year""",
        [mineral, mineral],
    )
    return tuple(Difference(*row) for row in rows)


def _span(first: object, last: object) -> str:
    return "" if first is None else f"{first}" if first == last else f"{first}-{last}"


def _split(joined: object) -> tuple[str, ...]:
    return tuple(str(joined).split("|")) if joined else ()
