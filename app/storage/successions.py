"""Which credential followed which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from app.models import Succession, SuccessionKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

_CHUNK = 500  # values in one IN (...)
# Written once: every page of a credential asks, and putting a statement together costs more than its answer.
_FOLLOWERS = select(Succession).where(Succession.predecessor_id.in_(bindparam("ids", expanding=True)))
_FOLLOWED = select(Succession).where(Succession.successor_id.in_(bindparam("ids", expanding=True)))


def add_succession(
    session: Session,
    *,
    issuer_id: UUID,
    predecessor_id: UUID,
    successor_id: UUID,
    kind: SuccessionKind,
    reason: str,
    actor: str,
    now: datetime,
) -> Succession:
    """Raises IntegrityError when the predecessor has a successor already, or the successor a predecessor."""
    row = Succession(
        predecessor_id=predecessor_id,
        successor_id=successor_id,
        issuer_id=issuer_id,
        kind=kind,
        reason=reason,
        actor=actor,
        at=now,
    )
    session.add(row)
    session.flush()
    return row


def find_successor(session: Session, credential_id: UUID) -> Succession | None:
    """What followed the credential."""
    return session.get(Succession, credential_id)


def find_predecessor(session: Session, credential_id: UUID) -> Succession | None:
    """What the credential followed."""
    return session.scalar(select(Succession).where(Succession.successor_id == credential_id))


def find_successors(session: Session, credential_ids: Sequence[UUID]) -> dict[UUID, Succession]:
    """What followed each of several: by predecessor, those that have a successor."""
    return {
        row.predecessor_id: row
        for start in range(0, len(credential_ids), _CHUNK)
        for row in session.scalars(_FOLLOWERS, {"ids": credential_ids[start : start + _CHUNK]})
    }


def find_predecessors(session: Session, credential_ids: Sequence[UUID]) -> dict[UUID, Succession]:
    """What each of several followed: by successor, those that have a predecessor."""
    return {
        row.successor_id: row
        for start in range(0, len(credential_ids), _CHUNK)
        for row in session.scalars(_FOLLOWED, {"ids": credential_ids[start : start + _CHUNK]})
    }
