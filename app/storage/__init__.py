"""Where everything is kept: SQLite or PostgreSQL behind two doors, and a module of functions per table.

    database = Database.open("sqlite:////srv/laurel/laurel.sqlite3")
    migrate(database)
    with database.transaction() as session:
        issuer = issuers.lock_issuer(session, issuer_id)
        [entry] = status_lists.allocate(session, issuer.id, 1, now=now, randbelow=secrets.randbelow)
    # committed here, or StorageUnavailableError / StorageFullError and nothing happened

`find_x` may return None, `get_x` raises NotFoundError, `list_x` pages. A whole row comes as an instance of
its model, a part of one as a frozen dataclass; both stay readable after the session has ended. Rows of a
tenant are asked for with `issuer_id`; None means anybody's, for public addresses and the administrator.
"""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.storage.achievements import CurrentAchievement
from app.storage.audit import NewAuditEvent
from app.storage.credentials import NaturalKey, NewCredential, Replay, StoredDocument
from app.storage.criteria import Criteria
from app.storage.database import Database
from app.storage.faults import broken_constraint
from app.storage.idempotency import NewIdempotencyKey
from app.storage.migrations import migrate, migrations_pending
from app.storage.paging import Cursor, Page
from app.storage.status_lists import Entry, Revocation

__all__ = [
    "Criteria",
    "CurrentAchievement",
    "Cursor",
    "Database",
    "Entry",
    "IntegrityError",
    "NaturalKey",
    "NewAuditEvent",
    "NewCredential",
    "NewIdempotencyKey",
    "Page",
    "Replay",
    "Revocation",
    "Session",
    "StoredDocument",
    "broken_constraint",
    "migrate",
    "migrations_pending",
]
