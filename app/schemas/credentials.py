"""The stored credential as the API shows it to its issuer."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from app.schemas import examples
from app.schemas.base import Answer, Body, Line, example


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


class CredentialResource(Answer):
    id: str = Field(description="The credential's permanent address.")
    status: Literal["active", "revoked", "erased"]
    test: bool
    achievement: str
    issuer: str
    learner: LearnerOut | None = Field(description="Null when it was erased.")
    external_id: str
    source: str
    awarded_at: datetime
    issued_at: datetime
    valid_until: datetime | None
    revoked_at: datetime | None
    revocation_reason: str | None
    links: CredentialLinks
    credential: dict[str, Any] | None = Field(
        description="The signed Open Badges 3.0 credential; null when it was erased."
    )


class RevocationIn(Body):
    model_config = example(examples.REVOCATION)

    reason: Line = Field(description="The badge's page shows it.")


class ErasureIn(Body):
    model_config = example(examples.ERASURE)

    revoke: bool = Field(False, description="Take the badge back as well, so that copies of it count no more.")


class CredentialSummary(Answer):
    """A row of the list: without the signed document."""

    id: str
    status: Literal["active", "revoked", "erased"]
    test: bool
    achievement: str
    issuer: str
    learner: LearnerOut | None = Field(description="Null when it was erased.")
    external_id: str
    source: str
    issued_at: datetime
    valid_until: datetime | None


class CredentialPage(Answer):
    items: list[CredentialSummary]
    next: str | None = Field(description="Pass it as `after` for the next page; null at the end.")
