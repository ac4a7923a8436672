"""Who a credential is about: IdentityObject (Open Badges 3.0, B.2.10) and its salted hash.

hashed      identityHash = "sha256$" + hex(sha256(utf8(value) + utf8(salt)))
not hashed  identityHash = the value itself
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any, Final

_SALT_BYTES: Final = 16
_EMAIL: Final = "emailAddress"


def identity_object(identity_type: str, value: str, *, salt: str | None) -> dict[str, Any]:
    """The IdentityObject for `value`: hashed with `salt`, or readable by everybody when `salt` is None.

    The value is hashed as given: a verifier can repeat that only if nothing was tidied up on the way.
    """
    if salt is None:
        return {
            "type": "IdentityObject",
            "hashed": False,
            "identityHash": value,
            "identityType": identity_type,
        }
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${_hex('sha256', value, salt)}",
        "identityType": identity_type,
        "salt": salt,
    }


def new_salt(random: Callable[[int], bytes]) -> str:
    """128 bits of `random` (a source like `secrets.token_bytes`) as hex; every credential gets its own."""
    return random(_SALT_BYTES).hex()


def identity_matches(identity: Mapping[str, Any], identity_type: str, value: str) -> bool:
    """Whether `identity`, as it stands in somebody's credential, names `value`. Odd members are no match.

    The standard does not say whether an e-mail address is trimmed or lower-cased before it is hashed, and
    issuers do both; so all three spellings are tried. Other kinds of identifier may tell capitals apart and
    are only trimmed.
    """
    stated, salt = identity.get("identityHash"), identity.get("salt", "")
    if identity.get("identityType") != identity_type or not isinstance(stated, str) or not isinstance(salt, str):
        return False
    spellings = _spellings(identity_type, value)
    if identity.get("hashed") is True:
        return any(_hash_matches(stated, spelling, salt) for spelling in spellings)
    return identity.get("hashed") is False and bool(spellings & _spellings(identity_type, stated))


def _spellings(identity_type: str, value: str) -> frozenset[str]:
    trimmed = value.strip()
    return frozenset((value, trimmed, trimmed.lower() if identity_type == _EMAIL else trimmed))


def _hash_matches(stated: str, value: str, salt: str) -> bool:
    algorithm, _, digest = stated.lower().partition("$")
    if algorithm not in ("sha256", "md5"):
        return False
    return hmac.compare_digest(digest.encode(), _hex(algorithm, value, salt).encode())


def _hex(algorithm: str, value: str, salt: str) -> str:
    salted = (value + salt).encode("utf-8", "surrogatepass")
    return hashlib.new(algorithm, salted, usedforsecurity=False).hexdigest()
