"""Issuers and achievements: what is set up before anything can be earned."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.errors import (
    ConflictError,
    ForbiddenError,
    InvalidFieldsError,
    MalformedJSONError,
    NotFoundError,
    SigningFaultError,
    StorageFullError,
    StorageUnavailableError,
    TooLargeError,
    UnauthenticatedError,
    UnsupportedMediaTypeError,
)
from app.routers.body import StrictJSONRoute
from app.routers.deps import Admin, LaurelDep, Manager, Now, Reader
from app.routers.paging import LINKED, After, Limit, next_page
from app.routers.problems import problems
from app.routers.resources import achievement_resource, issuer_resource, preflight_resource
from app.schemas.achievements import AchievementIn, AchievementPage, AchievementResource
from app.schemas.issuers import IssuerChangeIn, IssuerIn, IssuerPage, IssuerResource
from app.schemas.preflight import PreflightResource
from app.services import achievements, issuers
from app.services.awardable import Awardable
from app.services.new_issuer import NewIssuer
from app.services.preflight import preflight

router = APIRouter(prefix="/v1", tags=["Set up"], route_class=StrictJSONRoute)

GUARDED = (UnauthenticatedError, ForbiddenError, StorageUnavailableError)
WRITES = (
    *GUARDED,
    InvalidFieldsError,
    MalformedJSONError,
    TooLargeError,
    UnsupportedMediaTypeError,
    StorageFullError,
)


@router.post(
    "/issuers",
    status_code=201,
    operation_id="createIssuer",
    summary="Create an issuer",
    responses=problems(*WRITES, ConflictError),
)
def create_issuer(body: IssuerIn, actor: Admin, laurel: LaurelDep, now: Now) -> IssuerResource:
    """A new issuer with a did:web and two signing keys. Needs the scope `admin`."""
    with laurel.database.transaction(actor.issuer_id) as session:
        new = to_new_issuer(body)
        issuer = issuers.create_issuer(session, new, instance=laurel.instance, actor_name=actor.name, now=now)
        return issuer_resource(issuers.view(session, issuer), laurel.instance.site)


def to_new_issuer(body: IssuerIn) -> NewIssuer:
    return NewIssuer(
        slug=body.slug,
        profile=body.profile(),
        identify_learners_by=body.identify_learners_by,
        jwt_algorithm=body.jwt_algorithm,
        time_zone=body.time_zone,
        linkedin_organization_id=body.linkedin_organization_id,
        test=body.test,
        open_badges_2=body.open_badges_2,
        accent_color=body.accent_color,
        language=body.language,
        paper=body.paper,
        visibility=body.visibility,
    )


@router.get("/issuers", operation_id="listIssuers", summary="List issuers", responses=problems(*GUARDED))
def list_issuers(actor: Reader, laurel: LaurelDep) -> IssuerPage:
    """The key's own issuer; every issuer for an admin key. Needs the scope `read`."""
    with laurel.database.reading(actor.issuer_id) as session:
        found = issuers.list_issuers(session, actor.issuer_id)
        return IssuerPage(items=[issuer_resource(view, laurel.instance.site) for view in found])


@router.get(
    "/issuers/{slug:slug}",  # else it would take GET …:stop for a slug, and not say 405
    operation_id="getIssuer",
    summary="Get an issuer",
    responses=problems(*GUARDED, NotFoundError),
)
def get_issuer(slug: str, actor: Reader, laurel: LaurelDep) -> IssuerResource:
    """Its profile, its settings and its public keys. Needs the scope `read`."""
    with laurel.database.reading(actor.issuer_id) as session:
        issuer = issuers.get_own_issuer(session, slug, actor)
        return issuer_resource(issuers.view(session, issuer), laurel.instance.site)


@router.patch(
    "/issuers/{slug:slug}",
    operation_id="changeIssuer",
    summary="Change an issuer",
    responses=problems(*WRITES, NotFoundError),
)
def change_issuer(slug: str, body: IssuerChangeIn, actor: Manager, laurel: LaurelDep, now: Now) -> IssuerResource:
    """Members that are sent replace what is there; null removes (RFC 7396). The slug stays. Needs the scope `manage`.

    Badges say what they said when they were signed; those issued from now on say the new.
    """
    with laurel.database.transaction(actor.issuer_id) as session:
        change = issuers.IssuerChange(body.profile(), body.settings())
        issuer = issuers.change_issuer(session, slug, change, actor=actor, now=now)
        return issuer_resource(issuers.view(session, issuer), laurel.instance.site)


@router.post(
    "/achievements",
    status_code=201,
    operation_id="createAchievement",
    summary="Create an achievement",
    responses=problems(*WRITES, ConflictError),
)
def create_achievement(body: AchievementIn, actor: Manager, laurel: LaurelDep, now: Now) -> AchievementResource:
    """Something that can be earned; its members are what the badge and its page tell. Needs the scope `manage`."""
    with laurel.database.transaction(actor.issuer_id) as session:
        edition = achievements.create_achievement(
            session,
            body.definition(),
            slug=body.slug,
            issuer_slug=body.issuer,
            instance=laurel.instance,
            actor=actor,
            now=now,
        )
        return achievement_resource(edition, laurel.instance.site)


@router.get(
    "/achievements",
    operation_id="listAchievements",
    summary="List achievements",
    responses=problems(*GUARDED, InvalidFieldsError) | LINKED,
)
def list_achievements(
    request: Request,
    response: Response,
    actor: Reader,
    laurel: LaurelDep,
    after: After,
    limit: Limit = 50,
) -> AchievementPage:
    """Newest first: those of the key's issuer; every issuer's for an admin key. Needs the scope `read`."""
    with laurel.database.reading(actor.issuer_id) as session:
        found = achievements.list_achievements(session, actor=actor, after=after, limit=limit)
        items = [achievement_resource(edition, laurel.instance.site) for edition in found.items]
        following = next_page(request, response, found.next, base_url=laurel.settings.base_url)
        return AchievementPage(items=items, next=following)


@router.get(
    "/achievements/{achievement_id:uuid}",  # else it would take GET …:preflight for an id, and not say 405
    operation_id="getAchievement",
    summary="Get an achievement",
    responses=problems(*GUARDED, NotFoundError, InvalidFieldsError),
)
def get_achievement(achievement_id: UUID, actor: Reader, laurel: LaurelDep) -> AchievementResource:
    """Its newest revision, and the Open Badges document made of it. Needs the scope `read`."""
    with laurel.database.reading(actor.issuer_id) as session:
        edition = achievements.current_edition(session, achievement_id, actor=actor)
        return achievement_resource(edition, laurel.instance.site)


@router.put(
    "/achievements/{achievement_id:uuid}",
    operation_id="reviseAchievement",
    summary="Revise an achievement",
    responses=problems(*WRITES, NotFoundError, ConflictError),
)
def revise_achievement(
    achievement_id: UUID, body: AchievementIn, actor: Manager, laurel: LaurelDep, now: Now
) -> AchievementResource:
    """A new revision; badges already issued keep the one they were issued under. The slug stays.

    Needs the scope `manage`.
    """
    with laurel.database.transaction(actor.issuer_id) as session:
        edition = achievements.revise_achievement(
            session,
            achievement_id,
            body.definition(),
            slug=body.slug,
            instance=laurel.instance,
            actor=actor,
            now=now,
        )
        return achievement_resource(edition, laurel.instance.site)


@router.post(
    "/achievements/{achievement_id}:preflight",
    operation_id="preflightAchievement",
    summary="Ask how others will take its badges",
    responses=problems(*GUARDED, NotFoundError, InvalidFieldsError, SigningFaultError),
)
def preflight_achievement(achievement_id: UUID, actor: Manager, laurel: LaurelDep, now: Now) -> PreflightResource:
    """Makes a badge in memory that nobody earned and asks it what validators, wallets and people would: each answer
    says who looks at it and what to change. Nothing is issued or stored. Needs the scope `manage`.
    """
    site = laurel.instance.site
    with laurel.database.reading(actor.issuer_id) as session:
        edition = achievements.current_edition(session, achievement_id, actor=actor)
        found = preflight(session, Awardable(edition, edition.document(site)), instance=laurel.instance, now=now)
        return preflight_resource(found, edition, site, now=now)
