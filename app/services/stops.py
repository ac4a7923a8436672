"""The switch that stops issuing, for one issuer or for all: when a key may be in strange hands, or badges are wrong.

Whatever signs something new calls `require_issuing` within the transaction that stores it, after the issuer's lock was
taken. The stop of an issuer takes the same lock: when it is answered, every award that had begun is done, and none
begins. A stop for all is committed first, so that no award begins any more, and then waits for each issuer's lock, so
that those which had begun are done. Looking at badges, verifying and revoking them go on.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from app.errors import IssuingStoppedError
from app.models import Stop
from app.services.actors import Actor
from app.services.audit import record
from app.services.instance import Instance
from app.services.issuers import get_own_issuer
from app.storage import Database, Session, issuers, stops
from app.storage.stops import Standing

__all__ = ["Standing", "Stop", "require_issuing", "resume_issuing", "stop_issuing", "what_is_stopped"]

_EVERYBODY: Final = "service"
_FOR_ALL: Final = "Issuing is stopped on this service. Nothing was stored; send the same request again later."
_FOR_ONE: Final = "Issuing is stopped for this issuer. Nothing was stored; send the same request again later."


def require_issuing(session: Session, issuer_id: UUID | None) -> None:
    """Raises IssuingStoppedError while issuing is stopped for the issuer or for all; for None, for all only."""
    if stops.is_stopped(session, issuer_id):
        raise IssuingStoppedError(_FOR_ALL if issuer_id is None or stops.is_stopped(session, None) else _FOR_ONE)


def stop_issuing(
    database: Database, slug: str | None, *, reason: str, actor: Actor, instance: Instance, now: datetime
) -> Stop:
    """The stop that stands: of the issuer, or for None of the whole service. The first reason and time count.

    When it returns nothing more is issued. Raises NotFoundError, StorageUnavailableError: then a stop for all may stand
    while an award is still on its way, and asking again waits for it.
    """
    with database.transaction(actor.issuer_id) as session:
        stop = _stop(session, slug, reason=reason, actor=actor, instance=instance, now=now)
    if stop.issuer_id is None:
        # In a transaction of its own: an award that had asked before the commit above holds its issuer's lock, and one
        # that asks now is refused. An issuer that is made meanwhile is stopped from its first award on.
        with database.transaction(actor.issuer_id) as session:
            issuers.await_issuers(session)
    return stop


def _stop(session: Session, slug: str | None, *, reason: str, actor: Actor, instance: Instance, now: datetime) -> Stop:
    issuer_id, subject = _stopped(session, slug, actor)
    standing = stops.find_stop(session, issuer_id)
    if standing is not None:
        return standing
    now = now.replace(microsecond=0)
    stop = stops.add_stop(
        session, stop_id=instance.new_id(), issuer_id=issuer_id, reason=reason, actor=actor.name, now=now
    )
    _record(session, "issuing.stop", issuer_id, subject, reason=reason, actor=actor, now=now)
    return stop


def resume_issuing(session: Session, slug: str | None, *, reason: str, actor: Actor, now: datetime) -> None:
    """Lifts the stop; where none stands, nothing happens. A stop for all outlasts the resumption of one issuer.

    Raises NotFoundError.
    """
    issuer_id, subject = _stopped(session, slug, actor)
    now = now.replace(microsecond=0)
    if stops.lift_stops(session, issuer_id, actor=actor.name, now=now):
        _record(session, "issuing.resume", issuer_id, subject, reason=reason, actor=actor, now=now)


def what_is_stopped(database: Database) -> Standing:
    """Raises StorageUnavailableError."""
    with database.reading() as session:
        return stops.standing(session)


def _stopped(session: Session, slug: str | None, actor: Actor) -> tuple[UUID | None, str]:
    """Whom it is about, locked, and how the audit log calls them."""
    if slug is None:
        return None, _EVERYBODY
    issuer = get_own_issuer(session, slug, actor)
    issuers.hold_issuer(session, issuer.id)
    return issuer.id, issuer.did


def _record(
    session: Session, action: str, issuer_id: UUID | None, subject: str, *, reason: str, actor: Actor, now: datetime
) -> None:
    record(session, action, actor=actor.name, issuer_id=issuer_id, subject=subject, detail={"reason": reason}, now=now)
