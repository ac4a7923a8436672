"""The pictures of pages: what other sites show of them, and the code that leads to a credential's from paper."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.errors import ErasedError, InvalidFieldsError, NotFoundError, StorageUnavailableError
from app.routers.answers import REVALIDATE, public_bytes
from app.routers.deps import Laurel, LaurelDep, Now
from app.routers.kept import Unchanged
from app.routers.problems import problems
from app.routers.publishing import IMAGE_TYPES, ImageForm, binary
from app.services import achievements, credentials, issuers
from app.services.previews import achievement_preview, credential_preview, credential_qr, issuer_preview
from app.services.verifying import Question, verify_published
from app.verification import NOBODY

router = APIRouter(tags=["Public"])

_BY_ID = (NotFoundError, StorageUnavailableError, InvalidFieldsError, ErasedError)


@router.get(
    "/credentials/{credential_id}/preview-{version}.png",
    operation_id="getCredentialPreview",
    summary="The preview of a credential's page",
    response_class=Response,
    responses=binary("image/png") | problems(*_BY_ID),
)
def preview(request: Request, credential_id: UUID, version: str, laurel: LaurelDep, now: Now) -> Response:  # noqa: ARG001
    """1200 x 627 pixels, as sites show it of a link (Open Graph). `version` changes with the picture, so that theirs is
    fetched anew; whatever it is, the answer is the picture of the present state.
    """
    return public_bytes(request, _drawn(credential_id, laurel, now), "image/png", cache=REVALIDATE)


@router.get(
    "/achievements/{achievement_id}/preview-{version}.png",
    operation_id="getAchievementPreview",
    summary="The preview of an achievement's page",
    response_class=Response,
    responses=binary("image/png") | problems(NotFoundError, StorageUnavailableError, InvalidFieldsError),
)
def preview_of_achievement(request: Request, achievement_id: UUID, version: str, laurel: LaurelDep) -> Response:  # noqa: ARG001
    """As that of a credential's page, with nobody's name on it."""
    with laurel.database.reading() as session:
        raw = achievement_preview(session, achievements.current_edition(session, achievement_id))
    return public_bytes(request, raw, "image/png", cache=REVALIDATE)


@router.get(
    "/issuers/{slug}/preview-{version}.png",
    operation_id="getIssuerPreview",
    summary="The preview of an issuer's page",
    response_class=Response,
    responses=binary("image/png") | problems(NotFoundError, StorageUnavailableError),
)
def preview_of_issuer(request: Request, slug: str, version: str, laurel: LaurelDep) -> Response:  # noqa: ARG001
    """As that of an achievement's page."""
    with laurel.database.reading() as session:
        raw = issuer_preview(session, issuers.get_issuer(session, slug))
    return public_bytes(request, raw, "image/png", cache=REVALIDATE)


def _drawn(credential_id: UUID, laurel: Laurel, now: datetime) -> bytes:
    with laurel.database.reading() as session:
        question = Question(now, policy=NOBODY)
        stored, report = verify_published(session, credential_id, question, instance=laurel.instance, now=now)
        return credential_preview(session, stored, report.conclusion)


@router.get(
    "/credentials/{credential_id}/qr.{form}",
    operation_id="getCredentialQr",
    summary="A QR code that leads to a credential's page",
    response_class=Response,
    responses=binary("image/png", "image/svg+xml") | problems(*_BY_ID),
)
def qr_code(request: Request, credential_id: UUID, form: ImageForm, laurel: LaurelDep) -> Response:
    """The address of the credential, and nothing else."""
    with laurel.database.reading() as session:
        credentials.signed_bytes(session, credential_id)
    raw = credential_qr(laurel.instance.site.credential(credential_id), "png" if form is ImageForm.PNG else "svg")
    return public_bytes(request, raw, IMAGE_TYPES[form.value], cache=REVALIDATE, keep=Unchanged(credential_id))
