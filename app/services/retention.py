"""What is kept no longer than it has to be: learners' data of badges that ended, and the names of requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.services import erasure, people
from app.services.actors import TERMINAL
from app.services.instance import Instance
from app.services.paging import all_pages
from app.storage import Database, erasures, idempotency, issuers

_AT_ONCE: Final = 500  # credentials looked up before they are erased


@dataclass(frozen=True, slots=True)
class Rules:
    """`learner_days` after a credential expired or was revoked; None keeps what it says of its learner."""

    request_days: int
    learner_days: int | None


@dataclass(frozen=True, slots=True)
class Applied:
    """How much was deleted; in a dry run, would be."""

    requests: int
    credentials: int


def apply(database: Database, rules: Rules, *, dry_run: bool, instance: Instance, now: datetime) -> Applied:
    """Deletes what the rules leave no reason to keep. May be interrupted, and goes on the next time.

    Afterwards the caller has the database let go of it: `erasure.TABLES`, `Database.vacuum`.
    """
    requests_before = now - timedelta(days=rules.request_days)
    if dry_run:
        with database.reading() as session:
            requests = idempotency.count_idempotency_keys(session, before=requests_before)
    else:
        with database.transaction() as session:
            requests = idempotency.forget_idempotency_keys(session, before=requests_before)
    if rules.learner_days is None:
        return Applied(requests, 0)
    before = now - timedelta(days=rules.learner_days)
    with database.reading() as session:
        owners = [issuer.id for issuer in all_pages(lambda at: issuers.list_issuers(session, after=at))]
    lapsed = (
        _count_lapsed(database, owner, before)
        if dry_run
        else _erase_lapsed(database, owner, before, instance=instance, now=now)
        for owner in owners
    )
    return Applied(requests, sum(lapsed))


def _count_lapsed(database: Database, issuer_id: UUID, before: datetime) -> int:
    with database.reading() as session:
        return erasures.count_lapsed(session, before=before, issuer_id=issuer_id)


def _erase_lapsed(database: Database, issuer_id: UUID, before: datetime, *, instance: Instance, now: datetime) -> int:
    erased = 0
    while True:
        with database.reading() as session:
            ids = erasures.list_lapsed(session, before=before, issuer_id=issuer_id, limit=_AT_ONCE)
        if not ids:
            return erased
        erased += people.erase_credentials(database, ids, revoke=False, actor=TERMINAL, instance=instance, now=now)


def settle(database: Database, *, rewrite: bool = False) -> None:
    """What was deleted leaves the files of the database too, as `Database.vacuum` says."""
    erasure.forget_at_hand()
    database.vacuum(erasure.TABLES, rewrite=rewrite)
