"""The release before this one: the code as it stood before the newest migration was added, taken from the history."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from app.storage import migrations
from tests.reliability.processes import InstalledServer, _installed_environment

ROOT = Path(__file__).parents[2]
COMMAND_SECONDS = 60


class Earlier:
    """Its code in a folder of its own, run in the environment of today: what it depended on has hardly changed."""

    def __init__(self, folder, commit):
        self.folder, self.commit = folder, commit

    def server(self, place, name):
        return EarlierServer(self.folder, place.environment, place.folder / f"{name}.log")

    def run(self, place, *arguments):
        """A `laurel` command of that release to its end; what it printed. It must succeed."""
        done = subprocess.run(
            [*command_of(self.folder), *arguments],
            cwd=self.folder,
            env=environment_of(self.folder) | place.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_SECONDS,
        )
        assert done.returncode == 0, (
            f"{arguments} ended with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        )
        return done.stdout

    def token(self, place):
        """A new admin key."""
        return re.search(r"\blrl_live_\w+", self.run(place, "apikey", "create", "tests"))[0]


class EarlierServer(InstalledServer):
    """`laurel serve` of that release."""

    def __init__(self, folder, environment, log):
        super().__init__(environment, log)
        self.command = (*command_of(folder), "serve")
        self._folder = folder

    def start(self):
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                cwd=self._folder,
                env=environment_of(self._folder) | self._environment,
                stdout=log,
                stderr=log,
            )
        return self._until_it_answers()


def command_of(folder):
    """As the installed command does it, once it is certain that the code is that of the folder."""
    start = f"import app, sys; assert app.__file__.startswith({str(folder)!r}), app.__file__"
    return sys.executable, "-c", f"{start}; from app.cli import main; main()"


def environment_of(folder):
    return _installed_environment() | {"PYTHONPATH": str(folder), "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}


def newest_revision():
    """The newest migration, and the one before it."""
    newest = ScriptDirectory(migrations.FOLDER).get_revision("head")
    return newest, newest.down_revision


def earlier_release(folder):
    """Unpacks it into the folder. Skips the test where the history does not reach back so far."""
    newest, before = newest_revision()
    file = Path(newest.path).relative_to(ROOT)
    # --full-history: nor may a merge hide it. Not committed yet: then what is committed is the release before.
    added = git("log", "--diff-filter=A", "--full-history", "--format=%H", "--", str(file)).split()
    commit = git("rev-parse", "--verify", f"{added[-1]}^1" if added else "HEAD").strip()
    with tarfile.open(fileobj=BytesIO(git("archive", commit, text=False))) as archive:
        archive.extractall(folder, filter="data")
    known = [step.revision for step in ScriptDirectory(folder / "migrations").walk_revisions()]
    assert known[0] == before, f"before {newest.revision} came {before}, but {commit} has {known[0]}"
    return Earlier(folder, commit[:12])


def git(*arguments, text=True):
    """What it prints. Skips the test where there is no git, no repository, or no such commit in it."""
    try:
        done = subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, check=True)
    except FileNotFoundError:
        pytest.skip("git is not installed: no release before this one to run")
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()
        pytest.skip(f"no history that has the release before this one: {said[:200]}")
    return done.stdout.decode() if text else done.stdout
