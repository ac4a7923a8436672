"""Pictures that issuers upload: of an achievement, and their own logo; and what would become of one."""

from __future__ import annotations

import base64
from typing import Annotated, Any
from uuid import UUID

import anyio.to_thread
from fastapi import APIRouter, Query, Request

from app.errors import InvalidFieldsError, MalformedImageError, NotFoundError, TooLargeError, UnsupportedMediaTypeError
from app.routers.body import read_body, require_media_type
from app.routers.deps import Laurel, LaurelDep, Manager, Now
from app.routers.management import GUARDED, WRITES
from app.routers.problems import problems
from app.routers.resources import achievement_resource, issuer_resource
from app.schemas import examples
from app.schemas.achievements import AchievementResource
from app.schemas.issuers import IssuerResource
from app.schemas.pictures import PictureFor, PicturePreview
from app.services import achievements, issuers, logos
from app.services.pictures import Shape, Uploaded, read_picture

router = APIRouter(prefix="/v1", tags=["Set up"])

IMAGE_TYPES = ("image/png", "image/svg+xml")
SHAPES = {"achievement": Shape.BADGE, "logo": Shape.LOGO}
_FILE = {"type": "string", "format": "binary"}
_IMAGE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "image/png": {"schema": _FILE},
            "image/svg+xml": {"schema": _FILE, "example": examples.PICTURE},
        },
    }
}


@router.put(
    "/achievements/{achievement_id}/image",
    operation_id="putAchievementImage",
    summary="Set the picture of an achievement",
    openapi_extra=_IMAGE_BODY,
    responses=problems(*WRITES, NotFoundError, MalformedImageError),
)
async def put_image(
    achievement_id: UUID, request: Request, actor: Manager, laurel: LaurelDep, now: Now
) -> AchievementResource:
    """A square PNG or SVG. It is re-encoded without metadata or active content. Needs the scope `manage`."""
    raw = await _sent(request, laurel)

    def store() -> AchievementResource:
        uploaded = _read(raw, laurel, Shape.BADGE)
        with laurel.database.transaction(actor.issuer_id) as session:
            edition = achievements.set_image(session, achievement_id, uploaded.image, actor=actor, now=now)
            return achievement_resource(edition, laurel.instance.site)

    return await anyio.to_thread.run_sync(store)


@router.put(
    "/issuers/{slug}/logo",
    operation_id="putIssuerLogo",
    summary="Set the logo of an issuer",
    openapi_extra=_IMAGE_BODY,
    responses=problems(*WRITES, NotFoundError, MalformedImageError),
)
async def put_logo(slug: str, request: Request, actor: Manager, laurel: LaurelDep, now: Now) -> IssuerResource:
    """A PNG or SVG, one side at most four times the other, re-encoded as an achievement's picture is. Pages and
    certificates show it, and badges from now on name it. Needs the scope `manage`.
    """
    raw = await _sent(request, laurel)

    def store() -> IssuerResource:
        uploaded = _read(raw, laurel, Shape.LOGO)
        site = laurel.instance.site
        with laurel.database.transaction(actor.issuer_id) as session:
            issuer = logos.set_logo(session, slug, uploaded.image, site=site, actor=actor, now=now)
            return issuer_resource(issuers.view(session, issuer), site)

    return await anyio.to_thread.run_sync(store)


@router.delete(
    "/issuers/{slug}/logo",
    operation_id="deleteIssuerLogo",
    summary="Remove the logo of an issuer",
    responses=problems(*GUARDED, NotFoundError),
)
def delete_logo(slug: str, actor: Manager, laurel: LaurelDep, now: Now) -> IssuerResource:
    """Its address answers 404 from now on, for badges that name it too. Without a logo nothing changes. Needs the scope
    `manage`.
    """
    with laurel.database.transaction(actor.issuer_id) as session:
        issuer = logos.remove_logo(session, slug, actor=actor, now=now)
        return issuer_resource(issuers.view(session, issuer), laurel.instance.site)


@router.post(
    "/images:preview",
    operation_id="previewImage",
    summary="Look at a picture before it is set",
    openapi_extra=_IMAGE_BODY,
    responses=problems(*GUARDED, InvalidFieldsError, TooLargeError, UnsupportedMediaTypeError, MalformedImageError),
)
async def preview_image(
    request: Request,
    actor: Manager,
    laurel: LaurelDep,
    wanted: Annotated[PictureFor, Query(alias="for", description="What it is to be; a logo need not be square.")] = (
        "achievement"
    ),
) -> PicturePreview:
    """What would be kept of the file, the picture as it would be shown, and what you may want to mend first. Nothing is
    stored. Needs the scope `manage`.
    """
    _ = actor  # whoever manages some issuer; the answer depends on the file alone
    raw = await _sent(request, laurel)
    return to_preview(await anyio.to_thread.run_sync(_read, raw, laurel, SHAPES[wanted]))


def to_preview(uploaded: Uploaded) -> PicturePreview:
    image = uploaded.image
    return PicturePreview(
        media_type=image.media_type,
        width=image.width,
        height=image.height,
        bytes=len(image.content),
        warnings=list(uploaded.warnings),
        png="data:image/png;base64," + base64.b64encode(uploaded.png).decode(),
    )


async def _sent(request: Request, laurel: Laurel) -> bytes:
    require_media_type(request, *IMAGE_TYPES)
    return await read_body(request, laurel.settings.limits.image_bytes)


def _read(raw: bytes, laurel: Laurel, shape: Shape) -> Uploaded:
    return read_picture(raw, max_bytes=laurel.settings.limits.image_bytes, shape=shape)
