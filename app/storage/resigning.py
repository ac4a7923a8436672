"""Credentials by the key that signed them, and the one way to put other signed bytes in the place of those before.

Nothing is remembered from one chunk to the next: what is left to do is what still bears the old key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, bindparam, func, insert, select, tuple_, update

from app.models import Credential, SupersededDocument, UTCDateTime
from app.storage.paging import Cursor, Page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

_TABLE: Table = Credential.metadata.tables["credentials"]
_COLUMNS = _TABLE.c
_SUPERSEDED: Table = SupersededDocument.metadata.tables["superseded_documents"]
_OF_ISSUER = _COLUMNS.issuer_id == bindparam("issuer_id")
_SIGNED_WITH = (_OF_ISSUER, _COLUMNS.signing_key_id == bindparam("key_id"), _COLUMNS.erased_at.is_(None))
_BEGINNING_WITH = (
    _OF_ISSUER,
    func.substr(_COLUMNS.jwt, 1, func.length(bindparam("beginning"))) == bindparam("beginning"),
)
# Newest first, as every list; FOR NO KEY UPDATE: what refers to a credential may still be added.
_ORDER = (_COLUMNS.issued_at.desc(), _COLUMNS.id.desc())
_SIGNED = (
    select(_COLUMNS.id, _COLUMNS.document, _COLUMNS.sha256, _COLUMNS.awarded_at, _COLUMNS.issued_at)
    .where(*_SIGNED_WITH)
    .order_by(*_ORDER)
    .limit(bindparam("most"))
    .with_for_update(key_share=True)
)
_TOKENS = (
    select(_COLUMNS.id, _COLUMNS.issued_at)
    .where(*_BEGINNING_WITH)
    .order_by(*_ORDER)
    .limit(bindparam("most"))
    .with_for_update(key_share=True)
)
_AFTER = tuple_(_COLUMNS.issued_at, _COLUMNS.id) < tuple_(
    bindparam("after_at", type_=UTCDateTime()), bindparam("after_id", type_=_COLUMNS.id.type)
)
_SIGNED_AFTER = _SIGNED.where(_AFTER)
_TOKENS_AFTER = _TOKENS.where(_AFTER)
_COUNT_SIGNED = select(func.count()).select_from(_TABLE).where(*_SIGNED_WITH)
_COUNT_TOKENS = select(func.count()).select_from(_TABLE).where(*_BEGINNING_WITH)
_SUPERSEDE = insert(_SUPERSEDED)
_REPLACE = (
    update(_TABLE)
    .where(_COLUMNS.id == bindparam("credential_id"))
    .values(
        document=bindparam("new_document"),
        sha256=bindparam("new_sha256"),
        signing_key_id=bindparam("new_key_id"),
        jwt=None,
    )
)
_DROP_TOKEN = update(_TABLE).where(_COLUMNS.id == bindparam("credential_id")).values(jwt=None)


@dataclass(frozen=True, slots=True)
class SignedRow:
    """A credential as it was signed with the key that is asked about."""

    id: UUID
    document: bytes
    sha256: bytes
    awarded_at: datetime
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Resigned:
    """Other signed bytes of the same statement."""

    row: SignedRow
    document: bytes
    sha256: bytes


def list_signed(session: Session, issuer_id: UUID, key_id: UUID, *, after: Cursor | None, most: int) -> Page[SignedRow]:
    """Those that bear a signature of the key, kept as they are until the transaction ends."""
    values = {"issuer_id": issuer_id, "key_id": key_id, "most": most}
    query = _SIGNED if after is None else _SIGNED_AFTER
    rows = [SignedRow(*row) for row in session.execute(query, values | _place(after))]
    last = rows[-1] if len(rows) == most else None
    return Page(tuple(rows), Cursor(last.issued_at, last.id) if last else None)


def count_signed(session: Session, issuer_id: UUID, key_id: UUID) -> int:
    return session.execute(_COUNT_SIGNED, {"issuer_id": issuer_id, "key_id": key_id}).scalar_one()


def replace_documents(
    session: Session,
    resigned: Sequence[Resigned],
    *,
    issuer_id: UUID,
    old_key_id: UUID,
    new_key_id: UUID,
    actor: str,
    now: datetime,
) -> None:
    """The digests of what was there are on record before the bytes change: a trigger asks for them."""
    if not resigned:
        return
    session.execute(
        _SUPERSEDE,
        [
            {
                "credential_id": one.row.id,
                "sha256": one.row.sha256,
                "issuer_id": issuer_id,
                "signing_key_id": old_key_id,
                "actor": actor,
                "at": now,
            }
            for one in resigned
        ],
    )
    session.execute(
        _REPLACE,
        [
            {
                "credential_id": one.row.id,
                "new_document": one.document,
                "new_sha256": one.sha256,
                "new_key_id": new_key_id,
            }
            for one in resigned
        ],
    )


def list_with_token(
    session: Session, issuer_id: UUID, beginning: str, *, after: Cursor | None, most: int
) -> Page[UUID]:
    """The credentials whose kept token begins so, kept as they are until the transaction ends."""
    values = {"issuer_id": issuer_id, "beginning": beginning, "most": most}
    query = _TOKENS if after is None else _TOKENS_AFTER
    rows = session.execute(query, values | _place(after)).all()
    last = rows[-1] if len(rows) == most else None
    return Page(tuple(row.id for row in rows), Cursor(last.issued_at, last.id) if last else None)


def _place(after: Cursor | None) -> dict[str, Any]:
    return {} if after is None else {"after_at": after.at, "after_id": after.id}


def count_with_token(session: Session, issuer_id: UUID, beginning: str) -> int:
    return session.execute(_COUNT_TOKENS, {"issuer_id": issuer_id, "beginning": beginning}).scalar_one()


def drop_tokens(session: Session, credential_ids: Sequence[UUID]) -> None:
    """The next who asks for one gets another, signed with the key of that day."""
    if credential_ids:
        session.execute(_DROP_TOKEN, [{"credential_id": credential_id} for credential_id in credential_ids])


def superseded_digests(session: Session, credential_id: UUID) -> list[bytes]:
    """SHA-256 of the signed bytes that stood there before."""
    query = select(_SUPERSEDED.c.sha256).where(_SUPERSEDED.c.credential_id == credential_id)
    return list(session.scalars(query))
