"""The stored credential as the API shows it to its issuer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from app.issuance.life import State
from app.schemas import examples
from app.schemas.appearance import Visibility
from app.schemas.base import Answer, Body, Did, Email, Line, Moment, Name, Reference, example

ByAchievement = Annotated[
    str, Field(min_length=1, max_length=200, description="Only of this achievement: its slug, UUID or address.")
]
KeyId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class LearnerOut(Answer):
    name: str
    email: str | None
    did: str | None


class CredentialLinks(Answer):
    """Every form of the credential."""

    page: str
    json_: str = Field(alias="json")
    jwt: str
    png: str
    svg: str
    pdf: str


Status = Annotated[State, Field(strict=False, description="What became of it; see docs/life.md.")]
ExternalId = Annotated[str | None, Field(description="Null for a successor, which answers no completion of its own.")]
Predecessor = Annotated[str | None, Field(description="The credential that this one renews or replaces.")]
Successor = Annotated[str | None, Field(description="The credential that renews or replaces this one.")]


class CredentialResource(Answer):
    id: str = Field(description="The credential's permanent address.")
    status: Status
    test: bool
    visibility: Visibility
    achievement: str
    issuer: str
    learner: LearnerOut | None = Field(description="Null when it was erased.")
    external_id: ExternalId
    source: str
    awarded_at: datetime
    issued_at: datetime
    valid_until: datetime | None
    revoked_at: datetime | None
    revocation_reason: str | None
    predecessor: Predecessor
    successor: Successor
    links: CredentialLinks
    credential: dict[str, Any] | None = Field(
        description="The signed Open Badges 3.0 credential; null when it was erased."
    )


class CredentialChangeIn(Body):
    """What may change of a credential that was issued: nothing that is signed."""

    model_config = example(examples.CREDENTIAL_CHANGE)

    visibility: Visibility


class RevocationIn(Body):
    model_config = example(examples.REVOCATION)

    reason: Line = Field(description="The badge's page shows it.")


class ErasureIn(Body):
    model_config = example(examples.ERASURE)

    revoke: bool = Field(False, description="Take the badge back as well, so that copies of it count no more.")


class CredentialSummary(Answer):
    """A row of the list: without the signed document."""

    id: str
    status: Status
    test: bool
    visibility: Visibility
    achievement: str
    issuer: str
    learner: LearnerOut | None = Field(description="Null when it was erased.")
    external_id: ExternalId
    source: str
    issued_at: datetime
    valid_until: datetime | None
    predecessor: Predecessor
    successor: Successor


class CredentialFilter(Body):
    """Which credentials are meant: those that fit every member given."""

    model_config = example(examples.FILTER)

    achievement: ByAchievement | None = None
    source: Reference | None = Field(None, description="Only those of this platform.")
    external_id: Reference | None = Field(None, description="Only those of this completion.")
    status: Status | None = None
    issued_since: Moment | None = Field(None, description="Issued at this moment or later.")
    issued_until: Moment | None = Field(None, description="Issued at this moment or earlier.")
    valid_until_before: Moment | None = Field(None, description="Ends, or ended, before this moment.")
    test: bool | None = Field(None, description="Only test credentials, or only real ones.")
    visibility: Visibility | None = Field(None, description="Only those of this visibility.")
    kid: KeyId | None = Field(None, description="Signed with the key of this name.")
    email: Email | None = Field(None, description="The learner's, whole; upper and lower case are alike.")
    name: Name | None = Field(None, description="The learner's, whole; upper and lower case are alike.")
    did: Did | None = Field(None, description="The learner's.")


class CredentialSearch(CredentialFilter):
    """The same, and which page of what is found."""

    after: str | None = Field(None, max_length=200, description="The `next` of the page before.")
    limit: int = Field(50, ge=1, le=100, description="How many at the most.")


class ManyRevocationsIn(Body):
    """All that fit `filter`. First a dry run; then the same with its `confirmation`."""

    model_config = example(examples.REVOCATIONS)

    filter: CredentialFilter = Field(description="At least one criterion.")
    reason: Line = Field(description="The badges' pages show it.")
    dry_run: bool = Field(False, description="Only count what would be revoked.")
    confirmation: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        None, description="What the dry run answered. What was issued since is not touched."
    )


class RevocationPreview(Answer):
    """A dry run: what would be revoked."""

    count: int
    sample: list[CredentialSummary] = Field(description="The newest of them.")
    confirmation: str = Field(description="Send it back to revoke these.")


class RevocationProgress(Answer):
    """`revoked` by this request; `of`: how many there were to revoke when it came."""

    revoked: int
    of: int


class CredentialPage(Answer):
    items: list[CredentialSummary]
    next: str | None = Field(description="Pass it as `after` for the next page; null at the end.")
