"""The hosted documents of Open Badges 2.0, for badges of issuers that ask for them (docs/open-badges-2.md)."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from app.errors import InvalidFieldsError, NotAcceptableError, NotFoundError, StorageUnavailableError
from app.routers.answers import PUBLIC, REVALIDATE, public_bytes
from app.routers.deps import LaurelDep
from app.routers.kept import Unchanged
from app.routers.negotiation import PAGE, Form, choose
from app.routers.problems import problems
from app.routers.publishing import body_schema
from app.services import twins

router = APIRouter(tags=["Public"])

# `*/*` gets the document, since its address says JSON; browsers, which name text/html, are sent to the page.
_FORMS = (Form("json", "application/ld+json"), Form("json", "application/json"), PAGE)
_VARY = {"Vary": "Accept"}
_GONE = 410
_MOST_REVISIONS = 10**9 - 1

Revision = Annotated[int, Path(ge=1, le=_MOST_REVISIONS, description="Of the achievement, counted from 1.")]


def _document(words: str) -> dict[str, Any]:
    schema = {form.media_type: {"schema": body_schema(form.media_type)} for form in _FORMS if form is not PAGE}
    return {"description": words, "content": schema}


def _answers(*more: type[InvalidFieldsError]) -> dict[int | str, dict[str, Any]]:
    return {
        200: _document("The document"),
        303: {"description": "To the page for people, for `text/html`"},
        304: {"description": "Not modified"},
        **problems(NotFoundError, NotAcceptableError, StorageUnavailableError, *more),
    }


@router.get(
    "/credentials/{credential_id}/assertion.json",
    operation_id="getAssertion",
    summary="A credential as a hosted assertion of Open Badges 2.0",
    response_class=Response,
    responses=_answers(InvalidFieldsError) | {_GONE: _document("Revoked; the document says so")},
)
def assertion(request: Request, credential_id: UUID, laurel: LaurelDep) -> Response:
    """The Assertion, whose `id` is this address. 410 once it is revoked, with `revoked` and `revocationReason`."""
    form, site = _form(request), laurel.instance.site
    if form is PAGE:
        return _to(site.credential(credential_id))
    with laurel.database.asking() as live:
        hosted = twins.assertion(live, credential_id, site=site)
    return _withdrawn(hosted.raw, form) if hosted.withdrawn else _hosted(request, hosted.raw, form)


@router.get(
    "/achievements/{achievement_id}/revisions/{revision}/badge-class.json",
    operation_id="getBadgeClass",
    summary="A revision of an achievement as a badge class of Open Badges 2.0",
    response_class=Response,
    responses=_answers(InvalidFieldsError),
)
def badge_class(request: Request, achievement_id: UUID, revision: Revision, laurel: LaurelDep) -> Response:
    """The BadgeClass that assertions point at; it stays as it was when they were awarded."""
    form, site = _form(request), laurel.instance.site
    if form is PAGE:
        return _to(site.achievement(achievement_id))
    with laurel.database.asking() as live:
        raw = twins.badge_class(live, achievement_id, revision, site=site)
    return _hosted(request, raw, form)


@router.get(
    "/issuers/{slug}/profile-2.json",
    operation_id="getProfile2",
    summary="The issuer's profile in Open Badges 2.0",
    response_class=Response,
    responses=_answers(),
)
def profile_2(request: Request, slug: str, laurel: LaurelDep) -> Response:
    """The Profile that badge classes point at; says which addresses speak for the issuer."""
    form, site = _form(request), laurel.instance.site
    if form is PAGE:
        return _to(site.issuer(slug))
    with laurel.database.asking() as live:
        raw = twins.issuer_profile(live, slug, site=site)
    return _hosted(request, raw, form)


def _form(request: Request) -> Form:
    return choose(request.headers.get("accept"), _FORMS, without_header=_FORMS[0])


def _hosted(request: Request, raw: bytes, form: Form) -> Response:
    return public_bytes(request, raw, form.media_type, cache=REVALIDATE, headers=_VARY, keep=Unchanged())


def _withdrawn(raw: bytes, form: Form) -> Response:
    response = Response(raw, _GONE, PUBLIC | _VARY | {"Cache-Control": REVALIDATE})
    # As it stands: Starlette would add a charset to some.
    response.headers["Content-Type"] = form.media_type
    return response


def _to(page: str) -> Response:
    return Response(status_code=303, headers=_VARY | {"Location": page, "Cache-Control": REVALIDATE})
