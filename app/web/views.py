"""What each page is given: plain values, already looked up and already checked; no page asks for more.

Text arrives as it was written and is made safe where it is shown; addresses of our own are absolute.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from uuid import UUID

from app.language import Said
from app.openbadges import CardItem
from app.web.linkedin import ProfileEntry, certificate_id


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerLink:
    """Who says so. `url` is the issuer's page here, `did` its id; `homepage` is self-stated; `accent` as `#rrggbb`."""

    name: str
    url: str
    did: str
    homepage: str | None = None
    accent: str | None = None
    logo_url: str | None = None

    @property
    def did_document_url(self) -> str | None:
        """Where the document of a DID of ours is; None for every other method."""
        return f"{self.url}/did.json" if self.did.startswith("did:web:") else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AchievementLink:
    """`image_alt` says what the picture shows; without one the page falls back on the achievement's name."""

    name: str
    url: str
    image_url: str
    description: str
    type_label: str = Said("Micro-credential")
    image_alt: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    name: str
    url: str
    framework: str | None = None
    code: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One outcome. `scale` says what it is measured on ("0 to 100", "Emerging, Secure, Exceeds")."""

    name: str
    value: str | None = None
    achieved_level: str | None = None
    status: str | None = None
    scale: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceItem:
    name: str | None = None
    description: str | None = None
    narrative: str | None = None
    url: str | None = None
    genre: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endorser:
    """Who vouches for an issuer or an achievement, and since when we have that in writing."""

    id: str
    name: str | None
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    at: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Technical:
    """For those who check by themselves."""

    verification_method: str | None = None
    cryptosuite: str | None = None
    status_entry: str | None = None
    sha256: str | None = None

    @property
    def status_list(self) -> str | None:
        """The list that the entry is in."""
        return self.status_entry.partition("#")[0] if self.status_entry else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialView:
    """One stored credential. `url` is its id and public address; its files are `url` + `.png` and so on.

    `zone` is the issuer's: dates are written as they were there. `listed` is false unless the holder asked
    search engines in. `image_version` changes with the picture, so that previews are fetched anew. `renewed_by` and
    `replaced_by` are addresses, and so is `twin_url`: of the hosted assertion in Open Badges 2.0, if it has one.
    `revision` is that of the achievement, of which the card is.
    """

    url: str
    uuid: UUID
    achievement: AchievementLink
    issuer: IssuerLink
    recipient_name: str | None
    awarded: datetime
    valid_from: datetime
    valid_until: datetime | None
    checked_at: datetime
    card: tuple[CardItem, ...] = ()
    criteria_narrative: str | None = None
    criteria_url: str | None = None
    narrative: str | None = None
    assessor: str | None = None
    results: tuple[Result, ...] = ()
    evidence: tuple[EvidenceItem, ...] = ()
    alignments: tuple[Alignment, ...] = ()
    formats: tuple[str, ...] = ("png", "svg", "pdf", "json", "jwt")
    revocation: Revocation | None = None
    renewed_by: str | None = None
    replaced_by: str | None = None
    technical: Technical = Technical()
    zone: tzinfo = UTC
    test: bool = False
    listed: bool = False
    linkedin_organization_id: str | None = None
    image_version: str | None = None
    image_pixels: int = 600
    preview_version: str = "0"
    twin_url: str | None = None
    related: tuple[AchievementLink, ...] = ()
    revision: UUID | None = None

    @property
    def image_url(self) -> str:
        """The baked PNG: whoever saves the picture from the page has the credential."""
        return f"{self.url}.png" + (f"?v={self.image_version}" if self.image_version else "")

    @property
    def preview_url(self) -> str:
        """The picture for other sites. Its address changes with it: they keep what they fetched for a week."""
        return f"{self.url}/preview-{self.preview_version}.png"

    @property
    def profile_entry(self) -> ProfileEntry:
        return ProfileEntry(
            name=self.achievement.name,
            organization_name=self.issuer.name,
            issued=self.awarded,
            expires=self.valid_until,
            url=self.url,
            certificate_id=certificate_id(self.uuid),
            zone=self.zone,
            organization_id=self.linkedin_organization_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AchievementView:
    """What can be earned. `results` describe the scales."""

    achievement: AchievementLink
    issuer: IssuerLink
    card: tuple[CardItem, ...] = ()
    criteria_narrative: str | None = None
    criteria_url: str | None = None
    alignments: tuple[Alignment, ...] = ()
    results: tuple[Result, ...] = ()
    endorsers: tuple[Endorser, ...] = ()
    preview_version: str = "0"
    related: tuple[AchievementLink, ...] = ()

    @property
    def preview_url(self) -> str:
        return f"{self.achievement.url}/preview-{self.preview_version}.png"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyView:
    kid: str
    url: str
    algorithm: str
    retired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerView:
    """Who issues, and some of what can be earned: `more` is the address of what comes next, if anything does."""

    issuer: IssuerLink
    description: str | None = None
    email: str | None = None
    country: str | None = None
    keys: tuple[KeyView, ...] = ()
    endorsers: tuple[Endorser, ...] = ()
    achievements: tuple[AchievementLink, ...] = ()
    more: str | None = None
    is_first: bool = True
    preview_version: str = "0"

    @property
    def preview_url(self) -> str:
        return f"{self.issuer.url}/preview-{self.preview_version}.png"

    @property
    def did_document_url(self) -> str:
        return f"{self.issuer.url}/did.json"

    @property
    def jwks_url(self) -> str:
        return f"{self.issuer.url}/jwks.json"
