"""Signing keys: the public half as it is, the private half as the keystore's ciphertext."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, bindparam, cast, func, select

from app.errors import NotFoundError
from app.models import Credential, KeyAlgorithm, KeyBackend, KeyPurpose, KeyState, SigningKey

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
        _COLUMNS.activates_at,
        _COLUMNS.compromised_at,
    )
    .where(_COLUMNS.issuer_id == bindparam("issuer_id"))
    .order_by(_COLUMNS.created_at, _COLUMNS.kid)
)
_LOCKED = (
    _OF_ISSUER.where(SigningKey.kid == bindparam("kid"))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
_PENDING = (
    _OF_ISSUER.where(SigningKey.purpose == bindparam("purpose"), SigningKey.state == KeyState.PENDING)
    .order_by(SigningKey.created_at.desc(), SigningKey.kid)
    .limit(1)
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
    activates_at: datetime | None
    compromised_at: datetime | None


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
    state: KeyState = KeyState.ACTIVE,
    backend: str = KeyBackend.ENVELOPE,
) -> SigningKey:
    """A new key. Raises IntegrityError when it is to be the second active one for its purpose: retire that first."""
    key = SigningKey(
        id=key_id,
        issuer_id=issuer_id,
        kid=kid,
        algorithm=KeyAlgorithm(algorithm),
        purpose=KeyPurpose(purpose),
        public_jwk=dict(public_jwk),
        ciphertext=ciphertext,
        state=state,
        backend=KeyBackend(backend),
        created_at=now,
    )
    session.add(key)
    session.flush()  # so that a second active key is noticed here
    return key


def set_state(session: Session, key: SigningKey, state: str, *, now: datetime) -> SigningKey:
    """The key in another state, and since when. Which states may follow is `app.issuance.next_state`'s affair."""
    key.state = KeyState(state)
    if key.state not in {KeyState.PENDING, KeyState.ACTIVE} and key.retired_at is None:
        key.retired_at = now
    if key.state is KeyState.DESTROYED and key.destroyed_at is None:
        key.destroyed_at, key.ciphertext = now, b""
    session.flush()  # before a successor is made active, which may not be beside it
    return key


def schedule_key(session: Session, key: SigningKey, *, at: datetime) -> SigningKey:
    """A pending key takes over at that moment."""
    key.activates_at = at
    session.flush()  # read back in the same transaction
    return key


def retire_key(session: Session, key: SigningKey, *, now: datetime) -> SigningKey:
    """The key signs no more; what it signed stays verifiable."""
    return set_state(session, key, KeyState.RETIRED, now=now)


def lock_key(session: Session, issuer_id: UUID, kid: str) -> SigningKey:
    """The key as it stands now, kept so until the transaction ends. Raises NotFoundError."""
    found = None if "\0" in kid else session.scalar(_LOCKED, {"issuer_id": issuer_id, "kid": kid})
    return _required(found)


def find_pending_key(session: Session, issuer_id: UUID, purpose: str) -> SigningKey | None:
    """The key that is to take over, if there is one; the newest, if there are several."""
    return session.scalar(_PENDING, {"issuer_id": issuer_id, "purpose": KeyPurpose(purpose)})


def count_signed(session: Session, issuer_id: UUID) -> dict[UUID, int]:
    """How many of the issuer's credentials are signed with each key (Data Integrity), but for those that are erased."""
    query = (
        select(Credential.signing_key_id, func.count())
        .where(Credential.issuer_id == issuer_id, Credential.erased_at.is_(None))
        .group_by(Credential.signing_key_id)
    )
    return dict(session.execute(query).all())


def find_key(session: Session, issuer_id: UUID, kid: str) -> SigningKey | None:
    if "\0" in kid:  # a path can hold one; PostgreSQL's texts cannot, not even one that is looked for
        return None
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
