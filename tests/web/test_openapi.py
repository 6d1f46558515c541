"""The description of REST holds for requests made up from it, right ones and wrong ones."""

from __future__ import annotations

from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from monazite.web.app import create_app
from monazite.web.settings import Limits, Settings

FEW = examples(
    max_examples=2,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)

# what is well-formed may still be wrong: two sides at once, a day after another
MEANING = [positive_data_acceptance]


@pytest.fixture(scope="module")
def described(record, tmp_path_factory):
    """The routes of an application whose jobs wait."""
    limits = Limits(changes_per_minute=100_000, waiting_jobs=100_000)
    app = create_app(Settings(str(record), tmp_path_factory.mktemp("web"), names=("testserver",), limits=limits))

    async def without_work(scope, receive, send) -> None:
        if scope["type"] == "http":
            await app(scope, receive, send)
            return
        for kind in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{kind}.complete"})

    return schemathesis.openapi.from_asgi("/openapi.json", without_work)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_answers_are_as_described(described, mode) -> None:
    seen = 0
    for operation in (found.ok() for found in described.get_all_operations()):
        if operation.path.endswith(".csv"):  # the same question as JSON
            continue
        seen += 1

        @FEW
        @given(case=operation.as_strategy(generation_mode=mode))
        def holds(case) -> None:
            case.call_and_validate(excluded_checks=MEANING)

        with suppress(Unsatisfiable):  # nothing can be wrong where nothing is asked
            holds()
    assert seen > 25
