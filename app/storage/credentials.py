"""Credentials. Adding and answering from them is hot, so it goes through Core; the rest through the ORM."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Table, bindparam, func, insert, select, update

from app.errors import NotFoundError
from app.models import Credential, Visibility
from app.storage.criteria import ANY, Criteria, conditions
from app.storage.paging import Cursor, Page, later_than, read_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

Value = TypeVar("Value")
NaturalKey = tuple[str, str]  # source, external id

_TABLE: Table = Credential.metadata.tables["credentials"]
_COLUMNS = _TABLE.c
# Built once: every award asks, and building a statement costs as much as running it.
_INSERT = insert(_TABLE)
_REPLAYS = select(_COLUMNS.external_id, _COLUMNS.id, _COLUMNS.request_sha256).where(
    _COLUMNS.issuer_id == bindparam("issuer_id"),
    _COLUMNS.test == bindparam("test"),
    _COLUMNS.source == bindparam("source"),
    _COLUMNS.external_id.in_(bindparam("external_ids", expanding=True)),
)
_BY_ID = select(Credential).where(Credential.id == bindparam("credential_id"))
_BY_ID_OF_ISSUER = _BY_ID.where(Credential.issuer_id == bindparam("issuer_id"))
_DOCUMENT = select(_COLUMNS.id, _COLUMNS.document, _COLUMNS.sha256).where(_COLUMNS.id == bindparam("credential_id"))
# A value that stands in a statement stays in memory with it, for as long as the statement is remembered.
_KEEP_JWT = (
    update(_TABLE)
    .where(_COLUMNS.id == bindparam("credential_id"), _COLUMNS.jwt.is_(None), _COLUMNS.erased_at.is_(None))
    .values(jwt=bindparam("token"))
)
_SET_VISIBILITY = (
    update(_TABLE)
    .where(_COLUMNS.id == bindparam("credential_id"), _COLUMNS.erased_at.is_(None))
    .values(visibility=bindparam("visibility"))
)
_CHUNK = 500  # values in one IN (...); SQLite takes 32,766 parameters, older builds 999


@dataclass(frozen=True, slots=True)
class NewCredential:
    """A row to be; the fields are the columns."""

    id: UUID
    issuer_id: UUID
    achievement_id: UUID
    revision_id: UUID
    signing_key_id: UUID
    status_list_id: UUID
    status_index: int
    document: bytes
    sha256: bytes
    test: bool
    source: str
    external_id: str | None
    request_sha256: bytes
    learner: Mapping[str, Any]
    awarded_at: datetime
    valid_from: datetime
    valid_until: datetime | None
    issued_at: datetime
    jwt: str | None = None
    erased_at: datetime | None = None
    visibility: Visibility = Visibility.UNLISTED


_FIELDS = tuple(field.name for field in fields(NewCredential))


@dataclass(frozen=True, slots=True)
class Replay:
    """What an earlier request led to."""

    credential_id: UUID
    request_sha256: bytes


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """The signed bytes and their digest: all that answering a public address needs."""

    id: UUID
    document: bytes
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """A credential's entry in a status list, its own place among all, and its dates; no word of what it says.

    The fields are columns.
    """

    id: UUID
    issuer_id: UUID
    achievement_id: UUID
    revision_id: UUID
    signing_key_id: UUID
    status_list_id: UUID
    status_index: int
    sha256: bytes
    test: bool
    awarded_at: datetime
    valid_from: datetime
    valid_until: datetime | None
    issued_at: datetime

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.issued_at, self.id)


def insert_credentials(session: Session, rows: Sequence[NewCredential]) -> None:
    """All rows by one statement. Raises IntegrityError, with none stored, when one breaks a rule."""
    if rows:
        session.execute(_INSERT, [{name: getattr(row, name) for name in _FIELDS} for row in rows])


def find_replays(
    session: Session, issuer_id: UUID, keys: Iterable[NaturalKey], *, test: bool
) -> dict[NaturalKey, Replay]:
    """Those of the natural keys that have a credential. Certain only after `lock_issuer`."""
    by_source: dict[str, set[str]] = defaultdict(set)
    for source, external_id in keys:
        by_source[source].add(external_id)
    found: dict[NaturalKey, Replay] = {}
    for source, external_ids in by_source.items():
        for chunk in _chunks(sorted(external_ids)):
            values = {"issuer_id": issuer_id, "test": test, "source": source, "external_ids": chunk}
            for external_id, id_, digest in session.execute(_REPLAYS, values):
                found[source, external_id] = Replay(id_, digest)
    return found


def find_credential(session: Session, credential_id: UUID, *, issuer_id: UUID | None) -> Credential | None:
    """The credential if it belongs to the issuer; anybody's when `issuer_id` is None."""
    if issuer_id is None:
        return session.scalar(_BY_ID, {"credential_id": credential_id})
    return session.scalar(_BY_ID_OF_ISSUER, {"credential_id": credential_id, "issuer_id": issuer_id})


def get_credential(session: Session, credential_id: UUID, *, issuer_id: UUID | None) -> Credential:
    credential = find_credential(session, credential_id, issuer_id=issuer_id)
    if credential is None:
        raise NotFoundError("There is no such credential.")
    return credential


def owner_of(session: Session, credential_id: UUID, *, issuer_id: UUID | None) -> UUID:
    """The issuer whose credential it is, before any of it is read. Raises NotFoundError as `get_credential`."""
    query = select(_COLUMNS.issuer_id).where(_COLUMNS.id == credential_id)
    owner = session.scalar(query if issuer_id is None else query.where(_COLUMNS.issuer_id == issuer_id))
    if owner is None:
        raise NotFoundError("There is no such credential.")
    return owner  # type: ignore[no-any-return]  # a column of a table knows its type only when it runs


def find_credentials(session: Session, issuer_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Credential]:
    """Those of the ids that the issuer has."""
    return {row.id: row for row in list_by_ids(session, ids) if row.issuer_id == issuer_id}


def list_by_ids(session: Session, ids: Iterable[UUID]) -> list[Credential]:
    """Those of the ids that exist, whoever issued them."""
    return [
        credential
        for chunk in _chunks(sorted(set(ids)))
        for credential in session.scalars(select(Credential).where(Credential.id.in_(chunk)))
    ]


def find_document(session: Session, credential_id: UUID) -> StoredDocument | None:
    row = session.execute(_DOCUMENT, {"credential_id": credential_id}).one_or_none()
    return None if row is None else StoredDocument(*row)


def get_document(session: Session, credential_id: UUID) -> StoredDocument:
    document = find_document(session, credential_id)
    if document is None:
        raise NotFoundError("There is no such credential.")
    return document


def list_credentials(
    session: Session,
    *,
    issuer_id: UUID | None,
    wanted: Criteria = ANY,
    after: Cursor | None = None,
    limit: int = 100,
) -> Page[Credential]:
    """The wanted credentials of the issuer, latest first; of everybody when `issuer_id` is None."""
    query = select(Credential).where(*conditions(wanted, issuer_id=issuer_id))
    return read_page(
        session,
        query,
        at=Credential.issued_at,
        id_=Credential.id,
        after=after,
        limit=limit,
        values=wanted.personal_values(),
    )


def count_credentials(session: Session, *, issuer_id: UUID | None, wanted: Criteria) -> int:
    """How many there are of the wanted ones."""
    query = select(func.count()).select_from(Credential).where(*conditions(wanted, issuer_id=issuer_id))
    return session.scalar(query, wanted.personal_values()) or 0


def list_places(
    session: Session, *, issuer_id: UUID | None, wanted: Criteria, after: Cursor | None = None, limit: int
) -> list[Place]:
    """Where the wanted ones stand in status lists, latest first: what revoking them takes, without their documents."""
    query = select(*(_COLUMNS[field.name] for field in fields(Place))).where(*conditions(wanted, issuer_id=issuer_id))
    if after is not None:
        query = query.where(later_than(Credential.issued_at, Credential.id, after))
    query = query.order_by(Credential.issued_at.desc(), Credential.id.desc()).limit(limit)
    rows = session.execute(query, wanted.personal_values())
    return [Place(*row) for row in rows]


def keep_jwt(session: Session, credential_id: UUID, jwt: str) -> str:
    """Keeps the token unless there is one; returns the one that is kept. Raises NotFoundError."""
    session.execute(_KEEP_JWT, {"credential_id": credential_id, "token": jwt})
    kept = session.scalar(select(_COLUMNS.jwt).where(_COLUMNS.id == credential_id))
    if kept is None:
        raise NotFoundError("There is no such credential.")
    return str(kept)


def set_visibility(session: Session, credential_id: UUID, visibility: Visibility) -> None:
    """Of one that is not erased; a trigger keeps the others."""
    session.execute(_SET_VISIBILITY, {"credential_id": credential_id, "visibility": visibility})


def _chunks(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
