"""`laurel serve` in processes of its own, to be killed for real.

Starting the interpreter and importing everything takes longer than all else here, so most processes are forked from a
small one that has done the imports and nothing more (`multiprocessing`'s fork server). From there on it is the
command as installed: its own settings from the environment, its own sockets, its own connections.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from functools import cache
from pathlib import Path

import httpx

BYTECODE = Path(__file__).parents[2] / ".pytest_cache" / "bytecode"
START_SECONDS = 90.0
END_SECONDS = 30.0
_forked = multiprocessing.get_context("forkserver")
_forked.set_forkserver_preload(["pytest", "app.cli"])


class Server:
    """One `laurel serve`. Leaving the `with` block kills it, if it is still there; it may be started again."""

    started_in: float  # seconds from the start of the process to its first answer
    started_with: float  # seconds of a processor until then: what a start takes where nothing else runs

    def __init__(self, environment, log: Path, *, port=None):
        self.port = port or free_port()
        self.log = log
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {**environment, "LAUREL_PORT": str(self.port)}

    def start(self):
        self._process = _forked.Process(target=_run, args=(["serve"], self._environment, str(self.log)), daemon=True)
        self._process.start()
        return self._until_it_answers()

    def _until_it_answers(self):
        begun = time.monotonic()
        while time.monotonic() < begun + START_SECONDS:
            assert self.status() is None, f"laurel serve ended with {self.status()}: {self.log.read_text()[-3000:]}"
            if answers(self.url):
                self.started_in, self.started_with = time.monotonic() - begun, cpu_seconds(self.pid)
                return self
            time.sleep(0.01)
        raise AssertionError(f"laurel serve did not answer in {START_SECONDS} s: {self.log.read_text()[-3000:]}")

    @property
    def pid(self):
        return self._process.pid

    def status(self):
        """The exit status; negative for a signal, None while it runs."""
        return self._process.exitcode

    def kill(self):
        """kill -9: no handler runs, nothing is flushed."""
        os.kill(self.pid, signal.SIGKILL)
        return self.wait()

    def terminate(self):
        os.kill(self.pid, signal.SIGTERM)

    def wait(self, seconds=END_SECONDS):
        self._process.join(seconds)
        assert self.status() is not None, f"laurel serve was still there after {seconds} s"
        return self.status()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.status() is None:
            self.kill()


class InstalledServer(Server):
    """The same by the installed command, interpreter start and end included; its bytecode is there, as after a first
    start.
    """

    command = (str(Path(sysconfig.get_path("scripts")) / "laurel"), "serve")

    def start(self):
        compile_once()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                env=_installed_environment() | self._environment,
                stdout=log,
                stderr=log,
            )
        return self._until_it_answers()

    def status(self):
        return self._process.poll()

    def wait(self, seconds=END_SECONDS):
        return self._process.wait(seconds)


@cache
def compile_once():
    """What installers and first starts do, in a folder of our own, whatever the environment says of bytecode."""
    subprocess.run(
        [InstalledServer.command[0], "--help"], env=_installed_environment(), capture_output=True, check=True
    )


def run_command(arguments, environment, log, *, seconds=60):
    """A `laurel` command to its end; `(exit status, what it printed)`."""
    process = _forked.Process(target=_run, args=(arguments, environment, str(log)))
    process.start()
    process.join(seconds)
    return process.exitcode, log.read_text()


def in_process_of_its_own(function, *arguments, seconds=60):
    """Calls it in a fork that has nothing of this process; the exit status, negative for a signal."""
    process = _forked.Process(target=function, args=arguments)
    process.start()
    process.join(seconds)
    return process.exitcode


def _run(arguments, environment, log):
    from app.cli import main

    os.environ.clear()
    os.environ.update(_clean_environment() | environment)
    opened = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(opened, 1)
    os.dup2(opened, 2)
    sys.argv = ["laurel", *arguments]
    main()


def _clean_environment():
    return {name: value for name, value in os.environ.items() if not name.startswith("LAUREL_")}


def _installed_environment():
    environment = _clean_environment() | {"PYTHONPYCACHEPREFIX": str(BYTECODE)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def answers(url):
    try:
        # verify: or each call would read the certificates of the system, which takes longer than the call
        return httpx.get(f"{url}/healthz", timeout=5, trust_env=False, verify=False).status_code == 200
    except httpx.TransportError:
        return False


def cpu_seconds(pid):
    """That a process has used so far: fields 14 and 15 of proc_pid_stat(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port():
    """Below the range that the kernel takes for outgoing connections: there a client that calls a server which is
    gone may be given the very port that it calls, and talk to itself.
    """
    for _ in range(100):
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")
