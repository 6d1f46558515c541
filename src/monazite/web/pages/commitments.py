"""*Commitments*: what is on record -> what is due and overdue, where reports disagree, and what reviewers decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from monazite.brief import words
from monazite.brief.charts import STANDING, commitment_timeline
from monazite.brief.findings import kind_of
from monazite.core.errors import UnknownCode, UsageError
from monazite.ledger.claims.decisions import KINDS, Decision
from monazite.ledger.contract import COLUMNS, headline, rows
from monazite.ledger.values import Claim, Commitment, Conflict, Evidence, Ledger, Measure, Report
from monazite.scenario.build import Playable
from monazite.web.pages import desk, scenarios
from monazite.web.pages.figures import figure, table
from monazite.web.pages.shell import rendered
from monazite.web.pages.values import Figure, Late, Page, Tile, View
from monazite.web.rest import submitted
from monazite.web.settings import Settings
from monazite.workbench.reports.record import Standing, stand
from monazite.workbench.reports.review import Request as Decided
from monazite.workbench.reports.review import decide
from monazite.workbench.stamp import stamp

__all__ = ["PAGE"]

_LATE = ("overdue-unverified", "due-soon")


@dataclass(frozen=True, slots=True)
class Question:
    """What is on a record as of a day; only claims of a standing, or with some words, if those are given. What was
    decided after the first `since` decisions is told above all."""

    record: str
    as_of: date
    standing: str
    text: str
    since: int | None
    stamp: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A claim as a reviewer sees it; `plays` are (query, title) of the scenarios that a measure stands for.

    `unplayed` says why it stands for none; `begun` is the query of a scenario to begin with then.
    """

    id: str
    title: str
    who: str
    due: str
    standing: str
    is_late: bool
    told: str
    quotes: tuple[Evidence, ...]
    decisions: int
    plays: tuple[tuple[str, str], ...]
    unplayed: str
    begun: str


@dataclass(frozen=True, slots=True)
class Ledgered:
    """What the page shows beside figures: claims, contradictions with what kind each is, reports; how many decisions
    are on record, and those made since the reader last looked."""

    entries: tuple[Entry, ...] = ()
    conflicts: tuple[tuple[Conflict, str], ...] = ()
    reports: tuple[Report, ...] = ()
    decided: int = 0
    since: tuple[str, ...] = ()


def ask(asked: Mapping[str, str], kept: Settings) -> Question:
    """The question of an address; as of today where it names no day."""
    standing = asked.get("standing", "")
    if standing and standing not in STANDING:
        raise UsageError("standing", f"{standing!r} is none", f"ask for {', '.join(STANDING)}")
    since = desk.whole(asked, "since", 0, 10**9)
    return Question(kept.record, scenarios.day_of(asked), standing, asked.get("text", ""), since, stamp(kept.record))


@lru_cache(maxsize=16)
def _standing(question: Question) -> Standing | None:
    try:
        return stand(question.record, question.as_of)
    except UsageError:  # nobody has put anything on record yet
        return None


@lru_cache(maxsize=16)
def answer(question: Question) -> View:
    """What stands on a day, what falls due, and what cannot all be true."""
    found, day = _standing(question), words.day(question.as_of)
    if found is None or not found.state.ledger.reports:
        return View("Commitments", "Nothing is on record yet. Upload a report below and see it read.", more=Ledgered())
    ledger = found.state.ledger
    played = scenarios.of_ledger(ledger)
    shown = tuple(_entry(c, found, played) for c in ledger.claims if _fits(c, question))
    dated = [c for c in ledger.commitments if c.due and (c.due.start or c.due.end) and _fits(c, question)]
    late = sum(c.standing == "overdue-unverified" for c in ledger.commitments)
    soon = sum(c.standing == "due-soon" for c in ledger.commitments)
    hard = sum(c.severity == "hard" for c in ledger.conflicts)
    return View(
        title=f"Commitments as of {day}",
        summary=f"{words.sentence(words.plural(len(ledger.commitments), 'commitment'))} and "
        f"{words.plural(len(ledger.measures), 'trade measure')} from {words.plural(len(ledger.reports), 'report')}: "
        f"{late} overdue or unverified, {soon} due soon, {words.plural(hard, 'plain contradiction')}.",
        tiles=(
            Tile(str(late), "overdue or unverified"),
            Tile(str(soon), "due soon"),
            Tile(str(hard), "plain contradictions between reports"),
        ),
        figures=(
            *([(_timeline(dated, question.as_of),)] if dated else []),
            (Late("ledger", "The whole ledger, a row for each quotation", True),),
        ),
        limits=(
            "What is overdue is unverified: no report on record says that it was done.",
            "What the reader did not find is not on record; each claim shows the words it rests on.",
        ),
        more=Ledgered(
            shown,
            tuple((c, kind_of(c)) for c in _worst_first(ledger)),
            ledger.reports,
            len(found.decisions),
            () if question.since is None else tuple(map(_told, found.decisions[question.since :])),
        ),
    )


def _told(decision: Decision) -> str:
    what = "resolve a contradiction" if decision.kind == "resolve" else f"{decision.kind} it"
    if decision.kind == "resolve":
        what += f" as {dict(decision.fields).get('resolution', '')!r}"
    return f"{decision.who} decided on {words.day(decision.at.date())} to {what}: {decision.why}"


def _worst_first(ledger: Ledger) -> list[Conflict]:
    return sorted(ledger.conflicts, key=lambda c: (c.resolution is not None, c.severity != "hard"))


def _fits(claim: Claim, question: Question) -> bool:
    is_of = not question.standing or (isinstance(claim, Commitment) and claim.standing == question.standing)
    said = " ".join((headline(claim), *(e.text for e in claim.evidence))).lower()
    return is_of and all(word in said for word in question.text.lower().split())


def _entry(claim: Claim, found: Standing, played: Playable) -> Entry:
    names, ledger = desk.names(), found.state.ledger
    sides = (getattr(claim, f, ()) for f in ("actors", "partners", "imposer", "target"))
    standing = claim.standing if isinstance(claim, Commitment) else getattr(claim, "status", "")
    due = claim.due if isinstance(claim, Commitment) else getattr(claim, "effective", None)
    reports, copies = ledger.told_by(claim.evidence)
    unplayed = "; ".join(why.partition(": ")[2] for id_, why in played.left_out if id_ == claim.id)
    return Entry(
        claim.id,
        words.named(words.sentence(headline(claim)), names),
        ", ".join(names.name_of(code) for side in sides for code in side),
        words.window(due),
        STANDING.get(standing, (standing.replace("_", " ").capitalize(),))[0],
        standing in _LATE,
        words.plural(reports, "report") + (f", {words.plural(copies, 'copy', 'copies')}" if copies else ""),
        claim.evidence,
        len(found.state.decisions.get(claim.id, ())),
        tuple(
            (urlencode({"scenario": scenarios.address_of(s), "as_of": ledger.as_of.isoformat()}), s.title)
            for s in played.scenarios
            if s.grounds.claim == claim.id
        ),
        unplayed,
        urlencode(scenarios.begun(claim)) if unplayed and isinstance(claim, Measure) else "",
    )


def _timeline(dated: list[Commitment], as_of: date) -> Figure:
    names = desk.names()
    labels = [", ".join(names.name_of(c) for c in (*x.actors, *x.partners)[:2]) for x in dated]
    return figure("timeline", commitment_timeline(dated, as_of, labels))


def late(question: Question, name: str) -> Figure | None:
    """The ledger as a table."""
    found = _standing(question)
    if name != "ledger" or found is None:
        return None
    return table(name, f"The ledger as of {question.as_of}", COLUMNS, list(rows(found.state.ledger)))


def choices(_: object) -> Mapping[str, Any]:
    """What the form offers."""
    return {"standings": [(key, label) for key, (label, _) in STANDING.items()]}


async def _decide(request: Request) -> Response:
    """A reviewer's decision, from the form."""
    async with request.form(max_files=0, max_fields=500) as form:
        given = {k: str(v) for k, v in form.items()}
        named = tuple(str(v) for v in form.getlist("names"))
    kind = given.get("kind", "")
    if kind not in KINDS:
        raise UsageError("kind", f"{kind!r} is no decision", f"choose {', '.join(KINDS)}")
    if not (named and given.get("who", "").strip() and given.get("why", "").strip()):
        what = "a decision names a claim, who decides and why"
        raise UsageError("review", what, "go back, tick a claim and fill in both")
    asked = Decided(kind, named, given["who"], given["why"], given.get("answer", ""))  # type: ignore[arg-type]
    seen = desk.whole(given, "seen", 0, 10**9)
    is_news = await run_in_threadpool(_decided, request.app.state.settings.record, asked, seen)
    return _back(given.get("view", ""), seen if is_news else None)


def _decided(record: str, asked: Decided, seen: int | None) -> bool:
    """Put a decision on record; whether others, after the decisions that its maker had `seen`, spoke of the same.

    :raises UsageError: as `decide` does, with what others decided meanwhile.
    """
    now = datetime.now(UTC)
    try:
        made = decide(record, asked, now)
    except UsageError as error:
        new = stand(record, now.date()).decisions[seen:] if seen is not None else ()
        if not new:
            raise
        what = f"{error.what}. Meanwhile {'; '.join(map(_told, new))}"
        raise UsageError(error.where, what, "go back, load the page anew and look again") from error
    new = stand(record, now.date()).decisions[seen:] if seen is not None else ()
    return any(d != made and set(d.quotations) & set(made.quotations) for d in new)


async def _upload(request: Request) -> Response:
    """Reports to read and put on record, as a job."""
    job = await submitted(request, "add")
    return _back(f"job={job.id}")


def _job(request: Request) -> Response:
    """Where the reading of reports stands; the page looks again each second, and is shown anew at the end."""
    id_ = request.query_params.get("job", "")
    found = request.app.state.service.jobs.find(id_)
    if found is None:
        raise UnknownCode("job", id_, mend="upload the report again")
    job, problem = found
    done = {"HX-Redirect": "/commitments"} if job.state == "done" else None
    return HTMLResponse(rendered("job.html.j2", job=job, problem=problem), headers=done)


async def _cancel(request: Request) -> Response:
    async with request.form(max_files=0, max_fields=3) as form:
        id_ = str(form.get("job", ""))
    await run_in_threadpool(request.app.state.service.jobs.cancel, id_)
    return _back(f"job={id_}")


def _back(query: str, since: int | None = None) -> RedirectResponse:
    new = [] if since is None else [("since", str(since))]
    kept = urlencode([(k, v) for k, v in parse_qsl(query) if k != "since"] + new)
    return RedirectResponse(f"/commitments?{kept}" if kept else "/commitments", 303)


_ROUTES = (
    ("/commitments/decide", _decide, "POST"),
    ("/commitments/upload", _upload, "POST"),
    ("/commitments/cancel", _cancel, "POST"),
    ("/commitments/job", _job, "GET"),
)

PAGE = Page("commitments", "Commitments", ask, answer, late, choices, routes=_ROUTES)
