"""What every verification asks, as it stands at this moment: a few plain values, straight from the driver.

    with asking(database) as live:
        state = live.find_list_state(list_id)

Through a session of SQLAlchemy each such question costs some ten times what SQLite takes to answer it, and all of them
together as much as checking a signature. Who asks nothing takes no connection.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, final
from uuid import UUID

from sqlalchemy import Table, Text, and_, bindparam, cast, literal_column, select, text, union_all
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.models import (
    AchievementRevision,
    Credential,
    Issuer,
    ReceiptKey,
    SigningKey,
    StatusChange,
    StatusList,
    Succession,
    SuccessionKind,
    SupersededDocument,
    VCInstance,
    VCStatusChange,
    VCStatusList,
)
from app.storage.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import ColumnClause, Engine
    from sqlalchemy.pool import PoolProxiedConnection

    from app.storage.database import Database

_AT_HAND = 2  # as many as ask at once as a rule
_KNOWN = "known since the last commit"
_MOST_KNOWN = 1_000  # answers, of some hundred bytes each


@dataclass(frozen=True, slots=True)
class ListState:
    """A status list but for its bits. What was made of them for a version holds as long as the version does."""

    issuer_did: str
    purpose: str
    length: int
    version: int


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """A key as it is published: key id, public JWK as JSON, and since when it counts no more, as the driver has it."""

    kid: str
    jwk: str
    compromised_at: str | None = None

    @property
    def revoked(self) -> datetime | None:
        """From when on what it signed counts no more."""
        if self.compromised_at is None:
            return None
        moment = datetime.fromisoformat(self.compromised_at)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class IssuerKeys:
    """The DID of an issuer and every key that it has or had, oldest first."""

    did: str
    keys: tuple[IssuerKey, ...]


@dataclass(frozen=True, slots=True)
class IssuerWords:
    """What an issuer says of itself and what it has set, both as JSON."""

    slug: str
    profile: str
    settings: str


@dataclass(frozen=True, slots=True)
class Award:
    """A credential as signed, the revision of its achievement, its issuer, and why it was revoked if it was."""

    document: bytes
    test: bool
    achievement_id: UUID
    revision: int
    revocation_reason: str | None
    issuer: IssuerWords

    @property
    def erased(self) -> bool:
        """Of what was erased nothing signed is left."""
        return not self.document


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a credential beside its list. `replaced_by`: the credential that took its place."""

    issuer_did: str
    test: bool
    replaced_by: UUID | None


@contextmanager
def asking(source: Session | Database) -> Iterator[Live]:
    """Answers questions until the block ends; each sees at least what was committed before the first was asked.

    In a session that has read already they come from the same connection and moment, lest a reader hold two. Without a
    session they cost half as much. Raises StorageUnavailableError, or in a session what that raises.
    """
    if isinstance(source, Session):
        with closing(Live(Lender(source.get_bind().engine, at_hand=0), source)) as live:
            yield live
    else:
        with source.asking() as live:
            yield live


@final
class Lender:
    """Lends connections for questions. `at_hand` stay lent out by the pool, which takes as long as a question does.

    Only where a connection that nobody uses sees no moment of its own: on SQLite, where we leave BEGIN to sessions.
    """

    __slots__ = ("_at_hand", "_engine", "_free", "dialect")

    def __init__(self, engine: Engine, *, at_hand: int = _AT_HAND) -> None:
        self._engine = engine
        self._at_hand = at_hand
        self._free: list[PoolProxiedConnection] = []
        self.dialect = engine.dialect

    @property
    def keeps(self) -> bool:
        """Whether the same connections are lent again and again."""
        return self._at_hand > 0

    def lend(self) -> PoolProxiedConnection:
        try:
            return self._free.pop()
        except IndexError:
            return self._engine.raw_connection()

    def take_back(self, connection: PoolProxiedConnection) -> None:
        if len(self._free) < self._at_hand:
            self._free.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Gives back to the pool what is at hand."""
        while self._free:
            self._free.pop().close()


@final
class Live:
    """The questions. Each raises DBAPIError, as a session would."""

    __slots__ = ("_dialect", "_known", "_lender", "_lent", "_session")

    def __init__(self, lender: Lender, session: Session | None = None) -> None:
        self._lender = lender
        self._session = session
        self._dialect = lender.dialect
        self._lent: PoolProxiedConnection | None = None
        self._known: dict[tuple[Prepared, object], Sequence[Any]] | None = None

    def find_list_state(self, list_id: UUID) -> ListState | None:
        rows = self._ask_again(_LIST_STATE, "list_id", list_id)
        return ListState(*rows[0]) if rows else None

    def revoked_indexes(self, list_id: UUID) -> list[int]:
        """The set bits of the list, in any order."""
        return [index for (index,) in self._ask(_REVOKED, {"list_id": list_id})]

    def find_vc_list_state(self, list_id: UUID) -> ListState | None:
        """The same for a list of an instance of the VC-API."""
        rows = self._ask_again(_VC_LIST_STATE, "list_id", list_id)
        return ListState(*rows[0]) if rows else None

    def vc_revoked_indexes(self, list_id: UUID) -> list[int]:
        return [index for (index,) in self._ask(_VC_REVOKED, {"list_id": list_id})]

    def find_issuer_keys(self, slug: str) -> IssuerKeys | None:
        rows = self._ask_again(_ISSUER_KEYS, "slug", slug)
        keys = tuple(IssuerKey(*key) for _, *key in rows if key[0] is not None)
        return IssuerKeys(rows[0][0], keys) if rows else None

    def list_receipt_keys(self) -> tuple[IssuerKey, ...]:
        """Every key that receipts of this service are or were signed with, oldest first."""
        return tuple(IssuerKey(*row) for row in self._ask(_RECEIPT_KEYS, {}))

    def find_signed_bytes(self, credential_id: UUID) -> bytes | None:
        rows = self._ask(_SIGNED_BYTES, {"credential_id": credential_id})
        return bytes(rows[0][0]) if rows else None

    def find_award(self, credential_id: UUID) -> Award | None:
        rows = self._ask(_AWARD, {"credential_id": credential_id})
        if not rows:
            return None
        document, test, achievement_id, revision, reason, *issuer = rows[0]
        return Award(bytes(document), bool(test), UUID(achievement_id), revision, reason, IssuerWords(*issuer))

    def find_definition(self, achievement_id: UUID, number: int) -> tuple[str, IssuerWords] | None:
        """What an achievement says in that revision, as JSON, and its issuer."""
        rows = self._ask(_DEFINITION, {"achievement_id": achievement_id, "number": number})
        return (rows[0][0], IssuerWords(*rows[0][1:])) if rows else None

    def find_issuer_words(self, slug: str) -> IssuerWords | None:
        if "\0" in slug:  # a path can hold one; PostgreSQL's texts cannot
            return None
        rows = self._ask(_ISSUER_WORDS, {"slug": slug})
        return IssuerWords(*rows[0]) if rows else None

    def find_record(self, credential_id: UUID) -> Record | None:
        rows = self._ask(_RECORD, {"credential_id": credential_id})
        if not rows:
            return None
        did, test, successor = rows[0]
        return Record(did, bool(test), UUID(successor) if successor else None)

    def signed_digests(self, credential_id: UUID) -> list[bytes]:
        """SHA-256 of all that was signed under this id, what another signature took the place of included."""
        return [bytes(digest) for (digest,) in self._ask(_DIGESTS, {"credential_id": credential_id})]

    def close(self) -> None:
        """Gives the connection back. Another question takes another one."""
        if self._lent is not None:
            self._lender.take_back(self._lent)
            self._lent = self._known = None

    def _ask_again(self, question: Prepared, name: str, value: object) -> Sequence[Any]:
        """The rows of a question that is asked over and over, from memory while nobody has committed anything."""
        if not self._lender.keeps:
            return self._ask(question, {name: value})
        known = self._known if self._known is not None else self._since_last_commit()
        rows = known.get((question, value))
        if rows is None:
            # May be newer than the number that was asked for before, never older.
            rows = known[question, value] = self._ask(question, {name: value})
        return rows

    def _since_last_commit(self) -> dict[tuple[Prepared, object], Sequence[Any]]:
        """What this connection has read since anybody committed; see `app.storage.stamp.Stamp`."""
        number = self._ask(_DATA_VERSION, {})
        info = self._connection().info
        known: dict[tuple[Prepared, object], Sequence[Any]] = info.get(_KNOWN, {})
        if info.get(_DATA_VERSION) != number or len(known) > _MOST_KNOWN:
            known = info[_KNOWN] = {}
            info[_DATA_VERSION] = number
        self._known = known
        return known

    def _ask(self, question: Prepared, values: Mapping[str, Any]) -> Sequence[Any]:
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
        if self._session is not None and self._session.in_transaction():
            return self._session.connection().connection
        if self._lent is None:
            self._lent = self._lender.lend()
        return self._lent

    def _as_of_sqlalchemy(self, sql: str, error: Exception) -> BaseException:
        """The driver's error as `storage_faults` knows it; without the values, which may be personal data."""
        gone = self._dialect.is_disconnect(error, None, None)  # type: ignore[arg-type]  # it is one of the driver's
        if gone and self._lent is not None:
            self._lent.invalidate(error)  # so that nobody gets it again
            self._lent = self._known = None
        return DBAPIError.instance(
            sql,
            None,
            error,
            self._dialect.loaded_dbapi.Error,
            hide_parameters=True,
            connection_invalidated=gone,
            dialect=self._dialect,
        )


_LISTS: Table = StatusList.metadata.tables["status_lists"]
_CHANGES: Table = StatusChange.metadata.tables["status_changes"]
_ISSUERS: Table = Issuer.metadata.tables["issuers"]
_KEYS: Table = SigningKey.metadata.tables["signing_keys"]
_OWN_KEYS: Table = ReceiptKey.metadata.tables["receipt_keys"]
_SUCCESSIONS: Table = Succession.metadata.tables["successions"]
_CREDENTIALS: Table = Credential.metadata.tables["credentials"]
_REVISIONS: Table = AchievementRevision.metadata.tables["achievement_revisions"]
_SUPERSEDED: Table = SupersededDocument.metadata.tables["superseded_documents"]
_VC_INSTANCES: Table = VCInstance.metadata.tables["vc_instances"]
_VC_LISTS: Table = VCStatusList.metadata.tables["vc_status_lists"]
_VC_CHANGES: Table = VCStatusChange.metadata.tables["vc_status_changes"]

_LIST_STATE = Prepared(
    select(_ISSUERS.c.did, _LISTS.c.purpose, _LISTS.c.length, _LISTS.c.version)
    .join_from(_LISTS, _ISSUERS, _LISTS.c.issuer_id == _ISSUERS.c.id)
    .where(_LISTS.c.id == bindparam("list_id"))
)
_REVOKED = Prepared(select(_CHANGES.c.status_index).where(_CHANGES.c.list_id == bindparam("list_id")))
_VC_LIST_STATE = Prepared(
    select(_VC_INSTANCES.c.did, _VC_LISTS.c.purpose, _VC_LISTS.c.length, _VC_LISTS.c.version)
    .join_from(_VC_LISTS, _VC_INSTANCES, _VC_LISTS.c.instance_id == _VC_INSTANCES.c.id)
    .where(_VC_LISTS.c.id == bindparam("list_id"))
)
_VC_REVOKED = Prepared(select(_VC_CHANGES.c.status_index).where(_VC_CHANGES.c.list_id == bindparam("list_id")))
_ISSUER_KEYS = Prepared(
    select(_ISSUERS.c.did, _KEYS.c.kid, cast(_KEYS.c.public_jwk, Text), cast(_KEYS.c.compromised_at, Text))
    .join_from(_ISSUERS, _KEYS, _KEYS.c.issuer_id == _ISSUERS.c.id, isouter=True)
    .where(_ISSUERS.c.slug == bindparam("slug"))
    .order_by(_KEYS.c.created_at, _KEYS.c.kid)
)
_RECEIPT_KEYS = Prepared(
    select(_OWN_KEYS.c.kid, cast(_OWN_KEYS.c.public_jwk, Text)).order_by(_OWN_KEYS.c.created_at, _OWN_KEYS.c.kid)
)
_REPLACEMENT: ColumnClause[str] = literal_column(
    f"'{SuccessionKind.REPLACEMENT.value}'"
)  # what is prepared takes values by name only
_RECORD = Prepared(
    select(_ISSUERS.c.did, _CREDENTIALS.c.test, cast(_SUCCESSIONS.c.successor_id, Text))
    .join_from(_CREDENTIALS, _ISSUERS, _CREDENTIALS.c.issuer_id == _ISSUERS.c.id)
    .join(
        _SUCCESSIONS,
        and_(_SUCCESSIONS.c.predecessor_id == _CREDENTIALS.c.id, _SUCCESSIONS.c.kind == _REPLACEMENT),
        isouter=True,
    )
    .where(_CREDENTIALS.c.id == bindparam("credential_id"))
)
_DATA_VERSION = Prepared(text("PRAGMA data_version"))
_WORDS = (_ISSUERS.c.slug, cast(_ISSUERS.c.profile, Text), cast(_ISSUERS.c.settings, Text))
_AWARD = Prepared(
    select(
        _CREDENTIALS.c.document,
        _CREDENTIALS.c.test,
        cast(_CREDENTIALS.c.achievement_id, Text),
        _REVISIONS.c.number,
        _CHANGES.c.reason,
        *_WORDS,
    )
    .join_from(_CREDENTIALS, _REVISIONS, _CREDENTIALS.c.revision_id == _REVISIONS.c.id)
    .join(_ISSUERS, _CREDENTIALS.c.issuer_id == _ISSUERS.c.id)
    .join(_CHANGES, _CHANGES.c.credential_id == _CREDENTIALS.c.id, isouter=True)
    .where(_CREDENTIALS.c.id == bindparam("credential_id"))
)
_DEFINITION = Prepared(
    select(cast(_REVISIONS.c.definition, Text), *_WORDS)
    .join_from(_REVISIONS, _ISSUERS, _REVISIONS.c.issuer_id == _ISSUERS.c.id)
    .where(_REVISIONS.c.achievement_id == bindparam("achievement_id"), _REVISIONS.c.number == bindparam("number"))
)
_ISSUER_WORDS = Prepared(select(*_WORDS).where(_ISSUERS.c.slug == bindparam("slug")))
_DIGESTS = Prepared(
    union_all(
        select(_CREDENTIALS.c.sha256).where(_CREDENTIALS.c.id == bindparam("credential_id")),
        select(_SUPERSEDED.c.sha256).where(_SUPERSEDED.c.credential_id == bindparam("credential_id")),
    )
)
_SIGNED_BYTES = Prepared(select(_CREDENTIALS.c.document).where(_CREDENTIALS.c.id == bindparam("credential_id")))
