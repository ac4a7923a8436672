"""A thousand requests to every route there is, each telling of a person wherever a request can: not one line does."""

from __future__ import annotations

import itertools
import json
import logging
import re
import urllib.parse

import pytest
import structlog

from app.routers.observability import configure_logging
from tests.api.canary import COMPLETION, MARK, hits

pytestmark = pytest.mark.anyio

REQUESTS = 1_000


@pytest.fixture
def database_url(sqlite_url):
    """What is logged does not depend on the database."""
    return sqlite_url


@pytest.fixture
def settings(settings):
    """With a line for what is answered from memory, too."""
    return settings.model_copy(update={"log_level": "debug"})


PERSON = f"{MARK}@riverside.example"
PARAMETER = re.compile(r"\{[^}]*\}")
# Whatever programs and proxies send along. `X-Request-Id` is theirs to choose, and there to be logged.
HEADERS = {
    "User-Agent": f"Mozilla ({PERSON})",
    "Referer": f"https://lms.example/?user={PERSON}",
    "Cookie": f"session={MARK}",
    "From": PERSON,
    "X-Forwarded-For": f"203.0.113.7, {MARK}.example",
    "Idempotency-Key": f"{MARK}-key",
    "Accept-Language": MARK,
}
QUERY = {"email": PERSON, "externalId": f"{MARK}-external", "after": MARK, "q": COMPLETION["learner"]["name"]}
BODIES = {
    "a completion": {"json": COMPLETION},
    "a person": {"json": {"email": PERSON, "name": MARK, "dryRun": False}},
    "wrong types": {"json": {MARK: [MARK, {MARK: MARK}]}},
    "a text": {"json": f"{MARK} text"},
    "half a document": {"content": json.dumps(COMPLETION)[:-7], "headers": {"Content-Type": "application/json"}},
    "no JSON at all": {"content": f"name={PERSON}", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
    "another media type": {"content": PERSON, "headers": {"Content-Type": f"text/{MARK}"}},
    "a token": {"content": f"eyJ.{MARK}.{MARK}", "headers": {"Content-Type": "application/vc+jwt"}},
    "a form": {"files": {"file": (f"{MARK}.png", PERSON.encode()), "email": (None, PERSON), "text": (None, PERSON)}},
    "an address": {"json": {"url": f"https://elsewhere.example/{MARK}", "email": PERSON}},
    "nothing": {},
}
PLACES = (MARK, urllib.parse.quote(f"{PERSON} {MARK}"), "00000000-0000-4000-8000-000000000000", "did:example:" + MARK)


def requests(app):
    """(method, path, what else), each route with each body and each value of its parameters in turn."""
    operations = [
        (method.upper(), path) for path, item in sorted(app.openapi()["paths"].items()) for method in sorted(item)
    ]
    turns = itertools.cycle(itertools.product(BODIES.values(), PLACES))
    for method, path in itertools.cycle(operations):
        body, place = next(turns)
        sent = dict(body) if method != "GET" else {}
        sent["headers"] = HEADERS | sent.get("headers", {})
        yield method, PARAMETER.sub(place, path), sent


async def test_a_thousand_requests_leave_no_trace_of_a_person_in_the_log(
    app, admin, anonymous, completion, capfd, caplog
):
    before = structlog.get_config()
    configure_logging("json", "debug")
    statuses = []
    try:
        with caplog.at_level(logging.DEBUG):
            for number, (method, path, sent) in enumerate(itertools.islice(requests(app), REQUESTS)):
                client = anonymous if number % 3 == 0 else admin
                answer = await client.request(method, path, params=QUERY if number % 2 else None, **sent)
                statuses.append(answer.status_code)
    finally:
        structlog.configure(**before)
    others = [record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    lines = [*capfd.readouterr().err.splitlines(), *others]
    assert sum('"event":"request"' in line for line in lines) >= REQUESTS
    assert [line for line in lines if hits(line)] == []
    assert 500 not in statuses
    assert {200, 401, 404, 422} <= set(statuses)  # it went to many places
