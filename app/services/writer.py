"""The one way in for awards: requests that come together are awarded and committed together (docs/decisions/0017).

A commit waits for the disk, however little it holds. So single requests queue up here, and one thread takes all that
wait, awards them in one transaction, and answers each after the commit. A group that fails is tried again row by row,
so that nobody pays for a neighbour. The queue is bounded: beyond it, senders are told to come back.

Rows of a batch go in groups of their own, each durable before the next begins.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from threading import Condition, Thread

from app.errors import AppError, InFlightError, OverloadedError, SigningFaultError, UnavailableError
from app.services.actors import Actor
from app.services.awards import Awarded, Outcome, Refused, Request, award
from app.services.completions import Completion
from app.services.instance import Instance
from app.storage import Database

GROUP_ROWS = 250
QUEUE_ROWS = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """A request in the queue, and where its sender waits for the answer."""

    request: Request
    answer: Future[Awarded]
    in_flight: tuple[str, str] | None


class IssuingWriter:
    """Thread-safe. Its thread starts with the first request and ends with `close`."""

    def __init__(
        self, database: Database, instance: Instance, *, queue_rows: int = QUEUE_ROWS, group_rows: int = GROUP_ROWS
    ) -> None:
        self._database = database
        self._instance = instance
        self._queue_rows = queue_rows
        self._group_rows = group_rows
        self._queue: deque[_Waiting] = deque()
        self._in_flight: set[tuple[str, str]] = set()
        self._changed = Condition()
        self._thread: Thread | None = None
        self._closed = False

    # Asking ----------------------------------------------------------------------------------------------------

    def submit(self, request: Request) -> Future[Awarded]:
        """Queues the request; the future ends after the commit, with the credential or the AppError that refused it.

        Raises InFlightError when a request with the same Idempotency-Key has not been answered yet, OverloadedError
        when too many wait or the service is stopping: then nothing was queued.
        """
        name = None
        if request.idempotency_key is not None:
            name = (str(request.actor.issuer_id), request.idempotency_key)
        waiting = _Waiting(request, Future(), name)
        with self._changed:
            self._require_room(name)
            self._queue.append(waiting)
            if name is not None:
                self._in_flight.add(name)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="laurel-writer", daemon=True)
                self._thread.start()
            self._changed.notify()
        return waiting.answer

    def award_one(
        self, completion: Completion, *, actor: Actor, now: datetime, idempotency_key: str | None = None
    ) -> Awarded:
        """The credential, durable. Raises the AppError that refused the completion."""
        return self.submit(Request(completion, actor, now, idempotency_key)).result()

    def award_many(self, completions: Sequence[Completion], *, actor: Actor, now: datetime) -> Iterator[Outcome]:
        """One outcome per row, in order, each already durable. When storage goes away, it refuses the rest."""
        lost: AppError | None = None
        for start in range(0, len(completions), self._group_rows):
            group = completions[start : start + self._group_rows]
            if lost is None:
                try:
                    yield from self.award_group([Request(row, actor, now) for row in group])
                    continue
                except UnavailableError as error:
                    lost = error
            yield from (Refused(lost) for _ in group)

    def award_group(self, requests: Sequence[Request]) -> list[Outcome]:
        """One outcome per request, committed together; for whoever has a group of their own. Raises UnavailableError.

        It waits for its turn at the database beside the queue, so a long batch never keeps single requests waiting
        for more than one group.
        """
        with self._database.transaction() as session:
            return award(session, requests, instance=self._instance)

    def close(self) -> None:
        """Takes no more requests, and returns when those that wait have been answered."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _require_room(self, name: tuple[str, str] | None) -> None:
        if self._closed:
            raise OverloadedError("The service is stopping. Nothing was stored; try again in a moment.")
        if len(self._queue) >= self._queue_rows:
            raise OverloadedError(f"{self._queue_rows} awards are waiting. Nothing was stored; try again in a moment.")
        if name is not None and name in self._in_flight:
            raise InFlightError("A request with this Idempotency-Key is being worked on.")

    # Awarding --------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while group := self._next_group():
            self._award_together(group)

    def _next_group(self) -> list[_Waiting]:
        """All that wait, up to a full group; nothing when the writer was closed and the queue is empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._closed)
            taken = [self._queue.popleft() for _ in range(min(len(self._queue), self._group_rows))]
        # Whoever cancelled is not waiting any more; what has begun can no longer be cancelled.
        group = [waiting for waiting in taken if waiting.answer.set_running_or_notify_cancel()]
        self._forget([waiting for waiting in taken if waiting.answer.cancelled()])
        return group if group or not taken else self._next_group()

    def _award_together(self, group: Sequence[_Waiting]) -> None:
        try:
            outcomes = self.award_group([waiting.request for waiting in group])
        except Exception as error:  # noqa: BLE001 - every sender gets an answer, whatever happened
            if len(group) > 1 and _may_be_one_rows_fault(error):
                for waiting in group:
                    self._award_together([waiting])
            else:
                self._answer(group, [error] * len(group))
        else:
            self._answer(group, outcomes)

    def _answer(self, group: Sequence[_Waiting], outcomes: Sequence[Outcome | Exception]) -> None:
        self._forget(group)
        for waiting, outcome in zip(group, outcomes, strict=True):
            if isinstance(outcome, Awarded):
                waiting.answer.set_result(outcome)
            else:
                waiting.answer.set_exception(outcome.error if isinstance(outcome, Refused) else outcome)

    def _forget(self, group: Sequence[_Waiting]) -> None:
        with self._changed:
            self._in_flight.difference_update(waiting.in_flight for waiting in group if waiting.in_flight is not None)


def _may_be_one_rows_fault(error: Exception) -> bool:
    """Whether the others of a failed group may do better alone: not when the database or the disk is the trouble."""
    return isinstance(error, SigningFaultError) or not isinstance(error, UnavailableError)
