"""Who did what, and how it ended; without a word about a learner."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UTCDateTime


class AuditEvent(Base):
    """One line of the audit log; only ever added (a trigger refuses the rest)."""

    __tablename__ = "audit_events"
    __table_args__ = (Index(None, "issuer_id", "id"), {"sqlite_autoincrement": True})

    # SQLite numbers rows by itself only in a column that is literally INTEGER; there that holds 64 bits too.
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    action: Mapped[str]
    actor: Mapped[str]
    issuer_id: Mapped[UUID | None] = mapped_column(ForeignKey("issuers.id"))
    subject: Mapped[str]
    outcome: Mapped[str]
    detail: Mapped[dict[str, Any]]
