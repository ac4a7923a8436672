"""Keys as they are found at an address or in a token. Whose they are is asked in `issuers.py`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, TypeVar

from app import strictjson
from app.errors import CryptoError, InvalidKeyError, MalformedJSONError, TooLargeError, UnsupportedCryptoError
from app.language.said import Said
from app.signing import PublicKey, key_of_method, method_in_document
from app.verification.evidence import Evidence, Missing, Need, NeedKind, answer
from app.verification.members import mapping, moment, several, text
from app.verification.report import CheckResult, say

MAX_KEY_DOCUMENT: Final = 16 * 1024
MAX_URL: Final = 2_048
REMEMBERED: Final = 256
_SMALL: Final = 16 * 1024
_MAX_KEYS: Final = 64
_WEB_URL: Final = re.compile(r"https?://[!-~]+")
_NOT_THERE: Final = Said("What was found there does not hold the key.")

Given = TypeVar("Given", str, bytes)
Result = TypeVar("Result")


def remembered(longest: int) -> Callable[[Callable[[Given], Result]], Callable[[Given], Result]]:
    """Keeps the last results of a pure function, but none for arguments longer than `longest`: strangers write them."""

    def remembering(function: Callable[[Given], Result]) -> Callable[[Given], Result]:
        known = lru_cache(maxsize=REMEMBERED)(function)
        return lambda given: known(given) if len(given) <= longest else function(given)

    return remembering


small = remembered(_SMALL)
"""For documents: they are read for a badge, and again for its list, and again for the next badge."""


@dataclass(frozen=True, slots=True)
class StatedKey:
    """A key, what else is said of it where it stands, and nothing about who says so."""

    key: PublicKey
    retired: datetime | None = None  # from then on it signs no more
    controller: str | None = None


def stated_key(method: Mapping[str, Any]) -> StatedKey:
    """The key of a verification method (Controlled Identifiers 1.0, section 2.2).

    Raises InvalidKeyError and UnsupportedCryptoError as reading the key does, and InvalidKeyError for one that was
    withdrawn at a time that cannot be read: it may have been at any.
    """
    ends = [_end(method, name) for name in ("revoked", "expires")]
    controller = text(method.get("controller")) or text(method.get("owner"))
    return StatedKey(key_of_method(method), min((end for end in ends if end), default=None), controller)


def _end(method: Mapping[str, Any], name: str) -> datetime | None:
    value = method.get(name)
    if value is None or value is False:
        return None
    end = moment(value)
    if end is None:
        raise InvalidKeyError("The document marks the key as retired and does not say clearly since when.")
    return end


def key_at(url: str, evidence: Evidence) -> StatedKey | CheckResult:
    """The key that `url` answers, or the finding on the proof that there is none. Whose it is stays open.

    It answers with one JWK (OB 3.0 section 8.2.3), or with a verification method, or with a document or a set of keys
    that holds the one named by the fragment or by the whole address.
    """
    found = answer(evidence, key_need(url))
    if isinstance(found, Missing):
        return say("proof.key-missing", reason=found.reason)
    return _only_key(found.content) if "#" not in url else _named_key(found.content, url)


def key_need(url: str) -> Need:
    return Need(NeedKind.KEY, url.partition("#")[0])


@small
def _only_key(content: bytes) -> StatedKey | CheckResult:
    """The key of a document that is about one key alone."""
    members = json_object(content, MAX_KEY_DOCUMENT)
    if isinstance(members, str):
        return say("proof.key-missing", reason=members)
    if "kty" in members:
        return _read(lambda: StatedKey(PublicKey.from_jwk(members)))
    if "keys" in members:
        only = several(members["keys"])
        return _read(lambda: StatedKey(PublicKey.from_jwk(mapping(only[0])))) if len(only) == 1 else _not_there()
    # 1EdTech's validator reads key documents without a type; a Multikey says itself what it is.
    return _read(lambda: stated_key({"type": "Multikey", **members}))


def _named_key(content: bytes, url: str) -> StatedKey | CheckResult:
    members = json_object(content, MAX_KEY_DOCUMENT)
    if isinstance(members, str):
        return say("proof.key-missing", reason=members)
    if members.get("id") == url:
        return _read(lambda: stated_key({"type": "Multikey", **members}))
    candidates = [members] if "kty" in members else several(members.get("keys"))[:_MAX_KEYS]
    names = {url, url.partition("#")[2]}
    for jwk in filter(lambda jwk: text(jwk.get("kid")) in names, map(mapping, candidates)):
        return _read(lambda jwk=jwk: StatedKey(PublicKey.from_jwk(jwk)))  # type: ignore[misc]
    if candidates:
        return _not_there()
    return _read(lambda: stated_key(method_in_document(members, url)))


def _not_there() -> CheckResult:
    return say("proof.key-missing", reason=_NOT_THERE)


def read_jwk(jwk: object) -> PublicKey | CheckResult:
    """The key, or the finding on the proof that it cannot be used."""
    if not isinstance(jwk, Mapping):
        return say("proof.key-unusable", reason=Said("It is not a JSON Web Key."))
    return _read(lambda: PublicKey.from_jwk(jwk))


def _read(reading: Callable[[], Result]) -> Result | CheckResult:
    try:
        return reading()
    except (InvalidKeyError, UnsupportedCryptoError) as error:
        return unusable(error)


def unusable(error: CryptoError) -> CheckResult:
    """The finding on the proof about a key that cannot be used: too weak or malformed, or of a kind not known here."""
    if isinstance(error, UnsupportedCryptoError):
        return say("proof.unsupported", what=error.message)
    return say("proof.key-unusable", reason=error.message)


def is_web_url(value: str) -> bool:
    return len(value) <= MAX_URL and _WEB_URL.fullmatch(value) is not None


def json_object(content: bytes, max_bytes: int) -> Mapping[str, Any] | str:
    """The object in `content`, or a sentence that says why it cannot be used."""
    try:
        value = strictjson.loads(content, max_bytes=max_bytes)
    except (MalformedJSONError, TooLargeError) as error:
        return error.message
    return value if isinstance(value, dict) else "What was found is not a JSON object."
