"""What an issuer sees and does with credentials that exist."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from app.errors import (
    InvalidFieldsError,
    InvalidTransitionError,
    MalformedJSONError,
    NotAcceptableError,
    NotFoundError,
    TooLargeError,
    UnsupportedMediaTypeError,
)
from app.routers.awarding import REPLAYED
from app.routers.batches import ANSWERS, NDJSON
from app.routers.body import JSON, StrictJSONRoute
from app.routers.deps import Laurel, LaurelDep, Manager, Now, Reader, Revoker
from app.routers.filtering import Wanted, of_parameters, search_of
from app.routers.management import GUARDED, WRITES
from app.routers.negotiation import choose
from app.routers.paging import LINKED, After, Limit, next_page
from app.routers.problems import problems
from app.routers.resources import credential_resource, credential_summary
from app.routers.wording import sentence
from app.schemas.base import Answer
from app.schemas.credentials import (
    CredentialChangeIn,
    CredentialPage,
    CredentialResource,
    CredentialSearch,
    CredentialSummary,
    ErasureIn,
    ManyRevocationsIn,
    RevocationIn,
    RevocationPreview,
    RevocationProgress,
)
from app.services import actors, credentials, erasure, revoking, searching, showing
from app.services.appearance import Visibility
from app.services.credentials import StoredCredential
from app.services.paging import Cursor, Page, cursor
from app.services.searching import Search

_LINES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            NDJSON: {"schema": {"type": "string", "description": "One RevocationProgress per line, each durable."}}
        }
    }
}
UNREADABLE = (MalformedJSONError, TooLargeError, UnsupportedMediaTypeError)
router = APIRouter(prefix="/v1", tags=["Credentials"], route_class=StrictJSONRoute)


@router.get(
    "/credentials",
    operation_id="listCredentials",
    summary="List credentials",
    responses=problems(*GUARDED, InvalidFieldsError) | LINKED,
)
def list_credentials(
    request: Request,
    response: Response,
    actor: Reader,
    laurel: LaurelDep,
    now: Now,
    wanted: Wanted,
    after: After,
    limit: Limit = 50,
) -> CredentialPage:
    """Newest first: those that fit every parameter. Needs the scope `read`.

    To look for a learner, use `POST /v1/credentials:search`: who somebody is does not belong into an address.
    """
    try:
        found = _found(wanted, actor, laurel, after=after, limit=limit, now=now)
    except InvalidFieldsError as error:
        raise of_parameters(error) from None
    following = next_page(request, response, found.next, base_url=laurel.settings.base_url)
    return CredentialPage(items=_summaries(found, laurel, now), next=following)


@router.post(
    "/credentials:search",
    operation_id="searchCredentials",
    summary="Search for credentials",
    responses=problems(*GUARDED, *UNREADABLE, InvalidFieldsError),
)
def search_credentials(body: CredentialSearch, actor: Reader, laurel: LaurelDep, now: Now) -> CredentialPage:
    """The same list, and by learner too: e-mail, name or DID. Changes nothing. Needs the scope `read`."""
    found = _found(search_of(body), actor, laurel, after=_cursor(body.after), limit=body.limit, now=now)
    return CredentialPage(items=_summaries(found, laurel, now), next=found.next.encode() if found.next else None)


def _found(
    wanted: Search, actor: actors.Actor, laurel: Laurel, *, after: Cursor | None, limit: int, now: datetime
) -> Page[StoredCredential]:
    with laurel.database.reading(actor.issuer_id) as session:
        return searching.list_credentials(
            session, wanted, actor=actor, site=laurel.instance.site, after=after, limit=limit, now=now
        )


def _summaries(found: Page[StoredCredential], laurel: Laurel, now: datetime) -> list[CredentialSummary]:
    return [credential_summary(stored, laurel.instance.site, now=now) for stored in found.items]


def _cursor(text: str | None) -> Cursor | None:
    try:
        return cursor(text)
    except ValueError as error:
        raise InvalidFieldsError.one("/after", sentence("value_error", str(error), {})) from None


@router.get(
    "/credentials/{credential_id:uuid}",  # else it would take GET …:revoke for an id, and not say 405
    operation_id="getCredential",
    summary="Get a credential",
    responses=problems(*GUARDED, NotFoundError),
)
def get_credential(credential_id: UUID, actor: Reader, laurel: LaurelDep, now: Now) -> CredentialResource:
    """The credential as it was answered when it was issued, and its status now. Needs the scope `read`."""
    with laurel.database.reading(actor.issuer_id) as session:
        return credential_resource(
            credentials.get_credential(session, credential_id, actor=actor), laurel.instance.site, now=now
        )


@router.patch(
    "/credentials/{credential_id:uuid}",
    operation_id="changeCredential",
    summary="Change who finds a credential's page",
    responses=problems(*WRITES, NotFoundError, InvalidTransitionError),
)
def change_credential(
    credential_id: UUID, body: CredentialChangeIn, request: Request, actor: Manager, laurel: LaurelDep, now: Now
) -> CredentialResource:
    """`public`: search engines may show it. `unlisted`: only whoever has the address sees it. Nothing that is signed
    changes. Needs the scope `manage`.
    """
    visibility = Visibility(body.visibility)
    with laurel.database.transaction(actor.issuer_id) as session:
        stored = showing.show_credential(session, credential_id, visibility, actor=actor, now=now)
        answer = credential_resource(stored, laurel.instance.site, now=now)
    request.app.state.kept.forget(credential_id)
    return answer


@router.post(
    "/credentials:revoke",
    operation_id="revokeCredentials",
    summary="Revoke all credentials that fit a filter",
    response_description="What would be revoked (dry run), or how many were.",
    response_model=RevocationPreview | RevocationProgress,
    responses=problems(*WRITES, InvalidTransitionError, NotAcceptableError) | _LINES,
)
def revoke_credentials(
    request: Request, body: ManyRevocationsIn, actor: Revoker, laurel: LaurelDep, now: Now
) -> Response:
    """First with `dryRun`: counts them, shows a few and gives a `confirmation`, without which nothing is revoked.

    The real run is durable every 1,000 credentials; sent again after it was cut off, it goes on. With
    `Accept: application/x-ndjson` it answers a line of progress after each step. Needs the scope `revoke`.
    """
    form = choose(request.headers.get("accept"), ANSWERS, without_header=ANSWERS[0])
    search, site = search_of(body.filter), laurel.instance.site
    try:
        if body.dry_run:
            return _json(_preview(search, actor, laurel, now))
        if body.confirmation is None:
            raise InvalidFieldsError.one("/confirmation", "First do a dry run, then send back its confirmation.")
        steps = revoking.revoke_many(
            laurel.database, search, body.confirmation, reason=body.reason, actor=actor, site=site, now=now
        )
    except InvalidFieldsError as error:
        raise _under_filter(error) from None
    if form.media_type == NDJSON:
        lines = (_progress(step).model_dump_json().encode() + b"\n" for step in steps)
        return StreamingResponse(lines, media_type=NDJSON, headers={"Vary": "Accept"})
    *_, last = steps
    return _json(_progress(last))


def _preview(search: Search, actor: actors.Actor, laurel: Laurel, now: datetime) -> RevocationPreview:
    site = laurel.instance.site
    with laurel.database.reading(actor.issuer_id) as session:
        found = revoking.preview(session, search, actor=actor, site=site, now=now)
    sample = [credential_summary(stored, site, now=now) for stored in found.sample]
    return RevocationPreview(count=found.count, sample=sample, confirmation=found.confirmation)


def _progress(step: revoking.Progress) -> RevocationProgress:
    return RevocationProgress(revoked=step.revoked, of=step.of)


def _json(answer: Answer) -> Response:
    return Response(answer.model_dump_json(), media_type=JSON, headers={"Vary": "Accept"})


def _under_filter(error: InvalidFieldsError) -> InvalidFieldsError:
    """What was said of a search stands one level down here."""
    return error.under("/filter") if error.problems[0].pointer == "/achievement" else error


@router.post(
    "/credentials/{credential_id}:revoke",
    operation_id="revokeCredential",
    summary="Revoke a credential",
    responses=problems(*WRITES, NotFoundError)
    | {
        200: {
            "description": "Revoked, now or before.",
            "headers": {REPLAYED: {"schema": {"type": "string"}, "description": "`true` when it was revoked before."}},
        }
    },
)
def revoke_credential(
    credential_id: UUID, body: RevocationIn, response: Response, actor: Revoker, laurel: LaurelDep, now: Now
) -> CredentialResource:
    """Takes a badge back for good; the published list says so from the next request on. Needs the scope `revoke`.

    Revoking again changes nothing: the first reason and time stand.
    """
    with laurel.database.transaction(actor.issuer_id) as session:
        revocation = credentials.revoke_credential(session, credential_id, reason=body.reason, actor=actor, now=now)
        if revocation.replayed:
            response.headers[REPLAYED] = "true"
        return credential_resource(revocation.stored, laurel.instance.site, now=now)


@router.post(
    "/credentials/{credential_id}:erase",
    operation_id="eraseCredential",
    summary="Remove everything about the holder from a credential",
    responses=problems(*WRITES, NotFoundError)
    | {
        200: {
            "description": "Erased, now or before.",
            "headers": {REPLAYED: {"schema": {"type": "string"}, "description": "`true` when it was erased before."}},
        }
    },
)
def erase_credential(
    credential_id: UUID,
    body: ErasureIn,
    request: Request,
    response: Response,
    actor: Manager,
    laurel: LaurelDep,
    now: Now,
) -> CredentialResource:
    """For good: the learner, the evidence, the signed document and every form of it. Needs the scope `manage`.

    The status list and the keys stay, so a copy that the holder kept still verifies, unless you `revoke` as well. The
    public addresses answer 410, and the same completion is not awarded again.
    """
    with laurel.database.transaction(actor.issuer_id) as session:
        erased = erasure.erase_credential(
            session, credential_id, revoke=body.revoke, actor=actor, instance=laurel.instance, now=now
        )
        if erased.replayed:
            response.headers[REPLAYED] = "true"
        answer = credential_resource(erased.stored, laurel.instance.site, now=now)
    request.app.state.kept.forget(credential_id)
    erasure.scrub(laurel.database)
    return answer
