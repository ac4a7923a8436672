"""The audit log: lines are added, never changed, and each is chained to the one before it (docs/decisions/0025).

Lines that a transaction adds are written when it ends, as the last thing before the commit. So the heads of the chains
are the last locks that it takes, always in the same order, and it holds them no longer than it must.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson
from sqlalchemy import Select, Text, Uuid, bindparam, cast, func, insert, select, text, update

from app.models import AuditEvent, AuditHead
from app.models.base import Digest
from app.storage.audit_chain import EMPTY, NO_ISSUER, Head, Line, chained, head_of, unsigned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Column, ColumnElement, Row
    from sqlalchemy.orm import Session

_TABLE = AuditEvent.metadata.tables["audit_events"]
_HEADS = AuditHead.metadata.tables["audit_heads"]
# Built once, for every award adds a line.
_INSERT = insert(_TABLE)
_HEAD = select(_HEADS.c.length, _HEADS.c.sha256).where(_HEADS.c.chain == bindparam("of_chain"))
_LOCKED_HEAD = _HEAD.with_for_update()
_MOVE = update(_HEADS).where(_HEADS.c.chain == bindparam("of_chain"))
# Both databases know this clause; SQLAlchemy knows it for each of them apart.
_BEGIN = text(
    "INSERT INTO audit_heads (chain, length, sha256) VALUES (:chain, :length, :sha256)"
    " ON CONFLICT DO NOTHING RETURNING length"
).bindparams(bindparam("chain", type_=Uuid()), bindparam("sha256", type_=Digest()))
_LINES: Select[Any] = select(
    *(column for column in _TABLE.c if column.name != "detail"), cast(_TABLE.c.detail, Text).label("detail_text")
)
_WAITING: Final = "lines of the audit log"
_PAGE: Final = 1_000


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


# Adding ---------------------------------------------------------------------------------------------------------------


def add_events(session: Session, events: Sequence[NewAuditEvent]) -> None:
    """The lines become part of this transaction, and are written at its end."""
    session.info.setdefault(_WAITING, []).extend(events)


def write_waiting(session: Session) -> list[Line]:
    """Writes what the transaction has added; for `Database.transaction`. Returns the lines as they are exported."""
    waiting: list[NewAuditEvent] = session.info.pop(_WAITING, [])
    if not waiting:
        return []
    session.flush()  # lines refer to issuers
    by_chain: dict[UUID, list[NewAuditEvent]] = defaultdict(list)
    for event in waiting:
        by_chain[event.issuer_id or NO_ISSUER].append(event)
    # Everybody in the same order, so that no two wait for each other; what most have in common comes last.
    order = sorted(by_chain, key=lambda chain: (chain == NO_ISSUER, chain))
    return [line for chain in order for line in _append(session, chain, by_chain[chain])]


def _append(session: Session, chain: UUID, events: Sequence[NewAuditEvent]) -> list[Line]:
    found = session.execute(_LOCKED_HEAD, {"of_chain": chain}).one_or_none()
    if found is None:
        lines = _lines(events, EMPTY)
        begun = {"chain": chain, **_columns(lines[-1])}
        if session.execute(_BEGIN, begun).one_or_none() is not None:
            _insert(session, chain, events, lines)
            return lines
        found = session.execute(_LOCKED_HEAD, {"of_chain": chain}).one()  # somebody else began it meanwhile
    lines = _lines(events, Head(*found))
    _insert(session, chain, events, lines)
    session.execute(_MOVE, {"of_chain": chain, **_columns(lines[-1])})
    return lines


def _columns(line: Line) -> dict[str, Any]:
    head = head_of(line)
    return {"length": head.length, "sha256": head.sha256}


def _lines(events: Sequence[NewAuditEvent], head: Head) -> list[Line]:
    lines: list[Line] = []
    for event in events:
        lines.append(chained(_members(event), issuer_id=event.issuer_id, at=event.at, after=head))
        head = head_of(lines[-1])
    return lines


def _members(event: NewAuditEvent | AuditEvent) -> dict[str, Any]:
    return {
        "action": event.action,
        "actor": event.actor,
        "subject": event.subject,
        "outcome": event.outcome,
        "detail": event.detail,
    }


def _insert(session: Session, chain: UUID, events: Sequence[NewAuditEvent], lines: Sequence[Line]) -> None:
    rows = [
        {
            **_members(event),
            "at": event.at,
            "issuer_id": event.issuer_id,
            "chain": chain,
            "sequence": line["sequence"],
            "sha256": bytes.fromhex(line["sha256"]),
        }
        for event, line in zip(events, lines, strict=True)
    ]
    session.execute(_INSERT, rows)


# Reading --------------------------------------------------------------------------------------------------------------


def list_events(
    session: Session,
    *,
    issuer_id: UUID | None,
    action: str | None = None,
    since: datetime | None = None,
    before: int | None = None,
    limit: int = 100,
) -> tuple[AuditEvent, ...]:
    """Events of the issuer (of everybody when None) with smaller ids than `before`, latest first."""
    query = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(limit)
    if issuer_id is not None:
        query = query.where(AuditEvent.issuer_id == issuer_id)
    if action is not None:
        query = query.where(AuditEvent.action == action)
    if since is not None:
        query = query.where(AuditEvent.at >= since)
    if before is not None:
        query = query.where(AuditEvent.id < before)
    return tuple(session.scalars(query))


def heads(session: Session) -> dict[UUID, Head]:
    """The end of each chain."""
    return {chain: Head(length, digest) for chain, length, digest in session.execute(select(_HEADS))}


def find_head(session: Session, chain: UUID) -> Head:
    """The end of a chain; `EMPTY` before its first line."""
    found = session.execute(_HEAD, {"of_chain": chain}).one_or_none()
    return EMPTY if found is None else Head(*found)


def find_digest(session: Session, chain: UUID, sequence: int) -> bytes | None:
    """That of a line; None where the chain has none."""
    return session.scalar(select(_TABLE.c.sha256).where(_TABLE.c.chain == chain, _TABLE.c.sequence == sequence))


def chains(session: Session) -> list[UUID]:
    """Every chain that has lines or a head."""
    with_lines = session.scalars(select(_TABLE.c.chain).where(_TABLE.c.chain.is_not(None)).distinct())
    return sorted({*with_lines, *heads(session)})


def count_lines(session: Session, *, chained: bool) -> int:
    """How many lines are in chains, or how many are from before there were any."""
    which = _TABLE.c.chain.is_not(None) if chained else _TABLE.c.chain.is_(None)
    return session.scalar(select(func.count()).select_from(_TABLE).where(which)) or 0


def read_chain(session: Session, chain: UUID) -> Iterator[Line]:
    """The lines of a chain in their order, as they are exported. Whether they fit is for `ChainReader` to say."""
    previous: bytes | None = None
    for row in _in_pages(session, _TABLE.c.chain == chain, _TABLE.c.sequence):
        yield _exported(row, previous)
        previous = row.sha256


def read_unchained(session: Session) -> Iterator[Line]:
    """Lines from before there were chains, oldest first."""
    for row in _in_pages(session, _TABLE.c.chain.is_(None), _TABLE.c.id):
        yield _exported(row, None)


def _in_pages(session: Session, which: ColumnElement[bool], key: Column[int]) -> Iterator[Row[Any]]:
    after = 0
    while True:
        page = session.execute(_LINES.where(which, key > after).order_by(key).limit(_PAGE)).all()
        yield from page
        if len(page) < _PAGE:
            return
        after = getattr(page[-1], key.key)


def _exported(row: Row[Any], previous: bytes | None) -> Line:
    members = {name: getattr(row, name) for name in ("action", "actor", "subject", "outcome")}
    members["detail"] = _detail(row.detail_text)
    line = unsigned(members, issuer_id=row.issuer_id, at=row.at, sequence=row.sequence, previous=previous)
    return {**line, "sha256": row.sha256.hex() if row.sha256 else None}


def _detail(written: str) -> Any:
    """What is no JSON any more stays text, and then does not fit the digest of its line."""
    try:
        return orjson.loads(written)
    except orjson.JSONDecodeError:
        return written
