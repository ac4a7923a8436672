"""After much issuing by a real process no private key is in what it has written: tables, files, logs, answers."""

from __future__ import annotations

from pathlib import Path

import httpx
from sqlalchemy import make_url

from app.cli import samples
from app.main import build
from tests.private_keys import assert_nowhere, dump, secrets_of
from tests.reliability.conftest import settings_for
from tests.reliability.figures import found_whole
from tests.reliability.posting import in_threads, make_completion
from tests.reliability.scale import scale

ISSUES = scale("SECRET_ISSUES", short=250, long=10_000)
CLIENTS = 4
BASE = "http://localhost:8000"
SLUG = samples.ISSUER["slug"]


def test_private_keys_are_nowhere(place):
    answers = []
    with place.server(LAUREL_LOG_LEVEL="debug") as server, place.client(server) as client:
        in_threads(
            [lambda first=first: issue(client, range(first, ISSUES, CLIENTS), answers) for first in range(CLIENTS)]
        )
        answers += everything_else(server, client, answers[0].json())
        server.terminate()
        assert server.wait() == 0
    laurel = build(settings_for(place.url, place.folder))
    try:
        secrets = secrets_of(laurel, SLUG)
        heaps = {"tables": dump(laurel), **files(place)}
    finally:
        laurel.close()
    heaps |= {"answers": b"\n".join(answer.content for answer in answers), "log": server.log.read_bytes()}
    assert heaps["tables"].count(b'"proofValue"') == ISSUES
    assert heaps["log"].count(b"credential.issue") >= ISSUES
    key_encryption_key = bytes.fromhex(place.environment["LAUREL_KEY_ENCRYPTION_KEY"])
    assert_nowhere((*secrets, key_encryption_key), heaps)
    assert [where for where, heap in heaps.items() if place.token.encode() in heap] == []
    size = sum(map(len, heaps.values()))
    found_whole("search for private keys", place.dialect, ISSUES, "badges", searched=f"{size / 1e6:.0f} MB")


def issue(client, numbers, answers):
    for number in numbers:
        answer = client.post("/v1/completions", json=make_completion(number))
        assert answer.status_code == 201, answer.text
        answers.append(answer)


def everything_else(server, client, badge):
    """Every form of a badge, every public document, the metrics, and errors of many kinds."""
    paths = [*badge["links"].values(), badge["credential"]["credentialStatus"]["statusListCredential"]]
    paths += ["/metrics", "/readyz", "/openapi.json", "/nowhere"]
    paths += [f"/issuers/{SLUG}{form}" for form in ("", "/did.json", "/jwks.json")]
    with httpx.Client(base_url=server.url, trust_env=False) as anybody:
        answers = [anybody.get(path.removeprefix(BASE)) for path in paths]
        answers.append(anybody.post("/v1/completions", json={}))
    answers += [client.get(path) for path in ("/v1/issuers", "/v1/api-keys", "/v1/credentials?limit=100")]
    answers.append(client.post("/v1/completions", json={"x": 1}))
    answers.append(client.post("/v1/completions", content=b"{"))
    answers.append(client.post("/v1/issuers", json=samples.ISSUER))
    answers.append(client.post("/v1/completions:batch", json=[{}, make_completion(0)]))
    assert max(answer.status_code for answer in answers) < 500
    return answers


def files(place):
    """The bytes of an SQLite database as they lie on the disk, what was overwritten in it included."""
    if place.dialect != "sqlite":
        return {}
    file = Path(make_url(place.url).database)
    return {path.name: path.read_bytes() for path in file.parent.glob(f"{file.name}*")}
