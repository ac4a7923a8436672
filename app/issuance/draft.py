"""What an award is made of, before it is a document: plain values, already resolved to this issuer and achievement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class RecipientIdentifier(StrEnum):
    """What of the learner goes into the signed document; an issuer's setting."""

    NAME = "name"
    EMAIL = "email"
    DID = "did"


@dataclass(frozen=True, slots=True)
class Recipient:
    """`salt` is 128 random bits as text, made per credential by the caller (the core draws no random numbers)."""

    name: str
    email: str | None
    did: str | None
    salt: str


@dataclass(frozen=True, slots=True)
class EvidenceDraft:
    name: str | None = None
    url: str | None = None
    narrative: str | None = None
    description: str | None = None
    genre: str | None = None
    audience: str | None = None


@dataclass(frozen=True, slots=True)
class AssessorDraft:
    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """A position in a Bitstring Status List, not used by any other credential."""

    list_url: str
    index: int


@dataclass(frozen=True, slots=True)
class Draft:
    """One award. `issuer` is the OB 3.0 Profile, `achievement` the OB 3.0 Achievement, `results` OB 3.0 Results."""

    credential_id: str
    issuer: Mapping[str, Any]
    achievement: Mapping[str, Any]
    recipient: Recipient
    identified_by: Sequence[RecipientIdentifier]
    awarded_at: datetime
    valid_until: datetime | None
    results: Sequence[Mapping[str, Any]] = ()
    evidence: Sequence[EvidenceDraft] = ()
    narrative: str | None = None
    assessor: AssessorDraft | None = None
    credits_earned: float | None = None
    test: bool = False
