"""Who issues, with which keys, and who may ask for it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Digest, UTCDateTime, digest_check, stored_by_value

# A name that stands in a URL: lower case, no spaces, no slashes. The exact pattern is the schemas' affair.
SLUG_RULE = "length(slug) BETWEEN 1 AND 100 AND slug = replace(replace(lower(slug), ' ', ''), '/', '')"


class KeyAlgorithm(StrEnum):
    """JOSE names; the same as `app.signing.Algorithm`, which this room may not import."""

    EDDSA = "EdDSA"
    RS256 = "RS256"
    ES256 = "ES256"
    ES384 = "ES384"


class KeyPurpose(StrEnum):
    DATA_INTEGRITY = "data-integrity"
    VC_JWT = "vc-jwt"


class KeyState(StrEnum):
    """In the order of a key's life; `compromised` may come at any time after `pending`."""

    PENDING = "pending"
    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"
    DESTROYED = "destroyed"


class KeyBackend(StrEnum):
    ENVELOPE = "envelope"
    PKCS11 = "pkcs11"


class Issuer(Base):
    """A tenant and its public profile. `revision` counts changes of what the profile says."""

    __tablename__ = "issuers"
    __table_args__ = (
        CheckConstraint(SLUG_RULE, name="slug"),
        CheckConstraint("revision >= 1", name="revision"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    did: Mapped[str] = mapped_column(unique=True)
    profile: Mapped[dict[str, Any]]
    settings: Mapped[dict[str, Any]]
    revision: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # Makes the digests of erased completions useless to whoever guesses; made when the first one is needed.
    pepper: Mapped[bytes | None]
    logo_sha256: Mapped[bytes | None] = mapped_column(Digest, ForeignKey("images.sha256"))


class Stop(Base):
    """Issuing is stopped, for one issuer or for all (`issuer_id` NULL), until it is lifted."""

    __tablename__ = "stops"
    __table_args__ = (
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted"),
        Index(None, "issuer_id", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer_id: Mapped[UUID | None] = mapped_column(ForeignKey("issuers.id"))
    reason: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    lifted_by: Mapped[str | None]
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SigningKey(Base):
    """A key pair of an issuer. The private half only as what the back end keeps of it: the envelope's ciphertext, or
    the name by which a device finds it; nothing once it is destroyed.

    What was signed at `compromised_at` or later counts no more.
    """

    __tablename__ = "signing_keys"
    __table_args__ = (
        UniqueConstraint("issuer_id", "kid"),
        UniqueConstraint("issuer_id", "id"),
        Index(
            "uq_signing_keys_active",
            "issuer_id",
            "purpose",
            unique=True,
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
        CheckConstraint("(state IN ('pending', 'active')) = (retired_at IS NULL)", name="retired_at"),
        CheckConstraint("state <> 'compromised' OR compromised_at IS NOT NULL", name="compromised_at"),
        CheckConstraint("(state = 'destroyed') = (destroyed_at IS NOT NULL)", name="destroyed_at"),
        CheckConstraint("state <> 'destroyed' OR length(ciphertext) = 0", name="nothing_left"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer_id: Mapped[UUID] = mapped_column(ForeignKey("issuers.id"))
    kid: Mapped[str]
    algorithm: Mapped[KeyAlgorithm] = mapped_column(stored_by_value(KeyAlgorithm, "algorithm"))
    purpose: Mapped[KeyPurpose] = mapped_column(stored_by_value(KeyPurpose, "purpose"))
    public_jwk: Mapped[dict[str, Any]]
    ciphertext: Mapped[bytes]
    state: Mapped[KeyState] = mapped_column(stored_by_value(KeyState, "state"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    backend: Mapped[KeyBackend] = mapped_column(
        stored_by_value(KeyBackend, "backend"), server_default=KeyBackend.ENVELOPE.value
    )
    activates_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # when a pending key takes over by itself
    compromised_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    destroyed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class APIKey(Base):
    """A bearer of rights: the whole service's when `issuer_id` is NULL, one issuer's otherwise."""

    __tablename__ = "api_keys"
    __table_args__ = (digest_check("secret_sha256"), Index(None, "issuer_id", "created_at", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer_id: Mapped[UUID | None] = mapped_column(ForeignKey("issuers.id"))
    name: Mapped[str]
    prefix: Mapped[str] = mapped_column(unique=True)
    secret_sha256: Mapped[bytes] = mapped_column(Digest)
    scopes: Mapped[list[str]]
    live: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
