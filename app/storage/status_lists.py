"""Places in status lists, given out at random and once; and the changes that make a list's bits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import Float, Table, bindparam, func, select, update

from app.errors import NotFoundError
from app.models import (
    MINIMUM_LIST_LENGTH,
    Credential,
    StatusChange,
    StatusList,
    StatusPurpose,
    StatusValue,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

# Built once: every award asks, and building a statement costs as much as running it. FOR NO KEY UPDATE: credentials
# that refer to the list may still be added.
_LOCKED = select(StatusList).with_for_update(key_share=True).execution_options(populate_existing=True)
_LOCKED_ONE = _LOCKED.where(StatusList.id == bindparam("list_id"))
_LOCKED_OPEN = _LOCKED.where(
    StatusList.issuer_id == bindparam("issuer_id"), StatusList.purpose == StatusPurpose.REVOCATION, StatusList.open
)
_CREDENTIALS = Credential.metadata.tables["credentials"].c
_TAKEN = select(_CREDENTIALS.status_index).where(
    _CREDENTIALS.status_list_id == bindparam("list_id"),
    _CREDENTIALS.status_index.in_(bindparam("indexes", expanding=True)),
)
_LISTS: Table = StatusList.metadata.tables["status_lists"]
_TAKEN_FROM = (
    update(_LISTS)
    .where(
        _LISTS.c.issuer_id == bindparam("owner_id"),
        _LISTS.c.purpose == StatusPurpose.REVOCATION,
        _LISTS.c.open,
        _LISTS.c.allocated + bindparam("places") <= _LISTS.c.length * bindparam("fill", type_=Float()),
    )
    .values(allocated=_LISTS.c.allocated + bindparam("places"))
    .returning(_LISTS.c.id, _LISTS.c.length, _LISTS.c.allocated)
)
_CHANGE = select(StatusChange).where(StatusChange.credential_id == bindparam("credential_id"))

FILL = 0.9  # of a list; beyond it, finding a free index by chance takes too many tries
_CHUNK = 5_000  # indexes in one query
_SPARE = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in a status list. Free until a credential is stored with it."""

    list_id: UUID
    index: int


@dataclass(frozen=True, slots=True)
class Revocation:
    change: StatusChange
    already: bool  # it was revoked before; `change` is then the earlier one


def allocate(
    session: Session,
    issuer_id: UUID,
    count: int,
    *,
    now: datetime,
    randbelow: Callable[[int], int],
    fill: float = FILL,
) -> list[Entry]:
    """`count` different free entries of the issuer's lists; `randbelow` is `secrets.randbelow` outside tests.

    The caller holds the issuer's lock, since two awards must not open the same list, and stores the credentials before
    it asks again in the same transaction: an entry is taken by the credential that holds it and by nothing else.
    """
    entries: list[Entry] = []
    while missing := count - len(entries):
        places = _take(session, issuer_id, missing, fill) or _take_rest(session, issuer_id, missing, fill, now)
        entries += [Entry(places.list_id, index) for index in _draw(session, places, randbelow)]
    return entries


def find_list(session: Session, list_id: UUID) -> StatusList | None:
    return session.get(StatusList, list_id)


def get_list(session: Session, list_id: UUID) -> StatusList:
    status_list = find_list(session, list_id)
    if status_list is None:
        raise NotFoundError("There is no such status list.")
    return status_list


def list_lists(session: Session, issuer_id: UUID) -> tuple[StatusList, ...]:
    """All lists of the issuer in the order of their numbers."""
    query = select(StatusList).where(StatusList.issuer_id == issuer_id)
    return tuple(session.scalars(query.order_by(StatusList.purpose, StatusList.number)))


def revoked_indexes(session: Session, list_id: UUID) -> list[int]:
    """The set bits of the list, ascending."""
    query = select(StatusChange.status_index).where(StatusChange.list_id == list_id)
    return list(session.scalars(query.order_by(StatusChange.status_index)))


def find_change(session: Session, credential_id: UUID) -> StatusChange | None:
    """What became of the credential; None while it stands."""
    return session.scalar(_CHANGE, {"credential_id": credential_id})


def find_changes(session: Session, credential_ids: Sequence[UUID]) -> dict[UUID, StatusChange]:
    """The same for several: by credential, those that have one."""
    return {
        change.credential_id: change
        for start in range(0, len(credential_ids), _CHUNK)
        for change in session.scalars(
            select(StatusChange).where(StatusChange.credential_id.in_(credential_ids[start : start + _CHUNK]))
        )
    }


def revoke(
    session: Session,
    credential_id: UUID,
    *,
    issuer_id: UUID | None,
    reason: str,
    actor: str,
    now: datetime,
) -> Revocation:
    """Revokes the issuer's credential (anybody's when `issuer_id` is None) for good.

    A second time changes nothing and returns the first change. Raises NotFoundError.
    """
    row = session.execute(_place(credential_id, issuer_id)).one_or_none()
    if row is None:
        raise NotFoundError("There is no such credential.")
    owner, list_id, index = row
    status_list = _lock_list(session, list_id)  # first, so that whoever comes second finds the change
    earlier = find_change(session, credential_id)
    if earlier is not None:
        return Revocation(earlier, already=True)
    change = StatusChange(
        id=uuid4(),
        issuer_id=owner,
        list_id=list_id,
        status_index=index,
        credential_id=credential_id,
        value=StatusValue.REVOKED,
        reason=reason,
        actor=actor,
        at=now,
    )
    session.add(change)
    status_list.version += 1
    session.flush()
    return Revocation(change, already=False)


@dataclass(frozen=True, slots=True)
class _Places:
    """`count` places of a list that held `allocated` credentials before, of `length`."""

    list_id: UUID
    length: int
    allocated: int
    count: int


def _take(session: Session, issuer_id: UUID, count: int, fill: float) -> _Places | None:
    """`count` places of the open list; None when there is no list, or not that much room in it."""
    values = {"owner_id": issuer_id, "places": count, "fill": fill}
    row = session.execute(_TAKEN_FROM, values).one_or_none()
    return None if row is None else _Places(row.id, row.length, row.allocated - count, count)


def _take_rest(session: Session, issuer_id: UUID, count: int, fill: float, now: datetime) -> _Places:
    """What is left in the open list, or else places of a new one: at most `count`, at least one."""
    status_list = _open_list(session, issuer_id, now)
    room = math.floor(status_list.length * fill) - status_list.allocated
    if room <= 0:
        status_list.open = False
        session.flush()  # before its successor, since only one may be open
        status_list = _new_list(session, issuer_id, now)
        room = math.floor(status_list.length * fill)
    places = _take(session, issuer_id, min(count, room), fill)
    if places is None:
        raise TypeError("a locked list has lost its room")
    return places


def _open_list(session: Session, issuer_id: UUID, now: datetime) -> StatusList:
    """The issuer's open list, locked until the transaction ends; a new one when there is none."""
    return session.scalar(_LOCKED_OPEN, {"issuer_id": issuer_id}) or _new_list(session, issuer_id, now)


def _new_list(session: Session, issuer_id: UUID, now: datetime) -> StatusList:
    last = session.scalar(select(func.max(StatusList.number)).where(StatusList.issuer_id == issuer_id))
    status_list = StatusList(
        id=uuid4(),
        issuer_id=issuer_id,
        purpose=StatusPurpose.REVOCATION,
        number=(last or 0) + 1,
        length=MINIMUM_LIST_LENGTH,
        allocated=0,
        version=1,
        open=True,
        created_at=now,
    )
    session.add(status_list)
    session.flush()  # credentials will refer to it
    return status_list


def _draw(session: Session, places: _Places, randbelow: Callable[[int], int]) -> list[int]:
    """As many indexes at random that no credential holds, in the order drawn."""
    free = 1 - places.allocated / places.length
    tried: set[int] = set()
    drawn: list[int] = []
    while len(drawn) < places.count:
        # As many as it should take, so that one query is nearly always enough.
        tries = math.ceil((places.count - len(drawn)) / free) + _SPARE
        fresh = dict.fromkeys(randbelow(places.length) for _ in range(tries))
        taken = tried | _taken(session, places.list_id, fresh)
        drawn += [index for index in fresh if index not in taken]
        tried.update(fresh)
    return drawn[: places.count]


def _taken(session: Session, list_id: UUID, indexes: Collection[int]) -> set[int]:
    candidates = list(indexes)
    return {
        index
        for start in range(0, len(candidates), _CHUNK)
        for index in session.scalars(_TAKEN, {"list_id": list_id, "indexes": candidates[start : start + _CHUNK]})
    }


def _place(credential_id: UUID, issuer_id: UUID | None) -> Select[UUID, UUID, int]:
    query = select(Credential.issuer_id, Credential.status_list_id, Credential.status_index).where(
        Credential.id == credential_id
    )
    return query if issuer_id is None else query.where(Credential.issuer_id == issuer_id)


def _lock_list(session: Session, list_id: UUID) -> StatusList:
    return session.scalars(_LOCKED_ONE, {"list_id": list_id}).one()
