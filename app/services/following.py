"""The steps of an award that succeeds another credential: it renews it, or takes its place (docs/decisions/0028).

A credential has one successor at most. Whoever asks for it again, in the same words, is answered with that one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from app.errors import InvalidTransitionError
from app.issuance import Move, require_move
from app.models import Credential, SuccessionKind
from app.services import journalled
from app.services.audit import record
from app.services.award_rows import Awarded, Follows, Row
from app.services.completions import Learner
from app.services.credentials import StoredCredential, get_credential
from app.services.instance import Instance
from app.storage import Session, credentials, status_lists, successions

_MOVES = {SuccessionKind.RENEWAL: Move.RENEW, SuccessionKind.REPLACEMENT: Move.REPLACE}


def follow(session: Session, rows: Sequence[Row], *, instance: Instance) -> None:
    """Step 3 for successors. The caller holds the issuer's lock.

    A row whose predecessor has this very successor is replayed; one that may not have any is refused.
    """
    first: dict[UUID, Row] = {}
    for row in rows:
        if row.follows is None or row.outcome is not None:
            continue
        before = first.setdefault(row.follows.predecessor_id, row)
        if before is row:
            _follow(session, row, row.follows, instance=instance)
        elif before.request_sha256 == row.request_sha256:
            row.twin = before
        else:
            row.refuse(InvalidTransitionError("Another credential is to follow this one already."))


def _follow(session: Session, row: Row, follows: Follows, *, instance: Instance) -> None:
    # Whoever revokes holds the list of the credential, so what is read now stays true until this is committed.
    status_lists.hold_list_of(session, follows.predecessor_id)
    predecessor = get_credential(session, follows.predecessor_id)
    successor = predecessor.successor
    if successor is not None and successor.kind is follows.kind:
        known = credentials.get_credential(session, successor.successor_id, issuer_id=None)
        if known.request_sha256 == follows.sha256:
            row.outcome = Awarded(known.id, replayed=True)
            return
    try:
        require_move(_MOVES[follows.kind], predecessor.standing)
    except InvalidTransitionError as error:
        where = f" It is {instance.site.credential(successor.successor_id)}." if successor else ""
        row.refuse(InvalidTransitionError(error.message + where))


def learners_of(session: Session, credential: Credential) -> Iterator[Learner]:
    """Whom it was awarded to: as it was reported, and as it has been corrected since."""
    found: Credential | None = credential
    while found is not None:
        if found.erased_at is None:
            yield Learner(**found.learner)
        follower = successions.find_successor(session, found.id)
        found = credentials.find_credential(session, follower.successor_id, issuer_id=None) if follower else None


def store_successions(session: Session, rows: Sequence[Row]) -> None:
    """Step 7 for successors: the fact itself, the end of what was replaced, and the audit line of the predecessor."""
    for row in rows:
        if row.follows is not None and isinstance(row.outcome, Awarded) and row.outcome.stored is not None:
            row.outcome = replace(row.outcome, stored=_store(session, row, row.follows, row.outcome.stored))


def _store(session: Session, row: Row, follows: Follows, stored: StoredCredential) -> StoredCredential:
    detail: dict[str, Any] = {"successor": str(stored.row.id)}
    if follows.kind is SuccessionKind.REPLACEMENT:
        predecessor = credentials.get_credential(session, follows.predecessor_id, issuer_id=stored.row.issuer_id)
        detail |= journalled.revoked(predecessor)
        status_lists.revoke(
            session,
            follows.predecessor_id,
            issuer_id=stored.row.issuer_id,
            reason=follows.reason,
            actor=row.actor.name,
            now=row.now,
        )
    succession = successions.add_succession(
        session,
        issuer_id=stored.row.issuer_id,
        predecessor_id=follows.predecessor_id,
        successor_id=stored.row.id,
        kind=follows.kind,
        reason=follows.reason,
        actor=row.actor.name,
        now=row.now,
    )
    record(
        session,
        f"credential.{_MOVES[follows.kind]}",
        actor=row.actor.name,
        issuer_id=stored.row.issuer_id,
        subject=str(follows.predecessor_id),
        detail=detail,
        now=row.now,
    )
    return replace(stored, predecessor=succession)
