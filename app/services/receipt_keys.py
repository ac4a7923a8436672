"""The service's own keys, which sign verification receipts (docs/decisions/0032).

They are of no issuer. Their document is that of the service's DID, did:web of its host; whatever a key signed stays
verifiable, since a retired one stays published.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from app.errors import ConflictError, InvalidTransitionError
from app.models import ReceiptKey
from app.services.actors import Actor
from app.services.audit import record
from app.services.instance import Instance
from app.services.site import Site
from app.signing import Algorithm, PublicKey, PublishedKey, Signer, did_document
from app.storage import Database, IntegrityError, Session, receipts

__all__ = [
    "MOST_KEYS",
    "ReceiptKey",
    "ReceiptSigner",
    "find_public_key",
    "list_receipt_keys",
    "opens",
    "published_did_document",
    "receipt_signer",
    "rotate",
    "service_did_document",
]

ALGORITHM: Final = Algorithm(ReceiptKey.ALGORITHM)
MOST_KEYS: Final = 300  # in all the life of a service: all stay in one document, of which readers take 256 KiB
_FIRST_USE: Final = "first-use"  # who is named in the audit log for a key that somebody's receipt called for


@dataclass(frozen=True, slots=True)
class ReceiptSigner:
    """A signer, under the name by which others find its public half."""

    signer: Signer
    public_key: PublicKey
    verification_method: str


def receipt_signer(database: Database, *, instance: Instance, now: datetime) -> ReceiptSigner:
    """That of the key which signs now; the first time it is made. Raises KeyUnwrapError, UnavailableError."""
    with database.reading() as session:
        row = receipts.find_active_key(session)
    if row is None:
        row = _first_key(database, instance=instance, now=now)
    signer = instance.keystore.signer(
        issuer_id=str(row.id), kid=row.kid, algorithm=ALGORITHM, ciphertext=row.ciphertext
    )
    return ReceiptSigner(signer, PublicKey.from_jwk(row.public_jwk), f"{instance.site.own_did}#{row.kid}")


def _first_key(database: Database, *, instance: Instance, now: datetime) -> ReceiptKey:
    """Two processes may come here at once. The kid is the same for both, so one of them finds the other's key."""
    with database.reading() as session:
        number = len(receipts.list_keys(session)) + 1
    made = _new_key(number, instance=instance, now=now)
    with suppress(IntegrityError), database.transaction() as session:
        known = receipts.find_active_key(session)
        if known is None:
            receipts.add_key(session, made)
            _record(session, "receipt-key.create", made, _FIRST_USE, now)
            return made
    _destroy(made, instance)
    with database.reading() as session:
        known = receipts.find_active_key(session)
    if known is None:  # rotated in this very moment, by somebody who is not done yet
        raise ConflictError("The key of receipts is being changed at this moment. Try again.")
    return known


def rotate(database: Database, *, actor: Actor, instance: Instance, now: datetime) -> ReceiptKey:
    """A new key in the place of the one that signs, which stays published.

    Raises ConflictError when somebody else does the same at this moment, InvalidTransitionError for a service that has
    had too many.
    """
    now = now.replace(microsecond=0)
    with database.reading() as session:
        number = len(receipts.list_keys(session)) + 1
    if number > MOST_KEYS:
        raise InvalidTransitionError(f"There were {MOST_KEYS} keys for receipts, and all stay published.")
    made = _new_key(number, instance=instance, now=now)
    try:
        with database.transaction() as session:
            former = receipts.find_active_key(session)
            if former is not None:
                receipts.retire_key(session, former, now=now)
                _record(session, "receipt-key.retire", former, actor.name, now)
            receipts.add_key(session, made)
            _record(session, "receipt-key.create", made, actor.name, now)
    except IntegrityError:
        _destroy(made, instance)
        raise ConflictError("Somebody else rotated the key of receipts at this moment.") from None
    return made


def list_receipt_keys(session: Session) -> tuple[ReceiptKey, ...]:
    """Oldest first."""
    return receipts.list_keys(session)


def opens(row: ReceiptKey, instance: Instance) -> bool:
    """Whether the key that is published comes out of the envelope. Raises KeyUnwrapError when nothing does."""
    signer = instance.keystore.signer(
        issuer_id=str(row.id), kid=row.kid, algorithm=ALGORITHM, ciphertext=row.ciphertext
    )
    return signer.public_key.thumbprint() == PublicKey.from_jwk(row.public_jwk).thumbprint()


def service_did_document(keys: Iterable[tuple[str, PublicKey]], site: Site) -> dict[str, Any]:
    """The document of the service's DID, of (kid, public key); without keys as long as no receipt was made."""
    published = [PublishedKey(kid, public_key) for kid, public_key in keys]
    return did_document(site.own_did, published, also_known_as=(site.base_url,))


def published_did_document(session: Session, site: Site) -> dict[str, Any]:
    """The same, of what is stored."""
    rows = receipts.list_keys(session)
    return service_did_document([(row.kid, PublicKey.from_jwk(row.public_jwk)) for row in rows], site)


def find_public_key(session: Session, method: str, site: Site) -> PublicKey | None:
    """The key, in use or retired, that a verification method of this service names."""
    did, _, kid = method.partition("#")
    row = receipts.find_key(session, kid) if did == site.own_did else None
    return PublicKey.from_jwk(row.public_jwk) if row is not None else None


def _new_key(number: int, *, instance: Instance, now: datetime) -> ReceiptKey:
    """Not stored yet. The envelope is bound to the row's own id, for want of an issuer."""
    key_id, kid = instance.new_id(), f"receipts-{number}"
    wrapped = instance.keystore.generate(issuer_id=str(key_id), kid=kid, algorithm=ALGORITHM)
    return ReceiptKey(
        id=key_id,
        kid=kid,
        public_jwk=dict(wrapped.public_key.jwk()),
        ciphertext=wrapped.ciphertext,
        created_at=now.replace(microsecond=0),
        retired_at=None,
    )


def _destroy(made: ReceiptKey, instance: Instance) -> None:
    """On a device it would stay."""
    instance.keystore.destroy(issuer_id=str(made.id), kid=made.kid, algorithm=ALGORITHM, ciphertext=made.ciphertext)


def _record(session: Session, action: str, row: ReceiptKey, actor: str, now: datetime) -> None:
    record(session, action, actor=actor, subject=row.kid, detail={"algorithm": ReceiptKey.ALGORITHM}, now=now)
