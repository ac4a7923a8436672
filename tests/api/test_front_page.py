"""The front page: its commands do what it says of them."""

from __future__ import annotations

import html
import re
import shlex
from urllib.parse import urlsplit

import pytest

from tests.api.conftest import path_of

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


async def commands(client):
    """What to type, as (path, headers, what is sent)."""
    page = await client.get("/")
    found = []
    for text in re.findall(r"<code>(curl .*?)</code>", page.text, re.DOTALL):
        _, address, *options = shlex.split(html.unescape(text).replace("\\\n", " "))
        pairs = list(zip(options[::2], options[1::2], strict=True))
        headers = dict(value.split(": ", 1) for name, value in pairs if name == "-H")
        found.append((urlsplit(address).path, headers, dict(pairs)))
    return found


@pytest.mark.usefixtures("achievement")
async def test_the_badge_that_it_issues_is_one_that_it_verifies(anonymous, make_key):
    (issue, headers, sent), (verify, kind, file) = await commands(anonymous)
    headers["Authorization"] = headers["Authorization"].replace("$KEY", make_key("riverside", ("issue",)))
    issued = await anonymous.post(issue, headers=headers, content=sent["-d"])
    assert issued.status_code == 201, issued.text
    badge = await anonymous.get(path_of(issued.json()["id"]) + ".png")
    assert file["--data-binary"] == "@badge.png"
    judged = await anonymous.post(verify, headers=kind, content=badge.content)
    assert judged.json()["verdict"] == "valid"


async def test_its_links_lead_somewhere(anonymous):
    page = await anonymous.get("/")
    links = set(re.findall(r'href="(/[^"]*)"', page.text))
    assert {"/docs", "/verify", "/openapi.json"} <= links
    for link in links:
        assert (await anonymous.get(link)).status_code == 200, link
