"""Every step of a revocation fails once, before and after it took effect: by an error, and by kill -9.

Answered with 200, it is seen at once by everybody: in the published list, on the page, in the report, by the issuer.
Not answered, it may have happened or not, but never by half: a bit without its record, a record without its bit or its
line in the audit log, a list of new bits under the old version.
"""

from __future__ import annotations

import signal
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

import anyio
import pytest
from sqlalchemy import select

from app.models import AuditEvent, StatusChange, StatusList
from app.openbadges import decode_bitstring, entry_value
from app.services import revoking
from app.services.fsck_rows import row_findings
from app.storage import Database
from tests.problem import assert_problem
from tests.reliability.figures import found_whole
from tests.reliability.ledger import assert_whole
from tests.reliability.posting import make_completion
from tests.reliability.processes import in_process_of_its_own
from tests.reliability.scale import LONG
from tests.reliability.steps import Fault, Steps, When, stepwise
from tests.reliability.test_each_step import service
from tests.reliability.traffic import path_of, uuid_of

pytestmark = pytest.mark.anyio
REASON = "a mistake"
ROWS = 2  # in one transaction, so that many take several
LAST_STEPS = 3  # of those where the process is killed too, in the short form
_numbers = count()


@dataclass(frozen=True)
class Asked:
    """A revocation that is about to be asked for, and what stands before it."""

    path: str
    body: dict
    badges: tuple[dict, ...]  # as they were issued
    versions: dict

    async def send(self, client):
        return await client.post(self.path, json=self.body)


async def one(place, client):
    [badge] = await issue(client, 1)
    path = f"/v1/credentials/{uuid_of(badge['id'])}:revoke"
    return Asked(path, {"reason": REASON}, (badge,), versions(place.url))


async def many(place, client):
    """Three by a filter, in two transactions, after their dry run."""
    badges = await issue(client, ROWS + 1)
    body = {"filter": {"source": badges[0]["source"]}, "reason": REASON}
    seen = await client.post("/v1/credentials:revoke", json={**body, "dryRun": True})
    assert seen.json()["count"] == len(badges), seen.text
    confirmation = seen.json()["confirmation"]
    return Asked("/v1/credentials:revoke", {**body, "confirmation": confirmation}, badges, versions(place.url))


KINDS = {"one revocation": one, "revocations by filter": many}
SHORT = {"sqlite": many, "postgresql": one}  # in the short form, one of them on each database
ERRING = [
    pytest.param(dialect, make, id=f"{dialect}-{kind}")
    for dialect, short in SHORT.items()
    for kind, make in KINDS.items()
    if LONG or make is short
]
DEADLY = KINDS if LONG else {"revocations by filter": many}


@pytest.fixture(autouse=True)
def _in_twos(monkeypatch):
    monkeypatch.setattr(revoking, "ROWS", ROWS)


@pytest.mark.parametrize(("database_url", "make"), ERRING, indirect=["database_url"])
async def test_an_error_at_each_step_of_revoking(place, make):
    happened = Counter()
    async with service(place) as (_, other):
        names = await count_steps(place, make, other)
        faults = [Fault(step, when) for step in range(len(names)) for when in When]
        for fault in faults:
            asked, what = await make(place, other), told(fault, names)
            async with service(place) as (laurel, client):
                await bit_of(client, asked.badges[0])
                with stepwise(laurel, Steps(fault)) as steps:
                    assert_problem(await asked.send(client), 503, "storage-unavailable")
                assert steps.names[: fault.step + 1] == names[: fault.step + 1], "not the steps that were counted"
                # By the process that met the fault, which remembers what it has signed, and by another, which does too.
                happened[await assert_not_by_half(place, client, asked, what)] += 1
            await assert_not_by_half(place, other, asked, what)
            await assert_done_by_asking_again(place, other, asked, what)
    assert happened[0], "no fault prevented anything"
    assert happened[len(asked.badges)], "no fault came after the end"
    found(make, place, "an error", faults, len(names), "faults", happened)


@pytest.mark.parametrize("make", DEADLY.values(), ids=DEADLY)
async def test_killed_at_each_step_of_revoking(place, make):
    happened = Counter()
    async with service(place) as (_, other):
        names = await count_steps(place, make, other)
        first = 0 if LONG else len(names) - LAST_STEPS
        faults = [Fault(step, when, deadly=True) for step in range(first, len(names)) for when in When]
        for fault in faults:
            asked, what = await make(place, other), told(fault, names)
            ended = in_process_of_its_own(send_and_die, place, asked, fault)
            assert ended == -signal.SIGKILL, f"{what}: {ended}"
            happened[await assert_not_by_half(place, other, asked, what)] += 1
            await assert_done_by_asking_again(place, other, asked, what)
    assert happened[len(asked.badges)], "no kill came after the end"
    found(make, place, "kill -9", faults, len(names) - first, "kills", happened)


async def test_answered_it_is_seen_at_once(place):
    """By the process that answered and by another, which both had signed the list before."""
    async with service(place) as (_, client), service(place) as (_, other):
        for make in KINDS.values():
            asked = await make(place, client)
            for each in (client, other):
                assert await seen_by(each, asked) == [False] * len(asked.badges)
            answer = await asked.send(client)
            assert answer.status_code == 200, answer.text
            for each in (client, other):
                assert await seen_by(each, asked) == [True] * len(asked.badges)


async def issue(client, wanted):
    source = f"course-{next(_numbers)}"
    badges = []
    for _ in range(wanted):
        answer = await client.post("/v1/completions", json=make_completion(next(_numbers), source=source))
        assert answer.status_code == 201, answer.text
        issued = answer.json()
        badges.append({"id": issued["id"], "source": source, "entry": issued["credential"]["credentialStatus"]})
    return tuple(badges)


async def count_steps(place, make, other):
    """Of a process that has just begun: one that had seen the API key would ask after it now and then."""
    asked = await make(place, other)
    async with service(place) as (laurel, client):
        await bit_of(client, asked.badges[0])
        with stepwise(laurel, Steps()) as steps:
            answer = await asked.send(client)
    assert answer.status_code == 200, answer.text
    assert steps.names.count("COMMIT") == (1 if make is one else 2), steps.names
    return steps.names


def send_and_die(place, asked, fault):
    revoking.ROWS = ROWS

    async def send():
        async with service(place) as (laurel, client):
            await bit_of(client, asked.badges[0])
            with stepwise(laurel, Steps(fault)):
                await asked.send(client)

    anyio.run(send)


async def assert_not_by_half(place, client, asked, told_):
    """Returns how many of them are revoked."""
    seen = await seen_by(client, asked)
    records, lines = recorded(place.url)
    ids = [uuid_of(badge["id"]) for badge in asked.badges]
    assert [id_ in records for id_ in ids] == seen, told_
    assert [lines[id_] for id_ in ids] == [int(each) for each in seen], told_
    for list_id, version in versions(place.url).items():
        changed = {records[id_] for id_ in ids if id_ in records}
        assert version > asked.versions[list_id] or list_id not in changed, f"{told_}: the version was not raised"
    assert_rows_agree(place.url)
    assert_whole(place.url)
    return sum(seen)


async def assert_done_by_asking_again(place, client, asked, told_):
    answer = await asked.send(client)
    assert answer.status_code == 200, f"{told_}: {answer.text}"
    assert await assert_not_by_half(place, client, asked, told_) == len(asked.badges)


async def seen_by(client, asked):
    """Whether each is revoked, as the issuer, a visitor, an employer and other verifiers see it: they must agree."""
    found = []
    for badge in asked.badges:
        ways = {
            "issuer": (await client.get(f"/v1/credentials/{uuid_of(badge['id'])}")).json()["status"] == "revoked",
            "page": await is_revoked_on_its_page(client, badge),
            "report": (await client.post("/v1/verify", json={"url": badge["id"]})).json()["verdict"] == "invalid",
            "list": await bit_of(client, badge),
        }
        assert len(set(ways.values())) == 1, ways
        found.append(ways["list"])
    return found


async def is_revoked_on_its_page(client, badge):
    """The reason is told there, and nowhere on the page of a badge that stands."""
    page = await client.get(path_of(badge["id"]), headers={"Accept": "text/html"})
    assert page.status_code == 200, page.text
    return REASON in page.text


async def bit_of(client, badge):
    entry = badge["entry"]
    request = client.build_request("GET", path_of(entry["statusListCredential"]), headers={"Accept": "application/vc"})
    del request.headers["Authorization"]  # who sends no key may be answered from memory
    found = (await client.send(request)).json()
    bits = decode_bitstring(found["credentialSubject"]["encodedList"])
    return bool(entry_value(bits, int(entry["statusListIndex"])))


def recorded(url):
    """(list by credential, of those that have a record; lines in the audit log by credential)."""
    with reading(url) as session:
        changes = session.execute(select(StatusChange.credential_id, StatusChange.list_id)).all()
        lines = session.scalars(select(AuditEvent.subject).where(AuditEvent.action == "credential.revoke")).all()
    return {str(change.credential_id): change.list_id for change in changes}, Counter(lines)


def versions(url):
    with reading(url) as session:
        return {row.id: row.version for row in session.scalars(select(StatusList))}


def assert_rows_agree(url):
    with reading(url) as session:
        assert list(row_findings(session)) == []


@contextmanager
def reading(url):
    database = Database.open(url)
    try:
        with database.reading() as session:
            yield session
    finally:
        database.close()


def told(fault, names):
    return f"{fault.when.value} {names[fault.step]}"


def found(make, place, what, faults, steps, of, happened):
    kind = next(kind for kind, maker in KINDS.items() if maker is make)
    seen = {"steps": steps, "revoked_nevertheless": sum(number for done, number in happened.items() if done)}
    whole = LONG or what == "an error"
    found_whole(f"{what} at each step of {kind}", place.dialect, len(faults), of, all_there_are=whole, **seen)
