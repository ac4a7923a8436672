"""From a reported completion to the draft of its credential: what the learner, the issuer and the achievement add."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.errors import InvalidFieldsError
from app.issuance import Draft, Recipient, RecipientIdentifier, recipient_problems
from app.openbadges import new_salt, result_documents
from app.services.achievements import Edition
from app.services.completions import Completion, Learner
from app.services.instance import Instance

# Clocks of learning platforms run ahead a little.
_CLOCK_TOLERANCE = timedelta(minutes=5)


def compose(
    completion: Completion,
    edition: Edition,
    achievement: Mapping[str, Any],
    *,
    credential_id: UUID,
    test: bool,
    instance: Instance,
    now: datetime,
) -> Draft:
    """The draft; `achievement` is the edition's document. Raises InvalidFieldsError."""
    if completion.completed_at > now + _CLOCK_TOLERANCE:
        raise InvalidFieldsError.one("/completedAt", "This moment is in the future.")
    definition = edition.definition
    awarded_at = min(completion.completed_at, now)
    draft = Draft(
        credential_id=instance.site.credential(credential_id),
        issuer=edition.profile(),
        achievement=achievement,
        recipient=_recipient(instance, completion.learner),
        identified_by=[RecipientIdentifier(kind) for kind in edition.issuer.settings["identifyLearnersBy"]],
        awarded_at=awarded_at,
        valid_until=_valid_until(completion, edition, awarded_at),
        results=result_documents(definition, achievement["id"], completion.results),
        evidence=completion.evidence,
        narrative=completion.narrative,
        assessor=completion.assessor,
        credits_earned=definition.ects,
        test=test,
    )
    if problems := recipient_problems(draft):
        raise InvalidFieldsError(problems)
    return draft


def _recipient(instance: Instance, learner: Learner) -> Recipient:
    return Recipient(learner.name, learner.email, learner.did, salt=new_salt(instance.random_bytes))


def _valid_until(completion: Completion, edition: Edition, awarded_at: datetime) -> datetime | None:
    if completion.valid_until is None:
        return edition.definition.expires(awarded_at)
    if completion.valid_until <= awarded_at:
        raise InvalidFieldsError.one("/validUntil", "The badge would end before the course was completed.")
    return completion.valid_until
