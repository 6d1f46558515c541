"""Signs of a sentence -> how likely it states a measure or an undertaking of its own: logistic regression.

The weights (`vocabulary/belief.csv`, one sign a line) are learnt by `scripts/learn_reader` from the annotated reports
in `tests/ledger/data/reports`; they are natural logarithms of odds, so that what speaks for a sentence and what against
it can be read off. Method: Cox 1958, *The regression analysis of binary sequences*, with a ridge penalty.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from monazite.ledger.vocabulary import load_vocabulary

__all__ = ["belief", "is_believed"]

_LEAST_MEASURE = {"fresh": 0.25, "none": 0.4, "recalled": 0.75}
_LEAST_COMMITMENT = {"fresh": 0.2, "firm": 0.3, "vague": 0.65}
_OF_TRADE = 0.5
_FIRM = re.compile(r"time:ahead|item|word:will|amount:.*")

_OFFSET = "(any sentence)"


def belief(kind: str, signs: Iterable[str]) -> float:
    """The likelihood, 0 to 1, that a sentence with these signs states a `measure` or a `commitment`.

    >>> belief("measure", ["act", "act:impose", "act:fresh"]) > belief("measure", ["opinion", "time:old"])
    True
    """
    known = load_vocabulary().weights[kind]
    return 1.0 / (1.0 + math.exp(-known.get(_OFFSET, 0.0) - sum(known.get(sign, 0.0) for sign in signs)))


def is_believed(kind: str, signs: frozenset[str], recalled: bool = False) -> bool:
    """Whether a sentence is read as a claim of its kind: where recall and precision come out even on annotated reports.

    Least is needed where the grammar reads a fresh one, most where it reads a measure that is only recalled, or its
    plain words do (`recalled`), or an undertaking with nothing firm in it, no sum, no time ahead, no "will", no item of
    a list: diplomatic prose is full of what commits nobody. What is likelier than not a measure is told as one.
    """
    if kind == "measure":
        read = "fresh" if "act:fresh" in signs else "recalled" if recalled or "act" in signs else "none"
        return belief(kind, signs) >= _LEAST_MEASURE[read]
    if belief("measure", signs) >= _OF_TRADE and not recalled:
        return False
    firm = any(map(_FIRM.fullmatch, signs)) and not ("time:recalled" in signs and "time:ahead" not in signs)
    seen = "fresh" if "frame:fresh" in signs else "firm" if firm else "vague"
    return belief(kind, signs) >= _LEAST_COMMITMENT[seen]
