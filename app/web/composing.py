"""From stored things to what their pages show. Of a credential, what was signed; the card is the definition it was
made from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.language import Said, said
from app.openbadges import transparency_card
from app.services.achievements import Edition
from app.services.credentials import StoredCredential
from app.services.endorsed import StandingEndorsement
from app.services.issuers import IssuerView as IssuerRow
from app.services.paging import Page
from app.services.previews import achievement_preview_version, issuer_preview_version, preview_version
from app.services.related import Related
from app.services.site import Site
from app.services.twins import twin_of
from app.verification import Conclusion
from app.web.views import (
    AchievementLink,
    AchievementView,
    Alignment,
    CredentialView,
    Endorser,
    EvidenceItem,
    IssuerLink,
    IssuerView,
    KeyView,
    Result,
    Revocation,
    Technical,
)

_SHORT = 16


def credential_view(
    stored: StoredCredential,
    *,
    site: Site,
    checked_at: datetime,
    conclusion: Conclusion = Conclusion.VALID,
    related: Sequence[Related] = (),
) -> CredentialView:
    """`conclusion` is that of the check whose result the page shows."""
    row, edition, document = stored.row, stored.edition, stored.document
    subject: Mapping[str, Any] = document["credentialSubject"]
    achievement: Mapping[str, Any] = subject["achievement"]
    settings = edition.issuer.settings
    return CredentialView(
        url=site.credential(row.id),
        uuid=row.id,
        achievement=_signed_achievement(achievement, site, edition),
        issuer=_issuer_link(document["issuer"], edition, site),
        recipient_name=stored.recipient_name,
        awarded=row.awarded_at,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        checked_at=checked_at,
        card=transparency_card(edition.definition),
        criteria_narrative=edition.definition.criteria_narrative,
        criteria_url=achievement.get("criteria", {}).get("id"),
        narrative=subject.get("narrative"),
        assessor=subject.get("source", {}).get("name"),
        results=tuple(_results(subject, achievement)),
        evidence=tuple(_evidence(item) for item in document.get("evidence", [])),
        alignments=tuple(_alignments(achievement)),
        revocation=Revocation(at=stored.revocation.at, reason=stored.revocation.reason) if stored.revocation else None,
        renewed_by=site.credential(stored.renewed_by) if stored.renewed_by else None,
        replaced_by=site.credential(stored.replaced_by) if stored.replaced_by else None,
        technical=_technical(document, row.sha256),
        zone=ZoneInfo(settings["timeZone"]),
        test=row.test,
        linkedin_organization_id=settings["linkedinOrganizationId"],
        listed=stored.findable,
        preview_version=preview_version(stored, conclusion),
        twin_url=site.assertion(row.id) if twin_of(stored, site=site) else None,
        related=_links(related, site),
        revision=edition.revision.id,
        image_version=(edition.achievement.image_sha256 or row.sha256).hex()[:_SHORT],
    )


def achievement_view(edition: Edition, *, site: Site, related: Sequence[Related] = ()) -> AchievementView:
    document = edition.document(site)
    return AchievementView(
        achievement=_signed_achievement(document, site, edition),
        issuer=_issuer_link(edition.issuer.profile, edition, site),
        card=transparency_card(edition.definition),
        criteria_narrative=edition.definition.criteria_narrative,
        criteria_url=document["criteria"].get("id"),
        alignments=tuple(_alignments(document)),
        results=tuple(Result(name=item["name"], scale=_scale(item)) for item in document.get("resultDescription", [])),
        endorsers=_endorsers(edition.endorsed.of_achievement),
        preview_version=achievement_preview_version(edition),
        related=_links(related, site),
    )


def issuer_view(issuer: IssuerRow, editions: Page[Edition], *, site: Site, is_first: bool = True) -> IssuerView:
    profile, slug = issuer.profile, issuer.row.slug
    return IssuerView(
        issuer=_issuer_link(profile, issuer, site),
        description=profile.get("description"),
        email=profile.get("email"),
        country=profile.get("address", {}).get("addressCountryCode"),
        keys=tuple(
            KeyView(
                kid=key.kid,
                url=site.key(slug, key.kid),
                algorithm=key.algorithm.value,
                retired=key.retired_at is not None,
            )
            for key in issuer.keys
        ),
        endorsers=_endorsers(issuer.endorsed.of_issuer),
        achievements=tuple(_signed_achievement(edition.document(site), site, edition) for edition in editions.items),
        more=f"{site.issuer(slug)}?after={editions.next.encode()}" if editions.next else None,
        is_first=is_first,
        preview_version=issuer_preview_version(issuer.row),
    )


def _endorsers(standing: Sequence[StandingEndorsement]) -> tuple[Endorser, ...]:
    return tuple(Endorser(id=one.endorser_id, name=one.endorser_name, since=one.added_at) for one in standing)


def _signed_achievement(document: Mapping[str, Any], site: Site, edition: Edition) -> AchievementLink:
    return AchievementLink(
        name=document["name"],
        url=document["id"],
        image_url=site.achievement_image(edition.achievement.id),
        description=document["description"],
        image_alt=document.get("image", {}).get("caption"),
        tags=tuple(document.get("tag", [])),
        language=document.get("inLanguage"),
    )


def _links(related: Sequence[Related], site: Site) -> tuple[AchievementLink, ...]:
    return tuple(
        AchievementLink(
            name=one.name,
            url=site.achievement(one.achievement_id),
            image_url=site.achievement_image(one.achievement_id),
            description=one.description,
            language=one.language,
        )
        for one in related
    )


def _issuer_link(profile: Mapping[str, Any], found: Edition | IssuerRow, site: Site) -> IssuerLink:
    """What `profile` says, in the colours of today."""
    row = found.issuer if isinstance(found, Edition) else found.row
    return IssuerLink(
        name=profile["name"],
        url=site.issuer(row.slug),
        did=row.did,
        homepage=profile.get("url"),
        accent=found.appearance.accent_color,
        logo_url=site.issuer_logo(row.slug) if found.appearance.logo_sha256 else None,
    )


def _results(subject: Mapping[str, Any], achievement: Mapping[str, Any]) -> Iterator[Result]:
    known = {item["id"]: item for item in achievement.get("resultDescription", [])}
    for result in subject.get("result", []):
        description = known.get(result.get("resultDescription"), {})
        levels = {level["id"]: level["name"] for level in description.get("rubricCriterionLevel", [])}
        yield Result(
            name=description.get("name") or Said("Result"),
            value=result.get("value"),
            achieved_level=levels.get(result.get("achievedLevel")),
            status=result.get("status"),
            scale=_scale(description),
        )


def _scale(description: Mapping[str, Any]) -> str | None:
    """What a result is measured on, in words."""
    if levels := description.get("rubricCriterionLevel"):
        return ", ".join(level["name"] for level in levels)
    if values := description.get("allowedValue"):
        return ", ".join(values)
    if "valueMin" in description and "valueMax" in description:
        return said("{least} to {most}", least=str(description["valueMin"]), most=str(description["valueMax"]))
    return None


def _evidence(item: Mapping[str, Any]) -> EvidenceItem:
    return EvidenceItem(
        name=item.get("name"),
        description=item.get("description"),
        narrative=item.get("narrative"),
        url=item.get("id"),
        genre=item.get("genre"),
    )


def _alignments(achievement: Mapping[str, Any]) -> Iterator[Alignment]:
    for item in achievement.get("alignment", []):
        yield Alignment(
            name=item["targetName"],
            url=item["targetUrl"],
            framework=item.get("targetFramework"),
            code=item.get("targetCode"),
            description=item.get("targetDescription"),
        )


def _technical(document: Mapping[str, Any], sha256: bytes) -> Technical:
    proofs = document["proof"]
    proof = proofs[0] if isinstance(proofs, list) else proofs
    return Technical(
        verification_method=proof["verificationMethod"],
        cryptosuite=proof["cryptosuite"],
        status_entry=document["credentialStatus"]["id"],
        sha256=sha256.hex(),
    )
