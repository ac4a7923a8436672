"""`POST /v1/verify`: any badge, in any form, to a report. Public; nothing that is sent is stored."""

from __future__ import annotations

import sys
from datetime import datetime
from functools import partial
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from app import strictjson
from app.errors import (
    InvalidFieldsError,
    KeystoreUnavailableError,
    KeyUnwrapError,
    MalformedDocumentError,
    MalformedImageError,
    MalformedJSONError,
    OverloadedError,
    StorageFullError,
    StorageUnavailableError,
    TooLargeError,
    UnsupportedMediaTypeError,
)
from app.routers.body import JSON, read_body, require_media_type
from app.routers.deps import Laurel
from app.routers.direct import DirectRoute
from app.routers.problems import from_validation, problems
from app.routers.resources import report_bytes, report_members
from app.schemas.verification import VerificationOut, VerifyIn
from app.services.receipts import make_receipt
from app.services.verifying import Question, Verified, examine_at_once
from app.verification import Known, Policy

router = APIRouter(prefix="/v1", tags=["Verify"], route_class=DirectRoute)

CREDENTIAL_TYPES = (
    "application/vc",
    "application/ld+json",
    "application/vc+ld+json",
    "application/vc+jwt",
    "application/jwt",
    "application/jose",
    "text/plain",
    "image/png",
    "image/svg+xml",
    "application/pdf",
    "application/octet-stream",
)
MULTIPART = "multipart/form-data"
_LONG_BODY = 32 * 1024
_reader = TypeAdapter(VerifyIn)

_FLAGS = {"true": True, "false": False}

_BODY: dict[str, Any] = {
    "parameters": [
        {
            "name": "receipt",
            "in": "query",
            "required": False,
            "description": "Ask for a receipt, where the body is the credential itself or a form.",
            "schema": {"type": "boolean", "default": False},
        }
    ],
    "requestBody": {
        "required": True,
        "description": "The credential itself by its media type, a file in a form, or JSON that names or holds it.",
        "content": {
            JSON: {"schema": {"$ref": "#/components/schemas/VerifyIn"}},
            MULTIPART: {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "The badge or the signed file."},
                        "email": {"type": "string", "description": "Ask whether it was issued to this address."},
                        "did": {"type": "string", "description": "Ask whether it was issued to this DID."},
                        "at": {"type": "string", "format": "date-time", "description": "Judge as of this moment."},
                        "receipt": {"type": "string", "enum": ["true", "false"], "description": "Ask for a receipt."},
                    },
                }
            },
            **{name: {"schema": {"type": "string", "format": "binary"}} for name in CREDENTIAL_TYPES},
        },
    },
}


@router.post(
    "/verify",
    operation_id="verify",
    summary="Verify a badge",
    response_description="The report, whatever the verdict.",
    response_model=VerificationOut,
    openapi_extra=_BODY,
    responses=problems(
        MalformedDocumentError,
        MalformedImageError,
        MalformedJSONError,
        TooLargeError,
        UnsupportedMediaTypeError,
        InvalidFieldsError,
        StorageUnavailableError,
        StorageFullError,
        KeyUnwrapError,
        KeystoreUnavailableError,
        OverloadedError,
    ),
)
async def verify(request: Request) -> Response:
    """Is this badge real, and valid now?

    A bad badge is an answer, not an error: 200 with the verdict `invalid`. `undetermined` means that something could
    not be checked, and says what. With `receipt` the answer holds a receipt as well, signed by this service; it is made
    for whoever asks and not stored.
    """
    laurel: Laurel = request.app.state.laurel
    now = laurel.clock()
    stated = require_media_type(request, JSON, MULTIPART, *CREDENTIAL_TYPES)
    if stated == MULTIPART:
        asked = await _from_form(request, laurel, now)
    else:
        raw = await read_body(request, laurel.settings.limits.image_bytes)
        asked = await _from_body(raw, laurel, now) if stated == JSON else Asked(raw, None, Question(now))
    wants_receipt = _asks_for_receipt(request) or asked.receipt
    verified = await examine(asked, laurel, now)
    if not wants_receipt:
        return Response(report_bytes(verified.report), media_type=JSON)
    receipt = await receipt_of(verified, asked, laurel, now)
    return Response(strictjson.dumps({**report_members(verified.report), "receipt": receipt}), media_type=JSON)


class Asked:
    """A credential or an address, and the question; whether a `receipt` is asked for in the body."""

    def __init__(self, raw: bytes | None, url: str | None, question: Question, *, receipt: bool = False) -> None:
        self.raw = raw
        self.url = url
        self.question = question
        self.receipt = receipt


async def receipt_of(verified: Verified, asked: Asked, laurel: Laurel, now: datetime) -> dict[str, Any]:
    """The signed receipt, in a worker thread: it asks the database for the key, and the first time makes it."""
    made = partial(make_receipt, verified, laurel.database, instance=laurel.instance, now=now, at=asked.question.at)
    return await anyio.to_thread.run_sync(made, limiter=laurel.verifications)


def _asks_for_receipt(request: Request) -> bool:
    """For bodies that are the credential itself. Raises InvalidFieldsError."""
    stated = request.query_params.get("receipt", "false")
    if stated not in _FLAGS:
        raise InvalidFieldsError.one("/receipt", "must be true or false")
    return _FLAGS[stated]


async def examine(asked: Asked, laurel: Laurel, now: datetime) -> Verified:
    """Judges what takes a millisecond here, and the rest in worker threads: only so many at once, so that verifying
    never starves other requests.

    A thread that computes would keep the event loop waiting for five milliseconds at a time, and handing over costs as
    much as checking a signature. PostgreSQL is asked in a thread, since it may let one wait.
    """
    what = asked.url if asked.url is not None else asked.raw or b""
    found = None
    if laurel.database.dialect == "sqlite":
        found = examine_at_once(laurel.database, what, asked.question, instance=laurel.instance, now=now)
    if found is None:
        found = await laurel.verifier.examine(what, asked.question, now=now)
    laurel.metrics.count_verdict(found.report.verdict.value)
    return found


async def _from_body(raw: bytes, laurel: Laurel, now: datetime) -> Asked:
    if len(raw) < _LONG_BODY:
        return _from_json(raw, laurel, now)
    # It would keep everybody else waiting.
    return await anyio.to_thread.run_sync(_from_json, raw, laurel, now, limiter=laurel.verifications)


def _from_json(raw: bytes, laurel: Laurel, now: datetime) -> Asked:
    limits = laurel.settings.limits
    value = strictjson.loads(raw, max_bytes=limits.image_bytes, max_depth=limits.json_depth + 1)
    if isinstance(value, dict) and "@context" in value:
        return Asked(raw, None, Question(now))  # a credential sent as plain JSON
    body = _validated(value)
    question = Question(
        at=body.at or now,
        known=Known(body.email, body.did),
        policy=Policy.of(body.trust) if body.trust is not None else None,
    )
    if (body.url is None) == (body.credential is None):
        raise InvalidFieldsError.one("", "Send either `url` or `credential`.")
    if isinstance(body.credential, str):
        return Asked(body.credential.strip().encode(), None, question, receipt=body.receipt)
    sent = strictjson.dumps(body.credential) if body.credential is not None else None
    return Asked(sent, body.url, question, receipt=body.receipt)


def _validated(value: Any) -> VerifyIn:
    try:
        return _reader.validate_python(value)
    except ValidationError as error:
        found = [{**item, "loc": ("body", *item["loc"])} for item in error.errors(include_input=False)]
        raise from_validation(found) from None


async def _from_form(request: Request, laurel: Laurel, now: datetime) -> Asked:
    """A file, and `email`, `did` and `at` beside it."""
    fields, raw = await read_form(request, laurel)
    if raw is None:
        raise InvalidFieldsError.one("/file", "Choose the file to be checked.")
    body = _validated({name: fields[name] for name in ("email", "did", "at") if fields.get(name)})
    receipt = fields.get("receipt", "false")
    if receipt not in _FLAGS:
        raise InvalidFieldsError.one("/receipt", "must be true or false")
    question = Question(at=body.at or now, known=Known(body.email, body.did))
    return Asked(raw, None, question, receipt=_FLAGS[receipt])


class _InMemoryParser(MultiPartParser):
    """A submission is never stored, so not in a temporary file either: the limit on forms is what memory holds."""

    spool_max_size = sys.maxsize


async def read_form(request: Request, laurel: Laurel) -> tuple[dict[str, str], bytes | None]:
    """The text fields and the bytes of `file` of a multipart form, bounded."""
    limit = laurel.settings.limits.image_bytes
    declared = request.headers.get("content-length", "")
    if not declared.isdecimal() or int(declared) > limit + 64 * 1024:
        raise TooLargeError(f"A form needs a Content-Length, and may have {limit} bytes.")
    body_bytes = laurel.settings.limits.body_bytes
    parser = _InMemoryParser(request.headers, request.stream(), max_files=1, max_fields=8, max_part_size=body_bytes)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise MalformedDocumentError(f"The form cannot be read: {error.message}") from None
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    upload = form.get("file")
    raw = await upload.read(limit + 1) if isinstance(upload, UploadFile) else None
    await form.close()
    if raw is not None and len(raw) > limit:
        raise TooLargeError(f"The file has more than {limit} bytes.")
    return fields, raw or None
