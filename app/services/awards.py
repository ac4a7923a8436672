"""The award: completions become signed, checked, stored credentials (docs/decisions/0004).

A list of completions is the primitive; a single POST is a list of one. All rows are judged on their own: a bad one
becomes a `Refused` and costs its neighbours nothing. The caller holds one write transaction around `award` and
commits it before anybody is answered.

    1. resolve     each row's achievement, as far as the key may see it
    2. lock        the issuers concerned, so that a natural key cannot be taken twice
    3. replay      rows that were awarded before, by Idempotency-Key or by (issuer, source, externalId)
    4. draft       what is left, or refuse it
    5. allocate    a random unused status-list entry for each draft
    6. prepare, seal, and let our own verifier judge the bytes
    7. store       credentials and the audit line, in the same transaction
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.errors import (
    AppError,
    DocumentError,
    FieldProblem,
    IdempotencyKeyReusedError,
    InputError,
    InvalidFieldsError,
)
from app.issuance import (
    Draft,
    Recipient,
    RecipientIdentifier,
    StatusEntry,
    prepare,
    recipient_problems,
    require_own_output,
    seal,
)
from app.models import Credential, SigningKey
from app.openbadges import new_salt, result_documents
from app.services import issuers as issuing
from app.services.achievements import Edition, find_named
from app.services.actors import Actor
from app.services.audit import record_all
from app.services.completions import Completion, Learner
from app.services.credentials import StoredCredential
from app.services.instance import Instance
from app.signing import Signer
from app.storage import Session, credentials, idempotency, status_lists
from app.storage import issuers as issuer_rows
from app.storage.credentials import NaturalKey

# Clocks of learning platforms run ahead a little.
_CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Awarded:
    """`replayed`: the credential was there already. Otherwise `stored` is the new one, so that nobody reads it back."""

    credential_id: UUID
    replayed: bool
    stored: StoredCredential | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Refused:
    error: AppError


Outcome = Awarded | Refused


@dataclass(slots=True)
class _Row:
    """One completion on its way through the steps."""

    completion: Completion
    edition: Edition | None = None
    outcome: Outcome | None = None
    twin: _Row | None = None
    draft: Draft | None = None
    credential_id: UUID | None = None


@dataclass(slots=True)
class _Bench:
    """What one issuer's rows share while they are awarded."""

    session: Session
    instance: Instance
    actor: Actor
    now: datetime
    named: dict[str, list[Edition]] = field(default_factory=dict)
    documents: dict[UUID, dict[str, Any]] = field(default_factory=dict)

    def editions(self, name: str) -> list[Edition]:
        if name not in self.named:
            self.named[name] = find_named(self.session, name, actor=self.actor, site=self.instance.site)
        return self.named[name]

    def document(self, edition: Edition) -> dict[str, Any]:
        key = edition.revision.id
        if key not in self.documents:
            self.documents[key] = edition.document(self.instance.site)
        return self.documents[key]


def award(
    session: Session,
    completions: Sequence[Completion],
    *,
    instance: Instance,
    actor: Actor,
    now: datetime,
    idempotency_key: str | None = None,
) -> list[Outcome]:
    """One outcome per completion, in order.

    `idempotency_key` belongs to a single completion only. Raises UnavailableError when the database or a key is away:
    then nothing was done.
    """
    now = now.replace(microsecond=0)
    rows = [_Row(completion) for completion in completions]
    bench = _Bench(session, instance, actor, now)
    for row in rows:
        _resolve(bench, row)
    for issuer_id, mine in _by_issuer(rows):
        issuer_rows.lock_issuer(session, issuer_id)
        _replay(bench, issuer_id, mine, idempotency_key)
        for row in mine:
            _draft(bench, row)
        _issue(bench, issuer_id, [row for row in mine if row.draft is not None and row.outcome is None])
        _remember(bench, issuer_id, mine, idempotency_key)
    return [_outcome(row) for row in rows]


# 1 ------------------------------------------------------------------------------------------------------------------


def _resolve(bench: _Bench, row: _Row) -> None:
    found = bench.editions(row.completion.achievement)
    if len(found) == 1:
        row.edition = found[0]
    elif found:
        row.outcome = _refused("/achievement", "Several issuers have an achievement of this name; give its address.")
    else:
        row.outcome = _refused("/achievement", "There is no such achievement; give its slug, its UUID or its address.")


def _by_issuer(rows: Sequence[_Row]) -> Iterator[tuple[UUID, list[_Row]]]:
    """Issuers in one order everywhere, so that two batches never wait for each other."""
    groups: dict[UUID, list[_Row]] = {}
    for row in rows:
        if row.edition is not None and row.outcome is None:
            groups.setdefault(row.edition.issuer.id, []).append(row)
    for issuer_id in sorted(groups):
        yield issuer_id, groups[issuer_id]


# 2, 3 ---------------------------------------------------------------------------------------------------------------


def _replay(bench: _Bench, issuer_id: UUID, rows: Sequence[_Row], idempotency_key: str | None) -> None:
    if idempotency_key is not None:
        _replay_by_key(bench, issuer_id, rows[0], idempotency_key)
    known = _known(bench, issuer_id, [_natural_key(row) for row in rows])
    first: dict[NaturalKey, _Row] = {}
    for row in rows:
        name = _natural_key(row)
        if row.outcome is not None:
            continue
        if name in known:
            earlier = known[name]
            row.outcome = _same_award(row, earlier.id, earlier.achievement_id, Learner(**earlier.learner))
        elif name in first:
            row.twin = first[name]
        else:
            first[name] = row


def _known(bench: _Bench, issuer_id: UUID, names: Sequence[NaturalKey]) -> dict[NaturalKey, Credential]:
    replays = credentials.find_replays(bench.session, issuer_id, names, test=bench.actor.test)
    rows = credentials.find_credentials(bench.session, issuer_id, [replay.credential_id for replay in replays.values()])
    return {name: rows[replay.credential_id] for name, replay in replays.items()}


def _natural_key(row: _Row) -> NaturalKey:
    return row.completion.source, row.completion.external_id


def _replay_by_key(bench: _Bench, issuer_id: UUID, row: _Row, idempotency_key: str) -> None:
    used = idempotency.find_idempotency_key(bench.session, issuer_id, idempotency_key)
    if used is None:
        return
    if used.request_sha256 != row.completion.sha256():
        row.outcome = Refused(IdempotencyKeyReusedError("This Idempotency-Key was used with another body."))
    else:
        row.outcome = Awarded(used.credential_id, replayed=True)


def _same_award(row: _Row, credential_id: UUID, achievement_id: UUID, learner: Learner) -> Outcome:
    """The earlier credential, unless the same name plainly means another award."""
    completion = row.completion
    name = f"externalId '{completion.external_id}' of source '{completion.source}'"
    if row.edition is None or achievement_id != row.edition.achievement.id:
        return Refused(IdempotencyKeyReusedError(f"{name} was used for another achievement."))
    if not completion.learner.same_person(learner):
        return Refused(IdempotencyKeyReusedError(f"{name} was used for another learner."))
    return Awarded(credential_id, replayed=True)


# 4 ------------------------------------------------------------------------------------------------------------------


def _draft(bench: _Bench, row: _Row) -> None:
    if row.outcome is not None or row.twin is not None or row.edition is None:
        return
    try:
        row.credential_id = bench.instance.new_id()
        row.draft = _compose(bench, row.completion, row.edition, row.credential_id)
        problems = recipient_problems(row.draft)
        if problems:
            raise InvalidFieldsError(problems)
    except InputError as error:
        row.draft, row.outcome = None, Refused(error)


def _compose(bench: _Bench, completion: Completion, edition: Edition, credential_id: UUID) -> Draft:
    if completion.completed_at > bench.now + _CLOCK_TOLERANCE:
        raise InvalidFieldsError.one("/completedAt", "This moment is in the future.")
    definition = edition.definition
    awarded_at = min(completion.completed_at, bench.now)
    achievement = bench.document(edition)
    return Draft(
        credential_id=bench.instance.site.credential(credential_id),
        issuer=issuing.profile_document(edition.issuer),
        achievement=achievement,
        recipient=_recipient(bench.instance, completion.learner),
        identified_by=[RecipientIdentifier(kind) for kind in edition.issuer.settings["identifyLearnersBy"]],
        awarded_at=awarded_at,
        valid_until=_valid_until(completion, edition, awarded_at),
        results=result_documents(definition, achievement["id"], completion.results),
        evidence=completion.evidence,
        narrative=completion.narrative,
        assessor=completion.assessor,
        credits_earned=definition.ects,
        test=bench.actor.test,
    )


def _recipient(instance: Instance, learner: Learner) -> Recipient:
    return Recipient(learner.name, learner.email, learner.did, salt=new_salt(instance.random_bytes))


def _valid_until(completion: Completion, edition: Edition, awarded_at: datetime) -> datetime | None:
    if completion.valid_until is None:
        return edition.definition.expires(awarded_at)
    if completion.valid_until <= awarded_at:
        raise InvalidFieldsError.one("/validUntil", "The badge would end before the course was completed.")
    return completion.valid_until


# 5, 6, 7 ------------------------------------------------------------------------------------------------------------


def _issue(bench: _Bench, issuer_id: UUID, rows: Sequence[_Row]) -> None:
    if not rows:
        return
    session, instance = bench.session, bench.instance
    key, signer = issuing.signer_for(session, issuer_id, issuing.DATA_INTEGRITY, instance=instance)
    issuer = issuer_rows.get_issuer(session, issuer_id)
    did_document = issuing.issuer_did_document(session, issuer, site=instance.site)
    entries = status_lists.allocate(session, issuer_id, len(rows), now=bench.now, randbelow=instance.randbelow)
    issued = []
    for row, entry in zip(rows, entries, strict=True):
        try:
            issued.append(_seal_row(bench, row, entry, key, signer, did_document))
        except (InputError, DocumentError) as error:
            row.outcome = Refused(error)
    credentials.insert_credentials(session, issued)
    record_all(
        session,
        "credential.issue",
        actor=bench.actor.name,
        issuer_id=issuer_id,
        subjects=[str(credential.id) for credential in issued],
        detail={"key": key.kid},
        now=bench.now,
    )


def _seal_row(
    bench: _Bench,
    row: _Row,
    entry: status_lists.Entry,
    key: SigningKey,
    signer: Signer,
    did_document: Mapping[str, Any],
) -> credentials.NewCredential:
    if row.draft is None or row.edition is None or row.credential_id is None:
        raise TypeError("a row without a draft cannot be sealed")
    did = row.edition.issuer.did
    list_url = bench.instance.site.status_list(entry.list_id)
    prepared = prepare(row.draft, entry=StatusEntry(list_url, entry.index))
    sealed = seal(prepared, signer, verification_method=f"{did}#{key.kid}", created=bench.now)
    require_own_output(sealed.raw, did=did, did_document=did_document, now=row.draft.awarded_at)
    completion = row.completion
    learner = completion.learner
    new = credentials.NewCredential(
        id=row.credential_id,
        issuer_id=row.edition.issuer.id,
        achievement_id=row.edition.achievement.id,
        revision_id=row.edition.revision.id,
        signing_key_id=key.id,
        status_list_id=entry.list_id,
        status_index=entry.index,
        document=sealed.raw,
        sha256=sealed.sha256,
        test=bench.actor.test,
        source=completion.source,
        external_id=completion.external_id,
        request_sha256=completion.sha256(),
        learner={"name": learner.name, "email": learner.email, "did": learner.did},
        awarded_at=row.draft.awarded_at,
        valid_from=row.draft.awarded_at,
        valid_until=row.draft.valid_until,
        issued_at=bench.now,
    )
    row.outcome = Awarded(new.id, replayed=False, stored=StoredCredential(new, row.edition, None))
    return new


def _remember(bench: _Bench, issuer_id: UUID, rows: Sequence[_Row], idempotency_key: str | None) -> None:
    """Binds the Idempotency-Key to the credential, whether it was issued now or found by its natural key."""
    if idempotency_key is None or not isinstance(outcome := _outcome(rows[0]), Awarded):
        return
    if idempotency.find_idempotency_key(bench.session, issuer_id, idempotency_key) is None:
        new = idempotency.NewIdempotencyKey(
            issuer_id=issuer_id,
            key=idempotency_key,
            request_sha256=rows[0].completion.sha256(),
            credential_id=outcome.credential_id,
            created_at=bench.now,
        )
        idempotency.insert_idempotency_keys(bench.session, [new])


def _outcome(row: _Row) -> Outcome:
    if row.twin is not None:
        first = _outcome(row.twin)
        if isinstance(first, Refused) or row.twin.edition is None:
            return first
        return _same_award(row, first.credential_id, row.twin.edition.achievement.id, row.twin.completion.learner)
    if row.outcome is None:
        raise TypeError("a row left the award without an outcome")
    return row.outcome


def _refused(pointer: str, detail: str) -> Refused:
    return Refused(InvalidFieldsError((FieldProblem(pointer, detail),)))


__all__ = ["Awarded", "Outcome", "Refused", "award"]
