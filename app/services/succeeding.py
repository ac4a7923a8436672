"""What a credential is followed by: a renewal when it lapses, a replacement when it says something wrong.

Both are awards, so what is made here is a request to the one way in (`app.services.writer`). A renewal says what was
done this time, of the achievement as it is now. A replacement says what its predecessor said, of the achievement as it
was then, but for what is corrected. Each names its predecessor in the signed document (docs/decisions/0028).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.issuance import AssessorDraft, EvidenceDraft
from app.models import SuccessionKind
from app.openbadges import ResultInput
from app.services.actors import Actor
from app.services.award_rows import Follows, Request
from app.services.awardable import Awardable
from app.services.completions import Completion, Learner, digest
from app.services.credentials import StoredCredential, get_credential, require_reach
from app.services.endorsed import endorsed
from app.services.instance import Instance
from app.storage import Session

_NAMES: Final = {
    SuccessionKind.RENEWAL: ("The credential that this one renews", "Renewed credential"),
    SuccessionKind.REPLACEMENT: ("The credential that this one replaces", "Replaced credential"),
}


@dataclass(frozen=True, slots=True)
class Renewal:
    """What was done this time. Without `completed_at` it was now; `valid_until` is the achievement's unless given."""

    completed_at: datetime | None = None
    valid_until: datetime | None = None
    results: Sequence[ResultInput] = ()
    evidence: Sequence[EvidenceDraft] = ()
    narrative: str | None = None
    assessor: AssessorDraft | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """What is said instead, by the names of Learner's and Completion's fields; the rest stays. `reason` is public."""

    reason: str
    learner: Mapping[str, Any] = field(default_factory=dict)
    award: Mapping[str, Any] = field(default_factory=dict)


def renewal_request(
    session: Session,
    credential_id: UUID,
    renewal: Renewal,
    *,
    actor: Actor,
    instance: Instance,
    now: datetime,
    idempotency_key: str | None = None,
) -> Request:
    """Raises NotFoundError, ForbiddenError."""
    stored = _predecessor(session, credential_id, actor)
    completion = Completion(
        achievement=str(stored.row.achievement_id),
        external_id=None,
        source=stored.row.source,
        learner=_learner(stored),
        completed_at=renewal.completed_at or now,
        valid_until=renewal.valid_until,
        results=renewal.results,
        evidence=[*renewal.evidence, _link(stored, SuccessionKind.RENEWAL, instance)],
        narrative=renewal.narrative,
        assessor=renewal.assessor,
        visibility=stored.row.visibility,
    )
    follows = _follows(stored, SuccessionKind.RENEWAL, "", renewal)
    return Request(completion, actor, now, idempotency_key, follows=follows)


def replacement_request(
    session: Session,
    credential_id: UUID,
    correction: Correction,
    *,
    actor: Actor,
    instance: Instance,
    now: datetime,
    idempotency_key: str | None = None,
) -> Request:
    """Raises NotFoundError, ForbiddenError."""
    stored = _predecessor(session, credential_id, actor)
    said = replace(_said(stored), learner=replace(_learner(stored), **correction.learner), **correction.award)
    completion = replace(said, evidence=[*said.evidence, _link(stored, SuccessionKind.REPLACEMENT, instance)])
    standing = endorsed(session, stored.row.issuer_id, stored.row.achievement_id).at(now)
    edition = replace(stored.edition, endorsed=standing)
    awardable = Awardable(edition, edition.document(instance.site))
    follows = _follows(stored, SuccessionKind.REPLACEMENT, correction.reason, correction, awardable)
    return Request(completion, actor, now, idempotency_key, follows=follows)


def _predecessor(session: Session, credential_id: UUID, actor: Actor) -> StoredCredential:
    stored = get_credential(session, credential_id, actor=actor)
    require_reach(actor, stored)
    return stored


def _follows(
    stored: StoredCredential,
    kind: SuccessionKind,
    reason: str,
    asked: Renewal | Correction,
    awardable: Awardable | None = None,
) -> Follows:
    members = {name: getattr(asked, name) for name in asked.__slots__}
    sha256 = digest({"kind": kind.value, "predecessor": str(stored.row.id), "asked": members})
    return Follows(stored.row.id, kind, reason, sha256, stored.row.test, awardable)


def _link(stored: StoredCredential, kind: SuccessionKind, instance: Instance) -> EvidenceDraft:
    name, genre = _NAMES[kind]
    return EvidenceDraft(name=name, url=instance.site.credential(stored.row.id), genre=genre)


def _learner(stored: StoredCredential) -> Learner:
    """Nobody, when the learner was erased: then the move is refused, with the reason."""
    known = stored.row.learner
    return Learner(known.get("name") or "", known.get("email"), known.get("did"))


# Back from the signed document to what was reported -----------------------------------------------------------------


def _said(stored: StoredCredential) -> Completion:
    row = stored.row
    document: Mapping[str, Any] = {} if row.erased_at is not None else stored.document
    subject = document.get("credentialSubject", {})
    source = subject.get("source")
    return Completion(
        achievement=str(row.achievement_id),
        external_id=None,
        source=row.source,
        learner=_learner(stored),
        completed_at=row.awarded_at,
        valid_until=row.valid_until,
        results=[_result(result, subject["achievement"]["id"]) for result in subject.get("result", [])],
        evidence=[_evidence(item) for item in document.get("evidence", []) if not _is_link(item)],
        narrative=subject.get("narrative"),
        assessor=AssessorDraft(source["name"], source.get("url")) if source else None,
        visibility=row.visibility,
    )


def _is_link(item: Mapping[str, Any]) -> bool:
    """To what the predecessor itself replaced: whoever follows the links finds that there."""
    name, genre = _NAMES[SuccessionKind.REPLACEMENT]
    return item.get("name") == name and item.get("genre") == genre


def _evidence(item: Mapping[str, Any]) -> EvidenceDraft:
    members = ("name", "narrative", "description", "genre", "audience")
    return EvidenceDraft(url=item.get("id"), **{member: item.get(member) for member in members})


def _result(result: Mapping[str, Any], achievement_id: str) -> ResultInput:
    """Ids in the document are the achievement's address, `#`, and the name in its definition."""
    description = result["resultDescription"].removeprefix(f"{achievement_id}#")
    level = result.get("achievedLevel")
    return ResultInput.model_validate(
        {
            "resultDescription": description,
            "value": result.get("value"),
            "status": result.get("status"),
            "achievedLevel": level and level.removeprefix(f"{achievement_id}#{description}-"),
        }
    )
