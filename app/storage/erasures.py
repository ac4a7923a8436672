"""Taking a person out of what is stored, and what stays behind so that a completion is not awarded again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, func, insert, or_, select, update

from app.models import Credential, ErasedCompletion, IdempotencyKey, Issuer, StatusChange, Visibility
from app.models.base import DIGEST_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

_CREDENTIALS = Credential.metadata.tables["credentials"]
_COMPLETIONS = ErasedCompletion.metadata.tables["erased_completions"]
_KEYS = IdempotencyKey.metadata.tables["idempotency_keys"]
_CHANGES = StatusChange.metadata.tables["status_changes"]
_KNOWN = select(_COMPLETIONS.c.digest).where(
    _COMPLETIONS.c.issuer_id == bindparam("issuer_id"),
    _COMPLETIONS.c.test == bindparam("test"),
    _COMPLETIONS.c.digest.in_(bindparam("digests", expanding=True)),
)
_CHUNK = 500  # values in one IN (...)


@dataclass(frozen=True, slots=True)
class NewErasedCompletion:
    issuer_id: UUID
    test: bool
    digest: bytes
    credential_id: UUID
    at: datetime


def forget_person(session: Session, credential_id: UUID, *, at: datetime) -> None:
    """Empties what a credential says and holds of its holder. What it was stays: digest, place in its list, dates.

    Nothing of it is to be found any more, so it is unlisted. The digest of the request goes too: it is over the
    learner's data and nothing secret, so that one could guess.
    """
    session.execute(
        update(_CREDENTIALS)
        .where(_CREDENTIALS.c.id == credential_id)
        .values(
            document=b"",
            jwt=None,
            learner={},
            external_id=None,
            request_sha256=bytes(DIGEST_BYTES),
            erased_at=at,
            visibility=Visibility.UNLISTED,
        )
    )


def forget_requests(session: Session, issuer_id: UUID, credential_id: UUID) -> int:
    """Deletes the Idempotency-Keys that led to the credential; returns how many."""
    rows = delete(_KEYS).where(_KEYS.c.issuer_id == issuer_id, _KEYS.c.credential_id == credential_id)
    return session.execute(rows).rowcount  # type: ignore[attr-defined,no-any-return]


def add_erased_completion(session: Session, new: NewErasedCompletion) -> None:
    session.execute(insert(_COMPLETIONS), asdict(new))


def find_erased_completions(session: Session, issuer_id: UUID, digests: Sequence[bytes], *, test: bool) -> set[bytes]:
    """Those of the digests that belong to a completion whose credential was erased."""
    return {
        digest
        for start in range(0, len(digests), _CHUNK)
        for digest in session.scalars(
            _KNOWN, {"issuer_id": issuer_id, "test": test, "digests": digests[start : start + _CHUNK]}
        )
    }


def keep_pepper(session: Session, issuer_id: UUID, pepper: bytes) -> None:
    """Under the issuer's lock, and only when it has none: another would make every digest before it useless."""
    table = Issuer.metadata.tables["issuers"]
    session.execute(update(table).where(table.c.id == issuer_id, table.c.pepper.is_(None)).values(pepper=pepper))


def list_lapsed(session: Session, *, before: datetime, issuer_id: UUID, limit: int) -> list[UUID]:
    """Credentials of the issuer that expired or were revoked before, and still hold their holder's data."""
    query = select(_CREDENTIALS.c.id).where(*_lapsed(before, issuer_id))
    return list(session.scalars(query.order_by(_CREDENTIALS.c.issued_at, _CREDENTIALS.c.id).limit(limit)))


def count_lapsed(session: Session, *, before: datetime, issuer_id: UUID) -> int:
    """How many `list_lapsed` would list."""
    query = select(func.count()).select_from(_CREDENTIALS).where(*_lapsed(before, issuer_id))
    return session.scalar(query) or 0


def _lapsed(before: datetime, issuer_id: UUID) -> tuple[ColumnElement[bool], ...]:
    revoked = select(_CHANGES.c.credential_id).where(_CHANGES.c.issuer_id == issuer_id, _CHANGES.c.at < before)
    ended = or_(_CREDENTIALS.c.valid_until < before, _CREDENTIALS.c.id.in_(revoked))
    return _CREDENTIALS.c.issuer_id == issuer_id, _CREDENTIALS.c.erased_at.is_(None), ended
