"""The migrations make exactly what the models say, all of it or nothing, once."""

from __future__ import annotations

import shutil
import time
from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from app.errors import ConfigurationError, StorageUnavailableError
from app.models import Base
from app.storage import Database, migrate, migrations, migrations_pending
from tests.storage.rows import add_achievement, add_issuer

BACKENDS = ["sqlite", "postgresql"]


@pytest.fixture(params=BACKENDS)
def empty(request, make_database_url):
    """A database without tables."""
    database = Database.open(make_database_url(request.param, migrated=False))
    yield database
    database.close()


@pytest.fixture
def steps(tmp_path, monkeypatch):
    """A copy of the migrations that a test may add to: `steps(body of upgrade())`."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrations.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrations, "FOLDER", folder)
    migrations._revisions.cache_clear()

    def add(body):
        head = ScriptDirectory(folder).get_current_head()
        lines = [
            "import sqlalchemy as sa",
            "from alembic import op",
            'revision = "next"',
            f"down_revision = {head!r}",
            "def upgrade():",
            f"    {body}",
        ]
        (folder / "versions" / "next.py").write_text("\n".join(lines))
        migrations._revisions.cache_clear()

    yield add
    migrations._revisions.cache_clear()


def schema(connection):
    """Everything that the database tells about its tables, but for Alembic's own."""
    inspector = inspect(connection)
    return {
        table: {
            "columns": [{**column, "type": str(column["type"])} for column in inspector.get_columns(table)],
            "primary key": inspector.get_pk_constraint(table),
            "unique": _sorted(inspector.get_unique_constraints(table)),
            "checks": _sorted(inspector.get_check_constraints(table)),
            "indexes": _sorted(inspector.get_indexes(table)),
            "references": _sorted(inspector.get_foreign_keys(table)),
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def _sorted(rules):
    """The rules in one order, with predicates of partial indexes as text."""
    plain = []
    for rule in rules:
        options = {name: str(value) for name, value in rule.get("dialect_options", {}).items()}
        plain.append(rule | {"dialect_options": options})
    return sorted(plain, key=str)


def test_alembic_finds_nothing_to_change(database):
    with database.reading() as session:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(session.connection(), opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_make_what_the_models_say_checks_and_partial_indexes_too(empty, make_database_url):
    """Alembic compares neither CHECKs nor predicates. This is the only place that makes tables from the models."""
    database = Database.open(make_database_url(empty.dialect))
    with empty.transaction() as session:
        Base.metadata.create_all(session.connection())
        said = schema(session.connection())
    with database.reading() as session:
        made = schema(session.connection())
    database.close()
    assert made == said
    assert set(made) == set(Base.metadata.tables)


def test_there_is_one_newest_revision():
    assert len(ScriptDirectory(migrations.FOLDER).get_heads()) == 1


def test_migrating_is_pending_until_it_is_done_and_may_be_repeated(empty):
    assert migrations_pending(empty)
    migrate(empty)
    assert not migrations_pending(empty)
    migrate(empty)


def test_several_that_migrate_at_once_do_it_once(empty):
    url = empty.engine.url.render_as_string(hide_password=False)
    databases = [Database.open(url) for _ in range(4)]
    failures = []

    def work(database):
        try:
            migrate(database)
        except Exception as error:  # noqa: BLE001 - a thread's error would be lost
            failures.append(error)

    threads = [Thread(target=work, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for database in databases:
        database.close()
    assert failures == []
    assert not migrations_pending(empty)


def test_a_migration_that_fails_leaves_nothing(empty, steps):
    steps("op.create_table('half', sa.Column('id', sa.Integer())); 1 / 0")
    with pytest.raises(ZeroDivisionError):
        migrate(empty)
    with empty.reading() as session:
        assert inspect(session.connection()).get_table_names() == []
    assert migrations_pending(empty)


@pytest.fixture
def in_use(postgresql_url, steps):
    """A step is pending that alters a table, and somebody reads that table in a long transaction."""
    steps("op.add_column('issuers', sa.Column('extra', sa.Integer()))")
    database, other = Database.open(postgresql_url), Database.open(postgresql_url)
    with other.reading() as session:
        session.execute(text("SELECT 1 FROM issuers"))
        yield database, session
    other.close()
    database.close()


def test_who_comes_behind_a_migration_that_waits_is_served_soon(in_use, monkeypatch):
    database, session = in_use
    monkeypatch.setattr(migrations, "LOCK_SECONDS", 0.5)
    monkeypatch.setattr(migrations, "_PAUSE_SECONDS", 0.2)
    migrating = Thread(target=migrate, args=(database,))
    migrating.start()
    waits, behind = [], Database.open(database.engine.url.render_as_string(hide_password=False))
    end = time.monotonic() + 3
    while time.monotonic() < end:
        begun = time.monotonic()
        with behind.reading() as reader:
            reader.execute(text("SELECT 1 FROM issuers"))
        waits.append(time.monotonic() - begun)
        time.sleep(0.01)
    behind.close()
    assert 0.2 < max(waits) < 2, max(waits)
    assert migrating.is_alive()
    session.rollback()  # now the table is free
    migrating.join(30)
    assert not migrations_pending(database)


def test_a_migration_gives_way_before_anybody_is_broken_off(postgresql_url, steps):
    """It has one table and wants another, which somebody has who wants the first: as an award comes to both."""
    alter = "ALTER TABLE {} ADD COLUMN extra INTEGER"
    all_of_it = alter.format("issuers"), "SELECT pg_sleep(0.2)", alter.format("credentials")
    steps(f"[op.execute(step) for step in {all_of_it}]")
    database, other = Database.open(postgresql_url), Database.open(postgresql_url)
    migrating = Thread(target=migrate, args=(database,))
    with other.transaction() as session:
        session.execute(text("SELECT 1 FROM credentials"))
        migrating.start()
        taken = "relation = 'issuers'::regclass AND mode = 'AccessExclusiveLock'"
        while not session.scalar(text(f"SELECT count(*) FROM pg_locks WHERE {taken}")):
            assert migrating.is_alive()
        session.execute(text("SELECT 1 FROM issuers"))  # deadlock: who waits first is broken off after a second
    migrating.join(30)
    assert not migrations_pending(database)
    other.close()
    database.close()


def test_a_migration_that_never_gets_its_table_says_why(in_use, monkeypatch):
    database, session = in_use
    monkeypatch.setattr(migrations, "LOCK_SECONDS", 0.05)
    monkeypatch.setattr(migrations, "_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(migrations, "_TRIES", 3)
    with pytest.raises(StorageUnavailableError, match="run `laurel migrate` again"):
        migrate(database)
    session.rollback()
    assert migrations_pending(database)


def test_a_schema_newer_than_the_program_will_do(database):
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'ffff'"))
    assert not migrations_pending(database)
    migrate(database)


def test_a_later_migration_may_make_a_table_anew(database, steps):
    """On SQLite a column is altered that way; rows that refer to the old table must not stand in the way."""
    with database.transaction() as session:
        add_achievement(session, add_issuer(session).id)
    steps(
        "with op.batch_alter_table('issuers') as batch:\n"
        "        batch.alter_column('slug', type_=sa.Text(), existing_type=sa.String())"
    )
    migrate(database)
    assert not migrations_pending(database)
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM achievements JOIN issuers ON issuer_id = issuers.id")) == 1
        if database.dialect == "sqlite":
            assert session.scalar(text("PRAGMA foreign_keys")) == 1


def test_a_migration_that_breaks_references_is_undone(sqlite_url, steps):
    """PostgreSQL refuses by itself; SQLite is asked at the end."""
    database = Database.open(sqlite_url)
    with database.transaction() as session:
        add_achievement(session, add_issuer(session).id)
    steps("op.execute('DELETE FROM issuers')")
    with pytest.raises(ConfigurationError, match="references"):
        migrate(database)
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM issuers")) == 1
    database.close()


def test_without_its_folder_nothing_starts(sqlite_url, tmp_path, monkeypatch):
    monkeypatch.setattr(migrations, "FOLDER", tmp_path / "nowhere")
    migrations._revisions.cache_clear()
    database = Database.open(sqlite_url)
    with pytest.raises(ConfigurationError, match="missing"):
        migrations_pending(database)
    database.close()
    migrations._revisions.cache_clear()
