"""What each source is asked for, and that nothing but a whole answer is passed on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from monazite.core.errors import FetchError, UsageError
from monazite.core.values import silent
from monazite.reference.pulls import Wanted, pull_files


@pytest.fixture
def pull(server, store, tmp_path):
    """Pull a source from the server of the test; no wait is waited for."""

    def run(source: str, wanted: Wanted) -> list[Path]:
        return pull_files(source, store, replace(wanted, pause=lambda _: None), tmp_path, silent)

    return run


def test_baci_is_the_zip_of_an_edition_and_a_release(pull, server):
    server.files["/data/BACI_HS22_V202701.zip"] = b"zip"
    (file,) = pull("baci", Wanted(f"{server.url}/data/", edition="22", release="202701"))
    assert (file.name, file.read_bytes()) == ("BACI_HS22_V202701.zip", b"zip")
    with pytest.raises(FetchError, match="sha256 is"):
        pull("baci", Wanted(f"{server.url}/data", sha256="0" * 64, edition="22", release="202701"))
    with pytest.raises(FetchError, match="answers 404"):
        pull("baci", Wanted(server.url))


def test_the_usgs_release_is_one_file(pull, server):
    server.files["/get"] = b"csv"
    (file,) = pull("usgs-mcs", Wanted(f"{server.url}/get?name=MCS2027_Commodities_Data.csv"))
    assert file.name == "MCS2027_Commodities_Data.csv"
    with pytest.raises(UsageError, match="names no file"):
        pull("usgs-mcs", Wanted(f"{server.url}/other.csv"))


def test_governance_comes_in_pages_of_two_indicators(pull, server):
    for indicator in ("GOV_WGI_PV.EST", "GOV_WGI_PV.SE"):
        for page in (1, 2):
            path = f"/v2/country/all/indicator/{indicator}?source=3&format=json&per_page=10000&page={page}"
            server.files[path] = json.dumps([{"page": page, "pages": 2}, []]).encode()
    files = pull("wgi", Wanted(f"{server.url}/v2"))
    assert [f.name for f in files] == [f"{i}-{p}.json" for i in ("GOV_WGI_PV.EST", "GOV_WGI_PV.SE") for p in (1, 2)]
    server.files[next(iter(server.files))] = b'[{"message": [{"value": "no such indicator"}]}]'
    with pytest.raises(FetchError, match=r"no page of figures but .*no such indicator"):
        pull("wgi", Wanted(f"{server.url}/v2"))


COMTRADE = Wanted(
    codes=frozenset(f"28{n:04d}" for n in range(60)), reporters=("JPN", "DEU"), years=(2023, 2024), key="secret"
)


def test_comtrade_is_asked_by_reporter_year_and_codes(pull, server):
    server.files["/get"] = b'{"data": []}'
    files = pull("comtrade", replace(COMTRADE, url=f"{server.url}/get"))
    asked = [parse_qs(urlsplit(path).query) for path, _ in server.asked]
    assert len(files) == len(asked) == 8
    assert [(a["reporterCode"], a["period"]) for a in asked[::2]] == [
        (["392"], ["2023"]),
        (["392"], ["2024"]),
        (["276"], ["2023"]),
        (["276"], ["2024"]),
    ]
    assert sum(len(a["cmdCode"][0].split(",")) for a in asked[:2]) == 60
    assert all(headers["Ocp-Apim-Subscription-Key"] == "secret" for _, headers in server.asked)
    assert "secret" not in server.asked[0][0]


def test_comtrade_waits_between_requests(server, store, tmp_path):
    waits: list[float] = []
    server.files["/get"] = b'{"data": []}'
    wanted = replace(COMTRADE, url=f"{server.url}/get", reporters=("JPN",), pause=waits.append)
    pull_files("comtrade", store, wanted, tmp_path, silent)
    assert waits == [1.0] * 3


@pytest.mark.parametrize(
    ("without", "says"),
    [("key", "COMTRADE_KEY"), ("codes", "--codes"), ("years", "--years"), ("reporters", "--reporters")],
)
def test_comtrade_needs_to_know_what_is_wanted(pull, without, says):
    with pytest.raises(UsageError, match=says):
        pull("comtrade", replace(COMTRADE, **{without: type(getattr(COMTRADE, without))()}))


def test_an_answer_of_comtrade_that_may_be_cut_off_is_refused(pull, server):
    server.files["/get"] = json.dumps({"data": [1] * 100_000}).encode()
    with pytest.raises(FetchError, match="100,000 records, where answers are cut off"):
        pull("comtrade", replace(COMTRADE, url=f"{server.url}/get"))
    server.files["/get"] = b"<html>"
    with pytest.raises(FetchError, match="no JSON answer"):
        pull("comtrade", replace(COMTRADE, url=f"{server.url}/get"))
