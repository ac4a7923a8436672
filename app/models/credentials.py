"""What was issued: credentials as exact signed bytes, their places in status lists, what became of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Digest, UTCDateTime, digest_check, stored_by_value

# Bitstring Status List v1.0, section 6.1: fewer entries would tell who was revoked.
MINIMUM_LIST_LENGTH = 131_072


class StatusPurpose(StrEnum):
    REVOCATION = "revocation"


class StatusValue(StrEnum):
    REVOKED = "revoked"


class Visibility(StrEnum):
    """Who finds a credential's page: whoever has its address, or search engines too."""

    UNLISTED = "unlisted"
    PUBLIC = "public"


class StatusList(Base):
    """A list of status entries. `version` rises with every change, so a signed copy can tell its age."""

    __tablename__ = "status_lists"
    __table_args__ = (
        UniqueConstraint("issuer_id", "id"),
        UniqueConstraint("issuer_id", "purpose", "number"),
        Index(
            "uq_status_lists_open",
            "issuer_id",
            "purpose",
            unique=True,
            sqlite_where=text("open"),
            postgresql_where=text("open"),
        ),
        CheckConstraint(f"length >= {MINIMUM_LIST_LENGTH}", name="length"),
        CheckConstraint("allocated BETWEEN 0 AND length", name="allocated"),
        CheckConstraint("number >= 1 AND version >= 1", name="counters"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer_id: Mapped[UUID] = mapped_column(ForeignKey("issuers.id"))
    purpose: Mapped[StatusPurpose] = mapped_column(stored_by_value(StatusPurpose, "purpose"))
    number: Mapped[int]
    length: Mapped[int]
    allocated: Mapped[int]
    version: Mapped[int]
    open: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Credential(Base):
    """A signed statement, kept as issued: a trigger refuses changes. `jwt` is added later, on demand.

    Two things may happen to the signed bytes: another signature of the same statement takes their place when the one
    before is on record (`SupersededDocument`), and they are emptied for good when the holder is forgotten
    (`erased_at`). Then `sha256` still tells what they were.
    """

    __tablename__ = "credentials"
    __table_args__ = (
        ForeignKeyConstraint(
            ["issuer_id", "achievement_id", "revision_id"],
            [f"achievement_revisions.{column}" for column in ("issuer_id", "achievement_id", "id")],
        ),
        ForeignKeyConstraint(["issuer_id", "signing_key_id"], ["signing_keys.issuer_id", "signing_keys.id"]),
        ForeignKeyConstraint(["issuer_id", "status_list_id"], ["status_lists.issuer_id", "status_lists.id"]),
        UniqueConstraint("issuer_id", "id"),
        UniqueConstraint("status_list_id", "status_index"),
        UniqueConstraint("issuer_id", "test", "source", "external_id", name="uq_credentials_natural_key"),
        Index(None, "issuer_id", "issued_at", "id"),
        Index(None, "issued_at", "id"),
        CheckConstraint("status_index >= 0", name="status_index"),
        CheckConstraint("length(source) <= 255", name="source_length"),
        CheckConstraint("length(external_id) BETWEEN 1 AND 255", name="external_id_length"),
        CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name="validity"),
        digest_check("sha256"),
        digest_check("request_sha256"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer_id: Mapped[UUID]
    achievement_id: Mapped[UUID]
    revision_id: Mapped[UUID]
    signing_key_id: Mapped[UUID]
    status_list_id: Mapped[UUID]
    status_index: Mapped[int]
    document: Mapped[bytes]
    sha256: Mapped[bytes] = mapped_column(Digest)
    jwt: Mapped[str | None]
    test: Mapped[bool]
    source: Mapped[str]
    # NULL for a credential that answers no completion of its own, such as a correction later.
    external_id: Mapped[str | None]
    request_sha256: Mapped[bytes] = mapped_column(Digest)
    learner: Mapped[dict[str, Any]]
    awarded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    valid_from: Mapped[datetime] = mapped_column(UTCDateTime)
    valid_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    visibility: Mapped[Visibility] = mapped_column(
        stored_by_value(Visibility, "visibility"), server_default=Visibility.UNLISTED.value
    )


class IdempotencyKey(Base):
    """The sender's name for a request, and the credential it led to."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        ForeignKeyConstraint(["issuer_id", "credential_id"], ["credentials.issuer_id", "credentials.id"]),
        CheckConstraint("length(key) BETWEEN 1 AND 255", name="key_length"),
        digest_check("request_sha256"),
        Index(None, "created_at"),
    )

    issuer_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_sha256: Mapped[bytes] = mapped_column(Digest)
    credential_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class StatusChange(Base):
    """A fact about a status entry. One per entry, never changed nor deleted: revocation is final."""

    __tablename__ = "status_changes"
    __table_args__ = (
        ForeignKeyConstraint(["list_id", "status_index"], ["credentials.status_list_id", "credentials.status_index"]),
        ForeignKeyConstraint(["issuer_id", "credential_id"], ["credentials.issuer_id", "credentials.id"]),
        ForeignKeyConstraint(["issuer_id", "list_id"], ["status_lists.issuer_id", "status_lists.id"]),
        UniqueConstraint("list_id", "status_index"),
        UniqueConstraint("credential_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer_id: Mapped[UUID]
    list_id: Mapped[UUID]
    status_index: Mapped[int]
    credential_id: Mapped[UUID]
    value: Mapped[StatusValue] = mapped_column(stored_by_value(StatusValue, "value"))
    reason: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
