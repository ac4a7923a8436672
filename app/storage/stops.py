"""Whether issuing is stopped: for one issuer, or for all (`issuer_id` None)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select

from app.models import Stop

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

_STOPS = Stop.metadata.tables["stops"].c
# Built once: every award asks. Few stops are ever made, so all of an issuer's are looked through.
_STANDING = (
    select(_STOPS.issuer_id)
    .where(or_(_STOPS.issuer_id == bindparam("issuer_id"), _STOPS.issuer_id.is_(None)), _STOPS.lifted_at.is_(None))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is stopped: `issuers` of their own, and `everybody`."""

    everybody: bool
    issuers: int


def is_stopped(session: Session, issuer_id: UUID | None) -> bool:
    """Whether issuing is stopped for the issuer or for all; for None, for all."""
    return session.execute(_STANDING, {"issuer_id": issuer_id}).first() is not None


def add_stop(
    session: Session, *, stop_id: UUID, issuer_id: UUID | None, reason: str, actor: str, now: datetime
) -> Stop:
    stop = Stop(id=stop_id, issuer_id=issuer_id, reason=reason, actor=actor, at=now)
    session.add(stop)
    session.flush()
    return stop


def find_stop(session: Session, issuer_id: UUID | None) -> Stop | None:
    """The stop that stands for exactly this issuer, or for all; the latest, should there be two."""
    mine = Stop.issuer_id.is_(None) if issuer_id is None else Stop.issuer_id == issuer_id
    return session.scalars(select(Stop).where(mine, Stop.lifted_at.is_(None)).order_by(Stop.at.desc())).first()


def lift_stops(session: Session, issuer_id: UUID | None, *, actor: str, now: datetime) -> int:
    """How many stood for exactly this issuer, or for all; none does any more."""
    mine = Stop.issuer_id.is_(None) if issuer_id is None else Stop.issuer_id == issuer_id
    standing = list(session.scalars(select(Stop).where(mine, Stop.lifted_at.is_(None))))
    for stop in standing:
        stop.lifted_by, stop.lifted_at = actor, now
    session.flush()
    return len(standing)


def standing(session: Session) -> Standing:
    """What is stopped at this moment."""
    found = set(session.scalars(select(Stop.issuer_id).where(Stop.lifted_at.is_(None))))
    return Standing(everybody=None in found, issuers=len(found - {None}))
