"""did:key: an identifier that is its own key, so there is nothing to fetch (W3C CCG did:key v0.9)."""

from __future__ import annotations

from typing import Final

from app.errors import InvalidKeyError
from app.signing.keys import PublicKey
from app.signing.multibase import MAX_BASE58

_PREFIX: Final = "did:key:"
_MAX_LENGTH: Final = len(_PREFIX) + 2 * (MAX_BASE58 + 1) + 1


def did_key(public: PublicKey) -> str:
    return _PREFIX + public.multikey()


def did_key_method(public: PublicKey) -> str:
    """The DID URL of the one verification method: `did:key:z…#z…`."""
    multikey = public.multikey()
    return f"{_PREFIX}{multikey}#{multikey}"


def resolve_did_key(did_or_did_url: str) -> tuple[str, PublicKey]:
    """The DID and its key. A fragment has to name that very key, or it would point at another.

    Raises InvalidKeyError for what is not a did:key, UnsupportedCryptoError for a key of another kind.
    """
    if len(did_or_did_url) > _MAX_LENGTH or not did_or_did_url.startswith(_PREFIX):
        raise InvalidKeyError("This is not a did:key identifier.")
    did, separator, fragment = did_or_did_url.partition("#")
    multikey = did.removeprefix(_PREFIX)
    if separator and fragment != multikey:
        raise InvalidKeyError("The part of a did:key after # names another key than the part before it.")
    return did, PublicKey.from_multikey(multikey)
