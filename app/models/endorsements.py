"""What others say of an issuer or of an achievement, under their own signature."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Digest, UTCDateTime, digest_check, stored_by_value


class EndorsementForm(StrEnum):
    JSON = "json"
    JWT = "jwt"


class Endorsement(Base):
    """An EndorsementCredential as it was handed in, byte for byte: of the issuer when `achievement_id` is NULL.

    From `removed_at` on it is embedded in nothing new; what was issued with it keeps it.
    """

    __tablename__ = "endorsements"
    __table_args__ = (
        ForeignKeyConstraint(["issuer_id", "achievement_id"], ["achievements.issuer_id", "achievements.id"]),
        Index(
            "uq_endorsements_standing",
            "issuer_id",
            "sha256",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index(None, "issuer_id", "added_at", "id"),
        digest_check("sha256"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer_id: Mapped[UUID] = mapped_column(ForeignKey("issuers.id"))
    achievement_id: Mapped[UUID | None]
    form: Mapped[EndorsementForm] = mapped_column(stored_by_value(EndorsementForm, "form"))
    document: Mapped[bytes]
    sha256: Mapped[bytes] = mapped_column(Digest)
    endorser_id: Mapped[str]
    endorser_name: Mapped[str | None]
    valid_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    actor: Mapped[str]
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
