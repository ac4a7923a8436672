"""`POST /v1/completions`: the main job."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID

import anyio.to_thread
from fastapi import APIRouter, Response
from fastapi import Request as HTTPRequest
from pydantic import StringConstraints, TypeAdapter, ValidationError

from app import strictjson
from app.errors import (
    ErasedError,
    IdempotencyKeyReusedError,
    InFlightError,
    InputError,
    IssuingStoppedError,
    KeystoreUnavailableError,
    KeyUnwrapError,
    OverloadedError,
    SigningFaultError,
    UnsafeDocumentError,
)
from app.issuance import AssessorDraft, EvidenceDraft
from app.routers import waking
from app.routers.body import JSON, read_body, require_media_type
from app.routers.deps import KnownIssuing, Laurel
from app.routers.direct import DirectRoute
from app.routers.management import WRITES
from app.routers.problems import from_validation, problems
from app.routers.resources import credential_bytes
from app.schemas.completions import AssessorIn, CompletionIn, EvidenceIn
from app.schemas.credentials import CredentialResource
from app.services import credentials
from app.services.actors import Actor
from app.services.appearance import Visibility
from app.services.awards import Request
from app.services.completions import Completion, Learner

router = APIRouter(prefix="/v1", tags=["Issue"], route_class=DirectRoute)

REPLAYED = "Idempotent-Replayed"
ISSUING = (
    *WRITES,
    ErasedError,
    IdempotencyKeyReusedError,
    UnsafeDocumentError,
    SigningFaultError,
    KeyUnwrapError,
    KeystoreUnavailableError,
    IssuingStoppedError,
)
_LONG_BODY = 32 * 1024
_reader = TypeAdapter(CompletionIn)

KeyText = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")]
KEY_MEANS = "Your name for this request. Sent again with the same body, it is answered with the same badge."
_IDEMPOTENCY_KEY: TypeAdapter[str] = TypeAdapter(KeyText)
_COMPLETION_BODY: dict[str, Any] = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "schema": _IDEMPOTENCY_KEY.json_schema(),
            "description": KEY_MEANS,
        }
    ],
    "requestBody": {
        "required": True,
        "content": {JSON: {"schema": {"$ref": "#/components/schemas/CompletionIn"}}},
    },
}


@router.post(
    "/completions",
    status_code=201,
    operation_id="postCompletion",
    summary="Issue a badge for a completion",
    response_description="Issued: the credential, with the address of every form of it.",
    response_model=CredentialResource,
    openapi_extra=_COMPLETION_BODY,
    responses=problems(*ISSUING, InFlightError, OverloadedError)
    | {
        200: {
            "model": CredentialResource,
            "description": "This completion was awarded before; here is its credential.",
            "headers": {REPLAYED: {"schema": {"type": "string", "const": "true"}}},
        }
    },
)
async def post_completion(request: HTTPRequest, actor: KnownIssuing) -> Response:
    """Somebody completed a micro-credential: issue the badge. Needs the scope `issue`.

    The answer comes after the credential was signed, checked by our own verifier and stored durably.
    """
    laurel: Laurel = request.app.state.laurel
    site = laurel.instance.site
    waiting = laurel.writer.submit(
        Request(
            await _completion(request, laurel),
            actor,
            laurel.clock(),
            _idempotency_key(request),
            request_id=getattr(request.state, "request_id", None),
        )
    )
    awarded = await waking.result(waiting)
    stored = awarded.stored
    if stored is None:
        stored = await anyio.to_thread.run_sync(_stored, awarded.credential_id, actor, laurel)
    headers = {"Location": site.credential(awarded.credential_id)}
    if awarded.replayed:
        headers[REPLAYED] = "true"
    # Bytes: FastAPI would validate the answer again, and copy the document twice before writing it.
    return Response(
        credential_bytes(stored, site, now=laurel.clock()), 200 if awarded.replayed else 201, headers, media_type=JSON
    )


async def _completion(request: HTTPRequest, laurel: Laurel) -> Completion:
    """The body. Raises InputError."""
    require_media_type(request, JSON)
    raw = await read_body(request, laurel.settings.limits.body_bytes)
    # A long one would keep everybody else waiting.
    found = (
        read_completion(raw, laurel)
        if len(raw) < _LONG_BODY
        else await anyio.to_thread.run_sync(read_completion, raw, laurel)
    )
    if isinstance(found, InputError):
        raise found
    return found


def _idempotency_key(request: HTTPRequest) -> str | None:
    sent = request.headers.get("idempotency-key")
    if sent is None:
        return None
    try:
        return _IDEMPOTENCY_KEY.validate_python(sent)
    except ValidationError as error:
        found = [{**item, "loc": ("header", "Idempotency-Key")} for item in error.errors(include_input=False)]
        raise from_validation(found) from None


def _stored(credential_id: UUID, actor: Actor, laurel: Laurel) -> credentials.StoredCredential:
    with laurel.database.reading(actor.issuer_id) as session:
        return credentials.get_credential(session, credential_id)


def read_completion(value: Any, laurel: Laurel) -> Completion | InputError:
    """A body, as bytes or parsed, or what is wrong with it."""
    limits = laurel.settings.limits
    try:
        if isinstance(value, bytes):
            value = strictjson.loads(value, max_bytes=limits.body_bytes, max_depth=limits.json_depth)
        return to_completion(_reader.validate_python(value))
    except ValidationError as error:
        return from_validation([{**item, "loc": ("body", *item["loc"])} for item in error.errors(include_input=False)])
    except InputError as error:
        return error


def to_completion(body: CompletionIn) -> Completion:
    return Completion(
        achievement=body.achievement,
        external_id=body.external_id,
        source=body.source,
        learner=Learner(body.learner.name, body.learner.email, body.learner.did),
        completed_at=body.completed_at,
        valid_until=body.valid_until,
        results=tuple(body.results),
        evidence=evidence_drafts(body.evidence),
        narrative=body.narrative,
        assessor=assessor_draft(body.assessor),
        visibility=None if body.visibility is None else Visibility(body.visibility),
    )


def evidence_drafts(items: Iterable[EvidenceIn]) -> tuple[EvidenceDraft, ...]:
    return tuple(
        EvidenceDraft(item.name, item.url, item.narrative, item.description, item.genre, item.audience)
        for item in items
    )


def assessor_draft(body: AssessorIn | None) -> AssessorDraft | None:
    return None if body is None else AssessorDraft(body.name, body.url)
