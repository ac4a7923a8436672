"""`GET /1.0/identifiers/{did}`: the HTTPS binding of W3C DID Resolution v1.0 (section 7.1), resolving only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from fastapi import APIRouter, Request, Response
from starlette.convertors import PathConvertor, register_url_convertor

from app import strictjson
from app.errors import NotAcceptableError, StorageUnavailableError
from app.routers.answers import PUBLIC
from app.routers.deps import LaurelDep
from app.routers.negotiation import Form, choose
from app.routers.problems import problems
from app.schemas.did_resolution import DidResolutionOut
from app.services.did_resolving import Resolution, resolve_did

router = APIRouter(prefix="/1.0", tags=["VC-API"])

RESULT: Final = "application/did-resolution"
_FORMS: Final = (
    Form("result", RESULT),
    Form("result", "application/ld+json"),
    Form("result", "application/json"),
    Form("document", "application/did"),
    Form("document", "application/did+json"),
    Form("document", "application/did+ld+json"),
)
_LINKED_DATA: Final = 'application/ld+json;profile="https://w3id.org/did-resolution"'
_CONTEXT: Final = "https://w3id.org/did-resolution/v1"
_ERRORS: Final = "https://www.w3.org/ns/did#"
_PREFIX: Final = b"/1.0/identifiers/"

# Section 7.1 asks for 500 where a document is not what it should be; a stranger's mistake is not one of ours.
_STATUSES: Final[Mapping[str, int]] = {
    "INVALID_DID": 400,
    "INVALID_OPTIONS": 400,
    "NOT_FOUND": 404,
    "INVALID_DID_DOCUMENT": 404,
    "REPRESENTATION_NOT_SUPPORTED": 406,
    "METHOD_NOT_SUPPORTED": 501,
    "FEATURE_NOT_SUPPORTED": 501,
}
_GONE: Final = 410

# Parameters of DID URLs (section 4): each is ASCII, two have a form of their own. They choose among versions and
# services; a DID that is its own key has one version and no service.
_PARAMETERS: Final = ("service", "serviceType", "relativeRef", "versionId", "versionTime", "hl", "accept")
_RELATIVE: Final = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_VERSIONS: Final = ("versionId", "versionTime")


class _Anything(PathConvertor):
    """What follows in the path, line breaks too, which `path` takes for an address of nothing."""

    regex = r"[\s\S]*"


register_url_convertor("anything", _Anything())


def _answers() -> dict[int | str, dict[str, Any]]:
    result = {"$ref": "#/components/schemas/DidResolutionOut"}
    documents = {form.media_type: {"schema": {"type": "object"}} for form in _FORMS if form.name == "document"}
    found: dict[int | str, dict[str, Any]] = {
        200: {
            "description": "The document, in a result or alone",
            "content": {form.media_type: {"schema": result} for form in _FORMS if form.name == "result"} | documents,
        }
    }
    words = {
        400: "Not a DID, or a parameter is wrong",
        404: "No document",
        406: "No acceptable form",
        410: "Deactivated",
        501: "Method, key or parameter not supported",
    }
    return found | {
        status: {"description": said, "content": {RESULT: {"schema": result}}} for status, said in words.items()
    }


@router.get(
    "/identifiers/{did:anything}",
    operation_id="resolveDid",
    summary="Resolve a DID",
    response_model=DidResolutionOut,
    responses=_answers() | problems(StorageUnavailableError),
)
async def resolve(did: str, request: Request, laurel: LaurelDep) -> Response:
    """Of did:key, did:jwk and did:web: a resolution result, or by `Accept` the document alone. Failures are results."""
    _ = did  # as the framework decoded it; see _as_sent
    wanted = _as_sent(request)
    try:
        form = choose(request.headers.get("accept"), _FORMS, without_header=_FORMS[0])
    except NotAcceptableError as error:
        return _failed("REPRESENTATION_NOT_SUPPORTED", error.message)
    wrong = _wrong_parameter(request)
    if wrong is not None:
        return _failed("INVALID_OPTIONS", wrong)
    if wanted.startswith("did:web:") and any(name in request.query_params for name in _VERSIONS):
        return _failed("FEATURE_NOT_SUPPORTED", "Earlier versions of documents at web addresses cannot be had.")
    found = await resolve_did(wanted, database=laurel.database, outside=laurel.fetcher, instance=laurel.instance)
    return _answer(found, form)


def _as_sent(request: Request) -> str:
    """The DID in the path. It should be percent-encoded there, so that a port in a did:web comes as `%253A`.

    Many send it as it stands, with `%3A`: that is what it is then, since nobody who encodes leaves the other colons.
    """
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    sent = raw.partition(_PREFIX)[2]
    as_it_stands = sent.startswith(b"did:") and b"%25" not in sent
    return (sent if as_it_stands else unquote_to_bytes(sent)).decode("utf-8", "replace")


def _wrong_parameter(request: Request) -> str | None:
    for name in _PARAMETERS:
        value = request.query_params.get(name)
        if value is not None and not value.isascii():
            return f"The parameter {name} holds other characters than ASCII."
    relative, time = (request.query_params.get(name) for name in ("relativeRef", "versionTime"))
    if relative is not None and not _RELATIVE.fullmatch(relative):
        return "The parameter relativeRef holds characters that must be percent-encoded."
    if time is not None and not _is_time(time):
        return "The parameter versionTime is not a date and time in UTC without fractions of a second."
    return None


def _is_time(value: str) -> bool:
    try:
        return _TIME.fullmatch(value) is not None and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def _answer(found: Resolution, form: Form) -> Response:
    if found.deactivated:
        return _result(_GONE, None, {}, {"deactivated": True}, RESULT)
    if found.failure is not None:
        return _failed(found.failure, found.reason)
    if form.name == "document":
        return _bytes(200, found.document, form.media_type)
    return _result(200, found.document, {"contentType": "application/did"}, {}, form.media_type)


def _failed(name: str, reason: str) -> Response:
    error = {"type": f"{_ERRORS}{name}", "title": name.replace("_", " ").capitalize(), "detail": reason}
    return _result(_STATUSES[name], None, {"error": error}, {}, RESULT)


def _result(
    status: int,
    document: Mapping[str, Any] | None,
    resolution: Mapping[str, Any],
    metadata: Mapping[str, Any],
    media_type: str,
) -> Response:
    members = {
        "@context": _CONTEXT,
        "didDocument": document,
        "didResolutionMetadata": resolution,
        "didDocumentMetadata": metadata,
    }
    return _bytes(status, members, media_type)


def _bytes(status: int, members: object, media_type: str) -> Response:
    response = Response(strictjson.dumps(members), status, {**PUBLIC, "Vary": "Accept", "Cache-Control": "no-cache"})
    # As it stands: Starlette would add a charset to some.
    response.headers["Content-Type"] = _LINKED_DATA if media_type == "application/ld+json" else media_type
    return response
