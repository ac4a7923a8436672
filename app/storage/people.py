"""What is stored about one person, found by what they are known by."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, or_, select

from app.models import AuditEvent, Credential, IdempotencyKey, SupersededDocument

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

_CHUNK = 500  # values in one IN (...)
_READ_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class PersonKey:
    """By what somebody is found. An e-mail address in small letters; a name counts where there is nothing better."""

    email: str | None = None
    did: str | None = None
    name: str | None = None


def find_credentials_of(session: Session, who: PersonKey, *, issuer_id: UUID | None, most: int) -> list[UUID]:
    """The credentials of one person, oldest first; one more than `most` if there are more. None that were erased.

    Those with the e-mail address or the DID; with the name only those that hold neither. All rows are looked at.
    """
    found: list[UUID] = []
    # Values in the statement itself would stay in memory with it.
    values = {"email": who.email, "did": who.did}
    with session.execute(_candidates(who, issuer_id), values) as rows:
        for credential_id, learner in rows:
            if _fits(learner, who):
                found.append(credential_id)
            if len(found) > most:
                break
    return found


def _candidates(who: PersonKey, issuer_id: UUID | None) -> Select[UUID, dict[str, Any]]:
    learner = Credential.learner
    email, did = learner["email"].as_string(), learner["did"].as_string()
    ways = []
    if who.email is not None:
        ways.append(func.lower(email) == bindparam("email") if who.email.isascii() else email.is_not(None))
    if who.did is not None:
        ways.append(did == bindparam("did"))
    if who.name is not None:
        ways.append(and_(email.is_(None), did.is_(None)))
    query = select(Credential.id, learner).where(Credential.erased_at.is_(None), or_(*ways))
    if issuer_id is not None:
        query = query.where(Credential.issuer_id == issuer_id)
    return query.order_by(Credential.issued_at, Credential.id).execution_options(yield_per=_READ_AT_ONCE)


def _fits(learner: dict[str, Any], who: PersonKey) -> bool:
    """Compared here in the end: databases do not agree on what the small form of a letter is."""
    email, did, name = (learner.get(member) for member in ("email", "did", "name"))
    if email is None and did is None:
        return who.name is not None and str(name).casefold() == who.name.casefold()
    same_email = who.email is not None and str(email or "").strip().lower() == who.email
    return same_email or (who.did is not None and did == who.did)


@dataclass(frozen=True, slots=True)
class Traces:
    """What is stored about a credential beside it: by its id."""

    requests: dict[UUID, list[IdempotencyKey]]
    superseded: dict[UUID, list[SupersededDocument]]
    events: dict[str, list[AuditEvent]]


def find_traces(session: Session, ids: Sequence[UUID]) -> Traces:
    """Requests, earlier signatures and audit lines of these credentials. Looks through both tables of the former."""
    found = Traces(defaultdict(list), defaultdict(list), defaultdict(list))
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        for request in session.scalars(select(IdempotencyKey).where(IdempotencyKey.credential_id.in_(chunk))):
            found.requests[request.credential_id].append(request)
        for earlier in session.scalars(select(SupersededDocument).where(SupersededDocument.credential_id.in_(chunk))):
            found.superseded[earlier.credential_id].append(earlier)
        subjects = [str(credential_id) for credential_id in chunk]
        for event in session.scalars(
            select(AuditEvent).where(AuditEvent.subject.in_(subjects)).order_by(AuditEvent.id)
        ):
            found.events[event.subject].append(event)
    return found
