"""An assistant's session: in this process, over HTTP, over stdin and stdout."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import mcp.types as protocol
import pytest
from mcp import Client, StdioServerParameters

from monazite.web.assistants import QUOTED, assistant_server
from monazite.web.service import Service
from monazite.web.settings import Settings
from monazite.workbench.catalogue import CATALOGUE

MONAZITE = str(Path(sys.executable).with_name("monazite"))
DAY = {"as_of": "2026-11-21"}


def told(result: protocol.CallToolResult) -> Any:
    """What a call that went well told."""
    (part,) = result.content
    assert isinstance(part, protocol.TextContent)
    assert not result.is_error, part.text
    return json.loads(part.text)


def refused(result: protocol.CallToolResult) -> str:
    (part,) = result.content
    assert isinstance(part, protocol.TextContent)
    assert result.is_error
    return part.text


@pytest.fixture
def session(record, tmp_path) -> Iterator[Any]:
    """What runs some calls in a session."""
    service = Service(Settings(str(record), tmp_path))
    service.jobs.begin()

    def run(calls: Any) -> None:
        async def inside() -> None:
            async with Client(assistant_server(service)) as client:
                await calls(client)

        anyio.run(inside)

    yield run
    service.jobs.close()


def test_it_can_ask_what_a_person_can_and_decide_nothing(session) -> None:
    async def calls(client: Client) -> None:
        tools = {t.name: t for t in (await client.list_tools()).tools}
        assert set(tools) == {one.name for one in CATALOGUE.values() if not one.changes}
        assert all(t.annotations and t.annotations.read_only_hint for t in tools.values())
        assert all(CATALOGUE[name].limits in (t.description or "") for name, t in tools.items())
        assert QUOTED in (client.instructions or "")
        assert "reports" not in tools["read"].input_schema["properties"]
        assert "person" in refused(await client.call_tool("decide", {"kind": "reject"}))
        assert "person" in refused(await client.call_tool("add", {"text": "x", "who": "me"}))

    session(calls)


def test_an_answer_has_its_sources_and_limits(session) -> None:
    async def calls(client: Client) -> None:
        found = told(await client.call_tool("exposure", {"buyer": "Japan", "minerals": ["magnets"], "most": 3}))
        assert found["answer"]["exposures"][0]["stages"][0]["suppliers"][2]["country"]
        assert found["left_out"]["exposures.stages.suppliers"] > 3
        assert found["limits"] == CATALOGUE["exposure"].limits
        assert "baci-extract" in {s["id"] for s in found["sources"]}
        assert all(s["publisher"] and s["licence"] for s in found["sources"])
        assert "Did you mean Japan?" in refused(await client.call_tool("exposure", {"buyer": "Jpan"}))
        assert "buyer" in refused(await client.call_tool("exposure", {}))
        assert "most" in refused(await client.call_tool("tables", {"most": 0}))
        assert "not known" in refused(await client.call_tool("nothing", {}))

    session(calls)


def test_words_of_reports_are_marked_as_theirs(session, examples) -> None:
    text = sorted(examples.glob("*.txt"))[0].read_text(encoding="utf-8")
    steps: list[str] = []

    async def note(_: float, __: float | None, message: str | None) -> None:
        steps.append(message or "")

    async def calls(client: Client) -> None:
        given = {"text": text, "name": "../../a report", **DAY}
        found = told(await client.call_tool("read", given, progress_callback=note))
        quote = found["answer"]["claims"][0]["evidence"][0]
        assert quote["report"] == "a report.txt"
        assert text[quote["start"] : quote["end"]] == quote["text"]
        assert found["quoted"] == QUOTED
        assert "no text" in refused(await client.call_tool("read", {"text": " "}))
        on_record = told(await client.call_tool("claims", {"text": "minerals", **DAY}))
        assert on_record["answer"]["claims"]

    session(calls)
    assert steps


def test_over_stdio(record, tmp_path) -> None:
    started = StdioServerParameters(command=MONAZITE, args=["mcp", "--record", str(record), "--folder", str(tmp_path)])

    async def calls() -> None:
        async with Client(started) as client:
            assert told(await client.call_tool("claims", {**DAY, "kind": "measure"}))["answer"]["claims"]
            assert told(await client.call_tool("indicator", {"name": "geopolrisk", "year": 2024, "most": 2}))[
                "left_out"
            ]

    anyio.run(calls)


def test_over_http_beside_the_rest(record, tmp_path) -> None:
    words = [MONAZITE, "serve", "--port", "0", "--record", str(record), "--folder", str(tmp_path)]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            address = server.stderr.readline().split()[3]

            async def calls() -> None:
                async with Client(f"{address}/mcp") as client:
                    assert told(await client.call_tool("table", {"name": "coalitions"}))["answer"]["rows"]

            anyio.run(calls)
        finally:
            server.terminate()
        assert "Traceback" not in server.stderr.read()
