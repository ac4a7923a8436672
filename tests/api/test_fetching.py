"""The application owns one fetcher, made by its settings and closed with it."""

from __future__ import annotations

import pytest

from app.main import build, create_app
from app.settings import Limits, Settings
from app.verification.evidence import Found, Missing, Need, NeedKind
from tests import standin

pytestmark = pytest.mark.anyio

NEED = Need(NeedKind.LINKED, "https://school.example/")


@pytest.fixture
def make_settings(sqlite_url, tmp_path):
    def make(**changes):
        return Settings(
            environment="development",
            database_url=sqlite_url,
            data_dir=tmp_path,
            key_encryption_key="11" * 32,
            **changes,
        )

    return make


async def test_it_reaches_the_stand_ins_of_the_settings_and_is_closed_at_the_end(make_settings):
    with standin.serve({NEED.url: b"here"}) as web:
        application = create_app(make_settings(test_host_map=web.host_map, test_ca_file=web.ca_file))
        async with application.router.lifespan_context(application):
            fetcher = application.state.laurel.fetcher
            async with fetcher.errand() as errand:
                assert await errand.answer(NEED) == Found(b"here", "application/octet-stream", NEED.url)


async def test_limits_and_the_switch_are_those_of_the_settings(make_settings):
    with standin.serve({NEED.url: standin.hang}) as web:
        limits = Limits(fetch_seconds=0.2)
        laurel = build(make_settings(test_host_map=web.host_map, test_ca_file=web.ca_file, limits=limits))
        assert await laurel.fetcher.answer(NEED) == Missing("The server did not answer in time.")
        await laurel.fetcher.aclose()
        laurel.close()
    off = build(make_settings(fetch=False))
    assert await off.fetcher.answer(NEED) == Missing("This server does not fetch from other sites.")
    off.database.close()


async def test_our_own_address_is_reachable_in_development_only(make_settings):
    """Nothing listens there; that it is tried is the difference."""
    own = Need(NeedKind.LINKED, "http://localhost:1/")
    laurel = build(make_settings(public_url="http://localhost:1"))
    assert await laurel.fetcher.answer(own) == Missing("The server could not be reached.")
    await laurel.fetcher.aclose()
    laurel.close()
    production = Settings(
        environment="production",
        public_url="https://localhost:8443",
        database_url=laurel.settings.database_url,
        key_encryption_key="11" * 32,
    )
    laurel = build(production)
    own = Need(NeedKind.LINKED, "https://localhost:8443/")
    assert await laurel.fetcher.answer(own) == Missing("The address does not lead to the public internet.")
    laurel.close()
