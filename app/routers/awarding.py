"""`POST /v1/completions`, one or many: the main job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

import anyio.to_thread
from fastapi import APIRouter, Header, Request, Response
from pydantic import TypeAdapter, ValidationError

from app import strictjson
from app.errors import (
    AppError,
    IdempotencyKeyReusedError,
    InFlightError,
    InputError,
    KeyUnwrapError,
    MalformedJSONError,
    SigningFaultError,
    TooLargeError,
    UnsafeDocumentError,
)
from app.issuance import AssessorDraft, EvidenceDraft
from app.routers.body import JSON, StrictJSONRoute, read_body, require_media_type
from app.routers.deps import Actor, Laurel, LaurelDep, Now
from app.routers.management import WRITES
from app.routers.problems import from_validation, problem_document, problems
from app.routers.resources import batch_outcome, credential_resource
from app.schemas import examples
from app.schemas.completions import BatchAnswer, BatchOutcome, CompletionIn
from app.schemas.credentials import CredentialResource
from app.services import credentials
from app.services.awards import Awarded, Outcome
from app.services.completions import Completion, Learner
from app.services.site import Site

router = APIRouter(prefix="/v1", tags=["Issue"], route_class=StrictJSONRoute)

NDJSON = "application/x-ndjson"
REPLAYED = "Idempotent-Replayed"
_ISSUING = (*WRITES, IdempotencyKeyReusedError, UnsafeDocumentError, SigningFaultError, KeyUnwrapError)
_reader = TypeAdapter(CompletionIn)

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Your name for this request. Sent again with the same body, it is answered with the same badge.",
    ),
]


@router.post(
    "/completions",
    status_code=201,
    operation_id="postCompletion",
    summary="Issue a badge for a completion",
    response_description="Issued: the credential, with the address of every form of it.",
    response_model=CredentialResource,
    responses=problems(*_ISSUING, InFlightError)
    | {
        200: {
            "model": CredentialResource,
            "description": "This completion was awarded before; here is its credential.",
            "headers": {REPLAYED: {"schema": {"type": "string", "const": "true"}}},
        }
    },
)
def post_completion(
    body: CompletionIn,
    actor: Actor,
    laurel: LaurelDep,
    now: Now,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Somebody completed a micro-credential: issue the badge. Needs the scope `issue`.

    The answer comes after the credential was signed, checked by our own verifier and stored durably.
    """
    actor.require("issue")
    awarded = laurel.writer.award_one(to_completion(body), actor=actor, now=now, idempotency_key=idempotency_key)
    headers = {"Location": laurel.instance.site.credential(awarded.credential_id)}
    if awarded.replayed:
        headers[REPLAYED] = "true"
    answer = credential_resource(_stored(awarded, laurel), laurel.instance.site)
    # Bytes: FastAPI would validate the answer again, and copy the document twice before writing it.
    return Response(answer.model_dump_json(), 200 if awarded.replayed else 201, headers, JSON)


def _stored(awarded: Awarded, laurel: Laurel) -> credentials.StoredCredential:
    if awarded.stored is not None:
        return awarded.stored
    with laurel.database.reading() as session:
        return credentials.get_credential(session, awarded.credential_id)


_BATCH_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {
                "schema": {"type": "array", "items": {"$ref": "#/components/schemas/CompletionIn"}},
                "example": [examples.COMPLETION],
            },
            NDJSON: {
                "schema": {"type": "string", "description": "One completion per line."},
                "example": strictjson.dumps(examples.COMPLETION).decode() + "\n",
            },
        },
    }
}


@router.post(
    "/completions:batch",
    operation_id="postCompletions",
    summary="Issue badges for many completions",
    response_description="One outcome per row, in order.",
    response_model=BatchAnswer,
    openapi_extra=_BATCH_BODY,
    responses=problems(*_ISSUING),
)
async def post_completions(request: Request, actor: Actor, laurel: LaurelDep, now: Now) -> Response:
    """Many completions, as a JSON array or one per line (NDJSON). Needs the scope `issue`.

    One outcome per row, in order; a bad row costs its neighbours nothing. Each row's `source` and `externalId` name
    it, so that the whole batch can be sent again.
    """
    actor.require("issue")
    stated = require_media_type(request, JSON, NDJSON)
    raw = await read_body(request, laurel.settings.limits.batch_bytes)
    answer = await anyio.to_thread.run_sync(_award_all, request, raw, stated, actor, laurel, now)
    return Response(answer, media_type=JSON)


def _award_all(request: Request, raw: bytes, stated: str, actor: Actor, laurel: Laurel, now: Now) -> bytes:
    rows = _rows(raw, stated, laurel)
    good = [row for row in rows if isinstance(row, Completion)]
    # Every group is committed before the answer is read back: a reader sees the state at which it began.
    awarded = list(laurel.writer.award_many(good, actor=actor, now=now))
    with laurel.database.reading() as session:
        ids = [outcome.credential_id for outcome in awarded if isinstance(outcome, Awarded) and not outcome.stored]
        stored = credentials.get_credentials(session, ids)
    outcomes = list(_outcomes(request, rows, awarded, stored, laurel.instance.site))
    counts = {name: sum(item.outcome == name for item in outcomes) for name in ("issued", "replayed", "refused")}
    return BatchAnswer(**counts, outcomes=outcomes).model_dump_json().encode()


def _rows(raw: bytes, stated: str, laurel: Laurel) -> list[Completion | InputError]:
    """Each row read on its own. Raises MalformedJSONError when the array itself cannot be read, TooLargeError."""
    limits = laurel.settings.limits
    values: Sequence[Any]
    if stated == NDJSON:
        values = [line for line in raw.split(b"\n") if line.strip()]
    else:
        values = strictjson.loads(raw, max_bytes=limits.batch_bytes, max_depth=limits.json_depth + 1)
        if not isinstance(values, list):
            raise MalformedJSONError("A batch is a JSON array of completions.")
    if len(values) > limits.batch_rows:
        raise TooLargeError(f"The batch has {len(values)} rows; the limit is {limits.batch_rows}.")
    return [_row(value, laurel) for value in values]


def _row(value: Any, laurel: Laurel) -> Completion | InputError:
    limits = laurel.settings.limits
    try:
        if isinstance(value, bytes):
            value = strictjson.loads(value, max_bytes=limits.body_bytes, max_depth=limits.json_depth)
        return to_completion(_reader.validate_python(value))
    except ValidationError as error:
        return from_validation([{**item, "loc": ("body", *item["loc"])} for item in error.errors(include_input=False)])
    except InputError as error:
        return error


def _outcomes(
    request: Request,
    rows: Sequence[Completion | InputError],
    awarded: Iterable[Outcome],
    stored: Mapping[UUID, credentials.StoredCredential],
    site: Site,
) -> Iterator[BatchOutcome]:
    answers = iter(awarded)
    for number, row in enumerate(rows):
        result: Outcome | AppError = next(answers) if isinstance(row, Completion) else row
        if isinstance(result, Awarded):
            credential = result.stored or stored[result.credential_id]
            yield batch_outcome(number, "replayed" if result.replayed else "issued", credential, None, site)
        else:
            error = result if isinstance(result, AppError) else result.error
            yield batch_outcome(number, "refused", None, problem_document(request, error), site)


def to_completion(body: CompletionIn) -> Completion:
    return Completion(
        achievement=body.achievement,
        external_id=body.external_id,
        source=body.source,
        learner=Learner(body.learner.name, body.learner.email, body.learner.did),
        completed_at=body.completed_at,
        valid_until=body.valid_until,
        results=tuple(body.results),
        evidence=tuple(EvidenceDraft(**item.model_dump()) for item in body.evidence),
        narrative=body.narrative,
        assessor=AssessorDraft(body.assessor.name, body.assessor.url) if body.assessor else None,
    )
