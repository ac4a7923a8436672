"""`POST /v1/completions`: what a learning platform tells us, and what it gets back."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from app.openbadges import ResultInput
from app.schemas import examples
from app.schemas.appearance import Visibility
from app.schemas.base import Answer, Body, Did, Email, Line, Moment, Name, Reference, Text, WebAddress, example
from app.schemas.credentials import CredentialResource

MAX_RESULTS = 50
MAX_EVIDENCE = 50


class LearnerIn(Body):
    """Who learned. The e-mail is signed as a salted hash, never as it stands."""

    name: Name
    email: Email | None = None
    did: Did | None = None


class EvidenceIn(Body):
    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    name: Line | None = None
    url: WebAddress | None = None
    narrative: Text | None = Field(None, description="Markdown")
    description: Text | None = None
    genre: Line | None = None
    audience: Line | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if set(self.__dict__.values()) == {None}:
            raise ValueError("is empty; give at least a name, a url or a narrative, or leave it out")
        return self


class AssessorIn(Body):
    name: Name
    url: WebAddress | None = None


class CompletionIn(Body):
    """One completed micro-credential. `source` and `externalId` together name it for ever: sent again, the same badge
    is answered.
    """

    model_config = example(examples.COMPLETION)

    achievement: Annotated[
        str, Field(min_length=1, max_length=200, description="The achievement's slug, UUID or address.")
    ]
    external_id: Annotated[Reference, Field(description="The platform's own name for this completion.")]
    source: Annotated[Reference, Field(description="The platform.")] = "api"
    learner: LearnerIn
    completed_at: Moment
    valid_until: Moment | None = Field(None, description="Overrides the achievement's validity.")
    results: list[ResultInput] = Field(default_factory=list, max_length=MAX_RESULTS)
    evidence: list[EvidenceIn] = Field(default_factory=list, max_length=MAX_EVIDENCE)
    narrative: Text | None = Field(None, description="Markdown")
    assessor: AssessorIn | None = None
    visibility: Visibility | None = Field(
        None,
        description="Who finds its page: `unlisted`, or `public` for search engines too. The issuer's, unless given.",
    )


class RenewalIn(Body):
    """What was done to earn it again. What is left out is not said; the date is now, the end the achievement's."""

    model_config = example(examples.RENEWAL)

    completed_at: Moment | None = Field(None, description="Now, unless given.")
    valid_until: Moment | None = Field(None, description="Overrides the achievement's validity.")
    results: list[ResultInput] = Field(default_factory=list, max_length=MAX_RESULTS)
    evidence: list[EvidenceIn] = Field(default_factory=list, max_length=MAX_EVIDENCE)
    narrative: Text | None = Field(None, description="Markdown")
    assessor: AssessorIn | None = None


class LearnerCorrection(Body):
    """What is left out stays as it was; null takes an e-mail or a DID away."""

    name: Name | None = None
    email: Email | None = None
    did: Did | None = None


class ReplacementIn(Body):
    """What is to be said instead. What is left out stays as it was. Null takes a narrative or an assessor away, and
    makes the end what the achievement says.
    """

    model_config = example(examples.REPLACEMENT)

    reason: Line = Field(description="The page of the replaced badge shows it.")
    learner: LearnerCorrection = Field(default_factory=LearnerCorrection)
    completed_at: Moment | None = None
    valid_until: Moment | None = None
    results: list[ResultInput] = Field(default_factory=list, max_length=MAX_RESULTS)
    evidence: list[EvidenceIn] = Field(default_factory=list, max_length=MAX_EVIDENCE)
    narrative: Text | None = Field(None, description="Markdown")
    assessor: AssessorIn | None = None


class BatchOutcome(Answer):
    """What became of one row. `credential` is there when it was issued now or before; `problem` when it was refused."""

    row: int
    outcome: Literal["issued", "replayed", "refused"]
    credential: CredentialResource | None
    problem: dict[str, Any] | None = Field(description="A problem document, as the row alone would be answered.")


class BatchAnswer(Answer):
    issued: int
    replayed: int
    refused: int
    outcomes: list[BatchOutcome]
