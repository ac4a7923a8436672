"""The one way in for awards: a transaction around each group of rows, committed before anybody is answered.

Rows of a batch go in groups, so that no transaction holds the write lock for long and each finished group is durable.
A key that is being worked on right now is answered with InFlightError instead of waiting.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import Lock

from app.errors import AppError, InFlightError, UnavailableError
from app.services.actors import Actor
from app.services.awards import Awarded, Outcome, Refused, award
from app.services.completions import Completion
from app.services.instance import Instance
from app.storage import Database

GROUP_ROWS = 250


class IssuingWriter:
    """Thread-safe; its methods block, so HTTP calls them from worker threads."""

    def __init__(self, database: Database, instance: Instance) -> None:
        self._database = database
        self._instance = instance
        self._lock = Lock()
        self._in_flight: set[tuple[str, str]] = set()

    def award_one(
        self, completion: Completion, *, actor: Actor, now: datetime, idempotency_key: str | None = None
    ) -> Awarded:
        """The credential, durable. Raises the AppError that refused the completion."""
        with self._only_once(actor, idempotency_key), self._database.transaction() as session:
            [outcome] = award(
                session,
                [completion],
                instance=self._instance,
                actor=actor,
                now=now,
                idempotency_key=idempotency_key,
            )
        if isinstance(outcome, Refused):
            raise outcome.error
        return outcome

    def award_many(self, completions: Sequence[Completion], *, actor: Actor, now: datetime) -> Iterator[Outcome]:
        """One outcome per row, in order, each already durable. When storage goes away, it refuses the rest."""
        lost: AppError | None = None
        for start in range(0, len(completions), GROUP_ROWS):
            group = completions[start : start + GROUP_ROWS]
            if lost is None:
                try:
                    yield from self._award_group(group, actor=actor, now=now)
                    continue
                except UnavailableError as error:
                    lost = error
            yield from (Refused(lost) for _ in group)

    def _award_group(self, group: Sequence[Completion], *, actor: Actor, now: datetime) -> list[Outcome]:
        with self._database.transaction() as session:
            return award(session, group, instance=self._instance, actor=actor, now=now)

    @contextmanager
    def _only_once(self, actor: Actor, idempotency_key: str | None) -> Iterator[None]:
        if idempotency_key is None:
            yield
            return
        name = (str(actor.issuer_id), idempotency_key)
        with self._lock:
            if name in self._in_flight:
                raise InFlightError("A request with this Idempotency-Key is being worked on.")
            self._in_flight.add(name)
        try:
            yield
        finally:
            with self._lock:
                self._in_flight.discard(name)
