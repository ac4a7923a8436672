"""`/verify` for people: the form, and the result of what it sends. Public; nothing is stored."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from functools import partial

import anyio.to_thread
from fastapi import APIRouter, Request, Response

from app.errors import (
    ConflictError,
    InputError,
    InvalidFieldsError,
    KeyUnwrapError,
    OverloadedError,
    TooLargeError,
    UnavailableError,
)
from app.language import Said, said
from app.routers.body import media_type
from app.routers.deps import Laurel, LaurelDep, Now
from app.routers.edge import WITH_CAMERA
from app.routers.kept import Unchanged
from app.routers.problems import PROBLEMS
from app.routers.verifying import MULTIPART, Asked, examine, read_form, receipt_of
from app.schemas import examples
from app.services.given_receipts import look_at_receipt
from app.services.receipts import receipt_text
from app.services.verifying import Question, Verified
from app.verification import Known
from app.web import pages
from app.web.answers import HTML, NOT_NOW, PAGE_CONTENT, page
from app.web.visitor import VisitorDep

router = APIRouter()


@router.get(
    "/verify",
    operation_id="verifyPage",
    tags=["Pages"],
    summary="The form that verifies a badge",
    response_class=Response,
    responses=HTML,
)
def verify_form(request: Request, laurel: LaurelDep, visitor: VisitorDep) -> Response:
    """Takes a file, a pasted text or an address."""
    html = pages.verify_page(visitor=visitor, most_bytes=_most_bytes(laurel))
    return page(request, visitor, html, headers=WITH_CAMERA, keep=Unchanged())


@router.post(
    "/verify",
    operation_id="verifyForm",
    tags=["Pages"],
    summary="Verify what the form sends",
    response_class=Response,
    responses={
        200: {"description": "The report, as a page", "content": PAGE_CONTENT},
        400: {"description": "What was sent cannot be read; the page says why", "content": PAGE_CONTENT},
        413: {"description": "What was sent is too large; the page says so", "content": PAGE_CONTENT},
        422: {"description": "Something is missing or wrong; the page says what", "content": PAGE_CONTENT},
        503: {**NOT_NOW, "content": NOT_NOW["content"] | PAGE_CONTENT},
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                MULTIPART: {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "file": {"type": "string", "format": "binary"},
                            "text": {"type": "string"},
                            "email": {"type": "string"},
                        },
                    },
                    "example": {"text": examples.VERIFICATION["url"], "email": examples.VERIFICATION["email"]},
                }
            },
        }
    },
)
async def verify_sent(request: Request, laurel: LaurelDep, now: Now, visitor: VisitorDep) -> Response:
    """A file, a pasted text or an address, from the form on /verify. Nothing is stored.

    A receipt of an earlier verification is no badge; of this service's own the page says what they said then.
    """
    pasted = ""
    try:
        fields, raw = await _form(request, laurel)
        pasted = fields.get("text", "").strip()
        asked = _asked(fields, raw, pasted, now)
        verified = await examine(asked, laurel, now)
    except (InputError, OverloadedError) as error:
        error.__traceback__ = None  # it would keep what was sent, until the collector comes by
        most = _most_bytes(laurel)
        html = pages.verify_page(visitor=visitor, problem=error.message, pasted=pasted, most_bytes=most)
        status = PROBLEMS[type(error)].status
        return page(request, visitor, html, status=status, cache="no-store", headers=WITH_CAMERA)
    if verified.receipt is not None:
        look = partial(look_at_receipt, verified.receipt, laurel.database, instance=laurel.instance)
        found = await anyio.to_thread.run_sync(look, limiter=laurel.verifications)
        html = pages.given_receipt_page(found, visitor=visitor, most_bytes=_most_bytes(laurel))
        return page(request, visitor, html, cache="no-store", headers=WITH_CAMERA)
    receipt = await _receipt(verified, asked, laurel, now)
    html = pages.verify_page(
        verified.report, visitor=visitor, checked_at=now, receipt=receipt, most_bytes=_most_bytes(laurel)
    )
    return page(request, visitor, html, cache="no-store", headers=WITH_CAMERA)


def _most_bytes(laurel: Laurel) -> int:
    return laurel.settings.limits.image_bytes


async def _receipt(verified: Verified, asked: Asked, laurel: Laurel, now: datetime) -> str | None:
    """The signed receipt, for the page to hold; None while it cannot be signed: people came for the result."""
    with suppress(KeyUnwrapError, UnavailableError, ConflictError):
        return receipt_text(await receipt_of(verified, asked, laurel, now))
    return None


async def _form(request: Request, laurel: Laurel) -> tuple[dict[str, str], bytes | None]:
    if media_type(request) != MULTIPART:
        raise InvalidFieldsError.one("", "Send the form as it is on the page.")
    try:
        return await read_form(request, laurel)
    except TooLargeError:
        most = pages.megabytes(_most_bytes(laurel))
        raise TooLargeError(
            said("What you sent is too large. A badge may have at most {most} MB.", most=most)
        ) from None


def _asked(fields: dict[str, str], raw: bytes | None, pasted: str, now: datetime) -> Asked:
    question = Question(now, known=Known(email=fields.get("email", "").strip()[:254] or None))
    if raw is None and pasted.startswith(("https://", "http://")):
        return Asked(None, pasted.split(maxsplit=1)[0], question)
    if raw is None and not pasted:
        raise InvalidFieldsError.one("/file", Said("Choose a file, or paste a badge or its address."))
    return Asked(raw or pasted.encode(), None, question)
