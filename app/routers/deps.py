"""Wiring: what a route may ask for.

Routes open their transaction themselves (`with laurel.database.transaction() as session:`), inside one worker thread,
and build their answer within it: it is committed when the block ends, before a byte is sent, and a failing commit or
an answer that does not fit rolls back and becomes a problem document. A `yield` dependency would do the same with
`scope="function"`, but would hold the write lock across thread hops; with every worker thread waiting for that lock,
its holder could never run again (docs/decisions/0013).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

import anyio
import anyio.to_thread
from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes
from fastapi.security.utils import get_authorization_scheme_param

from app.errors import UnauthenticatedError
from app.remote import Fetcher
from app.routers.clients import Clients
from app.routers.observability import Metrics
from app.services import actors
from app.services.instance import Instance
from app.services.key_usage import KeyUsage
from app.services.pdf_path import PDFPath
from app.services.slow_path import SlowPath
from app.services.vc_instances import ISSUE
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
    pages: anyio.CapacityLimiter | None
    fetcher: Fetcher
    metrics: Metrics
    key_usage: KeyUsage
    clients: Clients
    known_actors: actors.KnownActors = field(default_factory=actors.KnownActors)

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.fetcher, self.database, self.instance, self.verifications, self.places)

    def close(self) -> None:
        """Returns when whoever waits is answered, and what works beside has ended; the fetcher is closed by itself.

        The database comes last: a connection that is still lent when its pool goes is never closed.
        """
        self.writer.close()
        self.key_usage.close()
        limits = self.instance.read_limits
        for path in (limits.work.slow_path, limits.unbake_pdf):
            if isinstance(path, SlowPath | PDFPath):
                path.close()
        self.database.close()


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
    request: Request,
    laurel: LaurelDep,
    now: Now,
    sent: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    needs: SecurityScopes,
) -> actors.Actor:
    """Whoever holds the bearer key, which has the scopes that the route needs.

    Raises UnauthenticatedError, ForbiddenError, RateLimitedError.
    """
    actor = _authenticated(laurel, request, now, sent)
    laurel.clients.count_key(request.scope, actor, needs.scopes)
    for scope in needs.scopes:
        actor.require(scope)
    return actor


def _authenticated(
    laurel: Laurel, request: Request, now: datetime, sent: HTTPAuthorizationCredentials | None
) -> actors.Actor:
    """Raises UnauthenticatedError; RateLimitedError where too many wrong keys came from and this one is not known."""
    if sent is None:
        raise UnauthenticatedError("Send your API key: Authorization: Bearer lrl_…")
    token = sent.credentials.strip()
    if laurel.known_actors.find(token) is None:
        laurel.clients.require_few_wrong_keys(request.scope)
    try:
        with laurel.database.reading() as session:
            actor = actors.authenticate(session, token, now=now)
    except UnauthenticatedError:
        laurel.clients.count_wrong_key(request.scope)
        raise
    laurel.known_actors.add(token, actor)
    laurel.key_usage.note(actor.key_id, now)
    return actor


# Who may call a route is said here and nowhere else: FastAPI writes the scope into the OpenAPI document (`security`),
# and `require_actor` holds to it. A route that takes a plain `Actor` fails a house test.
Actor = Annotated[actors.Actor, Depends(require_actor)]
Reader = Annotated[actors.Actor, Security(require_actor, scopes=["read"])]
Issuing = Annotated[actors.Actor, Security(require_actor, scopes=["issue"])]
Revoker = Annotated[actors.Actor, Security(require_actor, scopes=["revoke"])]
Replacing = Annotated[actors.Actor, Security(require_actor, scopes=["issue", "revoke"])]
Manager = Annotated[actors.Actor, Security(require_actor, scopes=["manage"])]
Admin = Annotated[actors.Actor, Security(require_actor, scopes=[actors.ADMIN])]


def find_actor(
    request: Request,
    laurel: LaurelDep,
    now: Now,
    sent: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    needs: SecurityScopes,
) -> actors.Actor | None:
    """Whoever holds the bearer key, where it may be missing; what a key may do depends on the instance it is sent to.

    Raises UnauthenticatedError for one that is sent and does not exist, RateLimitedError.
    """
    if sent is None:
        return None
    actor = _authenticated(laurel, request, now, sent)
    laurel.clients.count_key(request.scope, actor, needs.scopes)
    return actor


MaybeSigner = Annotated[actors.Actor | None, Security(find_actor, scopes=[ISSUE])]


async def known_actor(laurel: Laurel, request: Request, needs: Collection[str]) -> actors.Actor:
    """The same without asking the database for a key that was let in lately; for awards, which look at it again.

    Raises UnauthenticatedError, ForbiddenError, RateLimitedError.
    """
    scheme, token = get_authorization_scheme_param(request.headers.get("authorization"))
    token = token.strip()
    known = laurel.known_actors.find(token) if scheme.lower() == "bearer" else None
    # Nobody looks again at a key that is refused: whether it has ended or lacks a scope is asked before it is told.
    if known is None or not all(map(known.has, needs)):
        sent = HTTPAuthorizationCredentials(scheme=scheme, credentials=token) if scheme.lower() == "bearer" else None
        known = await anyio.to_thread.run_sync(_authenticated, laurel, request, laurel.clock(), sent)
    else:
        laurel.key_usage.note(known.key_id, laurel.clock())
    laurel.clients.count_key(request.scope, known, needs)
    for scope in needs:
        known.require(scope)
    return known


async def require_known_actor(
    request: Request,
    laurel: LaurelDep,
    _sent: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    needs: SecurityScopes,
) -> actors.Actor:
    """`known_actor`; the bearer is there for the document."""
    return await known_actor(laurel, request, needs.scopes)


KnownIssuing = Annotated[actors.Actor, Security(require_known_actor, scopes=["issue"])]
