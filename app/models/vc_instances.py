"""Signing instances of the VC-API: one key, one did:key and one cryptosuite each, and status lists of their own.

The credentials themselves are not kept, only their places in the lists.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Digest, UTCDateTime, digest_check, stored_by_value
from app.models.credentials import MINIMUM_LIST_LENGTH, StatusPurpose, StatusValue
from app.models.issuers import KeyAlgorithm


class VCInstance(Base):
    """What signs for an issuer under `name`. The key is the identifier, so neither ever changes."""

    __tablename__ = "vc_instances"
    __table_args__ = (
        UniqueConstraint("issuer_id", "name"),
        CheckConstraint("length(name) BETWEEN 1 AND 100", name="name_length"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer_id: Mapped[UUID] = mapped_column(ForeignKey("issuers.id"))
    name: Mapped[str]
    did: Mapped[str] = mapped_column(unique=True)
    kid: Mapped[str]
    algorithm: Mapped[KeyAlgorithm] = mapped_column(stored_by_value(KeyAlgorithm, "algorithm"))
    ciphertext: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class VCStatusList(Base):
    """A list of status entries, signed by the instance that owns it."""

    __tablename__ = "vc_status_lists"
    __table_args__ = (
        UniqueConstraint("instance_id", "purpose", "number"),
        Index(
            "uq_vc_status_lists_open",
            "instance_id",
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
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("vc_instances.id"))
    purpose: Mapped[StatusPurpose] = mapped_column(stored_by_value(StatusPurpose, "purpose"))
    number: Mapped[int]
    length: Mapped[int]
    allocated: Mapped[int]
    version: Mapped[int]
    open: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class VCStatusEntry(Base):
    """A place that a credential holds for good. The digest of its id is kept, so that it can be found by that."""

    __tablename__ = "vc_status_entries"
    __table_args__ = (
        CheckConstraint("status_index >= 0", name="status_index"),
        digest_check("credential_sha256"),
        Index(None, "credential_sha256"),
    )

    list_id: Mapped[UUID] = mapped_column(ForeignKey("vc_status_lists.id"), primary_key=True)
    status_index: Mapped[int] = mapped_column(primary_key=True)
    credential_sha256: Mapped[bytes | None] = mapped_column(Digest)
    test: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class VCStatusChange(Base):
    """A fact about an entry. One per entry, never changed nor deleted: revocation is final."""

    __tablename__ = "vc_status_changes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["list_id", "status_index"], ["vc_status_entries.list_id", "vc_status_entries.status_index"]
        ),
    )

    list_id: Mapped[UUID] = mapped_column(primary_key=True)
    status_index: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[StatusValue] = mapped_column(stored_by_value(StatusValue, "value"))
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
