"""A person's rights: all that is stored about them, found, and forgotten (GDPR articles 15, 17 and 20)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from app.errors import InvalidFieldsError
from app.services import erasure
from app.services.actors import Actor
from app.services.credentials import StoredCredential, get_credentials
from app.services.instance import Instance
from app.storage import Database, Session, people
from app.storage.people import PersonKey

MOST: Final = 1_000
"""Credentials of one person. More share an address that is not a person's."""

_AT_ONCE = 50  # erased in one transaction, so that awards never wait for long


@dataclass(frozen=True, slots=True)
class Found:
    """What is stored about somebody, and how many of the credentials were erased just now."""

    credentials: Sequence[StoredCredential]
    erased: int = 0


def person(*, email: str | None, did: str | None, name: str | None) -> PersonKey:
    """Whom to look for. Raises InvalidFieldsError when nothing is given."""
    if email is None and did is None and name is None:
        raise InvalidFieldsError.one("", "Say who it is: by e-mail address, by DID, or by name.")
    return PersonKey(email.strip().lower() if email else None, did, name)


def find_ids(session: Session, who: PersonKey, *, actor: Actor) -> list[UUID]:
    """Their credentials, as far as the key may see them. Raises InvalidFieldsError when they cannot be one person's."""
    found = people.find_credentials_of(session, who, issuer_id=actor.issuer_id, most=MOST)
    if len(found) > MOST:
        detail = f"This fits more than {MOST} credentials, so it is not one person. Nothing was done."
        raise InvalidFieldsError.one("", detail)
    return found


def find_person(session: Session, who: PersonKey, *, actor: Actor) -> Found:
    """What an erasure would take."""
    ids = find_ids(session, who, actor=actor)
    stored = get_credentials(session, ids)
    return Found([stored[credential_id] for credential_id in ids])


def erase_person(
    database: Database,
    who: PersonKey,
    *,
    revoke: bool,
    actor: Actor,
    instance: Instance,
    now: datetime,
    forget: Callable[[UUID], None] = lambda _: None,
) -> Found:
    """Erases all their credentials, some at a time; what was interrupted goes on when it is asked for again.

    `forget` is told each credential after the commit, for whoever keeps something of it in memory.
    """
    with database.reading(actor.issuer_id) as session:
        found = find_person(session, who, actor=actor)
    erased = erase_credentials(
        database,
        # Issuers in one order everywhere, so that nobody waits for somebody who waits for them.
        [row.id for row in sorted((stored.row for stored in found.credentials), key=lambda row: row.issuer_id)],
        revoke=revoke,
        actor=actor,
        instance=instance,
        now=now,
        forget=forget,
    )
    return Found(found.credentials, erased)


def erase_credentials(
    database: Database,
    ids: Sequence[UUID],
    *,
    revoke: bool,
    actor: Actor,
    instance: Instance,
    now: datetime,
    forget: Callable[[UUID], None] = lambda _: None,
) -> int:
    """Erases them, some at a time; returns how many were not erased yet. The files are scrubbed."""
    erased = 0
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        with database.transaction(actor.issuer_id) as session:
            done = [
                erasure.erase_credential(session, credential_id, revoke=revoke, actor=actor, instance=instance, now=now)
                for credential_id in some
            ]
        erased += sum(not each.replayed for each in done)
        for credential_id in some:
            forget(credential_id)
    erasure.scrub(database)
    return erased
