"""Which request led to which credential, by the sender's `Idempotency-Key`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from app.models import IdempotencyKey
from app.storage.credentials import Replay

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

_TABLE = IdempotencyKey.metadata.tables["idempotency_keys"]


@dataclass(frozen=True, slots=True)
class NewIdempotencyKey:
    issuer_id: UUID
    key: str
    request_sha256: bytes
    credential_id: UUID
    created_at: datetime


def insert_idempotency_keys(session: Session, rows: Sequence[NewIdempotencyKey]) -> None:
    """After the credentials that they name. Raises IntegrityError when a key of the issuer is taken."""
    if rows:
        session.execute(insert(_TABLE), [asdict(row) for row in rows])


def find_idempotency_key(session: Session, issuer_id: UUID, key: str) -> Replay | None:
    """What the request with this key led to. Certain only after `lock_issuer`."""
    columns = _TABLE.c
    row = session.execute(
        select(columns.credential_id, columns.request_sha256).where(columns.issuer_id == issuer_id, columns.key == key)
    ).one_or_none()
    return None if row is None else Replay(*row)


def forget_idempotency_keys(session: Session, *, before: datetime) -> int:
    """Deletes keys older than `before`; returns how many. The natural keys of the credentials stay."""
    return session.execute(delete(_TABLE).where(_TABLE.c.created_at < before)).rowcount  # type: ignore[attr-defined,no-any-return]
