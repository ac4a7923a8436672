"""One line for each thing done: who, what, to which object, with what outcome. Never a learner's data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any
from uuid import UUID

import structlog

from app.storage import Session, audit

_log = structlog.get_logger("laurel.audit")


def record(
    session: Session,
    action: str,
    *,
    actor: str,
    subject: str,
    now: datetime,
    issuer_id: UUID | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Adds the event to this transaction, so that it is there exactly when the deed is."""
    _record(session, action, actor, [subject], now, issuer_id, [detail or {}])


def record_all(
    session: Session,
    action: str,
    *,
    actor: str,
    subjects: Sequence[str],
    now: datetime,
    issuer_id: UUID | None = None,
    detail: Mapping[str, Any] | None = None,
    details: Sequence[Mapping[str, Any]] = (),
    request_ids: Sequence[str | None] = (),
) -> None:
    """The same for many objects: one event each, with `detail` or each with its own of `details`.

    `request_ids`, one per subject, are for the log, where the work of several requests is done by one thread.
    """
    each = details or [detail or {}] * len(subjects)
    _record(session, action, actor, subjects, now, issuer_id, each, request_ids)


def _record(
    session: Session,
    action: str,
    actor: str,
    subjects: Sequence[str],
    now: datetime,
    issuer_id: UUID | None,
    details: Sequence[Mapping[str, Any]],
    request_ids: Sequence[str | None] = (),
) -> None:
    events = [
        audit.NewAuditEvent(
            at=now,
            action=action,
            actor=actor,
            issuer_id=issuer_id,
            subject=subject,
            outcome="done",
            detail=detail,
        )
        for subject, detail in zip(subjects, details, strict=True)
    ]
    audit.add_events(session, events)
    for subject, request_id in zip_longest(subjects, request_ids):
        log = _log.bind(request_id=request_id) if request_id else _log
        log.info(action, actor=actor, subject=subject, issuer=str(issuer_id) if issuer_id else None)
