"""Signing keys: what an issuer sees of them, and what it may do with them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from app.errors import (
    InvalidFieldsError,
    InvalidTransitionError,
    KeystoreUnavailableError,
    KeyUnwrapError,
    NotFoundError,
    SigningFaultError,
)
from app.routers.body import StrictJSONRoute
from app.routers.deps import LaurelDep, Manager, Now, Reader
from app.routers.management import GUARDED, WRITES
from app.routers.paging import After, Limit
from app.routers.problems import problems
from app.schemas.keys import CompromiseIn, FailureOut, KeyList, KeyResource, ResignOut, RotationIn
from app.services import key_life, resigning
from app.services.key_life import KeyView

router = APIRouter(prefix="/v1", tags=["Keys"], route_class=StrictJSONRoute)

_SIGNS = (*WRITES, NotFoundError, KeystoreUnavailableError, KeyUnwrapError, SigningFaultError)


@router.get(
    "/issuers/{slug}/keys",
    operation_id="listKeys",
    summary="List signing keys",
    responses=problems(*GUARDED, NotFoundError),
)
def list_keys(slug: str, actor: Reader, laurel: LaurelDep) -> KeyList:
    """Every key that the issuer has or had, oldest first. Needs the scope `read`."""
    with laurel.database.reading(actor.issuer_id) as session:
        return KeyList(items=[key_resource(found) for found in key_life.list_keys(session, slug, actor=actor)])


@router.post(
    "/issuers/{slug}/keys:rotate",
    operation_id="rotateKeys",
    summary="Rotate signing keys",
    responses=problems(*_SIGNS, InvalidTransitionError),
)
def rotate_keys(slug: str, body: RotationIn, actor: Manager, laurel: LaurelDep, now: Now) -> KeyList:
    """New keys take over, at once or at a time; badges of the keys before stay verifiable. Answers with the new keys.

    Where one waits already it is that one, and the time is the one given now. Needs the scope `manage`.
    """
    rotated = key_life.rotate(
        laurel.database,
        slug,
        purposes=body.purposes,
        at=body.at,
        actor=actor,
        instance=laurel.instance,
        now=now,
    )
    return KeyList(items=[key_resource(found) for found in rotated])


@router.post(
    "/issuers/{slug}/keys/{kid}:compromise",
    operation_id="compromiseKey",
    summary="Mark a key as leaked",
    responses=problems(*_SIGNS, InvalidTransitionError),
)
def compromise_key(slug: str, kid: str, body: CompromiseIn, actor: Manager, laurel: LaurelDep, now: Now) -> KeyResource:
    """What it signed since then counts no more; sign your badges again with `:resign`. Needs the scope `manage`.

    A key that signs now is replaced at once. Later only an earlier moment can be stated.
    """
    found = key_life.compromise(
        laurel.database,
        slug,
        kid,
        since=body.since,
        reason=body.reason,
        actor=actor,
        instance=laurel.instance,
        now=now,
    )
    return key_resource(found)


@router.post(
    "/issuers/{slug}/keys/{kid}:destroy",
    operation_id="destroyKey",
    summary="Destroy the private half of a key",
    responses=problems(*_SIGNS, InvalidTransitionError),
)
def destroy_key(slug: str, kid: str, actor: Manager, laurel: LaurelDep, now: Now) -> KeyResource:
    """For good. Its public half stays published, and its badges verifiable. Not while it signs.

    Needs the scope `manage`.
    """
    return key_resource(key_life.destroy(laurel.database, slug, kid, actor=actor, instance=laurel.instance, now=now))


@router.post(
    "/issuers/{slug}/keys/{kid}:resign",
    operation_id="resignCredentials",
    summary="Sign a key's badges again",
    responses=problems(*_SIGNS, InvalidTransitionError, InvalidFieldsError),
)
def resign_credentials(
    request: Request, slug: str, kid: str, actor: Manager, laurel: LaurelDep, now: Now, after: After, limit: Limit = 100
) -> ResignOut:
    """Up to `limit` badges of this key get a signature of the key that signs now: same address, statement and status.

    Call it with the `next` of each answer until that is null; calling it again from the beginning does no harm.
    Copies that people hold keep their old signature. Needs the scope `manage`.
    """
    done = resigning.resign_chunk(
        laurel.database, slug, kid, after=after, most=limit, actor=actor, instance=laurel.instance, now=now
    )
    request.app.state.kept.forget(*done.resigned)
    site = laurel.instance.site
    return ResignOut(
        resigned=len(done.resigned),
        failures=[
            FailureOut(credential=site.credential(one.credential_id), reason=one.reason) for one in done.failures
        ],
        remaining=done.remaining,
        next=done.next.encode() if done.next else None,
    )


def key_resource(view: KeyView) -> KeyResource:
    row: Any = view.row
    return KeyResource(
        kid=row.kid,
        verification_method=f"{view.issuer.did}#{row.kid}",
        algorithm=row.algorithm.value,
        purpose=row.purpose.value,
        state=row.state.value,
        backend=row.backend.value,
        signed=view.signed,
        jwk=row.public_jwk,
        created_at=row.created_at,
        activates_at=row.activates_at,
        retired_at=row.retired_at,
        compromised_at=row.compromised_at,
        destroyed_at=row.destroyed_at,
    )
