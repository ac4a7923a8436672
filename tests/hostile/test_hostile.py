"""Every hostile sample, judged in this process and by the service: the right outcome, soon, and nobody is asked."""

from __future__ import annotations

import time

import pytest

from tests.hostile.generate.families import samples
from tests.hostile.generate.sample import CANARY, Expect
from tests.hostile.judging import OF_VERDICT, fate_of
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio

MOST_SECONDS = 2.0  # security.md: uploads
VERDICTS = {verdict.value: expect for verdict, expect in OF_VERDICT.items()}
STATUS_OF = {"malformed-json": 400, "malformed-document": 400, "malformed-image": 400, "too-large": 413}


EACH = [pytest.param(sample, id=sample.name) for sample in samples()]


@pytest.mark.parametrize("sample", EACH)
def test_judged_in_this_process(sample, connections):
    fate = fate_of(sample)
    assert fate.outcome in sample.expect, fate.explain()
    assert fate.seconds < MOST_SECONDS
    assert connections == []
    assert sample.evidence is not None or fate.asked == []
    if fate.report is not None:
        shown = fate.report.credential is not None
        assert shown or fate.report.recipient is None
        # What is shown was signed by the issuer.
        assert not shown or fate.report.check("proof").outcome.value == "passed"


@pytest.mark.parametrize("sample", EACH)
async def test_judged_by_the_service(client, world, sample, connections):
    world.show(sample)
    raw = sample.build()
    began = time.process_time()
    response = await client.post("/v1/verify", content=raw, headers={"Content-Type": "application/octet-stream"})
    assert time.process_time() - began < MOST_SECONDS
    assert _outcome(response) in sample.expect, response.text[:2_000]
    assert connections == []
    assert sample.evidence is not None or world.asked == []
    if response.status_code == 200 and response.json()["credential"] is None:
        assert CANARY not in response.text
    if sample.family == "json":
        await _ask_as_json(client, raw, sample)


def _outcome(response) -> Expect:
    """What the answer means; a problem has the form that all problems have."""
    if response.status_code == 200:
        return VERDICTS[response.json()["verdict"]]
    code = response.json()["type"].rpartition("/")[2]
    assert_problem(response, STATUS_OF[code], code)
    return Expect.PROBLEM


async def _ask_as_json(client, raw, sample):
    """The same where JSON may also be a question: {"url": …} or {"credential": …}."""
    response = await client.post("/v1/verify", content=raw, headers={"Content-Type": "application/json"})
    assert response.status_code in (200, 400, 413, 422), response.text[:2_000]
    assert response.status_code != 200 or VERDICTS[response.json()["verdict"]] in sample.expect


ASKING = [pytest.param(sample, id=sample.name) for sample in samples() if sample.evidence is not None]


@pytest.mark.parametrize("sample", ASKING)
async def test_the_real_fetcher_goes_nowhere(fetching_client, sample, connections):
    """Whatever a sample names, no machine is connected to: what its addresses spell is no place on the internet."""
    response = await fetching_client.post(
        "/v1/verify", content=sample.build(), headers={"Content-Type": "application/octet-stream"}
    )
    assert response.status_code in (200, 400, 413)
    assert connections == []
