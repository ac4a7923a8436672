"""Comparing web addresses that strangers write."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["same_address", "secured"]

_WITHOUT_TLS: Final = re.compile(r"^http://(?P<host>[^/?#:]+)(:80)?(?=[/?#]|$)")


def secured(url: str) -> str:
    """The same address by https, where it is one by http at the usual port: as old badges have them.

    Whoever answers there says who they are, so that they can be believed; by http anybody on the way could answer.
    """
    return _WITHOUT_TLS.sub(r"https://\g<host>", url)


def same_address(one: object, other: str) -> bool:
    """Whether both are the same, but for http and https, which name the same thing at the same host."""
    return isinstance(one, str) and secured(one) == secured(other)
