"""What anybody may fetch without a key: signed files, images, identity documents, status lists."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from app import strictjson
from app.errors import (
    ErasedError,
    InvalidFieldsError,
    KeystoreUnavailableError,
    KeyUnwrapError,
    NotAcceptableError,
    NotFoundError,
    StorageFullError,
    StorageUnavailableError,
)
from app.routers.answers import REVALIDATE, public_bytes
from app.routers.deps import LaurelDep, Now
from app.routers.kept import ListVersion, Signed, Unchanged
from app.routers.negotiation import LIST_FORMS, choose
from app.routers.problems import problems
from app.services import badges, credentials, issuers, logos, pictures
from app.services.achievements import current_edition
from app.services.certificates import certificate
from app.services.receipt_keys import published_did_document
from app.services.status import ListForm, signed_status_list

router = APIRouter(tags=["Public"])

JWT_MEDIA_TYPE = "text/plain; charset=utf-8"  # OB 3.0 section 5.1; some validators take nothing else
VC_MEDIA_TYPE = "application/vc"


class FileForm(StrEnum):
    JSON = "json"
    JWT = "jwt"
    PNG = "png"
    SVG = "svg"
    PDF = "pdf"


class ImageForm(StrEnum):
    PNG = "png"
    SVG = "svg"


IMAGE_TYPES = {"png": "image/png", "svg": "image/svg+xml"}


# What any of these addresses may answer with instead; the ids in most of them are UUIDs or they are wrong.
_PUBLISHED = (NotFoundError, StorageUnavailableError)
_BY_ID = (*_PUBLISHED, InvalidFieldsError)


class Paper(StrEnum):
    A4 = "a4"
    LETTER = "letter"


CertificateLanguage = Annotated[
    str | None,
    Query(description="Of the certificate: `en`, `es`, `fr` or `ar`. By default the issuer's."),
]
CertificatePaper = Annotated[Paper | None, Query(description="Of the certificate. By default the issuer's.")]


def binary(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """What a route that answers with bytes says of them."""
    content = {name: {"schema": body_schema(name)} for name in media_types}
    return {200: {"description": "The file", "content": content}, 304: {"description": "Not modified"}}


def body_schema(media_type: str) -> dict[str, Any]:
    """What a document of that media type is, as far as this API says: an object, text, or bytes."""
    if media_type in ("application/vc", "application/json") or media_type.endswith("+json"):
        return {"type": "object"}
    is_text = media_type.startswith("text/") or media_type.endswith("jwt")
    return {"type": "string"} if is_text else {"type": "string", "format": "binary"}


@router.get(
    "/credentials/{credential_id}.{form}",
    operation_id="getCredentialFile",
    summary="A credential as a file",
    response_class=Response,
    responses=binary(VC_MEDIA_TYPE, "text/plain", "image/png", "image/svg+xml", "application/pdf")
    | problems(*_BY_ID, ErasedError, KeyUnwrapError, KeystoreUnavailableError, StorageFullError),
)
def credential_file(
    request: Request,
    credential_id: UUID,
    form: FileForm,
    laurel: LaurelDep,
    lang: CertificateLanguage = None,
    paper: CertificatePaper = None,
) -> Response:
    """The signed JSON, the same as VC-JWT, a badge image with the JSON baked in, or a certificate with it attached."""
    name = f"{credential_id}.{form.value}"
    match form:
        case FileForm.JSON:
            return credential_json(request, credential_id, laurel, VC_MEDIA_TYPE)
        case FileForm.JWT:
            return credential_jwt(request, credential_id, laurel, JWT_MEDIA_TYPE)
        case FileForm.PDF:
            with laurel.database.reading() as session:
                raw = certificate(
                    session,
                    credentials.get_published(session, credential_id),
                    site=laurel.instance.site,
                    paper=paper.value if paper else None,
                    language=lang,
                )
            media_type = "application/pdf"
        case FileForm.PNG | FileForm.SVG:
            with laurel.database.reading() as session:
                stored = credentials.get_published(session, credential_id)
                picture: pictures.ImageForm = "png" if form is FileForm.PNG else "svg"
                raw = badges.baked_badge(session, stored, picture, site=laurel.instance.site)
            media_type = IMAGE_TYPES[form.value]
    return public_bytes(
        request,
        raw,
        media_type,
        cache=REVALIDATE,
        headers={"Content-Disposition": f'inline; filename="{name}"'},
        keep=None if form is FileForm.PDF else Unchanged(credential_id),
    )


def credential_json(request: Request, credential_id: UUID, laurel: LaurelDep, media_type: str) -> Response:
    """The exact signed bytes."""
    with laurel.database.reading() as session:
        row = credentials.signed_bytes(session, credential_id)
    etag, keep = row.sha256.hex()[:32], Signed(credential_id)
    return public_bytes(request, row.document, media_type, etag=etag, headers={"Vary": "Accept"}, keep=keep)


def credential_jwt(request: Request, credential_id: UUID, laurel: LaurelDep, media_type: str) -> Response:
    with laurel.database.reading() as session:
        token = credentials.get_published(session, credential_id).row.jwt
    if token is None:
        with laurel.database.transaction() as session:
            token = credentials.credential_jwt(session, credential_id, instance=laurel.instance, now=laurel.clock())
    return public_bytes(request, token.encode(), media_type, headers={"Vary": "Accept"}, keep=Signed(credential_id))


@router.get(
    "/achievements/{achievement_id}/image.{form}",
    operation_id="getAchievementImage",
    summary="The picture of an achievement",
    response_class=Response,
    responses=binary("image/png", "image/svg+xml") | problems(*_BY_ID),
)
def achievement_image(request: Request, achievement_id: UUID, form: ImageForm, laurel: LaurelDep) -> Response:
    """The issuer's upload, or the picture that is drawn for an achievement without one."""
    with laurel.database.reading() as session:
        edition = current_edition(session, achievement_id)
        raw = badges.achievement_image(session, edition, "png" if form is ImageForm.PNG else "svg")
    return public_bytes(request, raw, IMAGE_TYPES[form.value], cache=REVALIDATE, keep=Unchanged())


@router.get(
    "/.well-known/did.json",
    operation_id="getServiceDidDocument",
    summary="The DID document of the service",
    response_class=Response,
    responses=binary("application/did+json") | problems(StorageUnavailableError),
)
def service_did_document(request: Request, laurel: LaurelDep) -> Response:
    """The document of `did:web:{host}`: every key that receipts of verifications are or were signed with. No badge is
    signed with one of them; the keys of issuers are in their own documents.
    """
    with laurel.database.reading() as session:
        document = published_did_document(session, laurel.instance.site)
    return public_bytes(request, strictjson.dumps(document), "application/did+json", cache=REVALIDATE, keep=Unchanged())


@router.get(
    "/issuers/{slug}/logo.{form}",
    operation_id="getIssuerLogo",
    summary="The logo of an issuer",
    response_class=Response,
    responses=binary("image/png", "image/svg+xml") | problems(*_BY_ID),
)
def issuer_logo(request: Request, slug: str, form: ImageForm, laurel: LaurelDep) -> Response:
    """What the issuer uploaded, as PNG or SVG; 404 when it has no logo."""
    with laurel.database.reading() as session:
        raw = logos.issuer_logo(session, slug, "png" if form is ImageForm.PNG else "svg")
    return public_bytes(request, raw, IMAGE_TYPES[form.value], cache=REVALIDATE, keep=Unchanged())


@router.get(
    "/issuers/{slug}/did.json",
    operation_id="getDidDocument",
    summary="The issuer's DID document",
    response_class=Response,
    responses=binary("application/did+json") | problems(*_PUBLISHED),
)
def did_document(request: Request, slug: str, laurel: LaurelDep) -> Response:
    """The document of `did:web:{host}:issuers:{slug}`; lists every key that ever signed."""
    with laurel.database.reading() as session:
        issuer = issuers.get_issuer(session, slug)
        document = issuers.issuer_did_document(session, issuer, site=laurel.instance.site)
    return public_bytes(request, strictjson.dumps(document), "application/did+json", cache=REVALIDATE, keep=Unchanged())


@router.get(
    "/issuers/{slug}/keys/{kid}",
    operation_id="getKey",
    summary="One public key",
    response_class=Response,
    responses=binary("application/jwk+json") | problems(*_PUBLISHED),
)
def key(request: Request, slug: str, kid: str, laurel: LaurelDep) -> Response:
    """The JWK that the `kid` of a VC-JWT leads to."""
    with laurel.database.reading() as session:
        jwk = issuers.issuer_jwk(session, issuers.get_issuer(session, slug), kid, site=laurel.instance.site)
    return public_bytes(request, strictjson.dumps(jwk), "application/jwk+json", cache=REVALIDATE, keep=Unchanged())


@router.get(
    "/issuers/{slug}/jwks.json",
    operation_id="getKeySet",
    summary="The issuer's key set",
    response_class=Response,
    responses=binary("application/jwk-set+json") | problems(*_PUBLISHED),
)
def key_set(request: Request, slug: str, laurel: LaurelDep) -> Response:
    """Every public key that the issuer's badges were ever signed with, as JWKs (RFC 7517)."""
    with laurel.database.reading() as session:
        document = issuers.issuer_jwks(session, issuers.get_issuer(session, slug), site=laurel.instance.site)
    return public_bytes(
        request, strictjson.dumps(document), "application/jwk-set+json", cache=REVALIDATE, keep=Unchanged()
    )


@router.get(
    "/status/{list_id}",
    operation_id="getStatusList",
    summary="A signed status list",
    response_class=Response,
    responses=binary(*(form.media_type for form in LIST_FORMS))
    | problems(*_BY_ID, NotAcceptableError, KeyUnwrapError, KeystoreUnavailableError),
)
def status_list(request: Request, list_id: UUID, laurel: LaurelDep, now: Now) -> Response:
    """Bitstring Status List v1.0, signed by the issuer, right as of this answer."""
    form = choose(request.headers.get("accept"), LIST_FORMS, without_header=LIST_FORMS[0])
    with laurel.database.reading() as session:
        raw, version = signed_status_list(session, list_id, ListForm(form.name), instance=laurel.instance, now=now)
    keep = ListVersion(list_id, version)
    return public_bytes(request, raw, form.media_type, cache=REVALIDATE, headers={"Vary": "Accept"}, keep=keep)
