"""Taking a person out of what is stored, and what stays behind so that a completion is not awarded again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update

from app.models import Credential, ErasedCompletion, IdempotencyKey, Issuer, StatusChange
from app.models.base import DIGEST_BYTES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime
    from typing import Any
    from uuid import UUID

    from sqlalchemy.orm import Session

_CREDENTIALS = Credential.metadata.tables["credentials"]
_COMPLETIONS = ErasedCompletion.metadata.tables["erased_completions"]
_KEYS = IdempotencyKey.metadata.tables["idempotency_keys"]
_CHANGES = StatusChange.metadata.tables["status_changes"]
_KNOWN = select(_COMPLETIONS.c.digest).where(
    _COMPLETIONS.c.issuer_id == bindparam("issuer_id"),
    _COMPLETIONS.c.test == bindparam("test"),
    _COMPLETIONS.c.digest.in_(bindparam("digests", expanding=True)),
)
_CHUNK = 500  # values in one IN (...)
_READ_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class NewErasedCompletion:
    issuer_id: UUID
    test: bool
    digest: bytes
    credential_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonKey:
    """By what somebody is found. An e-mail address in small letters; a name counts where there is nothing better."""

    email: str | None = None
    did: str | None = None
    name: str | None = None


def find_people(session: Session, who: PersonKey, *, issuer_id: UUID | None, most: int) -> list[UUID]:
    """The credentials of one person, oldest first; `most` and one of them, if there are more.

    Those with the e-mail address or the DID; with the name only those that hold neither.
    """
    found: list[UUID] = []
    for credential_id, learner in _candidates(session, who, issuer_id):
        if _fits(learner, who):
            found.append(credential_id)
        if len(found) > most:
            break
    return found


def _candidates(session: Session, who: PersonKey, issuer_id: UUID | None) -> Iterator[tuple[UUID, dict[str, Any]]]:
    learner = Credential.learner
    email, did = learner["email"].as_string(), learner["did"].as_string()
    ways = []
    if who.email is not None:
        ways.append(func.lower(email) == who.email if who.email.isascii() else email.is_not(None))
    if who.did is not None:
        ways.append(did == who.did)
    if who.name is not None:
        ways.append(and_(email.is_(None), did.is_(None)))
    query = select(Credential.id, Credential.learner).where(Credential.erased_at.is_(None), or_(*ways))
    if issuer_id is not None:
        query = query.where(Credential.issuer_id == issuer_id)
    rows = session.execute(
        query.order_by(Credential.issued_at, Credential.id).execution_options(yield_per=_READ_AT_ONCE)
    )
    yield from (tuple(row) for row in rows)


def _fits(learner: dict[str, Any], who: PersonKey) -> bool:
    """Compared here in the end: databases do not agree on what the small form of a letter is."""
    email, did, name = (learner.get(member) for member in ("email", "did", "name"))
    if email is None and did is None:
        return who.name is not None and str(name).casefold() == who.name.casefold()
    same_email = who.email is not None and str(email or "").strip().lower() == who.email
    return same_email or (who.did is not None and did == who.did)


def forget_person(session: Session, credential_id: UUID, *, at: datetime) -> None:
    """Empties what a credential says and holds of its holder. What it was stays: digest, place in its list, dates.

    The digest of the request goes too: it is over the learner's data and nothing secret, so that one could guess.
    """
    session.execute(
        update(_CREDENTIALS)
        .where(_CREDENTIALS.c.id == credential_id)
        .values(document=b"", jwt=None, learner={}, external_id=None, request_sha256=bytes(DIGEST_BYTES), erased_at=at)
    )


def forget_requests(session: Session, issuer_id: UUID, credential_id: UUID) -> int:
    """Deletes the Idempotency-Keys that led to the credential; returns how many."""
    rows = delete(_KEYS).where(_KEYS.c.issuer_id == issuer_id, _KEYS.c.credential_id == credential_id)
    return session.execute(rows).rowcount  # type: ignore[attr-defined,no-any-return]


def add_erased_completion(session: Session, new: NewErasedCompletion) -> None:
    session.execute(insert(_COMPLETIONS), asdict(new))


def find_erased_completions(session: Session, issuer_id: UUID, digests: Sequence[bytes], *, test: bool) -> set[bytes]:
    """Those of the digests that belong to a completion whose credential was erased."""
    return {
        digest
        for start in range(0, len(digests), _CHUNK)
        for digest in session.scalars(
            _KNOWN, {"issuer_id": issuer_id, "test": test, "digests": digests[start : start + _CHUNK]}
        )
    }


def keep_pepper(session: Session, issuer_id: UUID, pepper: bytes) -> None:
    """Under the issuer's lock, and only when it has none: another would make every digest before it useless."""
    table = Issuer.metadata.tables["issuers"]
    session.execute(update(table).where(table.c.id == issuer_id, table.c.pepper.is_(None)).values(pepper=pepper))


def list_lapsed(session: Session, *, before: datetime, issuer_id: UUID, limit: int) -> list[UUID]:
    """Credentials of the issuer that expired or were revoked before, and still hold their holder's data."""
    table = _CREDENTIALS
    revoked = select(_CHANGES.c.credential_id).where(_CHANGES.c.issuer_id == issuer_id, _CHANGES.c.at < before)
    query = (
        select(table.c.id)
        .where(
            table.c.issuer_id == issuer_id,
            table.c.erased_at.is_(None),
            or_(table.c.valid_until < before, table.c.id.in_(revoked)),
        )
        .order_by(table.c.issued_at, table.c.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def requests_by_credential(
    session: Session, issuer_id: UUID, ids: Collection[UUID]
) -> dict[UUID, list[IdempotencyKey]]:
    """The Idempotency-Keys that led to each of the issuer's credentials."""
    found: dict[UUID, list[IdempotencyKey]] = defaultdict(list)
    wanted = sorted(ids)
    for start in range(0, len(wanted), _CHUNK):
        for row in session.scalars(
            select(IdempotencyKey).where(
                IdempotencyKey.issuer_id == issuer_id, IdempotencyKey.credential_id.in_(wanted[start : start + _CHUNK])
            )
        ):
            found[row.credential_id].append(row)
    return found
