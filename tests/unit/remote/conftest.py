"""A web on loopback and fetchers that may go nowhere else."""

from __future__ import annotations

import pytest

from app.remote import Fetcher, FetchLimits, Rules
from app.verification.evidence import Need, NeedKind
from tests import standin


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def web():
    with standin.serve() as web:
        yield web


@pytest.fixture
async def make_fetcher(web):
    """A function from limits and rules to a fetcher that reaches `web`; it is closed afterwards."""
    made = []

    def make(*, rules=None, clock=None, look_up=None, **limits):
        chosen = {"stand_ins": web.stand_ins, "ca_file": web.ca_file} | (rules or {})
        given = {"clock": clock, "look_up": look_up or no_look_up}
        made.append(
            Fetcher(
                Rules(**chosen), FetchLimits(**limits), **{name: it for name, it in given.items() if it is not None}
            )
        )
        return made[-1]

    yield make
    for fetcher in made:
        await fetcher.aclose()


@pytest.fixture
def fetch(make_fetcher):
    """A function from an address to what one errand answers."""

    async def fetch(url, kind=NeedKind.LINKED, **settings):
        async with make_fetcher(**settings).errand() as errand:
            return await errand.answer(Need(kind, url))

    return fetch


def no_look_up(host):
    raise AssertionError(f"{host} was looked up")
