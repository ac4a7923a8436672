"""Whether a web address is one that strangers can reach, as far as the address itself tells."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import urlsplit

# What names for special use end in (RFC 6761, 6762, 7686, 9476; .internal by ICANN).
_NOT_ON_THE_INTERNET: Final = frozenset(
    {"alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion", "test"}
)


def is_web_address(url: object) -> bool:
    """Whether `url` is text that browsers open: http or https, and a host."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        return parts is not None and parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def why_unreachable(url: str) -> str | None:
    """The reason why strangers cannot reach `url`, as the end of a sentence; None when nothing in it speaks against."""
    if not is_web_address(url):
        return "is not a web address"
    parts = urlsplit(url)
    host = (parts.hostname or "").removesuffix(".")
    if _is_private(host):
        return "leads to this machine or to a private network, not to the public internet"
    if parts.scheme != "https":
        return "begins with http://, and programs that check badges ask by https only"
    return None


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.rpartition(".")[2] in _NOT_ON_THE_INTERNET
