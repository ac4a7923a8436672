"""Stored credentials: looking them up, their forms, and their end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app import strictjson
from app.issuance import Standing, require_own_output
from app.models import Credential, StatusChange, Succession, SuccessionKind
from app.services import issuers as issuing
from app.services.achievements import Edition, issued_edition
from app.services.actors import Actor
from app.services.audit import record
from app.services.instance import Instance
from app.signing import jwt_claims, sign_jwt
from app.storage import Cursor, Page, Session, credentials, keys, status_lists, successions

MAX_DOCUMENT_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredCredential:
    """A credential, what it was awarded for, and its revocation and its successor if there are any."""

    row: Credential | credentials.NewCredential
    edition: Edition
    revocation: StatusChange | None = None
    successor: Succession | None = None

    @property
    def document(self) -> dict[str, Any]:
        """The signed JSON, read back."""
        return dict(strictjson.loads(self.row.document, max_bytes=MAX_DOCUMENT_BYTES))

    @property
    def standing(self) -> Standing:
        """What is on record about its life: see `app.issuance.require_move`."""
        return Standing(
            valid_until=self.row.valid_until,
            revoked=self.revocation is not None,
            replaced=self.successor is not None and self.successor.kind is SuccessionKind.REPLACEMENT,
            succeeded=self.successor is not None,
            erased=self.row.erased_at is not None,
        )


def get_credential(session: Session, credential_id: UUID, *, actor: Actor | None = None) -> StoredCredential:
    """Raises NotFoundError, also when it belongs to an issuer that `actor` may not see."""
    issuer_id = actor.issuer_id if actor else None
    return _stored(session, credentials.get_credential(session, credential_id, issuer_id=issuer_id))


def get_credentials(session: Session, ids: Iterable[UUID]) -> dict[UUID, StoredCredential]:
    """Several at once, by a few queries, for whoever has just been told their ids."""
    rows = credentials.list_by_ids(session, ids)
    changes = status_lists.find_changes(session, [row.id for row in rows])
    followers = successions.find_successors(session, [row.id for row in rows])
    editions: dict[UUID, Edition] = {}
    for row in rows:
        if row.revision_id not in editions:
            editions[row.revision_id] = issued_edition(session, row.achievement_id, row.revision_id)
    return {
        row.id: StoredCredential(row, editions[row.revision_id], changes.get(row.id), followers.get(row.id))
        for row in rows
    }


def signed_bytes(session: Session, credential_id: UUID) -> credentials.StoredDocument:
    """Only the signed bytes, for addresses that serve them. Raises NotFoundError."""
    return credentials.get_document(session, credential_id)


def list_credentials(
    session: Session,
    *,
    actor: Actor,
    after: Cursor | None,
    limit: int,
    external_id: str | None,
    source: str | None,
) -> Page[StoredCredential]:
    """The credentials that the key may see, newest first."""
    page = credentials.list_credentials(
        session, issuer_id=actor.issuer_id, after=after, limit=limit, external_id=external_id, source=source
    )
    return Page(tuple(_stored(session, row) for row in page.items), page.next)


def _stored(session: Session, row: Credential) -> StoredCredential:
    edition = issued_edition(session, row.achievement_id, row.revision_id)
    change = status_lists.find_change(session, row.id)
    return StoredCredential(row, edition, change, successions.find_successor(session, row.id))


def credential_jwt(session: Session, credential_id: UUID, *, instance: Instance, now: datetime) -> str:
    """The same credential as VC-JWT (OB 3.0 section 8.2), made on first demand, checked, and kept.

    Needs a write transaction. Two first demands at once keep one token.
    """
    stored = get_credential(session, credential_id)
    if stored.row.jwt is not None:
        return stored.row.jwt
    issuer = stored.edition.issuer
    issuing.promote_due_keys(session, issuer.id, keys.list_stored_keys(session, issuer.id), now=now)
    key, signer = issuing.signer_for(session, issuer.id, issuing.VC_JWT, instance=instance, now=now)
    # Without the embedded proof: a reader may take either of two for enough, and then miss that this one is broken.
    claims = jwt_claims({name: value for name, value in stored.document.items() if name != "proof"})
    token = sign_jwt(claims, signer, kid=instance.site.key(issuer.slug, key.kid))
    did_document = issuing.issuer_did_document(session, issuer, site=instance.site)
    key_url = instance.site.key(issuer.slug, key.kid)
    jwk = issuing.issuer_jwk(session, issuer, key.kid, site=instance.site)
    require_own_output(
        token.encode(), did=issuer.did, did_document=did_document, now=stored.row.awarded_at, keys={key_url: jwk}
    )
    return credentials.keep_jwt(session, credential_id, token)


@dataclass(frozen=True, slots=True)
class Revocation:
    """`replayed`: it had been revoked before; the first reason and time stand."""

    stored: StoredCredential
    replayed: bool


def revoke_credential(session: Session, credential_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Revocation:
    """Final: the bit is set in the list from the next request on. Raises NotFoundError."""
    result = status_lists.revoke(
        session,
        credential_id,
        issuer_id=actor.issuer_id,
        reason=reason,
        actor=actor.name,
        now=now.replace(microsecond=0),
    )
    stored = get_credential(session, credential_id)
    if not result.already:
        record(
            session,
            "credential.revoke",
            actor=actor.name,
            issuer_id=stored.row.issuer_id,
            subject=str(credential_id),
            now=now,
        )
    return Revocation(stored, replayed=result.already)
