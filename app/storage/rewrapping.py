"""Stored private keys, of whatever table, by the ciphertext that holds each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.models import ReceiptKey, SigningKey, VCInstance

    KeyRow = SigningKey | VCInstance | ReceiptKey


def list_wrapped(session: Session, table: type[KeyRow], *, after: UUID | None, most: int) -> list[KeyRow]:
    """The first rows after `after`, by id, kept as they are until the transaction ends."""
    query = select(table).order_by(table.id).limit(most).with_for_update(key_share=True)
    if after is not None:
        query = query.where(table.id > after)
    return list(session.scalars(query))


def put_ciphertext(session: Session, row: KeyRow, ciphertext: bytes) -> None:
    """The same key, wrapped otherwise."""
    row.ciphertext = ciphertext
    session.flush()  # row by row, so that a fault names its row
