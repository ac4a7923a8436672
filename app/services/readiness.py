"""Whether the service can do its work."""

from __future__ import annotations

from datetime import datetime

from app.errors import StorageUnavailableError
from app.services import issuers as issuing
from app.services.instance import Instance
from app.storage import Database, issuers, migrations_pending


def require_ready(database: Database, instance: Instance, *, now: datetime) -> None:
    """Raises StorageUnavailableError (database away, schema old), KeyUnwrapError (wrong key-encryption key)."""
    database.ping()
    require_newest_schema(database)
    with database.reading() as session:
        for newest in issuers.list_issuers(session, limit=1).items:
            issuing.signer_for(session, newest.id, issuing.DATA_INTEGRITY, instance=instance, now=now)


def require_newest_schema(database: Database) -> None:
    """Raises StorageUnavailableError when migrations are pending."""
    if migrations_pending(database):
        raise StorageUnavailableError("The database schema is not the newest: run `laurel migrate`.")
