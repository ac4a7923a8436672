"""Awards a second and the memory they take: through HTTP to a real server, and in process.

    python bench/issue.py [--rounds 3] [--seconds 4] [--folder DIR] [--json]

Every answer counted is a signed credential that our own verifier has judged and the disk holds (SQLite, synchronous
FULL). The first bar: 8 clients, 150 awards a second, p99 below 150 ms, less than 200 MB resident.
"""

from __future__ import annotations

import json
from uuid import uuid4

from figures import Figures, Programme, add_raw_limits, programme, rate
from pydantic import TypeAdapter
from serving import COMPLETION, Served, served

from app.main import build
from app.routers.awarding import to_completion
from app.schemas.completions import CompletionIn
from app.services.actors import TERMINAL
from app.services.completions import Completion
from app.settings import Environment, Settings

CLIENTS = (1, 8)
BATCH_ROWS = 250


def main() -> None:
    with programme("issue.py") as asked:
        with served(asked.folder) as server:
            document = server.award()["credential"]
            for _ in range(asked.rounds):
                add_raw_limits(asked.figures, document, asked.folder, asked.seconds / 4)
                for clients in CLIENTS:
                    _through_http(server, clients, asked)
            _memory(server, document["id"], asked.figures)
        _in_process(asked)


def _through_http(server: Served, clients: int, asked: Programme) -> None:
    body = json.dumps(COMPLETION, separators=(",", ":")).encode()
    found = server.load(
        "/v1/completions", [body], "application/json", clients=clients, seconds=asked.seconds, expected=201
    )
    who = "1 client" if clients == 1 else f"{clients} clients"
    asked.figures.add(f"HTTP, {who}: awards", found["rate"], "/s")
    for name in ("p50", "p99"):
        asked.figures.add(f"HTTP, {who}: {name}", found[name], "ms")
    asked.figures.add(f"HTTP, {who}: CPU of the server", found["cpu"], "ms each")
    asked.figures.add(f"HTTP, {who}: resident afterwards", server.resident(), "MiB")


def _memory(server: Served, credential: str, figures: Figures) -> None:
    """What drawing adds: fonts and typst stay loaded."""
    for form in ("png", "svg", "pdf"):
        server.get(f"{credential}.{form}")
    figures.add("HTTP: resident with fonts and typst loaded", server.resident(), "MiB")


def _in_process(asked: Programme) -> None:
    """The same database without HTTP, in one thread."""
    laurel = build(Settings(environment=Environment.DEVELOPMENT, data_dir=asked.folder))
    reader, now = TypeAdapter(CompletionIn), laurel.clock()

    def one() -> object:
        return laurel.writer.award_one(_completion(reader), actor=TERMINAL, now=now)

    def many() -> object:
        rows = [_completion(reader) for _ in range(BATCH_ROWS)]
        return list(laurel.writer.award_many(rows, actor=TERMINAL, now=now))

    for _ in range(asked.rounds):
        asked.figures.add("in process: one award, one commit", rate(one, asked.seconds), "/s")
        batches = rate(many, asked.seconds)
        asked.figures.add(f"in process: awards in batches of {BATCH_ROWS}", batches * BATCH_ROWS, "/s")
    laurel.database.close()


def _completion(reader: TypeAdapter[CompletionIn]) -> Completion:
    return to_completion(reader.validate_python({**COMPLETION, "externalId": str(uuid4())}))


if __name__ == "__main__":
    main()
