"""API keys: who is asking, for which issuer, and what they may do.

A key is `lrl_live_` or `lrl_test_`, ten characters by which it is found, and 256 random bits. The database holds the
SHA-256 of the whole: with that much entropy a slow hash would protect nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.errors import FieldProblem, ForbiddenError, InvalidFieldsError, NotFoundError, UnauthenticatedError
from app.models import APIKey
from app.services.audit import record
from app.services.instance import Instance
from app.services.paging import all_pages
from app.storage import Session, api_keys, issuers

ADMIN = "admin"
NO_SUCH_KEY = "The key does not exist, or it has ended."
_PREFIX_CHARACTERS = 10
_TOKEN = re.compile(r"lrl_(live|test)_([a-z2-7]{10})([a-z2-7]{52})")


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks; `name` is how the audit log calls them. `issuer_id` is None for a key of the whole service.

    `key_id` names the API key, if it is one, so that its end can be noticed later.
    """

    name: str
    issuer_id: UUID | None
    scopes: frozenset[str]
    test: bool
    key_id: UUID | None = None

    @property
    def is_admin(self) -> bool:
        return ADMIN in self.scopes

    def require(self, scope: str) -> None:
        """Raises ForbiddenError unless the key has `scope` (or is an admin's)."""
        if scope not in self.scopes and not self.is_admin:
            raise ForbiddenError(f"This key lacks the scope '{scope}'.")

    def may_see(self, issuer_id: UUID) -> bool:
        return self.issuer_id is None or self.issuer_id == issuer_id


# Whoever can start our commands can read the database too: the terminal may do everything.
TERMINAL = Actor("terminal", None, frozenset({ADMIN}), test=False)


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


def authenticate(session: Session, token: str, *, now: datetime) -> Actor:
    """The actor whose key this is. Raises UnauthenticatedError with the same words for every reason."""
    match = _TOKEN.fullmatch(token)
    row = api_keys.find_api_key_by_prefix(session, match[2]) if match else None
    digest = _digest(token)
    # Compared even when there is no row, so that a wrong prefix takes as long as a wrong secret.
    good = hmac.compare_digest(digest, row.secret_sha256 if row else b"\0" * len(digest))
    if row is None or not good or row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= now):
        raise UnauthenticatedError(NO_SUCH_KEY)
    return Actor(f"key:{row.prefix}", row.issuer_id, frozenset(row.scopes), test=not row.live, key_id=row.id)


class KnownActors:
    """Who was let in lately, by the digest of their token: for requests whose key is looked at again when it counts.

    Awarding does so, within its own transaction (`ended_keys`). Thread-safe; forgets the oldest beyond `size`.
    """

    def __init__(self, size: int = 1_024) -> None:
        self._size = size
        self._actors: dict[bytes, Actor] = {}

    def find(self, token: str) -> Actor | None:
        return self._actors.get(_digest(token))

    def add(self, token: str, actor: Actor) -> None:
        while len(self._actors) >= self._size:
            self._actors.pop(next(iter(self._actors), b""), None)
        self._actors[_digest(token)] = actor


def ended_keys(session: Session, key_ids: Collection[UUID], *, now: datetime) -> set[UUID]:
    """Those of the keys that open nothing any more: revoked, expired or gone."""
    return set(key_ids) - api_keys.find_living(session, key_ids, now=now)


def create_api_key(
    session: Session,
    *,
    instance: Instance,
    actor_name: str,
    name: str,
    issuer_slug: str | None,
    scopes: Sequence[str],
    test: bool,
    expires_at: datetime | None,
    now: datetime,
) -> NewKey:
    """Raises InvalidFieldsError for an unknown issuer, or for an unbound key without the scope `admin`."""
    issuer = issuers.find_issuer_by_slug(session, issuer_slug) if issuer_slug else None
    _check(issuer_slug, found=issuer is not None, scopes=scopes, expires_at=expires_at, now=now)
    token = _new_token(instance, test=test)
    row = api_keys.add_api_key(
        session,
        key_id=instance.new_id(),
        issuer_id=issuer.id if issuer else None,
        name=name,
        prefix=_prefix(token),
        secret_sha256=_digest(token),
        scopes=sorted({str(scope) for scope in scopes}),
        live=not test,
        expires_at=expires_at,
        now=now,
    )
    record(session, "apikey.create", actor=actor_name, issuer_id=row.issuer_id, subject=row.prefix, now=now)
    return NewKey(KnownKey(row, issuer_slug), token)


def list_api_keys(session: Session) -> list[KnownKey]:
    """Every key that exists, newest first."""
    slugs = {issuer.id: issuer.slug for issuer in all_pages(lambda at: issuers.list_issuers(session, after=at))}
    rows = all_pages(lambda at: api_keys.list_api_keys(session, issuer_id=None, after=at))
    return [KnownKey(row, slugs[row.issuer_id] if row.issuer_id else None) for row in rows]


def revoke_api_key(session: Session, prefix: str, *, actor_name: str, now: datetime) -> None:
    """From the next request on the key is no more. Raises NotFoundError."""
    row = api_keys.find_api_key_by_prefix(session, prefix)
    if row is None:
        raise NotFoundError(f"There is no API key {prefix}.")
    api_keys.revoke_api_key(session, row, now=now)
    record(session, "apikey.revoke", actor=actor_name, issuer_id=row.issuer_id, subject=prefix, now=now)


def _check(slug: str | None, *, found: bool, scopes: Sequence[str], expires_at: datetime | None, now: datetime) -> None:
    problems = []
    if slug and not found:
        problems.append(FieldProblem("/issuer", f"There is no issuer '{slug}'."))
    if slug is None and ADMIN not in scopes:
        problems.append(FieldProblem("/issuer", "Name the issuer; only a key with the scope 'admin' has none."))
    if slug is not None and ADMIN in scopes:
        problems.append(
            FieldProblem("/scopes", "The scope 'admin' is for keys of the whole service: leave out the issuer.")
        )
    if expires_at is not None and expires_at <= now:
        problems.append(FieldProblem("/expiresAt", "This moment has passed."))
    if problems:
        raise InvalidFieldsError(tuple(problems))


def _new_token(instance: Instance, *, test: bool) -> str:
    prefix = base64.b32encode(instance.random_bytes(10)).decode().lower()[:_PREFIX_CHARACTERS]
    secret = base64.b32encode(instance.random_bytes(32)).decode().lower().rstrip("=")
    return f"lrl_{'test' if test else 'live'}_{prefix}{secret}"


def _prefix(token: str) -> str:
    return token.split("_", 2)[2][:_PREFIX_CHARACTERS]


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
