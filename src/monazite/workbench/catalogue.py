"""A question's name and parameters -> its answer; REST, assistants and Python are all made from this one list.

The parameters of a function of `workbench.answers` become a checked value (`msgspec.Struct`) with the same names,
bounds and texts; its JSON schema is what REST and assistants are told.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_type_hints

import msgspec

from monazite.core.errors import UnknownCode, UsageError
from monazite.core.gazetteer import nearest
from monazite.core.jsonable import jsonable
from monazite.core.values import Source
from monazite.reference.store import open_store, sources
from monazite.workbench import answers
from monazite.workbench.answers import Desk
from monazite.workbench.lazy import function
from monazite.workbench.rows import exploded

__all__ = ["CATALOGUE", "Answer", "Question", "answer", "asked", "canonical", "question", "schema"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question: the function that answers it, and what a door has to know of it.

    `rows` is the way to its list, through lists of lists ("exposures.stages.suppliers"); "" where the answer is no
    list, "." where it is one itself. `limits` is what the answer cannot tell. `costly` takes seconds or more, `changes`
    writes to the record, `uploads` is asked with files, which only a door can give, `ledger` rests on the record.
    `private` is asked with what is the caller's own, in a body and not in an address; no answer to it is kept.
    """

    function: Callable[..., Any]
    rows: str = ""
    limits: str = ""
    costly: bool = False
    changes: bool = False
    uploads: bool = False
    ledger: bool = False
    private: bool = False

    @property
    def name(self) -> str:
        """The question's name at every door."""
        return self.function.__name__

    @property
    def text(self) -> str:
        """What is answered, in a sentence."""
        return inspect.getdoc(self.function) or ""


_TRADE = (
    "Shares are by value of what crosses borders in the trade codes of a stage; a code that holds other goods too is "
    "never split by guess and says so. What passed through a country at an earlier stage is an estimate: material is "
    "taken to be mixed wherever it passes."
)
_OWN = (
    "A supplier's country is what the list says: a trader's seat hides the mine. What could not be used stands in "
    "`problems`, row by row, and is in no figure."
)
_MODEL = (
    "A model's ranges, not a forecast: the bands hold what its parameters leave open, and not what it leaves out. See "
    "the record on past disruptions in the answer and docs/limits.md."
)
_LEDGER = (
    "A careful first reading of English reports by rules: unusual wording is missed or misread. Open the quotations; "
    "what no report on record tells is not in it."
)
_TABLES = "Figures as their publishers print them, with the gaps these have: no data is not zero."

CATALOGUE: Mapping[str, Question] = {
    one.name: one
    for one in (
        Question(answers.exposure, "exposures.stages.suppliers", _TRADE),
        Question(answers.compare, "comparisons.sides.stages.readings", _TRADE),
        Question(answers.stakes, "stakes", _TRADE),
        Question(answers.firm, "firm.materials.suppliers", _OWN, private=True),
        Question(answers.bill, "stakes", f"{_TRADE} {_OWN}", private=True),
        Question(answers.indicator, "rows", _TABLES, costly=True),
        Question(answers.scenarios, "scenarios", "Sizes that no report or source states are assumptions, and say so."),
        Question(answers.market, "outcomes.importers", _MODEL),
        Question(answers.shock, "outcomes.importers", _MODEL, costly=True),
        Question(answers.ensemble, "outcomes", _MODEL, costly=True),
        Question(answers.plan, "plan.levers", f"{_MODEL} Most costs are assumptions with ranges.", costly=True),
        Question(answers.backtest, "record", "Documented disruptions only; they are few.", costly=True),
        Question(answers.read, "claims.evidence", _LEDGER, costly=True, uploads=True),
        Question(answers.add, "", _LEDGER, costly=True, changes=True, uploads=True, ledger=True),
        Question(answers.standing, "claims.evidence", _LEDGER, ledger=True),
        Question(answers.claims, "claims.evidence", _LEDGER, ledger=True),
        Question(answers.contradictions, "conflicts.evidence", _LEDGER, ledger=True),
        Question(answers.report, "", "The text as it was taken out of the document.", ledger=True),
        Question(answers.history, "history", _LEDGER, ledger=True),
        Question(answers.due, ".", _LEDGER, ledger=True),
        Question(answers.changes, ".", _LEDGER, ledger=True),
        Question(answers.decide, "", "It is a reviewer's, by name and with a reason.", changes=True, ledger=True),
        Question(answers.tables, ".", _TABLES),
        Question(answers.table, "rows", _TABLES),
        Question(answers.coverage, ".", _TABLES),
        Question(answers.differences, ".", _TABLES),
        Question(answers.mirror, ".", _TABLES),
    )
}  # fmt: skip
"""Every question, by name."""


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """An answer: the question's name, its parameters, and `json`, which is what the command of that name writes."""

    name: str
    parameters: Mapping[str, Any]
    json: Any

    def __getitem__(self, key: str) -> Any:
        return self.json[key]

    @property
    def limits(self) -> str:
        """What the answer cannot tell."""
        return CATALOGUE[self.name].limits

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources that the answer names, as the tables know them."""
        with open_store() as store:
            known = {row[0] for row in store.rows("SELECT source_id FROM sources")}
            return sources(store, known & set(_cited(self.json)))

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The answer's list as rows of plain cells; empty where it has none."""
        return exploded(self.json, CATALOGUE[self.name].rows)

    def __repr__(self) -> str:
        return f"<{self._title()}: {len(self.rows):,} rows>"

    def __rich__(self) -> Any:
        return function("monazite.workbench.display:as_rich")(self._title(), self.rows, [self.limits])

    def _repr_html_(self) -> str:
        return str(function("monazite.workbench.display:as_html")(self._title(), self.rows, [self.limits]))

    def _title(self) -> str:
        own = ("list",) if CATALOGUE[self.name].private else ()
        told = {k: v for k, v in self.parameters.items() if k not in own and v not in (None, "", [], {})}
        given = ", ".join(f"{k}={v!r}" for k, v in told.items())
        return f"{self.name}({given})"[:200]


def question(name: str) -> Question:
    """The question of a name.

    :raises UnknownCode: for a name of none, with the nearest ones.
    """
    if name not in CATALOGUE:
        raise UnknownCode("question", name, nearest(name, CATALOGUE), f"known are: {', '.join(CATALOGUE)}")
    return CATALOGUE[name]


def asked(name: str, parameters: Mapping[str, Any], *, strict: bool = True) -> msgspec.Struct:
    """The parameters of a question as a checked value; without `strict` texts may stand for numbers, days and so on.

    :raises UsageError: for what is missing, unknown or out of bounds, naming it.
    """
    try:
        return msgspec.convert(dict(parameters), _shape(question(name).name), strict=strict)
    except msgspec.ValidationError as error:
        mend = f"its parameters are: {', '.join(_shape(name).__struct_fields__)}"
        raise UsageError(name, str(error), mend) from error


def answer(name: str, parameters: Mapping[str, Any], desk: Desk) -> Answer:
    """The answer to a question with checked or plain parameters.

    :raises MonaziteError: as the question's function does.
    """
    found = question(name)
    given = msgspec.structs.asdict(asked(name, parameters))
    return Answer(name, jsonable(given), jsonable(found.function(desk, **given)))


def canonical(name: str, parameters: msgspec.Struct) -> bytes:
    """A question as bytes: the same for the same question, whatever order or defaults it was asked with."""
    return msgspec.json.encode([name, parameters], order="deterministic")


def schema(name: str) -> dict[str, Any]:
    """The JSON schema of a question's parameters, in one piece."""
    (only,), parts = msgspec.json.schema_components([_shape(question(name).name)], ref_template="{name}")
    found = parts[only["$ref"]]
    return {key: value for key, value in found.items() if key != "title"}


@cache
def _shape(name: str) -> type[msgspec.Struct]:
    function = CATALOGUE[name].function
    hints = get_type_hints(function, include_extras=True)
    fields: list[Any] = []
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        field = (parameter.name, hints[parameter.name])
        fields.append(field if parameter.default is inspect.Parameter.empty else (*field, parameter.default))
    return msgspec.defstruct(name, fields, frozen=True, kw_only=True, forbid_unknown_fields=True)


def _cited(value: Any) -> Iterator[str]:
    """Whatever stands where ids of sources stand."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key in ("source", "sources", "source_id"):
                yield from (s for s in (part if isinstance(part, list) else str(part).split("|")) if isinstance(s, str))
            yield from _cited(part)
    elif isinstance(value, list):
        for part in value:
            yield from _cited(part)
