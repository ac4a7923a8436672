"""kill -9 in the middle of issuing: what was acknowledged is there, and retrying gives everything once."""

from __future__ import annotations

import random
import re
import secrets
import time

from tests.reliability.crowd import Crowd
from tests.reliability.figures import found_whole
from tests.reliability.ledger import assert_there, assert_whole
from tests.reliability.posting import CLIENTS
from tests.reliability.processes import run_command
from tests.reliability.scale import scale

KILLS = scale("KILLS", short=25, long=1_000)
ISSUANCES = scale("ISSUANCES", short=2_500, long=100_000)
LATEST = 0.5  # seconds after the service was up again, or had issued the first badge again
LOOKS = 5  # so often the database is compared while nobody serves it
INSTALLED_EVERY = 12  # kills; the others start by a fork, without the interpreter's own start
RESTART_SECONDS = 3.0  # of a processor: how long that takes depends on who else wants it


def test_killed_while_issuing_and_everything_sent_again(place):
    seed = secrets.randbits(32)
    print(f"seed {seed}")  # noqa: T201 - shown when the test fails
    chance = random.Random(seed)
    server = place.server()
    installed = place.server(installed=True, port=server.port)
    with Crowd(server.url, place.token, place.folder, seed=seed) as crowd:
        starts = []
        for number in range(KILLS):
            wait = chance.uniform(0, LATEST)
            starts.append(kill_soon(server if number % INSTALLED_EVERY else installed, crowd, wait, warm=number % 2))
            if number % (KILLS // LOOKS) == 0:
                look(place, crowd)
        with server:
            crowd.until(ISSUANCES)
            crowd.stop()
    told = crowd.told()
    ledger = assert_whole(place.url, credentials=len(told))
    assert_there(ledger, told)
    assert ledger.keys == {f"key-of-{name}": name for name in told}
    assert_all_verified(place, len(told))
    slowest, most = map(max, zip(*starts, strict=True))
    assert most < RESTART_SECONDS, f"a start took {most:.1f} s of a processor"
    found_whole(
        "kill -9 of the service",
        place.dialect,
        KILLS,
        "kills",
        issued=f"{len(told):,}",
        cut_off=crowd.answers["cut"],
        replayed=crowd.answers[200],
        slowest_restart=f"{slowest:.2f} s ({most:.2f} s of a processor)",
    )


def kill_soon(server, crowd, wait, *, warm):
    """Starts it and kills it after `wait` seconds, which begin with its first badge if it should be `warm`.

    Returns (seconds, seconds of a processor) that the start took.
    """
    known = crowd.acknowledged
    server.start()
    if warm:
        crowd.until(known + 1)
    time.sleep(wait)
    server.kill()
    return server.started_in, server.started_with


def look(place, crowd):
    """Between a kill and the next start: nothing is half done, and what clients were told of is there."""
    told = crowd.told()
    ledger = assert_whole(place.url)
    assert_there(ledger, told)
    assert len(ledger.ids) <= len(told) + CLIENTS, "more than was on its way when the kill came"


def assert_all_verified(place, credentials):
    """By the command that an operator has for it, as a stranger would verify them."""
    seconds = 60 + credentials / 50
    status, said = run_command(["fsck"], place.environment, place.folder / "fsck.log", seconds=seconds)
    assert status == 0, said[-3000:]
    assert re.search(rf"^{credentials} credentials checked, 0 findings\.$", said, re.MULTILINE), said[-3000:]
