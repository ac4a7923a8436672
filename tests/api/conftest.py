"""The application over a real database, spoken to as HTTP without a socket, at a fixed moment."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from app.cli import samples
from app.main import create_app
from app.services import api_keys
from app.services.actors import TERMINAL
from app.settings import Settings
from tests.api.vc_api import open_suite

NOW = datetime(2026, 5, 10, 12, 0, tzinfo=UTC)
BASE_URL = "http://localhost:8000"


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def settings(database_url, tmp_path):
    return Settings(
        environment="development",
        database_url=database_url,
        data_dir=tmp_path,
        key_encryption_key="11" * 32,
        fetch=False,
    )


@pytest.fixture
def app(settings):
    application = create_app(settings, clock=lambda: NOW)
    yield application
    application.state.laurel.close()


@pytest.fixture
def laurel(app):
    return app.state.laurel


@pytest.fixture
async def anonymous(app):
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
        yield client


@pytest.fixture
def make_key(laurel):
    """A function from issuer, scopes and kind to a new API key."""

    def make(issuer=None, scopes=("admin",), *, test=False, expires_at=None):
        with laurel.database.transaction() as session:
            new = api_keys.create_api_key(
                session,
                instance=laurel.instance,
                actor=TERMINAL,
                name="test",
                issuer_slug=issuer,
                scopes=scopes,
                test=test,
                expires_at=expires_at,
                now=NOW.replace(year=2025),
            )
        return new.token

    return make


@pytest.fixture
async def admin(app, make_key):
    async with client_for(app, make_key()) as client:
        yield client


def client_for(app, token):
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=BASE_URL, headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def jwt_algorithm():
    """Of the sample issuer. An RSA key, the default of the service, takes as long to make as the rest of it."""
    return "ES256"


@pytest.fixture
async def issuer(admin, jwt_algorithm):
    """The sample issuer."""
    response = await admin.post("/v1/issuers", json={**samples.ISSUER, "jwtAlgorithm": jwt_algorithm})
    assert response.status_code == 201, response.text
    return response.json()


@pytest.fixture
async def achievement(admin, issuer):
    slug = "differentiated-teaching"
    body = {"slug": slug, "issuer": issuer["slug"], **samples.ACHIEVEMENTS[slug]}
    response = await admin.post("/v1/achievements", json=body)
    assert response.status_code == 201, response.text
    return response.json()


@pytest.fixture
def completion(achievement):
    return {**samples.COMPLETIONS[0]}


@pytest.fixture
async def credential(admin, completion):
    response = await admin.post("/v1/completions", json=completion)
    assert response.status_code == 201, response.text
    return response.json()


@pytest.fixture
async def suite(admin, anonymous, request):
    """An open instance; eddsa-rdfc-2022 unless the test is parametrized indirectly."""
    return await open_suite(admin, anonymous, getattr(request, "param", "eddsa-rdfc-2022"))


def path_of(url):
    """The path of an address of ours, to be asked for through the test client."""
    return url.removeprefix(BASE_URL)
