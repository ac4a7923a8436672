"""Node's libraries, installed from package-lock.json on first use; without node and npm the tests skip."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.interop.elsewhere import HERE, Elsewhere

LOCK = HERE / "package-lock.json"
INSTALLED = HERE / "node_modules" / ".package-lock.json"


@pytest.fixture(scope="session")
def elsewhere() -> Elsewhere:
    """Digital Bazaar's verifier. A failing installation is a failure, not a skip."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("interop needs node and npm, and they are not on this machine")
    if not INSTALLED.is_file() or INSTALLED.stat().st_mtime < LOCK.stat().st_mtime:
        install(npm)
    return Elsewhere(Path(node))


def install(npm: str) -> None:
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"npm ci failed:\n{done.stderr[-2000:]}"
