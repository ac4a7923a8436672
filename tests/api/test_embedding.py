"""The card for other pages over HTTP: who may frame it, what it is of, and what is said where there is none."""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing

import pytest
from sqlalchemy import make_url

from app.routers.edge import CONTENT_SECURITY_POLICY, EMBEDDABLE_POLICY
from tests.api.conftest import client_for, path_of

pytestmark = pytest.mark.anyio

SQLITE_ONLY = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FRAME = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Sec-Fetch-Dest": "iframe"}


async def card(client, credential, **headers):
    return await client.get(f"{path_of(credential['id'])}/embed", headers={**FRAME, **headers})


def assert_may_be_framed(answer):
    assert answer.headers["content-security-policy"] == EMBEDDABLE_POLICY
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "set-cookie" not in answer.headers


async def test_a_valid_one_may_be_framed_by_anybody(anonymous, credential):
    answer = await card(anonymous, credential)
    assert answer.status_code == 200
    assert_may_be_framed(answer)
    for part in ("<span>Valid</span>", "Amina Haddad", "Differentiated Teaching", f'href="{credential["id"]}"'):
        assert part in answer.text


async def test_its_page_may_still_not_be_framed(anonymous, credential):
    for path in (path_of(credential["id"]), "/verify", "/", f"{path_of(credential['id'])}.svg"):
        headers = (await anonymous.get(path, headers=FRAME)).headers
        assert headers["x-frame-options"] == "DENY", path
        assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY, path


async def test_what_has_not_changed_is_not_sent_again_and_may_be_framed_all_the_same(anonymous, credential):
    first = await card(anonymous, credential)
    again = await card(anonymous, credential, **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["content-security-policy"] == EMBEDDABLE_POLICY
    assert "x-frame-options" not in again.headers
    assert (await anonymous.head(f"{path_of(credential['id'])}/embed")).headers["etag"] == first.headers["etag"]


async def test_once_it_is_revoked_the_card_names_nobody(anonymous, admin, credential):
    await admin.post(f"/v1/credentials/{credential['id'].rpartition('/')[2]}:revoke", json={"reason": "A mistake."})
    answer = await card(anonymous, credential)
    assert_may_be_framed(answer)
    assert "<span>Revoked</span>" in answer.text
    for word in ("Amina", "Differentiated", "Riverside", "A mistake", ".png"):
        assert word not in answer.text


@SQLITE_ONLY
async def test_what_was_altered_in_the_database_is_not_shown(anonymous, credential, settings):
    with closing(sqlite3.connect(make_url(settings.sqlalchemy_url).database, isolation_level=None)) as file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f'DROP TRIGGER "{name}"')
        [(document,)] = file.execute("SELECT document FROM credentials").fetchall()
        changed = bytes(document).replace(b"Amina Haddad", b"Altered Name")
        assert changed != document
        file.execute("UPDATE credentials SET document = ?", (changed,))
    text = (await card(anonymous, credential)).text
    assert "<span>Altered</span>" in text
    assert "Altered Name" not in text
    assert "Differentiated" not in text


async def test_a_test_is_marked(app, anonymous, completion, make_key):
    async with client_for(app, make_key("riverside", ("issue",), test=True)) as trying:
        trial = (await trying.post("/v1/completions", json=completion)).json()
    text = (await card(anonymous, trial)).text
    assert "Test credential" in text
    assert "<span>Only a test</span>" in text
    assert "<span>Valid</span>" not in text


@pytest.mark.parametrize("path", [f"/credentials/{uuid.UUID(int=7)}/embed", "/credentials/cut-sho/embed"])
async def test_where_there_is_none_the_card_says_so(anonymous, issuer, path):
    answer = await anonymous.get(path, headers=FRAME)
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"
    assert_may_be_framed(answer)
    assert "There is no such badge." in answer.text


async def test_what_was_erased_is_gone(anonymous, admin, credential):
    await admin.post(f"/v1/credentials/{credential['id'].rpartition('/')[2]}:erase", json={})
    answer = await card(anonymous, credential)
    assert answer.status_code == 410
    assert_may_be_framed(answer)
    assert "This badge was removed" in answer.text
    assert "Amina" not in answer.text


async def test_it_is_told_in_the_language_of_whoever_looks(anonymous, credential):
    for headers, query, language in (
        ({"Accept-Language": "ar"}, "", "ar"),
        ({"Accept-Language": "ar"}, "?lang=fr", "fr"),
    ):
        answer = await anonymous.get(f"{path_of(credential['id'])}/embed{query}", headers=FRAME | headers)
        assert answer.headers["content-language"] == language
        assert f'<html lang="{language}"' in answer.text
        assert "Accept-Language" in answer.headers["vary"]


async def test_the_page_gives_the_card_to_copy(anonymous, credential):
    page = (await anonymous.get(path_of(credential["id"]), headers=FRAME)).text
    assert f"&lt;iframe src=&#34;{credential['id']}/embed&#34; title=" in page
