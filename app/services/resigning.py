"""Badges get another signature: of the same statement, with the key that signs now, under the same address and entry.

For a key that is given up before its time. In chunks, each one transaction, so that awards go on meanwhile and a
process that is killed has done all of a chunk or nothing; whoever begins anew goes on with what still bears the old
key. Of each credential:

    1. its stored bytes are those that were issued, and the old signature fits them: nothing that was altered in the
       database gets a new signature
    2. the same statement is sealed again, and judged as every award is (sealing.py)
    3. the digest of what was there is put on record, and the new bytes take its place
    4. its token is dropped; the next who asks for one has it made anew

What cannot be signed again is left as it is, and named.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from app import strictjson
from app.errors import AppError, DocumentError, InvalidProofError
from app.issuance import KeyMove, Prepared, next_state, prepare_again
from app.models import Issuer, SigningKey
from app.services import issuers as issuing
from app.services import key_life
from app.services.actors import Actor
from app.services.audit import record_all
from app.services.credentials import MAX_DOCUMENT_BYTES
from app.services.instance import Instance
from app.services.issuers import SigningIdentity
from app.services.sealing import SealingJob, seal_all
from app.signing import Algorithm, PublicKey, token_beginning, verify_proof
from app.storage import Cursor, Database, Session, issuers, keys, resigning
from app.storage.resigning import Resigned, SignedRow

MOST: Final = 100  # in one transaction: awards of the issuer wait for that long, a tenth of a second


@dataclass(frozen=True, slots=True)
class Failure:
    """A credential that keeps its signature, and why."""

    credential_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Progress:
    """What a chunk came to. `remaining`: still bearing the old key, failures included. `next`: where to go on."""

    resigned: tuple[UUID, ...]
    failures: tuple[Failure, ...]
    remaining: int
    next: Cursor | None


def resign_chunk(
    database: Database,
    slug: str,
    kid: str,
    *,
    after: Cursor | None = None,
    most: int = MOST,
    actor: Actor,
    instance: Instance,
    now: datetime,
) -> Progress:
    """Durable when it returns. Of a key for tokens the tokens are dropped, since they are made on demand.

    Raises NotFoundError, InvalidTransitionError while the key signs itself, UnavailableError.
    """
    now = now.replace(microsecond=0)
    with database.transaction(actor.issuer_id) as session:
        issuer = key_life.seen_issuer(session, slug, actor)
        issuers.hold_issuer(session, issuer.id)
        # Whoever is due takes over first: else the key that is given up might be the one that signs.
        identity = issuing.signing_identity(session, issuer, instance=instance, now=now)
        old = keys.lock_key(session, issuer.id, kid)
        next_state(KeyMove.RESIGN, old.state)
        if old.purpose is issuing.VC_JWT:
            return _drop_tokens(session, issuer, old, after=after, most=most, instance=instance)
        page = resigning.list_signed(session, issuer.id, old.id, after=after, most=most)
        done, failures = _resigned(page.items, PublicKey.from_jwk(old.public_jwk), identity, instance, now)
        _store(session, issuer, old, identity, done, actor=actor, now=now)
        remaining = resigning.count_signed(session, issuer.id, old.id)
    return Progress(tuple(one.row.id for one in done), tuple(failures), remaining, page.next)


def _resigned(
    rows: tuple[SignedRow, ...], old: PublicKey, identity: SigningIdentity, instance: Instance, now: datetime
) -> tuple[list[Resigned], list[Failure]]:
    failures: list[Failure] = []
    ready: list[tuple[SignedRow, Prepared]] = []
    for row in rows:
        try:
            ready.append((row, _statement(row, old, instance)))
        except AppError as error:
            failures.append(Failure(row.id, error.message))
    jobs = [SealingJob(prepared, now, row.awarded_at) for row, prepared in ready]
    done: list[Resigned] = []
    for (row, _), sealed in zip(ready, seal_all(jobs, identity, instance), strict=True):
        if isinstance(sealed, DocumentError):
            failures.append(Failure(row.id, sealed.message))
        else:
            done.append(Resigned(row, sealed.raw, sealed.sha256))
    return done, failures


def _statement(row: SignedRow, old: PublicKey, instance: Instance) -> Prepared:
    """What was signed, if these bytes are what was. Raises InputError, CryptoError."""
    if hashlib.sha256(row.document).digest() != row.sha256:
        raise InvalidProofError("Its stored bytes are not those that were issued: restore it from a backup.")
    document = strictjson.loads(row.document, max_bytes=MAX_DOCUMENT_BYTES)
    [proof] = document["proof"]
    verify_proof(document, proof, old, known=lambda unsigned: instance.templates.canonicalize(unsigned).nquads)
    return prepare_again(document)


def _store(
    session: Session,
    issuer: Issuer,
    old: SigningKey,
    identity: SigningIdentity,
    done: list[Resigned],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    new = identity.published.key
    resigning.replace_documents(
        session, done, issuer_id=issuer.id, old_key_id=old.id, new_key_id=new.id, actor=actor.name, now=now
    )
    if done:
        record_all(
            session,
            "credential.resign",
            actor=actor.name,
            issuer_id=issuer.id,
            subjects=[str(one.row.id) for one in done],
            detail={"key": new.kid, "before": old.kid},
            now=now,
        )


def _drop_tokens(
    session: Session, issuer: Issuer, old: SigningKey, *, after: Cursor | None, most: int, instance: Instance
) -> Progress:
    beginning = token_beginning(Algorithm(old.algorithm.value), instance.site.key(issuer.slug, old.kid))
    page = resigning.list_with_token(session, issuer.id, beginning, after=after, most=most)
    resigning.drop_tokens(session, page.items)
    remaining = resigning.count_with_token(session, issuer.id, beginning)
    return Progress(page.items, (), remaining, page.next)
