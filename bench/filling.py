"""Filling the tables quickly: rows as awards leave them, but for signatures that are of another document.

Goes through `app.storage`, so every constraint, index and status entry is real: places in status lists are drawn, one
credential in a hundred is revoked, each has its line in the audit log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from app.models import Credential
from app.routers.deps import Laurel
from app.services.actors import TERMINAL
from app.services.audit import record_all
from app.storage import NewCredential, Session, credentials, status_lists

_GROUP: Final = 5_000  # rows in one transaction
_REVOKED: Final = 100  # one of so many
_KEPT: Final = 100  # ids remembered of each group
_FIELDS: Final = NewCredential.__slots__


@dataclass(frozen=True, slots=True)
class Place:
    """Where a credential is found: by its id, and in lists by time."""

    id: UUID
    issued_at: datetime


def model_row(laurel: Laurel, credential_id: UUID) -> NewCredential:
    """A credential that was awarded, as the model for others."""
    with laurel.database.reading() as session:
        stored = credentials.get_credential(session, credential_id, issuer_id=None)
    return NewCredential(**{name: getattr(stored, name) for name in _FIELDS})


def fill(laurel: Laurel, model: NewCredential, count: int) -> list[Place]:
    """Adds `count` credentials of the model's issuer, older than now; some of their places, evenly spread."""
    kept: list[Place] = []
    begin = laurel.clock() - timedelta(seconds=count)
    for start in range(0, count, _GROUP):
        with laurel.database.transaction() as session:
            times = [begin + timedelta(seconds=second) for second in range(start, min(start + _GROUP, count))]
            rows = list(_rows(session, laurel, model, times))
            credentials.insert_credentials(session, rows)
            session.flush()
            _record(session, rows)
            _revoke(session, rows)
        kept += [Place(row.id, row.issued_at) for row in rows[:: max(1, len(rows) // _KEPT)]]
    return kept


def _rows(session: Session, laurel: Laurel, model: NewCredential, times: list[datetime]) -> Iterator[NewCredential]:
    """A row for each of the times at which it is said to have been issued."""
    entries = status_lists.allocate(
        session, model.issuer_id, len(times), now=laurel.clock(), randbelow=laurel.instance.randbelow
    )
    known = str(model.id).encode()
    for entry, issued_at in zip(entries, times, strict=True):
        credential_id = uuid4()
        document = model.document.replace(known, str(credential_id).encode())
        yield replace(
            model,
            id=credential_id,
            status_list_id=entry.list_id,
            status_index=entry.index,
            document=document,
            sha256=hashlib.sha256(document).digest(),
            external_id=str(credential_id),
            issued_at=issued_at,
            jwt=None,
        )


def _record(session: Session, rows: list[NewCredential]) -> None:
    record_all(
        session,
        "credential.issue",
        actor=TERMINAL.name,
        issuer_id=rows[0].issuer_id,
        subjects=[str(row.id) for row in rows],
        detail={"key": "20260101-00000000"},
        now=rows[0].issued_at,
    )


def _revoke(session: Session, rows: list[NewCredential]) -> None:
    for row in rows[::_REVOKED]:
        status_lists.revoke(
            session, row.id, issuer_id=row.issuer_id, reason="a sample", actor=TERMINAL.name, now=row.issued_at
        )


def stored(laurel: Laurel) -> int:
    """How many credentials there are."""
    with laurel.database.reading() as session:
        return session.query(Credential.id).count()
