"""The clock of the database server, where there is one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.storage import clock


def test_postgresql_has_a_clock_and_sqlite_has_none(database):
    with database.reading() as session:
        found = clock.find_time(session)
    if database.dialect == "sqlite":
        assert found is None
    else:
        assert found.tzinfo is not None
        assert abs(found - datetime.now(UTC)) < timedelta(seconds=30)
