"""A credential as a card within somebody else's page: checked when it is shown, and a way to its own page."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from app.errors import ErasedError, NotFoundError, StorageUnavailableError
from app.language import Said
from app.routers.deps import LaurelDep, Now
from app.routers.edge import EMBEDDABLE_POLICY
from app.routers.problems import problems
from app.web import pages
from app.web.answers import HTML, PAGE_CONTENT, page
from app.web.checked import checked
from app.web.visitor import Visitor, VisitorDep, visitor_of

_NO_BADGE = Said("There is no such badge.")
_REMOVED = Said("This badge was removed")


class _EmbedRoute(APIRoute):
    """An id that is none is an address of nothing: whoever looks at the page around it is told so within the frame."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_kindly(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError:
                return _without_badge(request, visitor_of(request, request.query_params.get("lang")), 404, _NO_BADGE)

        return handle_kindly


router = APIRouter(tags=["Pages"], route_class=_EmbedRoute)


@router.get(
    "/credentials/{credential_id}/embed",
    operation_id="embedCredential",
    summary="A credential as a card for other pages",
    response_class=Response,
    responses={
        **HTML,
        404: {"description": "There is no such badge; the card says so", "content": PAGE_CONTENT},
        410: {"description": "It was removed; the card says so", "content": PAGE_CONTENT},
        **problems(StorageUnavailableError),
    },
)
def embed(request: Request, credential_id: UUID, laurel: LaurelDep, now: Now, visitor: VisitorDep) -> Response:
    """For an `iframe` on any page. It is verified anew each time, and names nobody unless the credential is valid, has
    expired or is a test, which is marked as one.
    """
    try:
        found = checked(credential_id, laurel, now)
    except NotFoundError:
        return _without_badge(request, visitor, 404, _NO_BADGE)
    except ErasedError:
        return _without_badge(request, visitor, 410, _REMOVED)
    at_home = visitor.at_home_with(found.home)
    return _embeddable(page(request, at_home, pages.embed_page(found.view, found.report, at_home)))


def _without_badge(request: Request, visitor: Visitor, status: int, words: Said) -> Response:
    html = pages.empty_embed_page(words, visitor)
    return _embeddable(page(request, visitor, html, status=status, cache="no-store"))


def _embeddable(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = EMBEDDABLE_POLICY
    return response
