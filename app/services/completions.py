"""A completion as a learning platform reports it, in our own words: what the award works on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from app.issuance import AssessorDraft, EvidenceDraft
from app.models import Visibility
from app.openbadges import ResultInput


@dataclass(frozen=True, slots=True)
class Learner:
    name: str
    email: str | None = None
    did: str | None = None

    def same_person(self, other: Learner) -> bool:
        """Whether two reports mean one learner: the e-mail decides, then the DID, then the name.

        A name is corrected and a DID added later; the e-mail is what platforms identify people by.
        """
        if self.email and other.email:
            return self.email.strip().lower() == other.email.strip().lower()
        if self.did and other.did:
            return self.did == other.did
        return self.name.casefold() == other.name.casefold()


@dataclass(frozen=True, slots=True)
class Completion:
    achievement: str
    external_id: str | None  # None: it answers no report of a platform
    source: str
    learner: Learner
    completed_at: datetime
    valid_until: datetime | None = None
    results: Sequence[ResultInput] = ()
    evidence: Sequence[EvidenceDraft] = ()
    narrative: str | None = None
    assessor: AssessorDraft | None = None
    visibility: Visibility | None = None  # None: the issuer's

    def sha256(self) -> bytes:
        """The digest by which a retry is known from another request: equal for equal completions, however spelt."""
        members = _members(self)
        if self.visibility is None:
            del members["visibility"]  # as before there was one: a retry of then is still known
        return digest(members)


def digest(members: Mapping[str, Any]) -> bytes:
    """The SHA-256 of values of a completion, however they were spelt."""
    canonical = orjson.dumps(members, default=_plain, option=_CANONICAL)
    if not canonical.isascii():
        canonical = json.dumps(orjson.loads(canonical), sort_keys=True, separators=(",", ":")).encode()
    return hashlib.sha256(canonical).digest()


_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS  # dataclasses alone would not be sorted


def _plain(value: object) -> Any:
    if isinstance(value, Learner | EvidenceDraft | AssessorDraft):
        return _members(value)
    if isinstance(value, ResultInput):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} has no canonical text")


def _members(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}
