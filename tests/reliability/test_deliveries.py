"""What platforms really send: everything twice, in any order, some of it bad, and the batch once more after a crash."""

from __future__ import annotations

import json
import random
import secrets
from collections import Counter

import httpx
import pytest

from tests.problem import assert_problem
from tests.reliability.figures import found_whole
from tests.reliability.ledger import assert_acknowledged_are_there, assert_there, assert_whole
from tests.reliability.posting import Journal, Posted, at_once, make_completion, post_all
from tests.reliability.scale import scale

DELIVERIES = scale("DELIVERIES", short=300, long=10_000)
REPEATED = 0.3
WINDOW = 100  # deliveries that overtake each other
ROWS = scale("BATCH_ROWS", short=1_000, long=10_000)
BATCH_KILLS = scale("BATCH_KILLS", short=2, long=10)
BAD_SHARE = 0.05
KEYS = scale("KEYS", short=8, long=1_000)
AT_ONCE = 50
NDJSON = {"Content-Type": "application/x-ndjson", "Accept": "application/x-ndjson"}


@pytest.fixture
def chance():
    seed = secrets.randbits(32)
    print(f"seed {seed}")  # noqa: T201 - shown when the test fails
    return random.Random(seed)


def without(body, name):
    return {member: value for member, value in body.items() if member != name}


BAD = {
    "no such achievement": lambda body: {**body, "achievement": "nobody-teaches-this"},
    "no learner": lambda body: without(body, "learner"),
    "no address": lambda body: {**body, "learner": {"name": "Amina", "email": "not an address"}},
    "no date": lambda body: {**body, "completedAt": "last summer"},
    "an unknown member": lambda body: {**body, "grade": "A"},
    "over before it began": lambda body: {**body, "validUntil": "2023-01-01T00:00:00Z"},
}


def test_repeated_and_reordered_deliveries_end_as_the_model_does(place, chance):
    good, bad, deliveries = deliveries_of(chance)
    journal = Journal()
    with place.server() as server, place.client(server) as client:
        post_all(client, deliveries, journal)
    assert journal.unanswered == []
    # Whoever came while the same was being worked on was told to come again; the other delivery was answered.
    assert set(journal.statuses) <= {200, 201, 409, 422}, journal.statuses
    assert journal.statuses[201] == len(good)
    refused = sum(posted.name in bad for posted in deliveries)
    assert refused - journal.statuses[409] <= journal.statuses[422] <= refused, journal.statuses
    ledger = assert_whole(place.url, credentials=len(good))
    assert ledger.ids.keys() == journal.acknowledged.keys() == good
    assert_acknowledged_are_there(ledger, journal)
    found_whole(
        "shuffled deliveries, 30 % of them twice",
        place.dialect,
        len(deliveries),
        "deliveries",
        badges=len(good),
        bad_ones_refused=journal.statuses[422],
    )


def deliveries_of(chance):
    """(names that make a badge, names that do not, everything as it arrives)."""
    sent, bad = [], set()
    for number in range(DELIVERIES):
        body = make_completion(number)
        if number % 100 == 99:
            body = chance.choice(list(BAD.values()))(body)
            bad.add(body["externalId"])
        posted = Posted(body, f"delivery-{number}" if number % 2 else None)
        sent += [posted] * (2 if chance.random() < REPEATED else 1)
    for start in range(0, len(sent), WINDOW):
        window = sent[start : start + WINDOW]
        chance.shuffle(window)
        sent[start : start + WINDOW] = window
    return {posted.name for posted in sent} - bad, bad, sent


def test_a_batch_that_is_killed_and_sent_again(place, chance):
    """Each good row becomes one badge, each bad one a reason under its number, whatever happened on the way."""
    rows, bad = rows_of(chance)
    told = {}
    server, cut = place.server(), 0
    for _ in range(BATCH_KILLS):
        with server, place.client(server) as client:
            cut += kill_in_the_middle(server, client, rows, told, after=chance.randint(1, ROWS // 2))
        ledger = assert_whole(place.url)
        assert_there(ledger, told)
        assert not ledger.ids.keys() & {f"completion-{number}" for number in bad}
    assert cut, "every kill came too late to interrupt anything"
    before = len(ledger.ids)
    with server, place.client(server) as client:
        outcomes = list(send_rows(client, rows))
    assert [outcome["row"] for outcome in outcomes] == list(range(ROWS))
    assert {outcome["row"] for outcome in outcomes if outcome["outcome"] == "refused"} == bad.keys()
    for number, kind in bad.items():
        assert outcomes[number]["problem"]["status"] == 422, f"{kind}: {outcomes[number]}"
    counts = Counter(outcome["outcome"] for outcome in outcomes)
    assert counts["replayed"] == before
    keep(told, outcomes)
    assert_there(assert_whole(place.url, credentials=ROWS - len(bad)), told)
    found_whole(
        "kill -9 within a batch",
        place.dialect,
        cut,
        "kills",
        rows=ROWS,
        bad=len(bad),
        replayed=counts["replayed"],
        issued_at_last=counts["issued"],
    )


def rows_of(chance):
    """(the rows, the kind of badness by number of row)."""
    rows = [make_completion(number) for number in range(ROWS)]
    kinds = [kind for kind in BAD for _ in range(round(ROWS * BAD_SHARE / len(BAD)))]
    bad = dict(zip(chance.sample(range(ROWS), len(kinds)), kinds, strict=True))
    for number, kind in bad.items():
        rows[number] = BAD[kind](rows[number])
    return rows, bad


def kill_in_the_middle(server, client, rows, told, *, after):
    """Reads outcomes until so many rows have come, and kills the service then; whether anything was left to come."""
    try:
        for number, outcome in enumerate(send_rows(client, rows)):
            keep(told, [outcome])
            if number == after:
                server.kill()
    except httpx.TransportError:
        return True
    return False


def send_rows(client, rows):
    """The outcomes, as they come."""
    lines = b"\n".join(json.dumps(row).encode() for row in rows)
    with client.stream("POST", "/v1/completions:batch", content=lines, headers=NDJSON) as answer:
        assert answer.status_code == 200
        for line in answer.iter_lines():
            yield json.loads(line)


def keep(told, outcomes):
    for outcome in outcomes:
        if credential := outcome["credential"]:
            name = f"completion-{outcome['row']}"
            assert told.setdefault(name, credential["id"]) == credential["id"], name


def test_fifty_posts_of_each_of_many_keys_give_one_credential_each(place):
    with place.server() as server, place.client(server, connections=AT_ONCE) as client:
        for number in range(KEYS):
            answers = at_once(client, [Posted(make_completion(number), f"key-{number}")] * AT_ONCE)
            statuses = Counter(answer.status_code for answer in answers)
            assert statuses[201] == 1, statuses
            assert set(statuses) <= {200, 201, 409}, statuses
            for answer in answers:
                if answer.status_code == 409:
                    assert_problem(answer, 409, "in-flight")
    assert_whole(place.url, credentials=KEYS)
    found_whole("50 posts at once of one key", place.dialect, KEYS, "keys", posts=KEYS * AT_ONCE, credentials=KEYS)
