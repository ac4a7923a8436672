"""The receipt on the result page: held by the page, kept without a script, and left out when it cannot be signed."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from app import strictjson
from app.errors import KeystoreUnavailableError
from app.services import receipts

pytestmark = pytest.mark.anyio


class Forms(HTMLParser):
    """What a browser would send of each form: (action, hidden fields, buttons)."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "form":
            self.found.append((found["action"], {}, []))
        elif tag == "input" and found.get("type") == "hidden":
            self.found[-1][1][found["name"]] = found["value"]
        elif tag == "button" and "name" in found:
            self.found[-1][2].append((found["name"], found["value"]))


async def result_page(client, credential):
    """The page that answers a badge file."""
    raw = strictjson.dumps(credential["credential"])
    answer = await client.post("/verify", files={"file": ("badge.json", raw, "application/json")})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.text


async def test_whoever_presses_the_button_has_the_file(anonymous, credential):
    [(action, fields, buttons)] = [form for form in Forms(await result_page(anonymous, credential)).found if form[1]]
    assert action == "/verify/receipt"
    assert [value for _, value in buttons] == ["pdf", "json"]
    for name, value in buttons:
        file = await anonymous.post(action, data=fields | {name: value})
        assert file.status_code == 200, file.text
        assert "attachment" in file.headers["content-disposition"]
        assert file.content.startswith(b"%PDF" if value == "pdf" else b"{")
    kept = file.json()
    assert kept["verdict"] == "valid"
    assert kept["credential"]["id"] == credential["id"]


async def test_a_bad_badge_has_a_receipt_too(anonymous, credential):
    altered = {**credential["credential"], "name": "Another"}
    html = await result_page(anonymous, {"credential": altered})
    [(_, fields, _)] = [form for form in Forms(html).found if form[1]]
    assert strictjson.loads(fields["receipt"].encode(), max_bytes=40_000, max_depth=9)["verdict"] == "invalid"


async def test_the_result_is_shown_when_no_receipt_can_be_signed(anonymous, credential, monkeypatch):
    def away(*_args, **_more):
        raise KeystoreUnavailableError("The device does not answer.")

    monkeypatch.setattr(receipts, "receipt_signer", away)
    html = await result_page(anonymous, credential)
    assert "This badge is genuine and valid." in html
    assert not [form for form in Forms(html).found if form[1]]


async def test_what_could_not_be_read_has_none(anonymous):
    answer = await anonymous.post("/verify", files={"file": ("badge.png", b"no picture", "image/png")})
    assert not [form for form in Forms(answer.text).found if form[1]]


async def test_a_name_with_joiners_is_escaped_and_still_signed(anonymous, admin, completion):
    name = "\u0639\u200d\u0644\u064a \U0001f600"
    made = (await admin.post("/v1/completions", json={**completion, "learner": {"name": name}})).json()
    [(action, fields, _)] = [form for form in Forms(await result_page(anonymous, made)).found if form[1]]
    assert fields["receipt"].isprintable()
    kept = await anonymous.post(action, data=fields | {"form": "json"})
    assert kept.status_code == 200
    assert kept.json()["recipient"]["name"] == name


def test_what_is_escaped_reads_as_the_same():
    receipt = {"of": '\u202e \u2066 \x7f \x85 \x00 \n " \\ \u200d \U000e0001 \U0001f600 \u00e9'}
    text = receipts.receipt_text(receipt)
    assert text.isprintable()
    assert json.loads(text) == receipt
