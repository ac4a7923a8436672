"""Signing instances of the VC-API, and what became of the entries in their status lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from app.models import StatusValue, VCInstance, VCStatusChange, VCStatusEntry, VCStatusList
from app.storage.status_lists import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class ListOfInstance:
    """A status list, and the instance that signs it."""

    row: VCStatusList
    owner: VCInstance


def add_instance(session: Session, row: VCInstance) -> VCInstance:
    """Raises IntegrityError when the issuer has one of this name already."""
    session.add(row)
    session.flush()  # so that a taken name is noticed here
    return row


def find_instance(session: Session, issuer_id: UUID, name: str) -> VCInstance | None:
    return session.scalar(select(VCInstance).where(VCInstance.issuer_id == issuer_id, VCInstance.name == name))


def list_instances(session: Session, issuer_id: UUID) -> tuple[VCInstance, ...]:
    """All instances of the issuer, by name. Not paged: there is one for each way of signing."""
    return tuple(session.scalars(select(VCInstance).where(VCInstance.issuer_id == issuer_id).order_by(VCInstance.name)))


def hold_entry(
    session: Session, entry: Entry, *, credential_sha256: bytes | None, test: bool, now: datetime
) -> VCStatusEntry:
    """The entry is taken for good by a credential, whose id may be found again by its digest."""
    row = VCStatusEntry(
        list_id=entry.list_id, status_index=entry.index, credential_sha256=credential_sha256, test=test, at=now
    )
    session.add(row)
    session.flush()  # before the next draw
    return row


def find_list(session: Session, list_id: UUID) -> ListOfInstance | None:
    query = select(VCStatusList, VCInstance).join(VCInstance, VCStatusList.instance_id == VCInstance.id)
    found = session.execute(query.where(VCStatusList.id == list_id)).one_or_none()
    return None if found is None else ListOfInstance(found[0], found[1])


def revoked_indexes(session: Session, list_id: UUID) -> list[int]:
    """The set bits of the list, ascending."""
    query = select(VCStatusChange.status_index).where(VCStatusChange.list_id == list_id)
    return list(session.scalars(query.order_by(VCStatusChange.status_index)))


def find_entries(
    session: Session, instance_id: UUID, *, credential_sha256: bytes | None = None, entry: Entry | None = None
) -> tuple[Entry, ...]:
    """The entries of the instance that match all that is given."""
    query = (
        select(VCStatusEntry.list_id, VCStatusEntry.status_index)
        .join(VCStatusList, VCStatusEntry.list_id == VCStatusList.id)
        .where(VCStatusList.instance_id == instance_id)
        .order_by(VCStatusEntry.at, VCStatusEntry.status_index)
    )
    if credential_sha256 is not None:
        query = query.where(VCStatusEntry.credential_sha256 == credential_sha256)
    if entry is not None:
        query = query.where(VCStatusEntry.list_id == entry.list_id, VCStatusEntry.status_index == entry.index)
    return tuple(Entry(list_id, index) for list_id, index in session.execute(query))


def revoke(session: Session, entries: Iterable[Entry], *, actor: str, now: datetime) -> int:
    """Revokes what has not been revoked yet, for good; says how many that were.

    The lists are locked first, so that whoever comes second finds the change.
    """
    changed = 0
    for entry in sorted(entries, key=lambda entry: (entry.list_id, entry.index)):  # everybody in the same order
        session.execute(select(VCStatusList.id).where(VCStatusList.id == entry.list_id).with_for_update(key_share=True))
        if session.get(VCStatusChange, (entry.list_id, entry.index)) is not None:
            continue
        session.add(
            VCStatusChange(
                list_id=entry.list_id, status_index=entry.index, value=StatusValue.REVOKED, actor=actor, at=now
            )
        )
        session.execute(
            update(VCStatusList).where(VCStatusList.id == entry.list_id).values(version=VCStatusList.version + 1)
        )
        session.flush()
        changed += 1
    return changed
