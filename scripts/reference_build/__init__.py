"""Packages and extracts that carry published figures -> the tables of `reference/data`; run by scripts/build_reference.

Kept out of the program, which needs neither these inputs nor the libraries that read them.
"""
