"""The keys that sign verification receipts. Receipts themselves are never stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.models import ReceiptKey

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def list_keys(session: Session) -> tuple[ReceiptKey, ...]:
    """Every key that there is or was, oldest first. Not paged: the DID document needs every one."""
    return tuple(session.scalars(select(ReceiptKey).order_by(ReceiptKey.created_at, ReceiptKey.kid)))


def find_key(session: Session, kid: str) -> ReceiptKey | None:
    if "\0" in kid:  # PostgreSQL's texts cannot hold one, not even one that is looked for
        return None
    return session.scalar(select(ReceiptKey).where(ReceiptKey.kid == kid))


def find_active_key(session: Session) -> ReceiptKey | None:
    """The one that signs now."""
    newest = select(ReceiptKey).order_by(ReceiptKey.created_at.desc(), ReceiptKey.kid.desc()).limit(1)
    return session.scalar(newest.where(ReceiptKey.retired_at.is_(None)))


def add_key(session: Session, row: ReceiptKey) -> ReceiptKey:
    """Raises IntegrityError when somebody else made one of this kid: then that is the one."""
    session.add(row)
    session.flush()  # so that a taken kid is noticed here
    return row


def retire_key(session: Session, row: ReceiptKey, *, now: datetime) -> None:
    """It signs no more, and stays published."""
    row.retired_at = now
    session.flush()  # before its successor is there
