"""Long lists: what their addresses take, where a page begins and how long it is, and where the next one is."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError

from app.services.paging import Cursor, cursor


async def _after(
    after: Annotated[str | None, Query(max_length=200, description="The `next` of the page before.")] = None,
) -> Cursor | None:
    """Raises RequestValidationError, so that a wrong cursor is reported as any wrong parameter is: by its name."""
    try:
        return cursor(after)
    except ValueError as error:
        raise RequestValidationError([{"type": "value_error", "loc": ("query", "after"), "msg": str(error)}]) from None


After = Annotated[Cursor | None, Depends(_after)]


Limit = Annotated[int, Query(ge=1, le=100, description="How many at the most.")]
LINKED: dict[int | str, dict[str, Any]] = {
    200: {"headers": {"Link": {"schema": {"type": "string"}, "description": '`rel="next"`: the next page, if any.'}}}
}


def next_page(request: Request, response: Response, following: Cursor | None, *, base_url: str) -> str | None:
    """The `next` of a page; and the same as an address, in the header `Link` (RFC 8288)."""
    if following is None:
        return None
    after = following.encode()
    query = urlencode([(name, value) for name, value in request.query_params.multi_items() if name != "after"])
    address = f"{base_url}{request.url.path}?{query}{'&' if query else ''}after={after}"
    response.headers["Link"] = f'<{address}>; rel="next"'
    return after
