"""Answers that are pages: what is described of them, and in whose language they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import Request, Response

from app.errors import OverloadedError, StorageUnavailableError
from app.routers import answers
from app.routers.answers import REVALIDATE
from app.routers.kept import Keep
from app.routers.problems import problems
from app.web.visitor import Visitor

__all__ = ["HTML", "NOT_NOW", "PAGE_CONTENT", "page"]

PAGE_CONTENT: Final[dict[str, Any]] = {"text/html": {"schema": {"type": "string"}}}
HTML: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "A page", "content": PAGE_CONTENT},
    304: {"description": "Not modified"},
}
NOT_NOW: Final[dict[str, Any]] = problems(StorageUnavailableError, OverloadedError)[503]


def page(
    request: Request,
    visitor: Visitor,
    html: str,
    *,
    status: int = 200,
    cache: str = REVALIDATE,
    headers: Mapping[str, str] | None = None,
    keep: Keep | None = None,
) -> Response:
    """`html`, written for `visitor`."""
    tag = visitor.language.tag
    return answers.page(request, html, language=tag, status=status, cache=cache, headers=headers, keep=keep)
