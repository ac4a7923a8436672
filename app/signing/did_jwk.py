"""did:jwk: an identifier that is its own key, as a JWK (did:jwk method specification).

did:jwk:eyJrdHkiOiJPS1AiLCJjcnYiOiJFZDI1NTE5IiwieCI6IuKApiJ9#0
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app import strictjson
from app.errors import InvalidKeyError, MalformedJSONError
from app.signing.jwk import PRIVATE_MEMBERS
from app.signing.keys import PublicKey
from app.signing.multibase import decode_base64url, encode_base64url

PREFIX: Final = "did:jwk:"
_FRAGMENT: Final = "0"
_MAX_ENCODED: Final = 4_096  # of an RSA key with 8,192 bits it is 1,900
_MAX_DEPTH: Final = 4


def did_jwk(public: PublicKey) -> str:
    """The DID."""
    return PREFIX + encode_base64url(strictjson.dumps(public.jwk()))


def did_jwk_method(public: PublicKey) -> str:
    """The DID URL of the one verification method: `did:jwk:…#0`."""
    return f"{did_jwk(public)}#{_FRAGMENT}"


def resolve_did_jwk(did_or_did_url: str) -> tuple[str, PublicKey]:
    """The DID and its key. A fragment has to be `0`, the only one there is.

    Raises InvalidKeyError for what is not a did:jwk, UnsupportedCryptoError for a key of another kind.
    """
    did, separator, fragment = did_or_did_url.partition("#")
    if separator and fragment != _FRAGMENT:
        raise InvalidKeyError("The part of a did:jwk after # can only be 0.")
    return did, PublicKey.from_jwk(did_jwk_members(did))


def did_jwk_members(did: str) -> Mapping[str, Any]:
    """The JWK that the DID is made of, not yet read. Raises InvalidKeyError."""
    if not did.startswith(PREFIX):
        raise InvalidKeyError("This is not a did:jwk identifier.")
    raw = decode_base64url(did.removeprefix(PREFIX), error=InvalidKeyError, max_length=_MAX_ENCODED)
    try:
        jwk = strictjson.loads(raw, max_bytes=_MAX_ENCODED, max_depth=_MAX_DEPTH)
    except MalformedJSONError:
        raise InvalidKeyError("A did:jwk does not hold a JSON object.") from None
    if not isinstance(jwk, dict):
        raise InvalidKeyError("A did:jwk does not hold a JSON object.")
    if PRIVATE_MEMBERS & jwk.keys():
        raise InvalidKeyError("A did:jwk holds private or secret members.")
    return jwk
