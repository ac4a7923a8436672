"""Stored things as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from app import strictjson
from app.issuance.preflight import Finding, Preflight
from app.openbadges import completeness, transparency_card
from app.schemas.achievements import AchievementResource
from app.schemas.api_keys import ApiKeyCreated, ApiKeyResource
from app.schemas.audit import AuditEventOut
from app.schemas.credentials import CredentialLinks, CredentialResource, CredentialSummary
from app.schemas.issuers import IssuerResource, KeyOut
from app.schemas.preflight import PreflightResource, PreflightResult
from app.schemas.stops import StopOut
from app.schemas.verification import ReportOut
from app.services.achievements import Edition
from app.services.api_keys import KnownKey, NewKey
from app.services.audit_reading import EventView
from app.services.credentials import StoredCredential
from app.services.issuers import IssuerView
from app.services.site import Site
from app.services.stops import Stop
from app.verification import Report

_FORMS = ("json", "jwt", "png", "svg", "pdf")


def credential_resource(stored: StoredCredential, site: Site, *, now: datetime) -> CredentialResource:
    """As it stands at `now`."""
    row = stored.row
    revocation = stored.revocation
    return CredentialResource(
        **_summary(stored, site, now),
        awarded_at=row.awarded_at,
        revoked_at=revocation.at if revocation else None,
        revocation_reason=revocation.reason if revocation else None,
        links=_links(stored, site),
        credential=None if stored.erased else stored.document,
    )


def credential_bytes(stored: StoredCredential, site: Site, *, now: datetime) -> bytes:
    """The same as JSON, with the signed document as it is stored: neither read nor written again."""
    row, edition, revocation = stored.row, stored.edition, stored.revocation
    page, learner = site.credential(row.id), _learner(stored)
    members = {
        "id": page,
        "status": stored.standing.state(now),
        "test": row.test,
        "visibility": row.visibility,
        "achievement": edition.achievement.slug,
        "issuer": edition.issuer.slug,
        "learner": learner,
        "externalId": row.external_id,
        "source": row.source,
        "awardedAt": row.awarded_at,
        "issuedAt": row.issued_at,
        "validUntil": row.valid_until,
        "revokedAt": revocation.at if revocation else None,
        "revocationReason": revocation.reason if revocation else None,
        "predecessor": site.credential(stored.predecessor.predecessor_id) if stored.predecessor else None,
        "successor": site.credential(stored.successor.successor_id) if stored.successor else None,
        "links": {"page": page, **{form: f"{page}.{form}" for form in _FORMS}},
    }
    return orjson.dumps(members, option=orjson.OPT_UTC_Z)[:-1] + b',"credential":' + (row.document or b"null") + b"}"


def credential_summary(stored: StoredCredential, site: Site, *, now: datetime) -> CredentialSummary:
    return CredentialSummary(**_summary(stored, site, now))


def _summary(stored: StoredCredential, site: Site, now: datetime) -> dict[str, Any]:
    row, edition = stored.row, stored.edition
    return {
        "id": site.credential(row.id),
        "status": stored.standing.state(now),
        "test": row.test,
        "visibility": row.visibility.value,
        "achievement": edition.achievement.slug,
        "issuer": edition.issuer.slug,
        "learner": _learner(stored),
        "external_id": row.external_id,
        "source": row.source,
        "issued_at": row.issued_at,
        "valid_until": row.valid_until,
        "predecessor": site.credential(stored.predecessor.predecessor_id) if stored.predecessor else None,
        "successor": site.credential(stored.successor.successor_id) if stored.successor else None,
    }


def _learner(stored: StoredCredential) -> dict[str, str | None] | None:
    """As `LearnerOut`; None when it was erased."""
    learner = stored.row.learner
    return None if stored.erased else {name: learner[name] for name in ("name", "email", "did")}


def _links(stored: StoredCredential, site: Site) -> CredentialLinks:
    page = site.credential(stored.row.id)
    forms = {form: f"{page}.{form}" for form in _FORMS}
    return CredentialLinks(page=page, **forms)


def achievement_resource(edition: Edition, site: Site) -> AchievementResource:
    stated, of = completeness(transparency_card(edition.definition))
    achievement = edition.achievement
    return AchievementResource(
        id=site.achievement(achievement.id),
        slug=achievement.slug,
        issuer=edition.issuer.slug,
        revision=edition.revision.number,
        definition=edition.revision.definition,
        completeness={"stated": stated, "of": of},
        image=site.achievement_image(achievement.id),
        created_at=achievement.created_at,
        updated_at=achievement.updated_at,
        document=edition.document(site),
    )


def preflight_resource(found: Preflight, edition: Edition, site: Site, *, now: datetime) -> PreflightResource:
    return PreflightResource(
        achievement=site.achievement(edition.achievement.id),
        revision=edition.revision.number,
        checked_at=now.replace(microsecond=0),
        verdict=found.outcome.value,
        blocks_award=bool(found.blocking),
        results=[_preflight_result(finding) for finding in found.findings],
    )


def _preflight_result(finding: Finding) -> PreflightResult:
    return PreflightResult(
        id=finding.rule.id,
        outcome=finding.said.outcome.value,
        title=finding.rule.title,
        detail=finding.said.detail,
        cure=finding.said.cure,
        readers=[reader.value for reader in finding.rule.readers],
        blocks_award=finding.blocks,
    )


def issuer_resource(view: IssuerView, site: Site) -> IssuerResource:
    issuer, settings, looks = view.row, view.row.settings, view.appearance
    address = site.issuer(issuer.slug)
    return IssuerResource(
        id=address,
        slug=issuer.slug,
        did=issuer.did,
        profile=view.profile,
        identify_learners_by=settings["identifyLearnersBy"],
        jwt_algorithm=settings["jwtAlgorithm"],
        time_zone=settings["timeZone"],
        linkedin_organization_id=settings["linkedinOrganizationId"],
        accent_color=looks.accent_color,
        language=looks.language,
        paper=looks.paper,
        visibility=looks.visibility.value,
        logo=site.issuer_logo(issuer.slug) if looks.logo_sha256 is not None else None,
        open_badges_2=settings.get("openBadges2") is True,
        test=settings.get("test") is True,
        keys=[_key(view, row) for row in view.keys],
        stopped=stop_resource(view.stop) if view.stop else None,
        created_at=issuer.created_at,
        links={"page": address, "did": f"{address}/did.json", "jwks": f"{address}/jwks.json"},
    )


def _key(view: IssuerView, row: Any) -> KeyOut:
    return KeyOut(
        kid=row.kid,
        algorithm=row.algorithm.value,
        purpose=row.purpose.value,
        state=row.state.value,
        verification_method=f"{view.row.did}#{row.kid}",
        jwk=row.public_jwk,
    )


def api_key_resource(known: KnownKey) -> ApiKeyResource:
    return ApiKeyResource(**_api_key(known))


def api_key_created(new: NewKey) -> ApiKeyCreated:
    return ApiKeyCreated(**_api_key(new.known), key=new.token)


def _api_key(known: KnownKey) -> dict[str, Any]:
    row = known.row
    return {
        "prefix": row.prefix,
        "name": row.name,
        "issuer": known.issuer_slug,
        "scopes": row.scopes,
        "test": not row.live,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "revoked_at": row.revoked_at,
        "last_used_at": row.last_used_at,
    }


def audit_event(view: EventView) -> AuditEventOut:
    row = view.row
    return AuditEventOut(
        id=row.id,
        issuer=view.issuer,
        sequence=row.sequence,
        at=row.at,
        action=row.action,
        actor=row.actor,
        subject=row.subject,
        outcome=row.outcome,
        detail=row.detail,
        sha256=row.sha256.hex() if row.sha256 else None,
    )


def stop_resource(stop: Stop) -> StopOut:
    return StopOut(reason=stop.reason, by=stop.actor, at=stop.at)


def report_body(report: Report) -> ReportOut:
    return ReportOut.model_validate(report_members(report))


def report_bytes(report: Report) -> bytes:
    """The same as JSON: a report is made of plain values, so nothing is left to validate."""
    return strictjson.dumps(report_members(report))


def report_members(report: Report) -> dict[str, Any]:
    """The members of `ReportOut`, in its order."""
    return {
        "verdict": report.verdict.value,
        "conclusion": report.conclusion.value,
        "summary": report.summary,
        "checks": [
            {
                "id": check.id,
                "outcome": check.outcome.value,
                "title": check.title,
                "detail": check.detail,
                "remedy": check.remedy,
                "who": check.who.value if check.who else None,
            }
            for check in report.checks
        ],
        "format": report.format,
        "credential": _plain(report.credential),
        "issuer": _plain(report.issuer),
        "recipient": _plain(report.recipient),
        "achievement": _plain(report.achievement),
        "dates": _plain(report.dates),
        "status": _plain(report.status),
        "endorsements": [report_members(inner) for inner in report.endorsements],
        "contents": [report_members(inner) for inner in report.contents],
    }


def _plain(members: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if members is None else dict(members)
