"""One number for each client: a share at once, earned back evenly, and a bounded memory."""

from __future__ import annotations

import sys
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.routers.rates import MOST_CLIENTS, Rate, Rule


def taken(rate, times, *, client="a", at=0.0):
    return [rate.take(client, at).passes for _ in range(times)]


@pytest.mark.parametrize("quota", [1, 3, 7, 600])
def test_the_share_passes_at_once_and_no_more(quota):
    assert taken(Rate("x", Rule(quota, 60)), quota + 1) == [True] * quota + [False]


def test_one_is_earned_back_in_its_part_of_the_window():
    rate = Rate("x", Rule(6, 60))
    taken(rate, 6)
    assert not rate.take("a", 9.99).passes
    assert rate.take("a", 10.0).passes
    assert taken(rate, 2, at=25.0) == [True, False]
    assert taken(rate, 7, at=1_000.0) == [True] * 6 + [False], "whoever was away has the whole share, and not more"


def test_a_share_says_what_is_left_and_when_to_come_back():
    rate = Rate("x", Rule(6, 60))
    first = rate.take("a", 0.0)
    assert (first.passes, first.remaining, first.retry_seconds, first.reset_seconds) == (True, 5, 0.0, 10.0)
    taken(rate, 5)
    refused = rate.take("a", 4.0)
    assert (refused.passes, refused.remaining) == (False, 0)
    assert refused.retry_seconds == pytest.approx(6.0)
    assert refused.reset_seconds == pytest.approx(56.0)
    assert rate.take("a", 9.0).remaining == 0, "nor one that is nearly earned"
    assert rate.take("a", 4.0 + refused.retry_seconds).passes


def test_clients_do_not_pay_for_each_other():
    rate = Rate("x", Rule(2, 60))
    taken(rate, 3)
    assert taken(rate, 3, client="b") == [True, True, False]


def test_looking_costs_nothing():
    rate = Rate("x", Rule(1, 60))
    assert [rate.look("a", 0.0).passes for _ in range(3)] == [True] * 3
    taken(rate, 1)
    assert not rate.look("a", 0.0).passes
    assert rate.look("a", 60.0).passes
    later = rate.look("a", 1_000.0)
    assert (later.remaining, later.reset_seconds) == (1, 0.0), "whoever was away has not more than the whole share"


def test_without_a_quota_nobody_is_refused():
    assert all(taken(Rate("x", Rule(0, 60)), 100))


def test_memory_is_bounded_and_who_came_longest_ago_is_forgotten():
    rate = Rate("x", Rule(1, 60), most=100)
    taken(rate, 1, client="first")
    for number in range(99):
        taken(rate, 1, client=number)
    assert not rate.look("first", 0.0).passes
    taken(rate, 1, client="one more")
    assert len(rate) == 100
    assert rate.look("first", 0.0).passes
    size = sum(sys.getsizeof(item) for item in rate._used_until.items()) + sys.getsizeof(rate._used_until)
    assert size / len(rate) * MOST_CLIENTS < 8_000_000, "20,000 clients are some megabytes"


def test_who_comes_again_is_not_the_one_who_came_longest_ago():
    """Or a crowd of addresses would make the busiest one's count forgotten first."""
    rate = Rate("x", Rule(2, 60), most=2)
    for client in ("busy", "other", "busy", "one more"):
        taken(rate, 1, client=client)
    assert not rate.look("busy", 0.0).passes
    assert rate.look("other", 0.0).remaining == 2


def test_threads_share_what_there_is():
    class Slow(OrderedDict):
        def get(self, *asked):
            found = super().get(*asked)
            time.sleep(0.001)  # for the others to come between
            return found

    rate = Rate("x", Rule(3, 60))
    rate._used_until = Slow()
    with ThreadPoolExecutor(4) as threads:
        passed = list(threads.map(lambda _: rate.take("a", 0.0).passes, range(12)))
    assert passed.count(True) == 3


@given(
    quota=st.integers(1, 50),
    seconds=st.integers(1, 100),
    gaps=st.lists(st.floats(0, 30, allow_nan=False), min_size=1, max_size=200),
)
def test_in_no_stretch_of_time_more_pass_than_its_share(quota, seconds, gaps):
    """Of any window of time, at the most the quota and what is earned in it."""
    rate, now, passed = Rate("x", Rule(quota, seconds)), 0.0, []
    for gap in gaps:
        now += gap
        if rate.take("a", now).passes:
            passed.append(now)
    for first, began in enumerate(passed):
        for last in range(first, len(passed)):
            earned = (passed[last] - began) * quota / seconds
            assert last - first + 1 <= quota + earned + 1e-6 * len(passed)


@pytest.mark.parametrize("text", ["", "600", "600/", "/60", "-1/60", "1.5/60", "600/0", "600/60s", "9" * 10 + "/1"])
def test_a_rule_that_is_none(text):
    with pytest.raises(ValueError, match="such as 600/60"):
        Rule.parse(text)


def test_a_rule():
    assert Rule.parse("600/60") == Rule(600, 60)
