"""What is kept no longer than it has to be: requests, and learners' data of badges that ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.models import AuditEvent, Credential, IdempotencyKey
from app.services import retention
from app.services.actors import TERMINAL
from app.services.credentials import revoke_credential
from app.services.retention import Applied, Rules
from tests.api.conftest import NOW, path_of

pytestmark = pytest.mark.anyio

AWARDED = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
EXPIRES = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
async def badges(admin, completion, laurel):
    """One that stands, one that expires, one that was revoked; each with an Idempotency-Key."""
    bodies = {
        "standing": {"validUntil": None},
        "expiring": {"validUntil": "2026-06-01T00:00:00Z"},
        "revoked": {},
    }
    found = {}
    for name, change in bodies.items():
        body = {**completion, **change, "externalId": name}
        answer = await admin.post("/v1/completions", json=body, headers={"Idempotency-Key": name})
        assert answer.status_code == 201, answer.text
        found[name] = UUID(path_of(answer.json()["id"])[-36:])
    with laurel.database.transaction() as session:
        revoke_credential(session, found["revoked"], reason="By mistake.", actor=TERMINAL, now=NOW)
    return found


def apply(laurel, *, now, request_days=3650, learner_days=None, dry_run=False):
    rules = Rules(request_days=request_days, learner_days=learner_days)
    return retention.apply(laurel.database, rules, dry_run=dry_run, instance=laurel.instance, now=now)


def erased(laurel):
    with laurel.database.reading() as session:
        return set(session.scalars(select(Credential.id).where(Credential.erased_at.is_not(None))))


def keys(laurel):
    with laurel.database.reading() as session:
        return set(session.scalars(select(IdempotencyKey.key)))


async def test_what_ended_is_erased_after_its_time_and_not_before(laurel, badges):
    day = timedelta(days=1)
    assert apply(laurel, now=NOW + 30 * day, learner_days=30) == Applied(0, 0)
    assert apply(laurel, now=NOW + 31 * day, learner_days=30) == Applied(0, 1)
    assert erased(laurel) == {badges["revoked"]}
    assert apply(laurel, now=EXPIRES + 30 * day, learner_days=30) == Applied(0, 0)
    assert apply(laurel, now=EXPIRES + 31 * day, learner_days=30) == Applied(0, 1)
    assert erased(laurel) == {badges["revoked"], badges["expiring"]}
    assert apply(laurel, now=EXPIRES + 31 * day, learner_days=30) == Applied(0, 0)


async def test_without_a_time_nothing_is_erased(laurel, badges):
    assert apply(laurel, now=NOW.replace(year=2099)) == Applied(3, 0)
    assert erased(laurel) == set()


async def test_requests_are_forgotten_after_their_time(laurel, badges, admin, completion):
    assert apply(laurel, now=NOW + timedelta(days=30), request_days=30) == Applied(0, 0)
    assert apply(laurel, now=NOW + timedelta(days=31), request_days=30) == Applied(3, 0)
    assert keys(laurel) == set()
    again = await admin.post("/v1/completions", json={**completion, "externalId": "standing", "validUntil": None})
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")  # by its own name


async def test_a_dry_run_counts_and_changes_nothing(laurel, badges):
    later = NOW.replace(year=2027)
    assert apply(laurel, now=later, request_days=1, learner_days=1, dry_run=True) == Applied(3, 2)
    assert (erased(laurel), keys(laurel)) == (set(), set(badges))
    assert apply(laurel, now=later, request_days=1, learner_days=1) == Applied(3, 2)


async def test_more_than_are_looked_up_at_once_all_go(laurel, badges, monkeypatch):
    monkeypatch.setattr(retention, "_AT_ONCE", 1)
    assert apply(laurel, now=NOW.replace(year=2027), learner_days=1) == Applied(0, 2)


async def test_the_audit_log_stays_and_says_who_erased(laurel, badges):
    with laurel.database.reading() as session:
        before = session.scalars(select(AuditEvent.id)).all()
    apply(laurel, now=NOW.replace(year=2027), request_days=1, learner_days=1)
    with laurel.database.reading() as session:
        events = session.scalars(select(AuditEvent)).all()
    assert {event.id for event in events} > set(before)
    done = {(event.actor, event.subject) for event in events if event.action == "credential.erase"}
    assert done == {("terminal", str(badges[name])) for name in ("expiring", "revoked")}
