"""What every verification asks, as it stands at this moment: a few plain values, straight from the driver.

    with asking(session) as live:
        state = live.find_list_state(list_id)

Through a session of SQLAlchemy each such question costs some ten times what SQLite takes to answer it, and all of them
together as much as checking a signature. Who asks nothing takes no connection.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

from sqlalchemy import Table, Text, bindparam, cast, select
from sqlalchemy.exc import DBAPIError

from app.models import Credential, Issuer, SigningKey, StatusChange, StatusList

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from uuid import UUID

    from sqlalchemy import Select
    from sqlalchemy.engine import Dialect
    from sqlalchemy.orm import Session
    from sqlalchemy.pool import PoolProxiedConnection


@dataclass(frozen=True, slots=True)
class ListState:
    """A status list but for its bits. What was made of them for a version holds as long as the version does."""

    issuer_did: str
    purpose: str
    length: int
    version: int


@dataclass(frozen=True, slots=True)
class IssuerKeys:
    """The DID of an issuer and every key that it has or had, oldest first: key id and public JWK as JSON."""

    did: str
    keys: tuple[tuple[str, str], ...]


@contextmanager
def asking(session: Session) -> Iterator[Live]:
    """Answers questions until the block ends; each sees what was committed before it was asked.

    In a session that has read already they come from the same connection and moment, lest a reader hold two.
    """
    live = Live(session)
    try:
        yield live
    finally:
        live.close()


@final
class Live:
    """The questions. Each raises DBAPIError, as the session itself would."""

    __slots__ = ("_dialect", "_lent", "_session")

    def __init__(self, session: Session) -> None:
        self._session = session
        self._dialect = session.get_bind().dialect
        self._lent: PoolProxiedConnection | None = None

    def find_list_state(self, list_id: UUID) -> ListState | None:
        rows = self._ask(_LIST_STATE, {"list_id": list_id})
        return ListState(*rows[0]) if rows else None

    def revoked_indexes(self, list_id: UUID) -> list[int]:
        """The set bits of the list, in any order."""
        return [index for (index,) in self._ask(_REVOKED, {"list_id": list_id})]

    def find_issuer_keys(self, slug: str) -> IssuerKeys | None:
        rows = self._ask(_ISSUER_KEYS, {"slug": slug})
        keys = tuple((kid, jwk) for _, kid, jwk in rows if kid is not None)
        return IssuerKeys(rows[0][0], keys) if rows else None

    def find_signed_bytes(self, credential_id: UUID) -> bytes | None:
        rows = self._ask(_SIGNED_BYTES, {"credential_id": credential_id})
        return bytes(rows[0][0]) if rows else None

    def close(self) -> None:
        """Gives the connection back. Another question takes another one."""
        if self._lent is not None:
            self._lent.close()
            self._lent = None

    def _ask(self, question: _Prepared, values: Mapping[str, Any]) -> Sequence[Any]:
        written = question.written(self._dialect)
        driver = self._dialect.loaded_dbapi
        try:
            cursor = self._connection().cursor()
            try:
                cursor.execute(written.sql, written.bound(values))
                return cursor.fetchall()
            finally:
                cursor.close()
        except driver.Error as error:
            raise self._as_of_sqlalchemy(written.sql, error) from error

    def _connection(self) -> PoolProxiedConnection:
        if self._session.in_transaction():
            return self._session.connection().connection
        if self._lent is None:
            self._lent = self._session.get_bind().engine.raw_connection()
        return self._lent

    def _as_of_sqlalchemy(self, sql: str, error: Exception) -> BaseException:
        """The driver's error as `storage_faults` knows it; without the values, which may be personal data."""
        gone = self._dialect.is_disconnect(error, None, None)  # type: ignore[arg-type]  # it is one of the driver's
        if gone and self._lent is not None:
            self._lent.invalidate(error)  # so that nobody gets it again
            self._lent = None
        return DBAPIError.instance(
            sql,
            None,
            error,
            self._dialect.loaded_dbapi.Error,
            hide_parameters=True,
            connection_invalidated=gone,
            dialect=self._dialect,
        )


@dataclass(frozen=True, slots=True)
class _Written:
    """A statement in the words of one kind of database."""

    sql: str
    processors: Mapping[str, Callable[[Any], Any] | None]
    positions: Sequence[str] | None  # None: values are given by name

    def bound(self, values: Mapping[str, Any]) -> Any:
        given = {name: process(values[name]) if process else values[name] for name, process in self.processors.items()}
        return given if self.positions is None else [given[name] for name in self.positions]


class _Prepared:
    """A SELECT of columns that both drivers return as plain values: texts, numbers, bytes."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._written: dict[str, _Written] = {}

    def written(self, dialect: Dialect) -> _Written:
        known = self._written.get(dialect.name)
        if known is None:
            known = self._written[dialect.name] = self._write(dialect)
        return known

    def _write(self, dialect: Dialect) -> _Written:
        compiled = self._statement.compile(dialect=dialect)
        processors = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
        }
        return _Written(str(compiled), processors, compiled.positiontup if compiled.positional else None)


_LISTS: Table = StatusList.metadata.tables["status_lists"]
_CHANGES: Table = StatusChange.metadata.tables["status_changes"]
_ISSUERS: Table = Issuer.metadata.tables["issuers"]
_KEYS: Table = SigningKey.metadata.tables["signing_keys"]
_CREDENTIALS: Table = Credential.metadata.tables["credentials"]

_LIST_STATE = _Prepared(
    select(_ISSUERS.c.did, _LISTS.c.purpose, _LISTS.c.length, _LISTS.c.version)
    .join_from(_LISTS, _ISSUERS, _LISTS.c.issuer_id == _ISSUERS.c.id)
    .where(_LISTS.c.id == bindparam("list_id"))
)
_REVOKED = _Prepared(select(_CHANGES.c.status_index).where(_CHANGES.c.list_id == bindparam("list_id")))
_ISSUER_KEYS = _Prepared(
    select(_ISSUERS.c.did, _KEYS.c.kid, cast(_KEYS.c.public_jwk, Text))
    .join_from(_ISSUERS, _KEYS, _KEYS.c.issuer_id == _ISSUERS.c.id, isouter=True)
    .where(_ISSUERS.c.slug == bindparam("slug"))
    .order_by(_KEYS.c.created_at, _KEYS.c.kid)
)
_SIGNED_BYTES = _Prepared(select(_CREDENTIALS.c.document).where(_CREDENTIALS.c.id == bindparam("credential_id")))
