"""Several processes come to the end of a status list at once: no place is given twice, and nobody gets an error."""

from __future__ import annotations

import math
from contextlib import ExitStack

from sqlalchemy import select, update

from app.models import StatusList
from app.storage import Database
from app.storage.status_lists import FILL
from tests.reliability.figures import found_whole
from tests.reliability.ledger import assert_acknowledged_are_there, read_ledger
from tests.reliability.posting import Journal, Posted, in_threads, make_completion, post_all, send
from tests.reliability.scale import scale

PROCESSES = 4
LEFT = scale("LIST_LEFT", short=100, long=10_000)  # places in the first list
AFTER = LEFT // 2  # that must come from the next


def test_four_processes_come_to_the_end_of_a_list(postgresql_place):
    place, journal = postgresql_place, Journal()
    with ExitStack() as running:
        servers = [running.enter_context(place.server(f"server-{number}")) for number in range(PROCESSES)]
        clients = [running.enter_context(place.client(server)) for server in servers]
        send(clients[0], Posted(make_completion(0)))  # opens the list
        full = leave(place.url, LEFT)
        posts = [Posted(make_completion(number)) for number in range(1, LEFT + AFTER + 1)]
        in_threads(
            [
                lambda number=number, client=client: post_all(client, posts[number::PROCESSES], journal, clients=4)
                for number, client in enumerate(clients)
            ]
        )
    assert journal.statuses == {201: LEFT + AFTER}, journal.statuses
    ledger = read_ledger(place.url)
    assert_acknowledged_are_there(ledger, journal)
    assert max(ledger.entries.values()) == 1, "a place was given twice"
    assert len(ledger.entries) == 1 + LEFT + AFTER
    assert lists(place.url) == [(full, False), (AFTER, True)]
    found_whole("four processes past the end of a list", place.dialect, LEFT + AFTER, "places", in_the_next=AFTER)


def leave(url, places):
    """As if the list had been used but for so many places; returns how many it takes in all.

    Which of them are taken is decided by the credentials that hold them, so the draw is as it was.
    """
    database = Database.open(url)
    try:
        with database.transaction() as session:
            full = math.floor(session.scalars(select(StatusList.length)).one() * FILL)
            session.execute(update(StatusList).values(allocated=full - places))
    finally:
        database.close()
    return full


def lists(url):
    """(places used, whether it is open) of each list, in order."""
    database = Database.open(url)
    try:
        with database.reading() as session:
            return [
                tuple(row)
                for row in session.execute(select(StatusList.allocated, StatusList.open).order_by(StatusList.number))
            ]
    finally:
        database.close()
