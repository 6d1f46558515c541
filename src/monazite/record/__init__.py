"""Documents, readings and decisions -> an append-only record in a database, and back. The database is reached here."""
