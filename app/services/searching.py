"""Finding credentials: by what people know of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.errors import InvalidFieldsError
from app.issuance import State
from app.services.achievements import address_or_slug
from app.services.actors import Actor
from app.services.appearance import Visibility
from app.services.credentials import StoredCredential, stored_all
from app.services.site import Site
from app.storage import Criteria, Cursor, Page, Session, achievements, credentials


@dataclass(frozen=True, slots=True)
class Search:
    """All of these; None asks nothing. `issued_until` counts itself, `valid_until_before` does not."""

    achievement: str | None = None
    source: str | None = None
    external_id: str | None = None
    status: State | None = None
    issued_since: datetime | None = None
    issued_until: datetime | None = None
    valid_until_before: datetime | None = None
    test: bool | None = None
    visibility: Visibility | None = None
    kid: str | None = None
    email: str | None = None
    name: str | None = None
    did: str | None = None


def list_credentials(
    session: Session,
    search: Search,
    *,
    actor: Actor,
    site: Site,
    after: Cursor | None,
    limit: int,
    now: datetime,
) -> Page[StoredCredential]:
    """Those that the key may see, newest first; their status is that of `now`. Raises InvalidFieldsError."""
    wanted = criteria(session, search, actor=actor, site=site, now=now)
    page = credentials.list_credentials(session, issuer_id=actor.issuer_id, wanted=wanted, after=after, limit=limit)
    return Page(tuple(stored_all(session, page.items)), page.next)


def criteria(session: Session, search: Search, *, actor: Actor, site: Site, now: datetime) -> Criteria:
    """What the search means in the tables. Raises InvalidFieldsError for an achievement that is not there."""
    wanted = Criteria(
        source=search.source,
        external_id=search.external_id,
        issued_since=search.issued_since,
        issued_until=search.issued_until,
        ends_before=search.valid_until_before,
        test=search.test,
        visibility=search.visibility,
        kid=search.kid,
        email=search.email,
        name=search.name,
        did=search.did,
    )
    if search.achievement is not None:
        wanted = replace(wanted, achievement_ids=_achievements(session, search.achievement, actor=actor, site=site))
    return wanted if search.status is None else _in_state(wanted, search.status, now)


def _achievements(session: Session, name: str, *, actor: Actor, site: Site) -> tuple[UUID, ...]:
    achievement_id, slug = address_or_slug(name, site)
    found = achievements.list_versions(session, achievement_id=achievement_id, slug=slug, issuer_id=actor.issuer_id)
    if not found:
        raise InvalidFieldsError.one(
            "/achievement", "There is no such achievement; give its slug, its UUID or its address."
        )
    return tuple(version.achievement_id for version in found)


def _in_state(wanted: Criteria, state: State, now: datetime) -> Criteria:
    """`Standing.state` as a question to the database."""
    match state:
        case State.ERASED:
            return replace(wanted, erased=True)
        case State.REPLACED:
            return replace(wanted, erased=False, replaced=True)
        case State.REVOKED:
            return replace(wanted, erased=False, replaced=False, revoked=True)
        case State.EXPIRED:
            return replace(wanted, erased=False, revoked=False, ended_by=now)
        case State.ACTIVE:
            return replace(wanted, erased=False, revoked=False, runs_on_at=now)
