"""Badges of an issuer elsewhere, over HTTP and on the page: every conclusion, with a real web in between."""

from __future__ import annotations

import html
import json

import httpx
import pytest

from app.main import create_app
from app.settings import Limits, Settings
from app.storage import migrate
from app.verification import Conclusion
from app.web.banner import LOOKS
from tests import standin
from tests.api.conftest import BASE_URL, NOW
from tests.elsewhere import ADDRESSES, CASES, HOSTED, PAGES

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def web():
    with standin.serve(PAGES) as serving:
        yield serving


@pytest.fixture
async def client(web, sqlite_url, tmp_path):
    settings = Settings(
        environment="development",
        database_url=sqlite_url,
        data_dir=tmp_path,
        key_encryption_key="11" * 32,
        test_host_map=web.host_map,
        test_ca_file=web.ca_file,
        limits=Limits(fetch_seconds=1),
    )
    app = create_app(settings, clock=lambda: NOW)
    migrate(app.state.laurel.database)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as opened:
            yield opened


async def report_on(client, **body):
    response = await client.post("/v1/verify", json=body)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("name", CASES)
async def test_over_http(client, name):
    case = CASES[name]
    report = await report_on(client, credential=json.loads(case.what), **case.asked)
    assert (report["conclusion"], report["verdict"]) == (case.conclusion, case.verdict), report
    assert report["summary"]
    for check in report["checks"]:
        if check["outcome"] in {"failed", "undetermined"}:
            assert check["remedy"]
            assert check["who"]


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "trust" not in case.asked])
async def test_on_the_page(client, name):
    case = CASES[name]
    response = await client.post("/verify", files={"file": ("badge", case.what)}, data=case.asked)
    assert response.status_code == 200
    word = LOOKS[Conclusion(case.conclusion)].word
    assert f"</span>{html.escape(word)}</h2>" in response.text


@pytest.mark.parametrize("path", ADDRESSES)
async def test_by_address(client, path):
    report = await report_on(client, url=HOSTED + path)
    assert report["conclusion"] == ADDRESSES[path], report


async def test_an_address_that_is_ours_is_never_fetched(client, web):
    before = web.connections
    report = await report_on(client, url=f"{BASE_URL}/credentials/{'0' * 8}-0000-4000-8000-{'0' * 12}")
    assert report["conclusion"] == "cannot be checked now"
    assert web.connections == before
