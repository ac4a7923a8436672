"""API keys, and what they may do."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from app.schemas import examples
from app.schemas.base import WHOLE, Answer, Body, Moment, Name, Slug, example

LONGEST_OVERLAP = 90 * 86_400  # seconds: a term, for platforms that somebody must visit


class Scope(StrEnum):
    """What an API key may do. `admin` is everything, for every issuer."""

    READ = "read"
    ISSUE = "issue"
    VC_ISSUE = "vc:issue"
    REVOKE = "revoke"
    MANAGE = "manage"
    ADMIN = "admin"


class ApiKeyIn(Body):
    model_config = example(examples.API_KEY)

    name: Name
    issuer: Slug | None = Field(
        None,
        description="The issuer it is bound to; only an admin key has none. A bound key makes keys of its own issuer.",
    )
    scopes: Annotated[list[Annotated[Scope, Field(strict=False)]], Field(min_length=1, max_length=6)]
    test: bool = Field(False, description="A test key issues badges that are marked as tests.")
    expires_at: Moment | None = None


class ApiKeyRotation(Body):
    model_config = example(examples.API_KEY_ROTATION)

    overlap_seconds: Annotated[int, Field(ge=0, le=LONGEST_OVERLAP), WHOLE] = Field(
        description="For how long the old key goes on working beside the new one; 0 ends it at once."
    )


class ApiKeyResource(Answer):
    prefix: str
    name: str
    issuer: str | None
    scopes: list[str]
    test: bool
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None = Field(description="To the minute.")


class ApiKeyCreated(ApiKeyResource):
    key: str = Field(description="Shown once; only its hash is kept.")


class ApiKeyPage(Answer):
    items: list[ApiKeyResource]
    next: str | None = Field(description="Give it as `after` for the next page.")
