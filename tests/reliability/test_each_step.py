"""Every single step of a request fails once, before and after it took effect: by an error, and by kill -9.

Whatever the step: nothing is half done, the sender is told to come back and never that all went well, and the same
request again has its effect once.
"""

from __future__ import annotations

import signal
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count

import anyio
import pytest

from app.main import create_app
from tests.problem import assert_problem
from tests.reliability.conftest import in_process, settings_for
from tests.reliability.figures import found_whole
from tests.reliability.ledger import assert_whole
from tests.reliability.posting import make_completion
from tests.reliability.processes import in_process_of_its_own
from tests.reliability.scale import LONG
from tests.reliability.steps import Fault, Steps, When, stepwise

pytestmark = pytest.mark.anyio
_numbers = count()
SIGNING = {"the key is opened", "the key signs", "require_own_signature", "require_own_output"}
LAST_STEPS = 3  # of those where the process is killed too, in the short form


@dataclass(frozen=True)
class Asked:
    """A request for badges."""

    path: str
    body: object
    headers: dict

    @property
    def names(self):
        rows = self.body if isinstance(self.body, list) else [self.body]
        return {row["externalId"] for row in rows}

    @property
    def badges(self):
        return len(self.names)

    async def send(self, client):
        return await client.post(self.path, json=self.body, headers=self.headers)


def one_completion():
    number = next(_numbers)
    return Asked("/v1/completions", make_completion(number), {"Idempotency-Key": f"step-{number}"})


def a_batch():
    return Asked("/v1/completions:batch", [make_completion(next(_numbers)) for _ in range(3)], {})


KINDS = {"a completion": one_completion, "a batch": a_batch}
DEADLY = KINDS if LONG else {"a completion": one_completion}


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
async def test_an_error_at_each_step(place, make):
    names = await count_steps(place, make())
    assert {"COMMIT", "the key signs", "require_own_output"} <= set(names), names
    faults = [Fault(step, when) for step in range(len(names)) for when in When]
    for fault in faults:
        asked = make()
        async with service(place) as (laurel, client):
            with stepwise(laurel, Steps(fault)) as steps:
                assert_refused(await asked.send(client), names[fault.step])
            assert steps.names[: fault.step + 1] == names[: fault.step + 1], "not the steps that were counted"
            await recover(place, client, asked, fault, names)
    found_whole(
        f"an error at each step of {kind_of(make)}",
        place.dialect,
        len(faults),
        "faults",
        all_there_are=True,
        steps=len(names),
    )


@pytest.mark.parametrize("make", DEADLY.values(), ids=DEADLY)
async def test_killed_at_each_step(place, make):
    names = await count_steps(place, make())
    first = 0 if LONG else len(names) - LAST_STEPS
    faults = [Fault(step, when, deadly=True) for step in range(first, len(names)) for when in When]
    for fault in faults:
        asked = make()
        ended = in_process_of_its_own(send_and_die, place, asked, fault)
        assert ended == -signal.SIGKILL, f"{names[fault.step]}: {ended}"
        async with service(place) as (_, client):
            await recover(place, client, asked, fault, names)
    found_whole(
        f"kill -9 at each step of {kind_of(make)}",
        place.dialect,
        len(faults),
        "kills",
        all_there_are=first == 0,
        steps=len(names) - first,
    )


async def count_steps(place, asked):
    """The names of all steps, in order, of a service that has just begun: later it remembers, and asks less."""
    async with service(place) as (_, client):
        await one_completion().send(client)  # or the first would open a status list, and those after it would not
    async with service(place) as (laurel, client):
        with stepwise(laurel, Steps()) as steps:
            answer = await asked.send(client)
    assert answer.is_success, answer.text
    assert_whole(place.url)
    return steps.names


def assert_refused(answer, name):
    if answer.status_code == 200:
        assert {outcome["problem"]["status"] for outcome in answer.json()["outcomes"]} == {503}, name
    else:
        assert_problem(answer, 503, "signing-fault" if name in SIGNING else "storage-unavailable")


async def recover(place, client, asked, fault, names):
    """Nothing is half done, others are served, and asking again has the effect once."""
    told = f"{fault.when.value} {names[fault.step]}"
    ledger = assert_whole(place.url)
    stored = len(asked.names & ledger.ids.keys())
    committed = (fault.step, fault.when) == (names.index("COMMIT"), When.AFTER)
    assert stored == (asked.badges if committed else 0), told
    other = one_completion()
    assert (await other.send(client)).status_code == 201, told
    again = await asked.send(client)
    assert again.is_success, f"{told}: {again.text}"
    assert issued_by(again) == asked.badges - stored, told
    assert_whole(place.url, credentials=len(ledger.ids) + asked.badges - stored + other.badges)


def issued_by(answer):
    if answer.status_code == 200 and "outcomes" in answer.json():
        assert answer.json()["refused"] == 0, answer.text
        return answer.json()["issued"]
    return int(answer.status_code == 201)


@asynccontextmanager
async def service(place):
    """The application as a new process has it, and a client; `(its long-lived objects, the client)`."""
    app = create_app(settings_for(place.url, place.folder))
    laurel = app.state.laurel
    try:
        async with in_process(app, place.token) as client:
            yield laurel, client
    finally:
        laurel.close()


def send_and_die(place, asked, fault):
    async def send():
        async with service(place) as (laurel, client):
            with stepwise(laurel, Steps(fault)):
                await asked.send(client)

    anyio.run(send)


def kind_of(make):
    return next(kind for kind, maker in KINDS.items() if maker is make)
