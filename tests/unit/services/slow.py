"""What the tests of the slow path share: documents that take long, and a look at processes from outside."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from app.errors import DocumentError
from app.jsonld import Limits, canonicalize
from tests.unit.jsonld.mutations import TYPICAL, VC

FRENCH = {**TYPICAL, "name": {"@value": "Nom", "@language": "fr"}}
ANSWER = canonicalize(FRENCH)
# Some ten seconds of PyLD, for whoever has limits that let it pass.
SLOW = {
    "@context": [VC],
    "type": ["VerifiableCredential"],
    "name": {"@value": "slow", "@language": "en"},
    "evidence": [{"name": str(number)} for number in range(250_000)],
}
WIDE = Limits(quads=10_000_000, blank_nodes=10_000_000)
# What stands here in 900 KB would be some gigabytes of statements, and is within the default limits.
BOMB = {
    "@context": [VC],
    "id": "urn:" + "x" * 900_000,
    "name": {"@value": "bomb", "@language": "en"},
    "https://e.example/p": [str(number) for number in range(1_900)],
}


def outcome(work):
    """What came back or was raised, to be compared."""
    try:
        return work()
    except DocumentError as error:
        return type(error), error.message, error.pointer, getattr(error, "url", None)


def workers(parent=None):
    """The process ids of the workers below a process: this one, if none is named."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command, stat = (entry / "cmdline").read_text(), (entry / "stat").read_text()
        except OSError:
            continue  # ended meanwhile
        state, ppid = stat.rpartition(")")[2].split()[:2]
        if "app.services.slow_path_worker" in command and state != "Z" and int(ppid) == (parent or os.getpid()):
            found.add(int(entry.name))
    return found


def computed_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) / os.sysconf("SC_CLK_TCK")


def is_there(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
    return found


def in_thread(work):
    """Runs it, and gives the thread and the list that its outcome goes into."""
    outcomes = []
    thread = threading.Thread(target=lambda: outcomes.append(outcome(work)))
    thread.start()
    return thread, outcomes
