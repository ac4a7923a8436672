"""API keys, of which only a digest is kept. The prefix finds the row; the caller compares the secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select, update

from app.errors import NotFoundError
from app.models import APIKey
from app.storage.paging import Cursor, Page, read_page

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

_BY_PREFIX = select(APIKey).where(APIKey.prefix == bindparam("prefix"))  # built once: every request asks

_COLUMNS = APIKey.metadata.tables["api_keys"].c
_LIVING = select(_COLUMNS.id).where(
    _COLUMNS.id.in_(bindparam("key_ids", expanding=True)),
    _COLUMNS.revoked_at.is_(None),
    or_(_COLUMNS.expires_at.is_(None), _COLUMNS.expires_at > bindparam("now", type_=_COLUMNS.expires_at.type)),
)


def add_api_key(
    session: Session,
    *,
    key_id: UUID,
    issuer_id: UUID | None,
    name: str,
    prefix: str,
    secret_sha256: bytes,
    scopes: Sequence[str],
    live: bool,
    now: datetime,
    expires_at: datetime | None = None,
) -> APIKey:
    """A key of one issuer, or of the whole service when `issuer_id` is None."""
    key = APIKey(
        id=key_id,
        issuer_id=issuer_id,
        name=name,
        prefix=prefix,
        secret_sha256=secret_sha256,
        scopes=list(scopes),
        live=live,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(key)
    session.flush()  # so that a taken prefix is noticed here
    return key


def find_api_key_by_prefix(session: Session, prefix: str) -> APIKey | None:
    """The key, be it revoked or expired."""
    return session.scalar(_BY_PREFIX, {"prefix": prefix})


def find_living(session: Session, key_ids: Collection[UUID], *, now: datetime) -> set[UUID]:
    """Those of the keys that exist and have neither been revoked nor expired."""
    if not key_ids:
        return set()
    return set(session.scalars(_LIVING, {"key_ids": list(key_ids), "now": now}))


def find_api_key(session: Session, key_id: UUID, *, issuer_id: UUID | None) -> APIKey | None:
    """The key if it belongs to the issuer; any key when `issuer_id` is None."""
    query = select(APIKey).where(APIKey.id == key_id)
    return session.scalar(query if issuer_id is None else query.where(APIKey.issuer_id == issuer_id))


def get_api_key(session: Session, key_id: UUID, *, issuer_id: UUID | None) -> APIKey:
    key = find_api_key(session, key_id, issuer_id=issuer_id)
    if key is None:
        raise NotFoundError("There is no such API key.")
    return key


def list_api_keys(
    session: Session, *, issuer_id: UUID | None, after: Cursor | None = None, limit: int = 100
) -> Page[APIKey]:
    """Keys of the issuer; of everybody when `issuer_id` is None."""
    query = select(APIKey) if issuer_id is None else select(APIKey).where(APIKey.issuer_id == issuer_id)
    return read_page(session, query, at=APIKey.created_at, id_=APIKey.id, after=after, limit=limit)


def revoke_api_key(session: Session, key: APIKey, *, now: datetime) -> APIKey:
    """The key opens nothing from `now` on; the first revocation counts."""
    key.revoked_at = key.revoked_at or now
    session.flush()
    return key


def end_api_key(session: Session, key: APIKey, *, at: datetime) -> APIKey:
    """The key opens nothing from `at` on."""
    key.expires_at = at
    session.flush()
    return key


def touch_api_keys(session: Session, key_ids: Collection[UUID], *, now: datetime) -> None:
    """Notes that the keys were used."""
    session.execute(update(APIKey).where(APIKey.id.in_(key_ids)).values(last_used_at=now))
