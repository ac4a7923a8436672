"""What others ask for again and again: verifications and public documents, of credentials that a server has stored.

Ten thousand credentials take turns, so that nothing is remembered about the next one; "again" is sixty-four of them,
about which everything is.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bars import BARE_GET, BARE_POST
from figures import Programme, rate
from serving import Served, drive

from app.main import build
from app.routers.deps import Laurel
from app.services.verifying import Question, verify_submission
from app.settings import Environment, Settings
from app.verification import Verdict

CLIENTS: Final = 8
READERS: Final = 16
AGAIN: Final = 64
_ONCE: Final = 0.5  # seconds in which sixty-four are verified for certain


@dataclass(slots=True)
class Stored:
    """The stored credentials: their bytes and addresses, one a line, and how far the verifications have come.

    `turns` are the bytes again, for this process.
    """

    documents: Path
    addresses: Path
    paths: list[str]
    list_path: str
    turns: Iterator[bytes]
    next: int = 0


def stored(server: Served, folder: Path) -> Stored:
    """What the server's database in `folder` holds."""
    with closing(sqlite3.connect(folder / "laurel.sqlite3")) as connection:
        documents: list[bytes] = [row[0] for row in connection.execute("SELECT document FROM credentials LIMIT 10000")]
    found = [json.loads(document) for document in documents]
    paths = [one["id"].removeprefix(server.url("")) for one in found]
    files = folder / "documents", folder / "addresses"
    files[0].write_bytes(b"\n".join(documents))
    files[1].write_bytes(b"\n".join(json.dumps({"url": one["id"]}).encode() for one in found))
    list_path = found[0]["credentialStatus"]["statusListCredential"].removeprefix(server.url(""))
    return Stored(*files, paths, list_path, itertools.cycle(documents))


def add_verifications(server: Served, stored: Stored, asked: Programme) -> None:
    """One round of verifications over HTTP."""
    kinds = (("upload", stored.documents, "application/vc"), ("address", stored.addresses, "application/json"))
    for name, file, media_type in kinds:
        found = server.load_lines(
            "/v1/verify", file, media_type, clients=CLIENTS, seconds=asked.seconds, first=stored.next
        )
        stored.next = found["next_number"]
        asked.figures.add(f"HTTP: verify by {name}", found["rate"], "/s", client=found["busy"])
        asked.figures.add(f"HTTP: verify by {name}: p99", found["p99"], "ms")
        again = file.read_bytes().splitlines()[:AGAIN]
        for seconds in (_ONCE, asked.seconds / 2):  # the first time does not count
            found = server.load("/v1/verify", again, media_type, clients=CLIENTS, seconds=seconds, expected=200)
        asked.figures.add(f"HTTP: verify by {name}, again", found["rate"], "/s", client=found["busy"])


def add_reads(server: Served, stored: Stored, bare_port: int, asked: Programme) -> None:
    """One round of public documents, next to an application that does nothing."""
    paths = {
        "credential JSON": [f"{path}.json" for path in stored.paths[:AGAIN]],
        "credential JSON, 10,000 in turn": [f"{path}.json" for path in stored.paths],
        "status list": [stored.list_path],
    }
    bare = {"port": bare_port, "clients": READERS, "seconds": asked.seconds / 2, "cpu": asked.client_cpu}
    found = drive({**bare, "method": "GET", "path": "/credentials/one.json"}, 200)
    asked.figures.add(BARE_GET, found["rate"], "/s", client=found["busy"])
    found = drive({**bare, "method": "POST", "path": "/v1/completions", "bodies": ["{}"]}, 201)
    asked.figures.add(BARE_POST, found["rate"], "/s", client=found["busy"])
    for path in (*paths["credential JSON"], stored.list_path):  # the first time does not count
        server.get(server.url(path))
    for name, each in paths.items():
        found = server.load_gets(each, clients=READERS, seconds=asked.seconds / 2, Accept="application/vc")
        asked.figures.add(f"HTTP: GET {name}", found["rate"], "/s", client=found["busy"])
        asked.figures.add(f"HTTP: GET {name}: p99", found["p99"], "ms")


@contextmanager
def beside(server: Served, folder: Path) -> Iterator[Laurel]:
    """The same database in this process, without HTTP."""
    settings = Settings(environment=Environment.DEVELOPMENT, data_dir=folder, public_url=server.url(""))
    laurel = build(settings)
    try:
        yield laurel
    finally:
        laurel.close()


def add_verifications_in_process(laurel: Laurel, stored: Stored, asked: Programme) -> None:
    now = laurel.clock()

    def verify() -> None:
        report = verify_submission(
            laurel.database, next(stored.turns), Question(now), instance=laurel.instance, now=now
        )
        if report.verdict is not Verdict.VALID:
            raise SystemExit(report.summary)

    asked.figures.add("in process: verify", rate(verify, asked.seconds / 2), "/s")
