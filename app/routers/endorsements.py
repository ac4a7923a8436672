"""Taking in what accrediting bodies say, under their own signature, of an issuer or an achievement."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import anyio.to_thread
from fastapi import APIRouter, Request

from app.errors import (
    ConflictError,
    ForbiddenError,
    InvalidFieldsError,
    MalformedDocumentError,
    MalformedJSONError,
    NotFoundError,
    NotVerifiedError,
    OverloadedError,
    StorageFullError,
    StorageUnavailableError,
    TooLargeError,
    UnauthenticatedError,
    UnsupportedMediaTypeError,
)
from app.routers.body import read_body, require_media_type
from app.routers.deps import LaurelDep, Manager, Now, Reader
from app.routers.management import GUARDED
from app.routers.paging import After, Limit
from app.routers.problems import problems
from app.routers.publishing import body_schema
from app.schemas.endorsements import EndorsementPage, EndorsementResource, EndorserOut
from app.services import endorsements
from app.services.endorsements import EndorsementView

router = APIRouter(prefix="/v1", tags=["Set up"])

_TYPES = ("application/vc", "application/ld+json", "application/vc+jwt", "text/plain")
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The signed EndorsementCredential itself, as JSON or as a token.",
        "content": {name: {"schema": body_schema(name)} for name in _TYPES},
    }
}
_TAKES = (
    UnauthenticatedError, ForbiddenError, NotVerifiedError, InvalidFieldsError, MalformedDocumentError,
    MalformedJSONError, TooLargeError, UnsupportedMediaTypeError, ConflictError, OverloadedError,
    StorageUnavailableError, StorageFullError,
)  # fmt: skip


@router.post(
    "/endorsements",
    status_code=201,
    operation_id="addEndorsement",
    summary="Take in an endorsement",
    openapi_extra=_BODY,
    responses=problems(*_TAKES),
)
async def add_endorsement(request: Request, actor: Manager, laurel: LaurelDep, now: Now) -> EndorsementResource:
    """An EndorsementCredential about your issuer (its DID) or about one of your achievements (its address).

    It is verified first, as `POST /v1/verify` does. Every badge that is issued from then on carries it, and readers
    see it with a verdict of its own. Needs the scope `manage`.
    """
    require_media_type(request, *_TYPES)
    raw = await read_body(request, laurel.settings.limits.body_bytes)
    report = await endorsements.verified(raw, laurel.verifier, now=now)

    def keep() -> EndorsementResource:
        with laurel.database.transaction(actor.issuer_id) as session:
            return _resource(
                endorsements.add_endorsement(
                    session, raw, report, actor=actor, instance=laurel.instance, now=now.replace(microsecond=0)
                )
            )

    return await anyio.to_thread.run_sync(keep)


@router.get(
    "/endorsements", operation_id="listEndorsements", summary="List endorsements",
    responses=problems(*GUARDED, InvalidFieldsError),
)  # fmt: skip
def list_endorsements(actor: Reader, laurel: LaurelDep, after: After, limit: Limit = 50) -> EndorsementPage:
    """Latest first, removed ones too. Needs the scope `read`."""
    with laurel.database.reading(actor.issuer_id) as session:
        found = endorsements.list_endorsements(session, actor=actor, instance=laurel.instance, after=after, limit=limit)
        return EndorsementPage(
            items=[_resource(view) for view in found.items], next=found.next.encode() if found.next else None
        )


@router.post(
    "/endorsements/{endorsement_id}:remove",
    operation_id="removeEndorsement",
    summary="Embed an endorsement no more",
    responses=problems(*GUARDED, NotFoundError, InvalidFieldsError, StorageFullError),
)
def remove_endorsement(endorsement_id: UUID, actor: Manager, laurel: LaurelDep, now: Now) -> EndorsementResource:
    """Badges issued from now on are without it; those that carry it keep it. Needs the scope `manage`."""
    with laurel.database.transaction(actor.issuer_id) as session:
        return _resource(
            endorsements.remove_endorsement(session, endorsement_id, actor=actor, instance=laurel.instance, now=now)
        )


def _resource(view: EndorsementView) -> EndorsementResource:
    row = view.row
    return EndorsementResource(
        id=str(row.id),
        issuer=view.issuer_slug,
        endorses=view.endorses,
        endorser=EndorserOut(id=row.endorser_id, name=row.endorser_name),
        form=row.form.value,
        sha256=row.sha256.hex(),
        valid_until=row.valid_until,
        added_at=row.added_at,
        removed_at=row.removed_at,
    )
