"""Addresses that answer people with a page, and machines with the signed document behind it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import anyio.to_thread
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from app import strictjson
from app.errors import (
    AppError,
    ErasedError,
    InvalidFieldsError,
    KeystoreUnavailableError,
    KeyUnwrapError,
    NotAcceptableError,
    NotFoundError,
    OverloadedError,
    StorageFullError,
    StorageUnavailableError,
)
from app.language import Said
from app.openbadges import OB_CONTEXT, VC_CONTEXT
from app.routers.answers import REVALIDATE, public_bytes
from app.routers.deps import Laurel, LaurelDep, Now
from app.routers.kept import Unchanged
from app.routers.negotiation import CREDENTIAL_FORMS, PAGE, PROFILE_FORMS, Form, choose
from app.routers.paging import After
from app.routers.problems import problem_types, problems
from app.routers.publishing import body_schema, credential_json, credential_jwt
from app.services import achievements, credentials, issuers
from app.services.related import Related, related_achievements
from app.services.verifying import Question, verify_published
from app.verification import NOBODY, Report, Verdict
from app.web import pages
from app.web.answers import HTML, PAGE_CONTENT, page
from app.web.assets import static_file
from app.web.composing import achievement_view, credential_view, issuer_view
from app.web.reference import reference
from app.web.visitor import IN_ENGLISH, Visitor, VisitorDep, visitor_of

# `*/*` weighs all forms alike, and then the first is chosen: with these a program's.
_PAGE_LAST = (*CREDENTIAL_FORMS[1:], PAGE)


class _PageRoute(APIRoute):
    """An address with an id that is none, such as a link cut short in a mail: to people nothing is there, and a page
    says so. Programs get the problem document; who asks for nothing in particular (`*/*`) is one of them.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_kindly(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError:
                if choose(request.headers.get("accept"), _PAGE_LAST, without_header=_PAGE_LAST[0]) is not PAGE:
                    raise
                return _not_found(request, visitor_of(request, request.query_params.get("lang")), _CUT_SHORT)

        return handle_kindly


router = APIRouter(route_class=_PageRoute)

_NOT_FOUND, _REMOVED = Said("Not found"), Said("This badge was removed")
_CUT_SHORT = Said("There is nothing at this address. It may have been cut short on its way.")
_NO_BADGE = Said("There is no such badge. Check the address, or ask whoever gave it to you.")
_NO_ACHIEVEMENT, _NO_ISSUER = Said("There is no such achievement."), Said("There is no such issuer.")

_ACHIEVEMENTS = 48  # on the page of an issuer, which may have thousands

_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A file that pages use",
        "content": {
            name: {"schema": body_schema(name)}
            for name in ("text/css", "text/javascript", "text/plain", "image/svg+xml")
        },
    },
    304: {"description": "Not modified"},
}


def _also(forms: Sequence[Form], *more: type[AppError]) -> dict[int | str, dict[str, Any]]:
    """A page for people, in other forms for programs; whoever asked for the page is told of a mistake by a page."""
    content = {form.media_type: {"schema": body_schema(form.media_type)} for form in forms}
    described = problems(NotFoundError, NotAcceptableError, StorageUnavailableError, *more)
    for status in {404, 410} & set(described):
        described[status]["content"] = described[status]["content"] | PAGE_CONTENT
    return {
        200: {"description": "A page, or the document", "content": content},
        304: {"description": "Not modified"},
        **described,
    }


@router.get(
    "/",
    operation_id="home",
    tags=["Pages"],
    summary="The front page",
    response_class=Response,
    responses=HTML,
)
def home(request: Request, laurel: LaurelDep, visitor: VisitorDep) -> Response:
    """What this site does, and the way to the rest."""
    return page(request, visitor, pages.home_page(laurel.settings.base_url, visitor), keep=Unchanged())


@router.get(
    "/credentials/{credential_id}",
    operation_id="getPublicCredential",
    tags=["Public"],
    summary="A credential: its page, or the signed document",
    response_class=Response,
    responses=_also(
        CREDENTIAL_FORMS, ErasedError, InvalidFieldsError, KeystoreUnavailableError, KeyUnwrapError, StorageFullError
    ),
)
async def credential(
    request: Request, credential_id: UUID, laurel: LaurelDep, now: Now, visitor: VisitorDep
) -> Response:
    """The page for browsers and crawlers (`text/html`, `*/*`); the signed JSON for `application/vc`,
    `application/ld+json`, `application/json` or no Accept header; the compact JWS for `application/vc+jwt` and
    `text/plain`.
    """
    form = choose(request.headers.get("accept"), CREDENTIAL_FORMS, without_header=CREDENTIAL_FORMS[1])
    if form is not PAGE:
        answer = credential_json if form.name == "json" else credential_jwt
        return await anyio.to_thread.run_sync(answer, request, credential_id, laurel, form.media_type)
    try:
        made = await _credential_page(credential_id, laurel, now, visitor)
        keep = None if made.seconds is None else Unchanged(credential_id, made.seconds)
        return page(request, made.visitor, made.html, keep=keep)
    except NotFoundError:
        return _not_found(request, visitor, _NO_BADGE)
    except ErasedError as error:
        html = pages.problem_page(410, _REMOVED, error.message, visitor=visitor)
        return page(request, visitor, html, status=410, cache="no-store")


async def _credential_page(credential_id: UUID, laurel: Laurel, now: datetime, visitor: Visitor) -> _Written:
    """Verified when it is made. The page says when, to the minute, and is made anew for the next one and whenever
    anything was stored: no old verdict is repeated.
    """
    question = Question(now, policy=NOBODY)
    made = await anyio.to_thread.run_sync(
        _page_of_our_own, credential_id, question, laurel, now, visitor, limiter=laurel.pages
    )
    if made.open:
        with suppress(OverloadedError):
            report = await laurel.verifier.verify(made.stored.row.document, question, now=now)
            return await anyio.to_thread.run_sync(_written, made.stored, made.related, report, laurel, now, visitor)
        return made.page
    return made.page._replace(seconds=_seconds_left(made.stored, now))


def _seconds_left(stored: credentials.StoredCredential, now: datetime) -> float:
    """Until the minute is over, or the credential begins or ends to be valid."""
    ends = [now.replace(second=0, microsecond=0) + timedelta(minutes=1), stored.row.valid_from, stored.row.valid_until]
    return min((end - now).total_seconds() for end in ends if end is not None and end > now)


class _Written(NamedTuple):
    html: str
    visitor: Visitor  # at home with the issuer's language
    seconds: float | None = None  # for which it may be shown again, unless something changes


class _Made(NamedTuple):
    """A page without what others know. `open`: it says of an endorsement that it could not be checked, which they can.

    Only the keys of endorsers lie with others.
    """

    page: _Written
    stored: credentials.StoredCredential
    related: Sequence[Related]
    open: bool


def _page_of_our_own(credential_id: UUID, question: Question, laurel: Laurel, now: datetime, visitor: Visitor) -> _Made:
    with laurel.database.reading() as session:
        stored, report = verify_published(session, credential_id, question, instance=laurel.instance, now=now)
        related = related_achievements(session, stored.edition)
    is_open = any(inner.verdict is Verdict.UNDETERMINED for inner in report.endorsements)
    return _Made(_written(stored, related, report, laurel, now, visitor), stored, related, is_open)


def _written(
    stored: credentials.StoredCredential,
    related: Sequence[Related],
    report: Report,
    laurel: Laurel,
    now: datetime,
    visitor: Visitor,
) -> _Written:
    at_home = visitor.at_home_with(stored.edition.appearance.language)
    site, conclusion = laurel.instance.site, report.conclusion
    view = credential_view(stored, site=site, checked_at=now, conclusion=conclusion, related=related)
    return _Written(pages.credential_page(view, report, at_home), at_home)


@router.get(
    "/achievements/{achievement_id}",
    operation_id="getPublicAchievement",
    tags=["Public"],
    summary="An achievement: its page, or the Open Badges document",
    response_class=Response,
    responses=_also(PROFILE_FORMS, InvalidFieldsError),
)
def achievement(request: Request, achievement_id: UUID, laurel: LaurelDep, visitor: VisitorDep) -> Response:
    """The page for browsers and crawlers; the Achievement as it is signed for JSON types or no Accept header."""
    form = choose(request.headers.get("accept"), PROFILE_FORMS, without_header=PROFILE_FORMS[1])
    site = laurel.instance.site
    try:
        with laurel.database.reading() as session:
            edition = achievements.current_edition(session, achievement_id)
            related = related_achievements(session, edition) if form is PAGE else ()
    except NotFoundError:
        if form is PAGE:
            return _not_found(request, visitor, _NO_ACHIEVEMENT)
        raise
    if form is PAGE:
        at_home = visitor.at_home_with(edition.appearance.language)
        return page(
            request,
            at_home,
            pages.achievement_page(achievement_view(edition, site=site, related=related), at_home),
            keep=Unchanged(),
        )
    return _document(request, edition.document(site), form.media_type)


@router.get(
    "/issuers/{slug}",
    operation_id="getPublicIssuer",
    tags=["Public"],
    summary="An issuer: its page, or the Open Badges Profile",
    response_class=Response,
    responses=_also(PROFILE_FORMS, InvalidFieldsError),
)
def issuer(request: Request, slug: str, laurel: LaurelDep, visitor: VisitorDep, after: After) -> Response:
    """The page for browsers and crawlers; the Profile as it is signed for JSON types or no Accept header.

    A page lists so many achievements, newest first, and links to those `after` them.
    """
    form = choose(request.headers.get("accept"), PROFILE_FORMS, without_header=PROFILE_FORMS[1])
    try:
        with laurel.database.reading() as session:
            found = issuers.view(session, issuers.get_issuer(session, slug))
            if form is not PAGE:
                return _document(request, dict(found.profile), form.media_type)
            editions = achievements.issuer_editions(session, found.row.id, after=after, limit=_ACHIEVEMENTS)
    except NotFoundError:
        if form is PAGE:
            return _not_found(request, visitor, _NO_ISSUER)
        raise
    at_home = visitor.at_home_with(found.appearance.language)
    view = issuer_view(found, editions, site=laurel.instance.site, is_first=after is None)
    return page(request, at_home, pages.issuer_page(view, at_home), keep=Unchanged())


def _document(request: Request, document: dict[str, Any], media_type: str) -> Response:
    """A part of a credential on its own, with the contexts that give it meaning."""
    raw = strictjson.dumps({"@context": [VC_CONTEXT, OB_CONTEXT], **document})
    return public_bytes(request, raw, media_type, cache=REVALIDATE, headers={"Vary": "Accept"})


@router.get(
    "/docs",
    operation_id="reference",
    tags=["Pages"],
    summary="The API reference",
    response_class=Response,
    responses=HTML,
)
def docs(request: Request, laurel: LaurelDep) -> Response:
    """What /openapi.json says, for people."""
    return page(request, IN_ENGLISH, pages.reference_page(reference(request.app.openapi(), laurel.settings.base_url)))


@router.get(
    "/problems/{code}",
    operation_id="problemType",
    tags=["Pages"],
    summary="What an error means",
    response_class=Response,
    responses=HTML | problems(NotFoundError),
)
def problem_type(request: Request, code: str) -> Response:
    """The page behind the `type` of a problem document."""
    known = problem_types().get(code)
    if known is None:
        raise NotFoundError("There is no such kind of problem.")
    html = pages.problem_type_page(code, known.title, known.explanation, status=known.status)
    return page(request, IN_ENGLISH, html, cache="public, max-age=3600")


@router.get(
    "/static/{name}",
    operation_id="staticFile",
    tags=["Pages"],
    summary="A file that pages use",
    response_class=Response,
    responses=_FILE | problems(NotFoundError),
)
def static(request: Request, name: str) -> Response:
    """The sheet of style, the picture of the site, and the like."""
    found = static_file(name)
    cache = "public, max-age=31536000, immutable" if request.query_params.get("v") == found.digest else REVALIDATE
    return public_bytes(request, found.content, found.media_type, cache=cache, etag=found.digest)


def _not_found(request: Request, visitor: Visitor, detail: Said) -> Response:
    html = pages.problem_page(404, _NOT_FOUND, detail, visitor=visitor)
    return page(request, visitor, html, status=404, cache="no-store")
