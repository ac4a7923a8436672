"""Endorsements of issuers and achievements, byte for byte as they were handed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from app.errors import NotFoundError
from app.models import Endorsement, EndorsementForm
from app.storage.paging import Cursor, Page, read_page

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

_STANDING = (
    select(
        Endorsement.achievement_id,
        Endorsement.form,
        Endorsement.document,
        Endorsement.endorser_id,
        Endorsement.endorser_name,
        Endorsement.valid_until,
        Endorsement.added_at,
    )
    .where(Endorsement.issuer_id == bindparam("issuer_id"), Endorsement.removed_at.is_(None))
    .order_by(Endorsement.added_at, Endorsement.id)
)


@dataclass(frozen=True, slots=True)
class StandingEndorsement:
    """One that has not been removed. Of the issuer when `achievement_id` is None."""

    achievement_id: UUID | None
    form: EndorsementForm
    document: bytes
    endorser_id: str
    endorser_name: str | None
    valid_until: datetime | None
    added_at: datetime


def add_endorsement(session: Session, row: Endorsement) -> Endorsement:
    """Raises IntegrityError when the same document stands already."""
    session.add(row)
    session.flush()
    return row


def list_standing(session: Session, issuer_id: UUID) -> tuple[StandingEndorsement, ...]:
    """Those of the issuer and of its achievements, oldest first. Not paged: there are only so many."""
    return tuple(StandingEndorsement(*row) for row in session.execute(_STANDING, {"issuer_id": issuer_id}))


def list_endorsements(
    session: Session, *, issuer_id: UUID | None, after: Cursor | None = None, limit: int = 100
) -> Page[Endorsement]:
    """All there ever were, of the issuer or of everybody when that is None, latest first."""
    query = select(Endorsement)
    if issuer_id is not None:
        query = query.where(Endorsement.issuer_id == issuer_id)
    return read_page(session, query, at=Endorsement.added_at, id_=Endorsement.id, after=after, limit=limit)


def get_endorsement(session: Session, endorsement_id: UUID, *, issuer_id: UUID | None) -> Endorsement:
    """The endorsement if it is the issuer's; anybody's when `issuer_id` is None. Raises NotFoundError."""
    row = session.get(Endorsement, endorsement_id)
    if row is None or issuer_id not in (None, row.issuer_id):
        raise NotFoundError("There is no such endorsement.")
    return row
