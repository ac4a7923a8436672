"""The service over a database of its own, with the world of the sample at hand outside it, and no network at all."""

from __future__ import annotations

import gc
import socket
from dataclasses import replace

import httpx
import pytest

from app.main import create_app
from app.settings import Settings
from tests.api.conftest import BASE_URL
from tests.factories import NOW
from tests.hostile.judging import World


@pytest.fixture(scope="package", autouse=True)
def what_others_left_behind():
    """Is not looked through again while a sample is timed: by now other tests hold gigabytes."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="module")
def world():
    return World()


@pytest.fixture(scope="module")
def real_service(make_database_url, tmp_path_factory):
    """With the fetcher that it has in production."""
    settings = Settings(
        environment="development",
        database_url=make_database_url("sqlite"),
        data_dir=tmp_path_factory.mktemp("data"),
        key_encryption_key="11" * 32,
    )
    app = create_app(settings, clock=lambda: NOW)
    yield app
    app.state.laurel.close()


@pytest.fixture(scope="module")
def service(real_service, world):
    """One for all samples of a module: what an earlier one leaves behind must not matter to a later one."""
    app = create_app(real_service.state.laurel.settings, clock=lambda: NOW)
    app.state.laurel = replace(app.state.laurel, fetcher=world)
    yield app
    app.state.laurel.close()


@pytest.fixture
async def client(service):
    async with _client_of(service) as opened:
        yield opened


@pytest.fixture
async def fetching_client(real_service):
    async with _client_of(real_service) as opened:
        yield opened


def _client_of(app):
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=BASE_URL)


@pytest.fixture
def connections(monkeypatch):
    """Every attempt to reach a machine or to look up a name, none of which succeeds."""
    attempts = []

    def refuse(*args, **kwargs):
        attempts.append(args[-1] if args else kwargs)
        raise OSError("no network in this test")

    for owner, name in (
        (socket.socket, "connect"),
        (socket.socket, "connect_ex"),
        (socket.socket, "sendto"),
        (socket, "getaddrinfo"),
        (socket, "gethostbyname"),
        (socket, "create_connection"),
    ):
        monkeypatch.setattr(owner, name, refuse)
    return attempts
