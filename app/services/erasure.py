"""Forgetting whose a credential was (docs/decisions/0029).

What others rely on stays: the credential's id, its place in the status list and the bit there, the digest of the signed
bytes, its dates, what it was awarded for. So the copy that the holder kept verifies as before. What tells of the holder
goes: name, e-mail address, DID, evidence and narrative (they stand in the signed bytes), the other forms made of them,
the platform's name for the completion, and the digests of what was sent.

The completion leaves a digest under the issuer's pepper, so that a retry does not bring the badge back.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from app import strictjson
from app.issuance import Move, require_move
from app.services import journalled
from app.services.actors import Actor
from app.services.audit import record
from app.services.certificates import forget_certificates
from app.services.credentials import StoredCredential, get_credential
from app.services.instance import Instance
from app.services.previews import forget_previews
from app.storage import Database, NaturalKey, Session, credentials, erasures, issuers, status_lists

TABLES: Final = ("credentials", "idempotency_keys")
"""What an erasure changes, for `Database.vacuum`."""

WAS_ERASED: Final = (
    "This completion led to a badge from which everything about its holder was removed since, so it is not awarded "
    "again. If it has to be, send it under another externalId."
)
REVOKED_TOO: Final = "Its holder asked for it, and for everything about them to be removed."
_PEPPER_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Erasure:
    """`replayed`: it had been erased before. `requests`: how many Idempotency-Keys went with it."""

    stored: StoredCredential
    replayed: bool
    requests: int = 0


def completion_digest(pepper: bytes, key: NaturalKey) -> bytes:
    """By which a completion is known again when nothing of it is kept. Useless to whoever has not the pepper."""
    return hmac.digest(pepper, strictjson.dumps(list(key)), "sha256")


def erased_among(
    session: Session, issuer_id: UUID, pepper: bytes, keys: Sequence[NaturalKey], *, test: bool
) -> set[NaturalKey]:
    """Those of the completions whose credential was erased. Certain under the issuer's lock."""
    by_digest = {completion_digest(pepper, key): key for key in keys}
    found = erasures.find_erased_completions(session, issuer_id, list(by_digest), test=test)
    return {by_digest[digest] for digest in found}


def erase_credential(
    session: Session, credential_id: UUID, *, revoke: bool, actor: Actor, instance: Instance, now: datetime
) -> Erasure:
    """Takes the holder out of a credential for good; with `revoke`, and its bit in the status list set.

    A second time it changes nothing, unless it is to be revoked now. The caller scrubs the database after the commit.
    Raises NotFoundError, also when it belongs to an issuer that `actor` may not see.
    """
    now = now.replace(microsecond=0)
    # Under the lock no award can be between looking for this completion and storing another credential for it.
    pepper = issuers.hold_issuer(session, credentials.owner_of(session, credential_id, issuer_id=actor.issuer_id))
    stored = get_credential(session, credential_id)
    if revoke and stored.revocation is None:
        _revoke(session, stored, actor=actor, now=now)
    if stored.row.erased_at is not None:
        return Erasure(get_credential(session, credential_id), replayed=not revoke or stored.revocation is not None)
    require_move(Move.ERASE, stored.standing)
    requests = _forget(session, stored, pepper, instance=instance, now=now)
    record(
        session,
        f"credential.{Move.ERASE}",
        actor=actor.name,
        issuer_id=stored.row.issuer_id,
        subject=str(credential_id),
        now=now,
    )
    session.expire_all()  # the row was changed behind the back of the object that stands for it
    return Erasure(get_credential(session, credential_id), replayed=False, requests=requests)


def forget_at_hand() -> None:
    """What this process keeps in memory of any holder, beside public answers (`Kept.forget`). After the commit."""
    forget_certificates()
    forget_previews()
    urlsplit.cache_clear()  # type: ignore[attr-defined]  # the library's own; it knows the addresses of evidence


def scrub(database: Database) -> None:
    """After the commit: nothing erased is left in the files of the database, as far as it lets go by itself at once."""
    forget_at_hand()
    database.scrub()


def _forget(
    session: Session, stored: StoredCredential, pepper: bytes | None, *, instance: Instance, now: datetime
) -> int:
    row = stored.row
    if row.external_id is not None:
        digest = completion_digest(
            pepper or _new_pepper(session, row.issuer_id, instance), (row.source, row.external_id)
        )
        new = erasures.NewErasedCompletion(row.issuer_id, row.test, digest, row.id, now)
        erasures.add_erased_completion(session, new)
    erasures.forget_person(session, row.id, at=now)
    return erasures.forget_requests(session, row.issuer_id, row.id)


def _new_pepper(session: Session, issuer_id: UUID, instance: Instance) -> bytes:
    pepper = instance.random_bytes(_PEPPER_BYTES)
    erasures.keep_pepper(session, issuer_id, pepper)
    return pepper


def _revoke(session: Session, stored: StoredCredential, *, actor: Actor, now: datetime) -> None:
    row = stored.row
    status_lists.revoke(session, row.id, issuer_id=row.issuer_id, reason=REVOKED_TOO, actor=actor.name, now=now)
    record(
        session,
        f"credential.{Move.REVOKE}",
        actor=actor.name,
        issuer_id=row.issuer_id,
        subject=str(row.id),
        detail=journalled.revoked(row),
        now=now,
    )
