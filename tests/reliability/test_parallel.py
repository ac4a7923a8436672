"""The same completion from everywhere at once is one badge, within a process and across two."""

from __future__ import annotations

from collections import Counter

from tests.problem import assert_problem
from tests.reliability.ledger import assert_acknowledged_are_there, assert_whole
from tests.reliability.posting import (
    Journal,
    Posted,
    at_once,
    in_threads,
    make_completion,
    post_all,
    some_with_keys,
)

AT_ONCE = 50
KEY = "the-same-key"


def test_fifty_posts_of_one_completion_give_one_credential(place):
    with place.server() as server, place.client(server, connections=AT_ONCE) as client:
        answers = at_once(client, [Posted(make_completion(1))] * AT_ONCE)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: AT_ONCE - 1}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert_whole(place.url, credentials=1)


def test_fifty_posts_with_one_idempotency_key_give_one_credential(place):
    """Whoever comes while the first is being worked on may be told to come back instead of waiting."""
    posted = Posted(make_completion(1), KEY)
    with place.server() as server, place.client(server, connections=AT_ONCE) as client:
        answers = at_once(client, [posted] * AT_ONCE)
        after = at_once(client, [posted])[0]
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses[201] == 1
    assert set(statuses) <= {200, 201, 409}, statuses
    for answer in answers:
        if answer.status_code == 409:
            assert_problem(answer, 409, "in-flight")
            assert int(answer.headers["Retry-After"]) > 0
    assert after.status_code == 200
    assert len({answer.json()["id"] for answer in [*answers, after] if answer.status_code != 409}) == 1
    assert assert_whole(place.url, credentials=1).keys == {KEY: "completion-1"}


def test_fifty_different_completions_with_one_idempotency_key_give_one_credential(place):
    """The key names one request: the others are refused, whichever came first."""
    posts = [Posted(make_completion(number), KEY) for number in range(AT_ONCE)]
    with place.server() as server, place.client(server, connections=AT_ONCE) as client:
        answers = at_once(client, posts)
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses[201] == 1
    assert set(statuses) <= {201, 409, 422}, statuses
    assert_whole(place.url, credentials=1)


def test_two_processes_issue_for_one_issuer_at_once(place):
    """Both are sent everything, in opposite order, so that they meet in the middle and repeat each other after it."""
    posts, journals = some_with_keys(60), [Journal(), Journal()]
    with place.server("one") as one, place.server("two") as two, place.client(one) as here, place.client(two) as there:
        in_threads(
            [
                lambda: post_all(here, posts, journals[0], clients=4),
                lambda: post_all(there, posts[::-1], journals[1], clients=4),
            ]
        )
    ledger = assert_whole(place.url, credentials=len(posts))
    assert ledger.keys == {posted.key: posted.name for posted in posts if posted.key}
    for journal in journals:
        assert journal.statuses.total() == len(posts)
        assert set(journal.statuses) <= {200, 201}, journal.statuses
        assert_acknowledged_are_there(ledger, journal)
        assert len(journal.acknowledged) == len(posts)
    assert journals[0].statuses[201] + journals[1].statuses[201] == len(posts)


def test_two_processes_get_the_same_completion_at_the_same_moment(place):
    posted = Posted(make_completion(1), KEY)
    answers = []
    with place.server("one") as one, place.server("two") as two, place.client(one) as here, place.client(two) as there:
        in_threads([lambda client=client: answers.extend(at_once(client, [posted] * 5)) for client in (here, there)])
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses[201] == 1
    assert set(statuses) <= {200, 201, 409}, statuses
    assert assert_whole(place.url, credentials=1).keys == {KEY: "completion-1"}
