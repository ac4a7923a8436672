"""Open Badges 2.0 over real sockets: the fetcher, the rounds and the judge together."""

from __future__ import annotations

import pytest

from app.remote import Fetcher, FetchLimits, Rules
from app.services.verifying import Question, Verifier
from app.verification import Conclusion
from tests import standin
from tests.factories import NOW, as_bytes
from tests.factories_ob2 import (
    ASSERTION,
    BADGE,
    ISSUER,
    KEY,
    REVOCATIONS,
    make_assertion,
    make_badge,
    make_issuer,
    make_key,
    make_revocations,
    sign_assertion,
)

pytestmark = pytest.mark.anyio

PAGES = {
    ASSERTION: make_assertion(),
    BADGE: make_badge(),
    ISSUER: make_issuer(),
    KEY: make_key(),
    REVOCATIONS: make_revocations(),
    "https://elsewhere.example/17": make_assertion(),
    "https://badges.academy.example/moved": make_assertion(),
}


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def web():
    with standin.serve(PAGES) as web:
        yield web


@pytest.fixture
async def verify(web):
    """A function from what is sent to the report, and to the addresses that were asked for it."""
    fetcher = Fetcher(Rules(stand_ins=web.stand_ins, ca_file=web.ca_file), FetchLimits())

    async def verify(what):
        return await Verifier(fetcher).verify(what, Question(NOW), now=NOW)

    yield verify
    await fetcher.aclose()


@pytest.mark.parametrize(
    ("what", "asked"),
    [
        pytest.param(ASSERTION, [ASSERTION, ASSERTION, BADGE, ISSUER, REVOCATIONS], id="its address"),
        pytest.param(as_bytes(make_assertion()), [ASSERTION, BADGE, ISSUER, REVOCATIONS], id="its file"),
        pytest.param(sign_assertion().encode(), [BADGE, ISSUER, KEY, REVOCATIONS], id="a signed token"),
    ],
)
async def test_a_good_badge(verify, web, what, asked):
    report = await verify(what)
    assert report.conclusion is Conclusion.VALID
    assert report.issuer["name"] == "Riverside Academy"
    assert [ASSERTION] * web.asked.count(ASSERTION) + sorted({*web.asked} - {ASSERTION}) == asked


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param(410, "status.revoked-gone", id="gone"),
        pytest.param(404, "proof.hosted-missing", id="not there"),
        pytest.param((500, {}, b""), "proof.hosted-missing", id="the server fails"),
        pytest.param("<html>Sign in</html>", "proof.hosted-missing", id="a page"),
        pytest.param(make_assertion(revoked=True), "status.revoked-hosted", id="revoked"),
        pytest.param(standin.redirect("https://elsewhere.example/17"), "issuer.moved", id="sent on to another site"),
        pytest.param(standin.redirect("/moved"), "issuer.hosts-it", id="sent on within the site"),
    ],
)
async def test_what_its_address_says_counts(verify, web, page, expected):
    web[ASSERTION] = page
    report = await verify(as_bytes(make_assertion()))
    assert expected in [check.code for check in report.checks]
