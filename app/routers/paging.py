"""What the addresses of long lists take: where a page begins, and how long it is."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
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
