"""The keys of a service and of its issuers: made, listed, replaced and ended.

Whoever manages an issuer manages its keys, too, and gives them any scope but `admin`. A test key never makes, replaces
or ends a live one: it would otherwise be worth as much. Keys of others, and of the whole service, are not there.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.errors import FieldProblem, ForbiddenError, InvalidFieldsError, InvalidTransitionError, NotFoundError
from app.models import APIKey, Issuer
from app.services.actors import ADMIN, PREFIX_CHARACTERS, TERMINAL, Actor, digest_of_token, has_ended
from app.services.audit import record
from app.services.instance import Instance
from app.services.paging import all_pages
from app.storage import Cursor, Page, Session, issuers
from app.storage import api_keys as rows


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key as it may be shown: its row and the issuer it is bound to."""

    row: APIKey
    issuer_slug: str | None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key with its token, which is shown once and cannot be had again."""

    known: KnownKey
    token: str = field(repr=False)


def create_api_key(
    session: Session,
    *,
    instance: Instance,
    actor: Actor,
    name: str,
    issuer_slug: str | None,
    scopes: Sequence[str],
    test: bool,
    expires_at: datetime | None,
    now: datetime,
) -> NewKey:
    """A key of the actor's own issuer, or of the named one if the actor is the service's.

    Raises InvalidFieldsError for an issuer that the actor may not see, for one without a key or a key without one, and
    for a live key that a test key asks for.
    """
    issuer = _issuer_of(session, issuer_slug, actor)
    problems = [
        *_wrong_binding(issuer, issuer_slug, scopes, actor),
        *([FieldProblem("/test", "A test key makes test keys only.")] if actor.test and not test else []),
        *([FieldProblem("/expiresAt", "This moment has passed.")] if expires_at and expires_at <= now else []),
    ]
    if problems:
        raise InvalidFieldsError(tuple(problems))
    new = _add(
        session,
        instance=instance,
        issuer=issuer,
        name=name,
        scopes=scopes,
        live=not test,
        expires_at=expires_at,
        now=now,
    )
    _record(session, "apikey.create", new.known.row, actor=actor, now=now)
    return new


def list_api_keys(session: Session, *, actor: Actor, after: Cursor | None, limit: int) -> Page[KnownKey]:
    """The keys that the actor may see, newest first, those that have ended among them."""
    page = rows.list_api_keys(session, issuer_id=actor.issuer_id, after=after, limit=limit)
    slugs = issuers.find_slugs(session, {row.issuer_id for row in page.items if row.issuer_id is not None})
    known = (KnownKey(row, slugs.get(row.issuer_id) if row.issuer_id else None) for row in page.items)
    return Page(tuple(known), page.next)


def every_api_key(session: Session) -> Iterator[KnownKey]:
    """All of them, newest first."""
    return all_pages(lambda at: list_api_keys(session, actor=TERMINAL, after=at, limit=100))


def rotate_api_key(
    session: Session, prefix: str, *, overlap: timedelta, instance: Instance, actor: Actor, now: datetime
) -> NewKey:
    """A key like the one of that prefix, which ends when the overlap does (at once without one).

    One that expires is followed by one that lives as long as it was meant to. Raises NotFoundError, ForbiddenError, and
    InvalidTransitionError for a key that has ended.
    """
    old = _managed(session, prefix, actor)
    if has_ended(old, now):
        raise InvalidTransitionError(f"The API key {prefix} has ended; create a new one.")
    issuer = issuers.get_issuer(session, old.issuer_id) if old.issuer_id else None
    new = _add(
        session,
        instance=instance,
        issuer=issuer,
        name=old.name,
        scopes=old.scopes,
        live=old.live,
        expires_at=now + (old.expires_at - old.created_at) if old.expires_at else None,
        now=now,
    )
    end = now + overlap
    rows.end_api_key(session, old, at=min(end, old.expires_at) if old.expires_at else end)
    detail = {"successor": new.known.row.prefix, "overlapSeconds": int(overlap.total_seconds())}
    _record(session, "apikey.rotate", old, actor=actor, now=now, detail=detail)
    return new


def revoke_api_key(session: Session, prefix: str, *, actor: Actor, now: datetime) -> None:
    """From the next request on the key is no more. Raises NotFoundError, ForbiddenError."""
    row = _managed(session, prefix, actor)
    rows.revoke_api_key(session, row, now=now)
    _record(session, "apikey.revoke", row, actor=actor, now=now)


def _issuer_of(session: Session, slug: str | None, actor: Actor) -> Issuer | None:
    if actor.issuer_id is None:
        return issuers.find_issuer_by_slug(session, slug) if slug else None
    own = issuers.get_issuer(session, actor.issuer_id)
    return own if slug in (None, own.slug) else None


def _wrong_binding(issuer: Issuer | None, slug: str | None, scopes: Sequence[str], actor: Actor) -> list[FieldProblem]:
    problems = []
    if slug and issuer is None:
        problems.append(FieldProblem("/issuer", f"There is no issuer '{slug}'."))
    if slug is None and issuer is None and ADMIN not in scopes:
        problems.append(FieldProblem("/issuer", "Name the issuer; only a key with the scope 'admin' has none."))
    if ADMIN in scopes and not actor.is_admin:
        problems.append(FieldProblem("/scopes", "Only an admin key makes keys with the scope 'admin'."))
    elif ADMIN in scopes and slug is not None:
        problems.append(
            FieldProblem("/scopes", "The scope 'admin' is for keys of the whole service: leave out the issuer.")
        )
    return problems


def _managed(session: Session, prefix: str, actor: Actor) -> APIKey:
    """The key, if the actor may end it. Raises NotFoundError, ForbiddenError."""
    row = rows.find_api_key_by_prefix(session, prefix)
    if row is None or not (actor.issuer_id is None or row.issuer_id == actor.issuer_id):
        raise NotFoundError(f"There is no API key {prefix}.")
    if actor.test and row.live:
        raise ForbiddenError("A test key cannot replace or end a live one.")
    return row


def _add(
    session: Session,
    *,
    instance: Instance,
    issuer: Issuer | None,
    name: str,
    scopes: Sequence[str],
    live: bool,
    expires_at: datetime | None,
    now: datetime,
) -> NewKey:
    token = _new_token(instance, live=live)
    row = rows.add_api_key(
        session,
        key_id=instance.new_id(),
        issuer_id=issuer.id if issuer else None,
        name=name,
        prefix=_prefix(token),
        secret_sha256=digest_of_token(token),
        scopes=sorted({str(scope) for scope in scopes}),
        live=live,
        expires_at=expires_at,
        now=now,
    )
    return NewKey(KnownKey(row, issuer.slug if issuer else None), token)


def _new_token(instance: Instance, *, live: bool) -> str:
    prefix = base64.b32encode(instance.random_bytes(10)).decode().lower()[:PREFIX_CHARACTERS]
    secret = base64.b32encode(instance.random_bytes(32)).decode().lower().rstrip("=")
    return f"lrl_{'live' if live else 'test'}_{prefix}{secret}"


def _prefix(token: str) -> str:
    return token.split("_", 2)[2][:PREFIX_CHARACTERS]


def _record(
    session: Session, action: str, row: APIKey, *, actor: Actor, now: datetime, detail: dict[str, object] | None = None
) -> None:
    record(session, action, actor=actor.name, issuer_id=row.issuer_id, subject=row.prefix, now=now, detail=detail)
