"""`make bench`: everything in one run, next to the limits of the machine, as a table and as JSON.

    python bench/run.py [--quick] [--rounds 3] [--seconds 4] [--folder DIR] [--pin] [--results FILE] [--json]
    python bench/run.py --scale [options of scale.py]

A round measures each row once, so that all rows share the noise of the machine; the rows of the table are in the order
of the measurements. Takes some four minutes, or less than one with --quick, whose single round is for a look only.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import inside
import issue
import pages
import scale
from figures import RESULTS, Programme, add_limits, arguments, measuring
from memory import settled
from postgresql import postgresql
from serving import Served, bare_server, served
from stored import (
    Stored,
    add_reads,
    add_verifications,
    add_verifications_in_process,
    beside,
    stored,
)

from app.routers.deps import Laurel

_QUICK_SECONDS: Final = 0.8
_IN_PROCESS: Final = 4  # a figure without HTTP is steady in a fourth of the time


def main(argv: list[str]) -> None:
    if "--scale" in argv:
        scale.main([argument for argument in argv if argument != "--scale"])
        return
    parser = arguments("run.py")
    parser.add_argument("--quick", action="store_true", help="one short round, for a look")
    parser.add_argument("--results", type=Path, default=RESULTS / "bench.json", help="where the JSON is written")
    parsed = parser.parse_args(argv)
    if parsed.quick:
        parsed.rounds, parsed.seconds = 1, _QUICK_SECONDS
    with measuring(parsed) as asked, on_stage(asked) as stage:
        for _ in range(asked.rounds):
            stage.round()
        stage.end()
    asked.figures.print(as_json=parsed.json)
    asked.figures.write(parsed.results)
    print(f"written to {parsed.results}", file=sys.stderr)


@dataclass(slots=True)
class Stage:
    """What the rounds share: ours on SQLite and on PostgreSQL, a server that does nothing, and what is stored."""

    asked: Programme
    server: Served
    bare_port: int
    postgresql_url: str
    on_postgresql: Served
    beside: Laurel
    issuing: inside.Issuing = field(default_factory=inside.Issuing)
    stored: Stored | None = None

    def round(self) -> None:
        asked, server = self.asked, self.server
        short = asked.seconds / _IN_PROCESS
        add_limits(asked.figures, asked.folder, short)
        inside.add_canonicalisation(asked.figures, self.issuing, short)
        self.issuing.add(asked.figures, short)
        pages.add_drawings(asked.figures, short)
        for clients in issue.CLIENTS:
            issue.add_awards(server, clients, asked)
        issue.add_batch(server, asked)
        issue.add_postgresql(self.on_postgresql, self.postgresql_url, asked)
        if self.stored is None:
            self.stored = stored(server, asked.folder)
        add_verifications_in_process(self.beside, self.stored, asked)
        add_verifications(server, self.stored, asked)
        add_reads(server, self.stored, self.bare_port, asked)

    def end(self) -> None:
        """What the serving process holds in the end, and once it has drawn as well: fonts and typst stay loaded."""
        figures, pid = self.asked.figures, self.server.process.pid
        figures.add("resident after all of it", settled(pid), "MB")
        if self.stored is not None:
            for form in ("png", "svg", "pdf"):
                self.server.get(self.server.url(f"{self.stored.paths[0]}.{form}"))
        figures.add("resident with fonts and typst loaded", settled(pid), "MB")


@contextmanager
def on_stage(asked: Programme) -> Iterator[Stage]:
    with (
        served(asked.folder, cpu=asked.server_cpu, client_cpu=asked.client_cpu) as server,
        bare_server(cpu=asked.server_cpu) as bare_port,
        postgresql(asked.folder) as url,
        issue.on_postgresql(asked, url) as second,
        beside(server, asked.folder) as laurel,
    ):
        yield Stage(asked, server, bare_port, url, second, laurel)


if __name__ == "__main__":
    main(sys.argv[1:])
