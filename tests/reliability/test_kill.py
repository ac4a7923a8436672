"""kill -9 in the middle of issuing: what was acknowledged is there, and retrying everything gives everything once."""

from __future__ import annotations

import random
import secrets
import time

from tests.reliability.ledger import assert_acknowledged_are_there, assert_whole
from tests.reliability.posting import CLIENTS, Journal, in_background, post_all, some_with_keys
from tests.reliability.processes import run_command

COMPLETIONS = 200
KILLS = 3
NEW_BETWEEN_KILLS = (10, 50)  # badges; three times the most, and those on their way, stay below COMPLETIONS


def test_killed_while_issuing_and_all_sent_again(place):
    seed = secrets.randbits(32)
    print(f"seed {seed}")  # noqa: T201 - shown when the test fails
    chance = random.Random(seed)
    posts = some_with_keys(COMPLETIONS)
    journal = Journal()
    for round_ in range(KILLS):
        kill_in_the_middle(place, posts, journal, chance, log=f"round-{round_}")
        ledger = assert_whole(place.url)
        assert_acknowledged_are_there(ledger, journal)
        assert len(ledger.ids) <= len(journal.acknowledged) + CLIENTS, "more than was on its way when the kill came"
    with place.server("last") as server, place.client(server) as client:
        everything_once_more(client, posts, journal, chance)
        listed = list_ids(client)
    ledger = assert_whole(place.url, credentials=COMPLETIONS)
    assert_acknowledged_are_there(ledger, journal)
    assert sorted(listed) == sorted(journal.acknowledged.values())
    assert ledger.keys == {posted.key: posted.name for posted in posts if posted.key}
    assert_all_verified(place)


def kill_in_the_middle(place, posts, journal, chance, *, log):
    """Posts all, in some order; kills the server a moment after some more badges were acknowledged."""
    chance.shuffle(posts)
    enough = journal.await_new(chance.randint(*NEW_BETWEEN_KILLS))
    with place.server(log) as server, place.client(server) as client:
        finish = in_background(lambda: post_all(client, posts, journal))
        assert enough(), f"the badges did not come: {journal.statuses}"
        time.sleep(chance.uniform(0, 0.03))
        server.kill()
        finish()
    assert set(journal.statuses) <= {200, 201}, journal.statuses
    assert journal.unanswered, "the kill came too late to interrupt anybody"


def everything_once_more(client, posts, journal, chance):
    chance.shuffle(posts)
    told, unanswered = dict(journal.acknowledged), len(journal.unanswered)
    journal.statuses.clear()
    post_all(client, posts, journal)
    assert len(journal.unanswered) == unanswered
    assert set(journal.statuses) == {200, 201}
    assert journal.statuses[200] >= len(told), "a badge that had been acknowledged was issued again"
    assert len(journal.acknowledged) == COMPLETIONS


def list_ids(client):
    """The addresses of all credentials, page by page."""
    found, after = [], {}
    while True:
        page = client.get("/v1/credentials", params={"limit": 70, **after}).raise_for_status().json()
        found += [item["id"] for item in page["items"]]
        if page["next"] is None:
            return found
        after = {"after": page["next"]}


def assert_all_verified(place):
    status, said = run_command(["fsck"], place.environment, place.folder / "fsck.log")
    assert (status, f"{COMPLETIONS} credentials checked, 0 findings." in said) == (0, True), said
