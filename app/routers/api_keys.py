"""API keys: of an issuer, for whoever manages it; of the service, for its administrators."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request, Response

from app.errors import InvalidFieldsError, InvalidTransitionError, NotFoundError, StorageFullError
from app.routers.body import StrictJSONRoute
from app.routers.deps import LaurelDep, Manager, Now
from app.routers.management import GUARDED, WRITES
from app.routers.paging import LINKED, After, Limit, next_page
from app.routers.problems import problems
from app.routers.resources import api_key_created, api_key_resource
from app.schemas.api_keys import ApiKeyCreated, ApiKeyIn, ApiKeyPage, ApiKeyRotation
from app.services import api_keys

router = APIRouter(prefix="/v1", tags=["Set up"], route_class=StrictJSONRoute)


@router.post(
    "/api-keys",
    status_code=201,
    operation_id="createApiKey",
    summary="Create an API key",
    responses=problems(*WRITES),
)
def create_api_key(body: ApiKeyIn, actor: Manager, laurel: LaurelDep, now: Now) -> ApiKeyCreated:
    """A new API key; the answer is the only time it is shown. Needs the scope `manage`.

    A bound key makes keys of its own issuer, with any scope but `admin`; a test key makes test keys.
    """
    with laurel.database.transaction(actor.issuer_id) as session:
        new = api_keys.create_api_key(
            session,
            instance=laurel.instance,
            actor=actor,
            name=body.name,
            issuer_slug=body.issuer,
            scopes=body.scopes,
            test=body.test,
            expires_at=body.expires_at,
            now=now,
        )
        return api_key_created(new)


@router.get(
    "/api-keys",
    operation_id="listApiKeys",
    summary="List API keys",
    responses=LINKED | problems(*GUARDED, InvalidFieldsError),
)
def list_api_keys(
    request: Request, response: Response, actor: Manager, laurel: LaurelDep, after: After, limit: Limit = 50
) -> ApiKeyPage:
    """Newest first, without their secrets: those of the key's issuer; everybody's for an admin key.

    Needs the scope `manage`.
    """
    with laurel.database.reading(actor.issuer_id) as session:
        found = api_keys.list_api_keys(session, actor=actor, after=after, limit=limit)
        items = [api_key_resource(known) for known in found.items]
    following = next_page(request, response, found.next, base_url=laurel.settings.base_url)
    return ApiKeyPage(items=items, next=following)


@router.post(
    "/api-keys/{prefix}:rotate",
    status_code=201,
    operation_id="rotateApiKey",
    summary="Replace an API key",
    responses=problems(*WRITES, NotFoundError, InvalidTransitionError),
)
def rotate_api_key(prefix: str, body: ApiKeyRotation, actor: Manager, laurel: LaurelDep, now: Now) -> ApiKeyCreated:
    """A new key with the same issuer, name, scopes and kind. The old one works until the overlap ends.

    If the old one was to expire, the new one lives as long as that was meant to. Needs the scope `manage`.
    """
    with laurel.database.transaction(actor.issuer_id) as session:
        overlap = timedelta(seconds=body.overlap_seconds)
        new = api_keys.rotate_api_key(session, prefix, overlap=overlap, instance=laurel.instance, actor=actor, now=now)
        return api_key_created(new)


@router.post(
    "/api-keys/{prefix}:revoke",
    status_code=204,
    operation_id="revokeApiKey",
    summary="End an API key",
    responses=problems(*GUARDED, NotFoundError, StorageFullError),
)
def revoke_api_key(prefix: str, actor: Manager, laurel: LaurelDep, now: Now) -> None:
    """From the next request on the key is refused. Needs the scope `manage`."""
    with laurel.database.transaction(actor.issuer_id) as session:
        api_keys.revoke_api_key(session, prefix, actor=actor, now=now)
