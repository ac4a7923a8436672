"""What an issuer sees and does with credentials that exist."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.errors import (
    InvalidFieldsError,
    MalformedJSONError,
    NotFoundError,
    TooLargeError,
    UnsupportedMediaTypeError,
)
from app.routers.awarding import REPLAYED
from app.routers.body import StrictJSONRoute
from app.routers.deps import Actor, Laurel, LaurelDep, Now
from app.routers.filtering import Wanted, of_parameters, search_of
from app.routers.management import GUARDED, WRITES
from app.routers.paging import LINKED, After, Limit, next_page
from app.routers.problems import problems
from app.routers.resources import credential_resource, credential_summary
from app.routers.wording import sentence
from app.schemas.credentials import (
    CredentialPage,
    CredentialResource,
    CredentialSearch,
    CredentialSummary,
    RevocationIn,
)
from app.services import actors, credentials, searching
from app.services.credentials import StoredCredential
from app.services.paging import Cursor, Page, cursor
from app.services.searching import Search

UNREADABLE = (MalformedJSONError, TooLargeError, UnsupportedMediaTypeError)
router = APIRouter(prefix="/v1", tags=["Credentials"], route_class=StrictJSONRoute)


@router.get(
    "/credentials",
    operation_id="listCredentials",
    summary="List credentials",
    responses=problems(*GUARDED, InvalidFieldsError) | LINKED,
)
def list_credentials(
    request: Request,
    response: Response,
    actor: Actor,
    laurel: LaurelDep,
    now: Now,
    wanted: Wanted,
    after: After,
    limit: Limit = 50,
) -> CredentialPage:
    """Newest first: those that fit every parameter. Needs the scope `read`.

    To look for a learner, use `POST /v1/credentials:search`: who somebody is does not belong into an address.
    """
    actor.require("read")
    try:
        found = _found(wanted, actor, laurel, after=after, limit=limit, now=now)
    except InvalidFieldsError as error:
        raise of_parameters(error) from None
    following = next_page(request, response, found.next, base_url=laurel.settings.base_url)
    return CredentialPage(items=_summaries(found, laurel, now), next=following)


@router.post(
    "/credentials:search",
    operation_id="searchCredentials",
    summary="Search for credentials",
    responses=problems(*GUARDED, *UNREADABLE, InvalidFieldsError),
)
def search_credentials(body: CredentialSearch, actor: Actor, laurel: LaurelDep, now: Now) -> CredentialPage:
    """The same list, and by learner too: e-mail, name or DID. Changes nothing. Needs the scope `read`."""
    actor.require("read")
    found = _found(search_of(body), actor, laurel, after=_cursor(body.after), limit=body.limit, now=now)
    return CredentialPage(items=_summaries(found, laurel, now), next=found.next.encode() if found.next else None)


def _found(
    wanted: Search, actor: actors.Actor, laurel: Laurel, *, after: Cursor | None, limit: int, now: datetime
) -> Page[StoredCredential]:
    with laurel.database.reading() as session:
        return searching.list_credentials(
            session, wanted, actor=actor, site=laurel.instance.site, after=after, limit=limit, now=now
        )


def _summaries(found: Page[StoredCredential], laurel: Laurel, now: datetime) -> list[CredentialSummary]:
    return [credential_summary(stored, laurel.instance.site, now=now) for stored in found.items]


def _cursor(text: str | None) -> Cursor | None:
    try:
        return cursor(text)
    except ValueError as error:
        raise InvalidFieldsError.one("/after", sentence("value_error", str(error), {})) from None


@router.get(
    "/credentials/{credential_id:uuid}",  # else it would take GET …:revoke for an id, and not say 405
    operation_id="getCredential",
    summary="Get a credential",
    responses=problems(*GUARDED, NotFoundError),
)
def get_credential(credential_id: UUID, actor: Actor, laurel: LaurelDep, now: Now) -> CredentialResource:
    """The credential as it was answered when it was issued, and its status now. Needs the scope `read`."""
    actor.require("read")
    with laurel.database.reading() as session:
        return credential_resource(
            credentials.get_credential(session, credential_id, actor=actor), laurel.instance.site, now=now
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
    credential_id: UUID, body: RevocationIn, response: Response, actor: Actor, laurel: LaurelDep, now: Now
) -> CredentialResource:
    """Takes a badge back for good; the published list says so from the next request on. Needs the scope `revoke`.

    Revoking again changes nothing: the first reason and time stand.
    """
    actor.require("revoke")
    with laurel.database.transaction() as session:
        revocation = credentials.revoke_credential(session, credential_id, reason=body.reason, actor=actor, now=now)
        if revocation.replayed:
            response.headers[REPLAYED] = "true"
        return credential_resource(revocation.stored, laurel.instance.site, now=now)
