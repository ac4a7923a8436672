"""Columns that must behave alike on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from app.models import Base, UTCDateTime
from app.storage import issuers
from tests.storage.rows import NOW, add_issuer, add_tenant


def test_an_instant_comes_back_as_utc(database):
    there = timezone(timedelta(hours=5, minutes=30))
    with database.transaction() as session:
        issuer = add_issuer(session)
        issuers.update_issuer(session, issuer, now=datetime(2026, 5, 4, 15, 30, 0, 5, tzinfo=there))
    with database.reading() as session:
        read = issuers.get_issuer(session, issuer.id)
    assert read.updated_at == datetime(2026, 5, 4, 10, 0, 0, 5, tzinfo=UTC)
    assert read.updated_at.tzinfo is UTC
    assert read.created_at == NOW


def test_an_instant_without_a_zone_is_refused(database):
    with pytest.raises(StatementError, match="time zone"), database.transaction() as session:
        issuers.update_issuer(session, add_issuer(session), now=NOW.replace(tzinfo=None))


def test_every_instant_is_one_and_every_table_has_named_rules():
    for table in Base.metadata.tables.values():
        for column in table.columns:
            assert type(column.type).__name__ not in {"DateTime", "Date", "Time"}, column
            if isinstance(column.type, UTCDateTime):
                assert column.name == "at" or column.name.endswith(("_at", "_from", "_until"))
        assert all(rule.name for rule in table.constraints)


@pytest.mark.parametrize(
    "value",
    [{}, {"z": 1, "a": [1, 2.5, None, True]}, {"name": "أمينة 阿米娜 \U0001f393", "quote": "'\"\\%:x"}],
)
def test_json_comes_back_as_it_was_members_in_order(database, value):
    with database.transaction() as session:
        issuer = issuers.update_issuer(session, add_issuer(session), profile=value, now=NOW)
    with database.reading() as session:
        read = issuers.get_issuer(session, issuer.id).profile
    assert read == value
    assert list(read) == list(value)


def test_enums_are_stored_by_value(database):
    with database.transaction() as session:
        add_tenant(session)
        row = session.execute(text("SELECT algorithm, purpose, state FROM signing_keys")).one()
    assert tuple(row) == ("EdDSA", "data-integrity", "active")
