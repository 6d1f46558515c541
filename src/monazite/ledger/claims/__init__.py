"""Drafts of several reports -> claims of one ledger: what is the same, what cannot both be true, how it lived on."""
