"""A real `laurel serve` in a process of its own, on SQLite in a new folder, with one issuer ready to award."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from app.cli.samples import ACHIEVEMENTS, COMPLETIONS, ISSUER

_LAUREL: Final = str(Path(sys.executable).with_name("laurel"))
_LOAD: Final = Path(__file__).with_name("load.py")
_START_SECONDS: Final = 30.0
_MIB: Final = 1024

# The first sample: a rubric, two pieces of evidence, an assessor; 121 quads are typical, this one has some more.
COMPLETION: Final[dict[str, Any]] = {**COMPLETIONS[0], "externalId": "@" * 10}


@dataclass(slots=True)
class Served:
    """The running server and how to reach it."""

    port: int
    process: subprocess.Popen[bytes]
    key: str = field(repr=False)
    number: int = 0

    def post(self, path: str, body: object) -> dict[str, Any]:
        request = urllib.request.Request(self.url(path), json.dumps(body).encode(), self._headers(), method="POST")
        with urllib.request.urlopen(request) as answer:
            return dict(json.load(answer))

    def get(self, url: str) -> bytes:
        with urllib.request.urlopen(url) as answer:
            return bytes(answer.read())

    def url(self, path: str) -> str:
        return f"http://localhost:{self.port}{path}"

    def award(self) -> dict[str, Any]:
        """One credential, as the API shows it."""
        self.number += 1
        return self.post("/v1/completions", {**COMPLETION, "externalId": f"one-{self.number}"})

    def load(
        self, path: str, bodies: Sequence[bytes], media_type: str, *, clients: int, seconds: float, expected: int
    ) -> dict[str, Any]:
        """What the client of `load.py` saw. Ends the programme when an answer was not the expected one."""
        plan = {
            "port": self.port,
            "clients": clients,
            "seconds": seconds,
            "first_number": self.number,
            "method": "POST",
            "path": path,
            "headers": self._headers(media_type),
            "bodies": [body.decode() for body in bodies],
        }
        before = self._cpu_seconds()
        ran = subprocess.run(
            [sys.executable, str(_LOAD)], input=json.dumps(plan).encode(), stdout=subprocess.PIPE, check=True
        )
        found: dict[str, Any] = json.loads(ran.stdout)
        if set(found["statuses"]) != {str(expected)}:
            sys.exit(f"POST {path} was answered with {found['statuses']}")
        self.number = found["next_number"]
        found["cpu"] = (self._cpu_seconds() - before) * 1_000 / found["statuses"][str(expected)]
        return found

    def resident(self) -> float:
        """Resident memory of the server, in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(found[1]) / _MIB if found else 0.0

    def _cpu_seconds(self) -> float:
        """What the server has used so far, in user and system mode (proc(5), fields 14 and 15)."""
        after_name = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")

    def _headers(self, media_type: str = "application/json") -> dict[str, str]:
        return {"Content-Type": media_type, "Authorization": f"Bearer {self.key}"}


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """A server that keeps everything in `folder`; it has ended when the block has."""
    port = _free_port()
    environment = _environment(folder, port)
    _run("migrate", environment)
    key = _run("apikey create bench", environment).strip()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([_LAUREL, "serve"], env=environment, stdout=log, stderr=log)
    try:
        server = Served(port, process, key)
        _wait(server)
        server.post("/v1/issuers", ISSUER)
        slug = COMPLETION["achievement"]
        server.post("/v1/achievements", {"slug": slug, "issuer": ISSUER["slug"], **ACHIEVEMENTS[slug]})
        yield server
    finally:
        process.terminate()
        process.wait(_START_SECONDS)


def _environment(folder: Path, port: int) -> Mapping[str, str]:
    ours = {
        "LAUREL_ENVIRONMENT": "development",
        "LAUREL_DATA_DIR": str(folder),
        "LAUREL_PORT": str(port),
        "LAUREL_PUBLIC_URL": f"http://localhost:{port}",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LAUREL_")}
    return {**inherited, **ours}


def _run(command: str, environment: Mapping[str, str]) -> str:
    ran = subprocess.run([_LAUREL, *command.split()], env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        sys.exit(ran.stderr)
    return ran.stdout


def _wait(server: Served) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and server.process.poll() is None:
        try:
            server.get(server.url("/readyz"))
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
        else:
            return
    sys.exit("The server did not start; its log is in the folder.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
