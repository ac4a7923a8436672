"""Who did what, and how it ended; without a word about a learner."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Digest, UTCDateTime, digest_check


class AuditEvent(Base):
    """One line of the audit log; only ever added (a trigger refuses the rest).

    Number `sequence` of its `chain`; `sha256` is over the line and the digest of the one before it. All three are NULL
    in lines that were written before there were chains.
    """

    __tablename__ = "audit_events"
    __table_args__ = (
        Index(None, "issuer_id", "id"),
        Index("uq_audit_events_chain", "chain", "sequence", unique=True),
        {"sqlite_autoincrement": True},
    )

    # SQLite numbers rows by itself only in a column that is literally INTEGER; there that holds 64 bits too.
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    action: Mapped[str]
    actor: Mapped[str]
    issuer_id: Mapped[UUID | None] = mapped_column(ForeignKey("issuers.id"))
    subject: Mapped[str]
    outcome: Mapped[str]
    detail: Mapped[dict[str, Any]]
    chain: Mapped[UUID | None]
    sequence: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[bytes | None] = mapped_column(Digest)


class AuditHead(Base):
    """The end of a chain: how many lines it has, and the digest of the last one. So cutting off its tail shows.

    `chain` is the issuer's id, or the nil UUID for what concerns no issuer.
    """

    __tablename__ = "audit_heads"
    __table_args__ = (CheckConstraint("length >= 1", name="length"), digest_check("sha256"))

    chain: Mapped[UUID] = mapped_column(primary_key=True)
    length: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes] = mapped_column(Digest)
