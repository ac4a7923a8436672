"""SQLite without room: a problem document instead of a badge, reading goes on, and it mends itself with new room."""

from __future__ import annotations

import random
import resource
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import make_url

from tests.problem import assert_problem
from tests.reliability.figures import found_whole
from tests.reliability.ledger import assert_whole
from tests.reliability.posting import Posted, make_completion, send
from tests.reliability.processes import InstalledServer
from tests.reliability.scale import limit

MOST = 400  # posts until it must be full
RESUME_SECONDS = limit(5.0)


@pytest.mark.anyio
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_database_may_not_grow(app, client, place):
    database = app.state.laurel.database
    limit_pages(database, spare=20)
    number, refused = await post_until_refused(client)
    assert_problem(refused, 507, "storage-full")
    assert int(refused.headers["Retry-After"]) > 0
    assert_whole(place.url, credentials=number)
    batch = (await client.post("/v1/completions:batch", json=[make_completion(n) for n in range(number, MOST)])).json()
    assert (batch["issued"], {outcome["problem"]["status"] for outcome in batch["outcomes"]}) == (0, {507})
    assert (await client.get("/v1/credentials")).status_code == 200
    limit_pages(database, spare=10_000)
    assert (await client.post("/v1/completions", json=make_completion(number))).status_code == 201
    assert_whole(place.url, credentials=number + 1)


async def post_until_refused(client):
    for number in range(MOST):
        response = await client.post("/v1/completions", json=make_completion(number))
        if response.status_code != 201:
            return number, response
    raise AssertionError("the limit did nothing")


def limit_pages(database, *, spare):
    """Of the one connection that writes; other processes know nothing of it."""
    with database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        used = driver.execute("PRAGMA page_count").fetchone()[0]
        driver.execute(f"PRAGMA max_page_count = {used + spare}").fetchone()


def test_the_files_of_the_process_may_not_grow(sqlite_place):
    """The operating system cuts writes short in the middle of a page, as a quota or a failing disk would."""
    place = sqlite_place
    with place.server() as server, place.client(server) as client:
        for number in range(3):
            assert send(client, Posted(make_completion(number))).status_code == 201
        limit_files(server.pid, wal_of(place.url).stat().st_size + 6_000)
        number, refused = fill(client, first=3)
        assert refused.status_code in (503, 507)
        assert int(refused.headers["Retry-After"]) > 0
        assert_serves(client, credentials=number)
        limit_files(server.pid, resource.RLIM_INFINITY)
        assert send(client, Posted(make_completion(number))).status_code == 201
    assert_whole(place.url, credentials=number + 1)
    assert_undamaged(place.url)


def limit_files(pid, most):
    """No file of the process may become longer. Python leaves SIGXFSZ ignored, so a write fails instead of killing."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


def wal_of(url):
    return Path(f"{make_url(url).database}-wal")


def fill(client, *, first):
    """Posts until one is refused, `(its number, the answer)`."""
    for number in range(first, MOST):
        response = send(client, Posted(make_completion(number)))
        if response.status_code != 201:
            return number, response
    raise AssertionError("the limit did nothing")


def assert_serves(client, *, credentials):
    assert client.get("/healthz").status_code == 200
    listed = client.get("/v1/credentials", params={"limit": 100})
    assert len(listed.json()["items"]) == min(credentials, 100)


MOUNT = ["unshare", "--map-root-user", "--mount"]


class SmallDiskServer(InstalledServer):
    """On a file system of its own in memory, which ends with the process."""

    def __init__(self, place, disk):
        environment = {**place.environment, "LAUREL_DATABASE_URL": f"sqlite:///{disk}/laurel.sqlite3"}
        super().__init__(environment, place.folder / "server.log")
        script = 'mount -t tmpfs -o size=3m none "$0" && cp "$1" "$0/laurel.sqlite3" && exec "$2" serve'
        self.command = [*MOUNT, "sh", "-c", script, str(disk), make_url(place.url).database, self.command[0]]
        self._disk = disk

    @property
    def disk(self):
        """The folder as only the process sees it."""
        return Path(f"/proc/{self.pid}/root{self._disk}")


def test_a_disk_that_is_really_full(sqlite_place, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if not may_mount(disk):
        pytest.skip("no file system may be mounted here")
    with SmallDiskServer(sqlite_place, disk) as server, sqlite_place.client(server) as client:
        filler = fill_up(server.disk, spare=300_000)
        number, refused = fill(client, first=0)
        assert_problem(refused, 507, "storage-full")
        assert_problem(put_picture(client), 507, "storage-full")
        assert_serves(client, credentials=number)
        filler.unlink()
        freed = time.monotonic()
        while send(client, Posted(make_completion(number))).status_code != 201:
            assert time.monotonic() < freed + RESUME_SECONDS
        resumed = time.monotonic() - freed
        assert put_picture(client).status_code == 200
        copied = copy_database(server.disk, tmp_path / "copy")
    assert_whole(copied, credentials=number + 1)
    assert_undamaged(copied)
    found_whole("a full disk", "sqlite", 1, "disk", badges_until_then=number, resumed_after=f"{resumed:.2f} s")


def put_picture(client):
    """A large one, of noise: nothing of it can be saved by compression."""
    side = 600
    noise = Image.frombytes("L", (side, side), random.Random(1).randbytes(side * side))
    noise.save(raw := BytesIO(), "PNG")
    achievement = client.get("/v1/achievements").json()["items"][0]["id"].rpartition("/")[2]
    headers = {"Content-Type": "image/png"}
    return client.put(f"/v1/achievements/{achievement}/image", content=raw.getvalue(), headers=headers)


def assert_undamaged(url):
    with closing(sqlite3.connect(make_url(url).database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def may_mount(disk):
    if shutil.which("unshare") is None:
        return False
    command = [*MOUNT, "mount", "-t", "tmpfs", "none", str(disk)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def fill_up(disk, *, spare):
    """A file that leaves so many bytes free."""
    filler = disk / "filler"
    free = shutil.disk_usage(disk).free
    filler.write_bytes(bytes(free - spare))
    return filler


def copy_database(disk, folder):
    """Of a server that has nothing to do: the file and what its log holds. SQLite itself cannot follow such a path."""
    folder.mkdir()
    for name in ("laurel.sqlite3", "laurel.sqlite3-wal"):
        shutil.copyfile(disk / name, folder / name)
    return f"sqlite:///{folder}/laurel.sqlite3"
