"""What the database holds, read directly, and the rules that it must keep whatever happened."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select

from app.models import AuditEvent, Credential, IdempotencyKey, StatusList
from app.storage import Database

_OF_CREDENTIALS = (
    Credential.id,
    Credential.external_id,
    Credential.request_sha256,
    Credential.status_list_id,
    Credential.status_index,
)
_OF_KEYS = (IdempotencyKey.key, IdempotencyKey.credential_id, IdempotencyKey.request_sha256)


@dataclass(frozen=True)
class Ledger:
    names: Counter  # external ids of credentials
    ids: dict[str, str]  # external id -> UUID
    entries: Counter  # (status list, index)
    allocated: int
    keys: dict[str, str]  # Idempotency-Key -> external id of its credential
    strangers: list[str]  # keys whose credential was asked for by another body
    issued: Counter  # UUIDs in the audit log
    audited: int


def read_ledger(url):
    database = Database.open(url)
    try:
        with database.reading() as session:
            credentials = session.execute(select(*_OF_CREDENTIALS)).all()  # without the documents: there may be many
            keys = session.execute(select(*_OF_KEYS)).all()
            by_id = {row.id: row for row in credentials}
            actions = session.execute(select(AuditEvent.action, AuditEvent.subject)).all()
            return Ledger(
                names=Counter(row.external_id for row in credentials),
                ids={row.external_id: str(row.id) for row in credentials},
                entries=Counter((row.status_list_id, row.status_index) for row in credentials),
                allocated=sum(row.allocated for row in session.scalars(select(StatusList))),
                keys={row.key: by_id[row.credential_id].external_id for row in keys},
                strangers=[row.key for row in keys if row.request_sha256 != by_id[row.credential_id].request_sha256],
                issued=Counter(subject for action, subject in actions if action == "credential.issue"),
                audited=len(actions),
            )
    finally:
        database.close()


def assert_whole(url, *, credentials=None):
    """So many credentials (None: however many) and no loose ends: names, status entries, keys and the audit log agree.

    Returns the ledger.
    """
    ledger = read_ledger(url)
    if credentials is None:
        credentials = len(ledger.ids)
    assert len(ledger.names) == sum(ledger.names.values()) == credentials, ledger.names.most_common(3)
    assert len(ledger.entries) == credentials, "a status index was used twice"
    assert ledger.allocated == credentials, "a status index was burnt"
    assert ledger.issued == Counter(ledger.ids.values()), "the audit log does not agree with the credentials"
    assert ledger.strangers == []
    return ledger


def assert_acknowledged_are_there(ledger, journal):
    """Every badge that a client was told of is the badge of that completion."""
    assert_there(ledger, journal.acknowledged)
    assert journal.wrong == []


def assert_there(ledger, told):
    """`told`: the address of the badge by external id."""
    lost = {name: url for name, url in told.items() if ledger.ids.get(name) != url.rpartition("/")[2]}
    assert lost == {}, f"{len(lost)} acknowledged badges were lost"
