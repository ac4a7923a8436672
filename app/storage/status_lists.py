"""Places in status lists, given out at random and once; and the changes that make a list's bits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final
from uuid import uuid4

from sqlalchemy import Float, Table, bindparam, func, insert, select, update

from app.errors import NotFoundError
from app.models import (
    MINIMUM_LIST_LENGTH,
    Credential,
    StatusChange,
    StatusList,
    StatusPurpose,
    StatusValue,
    VCStatusEntry,
    VCStatusList,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from app.storage.credentials import Place

# FOR NO KEY UPDATE: credentials that refer to the list may still be added.
_LOCKED = select(StatusList).with_for_update(key_share=True).execution_options(populate_existing=True)
_LOCKED_ONE = _LOCKED.where(StatusList.id == bindparam("list_id"))
_CHANGES: Table = StatusChange.metadata.tables["status_changes"]
_CHANGE = select(StatusChange).where(StatusChange.credential_id == bindparam("credential_id"))
_CHANGES_OF_EACH = select(StatusChange).where(StatusChange.credential_id.in_(bindparam("ids", expanding=True)))

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


@final
class Ledger:
    """Where lists stand, to whom they belong, and which rows hold their places: one for each kind of issuer.

    The statements are built once: every award asks, and building one costs as much as running it.
    """

    def __init__(self, model: type[StatusList | VCStatusList], owner: str, *, held: Table, list_id: str) -> None:
        self.model = model
        self.owner = owner
        lists: Table = model.metadata.tables[model.__tablename__]
        of_owner = lists.c[owner] == bindparam("owner_id")
        is_open = of_owner, lists.c.purpose == StatusPurpose.REVOCATION, lists.c.open
        self.open: Select[Any] = (
            select(model).where(*is_open).with_for_update(key_share=True).execution_options(populate_existing=True)
        )
        self.last_number = select(func.max(lists.c.number)).where(of_owner)
        self.take = (
            update(lists)
            .where(
                *is_open,
                lists.c.allocated + bindparam("places") <= lists.c.length * bindparam("fill", type_=Float()),
            )
            .values(allocated=lists.c.allocated + bindparam("places"))
            .returning(lists.c.id, lists.c.length, lists.c.allocated)
        )
        self.taken = select(held.c.status_index).where(
            held.c[list_id] == bindparam("list_id"), held.c.status_index.in_(bindparam("indexes", expanding=True))
        )


BADGES: Final = Ledger(
    StatusList, "issuer_id", held=Credential.metadata.tables["credentials"], list_id="status_list_id"
)
VC_API: Final = Ledger(
    VCStatusList, "instance_id", held=VCStatusEntry.metadata.tables["vc_status_entries"], list_id="list_id"
)


def allocate(
    session: Session,
    owner_id: UUID,
    count: int,
    *,
    now: datetime,
    randbelow: Callable[[int], int],
    fill: float = FILL,
    ledger: Ledger = BADGES,
) -> list[Entry]:
    """`count` different free entries of the owner's lists; `randbelow` is `secrets.randbelow` outside tests.

    The caller holds the issuer's lock, since two awards must not open the same list, and stores the credentials before
    it asks again in the same transaction: an entry is taken by the credential that holds it and by nothing else.
    """
    allocation = _Allocation(session, ledger, owner_id, now, fill)
    entries: list[Entry] = []
    while missing := count - len(entries):
        places = allocation.take(missing) or allocation.take_rest(missing)
        entries += [Entry(places.list_id, index) for index in _draw(session, ledger, places, randbelow)]
    return entries


def renew_lists(session: Session, issuer_id: UUID) -> None:
    """A new version of each list, of the same bits: whoever keeps a signed copy by its version makes another."""
    session.execute(
        update(StatusList)
        .where(StatusList.issuer_id == issuer_id)
        .values(version=StatusList.version + 1)
        .execution_options(synchronize_session=False)
    )


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


def find_last_change(session: Session, list_id: UUID) -> datetime | None:
    """When a bit of the list was set for the last time; None when none is."""
    return session.scalar(select(func.max(StatusChange.at)).where(StatusChange.list_id == list_id))


def find_change(session: Session, credential_id: UUID) -> StatusChange | None:
    """What became of the credential; None while it stands."""
    return session.scalar(_CHANGE, {"credential_id": credential_id})


def find_changes(session: Session, credential_ids: Sequence[UUID]) -> dict[UUID, StatusChange]:
    """The same for several: by credential, those that have one."""
    return {
        change.credential_id: change
        for start in range(0, len(credential_ids), _CHUNK)
        for change in session.scalars(_CHANGES_OF_EACH, {"ids": credential_ids[start : start + _CHUNK]})
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


def revoke_many(session: Session, places: Sequence[Place], *, reason: str, actor: str, now: datetime) -> list[Place]:
    """Revokes those of one issuer's credentials that are not yet; returns them. Each list's version rises by as many as
    it has changes more, as if they had been revoked one after the other: `lists_that_do_not_add_up` relies on that.

    The caller holds the issuer's lock, since more than one list may be taken.
    """
    lists = {list_id: _lock_list(session, list_id) for list_id in sorted({place.status_list_id for place in places})}
    revoked = find_changes(session, [place.id for place in places])
    left = [place for place in places if place.id not in revoked]
    if left:
        session.execute(insert(_CHANGES), [_change(place, reason, actor, now) for place in left])
    for place in left:
        lists[place.status_list_id].version += 1
    session.flush()
    return left


def _change(place: Place, reason: str, actor: str, now: datetime) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "issuer_id": place.issuer_id,
        "list_id": place.status_list_id,
        "status_index": place.status_index,
        "credential_id": place.id,
        "value": StatusValue.REVOKED,
        "reason": reason,
        "actor": actor,
        "at": now,
    }


def hold_list_of(session: Session, credential_id: UUID) -> None:
    """Until the transaction ends nobody else revokes this credential. It must exist."""
    _, list_id, _ = session.execute(_place(credential_id, None)).one()
    _lock_list(session, list_id)


@dataclass(frozen=True, slots=True)
class _Places:
    """`count` places of a list that held `allocated` credentials before, of `length`."""

    list_id: UUID
    length: int
    allocated: int
    count: int


@dataclass(frozen=True, slots=True)
class _Allocation:
    """Somebody asks for places in the lists of one owner."""

    session: Session
    ledger: Ledger
    owner_id: UUID
    now: datetime
    fill: float

    def take(self, count: int) -> _Places | None:
        """`count` places of the open list; None when there is no list, or not that much room in it."""
        values = {"owner_id": self.owner_id, "places": count, "fill": self.fill}
        row = self.session.execute(self.ledger.take, values).one_or_none()
        return None if row is None else _Places(row.id, row.length, row.allocated - count, count)

    def take_rest(self, count: int) -> _Places:
        """What is left in the open list, or else places of a new one: at most `count`, at least one."""
        status_list = self._open_list()
        room = math.floor(status_list.length * self.fill) - status_list.allocated
        if room <= 0:
            status_list.open = False
            self.session.flush()  # before its successor, since only one may be open
            status_list = self._new_list()
            room = math.floor(status_list.length * self.fill)
        places = self.take(min(count, room))
        if places is None:
            raise TypeError("a locked list has lost its room")
        return places

    def _open_list(self) -> StatusList | VCStatusList:
        """The owner's open list, locked until the transaction ends; a new one when there is none."""
        found: StatusList | VCStatusList | None = self.session.scalar(self.ledger.open, {"owner_id": self.owner_id})
        return found or self._new_list()

    def _new_list(self) -> StatusList | VCStatusList:
        last = self.session.scalar(self.ledger.last_number, {"owner_id": self.owner_id})
        status_list = self.ledger.model(
            **{self.ledger.owner: self.owner_id},
            id=uuid4(),
            purpose=StatusPurpose.REVOCATION,
            number=(last or 0) + 1,
            length=MINIMUM_LIST_LENGTH,
            allocated=0,
            version=1,
            open=True,
            created_at=self.now,
        )
        self.session.add(status_list)
        self.session.flush()  # credentials will refer to it
        return status_list


def _draw(session: Session, ledger: Ledger, places: _Places, randbelow: Callable[[int], int]) -> list[int]:
    """As many indexes at random that no credential holds, in the order drawn."""
    free = 1 - places.allocated / places.length
    tried: set[int] = set()
    drawn: list[int] = []
    while len(drawn) < places.count:
        # As many as it should take, so that one query is nearly always enough.
        tries = math.ceil((places.count - len(drawn)) / free) + _SPARE
        fresh = dict.fromkeys(randbelow(places.length) for _ in range(tries))
        taken = tried | _taken(session, ledger, places.list_id, fresh)
        drawn += [index for index in fresh if index not in taken]
        tried.update(fresh)
    return drawn[: places.count]


def _taken(session: Session, ledger: Ledger, list_id: UUID, indexes: Collection[int]) -> set[int]:
    candidates = list(indexes)
    return {
        index
        for start in range(0, len(candidates), _CHUNK)
        for index in session.scalars(ledger.taken, {"list_id": list_id, "indexes": candidates[start : start + _CHUNK]})
    }


def _place(credential_id: UUID, issuer_id: UUID | None) -> Select[UUID, UUID, int]:
    query = select(Credential.issuer_id, Credential.status_list_id, Credential.status_index).where(
        Credential.id == credential_id
    )
    return query if issuer_id is None else query.where(Credential.issuer_id == issuer_id)


def _lock_list(session: Session, list_id: UUID) -> StatusList:
    return session.scalars(_LOCKED_ONE, {"list_id": list_id}).one()
