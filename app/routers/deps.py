"""Wiring: what a route may ask for.

Routes open their transaction themselves (`with laurel.database.transaction() as session:`), inside one worker thread,
and build their answer within it: it is committed when the block ends, before a byte is sent, and a failing commit or
an answer that does not fit rolls back and becomes a problem document. A `yield` dependency would do the same with
`scope="function"`, but would hold the write lock across thread hops; with every worker thread waiting for that lock,
its holder could never run again (docs/decisions/0013).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

import anyio
import anyio.to_thread
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param

from app.errors import UnauthenticatedError
from app.remote import Fetcher
from app.routers.observability import Metrics
from app.services import actors
from app.services.instance import Instance
from app.services.verifying import Verifier
from app.services.writer import IssuingWriter
from app.settings import Settings
from app.storage import Database

_bearer = HTTPBearer(auto_error=False, description="An API key: `lrl_live_…` or `lrl_test_…`.")


@dataclass(frozen=True, slots=True)
class Laurel:
    """The long-lived objects of one application, built by `create_app`."""

    settings: Settings
    database: Database
    instance: Instance
    writer: IssuingWriter
    clock: Callable[[], datetime]
    verifications: anyio.CapacityLimiter
    places: anyio.CapacityLimiter
    fetcher: Fetcher
    metrics: Metrics
    known_actors: actors.KnownActors = field(default_factory=actors.KnownActors)

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.fetcher, self.database, self.instance, self.verifications, self.places)


def utc_now() -> datetime:
    return datetime.now(UTC)


async def _laurel(request: Request) -> Laurel:
    """Asynchronous like `_now`, though nothing waits: FastAPI would send a plain function to another thread."""
    found = request.app.state.laurel
    if not isinstance(found, Laurel):
        raise TypeError("the application was not built by create_app")
    return found


LaurelDep = Annotated[Laurel, Depends(_laurel)]


async def _now(laurel: LaurelDep) -> datetime:
    return laurel.clock()


Now = Annotated[datetime, Depends(_now)]


def require_actor(
    laurel: LaurelDep,
    now: Now,
    sent: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> actors.Actor:
    """Whoever holds the bearer key. Raises UnauthenticatedError."""
    if sent is None:
        raise UnauthenticatedError("Send your API key: Authorization: Bearer lrl_…")
    with laurel.database.reading() as session:
        return actors.authenticate(session, sent.credentials.strip(), now=now)


Actor = Annotated[actors.Actor, Depends(require_actor)]


def find_actor(
    laurel: LaurelDep,
    now: Now,
    sent: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> actors.Actor | None:
    """The same where a key may be missing. Raises UnauthenticatedError for one that is sent and does not exist."""
    return None if sent is None else require_actor(laurel, now, sent)


MaybeActor = Annotated[actors.Actor | None, Depends(find_actor)]


async def known_actor(laurel: Laurel, authorization: str | None) -> actors.Actor:
    """The same without asking the database for a key that was let in lately; for awards, which look at it again.

    `authorization` is the header. Raises UnauthenticatedError.
    """
    scheme, token = get_authorization_scheme_param(authorization)
    token = token.strip()
    known = laurel.known_actors.find(token) if scheme.lower() == "bearer" else None
    if known is None:
        sent = HTTPAuthorizationCredentials(scheme=scheme, credentials=token) if scheme.lower() == "bearer" else None
        known = await anyio.to_thread.run_sync(require_actor, laurel, laurel.clock(), sent)
        laurel.known_actors.add(token, known)
    return known


async def require_known_actor(
    laurel: LaurelDep, sent: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> actors.Actor:
    return await known_actor(laurel, f"Bearer {sent.credentials}" if sent else None)


KnownActor = Annotated[actors.Actor, Depends(require_known_actor)]
