"""Credentials and presentations in an envelope: a token in the place of a document (VCDM 2.0, 4.13.1 and 4.13.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from app.errors import InvalidCredentialError
from app.openbadges import VC_CONTEXT
from app.verification.members import texts

__all__ = ["ENVELOPED_CREDENTIAL", "ENVELOPED_PRESENTATION", "media_type_unopened", "opened"]

ENVELOPED_CREDENTIAL: Final = "EnvelopedVerifiableCredential"
ENVELOPED_PRESENTATION: Final = "EnvelopedVerifiablePresentation"
_SHORT: Final = {ENVELOPED_CREDENTIAL: "vc", ENVELOPED_PRESENTATION: "vp"}
_ADDRESSES: Final = {
    kind: re.compile(rf"data:application/(?:{short}\+jwt|{short}\+ld\+json\+jwt|jwt),([A-Za-z0-9_.-]+)")
    for kind, short in _SHORT.items()
}
_OTHER_ADDRESS: Final = re.compile(r"data:(application/vc\+(?:sd-jwt|cose))[;,]")


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


def media_type_unopened(document: Mapping[str, Any]) -> str | None:
    """That of an envelope whose credential is secured as VC-JOSE-COSE 1.0 has it, but not as a JWT."""
    url = document.get("id")
    match = _OTHER_ADDRESS.match(url) if isinstance(url, str) else None
    return match[1] if match is not None and ENVELOPED_CREDENTIAL in texts(document.get("type")) else None
