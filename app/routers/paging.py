"""Long lists: what their addresses take, where a page begins and how long it is, and where the next one is."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError

from app.services.paging import Cursor, Page, cursor


async def _after(
    after: Annotated[str | None, Query(max_length=200, description="The `next` of the page before.")] = None,
) -> Cursor | None:
    """Raises RequestValidationError, so that a wrong cursor is reported as any wrong parameter is: by its name."""
    try:
        return cursor(after)
    except ValueError as error:
        raise RequestValidationError([{"type": "value_error", "loc": ("query", "after"), "msg": str(error)}]) from None


After = Annotated[Cursor | None, Depends(_after)]


def link_next(response: Response, request: Request, page: Page[Any]) -> str | None:
    """The cursor of the next page for the body; its whole address goes into the header `Link` (RFC 8288)."""
    if page.next is None:
        return None
    after = page.next.encode()
    address = f"{request.app.state.base_url}{request.url.path}?{request.url.include_query_params(after=after).query}"
    response.headers["Link"] = f'<{address}>; rel="next"'
    return after


LINKED: dict[int | str, dict[str, Any]] = {
    200: {"headers": {"Link": {"schema": {"type": "string"}, "description": "The next page, if there is one."}}}
}
Limit = Annotated[int, Query(ge=1, le=100, description="How many at the most.")]
