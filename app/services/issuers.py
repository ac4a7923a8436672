"""Issuers: the tenant, its public Profile, its DID and its two keys (docs/decisions/0006)."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from app import strictjson
from app.errors import ConflictError, InvalidFieldsError, NotFoundError, SigningFaultError
from app.issuance import KeyMove, due_key, next_state
from app.keystore import WrappedKey
from app.models import Issuer, KeyPurpose, KeyState, SigningKey, Stop
from app.openbadges import check_profile
from app.openbadges.twin import issuer_problems
from app.services.actors import Actor
from app.services.appearance import Appearance, appearance_of
from app.services.audit import record
from app.services.endorsed import Endorsed, endorsed, members
from app.services.instance import Instance
from app.services.new_issuer import NewIssuer
from app.services.paging import all_pages
from app.services.site import Site
from app.signing import Algorithm, PublicKey, PublishedKey, Signer, did_document, jwk_with_kid, jwks
from app.storage import IntegrityError, Session, issuers, keys, stops
from app.storage.keys import StoredKey

DATA_INTEGRITY = KeyPurpose.DATA_INTEGRITY
VC_JWT = KeyPurpose.VC_JWT
SCHEDULE = "schedule"  # who is named in the audit log when nobody did it but the time that somebody had set


def create_issuer(session: Session, new: NewIssuer, *, instance: Instance, actor_name: str, now: datetime) -> Issuer:
    """The issuer with an Ed25519 key for Data Integrity and a key for VC-JWT.

    Raises ConflictError, InvalidFieldsError.
    """
    _check_time_zone(new.time_zone)
    if new.test and not instance.development:
        raise InvalidFieldsError.one("/test", "Issuers for tests are for development: anybody may sign as they do.")
    issuer = _add_issuer(session, new, instance=instance, now=now)
    _require_sound(issuer)
    add_key(session, issuer, DATA_INTEGRITY, Algorithm.EDDSA, instance=instance, now=now)
    add_key(session, issuer, VC_JWT, Algorithm(new.jwt_algorithm), instance=instance, now=now)
    record(session, "issuer.create", actor=actor_name, issuer_id=issuer.id, subject=issuer.did, now=now)
    return issuer


def _require_sound(issuer: Issuer) -> None:
    """Raises InvalidFieldsError for a profile that is none, or that lacks what its settings ask of it."""
    problems = check_profile(profile_document(issuer))
    if issuer.settings.get("openBadges2") is True:
        problems += issuer_problems(issuer.profile, issuer.settings["identifyLearnersBy"])
    if problems:
        raise InvalidFieldsError(problems)


def _add_issuer(session: Session, new: NewIssuer, *, instance: Instance, now: datetime) -> Issuer:
    taken = ConflictError(f"There is an issuer '{new.slug}' already.")
    if issuers.find_issuer_by_slug(session, new.slug) is not None:
        raise taken
    try:
        return issuers.add_issuer(
            session,
            issuer_id=instance.new_id(),
            slug=new.slug,
            did=instance.site.did(new.slug),
            profile=new.profile,
            settings=new.settings(),
            now=now,
        )
    except IntegrityError:
        raise taken from None  # somebody else took the slug since we looked


@dataclass(frozen=True, slots=True)
class IssuerChange:
    """What becomes different: members of the Profile, None for one that goes, and settings."""

    profile: Mapping[str, Any]
    settings: Mapping[str, Any]


def change_issuer(session: Session, slug: str, change: IssuerChange, *, actor: Actor, now: datetime) -> Issuer:
    """The issuer as it is from now on; what was signed keeps saying what it said.

    Raises NotFoundError, InvalidFieldsError.
    """
    issuer = issuers.lock_issuer(session, get_own_issuer(session, slug, actor).id)
    if "timeZone" in change.settings:
        _check_time_zone(change.settings["timeZone"])
    profile = {name: value for name, value in {**issuer.profile, **change.profile}.items() if value is not None}
    settings = {**issuer.settings, **change.settings}
    if (profile, settings) == (issuer.profile, issuer.settings):
        return issuer
    changed = [*change.profile, *change.settings]
    issuers.update_issuer(session, issuer, profile=profile, settings=settings, now=now)
    _require_sound(issuer)
    record(
        session,
        "issuer.change",
        actor=actor.name,
        issuer_id=issuer.id,
        subject=issuer.did,
        detail={"members": changed, "revision": issuer.revision},
        now=now,
    )
    return issuer


def add_key(
    session: Session,
    issuer: Issuer,
    purpose: KeyPurpose,
    algorithm: Algorithm,
    *,
    instance: Instance,
    now: datetime,
) -> SigningKey:
    """A new active key."""
    new = new_key(issuer.id, algorithm, instance=instance, now=now)
    return store_key(session, issuer.id, purpose, new, state=KeyState.ACTIVE, instance=instance, now=now)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key pair that the keystore made. Its kid tells the date and something random, and is never used again."""

    kid: str
    algorithm: Algorithm
    wrapped: WrappedKey


def new_key(issuer_id: UUID, algorithm: Algorithm, *, instance: Instance, now: datetime) -> NewKey:
    """Takes its time, or a device's: so without a transaction, where that can be had. Raises what `generate` does."""
    kid = f"{now:%Y%m%d}-{instance.random_bytes(4).hex()}"
    return NewKey(kid, algorithm, instance.keystore.generate(issuer_id=str(issuer_id), kid=kid, algorithm=algorithm))


def store_key(
    session: Session,
    issuer_id: UUID,
    purpose: KeyPurpose,
    new: NewKey,
    *,
    state: KeyState,
    instance: Instance,
    now: datetime,
) -> SigningKey:
    return keys.add_key(
        session,
        key_id=instance.new_id(),
        issuer_id=issuer_id,
        kid=new.kid,
        algorithm=new.algorithm.value,
        purpose=purpose.value,
        public_jwk=new.wrapped.public_key.jwk(),
        ciphertext=new.wrapped.ciphertext,
        backend=new.wrapped.backend,
        state=state,
        now=now,
    )


def signer_for(
    session: Session, issuer_id: UUID, purpose: KeyPurpose, *, instance: Instance, now: datetime
) -> tuple[StoredKey, Signer]:
    """The key that signs for `purpose` at `now`: the active one, or the pending one whose time has come.

    Only reads: it signs for the one before somebody writes down that it took over (`promote_due_keys`). Raises
    SigningFaultError when there is none, and what opening it raises.
    """
    row = _signing_key([row for row in keys.list_stored_keys(session, issuer_id) if row.purpose is purpose], now)
    return row, _signer(issuer_id, row, instance)


def _signing_key(rows: Sequence[StoredKey], now: datetime) -> StoredKey:
    found = due_key(rows, now) or next((row for row in rows if row.state is KeyState.ACTIVE), None)
    if found is None:
        raise SigningFaultError("The issuer has no active signing key.")
    return found


def promote_due_keys(session: Session, issuer_id: UUID, rows: Sequence[StoredKey], *, now: datetime) -> bool:
    """Whether keys took over whose time has come. Nobody needs to wake for that: whoever signs next does it."""
    due = [due_key([row for row in rows if row.purpose is purpose], now) for purpose in KeyPurpose]
    if not any(due):
        return False
    issuers.hold_issuer(session, issuer_id)
    for key in due:
        if key is not None:
            row = keys.lock_key(session, issuer_id, key.kid)
            if row.state is KeyState.PENDING:  # else somebody was faster
                take_over(session, row, actor_name=SCHEDULE, now=now)
    return True


def take_over(session: Session, successor: SigningKey, *, actor_name: str, now: datetime) -> SigningKey:
    """The pending key signs from now on, and the active one no more. The caller holds the issuer."""
    active = keys.find_active_key(session, successor.issuer_id, successor.purpose)
    if active is not None:
        move_key(session, active, KeyMove.RETIRE, actor_name=actor_name, now=now)
    return move_key(session, successor, KeyMove.ACTIVATE, actor_name=actor_name, now=now)


def move_key(
    session: Session,
    row: SigningKey,
    move: KeyMove,
    *,
    actor_name: str,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> SigningKey:
    """The one place where a key changes its state, and where that is put on record. Raises InvalidTransitionError."""
    keys.set_state(session, row, next_state(move, row.state), now=now)
    record(
        session,
        f"key.{move.value}",
        actor=actor_name,
        issuer_id=row.issuer_id,
        subject=row.kid,
        detail={"purpose": row.purpose.value, **(detail or {})},
        now=now,
    )
    return row


@dataclass(frozen=True, slots=True)
class PublishedIdentity:
    """What everybody finds of an issuer: its DID, and the key that it signs credentials with now."""

    did: str
    key: StoredKey
    public_key: PublicKey
    did_document: Mapping[str, Any]

    @property
    def verification_method(self) -> str:
        return f"{self.did}#{self.key.kid}"


@dataclass(frozen=True, slots=True)
class SigningIdentity:
    """An issuer as the signer of credentials. What the signer believes its key to be need not be what is published."""

    published: PublishedIdentity
    signer: Signer


KeyRing = tuple[UUID, tuple[StoredKey, ...]]
"""An issuer and all its keys, as they are stored."""


def signing_identity(session: Session, issuer: Issuer, *, instance: Instance, now: datetime) -> SigningIdentity:
    """The issuer as the signer of credentials, in a transaction that writes. Raises SigningFaultError, KeyUnwrapError.

    The keys are read each time, and the keystore asked; what is published of these very rows is remembered.
    """
    ring = issuer.id, keys.list_stored_keys(session, issuer.id)
    if promote_due_keys(session, issuer.id, ring[1], now=now):
        ring = issuer.id, keys.list_stored_keys(session, issuer.id)
    published = instance.identities.find(ring) or instance.identities.add(
        ring, _published_identity(issuer, ring[1], instance.site)
    )
    return SigningIdentity(published, _signer(issuer.id, published.key, instance))


def _published_identity(issuer: Issuer, rows: Sequence[StoredKey], site: Site) -> PublishedIdentity:
    active = next((row for row in rows if row.purpose is DATA_INTEGRITY and row.state is KeyState.ACTIVE), None)
    if active is None:
        raise SigningFaultError("The issuer has no active signing key.")
    published = [_published(row, row.public_jwk.encode()) for row in rows]
    return PublishedIdentity(
        did=issuer.did,
        key=active,
        public_key=next(key.public_key for key in published if key.kid == active.kid),
        did_document=did_document(issuer.did, published, also_known_as=(site.issuer(issuer.slug),)),
    )


def _signer(issuer_id: UUID, row: SigningKey | StoredKey, instance: Instance) -> Signer:
    return instance.keystore.signer(
        issuer_id=str(issuer_id),
        kid=row.kid,
        algorithm=Algorithm(row.algorithm.value),
        ciphertext=row.ciphertext,
    )


@dataclass(frozen=True, slots=True)
class IssuerView:
    """An issuer with its Profile and every key it has or had."""

    row: Issuer
    profile: Mapping[str, Any]
    keys: Sequence[SigningKey]
    endorsed: Endorsed
    stop: Stop | None

    @property
    def appearance(self) -> Appearance:
        return appearance_of(self.row)


def view(session: Session, issuer: Issuer) -> IssuerView:
    standing = endorsed(session, issuer.id)
    profile = profile_document(issuer) | members(standing.of_issuer)
    stop = stops.find_stop(session, issuer.id)
    return IssuerView(issuer, profile, keys.list_keys(session, issuer.id), standing, stop)


def list_issuers(session: Session, issuer_id: UUID | None) -> list[IssuerView]:
    """The one issuer that a bound key may see, or all."""
    if issuer_id is not None:
        return [view(session, issuers.get_issuer(session, issuer_id))]
    return [view(session, row) for row in all_pages(lambda at: issuers.list_issuers(session, after=at))]


def get_issuer(session: Session, slug: str) -> Issuer:
    issuer = issuers.find_issuer_by_slug(session, slug)
    if issuer is None:
        raise NotFoundError(f"There is no issuer '{slug}'.")
    return issuer


def get_own_issuer(session: Session, slug: str, actor: Actor) -> Issuer:
    """The issuer, if the actor may see it. Raises NotFoundError, in the same words when it may not."""
    issuer = get_issuer(session, slug)
    if not actor.may_see(issuer.id):
        raise NotFoundError(f"There is no issuer '{slug}'.")
    return issuer


def profile_document(issuer: Issuer) -> dict[str, Any]:
    """The OB 3.0 Profile as it stands in every credential of this issuer, but for what others say of it."""
    return {"id": issuer.did, "type": ["Profile"], **issuer.profile}


def published_keys(session: Session, issuer_id: UUID) -> list[PublishedKey]:
    """All keys that ever signed, for their badges' sake (docs/decisions/0006), and those that are to sign."""
    return [_published(row, strictjson.dumps(row.public_jwk)) for row in keys.list_keys(session, issuer_id)]


def _published(row: SigningKey | StoredKey, jwk: bytes) -> PublishedKey:
    retired = row.state not in {KeyState.PENDING, KeyState.ACTIVE}
    return PublishedKey(row.kid, _public_key(jwk), retired=retired, revoked=row.compromised_at)


@lru_cache(maxsize=256)
def _public_key(jwk: bytes) -> PublicKey:
    """Checking a key costs more than signing with it, so keys that were checked are remembered, by their bytes."""
    return PublicKey.from_jwk(strictjson.loads(jwk, max_bytes=len(jwk)))


def issuer_did_document(session: Session, issuer: Issuer, *, site: Site) -> dict[str, Any]:
    return did_document(issuer.did, published_keys(session, issuer.id), also_known_as=(site.issuer(issuer.slug),))


def issuer_jwks(session: Session, issuer: Issuer, *, site: Site) -> dict[str, Any]:
    """Every key under the address that tokens carry as `kid`."""
    return jwks(published_keys(session, issuer.id), iss=issuer.did, key_url=lambda kid: site.key(issuer.slug, kid))


def issuer_jwk(session: Session, issuer: Issuer, kid: str, *, site: Site) -> dict[str, Any]:
    """One JWK, as a `kid` address must answer (OB 3.0 section 8.2.4). Raises NotFoundError."""
    for key in published_keys(session, issuer.id):
        if key.kid == kid:
            return jwk_with_kid(key.public_key, site.key(issuer.slug, kid))
    raise NotFoundError(f"Issuer '{issuer.slug}' has no key '{kid}'.")


def _check_time_zone(name: str) -> None:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidFieldsError.one("/timeZone", "Not an IANA time zone name such as Europe/London.") from None
