"""From a draft to a complete, checked, unsigned credential (OB 3.0 section 8.1; docs/decisions/0004)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from app.errors import FieldProblem, InvalidFieldsError
from app.issuance.draft import Draft, EvidenceDraft, RecipientIdentifier, StatusEntry
from app.openbadges import (
    CREDENTIAL_SCHEMA_URL,
    EXTENSIONS_CONTEXT,
    OB_CONTEXT,
    SCHEMA_TYPE,
    TEST_MARK,
    VC_CONTEXT,
    check_award,
    identity_object,
)

_TOKEN: Final = object()


@dataclass(frozen=True, slots=True)
class Prepared:
    """An unsigned credential that passed the checks we apply to strangers. Only this module can make one."""

    document: Mapping[str, Any]
    _token: object

    def __post_init__(self) -> None:
        if self._token is not _TOKEN:
            raise TypeError("a Prepared comes from prepare() or prepare_again() only")


def prepare(draft: Draft, *, entry: StatusEntry) -> Prepared:
    """The complete unsigned document.

    Raises InvalidFieldsError when the learner cannot be identified as the issuer wishes, when dates are out of order,
    or when the document would not be a valid AchievementCredential (pointers then lead into the document).
    """
    problems = recipient_problems(draft) + _date_problems(draft)
    if problems:
        raise InvalidFieldsError(problems)
    document = _document(draft, entry)
    problems = check_award(document)
    if problems:
        raise InvalidFieldsError(problems, "The award does not make a valid Open Badges 3.0 credential.")
    return Prepared(document, _TOKEN)


def prepare_again(signed: Mapping[str, Any]) -> Prepared:
    """The statement of a credential that was issued before, word for word, to be signed with another key.

    Whether it was issued is for the caller to know. Raises InvalidFieldsError as `prepare` does for a document.
    """
    document = {name: value for name, value in signed.items() if name != "proof"}
    problems = check_award(document)
    if problems:
        raise InvalidFieldsError(problems, "What was issued does not make a valid Open Badges 3.0 credential.")
    return Prepared(document, _TOKEN)


def recipient_problems(draft: Draft) -> tuple[FieldProblem, ...]:
    """Says what is missing when none of the issuer's chosen identifiers is at hand."""
    if _identifiers(draft) or _subject_id(draft):
        return ()
    wanted = " or ".join(f"learner.{kind.value}" for kind in draft.identified_by)
    kind = draft.identified_by[0].value if draft.identified_by else "name"
    return (FieldProblem(f"/learner/{kind}", f"This issuer identifies learners by {wanted}; give it."),)


def _date_problems(draft: Draft) -> tuple[FieldProblem, ...]:
    if draft.valid_until is not None and draft.valid_until < draft.awarded_at:
        return (FieldProblem("/validUntil", "The badge would end before the course was completed."),)
    return ()


def _document(draft: Draft, entry: StatusEntry) -> dict[str, Any]:
    name = draft.achievement["name"]
    return _without_absent(
        {
            "@context": [VC_CONTEXT, OB_CONTEXT, EXTENSIONS_CONTEXT],
            "id": draft.credential_id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": f"{TEST_MARK}{name}" if draft.test else name,
            "issuer": dict(draft.issuer),
            # The day it was earned, so that "was it valid in June?" has the answer people expect;
            # when it was signed is in the proof.
            "validFrom": timestamp(draft.awarded_at),
            "validUntil": timestamp(draft.valid_until) if draft.valid_until else None,
            "awardedDate": timestamp(draft.awarded_at),
            "credentialSubject": _subject(draft),
            "evidence": [_evidence(item) for item in draft.evidence],
            "credentialSchema": [{"id": CREDENTIAL_SCHEMA_URL, "type": SCHEMA_TYPE}],
            "credentialStatus": status_member(entry),
        }
    )


def _subject(draft: Draft) -> dict[str, Any]:
    return _without_absent(
        {
            "id": _subject_id(draft),
            "type": ["AchievementSubject"],
            "identifier": _identifiers(draft),
            "achievement": dict(draft.achievement),
            "result": [dict(result) for result in draft.results],
            "creditsEarned": draft.credits_earned,
            "narrative": draft.narrative,
            "source": _assessor(draft),
        }
    )


def _subject_id(draft: Draft) -> str | None:
    return draft.recipient.did if RecipientIdentifier.DID in draft.identified_by else None


def _identifiers(draft: Draft) -> list[dict[str, Any]]:
    recipient = draft.recipient
    found = []
    if RecipientIdentifier.NAME in draft.identified_by and recipient.name:
        found.append(identity_object("name", recipient.name, salt=None))
    if RecipientIdentifier.EMAIL in draft.identified_by and recipient.email:
        # Lower-cased, as wallets and other hosts hash it when a person types it.
        email = recipient.email.strip().lower()
        found.append(identity_object("emailAddress", email, salt=recipient.salt))
    return found


def _assessor(draft: Draft) -> dict[str, Any] | None:
    """The person who assessed, as `source` (OB 3.0 B.1.3). A Profile needs an id; theirs is of this document only."""
    if draft.assessor is None:
        return None
    return _without_absent(
        {
            "id": f"{draft.credential_id}#assessor",
            "type": ["Profile"],
            "name": draft.assessor.name,
            "url": draft.assessor.url,
        }
    )


def _evidence(item: EvidenceDraft) -> dict[str, Any]:
    return _without_absent(
        {
            "id": item.url,
            "type": ["Evidence"],
            "name": item.name,
            "description": item.description,
            "narrative": item.narrative,
            "genre": item.genre,
            "audience": item.audience,
        }
    )


def status_member(entry: StatusEntry) -> dict[str, Any]:
    """`credentialStatus` of a credential (Bitstring Status List v1.0 section 2.1)."""
    return {
        "id": f"{entry.list_url}#{entry.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(entry.index),
        "statusListCredential": entry.list_url,
    }


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC, whole seconds."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _without_absent(members: dict[str, Any]) -> dict[str, Any]:
    """OB 3.0: an absent value is left out, never null and never an empty array."""
    return {key: value for key, value in members.items() if value is not None and value != []}
