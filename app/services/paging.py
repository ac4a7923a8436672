"""Pages: cursors as people pass them, and everything where everything is few."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from app.storage import Cursor, Page

__all__ = ["Cursor", "Page", "all_pages", "cursor"]

Row = TypeVar("Row")


def cursor(text: str | None) -> Cursor | None:
    """Raises ValueError, whose message can be shown, for a text that no page gave out."""
    return Cursor.decode(text) if text else None


def all_pages(read: Callable[[Cursor | None], Page[Row]]) -> Iterator[Row]:
    """Every row, page by page."""
    after: Cursor | None = None
    while True:
        page = read(after)
        yield from page.items
        after = page.next
        if after is None:
            return
