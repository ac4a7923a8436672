"""README's walk-through, pasted as it stands, works: the very text, in a shell, against a server."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SECTION = re.compile(r"^## The same by hand\n(.*?)^## ", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN = re.compile(r"^    (\S.*)$", re.MULTILINE)  # what the text says a command prints
START_SECONDS = 30


def section() -> str:
    found = SECTION.search((ROOT / "README.md").read_text("utf-8"))
    assert found
    return found[1]


def script(port: int) -> str:
    """Every block but the one that starts the server; that one is ours, on a free port and an empty folder."""
    blocks = [block for block in BLOCK.findall(section()) if block != "make serve\n"]
    return "".join(blocks).replace("localhost:8000", f"localhost:{port}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    port = free_port()
    settings = {
        "LAUREL_ENVIRONMENT": "development",
        "LAUREL_DATA_DIR": str(tmp_path / "var"),
        "LAUREL_PUBLIC_URL": f"http://localhost:{port}",
        "LAUREL_PORT": str(port),
        "LAUREL_MIGRATE_ON_START": "true",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LAUREL_")}
    return inherited | settings


@pytest.fixture
def server(environment: dict[str, str], tmp_path: Path) -> Iterator[int]:
    """`laurel serve`; the port it listens on."""
    port = int(environment["LAUREL_PORT"])
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("laurel"), "serve"], env=environment, cwd=tmp_path, stdout=log, stderr=log
        )
    try:
        wait_until_it_answers(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)


def wait_until_it_answers(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server did not start"
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not become ready")


@pytest.mark.skipif(shutil.which("curl") is None, reason="the walk-through needs curl")
def test_the_walk_through_works(server: int, environment: dict[str, str], tmp_path: Path):
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "laurel").symlink_to(Path(sys.executable).with_name("laurel"))
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script(server)],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-1000:]}"
    assert re.search(r"^idempotent-replayed: true\s*$", done.stdout, re.MULTILINE | re.IGNORECASE)
    said = [line for line in done.stdout.splitlines() if line.startswith(("valid - ", "invalid - ", "undetermined - "))]
    assert said == SHOWN.findall(section())


def test_the_section_has_its_parts():
    """So that a change of its headings or fences cannot make the test above run nothing."""
    assert len(BLOCK.findall(section())) >= 8
    assert len(SHOWN.findall(section())) == 3
