"""Reports, from files, feeds and addresses, read into a ledger; the record of what was read and decided."""
