"""Signing keys: the public half as it is, the private half as the keystore's ciphertext."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, bindparam, cast, select

from app.errors import NotFoundError
from app.models import KeyAlgorithm, KeyPurpose, KeyState, SigningKey

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

# Built once: every award asks, and building a statement costs as much as running it.
_OF_ISSUER = select(SigningKey).where(SigningKey.issuer_id == bindparam("issuer_id"))
_ALL = _OF_ISSUER.order_by(SigningKey.created_at, SigningKey.kid)
_COLUMNS = SigningKey.metadata.tables["signing_keys"].c
_STORED = (
    select(
        _COLUMNS.id,
        _COLUMNS.kid,
        _COLUMNS.algorithm,
        _COLUMNS.purpose,
        cast(_COLUMNS.public_jwk, Text),
        _COLUMNS.ciphertext,
        _COLUMNS.state,
    )
    .where(_COLUMNS.issuer_id == bindparam("issuer_id"))
    .order_by(_COLUMNS.created_at, _COLUMNS.kid)
)
_ACTIVE = _OF_ISSUER.where(SigningKey.purpose == bindparam("purpose"), SigningKey.state == KeyState.ACTIVE)


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A signing key as the table has it; `public_jwk` is JSON text."""

    id: UUID
    kid: str
    algorithm: KeyAlgorithm
    purpose: KeyPurpose
    public_jwk: str
    ciphertext: bytes = field(repr=False)
    state: KeyState


def add_key(
    session: Session,
    *,
    key_id: UUID,
    issuer_id: UUID,
    kid: str,
    algorithm: str,
    purpose: str,
    public_jwk: Mapping[str, Any],
    ciphertext: bytes,
    now: datetime,
) -> SigningKey:
    """An active key. Raises IntegrityError when there is one for the purpose already: retire that first."""
    key = SigningKey(
        id=key_id,
        issuer_id=issuer_id,
        kid=kid,
        algorithm=KeyAlgorithm(algorithm),
        purpose=KeyPurpose(purpose),
        public_jwk=dict(public_jwk),
        ciphertext=ciphertext,
        state=KeyState.ACTIVE,
        created_at=now,
    )
    session.add(key)
    session.flush()  # so that a second active key is noticed here
    return key


def retire_key(session: Session, key: SigningKey, *, now: datetime) -> SigningKey:
    """The key signs no more; what it signed stays verifiable."""
    key.state = KeyState.RETIRED
    key.retired_at = now
    session.flush()  # before its successor is added, which may not be active beside it
    return key


def find_key(session: Session, issuer_id: UUID, kid: str) -> SigningKey | None:
    return session.scalar(select(SigningKey).where(SigningKey.issuer_id == issuer_id, SigningKey.kid == kid))


def get_key(session: Session, issuer_id: UUID, kid: str) -> SigningKey:
    return _required(find_key(session, issuer_id, kid))


def find_active_key(session: Session, issuer_id: UUID, purpose: str) -> SigningKey | None:
    return session.scalar(_ACTIVE, {"issuer_id": issuer_id, "purpose": KeyPurpose(purpose)})


def get_active_key(session: Session, issuer_id: UUID, purpose: str) -> SigningKey:
    return _required(find_active_key(session, issuer_id, purpose))


def list_keys(session: Session, issuer_id: UUID) -> tuple[SigningKey, ...]:
    """All keys of the issuer, oldest first. Not paged: a DID document needs every one."""
    return tuple(session.scalars(_ALL, {"issuer_id": issuer_id}))


def list_stored_keys(session: Session, issuer_id: UUID) -> tuple[StoredKey, ...]:
    """The same as values, for whoever remembers what follows from them."""
    return tuple(StoredKey(*row) for row in session.execute(_STORED, {"issuer_id": issuer_id}))


def _required(key: SigningKey | None) -> SigningKey:
    if key is None:
        raise NotFoundError("There is no such key.")
    return key
