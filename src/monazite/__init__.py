"""Monazite: an open workbench for economic security.

The rooms, each a value turned into the next one::

    report text -> claims -> ledger -> scenario -> outcomes -> plan -> brief
    tables -> network -> indicators

Importing this package loads nothing heavy; `monazite.workbench` runs the chain end to end.
"""

__version__ = "0.1.0"
