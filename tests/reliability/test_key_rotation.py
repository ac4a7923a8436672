"""Keys change under load, and processes are killed meanwhile: no award fails, and every badge verifies."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from app.storage import Database
from tests.reliability.ledger import assert_whole
from tests.reliability.posting import Journal, in_background, post_all, some_with_keys
from tests.reliability.processes import run_command

ROTATIONS = 100
COMPLETIONS = 200
RESIGNED = 600  # more than two chunks
KEYS = "/v1/issuers/riverside/keys"


@pytest.mark.slow
def test_a_hundred_rotations_under_load(place):
    """Three at once, then one that is set for the next second: it takes over by itself, or with the next one."""
    journal = Journal()
    with place.server() as server, place.client(server) as client:
        finish = in_background(lambda: post_all(client, some_with_keys(COMPLETIONS), journal, clients=4))
        for number in range(ROTATIONS):
            soon = datetime.now(UTC) + timedelta(seconds=1)
            at = soon.strftime("%Y-%m-%dT%H:%M:%SZ") if number % 4 == 3 else None
            client.post(f"{KEYS}:rotate", json={"at": at}).raise_for_status()
        finish()
        found = client.get(KEYS).raise_for_status().json()["items"]
        for address in list(journal.acknowledged.values())[::40]:
            token = client.get(f"{urlsplit(address).path}.jwt").raise_for_status().content
            report = client.post("/v1/verify", content=token, headers={"Content-Type": "text/plain"}).json()
            assert report["verdict"] == "valid", report
    assert journal.statuses == Counter({201: COMPLETIONS})
    assert not journal.unanswered
    assert len({key["kid"] for key in found if key["signed"]}) > 5, "the rotations came before or after the badges"
    assert sum(key["signed"] for key in found) == COMPLETIONS
    assert_whole(place.url, credentials=COMPLETIONS)
    assert_every_badge_verifies(place)


@pytest.mark.slow
def test_signing_again_is_killed_and_begun_again(place):
    journal = Journal()
    with place.server() as server, place.client(server) as client:
        post_all(client, some_with_keys(RESIGNED), journal)
        old = next(key["kid"] for key in client.get(KEYS).json()["items"] if key["signed"])
        client.post(f"{KEYS}:rotate", json={}).raise_for_status()
    before = documents(place)
    command = [str(Path(sys.executable).with_name("laurel")), "key", "resign", "riverside", old]
    environment = os.environ | place.environment | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        first = process.stdout.readline()
        process.kill()
    assert " to go" in first
    between = documents(place)
    done = [name for name in before if between[name] != before[name]]
    assert 0 < len(done) < RESIGNED
    assert superseded(place) == {name: before[name] for name in done}
    status, said = run_command(command[1:], place.environment, place.folder / "resign.log")
    assert (status, f"{RESIGNED - len(done)} badges signed again, 0 left" in said) == (0, True), said
    assert superseded(place) == before  # each once, whatever happened
    status, said = run_command(command[1:], place.environment, place.folder / "again.log")
    assert (status, "0 badges signed again, 0 left" in said) == (0, True), said
    assert_every_badge_verifies(place)


def assert_every_badge_verifies(place):
    """It takes its time: the document of an issuer with two hundred keys is read anew for each badge."""
    command = [str(Path(sys.executable).with_name("laurel")), "fsck"]
    done = subprocess.run(
        command, env=os.environ | place.environment, capture_output=True, text=True, timeout=400, check=False
    )
    assert (done.returncode, ", 0 findings." in done.stdout) == (0, True), done


def documents(place):
    return rows(place, "SELECT id, sha256 FROM credentials")


def superseded(place):
    return rows(place, "SELECT credential_id, sha256 FROM superseded_documents")


def rows(place, query):
    database = Database.open(place.url)
    try:
        with database.reading() as session:
            found = session.execute(text(query)).all()
    finally:
        database.close()
    assert len(found) == len(dict(found))
    return {str(name).replace("-", ""): bytes(digest) for name, digest in found}
