"""Answers made of bytes: ETag and 304, caching, CORS for public data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from fastapi import Request, Response

from app.routers.kept import Keep, offer
from app.routers.negotiation import has_it

PUBLIC = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
# Signed bytes never change, but a badge may be removed: caches ask again after five minutes.
SIGNED_CACHE = "public, max-age=300"
REVALIDATE = "public, no-cache"


def public_bytes(
    request: Request,
    raw: bytes,
    media_type: str,
    *,
    cache: str = SIGNED_CACHE,
    etag: str | None = None,
    headers: dict[str, str] | None = None,
    keep: Keep | None = None,
) -> Response:
    """`raw` for anybody, from any origin; 304 when the asker has it already.

    `keep` says how long the same may be sent to others who ask the same, from memory; by default not at all.
    """
    tag = f'"{etag or hashlib.sha256(raw).hexdigest()[:32]}"'
    common = PUBLIC | {"ETag": tag, "Cache-Control": cache} | (headers or {})
    response = Response(raw, headers=common)
    # Set as it stands: Starlette would add a charset that these types do not have.
    response.headers["Content-Type"] = media_type
    if keep is not None:
        offer(request, response, keep)
    return Response(status_code=304, headers=common) if _has_it(request, tag) else response


def page(
    request: Request,
    html: str,
    *,
    language: str = "en",
    status: int = 200,
    cache: str = REVALIDATE,
    headers: Mapping[str, str] | None = None,
    keep: Keep | None = None,
) -> Response:
    """HTML in `language`. Whoever keeps it is told what it depends on. `headers`: more of them, also when the asker has
    the page already. `keep` as in `public_bytes`.
    """
    raw = html.encode()
    tag = f'"{hashlib.sha256(raw).hexdigest()[:32]}"'
    own = {"Cache-Control": cache, "Content-Language": language, "Vary": "Accept, Accept-Language", **(headers or {})}
    if status == 200:  # noqa: PLR2004
        own["ETag"] = tag
    response = Response(raw, status, own, "text/html; charset=utf-8")
    if keep is not None:
        offer(request, response, keep)
    return Response(status_code=304, headers=own) if "ETag" in own and _has_it(request, tag) else response


def _has_it(request: Request, tag: str) -> bool:
    return has_it(request.headers.get("if-none-match", ""), tag)
