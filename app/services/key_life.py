"""The life of signing keys: rotated, marked as leaked, destroyed (docs/decisions/0026; app/issuance/key_life.py).

Each deed is one transaction that holds the issuer, as awards do: a badge is signed before or after it, never across.
New keys are made before that transaction begins, since an RSA key, or a device, takes its time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.errors import InvalidFieldsError, InvalidTransitionError, NotFoundError
from app.issuance import KeyMove, require_earlier
from app.models import Issuer, KeyPurpose, KeyState, SigningKey
from app.services import issuers as issuing
from app.services.actors import Actor
from app.services.audit import record
from app.services.instance import Instance
from app.services.issuers import NewKey
from app.services.paging import all_pages
from app.signing import Algorithm
from app.storage import Database, Session, issuers, keys, status_lists

PURPOSES = tuple(KeyPurpose)
MOST_KEYS = 300  # of an issuer, in all its life: readers of its document, ourselves included, take 256 KiB of it


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key as its issuer sees it. `signed`: how many credentials hold a signature of it as their own."""

    issuer: Issuer
    row: SigningKey
    signed: int = 0


def seen_issuer(session: Session, slug: str, actor: Actor) -> Issuer:
    """Raises NotFoundError, also for one that the actor may not see."""
    issuer = issuing.get_issuer(session, slug)
    if not actor.may_see(issuer.id):
        raise NotFoundError(f"There is no issuer '{slug}'.")
    return issuer


def every_slug(session: Session) -> list[str]:
    return [row.slug for row in all_pages(lambda at: issuers.list_issuers(session, after=at))]


def list_keys(session: Session, slug: str, *, actor: Actor) -> list[KeyView]:
    """Every key that the issuer has or had, oldest first."""
    issuer = seen_issuer(session, slug, actor)
    signed = keys.count_signed(session, issuer.id)
    return [KeyView(issuer, row, signed.get(row.id, 0)) for row in keys.list_keys(session, issuer.id)]


def view(session: Session, slug: str, kid: str, *, actor: Actor) -> KeyView:
    for found in list_keys(session, slug, actor=actor):
        if found.row.kid == kid:
            return found
    raise _no_key(slug, kid)


# Rotation -----------------------------------------------------------------------------------------------------------


def rotate(
    database: Database,
    slug: str,
    *,
    purposes: Sequence[str] = PURPOSES,
    at: datetime | None,
    actor: Actor,
    instance: Instance,
    now: datetime,
) -> list[KeyView]:
    """New keys in the place of those that sign: at once, or from `at` on; until then they are published and wait.

    A key that waits already is the one: it takes over, or waits until then instead. Returns the new keys. Raises
    NotFoundError, InvalidTransitionError for an issuer with too many keys (a key that leaked is replaced all the same),
    UnsupportedCryptoError, UnavailableError.
    """
    now, wanted = now.replace(microsecond=0), [KeyPurpose(purpose) for purpose in purposes]
    at = at.astimezone(UTC).replace(microsecond=0) if at is not None else None
    with database.reading(actor.issuer_id) as session:
        issuer = seen_issuer(session, slug, actor)
        if len(keys.list_stored_keys(session, issuer.id)) + len(wanted) > MOST_KEYS:
            raise InvalidTransitionError(
                f"This issuer has had {MOST_KEYS} keys, and all stay published: more would make its document too long."
            )
        algorithms = {purpose: _algorithm(session, issuer, purpose) for purpose in wanted}
        waiting = {purpose for purpose in wanted if keys.find_pending_key(session, issuer.id, purpose)}
    made = {
        purpose: issuing.new_key(issuer.id, algorithms[purpose], instance=instance, now=now)
        for purpose in wanted
        if purpose not in waiting
    }
    with database.transaction(actor.issuer_id) as session:
        issuers.hold_issuer(session, issuer.id)
        return [
            _rotated(session, issuer, purpose, made.get(purpose), at=at, actor=actor, instance=instance, now=now)
            for purpose in wanted
        ]


def _rotated(
    session: Session,
    issuer: Issuer,
    purpose: KeyPurpose,
    made: NewKey | None,
    *,
    at: datetime | None,
    actor: Actor,
    instance: Instance,
    now: datetime,
) -> KeyView:
    row = keys.find_pending_key(session, issuer.id, purpose)
    if row is None:
        # The one that waited took over in between: rare enough to make another with the issuer held.
        made = made or issuing.new_key(issuer.id, _algorithm(session, issuer, purpose), instance=instance, now=now)
        row = issuing.store_key(session, issuer.id, purpose, made, state=KeyState.PENDING, instance=instance, now=now)
        _record(session, "key.create", row, actor, now, {"algorithm": row.algorithm.value})
    if at is None or at <= now:
        issuing.take_over(session, row, actor_name=actor.name, now=now)
    else:
        keys.schedule_key(session, row, at=at)
        _record(session, "key.schedule", row, actor, now, {"at": _moment(at)})
    return KeyView(issuer, row)


def _algorithm(session: Session, issuer: Issuer, purpose: KeyPurpose) -> Algorithm:
    """That of the key before."""
    known = keys.find_active_key(session, issuer.id, purpose)
    if known is not None:
        return Algorithm(known.algorithm.value)
    return Algorithm.EDDSA if purpose is KeyPurpose.DATA_INTEGRITY else Algorithm(issuer.settings["jwtAlgorithm"])


# A key that leaked ---------------------------------------------------------------------------------------------------


def compromise(
    database: Database,
    slug: str,
    kid: str,
    *,
    since: datetime,
    reason: str,
    actor: Actor,
    instance: Instance,
    now: datetime,
) -> KeyView:
    """What the key signed at `since` or later counts no more, here and for whoever reads the issuer's DID document.

    An active key is replaced at once, by one that is made now: one that waits may have leaked with it. Raises
    NotFoundError, InvalidFieldsError, InvalidTransitionError, UnavailableError.
    """
    now, since = now.replace(microsecond=0), since.astimezone(UTC).replace(microsecond=0)
    if since > now:
        raise InvalidFieldsError.one("/since", "This moment has not come yet: say since when others may have the key.")
    with database.reading(actor.issuer_id) as session:
        issuer = seen_issuer(session, slug, actor)
        row = _find(session, issuer, kid)
        algorithm = Algorithm(row.algorithm.value)
    # Made for a pending key too, which may take over in between.
    made = issuing.new_key(issuer.id, algorithm, instance=instance, now=now) if _may_sign(row) else None
    with database.transaction(actor.issuer_id) as session:
        issuers.hold_issuer(session, issuer.id)
        row = keys.lock_key(session, issuer.id, kid)
        require_earlier(since, row.compromised_at)
        if row.state is KeyState.ACTIVE and made is not None:
            new = issuing.store_key(
                session, issuer.id, row.purpose, made, state=KeyState.PENDING, instance=instance, now=now
            )
            _record(session, "key.create", new, actor, now, {"algorithm": new.algorithm.value})
            issuing.take_over(session, new, actor_name=actor.name, now=now)
        row.compromised_at = since  # with the state, by one statement
        detail = {"since": _moment(since), "reason": reason}
        issuing.move_key(session, row, KeyMove.COMPROMISE, actor_name=actor.name, now=now, detail=detail)
        # Signed copies of the lists are kept by version; those that this key signed are to be made anew everywhere.
        status_lists.renew_lists(session, issuer.id)
    return _read(database, slug, kid, actor)


def _may_sign(row: SigningKey) -> bool:
    return row.state in {KeyState.PENDING, KeyState.ACTIVE}


# The end -------------------------------------------------------------------------------------------------------------


def destroy(database: Database, slug: str, kid: str, *, actor: Actor, instance: Instance, now: datetime) -> KeyView:
    """Nobody signs with it any more, ourselves included; its public half stays published.

    Raises NotFoundError, InvalidTransitionError while it is active and when it was done before, UnavailableError.
    """
    now = now.replace(microsecond=0)
    with database.transaction(actor.issuer_id) as session:
        issuer = seen_issuer(session, slug, actor)
        issuers.hold_issuer(session, issuer.id)
        row = _find(session, issuer, kid)
        ciphertext = row.ciphertext
        issuing.move_key(session, row, KeyMove.DESTROY, actor_name=actor.name, now=now)
        # Before the commit: a key that is gone and not recorded as such can be destroyed again, and signs nothing
        # meanwhile; one that is recorded as gone and is there would be forgotten.
        instance.keystore.destroy(
            issuer_id=str(issuer.id), kid=kid, algorithm=Algorithm(row.algorithm.value), ciphertext=ciphertext
        )
    return _read(database, slug, kid, actor)


def _find(session: Session, issuer: Issuer, kid: str) -> SigningKey:
    row = keys.find_key(session, issuer.id, kid)
    if row is None:
        raise _no_key(issuer.slug, kid)
    return row


def _no_key(slug: str, kid: str) -> NotFoundError:
    return NotFoundError(f"Issuer '{slug}' has no key '{kid}'.")


def _read(database: Database, slug: str, kid: str, actor: Actor) -> KeyView:
    with database.reading(actor.issuer_id) as session:
        return view(session, slug, kid, actor=actor)


def _record(
    session: Session, action: str, row: SigningKey, actor: Actor, now: datetime, detail: dict[str, Any]
) -> None:
    record(
        session,
        action,
        actor=actor.name,
        issuer_id=row.issuer_id,
        subject=row.kid,
        detail={"purpose": row.purpose.value, **detail},
        now=now,
    )


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
