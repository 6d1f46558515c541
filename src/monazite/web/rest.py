"""The catalogue -> REST: each question a route below /api/v1, long ones as jobs; the JSON is that of the commands."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from monazite.core.errors import UnknownCode, UsageError
from monazite.record.jobs import Job
from monazite.web.problems import PROBLEM, Problem
from monazite.web.service import Service, Shown
from monazite.web.uploads import places, taken
from monazite.workbench.catalogue import CATALOGUE, Question, question, schema
from monazite.workbench.rows import as_csv, exploded, listed

__all__ = ["router", "service_of", "submitted"]

_Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]

_MOST_ROWS = 100_000
_PAGE: dict[str, dict[str, Any]] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": _MOST_ROWS, "description": "Most items of the list."},
    "offset": {"type": "integer", "minimum": 0, "maximum": 10**9, "description": "Items of the list to pass over."},
}
_JSON, _CSV = "application/json", "text/csv"
_JOB_SCHEMA = {
    "type": "object",
    "required": ["id", "name", "state", "told", "made", "links"],
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "state": {"enum": ["waiting", "running", "done", "failed", "cancelled"]},
        "told": {"type": "string", "description": "What it told last."},
        "made": {"type": "number", "description": "Seconds since 1970."},
        "problem": {"$ref": "#/components/schemas/Problem"},
        "links": {"type": "object"},
    },
}


def service_of(request: Request) -> Service:
    """The service behind a request."""
    found: Service = request.app.state.service
    return found


def router() -> APIRouter:
    """The routes, made from the catalogue."""
    made = APIRouter(prefix="/api/v1")
    for one in CATALOGUE.values():
        tag = "record" if one.ledger else "long" if one.costly else "answers"
        if one.costly:
            body = _uploads(one) if one.uploads else _body(one)
            _add(made, f"/jobs/{one.name}", one.text, _job_endpoint(one), {"method": "POST", "tag": tag, **body})
        elif one.changes or one.private:
            about = {"method": "POST", "tag": tag, **_body(one)}
            _add(made, f"/{one.name}", one.text, _posted_endpoint(one, _JSON), about)
            if one.rows:
                _add(made, f"/{one.name}.csv", f"{one.text} As a table.", _posted_endpoint(one, _CSV), about, _CSV)
        else:
            parameters = _parameters(one)
            _add(made, f"/{one.name}", one.text, _endpoint(one, ""), {"tag": tag, "parameters": parameters})
            if one.rows:
                text = f"{one.text} As a table."
                _add(made, f"/{one.name}.csv", text, _endpoint(one, _CSV), {"tag": tag, "parameters": parameters}, _CSV)
    job = {"tag": "jobs", "parameters": [_parameter("id", {"type": "string", "maxLength": 64}, where="path")]}
    _add(made, "/jobs", "The jobs asked for last.", _jobs, {"tag": "jobs"})
    _add(made, "/jobs/{id}", "Where a job stands.", _job, {**job, "schema": _JOB_SCHEMA})
    _add(made, "/jobs/{id}/result", "What came of a job that is done: the JSON of the question.", _result, job)
    _add(made, "/jobs/{id}/result.csv", "What came of a job that is done, as a table.", _result_csv, job, _CSV)
    _add(made, "/jobs/{id}", "Cancel a job.", _cancel, {**job, "method": "DELETE", "schema": _JOB_SCHEMA})
    return made


def _add(
    routes: APIRouter, path: str, text: str, endpoint: _Endpoint, about: Mapping[str, Any], kind: str = _JSON
) -> None:
    """A route with its description; `about` has its method, tag, parameters and body."""
    method = about.get("method", "GET")
    extra = {k: v for k, v in about.items() if k in ("parameters", "requestBody")}
    is_job = path.startswith("/jobs/") and method == "POST"
    content = {"content": {kind: {"schema": _JOB_SCHEMA if is_job else about.get("schema", {})}}}
    routes.add_api_route(
        path,
        endpoint,
        methods=[method],
        tags=[about["tag"]],
        summary=text,
        operation_id=f"{method.lower()}-{path.strip('/').replace('/', '-')}",
        response_class=Response,
        status_code=202 if is_job else 200,
        responses={
            (202 if is_job else 200): {"description": text, **content},
            "default": {
                "description": "What went wrong, and how to mend it.",
                "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        },
        openapi_extra=extra or None,
    )


def _parameters(one: Question) -> list[dict[str, Any]]:
    """The parameters of a question as OpenAPI has them, with those of a page where it has a list."""
    found = schema(one.name)
    names = {**found["properties"], **(_PAGE if one.rows else {})}
    return [_parameter(name, about, required=name in found.get("required", ())) for name, about in names.items()]


def _parameter(name: str, about: Mapping[str, Any], where: str = "query", required: bool = True) -> dict[str, Any]:
    plain = {k: v for k, v in about.items() if k != "description" and not (k == "default" and v is None)}
    if "anyOf" in plain:  # an address holds no null
        plain = {**plain, **next(p for p in plain["anyOf"] if p != {"type": "null"})}
        del plain["anyOf"]
    found = {"name": name, "in": where, "required": required, "schema": plain}
    return {**found, "description": about["description"]} if "description" in about else found


def _body(one: Question) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {_JSON: {"schema": schema(one.name)}}}}


def _uploads(one: Question) -> dict[str, Any]:
    found = schema(one.name)
    files = {"type": "array", "minItems": 1, "items": {"type": "string", "format": "binary"}}
    properties = {"files": files, **{k: v for k, v in found["properties"].items() if k != "reports"}}
    required = ["files", *(n for n in found.get("required", ()) if n != "reports")]
    whole = {"type": "object", "properties": properties, "required": required}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": whole}}}}


def _endpoint(one: Question, kind: str) -> _Endpoint:
    async def endpoint(request: Request) -> Response:
        given = _query(request, one)
        limit, offset = (_page(given.pop(name, None), name) for name in _PAGE)
        shown = await service_of(request).ask(one.name, given, strict=False)
        wanted = kind or (_CSV if one.rows and _prefers_csv(request) else _JSON)
        return await run_in_threadpool(_response, request, shown, one, (wanted, offset or 0, limit))

    return endpoint


def _posted_endpoint(one: Question, kind: str) -> _Endpoint:
    async def endpoint(request: Request) -> Response:
        shown = await service_of(request).ask(one.name, await _json(request))
        if kind == _JSON:
            return Response(shown.body, media_type=_JSON)
        return await run_in_threadpool(_response, request, shown, one, (kind, 0, None))

    return endpoint


def _job_endpoint(one: Question) -> _Endpoint:
    async def endpoint(request: Request) -> Response:
        if one.uploads:
            job = await submitted(request, one.name)
        else:
            job = await run_in_threadpool(service_of(request).put, one.name, await _json(request))
        return _job_response(request, job, None, HTTPStatus.ACCEPTED)

    return endpoint


async def submitted(request: Request, name: str) -> Job:
    """The job of a form with files: `read` or `add`."""
    service = service_of(request)
    limits = service.settings.limits
    async with request.form(max_files=limits.files + 1, max_fields=20) as form:
        files = [part for part in form.getlist("files") if isinstance(part, UploadFile)]
        given: dict[str, Any] = {k: v for k, v in form.items() if k != "files" and v != ""}
        named = await run_in_threadpool(taken, files, limits)
    return await run_in_threadpool(service.put, name, given | {"reports": places(named)}, named)


async def _job(request: Request) -> Response:
    return _job_response(request, *await run_in_threadpool(_found, request))


async def _jobs(request: Request) -> Response:
    found = await run_in_threadpool(service_of(request).jobs.newest)
    return Response(msgspec.json.encode({"jobs": [_told(job, None) for job in found]}), media_type=_JSON)


async def _cancel(request: Request) -> Response:
    job, _ = await run_in_threadpool(_found, request)
    await run_in_threadpool(service_of(request).jobs.cancel, job.id)
    return _job_response(request, *await run_in_threadpool(_found, request))


async def _result(request: Request) -> Response:
    return await run_in_threadpool(_result_as, request, _JSON)


async def _result_csv(request: Request) -> Response:
    return await run_in_threadpool(_result_as, request, _CSV)


def _result_as(request: Request, kind: str) -> Response:
    job, problem = _found(request)
    if problem is not None:
        return Response(problem.json(), problem.status, media_type=PROBLEM)
    body = service_of(request).jobs.result(job.id)
    if body is None:
        raise HTTPException(HTTPStatus.CONFLICT, f"the job is {job.state}, not done")
    one = question(job.name)
    if kind == _CSV and not one.rows:
        raise HTTPException(HTTPStatus.NOT_ACCEPTABLE, f"{one.name} has no table")
    return _response(request, Shown(body, f'"{job.id}"'), one, (kind, 0, None))


def _found(request: Request) -> tuple[Job, Problem | None]:
    id_ = request.path_params["id"]
    found = service_of(request).jobs.find(id_)
    if found is None:
        raise UnknownCode("job", id_, mend="it may have been forgotten: ask its question again")
    return found


def _told(job: Job, problem: Problem | None) -> dict[str, Any]:
    here = f"/api/v1/jobs/{job.id}"
    links = {"self": here} | ({"result": f"{here}/result"} if job.state == "done" and job.name in CATALOGUE else {})
    told = {name: getattr(job, name) for name in ("id", "name", "state", "told", "made")}
    return {**told, **({"problem": problem} if problem else {}), "links": links}


def _job_response(request: Request, job: Job, problem: Problem | None, status: int = 200) -> Response:
    headers = {"Location": f"/api/v1/jobs/{job.id}"}
    return Response(msgspec.json.encode(_told(job, problem)), status, headers, _JSON)


async def _json(request: Request) -> dict[str, Any]:
    if not request.headers.get("content-type", "").startswith(_JSON):
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"expected {_JSON}")
    try:
        return msgspec.json.decode(await request.body(), type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError("the request", f"its body is no JSON object: {error}", "send the parameters as one") from error


def _query(request: Request, one: Question) -> dict[str, Any]:
    """The parameters in an address; what may be given more than once as a list, anything else only once."""
    known = schema(one.name)["properties"]
    given: dict[str, Any] = {}
    for name in request.query_params:
        values = request.query_params.getlist(name)
        if known.get(name, {}).get("type") == "array":
            given[name] = values
        elif len(values) > 1:
            raise UsageError(name, f"is given {len(values)} times", "give it once")
        else:
            given[name] = values[0]
    return given


def _page(text: str | None, name: str) -> int | None:
    if text is None:
        return None
    about = _PAGE[name]
    if not (text.isascii() and text.isdigit() and about["minimum"] <= int(text[:12]) <= about["maximum"]):
        what = f"{text[:20]!r}, expected {about['minimum']} to {about['maximum']}"
        raise UsageError(name, what, "give a number in this range")
    return int(text)


def _prefers_csv(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return _CSV in accepted and accepted.find(_CSV) <= (accepted.find(_JSON) % (len(accepted) + 1))


def _response(request: Request, shown: Shown, one: Question, wanted: tuple[str, int, int | None]) -> Response:
    """An answer, or a page of its list, as JSON or CSV, unless the caller has it."""
    kind, offset, limit = wanted
    tag = shown.etag if wanted == (_JSON, 0, None) else f'{shown.etag[:-1]}-{kind[5:8]}-{offset}-{limit}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept"}
    if tag in (t.strip().removeprefix("W/") for t in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if wanted == (_JSON, 0, None):
        return Response(shown.body, headers=headers, media_type=_JSON)
    value = msgspec.json.decode(shown.body)
    part, total = _part(value, one, offset, limit)
    headers["X-Total-Count"] = str(total)
    if limit is not None and offset + limit < total:
        following = request.url.include_query_params(offset=offset + limit)
        headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    if kind == _JSON:
        return Response(msgspec.json.encode(part), headers=headers, media_type=_JSON)
    headers["Content-Disposition"] = f'attachment; filename="{one.name}.csv"'
    return Response(as_csv(exploded(part, one.rows)), headers=headers, media_type=f"{_CSV}; charset=utf-8")


def _part(value: Any, one: Question, offset: int, limit: int | None) -> tuple[Any, int]:
    """The answer with a part of its list, and how long the whole list is."""
    span = slice(offset, None if limit is None else offset + limit)
    if one.rows == ".":
        return value[span], len(value)
    holder, key = listed(value, one.rows)
    total = len(holder[key])
    holder[key] = holder[key][span]
    return value, total
