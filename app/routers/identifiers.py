"""`GET /1.0/identifiers/{did}`: the HTTPS binding of W3C DID Resolution v1.0 (section 12.1), resolving only."""

from __future__ import annotations

from collections.abc import Mapping
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

# Section 12.1 asks for 500 where a document is not what it should be; a stranger's mistake is not one of ours.
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


class _Anything(PathConvertor):
    """What follows in the path, line breaks too, which `path` takes for an address of nothing."""

    regex = r"[\s\S]*"


register_url_convertor("anything", _Anything())


def _answers() -> dict[int | str, dict[str, Any]]:
    result = {"$ref": "#/components/schemas/DidResolutionOut"}
    results = {form.media_type: {"schema": result} for form in _FORMS if form.name == "result"}
    documents = {form.media_type: {"schema": {"type": "object"}} for form in _FORMS if form.name == "document"}
    found: dict[int | str, dict[str, Any]] = {
        200: {
            "description": "The document, in a result or alone",
            "content": results | documents,
        }
    }
    words = {
        400: "Not a DID, or a parameter is wrong",
        404: "No document",
        406: "No acceptable form",
        410: "Deactivated",
        501: "Method, key or parameter not supported",
    }
    return found | {status: {"description": said, "content": results} for status, said in words.items()}


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
    found = await resolve_did(
        wanted,
        parameters=request.query_params.multi_items(),
        database=laurel.database,
        outside=laurel.fetcher,
        instance=laurel.instance,
    )
    return _answer(found, form)


def _as_sent(request: Request) -> str:
    """The DID in the path. It should be percent-encoded there, so that a port in a did:web comes as `%253A`.

    Many send it as it stands, with `%3A`: that is what it is then, since nobody who encodes leaves the other colons.
    """
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    sent = raw.partition(_PREFIX)[2]
    as_it_stands = sent.startswith(b"did:") and b"%25" not in sent
    return (sent if as_it_stands else unquote_to_bytes(sent)).decode("utf-8", "replace")


def _answer(found: Resolution, form: Form) -> Response:
    as_result = form.media_type if form.name == "result" else RESULT
    if found.deactivated:
        return _result(_GONE, None, {}, {"deactivated": True}, as_result)
    if found.failure is not None:
        return _failed(found.failure, found.reason, as_result)
    if form.name == "document":
        return _bytes(200, found.document, form.media_type)
    return _result(200, found.document, {"contentType": "application/did"}, {}, form.media_type)


def _failed(name: str, reason: str, media_type: str = RESULT) -> Response:
    error = {
        "type": f"{_ERRORS}{name}",
        "title": name.replace("_", " ").capitalize().replace("did", "DID"),
        "detail": reason,
    }
    return _result(_STATUSES[name], None, {"error": error}, {}, media_type)


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
