"""Report text -> claims -> reconciled ledger. Documents and vocabularies are read at the edge; the rest is pure."""
