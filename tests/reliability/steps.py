"""Every step that a request takes outside the interpreter, one of which can be made to fail: before it took effect, or
after, when nobody is told any more (the scheme of Sunlight's tests).

Steps are what the database driver is asked to do (begin, each statement, commit), and what signing consists of: the key
is opened, signs, and our own checks judge the result.
"""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum

import psycopg

from app.errors import SigningFaultError
from app.services import sealing

STATEMENTS = ("do_execute", "do_execute_no_params", "do_executemany")


class When(Enum):
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True)
class Fault:
    step: int
    when: When
    deadly: bool = False  # the process is killed instead

    def strikes(self, step, when):
        return (step, when) == (self.step, self.when)


@dataclass
class Steps:
    """Counts the steps while it is installed in an application, and strikes at one."""

    fault: Fault | None = None
    names: list[str] = field(default_factory=list)

    def take(self, name, do, fail):
        """Does it as the next step; `fail` raises as the world would."""
        step = len(self.names)
        self.names.append(name)
        self._strike(step, When.BEFORE, fail)
        done = do()
        self._strike(step, When.AFTER, fail)
        return done

    def _strike(self, step, when, fail):
        if self.fault is None or not self.fault.strikes(step, when):
            return
        if self.fault.deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        fail()


@contextmanager
def stepwise(laurel, steps):
    """Has the application of `laurel` take each of its steps through `steps`."""
    database, keystore = laurel.database, laurel.instance.keystore
    dialects = {id(dialect): dialect for dialect in (database.engine.dialect, database._reading_engine.dialect)}
    wrapped = [
        *(
            (dialect, name, _statement(steps, getattr(dialect, name)))
            for dialect in dialects.values()
            for name in STATEMENTS
        ),
        *(
            (dialect, f"do_{name}", _boundary(steps, name, dialect))
            for dialect in dialects.values()
            for name in ("begin", "commit")
        ),
        (keystore, "signer", _opening(steps, keystore.signer)),
        # A thread of its own writes down when a key was used last: no step of what is asked.
        (laurel.key_usage, "note", lambda *_: None),
        *(
            (sealing, name, _signing(steps, name, getattr(sealing, name)))
            for name in ("require_own_signature", "require_own_output")
        ),
    ]
    before = [(where, name, getattr(where, name)) for where, name, _ in wrapped]
    try:
        for where, name, wrapper in wrapped:
            setattr(where, name, wrapper)
        yield steps
    finally:
        for where, name, original in before:
            setattr(where, name, original)


def _statement(steps, execute):
    def step(cursor, statement, *rest, **options):
        return steps.take(
            " ".join(statement.split())[:60],
            lambda: execute(cursor, statement, *rest, **options),
            lambda: break_connection(cursor.connection),
        )

    return step


def _boundary(steps, name, dialect):
    original = getattr(dialect, f"do_{name}")

    def step(connection):
        driver = getattr(connection, "driver_connection", connection)
        return steps.take(name.upper(), lambda: original(connection), lambda: break_connection(driver))

    return step


def break_connection(connection):
    """What the driver tells when a disk or a network fails; the connection of the latter is gone."""
    if isinstance(connection, sqlite3.Connection):
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR
        raise error
    connection.close()
    raise psycopg.OperationalError("server closed the connection unexpectedly")


def _opening(steps, opened):
    def signer(**key):
        return StepwiseSigner(steps.take("the key is opened", lambda: opened(**key), break_signer), steps)

    return signer


def _signing(steps, name, check):
    return lambda *given, **named: steps.take(name, lambda: check(*given, **named), break_signer)


def break_signer():
    raise SigningFaultError("The security module does not answer.")


@dataclass
class StepwiseSigner:
    signer: object
    steps: Steps

    def __getattr__(self, name):
        return getattr(self.signer, name)

    def sign(self, data):
        return self.steps.take("the key signs", lambda: self.signer.sign(data), break_signer)
