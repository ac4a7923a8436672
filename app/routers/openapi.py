"""The OpenAPI document: what FastAPI derives from the routes, mended where it cannot know better."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from fastapi import FastAPI

from app.errors import RateLimitedError
from app.routers.problems import problems
from app.schemas.base import Answer, Body
from app.schemas.completions import CompletionIn
from app.schemas.vc_api import VcIssueIn, VcNotVerifiedOut, VcStatusIn, VcVerifyIn, VpVerifyIn
from app.schemas.verification import ProblemOut, VerifyIn

# Bodies that routes read by themselves, and the body of every error.
_MORE_SCHEMAS: tuple[type[Body | Answer], ...] = (
    CompletionIn, VerifyIn, ProblemOut, VcIssueIn, VcStatusIn, VcVerifyIn, VpVerifyIn, VcNotVerifiedOut,
)  # fmt: skip
_OF_FASTAPI = ("HTTPValidationError", "ValidationError")
_UNPROCESSABLE = "422"
_LIMITED = (
    ("Retry-After", "Seconds after which the next request passes."),
    ("RateLimit-Policy", "The limit: its name, how many (`q`) in how many seconds (`w`)."),
    ("RateLimit", "What is left of it: how many (`r`), and seconds until all of it is (`t`)."),
)
TAGS = (
    {"name": "Issue", "description": "The main job: a completion becomes a badge."},
    {"name": "Credentials", "description": "What was issued: list it, look at it, take it back."},
    {"name": "People", "description": "For somebody who asks what is stored about them, or to be forgotten."},
    {"name": "Set up", "description": "Issuers, API keys, and the achievements that can be earned."},
    {"name": "Keys", "description": "What badges are signed with: rotated, marked as leaked, destroyed."},
    {"name": "Verify", "description": "Whether a badge is real, and valid now. For anybody."},
    {"name": "VC-API", "description": "Any credential, signed and verified in the shapes of the W3C's VC-API."},
    {"name": "Public", "description": "What badges and verifiers point at: documents, images, keys, status lists."},
    {"name": "Pages", "description": "For people with a browser."},
    {"name": "Operate", "description": "For whoever runs the service."},
)


def described(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """A replacement for `app.openapi`; the document is made once."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = generate()
            _add_schemas(document["components"]["schemas"])
            for operation in _operations(document):
                _drop_validation_error(operation["responses"])
                _add_limit(operation)
            _drop_titles(document)
            app.openapi_schema = document
        return app.openapi_schema

    return openapi


def _add_schemas(schemas: dict[str, Any]) -> None:
    for model in _MORE_SCHEMAS:
        definition = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= definition.pop("$defs", {})
        schemas[model.__name__] = definition
    for name in _OF_FASTAPI:
        schemas.pop(name, None)


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        yield from item.values()


def _drop_validation_error(responses: dict[str, Any]) -> None:
    """FastAPI adds a 422 of its own shape to whatever has a parameter. Routes that answer one declare ours."""
    schema = responses.get(_UNPROCESSABLE, {}).get("content", {}).get("application/json", {}).get("schema", {})
    if str(schema.get("$ref")).endswith(_OF_FASTAPI[0]):
        del responses[_UNPROCESSABLE]


def _add_limit(operation: dict[str, Any]) -> None:
    """Whatever is not for operating may be asked for too often, and then says when to come back."""
    if operation["tags"] != ["Operate"] or "security" in operation:
        answer = problems(RateLimitedError)[429]
        answer["headers"] = {name: {"description": said, "schema": {"type": "string"}} for name, said in _LIMITED}
        operation["responses"]["429"] = answer


def _drop_titles(document: dict[str, Any]) -> None:
    """Pydantic titles each member by its name in other letters (`Externalid`), which tells nobody anything."""
    for schema in document["components"]["schemas"].values():
        for member in schema.get("properties", {}).values():
            member.pop("title", None)
    for operation in _operations(document):
        for parameter in operation.get("parameters", ()):
            parameter["schema"].pop("title", None)
