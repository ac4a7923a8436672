"""Stored credentials: looking them up, their forms, and their end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app import strictjson
from app.errors import ErasedError, ForbiddenError
from app.issuance import Standing, require_own_output
from app.language import Said
from app.models import Credential, StatusChange, Succession, SuccessionKind, Visibility
from app.services import issuers as issuing
from app.services import journalled
from app.services.achievements import Edition, issued_edition
from app.services.actors import Actor
from app.services.audit import record
from app.services.instance import Instance
from app.signing import jwt_claims, sign_jwt
from app.storage import Session, credentials, keys, status_lists, successions

MAX_DOCUMENT_BYTES = 4 * 1024 * 1024
ERASED: Final = Said(
    "There was a badge at this address. Everything about its holder was removed from it for good. A copy that the "
    "holder kept can still be verified: send that file."
)


@dataclass(frozen=True, slots=True)
class StoredCredential:
    """A credential, what it was awarded for, and its revocation, successor and predecessor if there are any."""

    row: Credential | credentials.NewCredential
    edition: Edition
    revocation: StatusChange | None = None
    successor: Succession | None = None
    predecessor: Succession | None = None

    @property
    def erased(self) -> bool:
        """Whether everything about its holder was removed: then it has no document, no learner and no other form."""
        return self.row.erased_at is not None

    @property
    def visibility(self) -> Visibility:
        return self.row.visibility

    @property
    def findable(self) -> bool:
        """Whether search engines may show its page: what is a test or was erased is nobody's to find."""
        return self.row.visibility is Visibility.PUBLIC and not self.row.test and not self.erased

    @property
    def recipient_name(self) -> str | None:
        """The holder's name, if it was signed as it stands; an issuer may leave it out, or sign a digest."""
        for identifier in self.document["credentialSubject"].get("identifier", []):
            if identifier["identityType"] == "name" and not identifier["hashed"]:
                return str(identifier["identityHash"])
        return None

    @property
    def document(self) -> dict[str, Any]:
        """The signed JSON, read back. There must be one."""
        return dict(strictjson.loads(self.row.document, max_bytes=MAX_DOCUMENT_BYTES))

    @property
    def renewed_by(self) -> UUID | None:
        return self._successor(SuccessionKind.RENEWAL)

    @property
    def replaced_by(self) -> UUID | None:
        return self._successor(SuccessionKind.REPLACEMENT)

    def _successor(self, kind: SuccessionKind) -> UUID | None:
        return self.successor.successor_id if self.successor is not None and self.successor.kind is kind else None

    @property
    def standing(self) -> Standing:
        """What is on record about its life: see `app.issuance.require_move`."""
        return Standing(
            valid_until=self.row.valid_until,
            revoked=self.revocation is not None,
            replaced=self.replaced_by is not None,
            succeeded=self.successor is not None,
            erased=self.row.erased_at is not None,
        )


def get_credential(session: Session, credential_id: UUID, *, actor: Actor | None = None) -> StoredCredential:
    """Raises NotFoundError, also when it belongs to an issuer that `actor` may not see."""
    issuer_id = actor.issuer_id if actor else None
    return _stored(session, credentials.get_credential(session, credential_id, issuer_id=issuer_id))


def get_credentials(session: Session, ids: Iterable[UUID]) -> dict[UUID, StoredCredential]:
    """Several at once, by a few queries, for whoever has just been told their ids."""
    return {stored.row.id: stored for stored in stored_all(session, credentials.list_by_ids(session, ids))}


def stored_all(session: Session, rows: Sequence[Credential]) -> list[StoredCredential]:
    """The rows, in their order, with what became of them."""
    ids = [row.id for row in rows]
    changes = status_lists.find_changes(session, ids)
    followers = successions.find_successors(session, ids)
    followed = successions.find_predecessors(session, ids)
    editions: dict[UUID, Edition] = {}
    for row in rows:
        if row.revision_id not in editions:
            editions[row.revision_id] = issued_edition(session, row.achievement_id, row.revision_id)
    return [
        StoredCredential(
            row, editions[row.revision_id], changes.get(row.id), followers.get(row.id), followed.get(row.id)
        )
        for row in rows
    ]


def require_reach(actor: Actor, stored: StoredCredential) -> None:
    """Raises ForbiddenError when a test key would change what became of a real credential."""
    if actor.test and not stored.row.test:
        raise ForbiddenError("This is a test key, and the credential is no test.")


def get_published(session: Session, credential_id: UUID) -> StoredCredential:
    """For the public addresses of all its forms. Raises NotFoundError, ErasedError."""
    stored = get_credential(session, credential_id)
    if stored.erased:
        raise ErasedError(ERASED)
    return stored


def signed_bytes(session: Session, credential_id: UUID) -> credentials.StoredDocument:
    """Only the signed bytes, for addresses that serve them. Raises NotFoundError, ErasedError."""
    found = credentials.get_document(session, credential_id)
    if not found.document:  # which only an erasure can empty
        raise ErasedError(ERASED)
    return found


def _stored(session: Session, row: Credential) -> StoredCredential:
    [stored] = stored_all(session, [row])
    return stored


def credential_jwt(session: Session, credential_id: UUID, *, instance: Instance, now: datetime) -> str:
    """The same credential as VC-JWT (OB 3.0 section 8.2), made on first demand, checked, and kept.

    Needs a write transaction. Two first demands at once keep one token. Raises NotFoundError, ErasedError.
    """
    stored = get_published(session, credential_id)
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
    """Final: the bit is set in the list from the next request on. Raises NotFoundError, ForbiddenError."""
    require_reach(actor, get_credential(session, credential_id, actor=actor))
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
            detail=journalled.revoked(stored.row),
            now=now,
        )
    return Revocation(stored, replayed=result.already)
