"""The worker as a process: what it may do, and that it ends when nobody needs it."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.jsonld import DEFAULT_LIMITS
from app.services.slow_path import SlowPath
from app.services.slow_path_worker import MEMORY_BYTES
from tests.unit.services.slow import ANSWER, FRENCH, computed_seconds, is_there, wait_until, workers

ROOT = Path(__file__).parents[3]


@pytest.fixture
def opened():
    """Slow paths of one test; they are closed after it."""
    made = []

    def make(**options):
        made.append(SlowPath(**options))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_a_worker_has_three_open_files_and_nothing_of_our_environment(opened, monkeypatch):
    monkeypatch.setenv("LAUREL_KEY_ENCRYPTION_KEY", "11" * 32)
    path = opened()
    with open(__file__):  # noqa: PTH123 - a file that is open here
        path(FRENCH, DEFAULT_LIMITS)
    process = Path(f"/proc/{path._workers._idle.queue[0]._process.pid}")
    assert sorted(entry.name for entry in (process / "fd").iterdir()) == ["0", "1", "2"]
    assert "LAUREL" not in (process / "environ").read_text()
    limits = (process / "limits").read_text()
    for name, value in (("address space", MEMORY_BYTES), ("open files", 0), ("file size", 0), ("processes", 0)):
        assert f"Max {name}  {value}".split() == next(
            line.split()[: len(f"Max {name}".split()) + 1]
            for line in limits.splitlines()
            if line.startswith(f"Max {name}")
        )


def test_closing_ends_the_workers_and_asking_again_starts_one(opened):
    path = opened(workers=2)
    path(FRENCH, DEFAULT_LIMITS)
    pid = next(worker for worker in path._workers._idle.queue if worker)._process.pid
    path.close()
    path.close()
    assert not is_there(pid)
    assert path(FRENCH, DEFAULT_LIMITS) == ANSWER


def test_a_slow_path_that_nobody_holds_any_more_leaves_no_worker():
    path = SlowPath()
    path(FRENCH, DEFAULT_LIMITS)
    pid = path._workers._idle.queue[0]._process.pid
    del path
    gc.collect()
    assert not is_there(pid)


PARENT = """
import sys, time
from app.services.slow_path import SlowPath
from tests.unit.services.slow import FRENCH, SLOW, WIDE
from app.jsonld import DEFAULT_LIMITS
path = SlowPath(seconds=3)
path(FRENCH, DEFAULT_LIMITS)
print("ready", flush=True)
if sys.argv[1] == "reading":
    path(SLOW, WIDE)
time.sleep(60)
"""


@pytest.mark.parametrize("state", ["waiting", "reading"])
def test_a_worker_does_not_outlive_its_parent(state):
    with subprocess.Popen([sys.executable, "-c", PARENT, state], stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout.readline() == b"ready\n"
        [pid] = workers(parent.pid)
        used = computed_seconds(pid)
        if state == "reading":
            wait_until(lambda: computed_seconds(pid) > used + 0.05)
        parent.kill()
    wait_until(lambda: not is_there(pid))


def test_a_worker_ignores_what_a_terminal_or_a_service_manager_sends_to_all(opened):
    path = opened()
    path(FRENCH, DEFAULT_LIMITS)
    pid = path._workers._idle.queue[0]._process.pid
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(pid, number)
    assert path(FRENCH, DEFAULT_LIMITS) == ANSWER
    assert path._workers._idle.queue[0]._process.pid == pid
