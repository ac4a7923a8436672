"""What can be earned: achievements, their immutable revisions, their images."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Digest, UTCDateTime, digest_check
from app.models.issuers import SLUG_RULE


class Image(Base):
    """A checked image, stored once by its content."""

    __tablename__ = "images"
    __table_args__ = (digest_check("sha256"), CheckConstraint("width > 0 AND height > 0", name="size"))

    sha256: Mapped[bytes] = mapped_column(Digest, primary_key=True)
    media_type: Mapped[str]
    content: Mapped[bytes]
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Achievement(Base):
    """A stable identity; what it says stands in revision number `revision`, which must exist."""

    __tablename__ = "achievements"
    __table_args__ = (
        UniqueConstraint("issuer_id", "slug"),
        UniqueConstraint("issuer_id", "id"),
        # Each refers to the other, so this side is checked at commit, and added after both tables exist.
        ForeignKeyConstraint(
            ["id", "revision"],
            ["achievement_revisions.achievement_id", "achievement_revisions.number"],
            name="fk_achievements_revision",
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
        ),
        CheckConstraint(SLUG_RULE, name="slug"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer_id: Mapped[UUID] = mapped_column(ForeignKey("issuers.id"))
    slug: Mapped[str]
    revision: Mapped[int]
    image_sha256: Mapped[bytes | None] = mapped_column(Digest, ForeignKey("images.sha256"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)


class AchievementRevision(Base):
    """A definition as it stood; never changed nor deleted (a trigger refuses)."""

    __tablename__ = "achievement_revisions"
    __table_args__ = (
        ForeignKeyConstraint(["issuer_id", "achievement_id"], ["achievements.issuer_id", "achievements.id"]),
        UniqueConstraint("achievement_id", "number"),
        UniqueConstraint("issuer_id", "achievement_id", "id"),
        CheckConstraint("number >= 1", name="number"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer_id: Mapped[UUID]
    achievement_id: Mapped[UUID]
    number: Mapped[int]
    definition: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
