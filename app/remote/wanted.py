"""What is asked for, by kind of document: in which forms, how large at most, and for how long it may be remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.verification.evidence import NeedKind

_KIB: Final = 1024
_MIB: Final = 1024 * _KIB
_ANY: Final = "*/*;q=0.1"
_A_WHILE: Final = 30.0

_CREDENTIAL: Final = (
    "application/vc, application/vc+ld+json, application/ld+json;q=0.9, application/json;q=0.8, "
    "application/vc+jwt;q=0.7, application/jwt;q=0.6"
)
DATA: Final = f"{_CREDENTIAL}, {_ANY}"  # of a page that says where it has that


@dataclass(frozen=True, slots=True)
class Wanted:
    """`fresh` is for how many seconds an answer counts as new whose server says nothing about that.

    `remembered` is False for what names its holder: that is not kept in memory beyond the check that it was
    fetched for.
    """

    accept: str
    most: int
    fresh: float = _A_WHILE
    remembered: bool = True


WANTED: Final[Mapping[NeedKind, Wanted]] = {
    NeedKind.DID_DOCUMENT: Wanted(
        f"application/did, application/did+json, application/did+ld+json, application/ld+json;q=0.9, "
        f"application/json;q=0.8, {_ANY}",
        256 * _KIB,
    ),
    NeedKind.CONTROLLER: Wanted(
        f"application/cid, application/did+json, application/ld+json;q=0.9, application/json;q=0.8, {_ANY}", 256 * _KIB
    ),
    NeedKind.KEY: Wanted(f"application/jwk+json, application/ld+json;q=0.9, application/json;q=0.8, {_ANY}", 16 * _KIB),
    NeedKind.STATUS_LIST: Wanted(DATA, 2 * _MIB),
    NeedKind.CREDENTIAL: Wanted(
        f"{_CREDENTIAL}, image/png;q=0.5, image/svg+xml;q=0.5, application/pdf;q=0.4, text/html;q=0.2, {_ANY}",
        2 * _MIB,
        fresh=0,
        remembered=False,
    ),
    NeedKind.LINKED: Wanted(f"application/ld+json, application/json;q=0.9, {_ANY}", 2 * _MIB),
    NeedKind.SCHEMA: Wanted(f"application/schema+json, application/json;q=0.9, {_ANY}", 256 * _KIB),
}
