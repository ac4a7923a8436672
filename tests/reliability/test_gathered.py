"""Requests that wait together are stored together, and none of them pays for another."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import text

from app.storage import Database
from tests.problem import assert_problem
from tests.reliability.ledger import assert_whole
from tests.reliability.posting import at_once, some_with_keys
from tests.reliability.test_graceful_stop import nobody_can_write, post_in_background

TOGETHER = 8  # as many as the clients are
WAITING = 3


def test_one_row_that_the_database_refuses_costs_its_group_nothing(place):
    posts = some_with_keys(TOGETHER)
    refuse(place.url, posts[5].name)
    received = {}
    with place.server() as server, place.client(server) as client:
        with nobody_can_write(place.url):
            finish = post_in_background(client, posts, received)
        finish()
    answered = {name: answer.status_code for name, answer in received.items()}
    assert answered == {posted.name: 500 if posted is posts[5] else 201 for posted in posts}
    assert_whole(place.url, credentials=TOGETHER - 1)


def test_too_many_waiting_are_told_to_come_back_and_nothing_is_lost(place):
    posts = some_with_keys(TOGETHER)
    received = {}
    with place.server(LAUREL_LIMIT_AWARDS_WAITING=str(WAITING)) as server, place.client(server) as client:
        with nobody_can_write(place.url):
            finish = post_in_background(client, posts, received)
        finish()
        statuses = Counter(answer.status_code for answer in received.values())
        # One group may have been taken up before the others came.
        assert set(statuses) == {201, 503}
        assert WAITING <= statuses[201] <= 2 * WAITING
        for answer in received.values():
            if answer.status_code == 503:
                assert_problem(answer, 503, "overloaded")
                assert int(answer.headers["Retry-After"]) > 0
        assert_whole(place.url, credentials=statuses[201])
        again = [at_once(client, [posted])[0].status_code for posted in posts]
    assert Counter(again) == {200: statuses[201], 201: statuses[503]}
    assert_whole(place.url, credentials=TOGETHER)


def refuse(url, external_id):
    """The database itself refuses the row of that name, as a constraint would that nobody thought of."""
    database = Database.open(url)
    try:
        with database.transaction() as session:
            for statement in refusal(database.dialect, external_id):
                session.execute(text(statement))
    finally:
        database.close()


def refusal(dialect, external_id):
    if dialect == "sqlite":
        yield (
            "CREATE TRIGGER refuse_one BEFORE INSERT ON credentials "
            f"WHEN NEW.external_id = '{external_id}' BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )
    else:
        yield f"ALTER TABLE credentials ADD CONSTRAINT refuse_one CHECK (external_id <> '{external_id}')"
