"""Public documents a second: a credential's JSON, its status list, its issuer's DID document; new and unchanged.

    python bench/reads.py [--rounds 3] [--seconds 4] [--folder DIR] [--json] [--pin]

Next to them, in the same run, an application that does nothing (`bare.py`). It sends two headers where a public
document has fourteen; those alone cost some 4 µs of each answer. "While awarding" is measured while another
process stores a credential every 20 ms: what is kept of a list stays right then, what is kept of a DID document has to
be made again.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bars import BARE_GET
from figures import Programme, programme
from serving import Served, bare_server, drive, served

CLIENTS: Final = 16
_ACCEPT: Final = "application/vc"
_AWARDS: Final = """
import sys, time
from app.cli.samples import COMPLETIONS
from app.main import build
from app.routers.awarding import to_completion
from app.routers.observability import configure_logging
from app.schemas.completions import CompletionIn
from app.services.actors import TERMINAL
from app.settings import Settings

configure_logging("json", "error")
laurel = build(Settings(environment="development", data_dir=sys.argv[1], public_url=sys.argv[2]))
for number in range(1_000_000):
    completion = CompletionIn.model_validate({**COMPLETIONS[0], "externalId": f"beside-{number}-{time.time_ns()}"})
    laurel.writer.award_one(to_completion(completion), actor=TERMINAL, now=laurel.clock())
    print(number, flush=True)
    time.sleep(0.02)
"""


def main() -> None:
    with (
        programme("reads.py") as asked,
        served(asked.folder, cpu=asked.server_cpu, client_cpu=asked.client_cpu) as server,
        bare_server(cpu=asked.server_cpu) as bare_port,
    ):
        credential = server.award()["credential"]
        path = f"{credential['id']}.json".removeprefix(server.url(""))
        paths = {
            "credential JSON": path,
            "status list": credential["credentialStatus"]["statusListCredential"].removeprefix(server.url("")),
            "did.json": f"/issuers/{credential['issuer']['id'].rpartition(':')[2]}/did.json",
        }
        for _ in range(asked.rounds):
            _bare(bare_port, path, asked)
            for name, each in paths.items():
                _get(server, name, each, asked)
            _get(server, "credential JSON, unchanged", path, asked, expected=304)
            with _awarding(server, asked):
                for name, each in paths.items():
                    _get(server, f"{name}, while awarding", each, asked)
        asked.figures.add("resident after all of it", server.resident(), "MB")


def _bare(port: int, path: str, asked: Programme) -> None:
    plan = {"port": port, "clients": CLIENTS, "seconds": asked.seconds, "method": "GET", "path": path}
    found = drive({**plan, "cpu": asked.client_cpu, "headers": {"Accept": _ACCEPT}}, 200)
    asked.figures.add(BARE_GET, found["rate"], "/s", client=found["busy"])


def _get(server: Served, name: str, path: str, asked: Programme, *, expected: int = 200) -> None:
    headers = {"Accept": _ACCEPT} | ({"If-None-Match": "*"} if expected == 304 else {})
    plan = {"clients": CLIENTS, "seconds": asked.seconds, "method": "GET", "path": path, "headers": headers}
    found = server.run(plan, expected=expected)
    label = f"HTTP: GET {name}"
    asked.figures.add(label, found["rate"], "/s", client=found["busy"])
    asked.figures.add(f"{label}: p99", found["p99"], "ms")
    asked.figures.add(f"{label}: CPU of the server", found["cpu"] * 1_000, "µs each")


@contextmanager
def _awarding(server: Served, asked: Programme) -> Iterator[None]:
    """Another process that stores credentials in the same file, all the while."""
    command = [sys.executable, "-c", _AWARDS, str(asked.folder), server.url("")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        if process.stdout is None or process.stdout.readline() != b"0\n":
            raise SystemExit("The process that awards does not.")
        try:
            yield
        finally:
            process.kill()


if __name__ == "__main__":
    main()
