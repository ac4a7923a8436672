"""The one object that holds connections, and the doors to it: `transaction()`, `reading()`, and for questions of every
verification `asking()`.
"""

from __future__ import annotations

import math
import time
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from sqlite3 import OperationalError
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session, sessionmaker

from app.errors import ConfigurationError
from app.storage.audit import write_waiting
from app.storage.faults import storage_faults
from app.storage.journal import Journal
from app.storage.live import Lender, Live
from app.storage.patience import PatientConnection, without_limit
from app.storage.stamp import Stamp
from app.storage.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from sqlite3 import Connection as SQLiteConnection
    from uuid import UUID

    from sqlalchemy import URL, Connection, Engine

WAIT_SECONDS = 15.0  # for a turn, a lock or a connection; then 503 is kinder than more waiting
ANSWER_SECONDS = 5.0  # of PostgreSQL, to one statement, locks it waits for included
_POSTGRESQL_CONNECTIONS = 10
_WAL_PAUSE_SECONDS = 0.01
_READERS_KEPT = 8  # SQLite: each keeps a page cache of up to 2 MB; opening one costs as much as ten reads
_TENANT = text("SELECT set_config('laurel.tenant', :tenant, true)")  # true: until the transaction ends
_PASSES_ROW_SECURITY = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
_READERS = 44  # more than FastAPI has worker threads, so that a read never waits for a connection


class Database:
    """SQLite or PostgreSQL; nothing in the code above depends on which.

    Rows read here may be used after their session has ended: nothing expires and nothing loads lazily.
    """

    def __init__(
        self,
        writing: Engine,
        reading: Engine,
        turns: Turns | None,
        stamp: Stamp | None = None,
        journal: Journal | None = None,
    ) -> None:
        self.engine = writing
        self._journal = journal
        self.stamp = stamp  # None on PostgreSQL, where the question would cost a round trip
        self._reading_engine = reading
        self._turns = turns
        self._writers = sessionmaker(writing, expire_on_commit=False)
        self._readers = sessionmaker(reading, expire_on_commit=False, autoflush=False)
        self._lender = Lender(reading) if turns is not None else Lender(reading, at_hand=0)

    @classmethod
    def open(cls, url: str, *, journal: Path | None = None, answer_seconds: float = ANSWER_SECONDS) -> Database:
        """A database by SQLAlchemy URL; connects at first use. Makes the folder of an SQLite file.

        `journal`: a file for what must not be lost with the database (`app.storage.journal`). PostgreSQL has
        `answer_seconds` to answer each statement, or to take a connection: then it counts as away.
        Raises ConfigurationError for a URL that is none, or of another kind of database.
        """
        parsed = _parse(url)
        kept = Journal(journal) if journal is not None else None
        if parsed.get_backend_name() == "sqlite":
            return _open_sqlite(parsed, kept)
        if parsed.get_backend_name() in ("postgresql", "postgres"):
            return _open_postgresql(parsed.set(drivername="postgresql+psycopg"), kept, answer_seconds)
        raise ConfigurationError("Laurel stores in SQLite or PostgreSQL; the database URL names something else.")

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @contextmanager
    def transaction(self, tenant: UUID | None = None) -> Iterator[Session]:
        """A session that writes: committed when the block ends, rolled back when it raises.

        With a `tenant` (an issuer's id) PostgreSQL shows and takes no other tenant's rows, whatever is asked of it
        (docs/decisions/0027). On SQLite a session holds the write lock from its first statement, so what it read stays
        true until it commits. Raises StorageFullError or StorageUnavailableError; IntegrityError passes through.
        """
        with storage_faults(), self._turn(), self._writers.begin() as session:
            self._confine(session, tenant)
            yield session
            lines = write_waiting(session)
            if self._journal is not None:
                self._journal.append(lines)

    @contextmanager
    def reading(self, tenant: UUID | None = None) -> Iterator[Session]:
        """A session that cannot write and takes no write lock; all it reads is one moment's state.

        `tenant` as in `transaction`. Raises StorageUnavailableError.
        """
        with storage_faults(), self._readers() as session:
            self._confine(session, tenant)
            yield session

    @contextmanager
    def asking(self) -> Iterator[Live]:
        """Questions, each answered as things stand when it is asked. Raises StorageUnavailableError."""
        with storage_faults(), closing(Live(self._lender)) as live:
            yield live

    def scrub(self) -> None:
        """After an erasure: has the log of an SQLite file forget what was there. Nothing to do on PostgreSQL.

        Readers that are in the midst of something are waited for; what they keep from going now goes with the next
        time. Raises StorageUnavailableError.
        """
        if self._turns is not None:
            with storage_faults(), self._turn(), closing(self.engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def vacuum(self, tables: Sequence[str], *, rewrite: bool = False) -> None:
        """Has PostgreSQL let go of what was erased from the tables, their indexes and statistics; on SQLite as `scrub`.

        It takes as long as the tables are large, and stops nobody. What was there lies in free space of the files until
        something else is written over it, unless the tables are rewritten: then nobody may use them meanwhile.
        Raises StorageUnavailableError.
        """
        if self._turns is not None:
            self.scrub()
            return
        with storage_faults(), self.engine.connect() as connection:
            outside = connection.execution_options(isolation_level="AUTOCOMMIT")
            how = "FULL, ANALYZE" if rewrite else "INDEX_CLEANUP ON, ANALYZE"
            with without_limit(connection.connection.driver_connection):
                outside.exec_driver_sql(f"VACUUM ({how}) {', '.join(tables)}")

    def ping(self) -> None:
        """Raises StorageUnavailableError unless the database answers."""
        with self.reading() as session:
            session.execute(text("SELECT 1"))

    def passes_row_security(self) -> bool:
        """Whether the role that we are ignores row-level security: a superuser, or one with BYPASSRLS.

        Raises StorageUnavailableError.
        """
        if self.dialect != "postgresql":
            return False
        with self.reading() as session:
            return bool(session.scalar(_PASSES_ROW_SECURITY))

    def close(self) -> None:
        if self.stamp is not None:
            self.stamp.close()
        self._lender.close()
        self._reading_engine.dispose()
        self.engine.dispose()

    def _confine(self, session: Session, tenant: UUID | None) -> None:
        if tenant is not None and self.dialect == "postgresql":
            session.execute(_TENANT, {"tenant": str(tenant)})

    def _turn(self) -> AbstractContextManager[None]:
        return nullcontext() if self._turns is None else self._turns.turn()


def _parse(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        # The URL may hold a password, so it is not repeated.
        raise ConfigurationError("The database URL is not one, such as sqlite:////srv/laurel.sqlite3.") from None


def _engine(url: URL, **options: Any) -> Engine:
    return create_engine(
        url,
        pool_timeout=WAIT_SECONDS,
        hide_parameters=True,  # they are personal data, and exceptions end in logs
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        **options,
    )


def _open_postgresql(url: URL, journal: Journal | None, answer_seconds: float) -> Database:
    engine = _engine(
        url,
        pool_size=_POSTGRESQL_CONNECTIONS,
        max_overflow=_POSTGRESQL_CONNECTIONS,
        pool_pre_ping=True,  # 0.1 ms against an error for whoever comes first after a restart of the server
        connect_args={"connect_timeout": math.ceil(answer_seconds)},
    )

    def connect(_dialect: object, _record: object, arguments: list[Any], options: dict[str, Any]) -> PatientConnection:
        connection = PatientConnection.connect(*arguments, **options)
        connection.patience = answer_seconds
        return connection

    event.listen(engine, "do_connect", connect)
    # One snapshot for all statements of a reader, as SQLite gives it.
    reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Database(engine, reading, None, journal=journal)


def _open_sqlite(url: URL, journal: Journal | None) -> Database:
    _make_folder(url.database)
    arguments = {"timeout": WAIT_SECONDS, "isolation_level": None}  # None: the driver leaves BEGIN to us
    writing = _engine(url, pool_size=1, max_overflow=0, connect_args=arguments)
    reading = _engine(url, pool_size=_READERS_KEPT, max_overflow=_READERS - _READERS_KEPT, connect_args=arguments)
    event.listen(writing, "connect", _prepare_writer)
    event.listen(writing, "begin", _begin_writing)
    event.listen(reading, "connect", _prepare_reader)
    event.listen(reading, "begin", _begin_reading)
    return Database(writing, reading, Turns(wait_seconds=WAIT_SECONDS), Stamp(str(url.database)), journal)


def _make_folder(file: str | None) -> None:
    if not file or file == ":memory:" or file.startswith("file:"):
        raise ConfigurationError("The SQLite URL must name a file; what is kept in memory is lost.")
    folder = Path(file).parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"The folder {folder} cannot be made ({error.strerror}).") from error


def _prepare_writer(connection: SQLiteConnection, _record: object) -> None:
    _use_wal(connection)
    # secure_delete: what is erased is written over with zeros, not only forgotten (docs/decisions/0029).
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _prepare_reader(connection: SQLiteConnection, _record: object) -> None:
    _use_wal(connection)
    connection.execute("PRAGMA query_only=ON").close()


def _use_wal(connection: SQLiteConnection) -> None:
    """Readers beside one writer. On a new file the change needs the file alone, and SQLite does not wait for that."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_WAL_PAUSE_SECONDS)
        else:
            return


def _begin_writing(connection: Connection) -> None:
    # Taking the lock at the first write instead would fail whenever another writer came in between.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_reading(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
