"""A database with an issuer, an achievement and a key in it, and the service over it: in processes, or in this one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import anyio
import httpx
import pytest
import structlog
from sqlalchemy import make_url

from app.cli import samples
from app.main import create_app
from app.routers.observability import configure_logging
from app.services import api_keys
from app.services.actors import TERMINAL
from app.settings import Settings
from app.storage import migrate
from tests.reliability.figures import FIGURES, table
from tests.reliability.posting import ACHIEVEMENT, client_for
from tests.reliability.processes import InstalledServer, Server

BASE_URL = "http://localhost:8000"


@dataclass(frozen=True)
class Place:
    """Where a service lives: its database, its settings, and a key to it."""

    url: str
    folder: Path
    token: str

    @property
    def environment(self):
        return {
            "LAUREL_ENVIRONMENT": "development",
            "LAUREL_DATABASE_URL": self.url,
            "LAUREL_DATA_DIR": str(self.folder),
            "LAUREL_PUBLIC_URL": BASE_URL,
            "LAUREL_KEY_ENCRYPTION_KEY": "11" * 32,
        }

    @property
    def dialect(self):
        return make_url(self.url).get_backend_name()

    def server(self, name="server", *, installed=False, port=None, **environment):
        kind = InstalledServer if installed else Server
        return kind({**self.environment, **environment}, self.folder / f"{name}.log", port=port)

    def client(self, server, **options):
        return client_for(server.url, self.token, **options)


def prepare(url, folder, *, migrated=True):
    """An issuer and an achievement through the API, in this process, and an admin key."""
    app = create_app(settings_for(url, folder))
    laurel = app.state.laurel
    if not migrated:
        migrate(laurel.database)
    with laurel.database.transaction() as session:
        new = api_keys.create_api_key(
            session,
            instance=laurel.instance,
            actor=TERMINAL,
            name="tests",
            issuer_slug=None,
            scopes=("admin",),
            test=False,
            expires_at=None,
            now=laurel.clock(),
        )
    anyio.run(_fill, app, new.token)
    laurel.close()
    return Place(url, folder, new.token)


async def _fill(app, token):
    definition = {name: value for name, value in samples.ACHIEVEMENTS[ACHIEVEMENT].items() if name != "validity"}
    async with in_process(app, token) as client:
        for path, body in (
            ("/v1/issuers", {**samples.ISSUER, "jwtAlgorithm": "ES256"}),  # an RSA key takes longer to make
            ("/v1/achievements", {"slug": ACHIEVEMENT, "issuer": samples.ISSUER["slug"], **definition}),
        ):
            response = await client.post(path, json=body)
            assert response.status_code == 201, response.text


def settings_for(url, folder):
    return Settings(
        environment="development",
        database_url=url,
        data_dir=folder,
        public_url=BASE_URL,
        key_encryption_key="11" * 32,
        fetch=False,
    )


def in_process(app, token):
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False),
        base_url=BASE_URL,
        headers={"Authorization": f"Bearer {token}"},
    )


def pytest_terminal_summary(terminalreporter):
    if FIGURES:
        terminalreporter.section("reliability")
        for line in table():
            terminalreporter.write_line(line)


@pytest.fixture(autouse=True)
def _logging():
    """As the service does it; structlog by itself would paint tracebacks, which takes seconds."""
    configure_logging("json", "warning")
    yield
    structlog.reset_defaults()


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def place(database_url, tmp_path):
    return prepare(database_url, tmp_path)


@pytest.fixture
def sqlite_place(sqlite_url, tmp_path):
    return prepare(sqlite_url, tmp_path)


@pytest.fixture
def postgresql_place(postgresql_url, tmp_path):
    return prepare(postgresql_url, tmp_path)


@pytest.fixture
def app(place):
    application = create_app(settings_for(place.url, place.folder))
    yield application
    application.state.laurel.close()


@pytest.fixture
async def client(app, place):
    async with in_process(app, place.token) as opened:
        yield opened
