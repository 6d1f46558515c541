"""Builds of reference tables that need packages which the program itself does not: run by scripts/build_reference."""
