"""Endorsements by others: taken in when they hold, and then part of every badge that is issued (docs/decisions/0022).

An accrediting body signs an EndorsementCredential about the issuer (its DID) or about an achievement (its address).
Nothing is taken on anybody's word: our own verifier has to find it valid first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app import strictjson
from app.errors import ConflictError, DocumentError, FieldProblem, InvalidFieldsError, NotVerifiedError, TooLargeError
from app.jsonld import canonicalize
from app.models import Endorsement, EndorsementForm, Issuer
from app.openbadges import OB_CONTEXT, VC_CONTEXT
from app.services.actors import Actor
from app.services.audit import record
from app.services.instance import Instance
from app.services.verifying import Question, Verifier
from app.storage import Cursor, IntegrityError, Page, Session, achievements, endorsements, issuers
from app.verification import Kind, Outcome, Report, Verdict

MAX_BYTES: Final = 16 * 1024  # it is part of every badge afterwards
MAX_STANDING: Final = 8  # for one issuer or one achievement
_KINDS: Final = frozenset({Kind.ENDORSEMENT})

_FORMS: Final = {"json": EndorsementForm.JSON, "jwt": EndorsementForm.JWT}


@dataclass(frozen=True, slots=True)
class EndorsementView:
    """A row, and what it is about: the address of an achievement or the DID of an issuer."""

    row: Endorsement
    issuer_slug: str
    endorses: str


async def verified(raw: bytes, verifier: Verifier, *, now: datetime) -> Report:
    """The report on an endorsement that holds, in a form that can be embedded.

    Raises NotVerifiedError with what was found, InputError when there is none to be read or embedded, OverloadedError.
    """
    if len(raw) > MAX_BYTES:
        raise TooLargeError(f"An endorsement may have {MAX_BYTES} bytes: it becomes a part of every badge.")
    report = await verifier.verify(raw, Question(now, kinds=_KINDS), now=now)
    if report.verdict is not Verdict.VALID:
        bad = [check for check in report.checks if check.outcome in (Outcome.FAILED, Outcome.UNDETERMINED)]
        found = tuple(FieldProblem("", f"{check.title} {check.detail}") for check in bad)
        raise NotVerifiedError(found, f"The endorsement was not taken in. {report.summary}")
    if report.format not in _FORMS:
        raise InvalidFieldsError.one("", "Send the endorsement itself, as JSON or as a token, without anything around.")
    if report.format == "json":
        _require_embeddable(raw)
    return report


def add_endorsement(
    session: Session, raw: bytes, report: Report, *, actor: Actor, instance: Instance, now: datetime
) -> EndorsementView:
    """Keeps an endorsement that holds: every credential issued from now on carries it.

    Raises InvalidFieldsError when it is about nothing that this key may manage, ConflictError when it is there already
    or there are MAX_STANDING.
    """
    content: Mapping[str, Any] = report.credential or {}
    issuer_id, achievement_id = _endorsed_by(session, str(content.get("endorses")), actor=actor, instance=instance)
    issuer = issuers.lock_issuer(session, issuer_id)
    endorser: Mapping[str, Any] = report.issuer or {}
    if endorser.get("id") == issuer.did:
        raise InvalidFieldsError.one("/issuer", "An issuer cannot endorse itself or what it awards.")
    standing = endorsements.list_standing(session, issuer_id)
    if sum(one.achievement_id == achievement_id for one in standing) >= MAX_STANDING:
        raise ConflictError(f"There are {MAX_STANDING} endorsements of it already; remove one first.")
    row = Endorsement(
        id=instance.new_id(),
        issuer_id=issuer_id,
        achievement_id=achievement_id,
        form=_FORMS[report.format],
        document=raw.strip(),
        sha256=hashlib.sha256(raw.strip()).digest(),
        endorser_id=str(endorser.get("id")),
        endorser_name=endorser.get("name"),
        valid_until=_moment((report.dates or {}).get("validUntil")),
        actor=actor.name,
        added_at=now,
    )
    try:
        endorsements.add_endorsement(session, row)
    except IntegrityError:
        raise ConflictError("This endorsement was taken in before.") from None
    _changed(session, issuer, "endorsement.add", row, actor=actor, now=now)
    return _view(row, issuer, instance)


def remove_endorsement(
    session: Session, endorsement_id: UUID, *, actor: Actor, instance: Instance, now: datetime
) -> EndorsementView:
    """From now on nothing new carries it; what was issued with it keeps it. Raises NotFoundError."""
    row = endorsements.get_endorsement(session, endorsement_id, issuer_id=actor.issuer_id)
    issuer = issuers.lock_issuer(session, row.issuer_id)
    if row.removed_at is None:
        row.removed_at = now
        _changed(session, issuer, "endorsement.remove", row, actor=actor, now=now)
    return _view(row, issuer, instance)


def list_endorsements(
    session: Session, *, actor: Actor, instance: Instance, after: Cursor | None, limit: int
) -> Page[EndorsementView]:
    """Those that the key may see, latest first, removed ones too."""
    page = endorsements.list_endorsements(session, issuer_id=actor.issuer_id, after=after, limit=limit)
    owners = {issuer_id: issuers.get_issuer(session, issuer_id) for issuer_id in {row.issuer_id for row in page.items}}
    return Page(tuple(_view(row, owners[row.issuer_id], instance) for row in page.items), page.next)


def _endorsed_by(session: Session, name: str, *, actor: Actor, instance: Instance) -> tuple[UUID, UUID | None]:
    """Whose it is, and which achievement it is about if not the issuer. Raises InvalidFieldsError."""
    achievement_id = instance.site.achievement_at(name)
    if achievement_id is not None:
        found = achievements.find_achievement(session, achievement_id, issuer_id=actor.issuer_id)
        if found is not None:
            return found.issuer.id, achievement_id
    issuer = issuers.find_issuer_by_did(session, name)
    if issuer is not None and actor.may_see(issuer.id):
        return issuer.id, None
    raise InvalidFieldsError.one(
        "/credentialSubject/id", "It has to be the DID of your issuer, or the address of one of your achievements."
    )


def _require_embeddable(raw: bytes) -> None:
    """That safe mode takes it inside a document of ours: some contexts give its words other meanings there."""
    document = strictjson.loads(raw, max_bytes=MAX_BYTES)
    around = {"@context": [VC_CONTEXT, OB_CONTEXT], "id": "urn:uuid:a", "type": ["Profile"], "endorsement": [document]}
    try:
        canonicalize(around)
    except DocumentError as error:
        problem = f"Inside a badge it would lose its meaning: {error.message} Send it as a token."
        raise InvalidFieldsError.one("/@context", problem) from error


def _changed(session: Session, issuer: Issuer, action: str, row: Endorsement, *, actor: Actor, now: datetime) -> None:
    issuers.update_issuer(session, issuer, now=now)  # what it signs says something else from here on
    record(
        session,
        action,
        actor=actor.name,
        issuer_id=issuer.id,
        subject=str(row.id),
        detail={"sha256": row.sha256.hex()},
        now=now,
    )


def _view(row: Endorsement, issuer: Issuer, instance: Instance) -> EndorsementView:
    about = issuer.did if row.achievement_id is None else instance.site.achievement(row.achievement_id)
    return EndorsementView(row, issuer.slug, about)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
