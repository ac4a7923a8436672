"""The audit log: lines are added, never changed."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from app.models import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

_TABLE = AuditEvent.metadata.tables["audit_events"]
_INSERT = insert(_TABLE)  # built once, for every award adds a line


@dataclass(frozen=True, slots=True)
class NewAuditEvent:
    """Who (`actor`) did what (`action`) to what (`subject`), and how it ended. Never a learner's data."""

    at: datetime
    action: str
    actor: str
    issuer_id: UUID | None
    subject: str
    outcome: str
    detail: Mapping[str, Any] = field(default_factory=dict)


_FIELDS = tuple(item.name for item in fields(NewAuditEvent))


def add_events(session: Session, events: Sequence[NewAuditEvent]) -> None:
    if events:
        session.execute(_INSERT, [{name: getattr(event, name) for name in _FIELDS} for event in events])


def list_events(
    session: Session, *, issuer_id: UUID | None, before: int | None = None, limit: int = 100
) -> tuple[AuditEvent, ...]:
    """Events of the issuer (of everybody when None) with smaller ids than `before`, latest first."""
    query = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(limit)
    if issuer_id is not None:
        query = query.where(AuditEvent.issuer_id == issuer_id)
    if before is not None:
        query = query.where(AuditEvent.id < before)
    return tuple(session.scalars(query))
