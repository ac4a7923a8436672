"""API keys: who is asking, for which issuer, and what they may do.

A key is `lrl_live_` or `lrl_test_`, ten characters by which it is found, and 256 random bits. The database holds the
SHA-256 of the whole: with that much entropy a slow hash would protect nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.errors import ForbiddenError, UnauthenticatedError
from app.models import APIKey
from app.storage import Session, api_keys

ADMIN = "admin"
NO_SUCH_KEY = "The key does not exist, or it has ended."
PREFIX_CHARACTERS = 10
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

    def has(self, scope: str) -> bool:
        """Whether the key has `scope`, or is an admin's."""
        return scope in self.scopes or self.is_admin

    def require(self, scope: str) -> None:
        """Raises ForbiddenError for a key that has it not."""
        if not self.has(scope):
            raise ForbiddenError(f"This key lacks the scope '{scope}'.")

    def may_see(self, issuer_id: UUID) -> bool:
        return self.issuer_id is None or self.issuer_id == issuer_id


# Whoever can start our commands can read the database too: the terminal may do everything.
TERMINAL = Actor("terminal", None, frozenset({ADMIN}), test=False)


def authenticate(session: Session, token: str, *, now: datetime) -> Actor:
    """The actor whose key this is. Raises UnauthenticatedError with the same words for every reason."""
    match = _TOKEN.fullmatch(token)
    row = api_keys.find_api_key_by_prefix(session, match[2]) if match else None
    digest = digest_of_token(token)
    # Compared even when there is no row, so that a wrong prefix takes as long as a wrong secret.
    good = hmac.compare_digest(digest, row.secret_sha256 if row else b"\0" * len(digest))
    if row is None or not good or has_ended(row, now):
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
        return self._actors.get(digest_of_token(token))

    def add(self, token: str, actor: Actor) -> None:
        while len(self._actors) >= self._size:
            self._actors.pop(next(iter(self._actors), b""), None)
        self._actors[digest_of_token(token)] = actor


def ended_keys(session: Session, key_ids: Collection[UUID], *, now: datetime) -> set[UUID]:
    """Those of the keys that open nothing any more: revoked, expired or gone."""
    return set(key_ids) - api_keys.find_living(session, key_ids, now=now)


def has_ended(row: APIKey, now: datetime) -> bool:
    return row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= now)


def digest_of_token(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()
