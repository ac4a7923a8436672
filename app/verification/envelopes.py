"""Credentials and presentations in an envelope: a token in the place of a document (VCDM 2.0, 4.13.1 and 4.13.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from app.errors import InvalidCredentialError
from app.openbadges import VC_CONTEXT
from app.verification.members import texts

__all__ = ["ENVELOPED_CREDENTIAL", "ENVELOPED_PRESENTATION", "opened"]

ENVELOPED_CREDENTIAL: Final = "EnvelopedVerifiableCredential"
ENVELOPED_PRESENTATION: Final = "EnvelopedVerifiablePresentation"
_SHORT: Final = {ENVELOPED_CREDENTIAL: "vc", ENVELOPED_PRESENTATION: "vp"}
_ADDRESSES: Final = {
    kind: re.compile(rf"data:application/(?:{short}\+jwt|{short}\+ld\+json\+jwt|jwt),([A-Za-z0-9_.-]+)")
    for kind, short in _SHORT.items()
}


def opened(document: Mapping[str, Any], kind: str) -> bytes | None:
    """The token inside, if `document` is an envelope of this kind. Raises InvalidCredentialError if it is malformed."""
    if kind not in texts(document.get("type")):
        return None
    if texts(document.get("@context"))[:1] != [VC_CONTEXT]:
        raise InvalidCredentialError.one("/@context", f"This must begin with {VC_CONTEXT}.")
    url = document.get("id")
    match = _ADDRESSES[kind].fullmatch(url) if isinstance(url, str) else None
    if match is None:
        media_type = f"application/{_SHORT[kind]}+jwt"
        raise InvalidCredentialError.one("/id", f"This must be a data: address of the media type {media_type}.")
    return match[1].encode()
