"""The keys that sign verification receipts: the service's own, no issuer's."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UTCDateTime


class ReceiptKey(Base):
    """An Ed25519 key pair, the private half in an envelope. A retired one signs nothing new and stays published."""

    __tablename__ = "receipt_keys"
    ALGORITHM: ClassVar[str] = "EdDSA"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kid: Mapped[str] = mapped_column(unique=True)
    public_jwk: Mapped[dict[str, Any]]
    ciphertext: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
