"""Which request led to which credential, by the sender's `Idempotency-Key`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, func, insert, select

from app.models import IdempotencyKey
from app.storage.credentials import Replay

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

_TABLE = IdempotencyKey.metadata.tables["idempotency_keys"]
_INSERT = insert(_TABLE)  # built once, for every award with a key asks
_KNOWN = select(_TABLE.c.key, _TABLE.c.credential_id, _TABLE.c.request_sha256).where(
    _TABLE.c.issuer_id == bindparam("issuer_id"), _TABLE.c.key.in_(bindparam("keys", expanding=True))
)


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
        session.execute(_INSERT, [asdict(row) for row in rows])


def find_idempotency_keys(session: Session, issuer_id: UUID, keys: Collection[str]) -> dict[str, Replay]:
    """What the requests with these keys led to; those that are known. Certain only after `lock_issuer`."""
    if not keys:
        return {}
    rows = session.execute(_KNOWN, {"issuer_id": issuer_id, "keys": list(keys)})
    return {key: Replay(credential_id, digest) for key, credential_id, digest in rows}


def count_idempotency_keys(session: Session, *, before: datetime) -> int:
    """How many `forget_idempotency_keys` would delete."""
    return session.scalar(select(func.count()).select_from(_TABLE).where(_TABLE.c.created_at < before)) or 0


def forget_idempotency_keys(session: Session, *, before: datetime) -> int:
    """Deletes keys older than `before`; returns how many. The natural keys of the credentials stay."""
    return session.execute(delete(_TABLE).where(_TABLE.c.created_at < before)).rowcount  # type: ignore[attr-defined,no-any-return]
