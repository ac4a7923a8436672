"""Other vendors' libraries, each installed from its lock file on first use.

Node's need node and npm, and their tests skip without; those in Python have an environment each.
"""

from __future__ import annotations

import shutil
import subprocess
import venv
from pathlib import Path

import pytest

from tests.interop.elsewhere import HERE, Elsewhere, Stranger, Version2

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


@pytest.fixture(scope="session")
def stranger() -> Stranger:
    """openbadgeslib, away from our packages and our code."""
    folder = HERE / "openbadgeslib"
    return Stranger(python_of(folder), folder / "stranger.py")


@pytest.fixture(scope="session")
def version_2() -> Version2:
    """1EdTech's verifier of Open Badges 2.0."""
    folder = HERE / "openbadges"
    return Version2(python_of(folder, "--no-deps"), folder / "version_2.py")


def python_of(folder: Path, *options: str) -> Path:
    """The Python of the folder's own environment, which holds what its lock file says."""
    environment, lock = folder / ".venv", folder / "requirements.txt"
    python, ready = environment / "bin" / "python", environment / ".ready"
    if not ready.is_file() or ready.stat().st_mtime < lock.stat().st_mtime:
        venv.create(environment, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", *options]
        command = [*install, "--requirement", str(lock)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, f"pip failed:\n{done.stderr[-2000:]}"
        ready.touch()
    return python
