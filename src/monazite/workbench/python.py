"""The catalogue -> functions for a notebook or a script: `import monazite as mz; mz.exposure("Japan")`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date
from typing import Any, get_type_hints

from monazite.core.values import Progress, silent
from monazite.workbench.answers import Desk
from monazite.workbench.catalogue import CATALOGUE, Answer, Question, answer, schema
from monazite.workbench.reports.record import place

__all__ = ["NAMES", "asking"]

_OTHERWISE = {"plan": "plan_for"}  # a room of the package has that name
NAMES = {_OTHERWISE.get(name, name): one for name, one in CATALOGUE.items()}
"""The questions by the name that Python has for them."""


def asking(name: str) -> Callable[..., Answer]:
    """The function that asks the question of a name.

    It takes the question's parameters, and `record` (by default the user's), `today` and `progress` by name.

    :raises AttributeError: for a name of none.
    """
    if name not in NAMES:
        raise AttributeError(f"monazite has no {name!r}; it has {', '.join(NAMES)}")
    one = NAMES[name]
    hints = get_type_hints(one.function)
    own = [p.replace(annotation=hints[p.name]) for p in list(inspect.signature(one.function).parameters.values())[1:]]
    more = list(inspect.signature(_ask, eval_str=True).parameters.values())[2:5]
    texts = (f":param {n}: {about.get('description', '')}" for n, about in schema(one.name)["properties"].items())

    def ask(*given: Any, **named: Any) -> Answer:
        return _ask(one, *given, **named)

    ask.__name__ = ask.__qualname__ = name
    ask.__doc__ = "\n".join((one.text, "", *texts))
    ask.__signature__ = inspect.Signature([*own, *more], return_annotation=Answer)  # type: ignore[attr-defined]
    return ask


def _ask(
    one: Question,
    *given: Any,
    record: str = "",
    today: date | None = None,
    progress: Progress = silent,
    **named: Any,
) -> Answer:
    desk = Desk(place(record), today or date.today(), progress)
    parameters = inspect.signature(one.function).bind(desk, *given, **named).arguments
    return answer(one.name, {k: v for k, v in parameters.items() if k != "desk"}, desk)
