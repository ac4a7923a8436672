"""What a restored copy needs before anybody may go on from it (docs/decisions/0025)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, update

from app.models import AchievementRevision, Credential, SigningKey, StatusList, VCStatusEntry, VCStatusList
from app.storage.credentials import NewCredential, insert_credentials

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.storage.status_lists import Entry

_NO_DIGEST: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Lost:
    """A credential that the copy does not know: what the journal has of it."""

    id: UUID
    list_id: UUID
    index: int
    achievement_id: UUID
    revision_id: UUID
    key_id: UUID
    sha256: bytes
    test: bool
    awarded_at: datetime
    valid_from: datetime
    valid_until: datetime | None
    issued_at: datetime


def close_lists(session: Session) -> int:
    """No place in any list of the copy is given out again; says how many lists were open."""
    closed = 0
    for lists in (StatusList, VCStatusList):
        rows = session.execute(update(lists).where(lists.open).values(open=False).returning(lists.id)).all()
        closed += len(rows)
    return closed


def knows_credential(session: Session, credential_id: UUID) -> bool:
    return session.scalar(select(Credential.id).where(Credential.id == credential_id)) is not None


def hold_lost(session: Session, lost: Lost, *, now: datetime) -> bool:
    """The place of a credential whose words are lost is taken again, as if it had been erased.

    False when the copy does not know the list, which then has no address either, or holds the place for another.
    An achievement or a key that is newer than the copy is told as that of another credential in the list.
    """
    mate = session.scalar(select(Credential).where(Credential.status_list_id == lost.list_id).limit(1))
    taken = select(Credential.id).where(
        Credential.status_list_id == lost.list_id, Credential.status_index == lost.index
    )
    if mate is None or session.scalar(taken) is not None:
        return False
    edition = lost if session.get(AchievementRevision, lost.revision_id) else mate
    key_id = lost.key_id if session.get(SigningKey, lost.key_id) else mate.signing_key_id
    insert_credentials(
        session,
        [
            NewCredential(
                id=lost.id,
                issuer_id=mate.issuer_id,
                achievement_id=edition.achievement_id,
                revision_id=edition.revision_id,
                signing_key_id=key_id,
                status_list_id=lost.list_id,
                status_index=lost.index,
                document=b"",
                sha256=lost.sha256,
                test=lost.test,
                source="",
                external_id=None,
                request_sha256=_NO_DIGEST,
                learner={"name": "", "email": None, "did": None},
                awarded_at=lost.awarded_at,
                valid_from=lost.valid_from,
                valid_until=lost.valid_until,
                issued_at=lost.issued_at,
                erased_at=now,
            )
        ],
    )
    session.execute(update(StatusList).where(StatusList.id == lost.list_id).values(allocated=StatusList.allocated + 1))
    return True


def hold_vc_entry(session: Session, entry: Entry, *, now: datetime) -> bool:
    """The same in a list of the VC-API, whose credentials are never kept. False when the copy has no such list."""
    if session.get(VCStatusList, entry.list_id) is None:
        return False
    if session.get(VCStatusEntry, (entry.list_id, entry.index)) is None:
        session.add(
            VCStatusEntry(list_id=entry.list_id, status_index=entry.index, credential_sha256=None, test=False, at=now)
        )
        lists = update(VCStatusList).where(VCStatusList.id == entry.list_id)
        session.execute(lists.values(allocated=VCStatusList.allocated + 1))
        session.flush()
    return True
