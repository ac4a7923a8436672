"""May it be hosted there? Which addresses speak for an issuer (OB 2.0, VerificationObject of a Profile)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from app.verification.keys import is_web_url
from app.verification.members import mapping, texts

__all__ = ["in_scope", "origin", "same_site"]

_DEFAULT_PORTS: Final = {"http": ":80", "https": ":443"}
_MAX_ENTRIES: Final = 64
# Whoever resolves these goes to another address than the one that was compared.
_MISLEADING: Final = re.compile(r"/(\.|%2e){1,2}(/|$|[?#])|\\|%5c", re.IGNORECASE)


def in_scope(url: str, issuer: str, profile: Mapping[str, Any], *, exact: bool) -> bool:
    """Whether `url` is one of the addresses that the profile at `issuer` says are its own.

    `startsWith` and `allowedOrigins` hold where they stand, the host of the issuer's own address where neither does.
    Only an assertion is held to the beginnings of `startsWith` (`exact`); for what it links to, their hosts count.
    """
    host = origin(url)
    if host is None or _MISLEADING.search(url):
        return False
    policy = mapping(profile.get("verification"))
    starts, origins = texts(policy.get("startsWith"))[:_MAX_ENTRIES], texts(policy.get("allowedOrigins"))[:_MAX_ENTRIES]
    if not starts and not origins:
        return host == origin(issuer)
    if exact:
        begins = any(url.startswith(start) and host == origin(start) for start in starts)
        return (begins or not starts) and (not origins or _is_allowed(url, origins))
    return host in {origin(issuer), *map(origin, starts)} or _is_allowed(url, origins)


def origin(url: str) -> str | None:
    """Host and port of a web address, as they are compared: in lower case and without the usual port."""
    parts = _parts(url)
    if parts is None or not parts.netloc or "@" in parts.netloc:
        return None
    return parts.netloc.lower().removesuffix(_DEFAULT_PORTS[parts.scheme])


def same_site(one: str, other: str) -> bool:
    """Whether both are of one host, with or without the usual "www." in front."""
    first, second = origin(one), origin(other)
    return first is not None and second is not None and first.removeprefix("www.") == second.removeprefix("www.")


def _is_allowed(url: str, origins: list[str]) -> bool:
    """Each entry is the name of a host; with a scheme or a port in the wild."""
    return not {origin(url), _host(url)}.isdisjoint(_entries(origins))


def _entries(origins: list[str]) -> Iterator[str]:
    for entry in origins:
        named = origin(entry) if is_web_url(entry) else entry.lower()
        if named:
            yield named


def _host(url: str) -> str | None:
    parts = _parts(url)
    return parts.hostname if parts else None


def _parts(url: str) -> SplitResult | None:
    if not is_web_url(url):
        return None
    try:
        return urlsplit(url)
    except ValueError:
        return None
