"""Awards a second and the memory they take: through HTTP to a real server, one by one and as a batch of 10,000.

    python bench/issue.py [--rounds 3] [--seconds 4] [--folder DIR] [--json] [--pin] [--postgresql]

Every answer counted is a signed credential that our own verifier has judged and the disk holds (SQLite, synchronous
FULL; PostgreSQL with its default, durable settings).
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from bars import POSTGRESQL_COMMIT
from figures import Programme, arguments, measuring
from memory import settled, watched
from postgresql import commits_a_second, postgresql
from pydantic import TypeAdapter
from serving import COMPLETION, Served, served

from app.routers.awarding import to_completion
from app.schemas.completions import CompletionIn
from app.services.completions import Completion

CLIENTS: Final = (1, 8, 32)
MANY_CLIENTS: Final = CLIENTS[-1]
BATCH_ROWS: Final = 10_000
_BATCH_SECONDS: Final = 120.0  # to give up after
_ISSUED: Final = '"outcome":"issued"'
_READER: Final = TypeAdapter(CompletionIn)


def main() -> None:
    parser = arguments("issue.py")
    parser.add_argument("--postgresql", action="store_true", help="store in PostgreSQL")
    parsed = parser.parse_args()
    with measuring(parsed) as asked:
        if parsed.postgresql:
            with postgresql(asked.folder) as url, on_postgresql(asked, url) as server:
                for _ in range(asked.rounds):
                    add_postgresql(server, url, asked)
        else:
            with served(asked.folder, cpu=asked.server_cpu, client_cpu=asked.client_cpu) as server:
                for _ in range(asked.rounds):
                    for clients in CLIENTS:
                        add_awards(server, clients, asked)
                    add_batch(server, asked)
                asked.figures.add("resident after all of it", server.resident(), "MB")
    asked.figures.print(as_json=parsed.json)


def on_postgresql(asked: Programme, url: str) -> AbstractContextManager[Served]:
    """The server as `served` gives it, with its rows in that database."""
    folder = asked.folder / "postgresql-server"
    folder.mkdir()
    return served(folder, database_url=url, cpu=asked.server_cpu, client_cpu=asked.client_cpu)


def add_awards(server: Served, clients: int, asked: Programme, *, where: str = "") -> None:
    """One round of single awards; `where` is a word for the database when it is not SQLite."""
    body = json.dumps(COMPLETION, separators=(",", ":")).encode()
    found = server.load(
        "/v1/completions", [body], "application/json", clients=clients, seconds=asked.seconds, expected=201
    )
    label = f"HTTP, {'1 client' if clients == 1 else f'{clients} clients'}{where}"
    asked.figures.add(f"{label}: awards", found["rate"], "/s", client=found["busy"])
    for name in ("p50", "p99"):
        asked.figures.add(f"{label}: {name}", found[name], "ms")
    asked.figures.add(f"{label}: CPU of the server", found["cpu"], "ms each")


def add_postgresql(server: Served, url: str, asked: Programme) -> None:
    asked.figures.add(POSTGRESQL_COMMIT, commits_a_second(url, asked.seconds / 4), "/s")
    add_awards(server, MANY_CLIENTS, asked, where=", PostgreSQL")


def add_batch(server: Served, asked: Programme) -> None:
    """One round of one batch. Its growth is what the server held at most, beyond what it held before."""
    file = asked.folder / "batch.ndjson"
    if not file.exists():
        write_batch(file)
    before = settled(server.process.pid)
    with watched(server.process.pid) as memory:
        found = server.load_file("/v1/completions:batch", file, seconds=_BATCH_SECONDS, count=_ISSUED)
    if found["found"] != BATCH_ROWS:
        raise SystemExit(f"{found['found']} of {BATCH_ROWS} rows were issued")
    label = "batch of 10,000"
    asked.figures.add(f"{label}: time", found["seconds"], "s")
    asked.figures.add(f"{label}: awards", BATCH_ROWS / found["seconds"], "/s")
    asked.figures.add(f"{label}: growth of the server", memory.own - before, "MB")
    asked.figures.add(f"{label}: processes it started", memory.children, "MB")


def write_batch(file: Path) -> None:
    """NDJSON whose rows are new each time that it is posted."""
    rows = (batch_row(row, COMPLETION["externalId"]) for row in range(BATCH_ROWS))
    file.write_bytes(b"\n".join(json.dumps(row, separators=(",", ":")).encode() for row in rows) + b"\n")


def batch_row(number: int, batch: str) -> dict[str, Any]:
    """The sample completion for learner `number`."""
    learner = {"name": f"Learner {number}", "email": f"learner-{number}@riverside.example"}
    return {**COMPLETION, "externalId": f"{batch}-{number}", "learner": learner}


def completions(count: int) -> list[Completion]:
    """As the API would read them, each of a learner of its own and never used before."""
    batch = str(uuid4())
    return [to_completion(_READER.validate_python(batch_row(number, batch))) for number in range(count)]


if __name__ == "__main__":
    main()
