"""The commands that README and docs show are run; every command has a section; ARCHITECTURE names what is there."""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import click
import pytest

from monazite.cli.main import cli, main

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "methods").glob("*.md")])


@dataclass(frozen=True)
class Example:
    """A command that a page shows, the output it shows for it, and where."""

    page: str
    line: int
    command: str
    shown: str


def fenced(text: str, language: str) -> list[tuple[int, str]]:
    """The fenced blocks of a language in a Markdown text: (line number, body)."""
    pattern = re.compile(rf"^```{language}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return [(text.count("\n", 0, m.start(1)) + 1, m.group(1)) for m in pattern.finditer(text)]


def examples(page: Path) -> list[Example]:
    """The `$ monazite ...` commands of a page, each with the output shown below it."""
    found: list[Example] = []
    for first, body in fenced(page.read_text(encoding="utf-8"), "console"):
        command, at, shown, waiting = "", first, list[str](), False
        for number, line in enumerate([*body.splitlines(), "$ "], start=first):
            if line.startswith("$ "):
                if command.startswith("monazite"):
                    found.append(Example(page.relative_to(ROOT).as_posix(), at, command, "\n".join(shown)))
                command, at, shown = line[2:], number, []
            elif waiting:
                command += "\n" + line
            else:
                shown.append(line)
            waiting = command.endswith("\\") and not shown
    return found


def commands(group: click.Group, path: str = "monazite") -> list[str]:
    """All commands below a group, by their full name."""
    names = []
    for name in group.list_commands(click.Context(group)):
        child = group.get_command(click.Context(group), name)
        assert child is not None
        names.append(f"{path} {name}")
        if isinstance(child, click.Group):
            names += commands(child, f"{path} {name}")
    return names


def wildcard(shown: str) -> re.Pattern[str]:
    """Output in which `...` stands for anything and runs of blanks count as one."""
    parts = [re.escape(" ".join(part.split())) for part in shown.split("...")]
    return re.compile(".*?".join(parts).replace(r"\ ", r"\s+"), re.DOTALL)


@dataclass(frozen=True)
class Done:
    """How a command ended and what it wrote."""

    returncode: int
    stdout: str
    stderr: str


class Shell:
    """A folder like the checkout's, in which each command is run once however many pages show it.

    Commands are run in this process, which has loaded the program and its language model already; only those that are
    more than one command, or its output into a file, are left to a shell.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.done: dict[str, Done] = {}

    def run(self, command: str) -> Done:
        """What a command wrote and how it ended."""
        if command not in self.done:
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("COLUMNS", "160")
                patch.chdir(self.folder)
                self.done[command] = by_bash(command) if re.search(r"[|&;$`<]", command) else here(command, patch)
        return self.done[command]


def by_bash(command: str) -> Done:
    paths = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    env = {**os.environ, "PATH": paths}
    done = subprocess.run(["bash", "-c", command], env=env, capture_output=True, text=True, check=False)
    return Done(done.returncode, done.stdout, done.stderr)


def here(command: str, patch: pytest.MonkeyPatch) -> Done:
    plain, _, file = command.partition(" > ")
    split = ([word] if "*" not in word else sorted(map(str, Path().glob(word))) for word in shlex.split(plain))
    words = list(chain.from_iterable(split))
    patch.setattr(sys, "argv", words)
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main()
    if file:
        Path(file).write_text(out.getvalue(), encoding="utf-8")
    return Done(int(ended.value.code or 0), "" if file else out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A folder with the examples, and with the files that pages show under a comment with their name."""
    folder = tmp_path_factory.mktemp("docs")
    shutil.copytree(ROOT / "examples", folder / "examples")
    for page in PAGES:
        for _, body in fenced(page.read_text(encoding="utf-8"), "toml"):
            if named := re.match(r"# ([\w.-]+\.toml)\n", body):
                (folder / named.group(1)).write_text(body, encoding="utf-8")
    return Shell(folder)


@pytest.mark.parametrize(
    "example",
    [pytest.param(e, id=f"{e.page}:{e.line}") for page in PAGES for e in examples(page)],
)
def test_shown_command_runs(example: Example, shell: Shell) -> None:
    done = shell.run(example.command)
    assert done.returncode == 0, done.stderr
    printed = " ".join(f"{done.stdout}\n{done.stderr}".split())
    assert wildcard(example.shown).search(printed), f"{example.shown!r} is not in\n{done.stdout}"


def test_every_command_has_a_section() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    headings = set(re.findall(r"^##+ (monazite .*)$", text, re.MULTILINE))
    assert headings == {*commands(cli), "monazite --version"}


def test_every_command_has_an_example_that_runs() -> None:
    shown = [e.command for page in PAGES for e in examples(page)]
    groups = {" ".join(name.split()[:-1]) for name in commands(cli)}
    assert not [name for name in commands(cli) if name not in groups and not any(s.startswith(name) for s in shown)]


def test_architecture_names_every_room() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = {p.stem for p in (ROOT / "src" / "monazite").iterdir() if (p / "__init__.py").exists() or p.suffix == ".py"}
    assert not [room for room in rooms - {"__init__"} if f"`{room}" not in text]


def test_architecture_names_only_modules_that_are_there() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:\w+/)+\w+\.py)`", text)
    assert named
    assert not [n for n in named if not (ROOT / n).exists() and not (ROOT / "src" / "monazite" / n).exists()]


@pytest.mark.parametrize(
    ("shown", "printed", "fits"), [("a ... c", "x a b c", True), ("a ... c", "a b", False), ("", "x", True)]
)
def test_wildcard(shown: str, printed: str, fits: bool) -> None:
    assert bool(wildcard(shown).search(printed)) is fits
