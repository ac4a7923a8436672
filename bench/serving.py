"""A real `laurel serve` in a process of its own, in a new folder, with one issuer ready to award; and its client."""

from __future__ import annotations

import json
import os
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

import memory

from app.cli.samples import ACHIEVEMENTS, COMPLETIONS, ISSUER

_LAUREL: Final = str(Path(sys.executable).with_name("laurel"))
_LOAD: Final = Path(__file__).with_name("load.py")
_BARE: Final = Path(__file__).with_name("bare.py")
_START_SECONDS: Final = 30.0
NDJSON: Final = "application/x-ndjson"

# The first sample: a rubric, two pieces of evidence, an assessor; 121 quads are typical, this one has some more.
COMPLETION: Final[dict[str, Any]] = {**COMPLETIONS[0], "externalId": "@" * 10}


@dataclass(slots=True)
class Served:
    """The running server and how to reach it."""

    port: int
    process: subprocess.Popen[bytes]
    key: str = field(repr=False)
    number: int = 0
    client_cpu: int | None = None

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
        """POSTs: see `run`."""
        return self.run(
            {
                "clients": clients,
                "seconds": seconds,
                "method": "POST",
                "path": path,
                "headers": self._headers(media_type),
                "bodies": [body.decode(errors="surrogateescape") for body in bodies],  # images, too
            },
            expected=expected,
        )

    def load_lines(
        self, path: str, file: Path, media_type: str, *, clients: int, seconds: float, first: int = 0
    ) -> dict[str, Any]:
        """POSTs of the lines of a file, which take turns from line `first` on: see `run`."""
        plan = {
            "clients": clients,
            "seconds": seconds,
            "method": "POST",
            "path": path,
            "headers": self._headers(media_type),
            "body_lines": str(file),
            "first_number": first,
        }
        return self.run(plan, expected=200)

    def load_gets(self, paths: Sequence[str], *, clients: int, seconds: float, **headers: str) -> dict[str, Any]:
        """GETs of paths that take turns: see `run`."""
        plan = {"clients": clients, "seconds": seconds, "method": "GET", "paths": list(paths), "headers": headers}
        return self.run(plan, expected=200)

    def load_file(self, path: str, file: Path, *, seconds: float, count: str) -> dict[str, Any]:
        """One POST of NDJSON, answered in NDJSON; how often `count` occurs in the answer is `found`. See `run`."""
        plan = {
            "clients": 1,
            "requests": 1,
            "seconds": seconds,
            "method": "POST",
            "path": path,
            "headers": self._headers(NDJSON) | {"Accept": NDJSON},
            "body_file": str(file),
            "count": count,
        }
        return self.run(plan, expected=200)

    def run(self, plan: dict[str, Any], *, expected: int) -> dict[str, Any]:
        """What the client of `load.py` saw, and `cpu`: the server's processor time for each request, in ms.

        Ends the programme when an answer was not the expected one.
        """
        before = self._cpu_seconds()
        found = drive({"port": self.port, "first_number": self.number, "cpu": self.client_cpu, **plan}, expected)
        self.number = max(self.number, found["next_number"])
        found["cpu"] = (self._cpu_seconds() - before) * 1_000 / found["statuses"][str(expected)]
        return found

    def resident(self) -> float:
        """Resident memory of the serving process, in MB."""
        return memory.resident(self.process.pid)

    def _cpu_seconds(self) -> float:
        """What the server has used so far, in user and system mode (proc(5), fields 14 and 15)."""
        after_name = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")

    def _headers(self, media_type: str = "application/json") -> dict[str, str]:
        return {"Content-Type": media_type, "Authorization": f"Bearer {self.key}"}


def drive(plan: Mapping[str, Any], expected: int) -> dict[str, Any]:
    """What the client of `load.py` saw. Ends the programme when an answer was not the expected one."""
    ran = subprocess.run([sys.executable, _LOAD], input=json.dumps(plan).encode(), stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(ran.stdout)
    if set(found["statuses"]) != {str(expected)}:
        path = plan.get("path") or plan["paths"][0]
        sys.exit(f"{plan['method']} {path} was answered with {found['statuses']}")
    return found


@contextmanager
def served(
    folder: Path,
    *,
    database_url: str = "",
    cpu: int | None = None,
    client_cpu: int | None = None,
    more: Mapping[str, str] | None = None,
) -> Iterator[Served]:
    """A server that keeps everything in `folder`, or its rows elsewhere; it has ended when the block has.

    `cpu` is the only core for it and what it starts, `more` are further settings.
    """
    with serving(folder, database_url=database_url, cpu=cpu, client_cpu=client_cpu, more=more) as server:
        server.post("/v1/issuers", ISSUER)
        slug = COMPLETION["achievement"]
        server.post("/v1/achievements", {"slug": slug, "issuer": ISSUER["slug"], **ACHIEVEMENTS[slug]})
        yield server


@contextmanager
def serving(
    folder: Path,
    *,
    database_url: str = "",
    cpu: int | None = None,
    client_cpu: int | None = None,
    more: Mapping[str, str] | None = None,
) -> Iterator[Served]:
    """The same with what is in the folder, and nothing added but an API key."""
    port = _free_port()
    environment = {**_environment(folder, port, database_url), **(more or {})}
    _run("migrate", environment)
    key = _run("apikey create bench", environment).strip()
    with (folder / "log").open("wb") as log, _only_on(cpu):
        process = subprocess.Popen([_LAUREL, "serve"], env=environment, stdout=log, stderr=log)
    with _ending(process):
        server = Served(port, process, key, client_cpu=client_cpu)
        _wait(server)
        yield server


@contextmanager
def bare_server(*, cpu: int | None = None) -> Iterator[int]:
    """The port of `bare.py`."""
    with _only_on(cpu):
        process = subprocess.Popen([sys.executable, _BARE], stdout=subprocess.PIPE)
    with _ending(process):
        if process.stdout is None:
            raise TypeError("a pipe was asked for")
        yield int(process.stdout.readline())


@contextmanager
def _ending(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        process.wait(_START_SECONDS)


@contextmanager
def _only_on(cpu: int | None) -> Iterator[None]:
    """What is started meanwhile runs on that core only."""
    ours = os.sched_getaffinity(0)
    os.sched_setaffinity(0, ours if cpu is None else {cpu})
    try:
        yield
    finally:
        os.sched_setaffinity(0, ours)


def _environment(folder: Path, port: int, database_url: str) -> Mapping[str, str]:
    ours = {
        "LAUREL_ENVIRONMENT": "development",
        "LAUREL_DATA_DIR": str(folder),
        "LAUREL_PORT": str(port),
        "LAUREL_PUBLIC_URL": f"http://localhost:{port}",
        "LAUREL_DATABASE_URL": database_url,
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
