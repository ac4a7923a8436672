"""Stored keys go under another key-encryption key: the current one, from those that the settings still name as former.

Key by key in chunks, each one transaction. What is under the current key already is left alone, so whoever is stopped
begins anew; and as long as both keys are in the settings, every process opens what it finds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from app.models import ReceiptKey, SigningKey, VCInstance
from app.services.actors import Actor
from app.services.audit import record
from app.services.instance import Instance
from app.signing import Algorithm
from app.storage import Database, Session, rewrapping

_CHUNK: Final = 100
KeyRow = SigningKey | VCInstance | ReceiptKey

_TABLES: Final[tuple[type[KeyRow], ...]] = (SigningKey, VCInstance, ReceiptKey)


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """`current`: those that were under the current key-encryption key already, or are with a device, or destroyed."""

    rewrapped: int
    current: int


def rewrap(database: Database, *, instance: Instance, actor: Actor, now: datetime) -> Rewrapped:
    """Durable chunk by chunk. Raises KeyUnwrapError for a key that none of the key-encryption keys opens."""
    rewrapped = current = 0
    for table in _TABLES:
        after: UUID | None = None
        while True:
            with database.transaction() as session:
                rows = rewrapping.list_wrapped(session, table, after=after, most=_CHUNK)
                changed = sum(_rewrap(session, row, instance) for row in rows)
                if changed:
                    _record(session, table, changed, actor, now)
            rewrapped, current = rewrapped + changed, current + len(rows) - changed
            if len(rows) < _CHUNK:
                break
            after = rows[-1].id
    return Rewrapped(rewrapped, current)


def _rewrap(session: Session, row: KeyRow, instance: Instance) -> bool:
    if not row.ciphertext:  # destroyed
        return False
    owner, algorithm = (
        (row.id, ReceiptKey.ALGORITHM) if isinstance(row, ReceiptKey) else (row.issuer_id, row.algorithm.value)
    )
    new = instance.keystore.rewrapped(
        issuer_id=str(owner), kid=row.kid, algorithm=Algorithm(algorithm), ciphertext=row.ciphertext
    )
    if new is None:
        return False
    rewrapping.put_ciphertext(session, row, new)
    return True


def _record(session: Session, table: type[KeyRow], changed: int, actor: Actor, now: datetime) -> None:
    detail = {"keys": changed}
    record(session, "key.rewrap", actor=actor.name, subject=table.__tablename__, detail=detail, now=now)
