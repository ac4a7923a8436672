"""A signer that misbehaves is found out by our own verifier before anything is stored."""

from __future__ import annotations

import time
from dataclasses import dataclass

import anyio
import pytest

from app.errors import SigningFaultError
from app.signing import Algorithm
from app.verification import Verdict
from tests.factories import ed25519_key
from tests.problem import assert_problem
from tests.reliability.ledger import assert_whole
from tests.reliability.posting import make_completion

pytestmark = pytest.mark.anyio

SLOW_SECONDS = 2.0
KEY = {"Idempotency-Key": "of-the-unlucky-one"}


@dataclass
class BrokenSigner:
    """Says that it is `good`, and signs as `fault` has it."""

    good: object
    fault: object
    after: int = 0  # signatures that are still right

    @property
    def algorithm(self):
        return self.good.algorithm

    @property
    def public_key(self):
        return self.good.public_key

    @property
    def key_id(self):
        return self.good.key_id

    def sign(self, data):
        if self.after > 0:
            self.after -= 1
            return self.good.sign(data)
        return self.fault(self.good, data)


def away(_good, _data):
    """As `Signer` has it for a security module that does not answer."""
    raise SigningFaultError("The security module does not answer.")


FAULTS = {
    "nobody signs": away,
    "one bit is flipped": lambda good, data: flipped(good.sign(data)),
    "another key signed": lambda good, data: ed25519_key("another").sign(data),
    "something else was signed": lambda good, data: good.sign(data + b" "),
    "the signature of nothing": lambda good, data: good.sign(b""),
    "nothing but zeros": lambda good, data: bytes(len(good.sign(data))),
    "the last byte is missing": lambda good, data: good.sign(data)[:-1],
    "one byte too many": lambda good, data: good.sign(data) + b"\0",
    "an empty signature": lambda good, data: b"",
}


def flipped(signature):
    return bytes([signature[0] ^ 1]) + signature[1:]


@pytest.fixture
def break_signer(app, monkeypatch):
    """A function that breaks every signer of one algorithm; `monkeypatch.undo()` mends them."""
    keystore = app.state.laurel.instance.keystore
    open_signer = keystore.signer

    def break_(fault, *, algorithm=Algorithm.EDDSA, after=0):
        def signer(**key):
            good = open_signer(**key)
            return BrokenSigner(good, fault, after) if key["algorithm"] == algorithm else good

        monkeypatch.setattr(keystore, "signer", signer)

    return break_


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_a_wrong_signature_is_never_stored(client, place, break_signer, monkeypatch, fault):
    break_signer(fault)
    response = await client.post("/v1/completions", json=make_completion(1), headers=KEY)
    assert_problem(response, 503, "signing-fault")
    assert int(response.headers["Retry-After"]) > 0
    assert assert_whole(place.url, credentials=0).keys == {}
    monkeypatch.undo()
    good = await client.post("/v1/completions", json=make_completion(1), headers=KEY)
    assert good.status_code == 201
    assert_whole(place.url, credentials=1)


async def test_a_fault_in_the_middle_of_a_batch_issues_none_of_its_group(client, place, break_signer, monkeypatch):
    rows = [make_completion(number) for number in range(5)]
    break_signer(FAULTS["one bit is flipped"], after=3)
    refused = (await client.post("/v1/completions:batch", json=rows)).json()
    assert (refused["issued"], refused["refused"]) == (0, 5)
    assert {outcome["problem"]["status"] for outcome in refused["outcomes"]} == {503}
    assert_whole(place.url, credentials=0)
    monkeypatch.undo()
    assert (await client.post("/v1/completions:batch", json=rows)).json()["issued"] == 5
    assert_whole(place.url, credentials=5)


async def test_a_slow_signer_keeps_nobody_waiting_but_those_who_want_a_badge(client, break_signer):
    def slow(good, data):
        time.sleep(SLOW_SECONDS)
        return good.sign(data)

    break_signer(slow)
    begun = time.monotonic()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(expect_badge, client, begun + SLOW_SECONDS)
        await anyio.sleep(SLOW_SECONDS / 10)
        reads = 0
        while reads < 20:
            assert (await client.get("/v1/credentials")).status_code == 200
            reads += 1
        assert time.monotonic() < begun + SLOW_SECONDS, "the readers waited for the signer"


async def expect_badge(client, earliest):
    assert (await client.post("/v1/completions", json=make_completion(1))).status_code == 201
    assert time.monotonic() > earliest


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_a_wrong_token_is_neither_answered_nor_kept(client, break_signer, monkeypatch, fault):
    """The VC-JWT is made on first demand. It holds the embedded proof as well, which must not excuse it."""
    badge = (await client.post("/v1/completions", json=make_completion(1))).json()
    break_signer(fault, algorithm=Algorithm.ES256)
    assert_problem(await client.get(badge["links"]["jwt"]), 503, "signing-fault")
    monkeypatch.undo()
    token = await client.get(badge["links"]["jwt"])
    assert token.status_code == 200
    report = await client.post("/v1/verify", content=token.content, headers={"Content-Type": "application/vc+jwt"})
    assert report.json()["verdict"] == Verdict.VALID.value
