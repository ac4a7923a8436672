"""What became of credentials beside revocation: successors, other signatures, and what is left of the erased."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Digest, UTCDateTime, digest_check, stored_by_value


class SuccessionKind(StrEnum):
    RENEWAL = "renewal"  # both stand; the earlier one ends by itself
    REPLACEMENT = "replacement"  # the earlier one said something wrong, and is revoked


class Succession(Base):
    """A credential took the place of another. Each has one successor at most, and one predecessor; a fact."""

    __tablename__ = "successions"
    __table_args__ = (
        ForeignKeyConstraint(["issuer_id", "predecessor_id"], ["credentials.issuer_id", "credentials.id"]),
        ForeignKeyConstraint(["issuer_id", "successor_id"], ["credentials.issuer_id", "credentials.id"]),
        UniqueConstraint("successor_id"),
        CheckConstraint("predecessor_id <> successor_id", name="two"),
    )

    predecessor_id: Mapped[UUID] = mapped_column(primary_key=True)
    successor_id: Mapped[UUID]
    issuer_id: Mapped[UUID]
    kind: Mapped[SuccessionKind] = mapped_column(stored_by_value(SuccessionKind, "kind"))
    reason: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class SupersededDocument(Base):
    """The digest of signed bytes that a signature by another key took the place of; a fact.

    It has to be there before the bytes of the credential may change (a trigger asks).
    """

    __tablename__ = "superseded_documents"
    __table_args__ = (
        ForeignKeyConstraint(["issuer_id", "credential_id"], ["credentials.issuer_id", "credentials.id"]),
        ForeignKeyConstraint(["issuer_id", "signing_key_id"], ["signing_keys.issuer_id", "signing_keys.id"]),
        digest_check("sha256"),
    )

    credential_id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[bytes] = mapped_column(Digest, primary_key=True)
    issuer_id: Mapped[UUID]
    signing_key_id: Mapped[UUID]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class ErasedCompletion(Base):
    """That a completion once led to a credential which was erased, so that it is not awarded again.

    `digest`: HMAC-SHA256 of the natural key under the issuer's pepper.
    """

    __tablename__ = "erased_completions"
    __table_args__ = (
        ForeignKeyConstraint(["issuer_id", "credential_id"], ["credentials.issuer_id", "credentials.id"]),
        UniqueConstraint("credential_id"),
        digest_check("digest"),
    )

    issuer_id: Mapped[UUID] = mapped_column(primary_key=True)
    test: Mapped[bool] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(Digest, primary_key=True)
    credential_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
