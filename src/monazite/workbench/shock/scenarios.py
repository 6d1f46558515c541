"""A ledger's measures -> a folder of scenario files, one for each that can be played, and why the others cannot."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from monazite.core.errors import UsageError
from monazite.ledger.values import Ledger
from monazite.reference.files import check_target, replacing
from monazite.reference.store import gazetteer, open_store
from monazite.scenario.amounts import NOTHING, Assumed
from monazite.scenario.build import from_ledger
from monazite.scenario.files import to_toml
from monazite.scenario.reach import minerals_of

__all__ = ["Written", "write_scenarios"]


@dataclass(frozen=True, slots=True)
class Written:
    """The files written, each with its claim and title, and the claims left out, each with the reason."""

    files: tuple[tuple[Path, str, str], ...]
    left_out: tuple[tuple[str, str], ...]


def write_scenarios(ledger: Ledger, folder: Path, assumed: Assumed = NOTHING) -> Written:
    """Write `CLAIM-MINERAL.toml` into a folder for each measure that can be played.

    :raises UsageError: if one of these files is there with another text, which may be a person's: nothing is written.
    """
    with open_store() as store:
        found = from_ledger(ledger, gazetteer(store), assumed)
    texts = {folder / f"{s.grounds.claim}-{'-'.join(minerals_of(s))}.toml": (s, to_toml(s)) for s in found.scenarios}
    if texts:
        folder.mkdir(parents=True, exist_ok=True)
    for path, (_, text) in texts.items():
        check_target(path)
        if path.exists() and path.read_bytes() != text.encode():
            raise UsageError(str(path), "is there already with another text", "move it away or name another folder")
    for path, (_, text) in texts.items():
        with replacing(path) as scratch:
            scratch.write_bytes(text.encode())
    files = tuple((path, s.grounds.claim, s.title) for path, (s, _) in texts.items())
    return Written(files, found.left_out)
