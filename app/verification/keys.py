"""Whose key is it? The key of a signature has to be one that the *issuer* publishes for assertions.

A DID method is one function here: from a DID to its document. What is then asked of the document is the same for all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, TypeVar, final

from app import strictjson
from app.errors import InvalidKeyError, MalformedJSONError, TooLargeError, UnsupportedCryptoError
from app.signing import PublicKey, did_web_url, key_in_document
from app.verification.evidence import Evidence, Missing, Need, NeedKind, answer
from app.verification.members import several, text
from app.verification.report import CheckResult, say

MAX_DID_DOCUMENT: Final = 256 * 1024
MAX_KEY_DOCUMENT: Final = 16 * 1024
MAX_URL: Final = 2_048
_SMALL: Final = 16 * 1024
_REMEMBERED: Final = 256  # documents, and as many keys from elsewhere
_MAX_LISTED_KEYS: Final = 64
_WEB_URL: Final = re.compile(r"https?://[!-~]+")
_DID_KEY: Final = "did:key:"
_DID_WEB: Final = "did:web:"

Given = TypeVar("Given", str, bytes)
Result = TypeVar("Result")


def _remembered(longest: int) -> Callable[[Callable[[Given], Result]], Callable[[Given], Result]]:
    """Keeps the last results of a pure function, but none for arguments longer than `longest`: strangers write them."""

    def remembering(function: Callable[[Given], Result]) -> Callable[[Given], Result]:
        known = lru_cache(maxsize=_REMEMBERED)(function)
        return lambda given: known(given) if len(given) <= longest else function(given)

    return remembering


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
        return document.key(method)
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


@final
class IssuerDocument:
    """A DID document as it was read. Its keys are looked up once each, since checking a key takes as long as using it.

    Nothing here outlives a change: the document is remembered by its bytes, and other bytes are another document.
    """

    __slots__ = ("_keys", "members")

    def __init__(self, members: Mapping[str, Any]) -> None:
        self.members = members
        self._keys: dict[str, PublicKey] = {}

    def key(self, method: str) -> PublicKey:
        """The key that it lists for assertions as `method`. Raises InvalidKeyError, UnsupportedCryptoError."""
        known = self._keys.get(method)
        if known is None:  # no more than it lists, since the others raise
            known = self._keys[method] = key_in_document(self.members, method)
        return known


def issuer_document(issuer: str, evidence: Evidence) -> IssuerDocument | CheckResult:
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
    return _key_document(found.content)


@_remembered(_SMALL)
def _key_document(content: bytes) -> PublicKey | CheckResult:
    jwk = _json_object(content, MAX_KEY_DOCUMENT)
    return say("proof.key-missing", reason=jwk) if isinstance(jwk, str) else read_jwk(jwk)


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


def _did_key_document(did: str, evidence: Evidence) -> IssuerDocument:  # noqa: ARG001  one signature for all methods
    return _of_did_key(did)


@_remembered(MAX_URL)
def _of_did_key(did: str) -> IssuerDocument:
    """did:key is its own document (did:key v0.9 section 3.1.1): one method, named by the key itself."""
    key = did.removeprefix(_DID_KEY)
    method = f"{did}#{key}"
    entry = {"id": method, "type": "Multikey", "controller": did, "publicKeyMultibase": key}
    return IssuerDocument({"id": did, "verificationMethod": [entry], "assertionMethod": [method]})


def _did_web_document(did: str, evidence: Evidence) -> IssuerDocument | CheckResult:
    if not _is_did_web(did):
        return say("issuer.unnamed")
    found = answer(evidence, Need(NeedKind.DID_DOCUMENT, did))
    if isinstance(found, Missing):
        return say("issuer.unreachable", issuer=did, reason=found.reason)
    document = _did_document(found.content)
    if isinstance(document, str):
        return say("issuer.unreachable", issuer=did, reason=document)
    if document.members.get("id") != did:
        return say("issuer.not-listed", issuer=did, reason="The document found there is about somebody else.")
    return document


DID_METHODS: Final[Mapping[str, Callable[[str, Evidence], IssuerDocument | CheckResult]]] = {
    _DID_KEY: _did_key_document,
    _DID_WEB: _did_web_document,
}


@_remembered(MAX_URL)
def _is_did_web(did: str) -> bool:
    try:
        did_web_url(did)
    except InvalidKeyError:
        return False
    return True


def _listed_keys(document: IssuerDocument) -> Iterator[PublicKey]:
    """The usable keys that the document lists for assertions; others are passed over."""
    owner = str(document.members.get("id"))
    for entry in several(document.members.get("assertionMethod"))[:_MAX_LISTED_KEYS]:
        method = text(entry["id"] if isinstance(entry, Mapping) and "id" in entry else entry)
        if method is None:
            continue
        try:
            yield document.key(owner + method if method.startswith("#") else method)
        except (InvalidKeyError, UnsupportedCryptoError):
            continue


@_remembered(_SMALL)  # it is read for a badge and again for its list, and again for the next badge
def _did_document(content: bytes) -> IssuerDocument | str:
    """The document in `content`, or a sentence that says why it cannot be used."""
    members = _json_object(content, MAX_DID_DOCUMENT)
    return members if isinstance(members, str) else IssuerDocument(members)


def _json_object(content: bytes, max_bytes: int) -> Mapping[str, Any] | str:
    try:
        value = strictjson.loads(content, max_bytes=max_bytes)
    except (MalformedJSONError, TooLargeError) as error:
        return error.message
    return value if isinstance(value, dict) else "What was found is not a JSON object."
