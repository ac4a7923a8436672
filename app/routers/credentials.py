"""What an issuer sees and does with credentials that exist."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.errors import InvalidFieldsError, NotFoundError
from app.routers.awarding import REPLAYED
from app.routers.body import StrictJSONRoute
from app.routers.deps import LaurelDep, Now, Reader, Revoker
from app.routers.management import GUARDED, WRITES
from app.routers.paging import After, Limit
from app.routers.problems import problems
from app.routers.resources import credential_resource, credential_summary
from app.schemas.base import Reference
from app.schemas.credentials import CredentialPage, CredentialResource, RevocationIn
from app.services import credentials

router = APIRouter(prefix="/v1", tags=["Credentials"], route_class=StrictJSONRoute)


@router.get(
    "/credentials",
    operation_id="listCredentials",
    summary="List credentials",
    responses=problems(*GUARDED, InvalidFieldsError),
)
def list_credentials(
    actor: Reader,
    laurel: LaurelDep,
    after: After,
    limit: Limit = 50,
    external_id: Annotated[
        Reference | None, Query(alias="externalId", description="Only those of this completion.")
    ] = None,
    source: Annotated[Reference | None, Query(description="Only those of this platform.")] = None,
) -> CredentialPage:
    """Newest first. Needs the scope `read`."""
    with laurel.database.reading(actor.issuer_id) as session:
        found = credentials.list_credentials(
            session, actor=actor, after=after, limit=limit, external_id=external_id, source=source
        )
        return CredentialPage(
            items=[credential_summary(stored, laurel.instance.site) for stored in found.items],
            next=found.next.encode() if found.next else None,
        )


@router.get(
    "/credentials/{credential_id:uuid}",  # else it would take GET …:revoke for an id, and not say 405
    operation_id="getCredential",
    summary="Get a credential",
    responses=problems(*GUARDED, NotFoundError),
)
def get_credential(credential_id: UUID, actor: Reader, laurel: LaurelDep) -> CredentialResource:
    """The credential as it was answered when it was issued, and its status now. Needs the scope `read`."""
    with laurel.database.reading(actor.issuer_id) as session:
        return credential_resource(
            credentials.get_credential(session, credential_id, actor=actor), laurel.instance.site
        )


@router.post(
    "/credentials/{credential_id}:revoke",
    operation_id="revokeCredential",
    summary="Revoke a credential",
    responses=problems(*WRITES, NotFoundError)
    | {
        200: {
            "description": "Revoked, now or before.",
            "headers": {REPLAYED: {"schema": {"type": "string"}, "description": "`true` when it was revoked before."}},
        }
    },
)
def revoke_credential(
    credential_id: UUID, body: RevocationIn, response: Response, actor: Revoker, laurel: LaurelDep, now: Now
) -> CredentialResource:
    """Takes a badge back for good; the published list says so from the next request on. Needs the scope `revoke`.

    Revoking again changes nothing: the first reason and time stand.
    """
    with laurel.database.transaction(actor.issuer_id) as session:
        revocation = credentials.revoke_credential(session, credential_id, reason=body.reason, actor=actor, now=now)
        if revocation.replayed:
            response.headers[REPLAYED] = "true"
        return credential_resource(revocation.stored, laurel.instance.site)
