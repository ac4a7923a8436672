"""The award: completions become signed, checked, stored credentials (docs/decisions/0004).

A list of requests is the primitive; a single POST is a list of one, and those that come at the same time are one list.
All rows are judged on their own: a bad one becomes a `Refused` and costs its neighbours nothing. The caller holds one
write transaction around `award` and commits it before anybody is answered.

    1. resolve     each row's key, which must not have ended, and achievement, as far as that key may see it
    2. lock        the issuers concerned, so that a natural key cannot be taken twice; and refuse those that are stopped
    3. replay      rows that were awarded before, by Idempotency-Key, by (issuer, source, externalId) or as a successor;
                   refuse those whose credential was erased
    4. draft       what is left, or refuse it; an achievement's first award asks for its preflight
    5. allocate    a random unused status-list entry for each draft
    6. prepare, seal, and let our own verifier judge the bytes
    7. store       credentials, whom they succeed, and the audit lines, in the same transaction
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from app.errors import (
    ErasedError,
    FieldProblem,
    IdempotencyKeyReusedError,
    InputError,
    InvalidFieldsError,
    IssuingStoppedError,
    UnauthenticatedError,
)
from app.issuance import Draft, Prepared, Sealed, StatusEntry, prepare
from app.models import Credential
from app.services import issuers as issuing
from app.services.actors import NO_SUCH_KEY, Actor, ended_keys
from app.services.appearance import usual_visibility
from app.services.audit import record_all
from app.services.award_rows import Awarded, Outcome, Refused, Request, Row
from app.services.awardable import Awardable, find_awardable
from app.services.completions import Learner
from app.services.credentials import StoredCredential
from app.services.drafting import compose
from app.services.erasure import WAS_ERASED, erased_among
from app.services.following import follow, learners_of, store_successions
from app.services.instance import Instance
from app.services.preflight import require_preflight
from app.services.sealing import SealingJob, seal_all
from app.services.stops import require_issuing
from app.storage import Session, credentials, idempotency, status_lists
from app.storage import issuers as issuer_rows
from app.storage.credentials import NaturalKey


class _Lookup:
    """Achievements by name, each asked for once in a group."""

    def __init__(self, session: Session, instance: Instance) -> None:
        self._session = session
        self._instance = instance
        self._named: dict[tuple[str, UUID | None], list[Awardable]] = {}
        self.site = instance.site

    def find(self, name: str, actor: Actor) -> list[Awardable]:
        key = (name, actor.issuer_id)
        if key not in self._named:
            self._named[key] = find_awardable(self._session, name, actor=actor, instance=self._instance)
        return self._named[key]


def award(session: Session, requests: Sequence[Request], *, instance: Instance) -> list[Outcome]:
    """One outcome per request, in order.

    Raises UnavailableError when the database or a key is away or a signature is wrong: then nothing was done.
    """
    rows = [Row(request) for request in requests]
    lookup = _Lookup(session, instance)
    _refuse_ended_keys(session, rows)
    for row in rows:
        if row.outcome is None:
            _resolve(lookup, row)
    for (issuer_id, test), mine in _by_issuer(rows):
        pepper = issuer_rows.hold_issuer(session, issuer_id)
        _refuse_what_is_stopped(session, issuer_id, mine)
        _replay(session, issuer_id, mine, test=test)
        if pepper is not None:
            _refuse_erased(session, issuer_id, pepper, mine, test=test)
        follow(session, mine, instance=instance)
        for row in mine:
            _draft(session, instance, row)
        _issue(session, instance, [row for row in mine if row.draft is not None])
        _remember(session, issuer_id, mine)
    return [_outcome(row) for row in rows]


# 1 ------------------------------------------------------------------------------------------------------------------


def _refuse_ended_keys(session: Session, rows: Sequence[Row]) -> None:
    """Whoever let the requests in may have remembered a key; here, with the lock held, its end is certain."""
    held = {row.actor.key_id for row in rows if row.actor.key_id is not None}
    ended = ended_keys(session, held, now=max(row.now for row in rows)) if held else set()
    for row in rows:
        if row.actor.key_id in ended:
            row.refuse(UnauthenticatedError(NO_SUCH_KEY))


def _resolve(lookup: _Lookup, row: Row) -> None:
    if row.follows is not None and row.follows.awardable is not None:
        row.awardable = row.follows.awardable
        return
    found = lookup.find(row.completion.achievement, row.actor)
    if len(found) == 1:
        row.awardable = found[0].at(row.now, lookup.site)
    elif found:
        row.refuse(_wrong("/achievement", "Several issuers have an achievement of this name; give its address."))
    else:
        row.refuse(_wrong("/achievement", "There is no such achievement; give its slug, its UUID or its address."))


def _by_issuer(rows: Sequence[Row]) -> Iterator[tuple[tuple[UUID, bool], list[Row]]]:
    """Issuers in one order everywhere, so that two groups never wait for each other; test badges apart."""
    groups: dict[tuple[UUID, bool], list[Row]] = defaultdict(list)
    for row in rows:
        if row.edition is not None and row.outcome is None:
            groups[row.edition.issuer.id, row.test].append(row)
    for name in sorted(groups):
        yield name, groups[name]


def _refuse_what_is_stopped(session: Session, issuer_id: UUID, rows: Sequence[Row]) -> None:
    """With the issuer's lock held, which a stop takes, too."""
    try:
        require_issuing(session, issuer_id)
    except IssuingStoppedError as error:
        for row in rows:
            row.refuse(error)


# 2, 3 ---------------------------------------------------------------------------------------------------------------


def _replay(session: Session, issuer_id: UUID, rows: Sequence[Row], *, test: bool) -> None:
    _replay_by_key(session, issuer_id, [row for row in rows if row.idempotency_key is not None])
    known = _known(session, issuer_id, [row.natural_key for row in rows if row.natural_key is not None], test=test)
    first: dict[NaturalKey, Row] = {}
    for row in rows:
        name = row.natural_key
        if row.outcome is not None or name is None:
            continue
        if name in known:
            earlier = known[name]
            row.outcome = _same_award(row, earlier.id, earlier.achievement_id, learners_of(session, earlier))
        elif name in first:
            row.twin = first[name]
        else:
            first[name] = row


def _refuse_erased(session: Session, issuer_id: UUID, pepper: bytes, rows: Sequence[Row], *, test: bool) -> None:
    """An issuer has a pepper from its first erasure on; most never do."""
    waiting = {row: row.natural_key for row in rows if row.outcome is None and row.natural_key is not None}
    erased = erased_among(session, issuer_id, pepper, list(waiting.values()), test=test)
    for row, name in waiting.items():
        if name in erased:
            row.refuse(ErasedError(WAS_ERASED))


def _known(
    session: Session, issuer_id: UUID, names: Sequence[NaturalKey], *, test: bool
) -> dict[NaturalKey, Credential]:
    replays = credentials.find_replays(session, issuer_id, names, test=test)
    if not replays:
        return {}
    rows = credentials.find_credentials(session, issuer_id, [replay.credential_id for replay in replays.values()])
    return {name: rows[replay.credential_id] for name, replay in replays.items()}


def _replay_by_key(session: Session, issuer_id: UUID, rows: Sequence[Row]) -> None:
    keys = [row.idempotency_key for row in rows if row.idempotency_key is not None]
    known = idempotency.find_idempotency_keys(session, issuer_id, keys)
    for row in rows:
        used = known.get(row.idempotency_key or "")
        if used is None:
            continue
        row.key_is_known = True
        if used.request_sha256 != row.request_sha256:
            row.refuse(IdempotencyKeyReusedError("This Idempotency-Key was used with another body."))
        else:
            row.outcome = Awarded(used.credential_id, replayed=True)


def _same_award(row: Row, credential_id: UUID, achievement_id: UUID, learners: Iterable[Learner]) -> Outcome:
    """The earlier credential, unless the same name plainly means another award."""
    completion = row.completion
    name = f"externalId '{completion.external_id}' of source '{completion.source}'"
    if row.edition is None or achievement_id != row.edition.achievement.id:
        return Refused(IdempotencyKeyReusedError(f"{name} was used for another achievement."))
    if not any(completion.learner.same_person(learner) for learner in learners):
        return Refused(IdempotencyKeyReusedError(f"{name} was used for another learner."))
    return Awarded(credential_id, replayed=True)


# 4 ------------------------------------------------------------------------------------------------------------------


def _draft(session: Session, instance: Instance, row: Row) -> None:
    if row.outcome is not None or row.twin is not None or row.awardable is None:
        return
    row.credential_id = instance.new_id()
    try:
        require_preflight(session, row.awardable, instance=instance, now=row.now, request_id=row.request_id)
        row.draft = compose(
            row.completion,
            row.awardable.edition,
            row.awardable.document,
            credential_id=row.credential_id,
            test=row.test,
            instance=instance,
            now=row.now,
        )
    except InputError as error:
        row.refuse(error)


# 5, 6, 7 ------------------------------------------------------------------------------------------------------------


def _issue(session: Session, instance: Instance, rows: Sequence[Row]) -> None:
    if not rows or rows[0].edition is None:
        return
    issuer = rows[0].edition.issuer
    identity = issuing.signing_identity(session, issuer, instance=instance, now=rows[0].now)
    entries = status_lists.allocate(session, issuer.id, len(rows), now=rows[0].now, randbelow=instance.randbelow)
    placed = [(row, entry) for row, entry in zip(rows, entries, strict=True) if _prepare(instance, row, entry)]
    jobs = [SealingJob(prepared, row.now, draft.awarded_at) for row, prepared, draft in _complete(placed)]
    issued = []
    for (row, entry), sealed in zip(placed, seal_all(jobs, identity, instance), strict=True):
        if isinstance(sealed, Sealed):
            issued.append(_new_credential(row, entry, sealed, identity.published.key.id))
        else:
            row.refuse(sealed)
    credentials.insert_credentials(session, issued)
    store_successions(session, [row for row, _ in placed if isinstance(row.outcome, Awarded)])
    _write_audit(
        session, issuer.id, [row for row, _ in placed if isinstance(row.outcome, Awarded)], identity.published.key.kid
    )


def _prepare(instance: Instance, row: Row, entry: status_lists.Entry) -> bool:
    if row.draft is None:
        return False
    list_url = instance.site.status_list(entry.list_id)
    try:
        row.prepared = prepare(row.draft, entry=StatusEntry(list_url, entry.index))
    except InputError as error:
        row.refuse(error)
        return False
    return True


def _complete(placed: Sequence[tuple[Row, status_lists.Entry]]) -> Iterator[tuple[Row, Prepared, Draft]]:
    for row, _ in placed:
        if row.prepared is None or row.draft is None:
            raise TypeError("a row that was not prepared cannot be sealed")
        yield row, row.prepared, row.draft


def _new_credential(row: Row, entry: status_lists.Entry, sealed: Sealed, key_id: UUID) -> credentials.NewCredential:
    if row.draft is None or row.edition is None or row.credential_id is None:
        raise TypeError("a row without a draft cannot be stored")
    completion, learner = row.completion, row.completion.learner
    new = credentials.NewCredential(
        id=row.credential_id,
        issuer_id=row.edition.issuer.id,
        achievement_id=row.edition.achievement.id,
        revision_id=row.edition.revision.id,
        signing_key_id=key_id,
        status_list_id=entry.list_id,
        status_index=entry.index,
        document=sealed.raw,
        sha256=sealed.sha256,
        test=row.test,
        source=completion.source,
        external_id=completion.external_id,
        request_sha256=row.request_sha256,
        learner={"name": learner.name, "email": learner.email, "did": learner.did},
        awarded_at=row.draft.awarded_at,
        valid_from=row.draft.awarded_at,
        valid_until=row.draft.valid_until,
        issued_at=row.now,
        visibility=completion.visibility or usual_visibility(row.edition.issuer.settings),
    )
    row.outcome = Awarded(new.id, replayed=False, stored=StoredCredential(new, row.edition))
    return new


def _write_audit(session: Session, issuer_id: UUID, rows: Sequence[Row], kid: str) -> None:
    """A line for each credential, under the name of whoever asked for it."""
    by_actor: dict[tuple[str, datetime], list[Row]] = defaultdict(list)
    for row in rows:
        by_actor[row.actor.name, row.now].append(row)
    for (actor, now), mine in by_actor.items():
        record_all(
            session,
            "credential.issue",
            actor=actor,
            issuer_id=issuer_id,
            subjects=[str(row.credential_id) for row in mine],
            detail={"key": kid},
            now=now,
            request_ids=[row.request_id for row in mine],
        )


def _remember(session: Session, issuer_id: UUID, rows: Sequence[Row]) -> None:
    """Binds each Idempotency-Key to its credential, whether that was issued now or found by its natural key."""
    new: dict[str, idempotency.NewIdempotencyKey] = {}
    for row in rows:
        if row.key_is_known or row.idempotency_key is None or not isinstance(outcome := _outcome(row), Awarded):
            continue
        new[row.idempotency_key] = idempotency.NewIdempotencyKey(
            issuer_id=issuer_id,
            key=row.idempotency_key,
            request_sha256=row.request_sha256,
            credential_id=outcome.credential_id,
            created_at=row.now,
        )
    idempotency.insert_idempotency_keys(session, list(new.values()))


def _outcome(row: Row) -> Outcome:
    if row.twin is not None:
        first = _outcome(row.twin)
        if isinstance(first, Refused) or row.twin.edition is None:
            return first
        if row.follows is not None:
            return Awarded(first.credential_id, replayed=True)
        return _same_award(row, first.credential_id, row.twin.edition.achievement.id, [row.twin.completion.learner])
    if row.outcome is None:
        raise TypeError("a row left the award without an outcome")
    return row.outcome


def _wrong(pointer: str, detail: str) -> InvalidFieldsError:
    return InvalidFieldsError((FieldProblem(pointer, detail),))


__all__ = ["Awarded", "Outcome", "Refused", "Request", "award"]
