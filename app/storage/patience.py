"""PostgreSQL connections that wait for an answer only so long.

A network that goes silent breaks no connection: without a limit, whoever asked would wait for the quarter of an hour
that TCP keeps trying, or for ever where something in between still acknowledges.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg.abc import PQGen

Result = TypeVar("Result")


class PatientConnection(psycopg.Connection[Any]):
    """Raises OperationalError for an answer that takes longer than `patience` seconds, and is closed then: what comes
    later would be taken for the answer to another question. None waits for as long as it takes.
    """

    patience: float | None = None

    def wait(self, gen: PQGen[Result], interval: float = 0.1, timeout: float | None = None) -> Result:
        """All that psycopg asks the server passes here."""
        if timeout is not None or self.patience is None:
            return super().wait(gen, interval, timeout)
        end = time.monotonic() + self.patience
        try:
            return super().wait(gen, interval, self.patience)
        except psycopg.OperationalError:
            if time.monotonic() >= end:
                self.pgconn.finish()
            raise


@contextmanager
def without_limit(connection: object) -> Iterator[None]:
    """Has a connection of the driver wait for as long as it takes, for work that nobody waits for at the other end."""
    if not isinstance(connection, PatientConnection):
        raise TypeError("not a connection to PostgreSQL that we opened")
    patience, connection.patience = connection.patience, None
    try:
        yield
    finally:
        connection.patience = patience
