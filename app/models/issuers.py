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
    ACTIVE = "active"
    RETIRED = "retired"


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


class SigningKey(Base):
    """A key pair of an issuer; the private half only as the keystore's ciphertext."""

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
        CheckConstraint("(state = 'retired') = (retired_at IS NOT NULL)", name="retired_at"),
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
