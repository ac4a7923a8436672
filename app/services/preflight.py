"""Interop preflight: a badge that nobody earned is made in memory and asked about (docs/decisions/0024).

On demand, and by itself before the first award of an achievement's revision in this process.
"""

from __future__ import annotations

import traceback
from datetime import datetime
from typing import Final

import structlog
from structlog.typing import FilteringBoundLogger as BoundLogger

from app.errors import DocumentError, FieldProblem, InputError, InvalidFieldsError, SigningFaultError
from app.issuance import AssessorDraft, Draft, EvidenceDraft, StatusEntry
from app.issuance.preflight import Outcome, Picture, Preflight, Said, Scene, examine, refused, rehearse
from app.models import MINIMUM_LIST_LENGTH, KeyState
from app.openbadges import ResultDescriptionDefinition, ResultInput
from app.services import issuers as issuing
from app.services.achievements import Edition
from app.services.awardable import Awardable
from app.services.completions import Completion, Learner
from app.services.drafting import compose
from app.services.instance import Instance
from app.signing import Algorithm, PrivateKey, did_key
from app.storage import Session, images, keys

_log: BoundLogger = structlog.get_logger("laurel.preflight")
_FRAMES: Final = 3
_LAST_INDEX: Final = MINIMUM_LIST_LENGTH - 1  # the longest to write


def preflight(session: Session, awardable: Awardable, *, instance: Instance, now: datetime) -> Preflight:
    """What every rule says of a badge of this achievement.

    Stores nothing, takes no place in a status list, and uses no private key of the issuer.
    """
    scene = _scene(session, awardable.edition, instance)
    try:
        return _examined(awardable, scene, instance, now)
    except (InputError, DocumentError) as error:
        return refused(error)


def require_preflight(
    session: Session, awardable: Awardable, *, instance: Instance, now: datetime, request_id: str | None = None
) -> None:
    """Before the first award of a revision in this process; afterwards it costs one look into a memory.

    Raises InvalidFieldsError when no valid badge can come of the achievement. Advice goes to the log, under
    `request_id`.
    """
    edition = awardable.edition
    if instance.preflighted.find(edition.revision.id) is not None:
        return
    log = _log.bind(achievement=str(edition.achievement.id), revision=edition.revision.number)
    if request_id is not None:
        log = log.bind(request_id=request_id)
    scene = _scene(session, edition, instance)
    try:
        found = _examined(awardable, scene, instance, now)
    except Exception as error:  # noqa: BLE001 - a mistake in a rule, or in the sample, must not cost anybody a badge
        _tell_fault(log, error)
        found = Preflight(())
    else:
        _tell(log, found)
    if found.blocking:
        raise InvalidFieldsError(tuple(_problem(finding.said) for finding in found.blocking))
    instance.preflighted.add(edition.revision.id, found.outcome)


def _tell(log: BoundLogger, found: Preflight) -> None:
    (log.warning if found.blocking else log.info)(
        "achievement.preflight",
        outcome=found.outcome.value,
        fails=[finding.rule.id for finding in found.of(Outcome.FAILS)],
        warns=[finding.rule.id for finding in found.of(Outcome.WARNS)],
    )


def _tell_fault(log: BoundLogger, error: Exception) -> None:
    """Which, and where; not its words, which may hold what an issuer wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename}:{frame.lineno}" for frame in frames[-_FRAMES:]]
    log.warning("achievement.preflight", outcome="fault", error=type(error).__name__, where=where)


def _problem(said: Said) -> FieldProblem:
    return FieldProblem("/achievement", f"No valid badge can be made of this achievement. {said.detail} {said.cure}")


def _examined(awardable: Awardable, scene: Scene, instance: Instance, now: datetime) -> Preflight:
    """Raises InputError, DocumentError when the fullest award cannot be made."""
    throwaway = PrivateKey.generate(Algorithm.EDDSA)
    draft = _draft(awardable, throwaway, instance, now.replace(microsecond=0))
    return examine(rehearse(draft, scene, throwaway=throwaway, now=draft.awarded_at, templates=instance.templates))


def _scene(session: Session, edition: Edition, instance: Instance) -> Scene:
    """What is published of the issuer. Raises SigningFaultError, as an award would, when it cannot sign."""
    issuer, site = edition.issuer, instance.site
    active = {row.purpose: row.kid for row in keys.list_keys(session, issuer.id) if row.state is KeyState.ACTIVE}
    if issuing.DATA_INTEGRITY not in active:
        raise SigningFaultError("The issuer has no active signing key.")
    token_kid = active.get(issuing.VC_JWT)
    return Scene(
        did=issuer.did,
        issuer_page=site.issuer(issuer.slug),
        keys=issuing.published_keys(session, issuer.id),
        signing_kid=active[issuing.DATA_INTEGRITY],
        token_kid=token_kid,
        token_key_url=site.key(issuer.slug, token_kid) if token_kid else "",
        public_url=site.base_url,
        entry=StatusEntry(site.status_list(instance.new_id()), _LAST_INDEX),
        list_length=MINIMUM_LIST_LENGTH,
        picture=_picture(session, edition.achievement.image_sha256),
    )


def _picture(session: Session, sha256: bytes | None) -> Picture | None:
    return None if sha256 is None else Picture(*images.get_measures(session, sha256))


def _draft(awardable: Awardable, throwaway: PrivateKey, instance: Instance, now: datetime) -> Draft:
    """The fullest award: whatever an issuer may identify a learner by, a result of each kind, a piece of evidence."""
    definition = awardable.edition.definition
    completion = Completion(
        achievement=awardable.edition.achievement.slug,
        external_id="preflight",
        source="preflight",
        learner=Learner("Sample Learner", "sample.learner@example.org", did_key(throwaway.public_key)),
        completed_at=now,
        results=[_result(description) for description in definition.result_descriptions],
        evidence=[EvidenceDraft("Sample evidence", f"{instance.site.base_url}/", "What was done, in a sentence.")],
        narrative="How it was earned, in a sentence.",
        assessor=AssessorDraft("Sample Assessor"),
    )
    return compose(
        completion,
        awardable.edition,
        awardable.document,
        credential_id=instance.new_id(),
        test=False,
        instance=instance,
        now=now,
    )


def _result(description: ResultDescriptionDefinition) -> ResultInput:
    """The best that the description allows."""
    given: dict[str, object] = {"resultDescription": description.id}
    if description.result_type == "Status":
        given["status"] = "Completed"
    elif description.allowed_values:
        given["value"] = description.allowed_values[-1]
    elif description.levels:
        given["achievedLevel"] = description.levels[-1].id
    elif description.is_numeric:
        given["value"] = next((bound for bound in reversed(description.value_range) if bound is not None), 1)
    else:
        given["value"] = "Sample"
    return ResultInput.model_validate(given)
