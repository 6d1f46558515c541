"""A publisher's address -> its files, for the importers to read."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

from monazite.core.errors import FetchError, UsageError
from monazite.core.values import Progress
from monazite.reference.fetch import Request, fetch
from monazite.reference.importers.wgi import INDICATORS
from monazite.reference.store import Store

__all__ = ["SOURCES", "Wanted", "pull_files"]

_MCS = "https://www.sciencebase.gov/catalog/file/get/696a75d5d4be0228872d3bf8?name=MCS2026_Commodities_Data.csv"
_PER_PAGE, _MOST_PAGES = 10_000, 100
_CODES_AT_ONCE = 50
_CUT_OFF = 100_000  # records; Comtrade's free answers end there without a word
_PAUSE_S = 1.0  # Comtrade asks for no more than one request a second


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to pull. `url` takes the place of the publisher's address; a source uses those of the rest it needs."""

    url: str = ""
    sha256: str = ""
    edition: str = "92"
    release: str = "202601"
    codes: frozenset[str] = frozenset()
    reporters: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    key: str = ""
    pause: Callable[[float], None] = time.sleep


Pull = Callable[[Store, Wanted, Path, Progress], list[Path]]


def pull_files(source: str, store: Store, wanted: Wanted, folder: Path, progress: Progress) -> list[Path]:
    """The files of a source, fetched into `folder`.

    :raises FetchError: if they cannot be had whole.
    """
    return SOURCES[source](store, wanted, folder, progress)


def _baci(store: Store, wanted: Wanted, folder: Path, progress: Progress) -> list[Path]:
    base = wanted.url or "https://www.cepii.fr/DATA_DOWNLOAD/baci/data"
    name = f"BACI_HS{wanted.edition}_V{wanted.release}.zip"
    return [_fetched(f"{base.rstrip('/')}/{name}", folder / name, wanted, progress)]


def _usgs(store: Store, wanted: Wanted, folder: Path, progress: Progress) -> list[Path]:
    url = wanted.url or _MCS
    named = re.search(r"MCS\d{4}_Commodities_Data\.csv", url)
    if not named:
        raise UsageError("--url", "names no file MCS...._Commodities_Data.csv", "give the address of that file")
    return [_fetched(url, folder / named[0], wanted, progress)]


def _wgi(store: Store, wanted: Wanted, folder: Path, progress: Progress) -> list[Path]:
    base = (wanted.url or "https://api.worldbank.org/v2").rstrip("/")
    files: list[Path] = []
    for indicator in INDICATORS:
        page, pages = 1, 1
        while page <= min(pages, _MOST_PAGES):
            asked = urlencode({"source": 3, "format": "json", "per_page": _PER_PAGE, "page": page})
            file = folder / f"{indicator}-{page}.json"
            _fetched(f"{base}/country/all/indicator/{indicator}?{asked}", file, replace(wanted, sha256=""), progress)
            pages = _pages(file, base)
            files.append(file)
            page += 1
    return files


def _pages(file: Path, base: str) -> int:
    try:
        return int(json.loads(file.read_text(encoding="utf-8"))[0]["pages"])
    except (ValueError, KeyError, IndexError, TypeError) as error:
        told = file.read_text(encoding="utf-8", errors="replace")[:200]
        raise FetchError(base, f"gives no page of figures but {told!r}", "try again later") from error


def _comtrade(store: Store, wanted: Wanted, folder: Path, progress: Progress) -> list[Path]:
    missing = [n for n in ("codes", "reporters", "years", "key") if not getattr(wanted, n)]
    if missing:
        told = ", ".join("a key in the variable COMTRADE_KEY" if n == "key" else f"--{n}" for n in missing)
        raise UsageError("comtrade", f"needs {told}", "give it; a key is free at comtradedeveloper.un.org")
    base = wanted.url or "https://comtradeapi.un.org/data/v1/get/C/A/HS"
    numbers = {
        str(area): str(code)
        for area, code in store.rows("SELECT area, baci_code FROM areas WHERE baci_code > 0 AND name NOT LIKE '%(...%'")
    }
    codes = sorted(wanted.codes)
    files: list[Path] = []
    for reporter in wanted.reporters:
        for year in wanted.years:
            for at in range(0, len(codes), _CODES_AT_ONCE):
                if files:
                    wanted.pause(_PAUSE_S)
                asked = {
                    "reporterCode": numbers[reporter],
                    "period": year,
                    "cmdCode": ",".join(codes[at : at + _CODES_AT_ONCE]),
                    "flowCode": "M,X",
                    "partner2Code": 0,
                    "customsCode": "C00",
                    "motCode": 0,
                    "maxRecords": _CUT_OFF,
                }
                file = folder / f"comtrade-{reporter}-{year}-{at // _CODES_AT_ONCE}.json"
                _fetched(f"{base}?{urlencode(asked)}", file, wanted, progress)
                _check_whole(file, base)
                files.append(file)
    return files


def _check_whole(file: Path, base: str) -> None:
    """Refuse an answer that may have been cut off."""
    try:
        count = len(json.loads(file.read_text(encoding="utf-8")).get("data") or ())
    except (ValueError, AttributeError) as error:
        raise FetchError(base, f"gives no JSON answer: {error}", "try again later") from error
    if count >= _CUT_OFF:
        raise FetchError(base, f"gives {count:,} records, where answers are cut off", "ask for fewer codes at a time")


def _fetched(url: str, file: Path, wanted: Wanted, progress: Progress) -> Path:
    progress(f"fetching {file.name}")
    headers = (("Ocp-Apim-Subscription-Key", wanted.key),) if wanted.key else ()
    fetch(Request(url, wanted.sha256, headers, pause=wanted.pause), file, progress)
    return file


SOURCES: Mapping[str, Pull] = {"baci": _baci, "comtrade": _comtrade, "usgs-mcs": _usgs, "wgi": _wgi}
"""How the files of each source are fetched."""
