"""What an award is asked, what it answers, and a request on its way through its steps (`app.services.awards`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.errors import AppError
from app.issuance import Draft, Prepared
from app.models import SuccessionKind
from app.services.achievements import Edition
from app.services.actors import Actor
from app.services.awardable import Awardable
from app.services.completions import Completion
from app.services.credentials import StoredCredential
from app.storage.credentials import NaturalKey


@dataclass(frozen=True, slots=True)
class Follows:
    """The predecessor, and why it gets a successor. `sha256` is the digest of the request as it was sent.

    `awardable`: what it was awarded for, when that is not what the achievement says by now.
    """

    predecessor_id: UUID
    kind: SuccessionKind
    reason: str
    sha256: bytes
    test: bool
    awardable: Awardable | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asks for an award. `idempotency_key` is the sender's own name for the request.

    `follows`: it is to take the place of another credential, or to renew it.
    """

    completion: Completion
    actor: Actor
    now: datetime
    idempotency_key: str | None = None
    request_id: str | None = None  # for the log
    follows: Follows | None = None


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


class Row:
    """One request on its way through the steps."""

    __slots__ = (
        "actor",
        "awardable",
        "completion",
        "credential_id",
        "draft",
        "follows",
        "idempotency_key",
        "key_is_known",
        "now",
        "outcome",
        "prepared",
        "request_id",
        "request_sha256",
        "twin",
    )

    def __init__(self, request: Request) -> None:
        self.completion = request.completion
        self.actor = request.actor
        self.now = request.now.replace(microsecond=0)
        self.idempotency_key = request.idempotency_key
        self.request_id = request.request_id
        self.key_is_known = request.idempotency_key is None
        self.follows = request.follows
        self.request_sha256 = request.follows.sha256 if request.follows else request.completion.sha256()
        self.awardable: Awardable | None = None
        self.outcome: Outcome | None = None
        self.twin: Row | None = None  # an earlier row of the same natural key
        self.credential_id: UUID | None = None
        self.draft: Draft | None = None
        self.prepared: Prepared | None = None

    @property
    def edition(self) -> Edition | None:
        return None if self.awardable is None else self.awardable.edition

    @property
    def natural_key(self) -> NaturalKey | None:
        """None for a credential that answers no completion of its own."""
        external_id = self.completion.external_id
        return None if external_id is None else (self.completion.source, external_id)

    @property
    def test(self) -> bool:
        """A successor is of the kind that its predecessor is."""
        return self.actor.test if self.follows is None else self.follows.test

    def refuse(self, error: AppError) -> None:
        self.outcome = Refused(error)
