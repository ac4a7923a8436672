"""Errors as problem documents: every class, the framework's own, and what nobody foresaw."""

from __future__ import annotations

from typing import Annotated

import pytest
from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from app import errors
from app.errors import FieldProblem, InvalidFieldsError, TooLargeError
from app.routers.problems import PROBLEMS, from_validation, problem_types, problems
from tests.problem import assert_problem
from tests.unit.routers.support import add_routes, client_of, small_app

pytestmark = pytest.mark.anyio


def made(kind):
    """One error of the class."""
    if issubclass(kind, errors.WrongMembersError):
        return kind.one("/a", "Wrong.")
    return kind("https://a.example/context") if kind is errors.UnknownContextError else kind("A sentence.")


async def answer_to(error, path="/thing"):
    def fail():
        raise error

    async with client_of(add_routes(small_app(), ("GET", path, fail))) as client:
        return await client.get(path)


@pytest.mark.parametrize("kind", PROBLEMS, ids=lambda kind: kind.code)
async def test_every_error_is_its_problem(kind):
    response = await answer_to(made(kind))
    body = assert_problem(response, PROBLEMS[kind].status, kind.code)
    assert body["title"] == PROBLEMS[kind].title
    assert body["instance"] == "/thing"
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("kind", PROBLEMS, ids=lambda kind: kind.code)
async def test_whoever_may_try_again_is_told_when(kind):
    response = await answer_to(made(kind))
    later = issubclass(kind, errors.UnavailableError | errors.InFlightError | errors.RateLimitedError)
    assert ("retry-after" in response.headers) == later


async def test_whoever_has_no_key_is_told_which_kind():
    response = await answer_to(errors.UnauthenticatedError("No key."))
    assert response.headers["www-authenticate"] == 'Bearer realm="laurel"'


async def test_a_document_error_points_to_the_place():
    body = (await answer_to(errors.UnsafeDocumentError("Unknown term.", "/issuer/x"))).json()
    assert body["errors"] == [{"pointer": "/issuer/x", "detail": "Unknown term."}]
    assert "errors" not in (await answer_to(errors.TooComplexError("Too complex."))).json()


async def test_every_wrong_member_is_listed():
    error = InvalidFieldsError((FieldProblem("/a", "One."), FieldProblem("/b", "Two.")))
    body = (await answer_to(error)).json()
    assert [item["pointer"] for item in body["errors"]] == ["/a", "/b"]
    assert body["detail"] == "One."


@pytest.mark.parametrize(
    "error", [RuntimeError("canary"), KeyError("canary"), ValueError("canary"), HTTPException(418, "canary")]
)
async def test_what_nobody_foresaw_tells_nothing_but_its_id(error):
    response = await answer_to(error)
    body = assert_problem(response, 500, "internal")
    assert response.headers["x-request-id"] in body["detail"]
    assert "canary" not in response.text
    assert response.headers["content-security-policy"]


async def test_an_error_wrapped_by_the_framework_keeps_its_kind():
    wrapped = HTTPException(400, "There was an error parsing the body")
    wrapped.__cause__ = TooLargeError("Too much.")
    assert_problem(await answer_to(wrapped), 413, "too-large")


async def test_the_frameworks_own_refusals_are_problems():
    async with client_of(add_routes(small_app(), ("GET", "/thing", lambda: "x"))) as client:
        assert_problem(await client.get("/nothing"), 404, "not-found")
        refused = await client.post("/thing")
        assert_problem(refused, 405, "method-not-allowed")
        assert refused.headers["allow"] == "GET"


async def test_a_long_path_is_not_repeated_in_full():
    async with client_of(small_app()) as client:
        body = (await client.get("/" + "x" * 5_000)).json()
    assert len(body["detail"]) < 300


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str
    parts: list[int] = Field(default_factory=list)


def take(thing: Thing, limit: Annotated[int, Query(ge=1)] = 1) -> str:
    return f"{thing.name} {limit}"


WRONG = [
    ("a member is missing", {}, "/name", "This member is required."),
    ("a member is unknown", {"name": "a", "colour": "canary"}, "/colour", "not known here"),
    ("a member is of another type", {"name": ["canary"]}, "/name", "Must be text"),
    ("something in a list", {"name": "a", "parts": [1, "canary"]}, "/parts/1", "Must be a whole number"),
    ("a name with a slash and a tilde", {"name": "a", "x/y~z": "canary"}, "/x~1y~0z", "not known here"),
    ("no object", "canary", "", "Must be an object"),
]


@pytest.mark.parametrize(("body", "pointer", "said"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
async def test_a_wrong_member_has_a_pointer_and_is_not_echoed(body, pointer, said):
    async with client_of(add_routes(small_app(), ("POST", "/things", take))) as client:
        response = await client.post("/things", json=body)
    found = assert_problem(response, 422, "invalid-fields", pointer=pointer)
    assert said in found["errors"][0]["detail"]
    assert "canary" not in response.text


async def test_a_wrong_parameter_is_named():
    async with client_of(add_routes(small_app(), ("POST", "/things", take))) as client:
        response = await client.post("/things?limit=0", json={"name": "a"})
    body = assert_problem(response, 422, "invalid-fields")
    assert body["errors"][0]["detail"].startswith("The query parameter limit:")


def test_a_flood_of_wrong_members_is_cut():
    found = [{"type": "missing", "loc": ("body", number), "msg": ""} for number in range(1_000)]
    assert len(from_validation(found).problems) == 50


def test_every_code_has_a_page_and_stands_once():
    codes = [kind.code for kind in PROBLEMS]
    assert len(set(codes)) == len(codes)
    assert set(problem_types()) == {*codes, "internal"}
    assert all(kind.explanation and kind.title and kind.status >= 400 for kind in problem_types().values())


def test_what_a_route_may_answer_is_declared_by_status():
    declared = problems(errors.InvalidFieldsError, errors.UnsafeDocumentError, errors.NotFoundError)
    assert set(declared) == {404, 422}
    assert all("application/problem+json" in entry["content"] for entry in declared.values())
