"""The page that shows a report, for badges that are signed rightly and hold something else than words (threat T-16)."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.hostile.generate.families import family
from tests.hostile.generate.honest import as_json, signed
from tests.hostile.generate.sample import Sample
from tests.hostile.generate.texts import LINKED_AT, everywhere
from tests.unit.web.samples import Reader

pytestmark = pytest.mark.anyio

SHOWN = [pytest.param(sample, id=sample.name) for name in ("text", "href") for sample in family(name)]
MORE_FINDINGS = {"p", "strong"}  # of another check that failed; no sample has such an element in its text
SAFE_ADDRESS = re.compile(r"https?://[^@]+|/.*|#.*|mailto:.*|\?lang=[a-z]+|")
TURNING_OR_CONTROLLING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


async def page_of(client, raw: bytes):
    return await client.post("/verify", files={"file": ("badge", raw)})


@pytest.fixture
async def honest_pages(client):
    """With plain words and links, and with a badge that was altered: what a page may consist of."""
    altered = as_json({**signed(), "name": "Altered"})
    return [await page_of(client, raw) for raw in (everywhere("Plain words"), as_json(signed()), altered)]


@pytest.mark.parametrize("sample", SHOWN)
async def test_what_is_shown_stays_text(client, honest_pages, sample: Sample):
    response = await page_of(client, sample.build())
    assert response.status_code == 200
    reader, honest = Reader(response.text), [Reader(page.text) for page in honest_pages]
    assert reader.unbalanced == []
    most = Counter()
    for one in honest:
        most |= Counter(tag for tag, _ in one.elements)
    added = Counter(tag for tag, _ in reader.elements) - most
    assert set(added) <= MORE_FINDINGS
    known = {name for one in honest for _, attributes in one.elements for name in attributes}
    assert {name for _, attributes in reader.elements for name in attributes} <= known
    assert not TURNING_OR_CONTROLLING.search(response.text)


@pytest.mark.parametrize("sample", SHOWN)
async def test_no_link_leads_astray_and_the_headers_hold(client, honest_pages, sample: Sample):
    response = await page_of(client, sample.build())
    for _, attributes in Reader(response.text).elements:
        for name in ("href", "src", "action", "formaction", "poster", "data"):
            address = attributes.get(name) or ""
            assert SAFE_ADDRESS.fullmatch(address), address
            assert len(address) < 4_096, address[:80]
    assert _fixed(response) == _fixed(honest_pages[0])
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "unsafe" not in response.headers["content-security-policy"]


def _fixed(response):
    """The headers that say what a page may do: the same whatever is on it."""
    names = ("content-security-policy", "x-content-type-options", "referrer-policy", "content-type", "cache-control")
    return {name: response.headers[name] for name in names}


async def test_the_pages_stay_small(client):
    """A name of 100,000 letters is cut, not repeated in every sentence."""
    for sample in family("text"):
        if "long" in sample.name or "spaces" in sample.name:
            assert len((await page_of(client, sample.build())).text) < 60_000, sample.name


def test_every_place_that_is_linked_is_tried():
    tried = {sample.name.rpartition("-")[2] for sample in family("href")}
    assert tried == LINKED_AT.keys()
