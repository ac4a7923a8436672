"""Errors become problem documents (RFC 9457) here and nowhere else.

`PROBLEMS` is the one table from an error class to a status and a title; a house test walks `app.errors` and fails on
a class without a row. The code of an error is the last part of its `type`, a page that we serve and docs/errors.md
explains.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from app import errors, strictjson
from app.errors import AppError, FieldProblem, InvalidFieldsError
from app.routers.wording import sentence
from app.schemas.verification import ProblemOut

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 2
_RETRY_WHEN_STOPPED = 60  # it takes a person to lift a stop
_PARAMETER = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class ProblemType:
    status: int
    title: str
    explanation: str


PROBLEMS: Mapping[type[AppError], ProblemType] = {
    errors.MalformedJSONError: ProblemType(
        400,
        "The body is not acceptable JSON",
        "Send UTF-8 JSON without duplicate members, NaN, lone surrogates or U+0000, nested 32 levels deep at the most.",
    ),
    errors.MalformedDocumentError: ProblemType(
        400,
        "There is no credential to be read in this",
        "Send a signed credential as JSON or compact JWS, or a PNG, SVG or PDF file that holds exactly one.",
    ),
    errors.MalformedImageError: ProblemType(
        400, "The image cannot be read", "Send an undamaged PNG or SVG. Exporting it again usually helps."
    ),
    errors.TooLargeError: ProblemType(
        413, "Too large", "The detail names the limit. Send less at a time; an operator can raise the limit."
    ),
    errors.UnsupportedMediaTypeError: ProblemType(
        415,
        "Unsupported media type",
        "The detail names the media types that this address takes; set Content-Type.",
    ),
    errors.NotAcceptableError: ProblemType(
        406, "No acceptable form", "Ask for one of the forms that the detail names, or send no Accept header."
    ),
    errors.InvalidFieldsError: ProblemType(
        422,
        "Some members are wrong",
        "`errors` names each wrong member by JSON pointer and says what to change.",
    ),
    errors.InvalidCredentialError: ProblemType(
        400,
        "The credential is not built as its standard asks",
        "`errors` names each wrong member by JSON pointer into what was sent to the VC-API, and says what to change.",
    ),
    errors.NotVerifiedError: ProblemType(
        400,
        "Not verified",
        "The VC-API answers so for what does not hold and what could not be checked; `report` says which and why.",
    ),
    errors.IdempotencyKeyReusedError: ProblemType(
        422,
        "The key was used for something else",
        "An Idempotency-Key, and a source with its externalId, name one completion for ever.",
    ),
    errors.InvalidTransitionError: ProblemType(
        409, "Not possible in this state", "The detail says what state the resource is in."
    ),
    errors.UnknownContextError: ProblemType(
        422,
        "Unknown JSON-LD context",
        "Only pinned contexts are processed; the detail names the unknown one.",
    ),
    errors.UnsafeDocumentError: ProblemType(
        422,
        "Part of the document would not be signed",
        "JSON-LD would drop a member silently, so that it could be changed later. The pointer names it.",
    ),
    errors.TooComplexError: ProblemType(
        422, "The document is too complex", "Its graph needs more work to canonicalise than the limit allows."
    ),
    errors.InvalidKeyError: ProblemType(422, "Unusable key", "The key is malformed, too weak or of the wrong kind."),
    errors.InvalidProofError: ProblemType(
        422, "Malformed proof", "The proof or token does not have the form it claims."
    ),
    errors.SignatureInvalidError: ProblemType(
        422, "The signature does not fit", "The content was altered after signing."
    ),
    errors.UnsupportedCryptoError: ProblemType(
        422, "Unsupported cryptography", "This version does not know the algorithm or cryptosuite."
    ),
    errors.KeyUnwrapError: ProblemType(
        503,
        "The signing key cannot be opened",
        "The key-encryption key is not the one the signing keys were stored under. An operator must restore it.",
    ),
    errors.UnauthenticatedError: ProblemType(
        401,
        "Not authenticated",
        "Send `Authorization: Bearer lrl_…` with a key that exists and has not ended.",
    ),
    errors.ForbiddenError: ProblemType(
        403, "The key may not do this", "Use a key with the scope that the detail names."
    ),
    errors.RateLimitedError: ProblemType(
        429,
        "Too many requests",
        "The detail names the limit. Nothing was done; send the same request again after the seconds of Retry-After.",
    ),
    errors.NotFoundError: ProblemType(
        404, "Not found", "There is nothing at this address, or nothing that your key may see."
    ),
    errors.ErasedError: ProblemType(
        410,
        "Removed for good",
        "Everything about the holder was removed and does not come back. A copy that the holder kept still verifies.",
    ),
    errors.NotAllowedError: ProblemType(
        405, "Method not allowed", "The Allow header lists the methods of this address."
    ),
    errors.ConflictError: ProblemType(409, "Already taken", "Choose another name; the detail says which one is taken."),
    errors.InFlightError: ProblemType(
        409,
        "The same request is being worked on",
        "Wait a moment and send it again: it will be answered with the result.",
    ),
    errors.StorageUnavailableError: ProblemType(
        503, "The database is not available", "Send the same request again later: nothing is ever done twice."
    ),
    errors.StorageFullError: ProblemType(
        507,
        "Storage is full",
        "Nothing was done. An operator must make room; then send the same request again.",
    ),
    errors.OverloadedError: ProblemType(
        503,
        "Too much is waiting",
        "Nothing was stored. Send the same request again after the seconds that Retry-After names.",
    ),
    errors.KeystoreUnavailableError: ProblemType(
        503,
        "The signing keys are not available",
        "The device that holds them is away or too slow. Nothing was stored; send the same request again later.",
    ),
    errors.IssuingStoppedError: ProblemType(
        503,
        "Issuing is stopped",
        "Somebody stopped it, for this issuer or for all. Nothing was stored. Send the same request again later.",
    ),
    errors.SigningFaultError: ProblemType(
        503,
        "Our own check refused what we signed",
        "Nothing was issued. This should never happen; an operator finds the cause in the log.",
    ),
    errors.ConfigurationError: ProblemType(500, "Wrong configuration", "An operator must correct the settings."),
}
INTERNAL = ProblemType(500, "Something went wrong on our side", "The request id leads an operator to the cause.")
_INTERNAL_CODE = "internal"
_BY_CODE = {cls.code: problem for cls, problem in PROBLEMS.items()} | {_INTERNAL_CODE: INTERNAL}
_FRAMEWORK: Mapping[int, type[AppError]] = {
    404: errors.NotFoundError,
    405: errors.NotAllowedError,
    400: errors.MalformedJSONError,
}


def problem_types() -> Mapping[str, ProblemType]:
    """Every problem by its code, for the pages at /problems/{code}."""
    return _BY_CODE


def problem_document(request: Request, error: AppError) -> dict[str, Any]:
    kind = PROBLEMS[type(error)]
    document = {
        "type": _type_url(request, error.code),
        "title": kind.title,
        "status": kind.status,
        "detail": error.message,
        "instance": request.url.path,
    }
    found = _field_problems(error)
    if found:
        document["errors"] = [{"pointer": item.pointer, "detail": item.detail} for item in found]
    return document


def problem_response(request: Request, error: AppError) -> Response:
    document = problem_document(request, error)
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, errors.UnauthenticatedError):
        headers["WWW-Authenticate"] = 'Bearer realm="laurel"'
    if isinstance(error, errors.RateLimitedError):
        headers["Retry-After"] = str(error.seconds)
    if isinstance(error, errors.UnavailableError | errors.InFlightError):
        stopped = isinstance(error, errors.IssuingStoppedError)
        headers["Retry-After"] = str(_RETRY_WHEN_STOPPED if stopped else RETRY_SECONDS)
    return Response(strictjson.dumps(document), document["status"], headers, MEDIA_TYPE)


def internal_problem(request: Request) -> Response:
    """The answer to an exception nobody foresaw."""
    document = internal_document(request)
    return Response(strictjson.dumps(document), INTERNAL.status, {"Cache-Control": "no-store"}, MEDIA_TYPE)


def internal_document(request: Request) -> dict[str, Any]:
    """What is said of an exception nobody foresaw: no detail, only the id under which the log has it."""
    return {
        "type": _type_url(request, _INTERNAL_CODE),
        "title": INTERNAL.title,
        "status": INTERNAL.status,
        "detail": f"Request {getattr(request.state, 'request_id', 'unknown')} failed. Nothing was done half.",
        "instance": request.url.path,
    }


def problems(*classes: type[AppError]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route that may raise `classes`, so that OpenAPI says what the code does."""
    found: dict[int | str, dict[str, Any]] = {}
    for cls in classes:
        kind = PROBLEMS[cls]
        entry = found.setdefault(
            kind.status,
            {
                "description": kind.title,
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}},
                "x-problems": [],
            },
        )
        entry["x-problems"].append(cls.code)
        if kind.title not in entry["description"]:
            entry["description"] += f", or: {kind.title}"
    return found


def install(app: FastAPI) -> None:
    app.add_exception_handler(AppError, _app_error)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _validation_error)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _framework_error)  # type: ignore[arg-type]


async def _app_error(request: Request, error: AppError) -> Response:
    return problem_response(request, error)


async def _validation_error(request: Request, error: RequestValidationError) -> Response:
    return problem_response(request, from_validation(error.errors()))


async def _framework_error(request: Request, error: HTTPException) -> Response:
    if isinstance(error.__cause__, AppError):
        return problem_response(request, error.__cause__)
    kind = _FRAMEWORK.get(error.status_code)
    if kind is None:
        return internal_problem(request)
    response = problem_response(request, kind(_framework_detail(request, error)))
    response.headers.update(error.headers or {})
    if "allow" in response.headers:
        response.headers["Allow"] = ", ".join(_methods_of_the_address(request))
    return response


def _methods_of_the_address(request: Request) -> list[str]:
    """What `Allow` lists. Each method is a route of its own, and the framework names only those of the first that fits.

    `/v1/credentials/{credential_id}` fits `…:revoke` too: the address is the template with the most fixed letters.
    """
    found: dict[str, set[str]] = {}
    for route in iter_route_contexts(request.app.routes):
        if route.path and compile_path(route.path)[0].match(request.url.path):
            found.setdefault(_PARAMETER.sub("", route.path), set()).update(route.methods or ())
    return sorted(found[max(found, key=len)])


def _framework_detail(request: Request, error: HTTPException) -> str:
    if error.status_code == PROBLEMS[errors.NotFoundError].status:
        return f"There is nothing at {request.url.path[:200]}."
    if error.status_code == PROBLEMS[errors.NotAllowedError].status:
        return f"{request.method} is not possible at {request.url.path[:200]}."
    return "The request could not be read."


def from_validation(found: Any) -> InvalidFieldsError:
    """Pydantic's findings as problems with pointers; what was sent is never echoed."""
    return InvalidFieldsError(tuple(_field_problem(item) for item in found)[:50])


def _field_problem(item: Mapping[str, Any]) -> FieldProblem:
    said = sentence(item["type"], str(item["msg"]), item.get("ctx", {}))
    where, *path = item["loc"] or ("body",)
    if where != "body":
        return FieldProblem("", f"The {where} parameter {'.'.join(map(str, path))}: {said}")
    pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return FieldProblem(pointer, said)


def _field_problems(error: AppError) -> tuple[FieldProblem, ...]:
    if isinstance(error, errors.WrongMembersError):
        return error.problems
    if isinstance(error, errors.DocumentError) and error.pointer:
        return (FieldProblem(error.pointer, error.message),)
    return ()


def _type_url(request: Request, code: str) -> str:
    return f"{request.app.state.base_url}/problems/{code}"


__all__ = [
    "PROBLEMS",
    "ProblemOut",
    "ProblemType",
    "from_validation",
    "install",
    "internal_document",
    "internal_problem",
    "problem_document",
    "problem_response",
    "problem_types",
    "problems",
]
