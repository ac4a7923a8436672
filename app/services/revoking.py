"""Revoking many credentials: all that fit a search, after somebody has seen how many that are.

A dry run counts them, shows a few, and gives a confirmation: which search, at what moment, how many. The real run takes
the confirmation and means what fitted then: what was issued since is not touched, and if more fit than were seen,
nothing is done. It goes in short transactions, each durable and audited before the next, so it can be cut off anywhere
and sent again: what is revoked already is left out.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from app.errors import InvalidFieldsError, InvalidTransitionError
from app.services import journalled
from app.services.actors import Actor
from app.services.audit import record_all
from app.services.credentials import StoredCredential, stored_all
from app.services.searching import Search, criteria
from app.services.site import Site
from app.storage import Criteria, Database, Session, credentials, status_lists
from app.storage import issuers as issuer_rows
from app.storage.credentials import Place

ROWS: Final = 1_000  # in one transaction: half a second of everybody else's time
SAMPLE: Final = 10
_DIGEST_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class Preview:
    """What a run would revoke. `confirmation` is for the run."""

    count: int
    sample: Sequence[StoredCredential]
    confirmation: str


@dataclass(frozen=True, slots=True)
class Progress:
    """`revoked` so far, `of` those that were not yet when this run began."""

    revoked: int
    of: int


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a confirmation says: how many fitted, when, and what was asked."""

    at: datetime
    count: int
    digest: str

    def text(self) -> str:
        raw = orjson.dumps([int(self.at.timestamp()), self.count, self.digest])
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> _Seen:
        """Raises InvalidFieldsError for a text that no dry run gave."""
        try:
            at, count, digest = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            return cls(datetime.fromtimestamp(at, UTC), int(count), str(digest))
        except (ValueError, TypeError, OverflowError, OSError, binascii.Error):
            raise InvalidFieldsError.one("/confirmation", "This is not what a dry run answered.") from None


def preview(session: Session, search: Search, *, actor: Actor, site: Site, now: datetime) -> Preview:
    """The dry run. Raises InvalidFieldsError, also for a search that asks nothing."""
    at = now.replace(microsecond=0)
    wanted = _wanted(session, search, actor=actor, site=site, at=at)
    count = credentials.count_credentials(session, issuer_id=actor.issuer_id, wanted=wanted)
    page = credentials.list_credentials(session, issuer_id=actor.issuer_id, wanted=wanted, limit=SAMPLE)
    return Preview(count, stored_all(session, page.items), _Seen(at, count, _digest(search, actor)).text())


def revoke_many(
    database: Database, search: Search, confirmation: str, *, reason: str, actor: Actor, site: Site, now: datetime
) -> Iterator[Progress]:
    """Revokes what the confirmed dry run counted; yields after each transaction, and once when there is nothing to do.

    Raises InvalidFieldsError for a confirmation of something else, InvalidTransitionError when more fits than was
    seen: both before anything is done.
    """
    seen = _Seen.read(confirmation)
    if seen.digest != _digest(search, actor):
        raise InvalidFieldsError.one("/confirmation", "The dry run that this confirms was asked something else.")
    with database.reading(actor.issuer_id) as session:
        wanted = _wanted(session, search, actor=actor, site=site, at=seen.at)
        of = credentials.count_credentials(session, issuer_id=actor.issuer_id, wanted=wanted)
    if of > seen.count:
        raise InvalidTransitionError(
            f"{of} credentials fit by now; the dry run counted {seen.count}. Do a dry run again."
        )
    return _run(database, wanted, of, reason=reason, actor=actor, now=now)


def _run(
    database: Database, wanted: Criteria, of: int, *, reason: str, actor: Actor, now: datetime
) -> Iterator[Progress]:
    revoked, after = 0, None
    while True:
        with database.reading(actor.issuer_id) as session:
            places = credentials.list_places(session, issuer_id=actor.issuer_id, wanted=wanted, after=after, limit=ROWS)
        if places:
            after = places[-1].cursor
            with database.transaction(actor.issuer_id) as session:
                revoked += _revoke(session, places, reason=reason, actor=actor, now=now)
        yield Progress(revoked, of)
        if len(places) < ROWS:
            return


def _revoke(session: Session, places: Sequence[Place], *, reason: str, actor: Actor, now: datetime) -> int:
    """One transaction: how many of them were revoked now."""
    done = 0
    for issuer_id in sorted({place.issuer_id for place in places}):
        mine = [place for place in places if place.issuer_id == issuer_id]
        issuer_rows.hold_issuer(session, issuer_id)  # before any list, as awards and replacements do
        ended = status_lists.revoke_many(session, mine, reason=reason, actor=actor.name, now=now.replace(microsecond=0))
        record_all(
            session,
            "credential.revoke",
            actor=actor.name,
            issuer_id=issuer_id,
            subjects=[str(place.id) for place in ended],
            details=[journalled.revoked(place) for place in ended],
            now=now,
        )
        done += len(ended)
    return done


def _wanted(session: Session, search: Search, *, actor: Actor, site: Site, at: datetime) -> Criteria:
    """What fits and is not revoked yet, as of a moment. A test key reaches tests alone."""
    if search == Search():
        raise InvalidFieldsError.one("/filter", "Say which credentials: at least one criterion.")
    found = criteria(session, search, actor=actor, site=site, now=at)
    until = at if found.issued_until is None else min(at, found.issued_until)
    if found.revoked or found.replaced:
        raise InvalidFieldsError.one("/filter/status", "What has this status is revoked already.")
    if actor.test and search.test is False:
        raise InvalidFieldsError.one("/filter/test", "This is a test key; it reaches test credentials only.")
    return replace(found, issued_until=until, revoked=False, test=True if actor.test else found.test)


def _digest(search: Search, actor: Actor) -> str:
    members: dict[str, Any] = asdict(search) | {"issuer": actor.issuer_id, "tests": actor.test}
    return hashlib.sha256(orjson.dumps(members, option=orjson.OPT_SORT_KEYS)).hexdigest()[: 2 * _DIGEST_BYTES]
