"""A person who leaves a mark wherever something of theirs is written, and everything that can be done with them."""

from __future__ import annotations

import base64
import gc
import json
import logging
import sys
import urllib.parse
from types import ModuleType

import httpx

from tests.api.conftest import path_of

MARK = "kanarienvogel"
FORMS = ("json", "jwt", "png", "svg", "pdf")
IDEMPOTENCY_KEY = f"{MARK}-key"
COMPLETION = {
    "achievement": "differentiated-teaching",
    "externalId": f"{MARK}-external",
    "source": "moodle-riverside",
    "learner": {
        "name": f"{MARK.title()} Name",
        "email": f"{MARK}-email@riverside.example",
        "did": f"did:example:{MARK}-did",
    },
    "completedAt": "2026-05-04T10:00:00Z",
    "results": [{"resultDescription": "rubric", "value": "Exceeds"}],
    "evidence": [
        {
            "name": f"{MARK} evidence name",
            "url": f"https://portfolio.example/{MARK}-evidence-url",
            "narrative": f"{MARK} evidence narrative",
            "description": f"{MARK} evidence description",
            "genre": f"{MARK} genre",
            "audience": f"{MARK} audience",
        }
    ],
    "narrative": f"{MARK} narrative",
    "assessor": {"name": f"{MARK} assessor", "url": f"https://assessor.example/{MARK}-assessor-url"},
}
BY_EMAIL = {"email": COMPLETION["learner"]["email"]}


def leaves(value):
    """Every text in a JSON value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, str):
        yield value


def spellings(text=MARK):
    """The text in small letters as it would stand in a file: plain, hexadecimal, wide, within base64."""
    yield text.encode()
    yield text.encode().hex().encode()
    yield text.encode("utf-16-le")
    for spelt in (text, text.title()):
        yield from (base64.b64encode(bytes(offset) + spelt.encode())[4:-4].lower() for offset in range(3))


def hits(content):
    """Whether anything of the person is in these bytes or this text."""
    raw = content.encode(errors="surrogatepass") if isinstance(content, str) else bytes(content)
    small = raw.lower()
    return [spelt for spelt in spellings() if spelt in small]


async def go_through_everything(admin, anonymous):
    """Issues badges to the person and does with them whatever can be done; returns the credentials."""
    headers = {"Idempotency-Key": IDEMPOTENCY_KEY}
    first = await admin.post("/v1/completions", json=COMPLETION, headers=headers)
    assert first.status_code == 201, first.text
    assert (await admin.post("/v1/completions", json=COMPLETION, headers=headers)).status_code == 200
    assert (await admin.post("/v1/completions", json=COMPLETION)).status_code == 200
    batch = [{**COMPLETION, "externalId": f"{MARK}-batch-{number}"} for number in range(3)]
    outcomes = (await admin.post("/v1/completions:batch", json=[*batch, COMPLETION])).json()["outcomes"]
    assert [row["outcome"] for row in outcomes] == ["issued"] * 3 + ["replayed"]
    credentials = [first.json(), *(row["credential"] for row in outcomes[:3])]
    for credential in credentials:
        await _read(admin, anonymous, credential)
    await _verify(anonymous, credentials[0])
    await _fail(admin, anonymous)
    revoked = await admin.post(f"/v1{path_of(credentials[1]['id'])}:revoke", json={"reason": "By mistake."})
    assert revoked.status_code == 200
    assert (await admin.post("/v1/people:export", json=BY_EMAIL)).status_code == 200
    assert len((await admin.post("/v1/people:erase", json=BY_EMAIL)).json()["credentials"]) == 4
    return credentials


async def _read(admin, anonymous, credential):
    page = path_of(credential["id"])
    for accept in ("text/html", "application/vc", "application/vc+jwt"):
        assert (await anonymous.get(page, headers={"Accept": accept})).status_code == 200
    for form in FORMS:
        assert (await anonymous.get(f"{page}.{form}")).status_code == 200
        assert (await anonymous.get(f"{page}.{form}")).status_code == 200  # from memory, where it is kept
    assert (await admin.get(f"/v1{page}")).status_code == 200
    assert (await admin.get("/v1/credentials")).status_code == 200
    found = await admin.get("/v1/credentials", params={"externalId": credential["externalId"]})
    assert len(found.json()["items"]) == 1


async def _verify(anonymous, credential):
    email = COMPLETION["learner"]["email"]
    asked = {"credential": credential["credential"], "email": email}
    assert (await anonymous.post("/v1/verify", json=asked)).json()["verdict"] == "valid"
    assert (await anonymous.post("/v1/verify", json={"url": credential["id"], "email": email})).status_code == 200
    for form in FORMS:
        content = (await anonymous.get(f"{path_of(credential['id'])}.{form}")).content
        sent = {"file": (f"{MARK}.{form}", content)}
        report = (await anonymous.post("/v1/verify", files=sent, data={"email": email})).json()
        assert report["verdict"] == "valid", report
        assert (await anonymous.post("/verify", files=sent, data={"email": email})).status_code == 200
    made = (await anonymous.post("/v1/verify", json={**asked, "receipt": True})).json()["receipt"]
    assert hits(json.dumps(made))  # the name: a receipt is the asker's to keep
    for form in ("json", "pdf"):
        sent = {"receipt": json.dumps(made), "form": form}
        assert (await anonymous.post("/verify/receipt", data=sent)).status_code == 200
    refused = {"receipt": json.dumps({**made, "summary": f"{MARK} altered"}), "form": "pdf"}
    assert not hits((await anonymous.post("/verify/receipt", data=refused)).content)
    altered = {**credential["credential"], "name": f"{MARK} altered"}
    assert (await anonymous.post("/v1/verify", json={"credential": altered})).json()["verdict"] == "invalid"


async def _fail(admin, anonymous):
    """Every kind of refusal, of bodies that tell of the person."""
    wrong = [
        {**COMPLETION, MARK: MARK},
        {**COMPLETION, "achievement": MARK},
        {**COMPLETION, "completedAt": MARK},
        {**COMPLETION, "learner": {**COMPLETION["learner"], "email": f"{MARK}@"}},
        {**COMPLETION, "externalId": f"{MARK}-f", "results": [{"resultDescription": "rubric", "value": "Unheard of"}]},
    ]
    for body in wrong:
        answer = await admin.post("/v1/completions", json=body)
        assert answer.status_code == 422
        assert not hits(answer.content.replace(f"/{MARK}".encode(), b"")), answer.text  # a pointer names the member
    assert (await admin.post("/v1/completions", content=json.dumps(COMPLETION)[:-9])).status_code in (400, 415)
    key = {"Idempotency-Key": IDEMPOTENCY_KEY}
    reused = await admin.post("/v1/completions", json={**COMPLETION, "narrative": f"{MARK} other"}, headers=key)
    assert reused.status_code == 422
    assert (await admin.post("/v1/completions", json=COMPLETION, headers={"Idempotency-Key": MARK * 40})).is_error
    assert (await anonymous.post("/v1/completions", json=COMPLETION)).status_code == 401
    assert (await anonymous.post("/v1/verify", json={"credential": COMPLETION})).status_code < 500
    assert (await anonymous.post("/verify", files={"text": (None, f"{MARK} pasted")})).is_error
    assert (await anonymous.get(f"/credentials/{MARK}")).is_error
    assert (await anonymous.get(f"/nowhere/{urllib.parse.quote(COMPLETION['learner']['name'])}")).is_error
    assert (await admin.post("/v1/people:erase", json={"email": f"{MARK}@"})).status_code == 422


def in_memory(*roots):
    """What of the person can be reached from `roots` and from the modules of the application: caches and the like."""
    modules = [module for name, module in sys.modules.items() if name == "app" or name.startswith("app.")]
    waiting, seen, found = [*roots, *(value for module in modules for value in vars(module).values())], set(), []
    while waiting:
        value = waiting.pop()
        if id(value) in seen or _leads_elsewhere(value):
            continue
        seen.add(id(value))
        if isinstance(value, str | bytes | bytearray):
            if hits(value):
                found.append(value[:200])
        else:
            waiting += gc.get_referents(value)
    return found, len(seen)


def _leads_elsewhere(value):
    """To other people's modules, from the root of all loggers to what the test itself has caught, to the client."""
    others = ModuleType, logging.Logger, httpx.URL, httpx.AsyncClient
    return isinstance(value, others) or (type(value) is dict and "__builtins__" in value)
