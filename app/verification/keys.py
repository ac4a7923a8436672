"""Whose key is it? The key of a signature has to be one that the *issuer* publishes for assertions.

A DID method is one function here: from a DID to its document. What is then asked of the document is the same for all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from app import strictjson
from app.errors import InvalidKeyError, MalformedJSONError, TooLargeError, UnsupportedCryptoError
from app.signing import PublicKey, did_web_url, key_in_document
from app.verification.evidence import Evidence, Found, Missing, Need, NeedKind, answer
from app.verification.members import several, text
from app.verification.report import CheckResult, say

MAX_DID_DOCUMENT: Final = 256 * 1024
MAX_KEY_DOCUMENT: Final = 16 * 1024
MAX_URL: Final = 2_048
_SMALL: Final = 16 * 1024
_MAX_LISTED_KEYS: Final = 64
_WEB_URL: Final = re.compile(r"https?://[!-~]+")
_DID_KEY: Final = "did:key:"
_DID_WEB: Final = "did:web:"


def key_of_method(method: str, issuer: str, evidence: Evidence) -> PublicKey | CheckResult:
    """The key behind the verification method `method`, or the finding on the issuer that there is none.

    A method of another identifier than the issuer's is somebody else's key, however well its signature fits: by the
    issuer's document alone is a key the issuer's (OB 3.0 section 8.3; VC Data Integrity 4.4, controller).
    """
    if is_web_url(method) and is_web_url(issuer):  # its document would have to list the key, fragment or not
        return say("issuer.unsupported", issuer=issuer)
    did = method.partition("#")[0]
    if did != issuer:
        return say("issuer.other-key", issuer=issuer)
    document = issuer_document(issuer, evidence)
    if isinstance(document, CheckResult):
        return document
    if method == did and did.startswith(_DID_KEY):  # seen in published samples; it has one key only
        method = f"{did}#{did.removeprefix(_DID_KEY)}"
    try:
        return key_in_document(document, method)
    except InvalidKeyError as error:
        return say("issuer.not-listed", issuer=issuer, reason=error.message)
    except UnsupportedCryptoError as error:
        return say("proof.unsupported", what=error.message)


def check_listed(key: PublicKey, issuer: str, evidence: Evidence) -> CheckResult:
    """Whether `key`, wherever it came from, is one that the issuer lists for assertions (equal keys, RFC 7638)."""
    document = issuer_document(issuer, evidence)
    if isinstance(document, CheckResult):
        return document
    if any(key == listed for listed in _listed_keys(document)):
        return say("issuer.bound", issuer=issuer)
    return say("issuer.other-key", issuer=issuer)


def issuer_document(issuer: str, evidence: Evidence) -> Mapping[str, Any] | CheckResult:
    """The issuer's DID document, or the finding that it cannot be had."""
    for prefix, resolve in DID_METHODS.items():
        if issuer.startswith(prefix):
            return resolve(issuer, evidence)
    return say("issuer.unsupported", issuer=issuer)


def issuer_need(issuer: str) -> Need | None:
    """What has to be fetched to know the issuer's keys; None when nothing has to, or nothing can."""
    return Need(NeedKind.DID_DOCUMENT, issuer) if issuer.startswith(_DID_WEB) and _is_did_web(issuer) else None


def key_at(url: str, evidence: Evidence) -> PublicKey | CheckResult:
    """The one JWK that `url` answers, or the finding on the proof that there is none. Whose it is stays open."""
    found = answer(evidence, Need(NeedKind.KEY, url))
    if isinstance(found, Missing):
        return say("proof.key-missing", reason=found.reason)
    jwk = _json_object(found, MAX_KEY_DOCUMENT)
    if isinstance(jwk, str):
        return say("proof.key-missing", reason=jwk)
    return read_jwk(jwk)


def read_jwk(jwk: object) -> PublicKey | CheckResult:
    """The key, or the finding on the proof that it cannot be used."""
    if not isinstance(jwk, Mapping):
        return say("proof.key-unusable", reason="It is not a JSON Web Key.")
    try:
        return PublicKey.from_jwk(jwk)
    except InvalidKeyError as error:
        return say("proof.key-unusable", reason=error.message)
    except UnsupportedCryptoError as error:
        return say("proof.unsupported", what=error.message)


def is_web_url(value: str) -> bool:
    return len(value) <= MAX_URL and _WEB_URL.fullmatch(value) is not None


def _did_key_document(did: str, evidence: Evidence) -> Mapping[str, Any]:  # noqa: ARG001  one signature for all methods
    """did:key is its own document (did:key v0.9 section 3.1.1): one method, named by the key itself."""
    key = did.removeprefix(_DID_KEY)
    method = f"{did}#{key}"
    entry = {"id": method, "type": "Multikey", "controller": did, "publicKeyMultibase": key}
    return {"id": did, "verificationMethod": [entry], "assertionMethod": [method]}


def _did_web_document(did: str, evidence: Evidence) -> Mapping[str, Any] | CheckResult:
    if not _is_did_web(did):
        return say("issuer.unnamed")
    found = answer(evidence, Need(NeedKind.DID_DOCUMENT, did))
    if isinstance(found, Missing):
        return say("issuer.unreachable", issuer=did, reason=found.reason)
    document = _json_object(found, MAX_DID_DOCUMENT)
    if isinstance(document, str):
        return say("issuer.unreachable", issuer=did, reason=document)
    if document.get("id") != did:
        return say("issuer.not-listed", issuer=did, reason="The document found there is about somebody else.")
    return document


DID_METHODS: Final[Mapping[str, Callable[[str, Evidence], Mapping[str, Any] | CheckResult]]] = {
    _DID_KEY: _did_key_document,
    _DID_WEB: _did_web_document,
}


def _is_did_web(did: str) -> bool:
    try:
        did_web_url(did)
    except InvalidKeyError:
        return False
    return True


def _listed_keys(document: Mapping[str, Any]) -> Iterator[PublicKey]:
    """The usable keys that the document lists for assertions; others are passed over."""
    owner = str(document.get("id"))
    for entry in several(document.get("assertionMethod"))[:_MAX_LISTED_KEYS]:
        method = text(entry["id"] if isinstance(entry, Mapping) and "id" in entry else entry)
        if method is None:
            continue
        try:
            yield key_in_document(document, owner + method if method.startswith("#") else method)
        except (InvalidKeyError, UnsupportedCryptoError):
            continue


def _json_object(found: Found, max_bytes: int) -> Mapping[str, Any] | str:
    """The object that was found, or a sentence that says why it cannot be used."""
    parse = _parse_small if len(found.content) <= _SMALL else _parse
    return parse(found.content, max_bytes)


def _parse(content: bytes, max_bytes: int) -> Mapping[str, Any] | str:
    try:
        value = strictjson.loads(content, max_bytes=max_bytes)
    except (MalformedJSONError, TooLargeError) as error:
        return error.message
    return value if isinstance(value, dict) else "What was found is not a JSON object."


# One issuer's document is read for the badge and again for its list, and again for the next badge.
_parse_small = lru_cache(maxsize=256)(_parse)
