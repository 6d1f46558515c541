"""Published figures -> validated tables (Parquet, read through DuckDB). An edge: the only room that knows DuckDB."""
