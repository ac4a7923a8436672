"""Issuers, their keys as others see them, and API keys."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from app.openbadges.plain import Says
from app.schemas import examples
from app.schemas.base import Answer, Body, EachOnce, Email, Line, Moment, Name, Slug, Text, WebAddress, example


class AddressIn(Body):
    country_code: Annotated[
        str, StringConstraints(pattern=r"^[A-Z]{2}$"), Says("must be a country code of two capital letters, such as GB")
    ] = Field(description="ISO 3166-1 alpha-2")
    country: Name | None = None
    region: Name | None = None
    locality: Name | None = None
    street_address: Line | None = None
    postal_code: (
        Annotated[
            str,
            StringConstraints(max_length=20, pattern=r"^[A-Za-z0-9 -]+$"),
            Says("must be at most 20 letters (A-Z), digits, spaces and hyphens"),
        ]
        | None
    ) = None

    def document(self) -> dict[str, Any]:
        members = {
            "type": ["Address"],
            "addressCountry": self.country,
            "addressCountryCode": self.country_code,
            "addressRegion": self.region,
            "addressLocality": self.locality,
            "streetAddress": self.street_address,
            "postalCode": self.postal_code,
        }
        return {name: value for name, value in members.items() if value is not None}


LearnerIdentifier = Literal["name", "email", "did"]
_EVERY_IDENTIFIER: tuple[LearnerIdentifier, ...] = ("name", "email", "did")


class IssuerIn(Body):
    model_config = example(examples.ISSUER)

    slug: Slug = Field(description="Stands in the issuer's DID; it can never be changed.")
    name: Name
    url: WebAddress | None = None
    email: Email | None = None
    description: Text | None = None
    address: AddressIn | None = None
    identify_learners_by: Annotated[list[LearnerIdentifier], EachOnce] = Field(
        default_factory=lambda: list(_EVERY_IDENTIFIER),
        min_length=1,
        max_length=3,
        json_schema_extra={"uniqueItems": True},
        description="What of the learner is signed: the name as it stands, the e-mail as a salted hash, the DID.",
    )
    jwt_algorithm: Literal["RS256", "ES256"] = Field("RS256", description="Of the VC-JWT form.")
    time_zone: Annotated[str, StringConstraints(max_length=64)] = Field(
        "UTC", description="IANA name; dates for LinkedIn are reckoned in it."
    )
    linkedin_organization_id: (
        Annotated[
            str,
            StringConstraints(pattern=r"^[0-9]{1,20}$"),
            Says("must be the digits of a LinkedIn page's number, as text"),
        ]
        | None
    ) = None

    open_badges_2: bool = Field(
        False,
        description="Whether badges are published in Open Badges 2.0 as well; needs `url` and `email`, and learners "
        "identified by e-mail or DID.",
    )
    test: bool = Field(
        False, description="For trying things out, in development only: anybody may sign with its VC-API instances."
    )

    def profile(self) -> dict[str, Any]:
        """The members of the Open Badges Profile, without `id` and `type`, which follow from the slug."""
        members = self.model_dump(include={"name", "url", "email", "description"}, exclude_none=True)
        if self.address is not None:
            members["address"] = self.address.document()
        return members


class KeyOut(Answer):
    kid: str
    algorithm: str
    purpose: str
    state: Literal["pending", "active", "retired", "compromised", "destroyed"]
    verification_method: str
    jwk: dict[str, Any]


class IssuerResource(Answer):
    id: str
    slug: str
    did: str
    profile: dict[str, Any] = Field(description="The Open Badges Profile as it is signed.")
    identify_learners_by: list[str]
    jwt_algorithm: str
    time_zone: str
    linkedin_organization_id: str | None
    open_badges_2: bool
    test: bool
    keys: list[KeyOut]
    created_at: datetime
    links: dict[str, str]


class IssuerPage(Answer):
    items: list[IssuerResource]


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
    issuer: Slug | None = Field(None, description="The issuer it is bound to; only an admin key has none.")
    scopes: Annotated[list[Annotated[Scope, Field(strict=False)]], Field(min_length=1, max_length=6)]
    test: bool = Field(False, description="A test key issues badges that are marked as tests.")
    expires_at: Moment | None = None


class ApiKeyResource(Answer):
    prefix: str
    name: str
    issuer: str | None
    scopes: list[str]
    test: bool
    created_at: datetime
    expires_at: datetime | None


class ApiKeyCreated(ApiKeyResource):
    key: str = Field(description="Shown once; only its hash is kept.")


class ApiKeyPage(Answer):
    items: list[ApiKeyResource]
