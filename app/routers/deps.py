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
from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes
from fastapi.security.utils import get_authorization_scheme_param

from app.errors import UnauthenticatedError
from app.remote import Fetcher
from app.routers.observability import Metrics
from app.services import actors
from app.services.instance import Instance
from app.services.key_usage import KeyUsage
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
    fetcher: Fetcher
    metrics: Metrics
    key_usage: KeyUsage
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
    needs: SecurityScopes,
) -> actors.Actor:
    """Whoever holds the bearer key, which has the scopes that the route needs.

    Raises UnauthenticatedError, ForbiddenError.
    """
    actor = _authenticated(laurel, now, sent)
    for scope in needs.scopes:
        actor.require(scope)
    return actor


def _authenticated(laurel: Laurel, now: datetime, sent: HTTPAuthorizationCredentials | None) -> actors.Actor:
    if sent is None:
        raise UnauthenticatedError("Send your API key: Authorization: Bearer lrl_…")
    with laurel.database.reading() as session:
        actor = actors.authenticate(session, sent.credentials.strip(), now=now)
    laurel.key_usage.note(actor.key_id, now)
    return actor


# Who may call a route is said here and nowhere else: FastAPI writes the scope into the OpenAPI document (`security`),
# and `require_actor` holds to it. A route that takes a plain `Actor` fails a house test.
Actor = Annotated[actors.Actor, Depends(require_actor)]
Reader = Annotated[actors.Actor, Security(require_actor, scopes=["read"])]
Issuing = Annotated[actors.Actor, Security(require_actor, scopes=["issue"])]
Revoker = Annotated[actors.Actor, Security(require_actor, scopes=["revoke"])]
Manager = Annotated[actors.Actor, Security(require_actor, scopes=["manage"])]
Admin = Annotated[actors.Actor, Security(require_actor, scopes=[actors.ADMIN])]


def find_actor(
    laurel: LaurelDep,
    now: Now,
    sent: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> actors.Actor | None:
    """Whoever holds the bearer key, where it may be missing; what a key may do depends on the instance it is sent to.

    Raises UnauthenticatedError for one that is sent and does not exist.
    """
    return None if sent is None else _authenticated(laurel, now, sent)


MaybeSigner = Annotated[actors.Actor | None, Security(find_actor, scopes=[ISSUE])]


async def known_actor(laurel: Laurel, authorization: str | None) -> actors.Actor:
    """The same without asking the database for a key that was let in lately; for awards, which look at it again.

    `authorization` is the header. Raises UnauthenticatedError.
    """
    scheme, token = get_authorization_scheme_param(authorization)
    token = token.strip()
    known = laurel.known_actors.find(token) if scheme.lower() == "bearer" else None
    if known is None:
        sent = HTTPAuthorizationCredentials(scheme=scheme, credentials=token) if scheme.lower() == "bearer" else None
        known = await anyio.to_thread.run_sync(_authenticated, laurel, laurel.clock(), sent)
        laurel.known_actors.add(token, known)
    else:
        laurel.key_usage.note(known.key_id, laurel.clock())
    return known


async def require_known_actor(
    laurel: LaurelDep,
    sent: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    needs: SecurityScopes,
) -> actors.Actor:
    """`require_actor` by `known_actor`."""
    actor = await known_actor(laurel, f"Bearer {sent.credentials}" if sent else None)
    for scope in needs.scopes:
        actor.require(scope)
    return actor


KnownIssuing = Annotated[actors.Actor, Security(require_known_actor, scopes=["issue"])]
