"""Issuers, and their keys as others see them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from app.openbadges.plain import Says
from app.schemas import examples
from app.schemas.appearance import AccentColor, Language, Paper, Visibility
from app.schemas.base import Answer, Body, EachOnce, Email, Line, Name, Slug, Text, WebAddress, example
from app.schemas.stops import StopOut


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
LearnerIdentifiers = Annotated[
    list[LearnerIdentifier],
    EachOnce,
    Field(min_length=1, max_length=3, json_schema_extra={"uniqueItems": True}),
]
TimeZone = Annotated[str, StringConstraints(max_length=64)]
LinkedInNumber = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,20}$"),
    Says("must be the digits of a LinkedIn page's number, as text"),
]
_IDENTIFIES = "What of the learner is signed: the name as it stands, the e-mail as a salted hash, the DID."
_OPEN_BADGES_2 = (
    "Whether badges are published in Open Badges 2.0 as well; needs `url` and `email`, and learners identified by "
    "e-mail or DID."
)
_ZONE = "IANA name; dates for LinkedIn are reckoned in it."
_SETTINGS = {
    *("identify_learners_by", "time_zone", "linkedin_organization_id", "open_badges_2"),
    *("accent_color", "language", "paper", "visibility"),
}
_VISIBILITY = "Of badges whose completion does not say theirs: `unlisted`, or `public` for search engines too."


class IssuerIn(Body):
    model_config = example(examples.ISSUER)

    slug: Slug = Field(description="Stands in the issuer's DID; it can never be changed.")
    name: Name
    url: WebAddress | None = None
    email: Email | None = None
    description: Text | None = None
    address: AddressIn | None = None
    identify_learners_by: LearnerIdentifiers = Field(
        default_factory=lambda: list(_EVERY_IDENTIFIER), description=_IDENTIFIES
    )
    jwt_algorithm: Literal["RS256", "ES256"] = Field("RS256", description="Of the VC-JWT form.")
    time_zone: TimeZone = Field("UTC", description=_ZONE)
    linkedin_organization_id: LinkedInNumber | None = None
    accent_color: AccentColor | None = None
    language: Language = "en"
    paper: Paper = "A4"
    visibility: Visibility = Field("unlisted", description=_VISIBILITY)
    open_badges_2: bool = Field(False, description=_OPEN_BADGES_2)
    test: bool = Field(
        False, description="For trying things out, in development only: anybody may sign with its VC-API instances."
    )

    def profile(self) -> dict[str, Any]:
        """The members of the Open Badges Profile, without `id` and `type`, which follow from the slug."""
        members = self.model_dump(include={"name", "url", "email", "description"}, exclude_none=True)
        if self.address is not None:
            members["address"] = self.address.document()
        return members


class IssuerChangeIn(Body):
    """A merge patch (RFC 7396): what is sent replaces what is there, null removes it, the rest stays."""

    model_config = example(examples.ISSUER_CHANGE)

    # Defaults are never used: only what was sent counts.
    name: Name = Field(default_factory=str)
    url: WebAddress | None = None
    email: Email | None = None
    description: Text | None = None
    address: AddressIn | None = None
    identify_learners_by: LearnerIdentifiers = Field(default_factory=list, description=_IDENTIFIES)
    time_zone: TimeZone = Field(default_factory=str, description=_ZONE)
    linkedin_organization_id: LinkedInNumber | None = None
    accent_color: AccentColor | None = None
    language: Language = "en"
    paper: Paper = "A4"
    visibility: Visibility = Field("unlisted", description=_VISIBILITY)
    open_badges_2: bool = Field(False, description=_OPEN_BADGES_2)

    def profile(self) -> dict[str, Any]:
        """The Open Badges members that were sent, None for one that goes."""
        sent = self.model_dump(include={"name", "url", "email", "description"}, exclude_unset=True)
        if "address" in self.model_fields_set:
            sent["address"] = self.address.document() if self.address else None
        return sent

    def settings(self) -> dict[str, Any]:
        """The settings that were sent, as they are stored."""
        return self.model_dump(include=_SETTINGS, exclude_unset=True, by_alias=True)


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
    accent_color: str | None
    language: str
    paper: str
    visibility: str
    logo: str | None = Field(description="The address of its logo as PNG; the same with `.svg` for SVG.")
    open_badges_2: bool
    test: bool
    keys: list[KeyOut]
    stopped: StopOut | None = Field(description="Since when nothing is issued for it, and why.")
    created_at: datetime
    links: dict[str, str]


class IssuerPage(Answer):
    items: list[IssuerResource]
